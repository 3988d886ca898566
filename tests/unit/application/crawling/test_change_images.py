"""Many images at once: each has its outcome, and one that fails is as it was."""

from typing import Any

import pytest

from pixcrawler.application.crawling.change_images import (
    ChangeImages,
    ImagesChange,
    ImagesChanged,
    Outcome,
)
from pixcrawler.application.crawling.image_acts import CopyReview
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import InvalidImagesChange, InvalidLabels
from pixcrawler.domain.imaging.labels import NO_MODEL
from pixcrawler.domain.shared.actor import Actor, Role, ScopeMissing
from pixcrawler.domain.shared.ids import CandidateId
from pixcrawler.domain.shared.once import Once
from tests.unit.application.crawling.stage import Stage
from tests.unit.application.crawling.test_copies_across_jobs import adds_up, fates
from tests.unit.application.crawling.test_review_copy import image_of, with_copies

NOWHERE = "nowhere"


async def said(stage: Stage, *names: str, **change: Any) -> ImagesChanged:
    by, once = change.pop("by", stage.owner), change.pop("once", None)
    act = ChangeImages(transaction=stage.transaction, rules=NO_MODEL, clock=stage.clock)
    images = tuple(CandidateId(stage.new_id()) if one == NOWHERE else image_of(stage, one) for one in names)
    return await act(ImagesChange(images=images, **change), by=by, once=once)


def outcomes(found: ImagesChanged) -> list[str]:
    return [one.error_code or one.outcome.value for one in found.items]


async def two_pictures() -> Stage:
    """Both accepted."""
    stage = Stage(cat=[["a", "b"]])
    await stage.started("cat")
    await stage.finish()
    return stage


async def test_labels_reach_all_that_can_have_them_and_the_others_say_why_not() -> None:
    stage, _, kept, (other, _) = await with_copies("a", "b", "c")
    found = await said(stage, kept, other, NOWHERE, kept, labels=(" Tabby ", "Tabby"))
    assert outcomes(found) == ["changed", "IMAGE_HAS_NO_FILE", "IMAGE_NOT_FOUND"]
    assert (found.changed, found.unchanged, found.failed) == (1, 0, 2)
    said_by_people = [row.label.label for row in stage.database.tables.labels.values() if row.by is not None]
    assert said_by_people == ["Tabby"]


async def test_copies_are_accepted_and_named_until_the_job_is_full_and_its_counts_add_up() -> None:
    stage, job_id, kept, (other, last) = await with_copies("a", "b", "c", max_images=2)
    found = await said(stage, other, last, kept, review=CopyReview.ACCEPT, labels=("Tabby",))
    assert outcomes(found) == ["changed", "JOB_IS_FULL", "changed"]
    assert fates(stage, job_id) == {kept: None, other: None, last: "duplicate_near"}
    assert adds_up(stage.job(job_id))
    again = await said(stage, other, last, kept, review=CopyReview.ACCEPT)
    assert outcomes(again) == ["unchanged", "JOB_IS_FULL", "unchanged"]


async def test_what_is_rejected_is_named_before_and_nothing_is_half_done() -> None:
    stage, job_id, kept, (other,) = await with_copies("a", "b")
    found = await said(stage, kept, other, review=CopyReview.REJECT, labels=("Tabby",))
    assert outcomes(found) == ["changed", "IMAGE_HAS_NO_FILE"]
    assert len(stage.database.tables.quarantine) == 1
    assert fates(stage, job_id) == {kept: None, other: "duplicate_near"}


async def test_removed_images_are_gone_and_the_counts_add_up() -> None:
    stage = await two_pictures()
    (job_id,) = stage.database.tables.crawl_jobs
    found = await said(stage, "a", NOWHERE, "b", "a", delete=True)
    assert outcomes(found) == ["changed", "IMAGE_NOT_FOUND", "changed"]
    assert stage.job(job_id).accepted == 0  # type: ignore[arg-type]
    assert adds_up(stage.job(job_id))  # type: ignore[arg-type]
    assert outcomes(await said(stage, "a", delete=True)) == ["IMAGE_NOT_FOUND"]


async def test_all_that_was_done_is_written_down_and_what_failed_is_not() -> None:
    stage = await two_pictures()
    before = len(stage.database.tables.activity)
    await said(stage, "a", NOWHERE, "b", review=CopyReview.REJECT)
    acts = [one.act for one in list(stage.database.tables.activity.values())[before:]]
    assert acts == [Act.IMAGE_CHANGED, Act.IMAGE_CHANGED]


async def test_sent_again_with_its_key_it_gives_the_same_answer() -> None:
    stage = await two_pictures()
    once = Once("a", "POST /images/batch", b"1")
    first = await said(stage, "a", delete=True, once=once)
    assert first.items[0].outcome is Outcome.CHANGED
    assert await said(stage, "b", delete=True, once=once) == first


async def test_others_images_are_not_there_and_readers_change_nothing() -> None:
    stage = await two_pictures()
    assert outcomes(await said(stage, "a", delete=True, by=stage.stranger)) == ["IMAGE_NOT_FOUND"]
    with pytest.raises(ScopeMissing):
        await said(stage, "a", delete=True, by=Actor(stage.owner.id, Role.USER, frozenset({"read"})))
    assert stage.reasons() == {"a": None, "b": None}


@pytest.mark.parametrize(
    "change", [{}, {"delete": True, "review": CopyReview.REJECT}, {"delete": True, "labels": ()}]
)
async def test_a_change_says_something_that_goes_together(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidImagesChange):
        await said(await two_pictures(), "a", **change)


async def test_senseless_labels_are_refused_before_anything_is_done() -> None:
    with pytest.raises(InvalidLabels):
        await said(await two_pictures(), "a", labels=(" ",))
