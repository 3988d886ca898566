"""A person decides which copies stay."""

import pytest

from pixcrawler.application.crawling.image_acts import CopyReview
from pixcrawler.application.crawling.remove_image import RemoveImage
from pixcrawler.application.crawling.review_copy import ReviewCopy
from pixcrawler.domain.crawling.errors import CannotReview, ImageNotFound, JobIsFull, WrongJobState
from pixcrawler.domain.crawling.spec import DedupScope
from pixcrawler.domain.shared.actor import Actor, Role, ScopeMissing
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from tests.fakes.aggregates import spec
from tests.unit.application.crawling.stage import SETTLE, Stage
from tests.unit.application.crawling.test_copies_across_jobs import adds_up, another, fates
from tests.unit.application.crawling.test_settle_job import alike

ACCEPT, INSTEAD, REJECT = CopyReview


async def said(stage: Stage, name: str, review: CopyReview, *, job: CrawlJobId | None = None) -> None:
    await ReviewCopy(transaction=stage.transaction, clock=stage.clock)(
        image_of(stage, name, job), review, by=stage.owner
    )


def image_of(stage: Stage, name: str, job: CrawlJobId | None = None) -> CandidateId:
    """The newest with this name, or the one of this job."""
    candidates = stage.database.tables.candidates.values()
    found = [one for one in candidates if one.url.endswith(f"/{name}") and job in (None, one.job_id)]
    return found[-1].id


async def with_copies(*names: str, max_images: int = 10) -> tuple[Stage, CrawlJobId, str, list[str]]:
    """A completed job whose pictures were all alike: the one that stays, and the others."""
    stage = Stage(cat=[list(names)])
    job_id = await stage.started("cat", max_images=max_images)
    await stage.act_until(SETTLE)
    alike(stage)
    await stage.finish()
    (kept,) = [name for name, reason in fates(stage, job_id).items() if reason is None]
    return stage, job_id, kept, sorted(set(names) - {kept})


async def test_a_restored_copy_stays_too_and_the_counts_are_exact() -> None:
    stage, job_id, kept, (other, last) = await with_copies("a", "b", "c")
    await said(stage, other, ACCEPT)
    assert fates(stage, job_id) == {kept: None, other: None, last: "duplicate_near"}
    assert (stage.job(job_id).accepted, stage.job(job_id).reasons) == (2, {"duplicate_near": 1})
    assert adds_up(stage.job(job_id))


async def test_restoring_is_undone() -> None:
    stage, job_id, _, (other,) = await with_copies("a", "b")
    before = fates(stage, job_id)
    await said(stage, other, ACCEPT)
    await said(stage, other, REJECT)
    assert fates(stage, job_id) == before
    assert (stage.job(job_id).accepted, stage.job(job_id).reasons) == (1, {"duplicate_near": 1})


async def test_a_copy_takes_the_place_of_the_better_one_and_gives_it_back() -> None:
    stage, job_id, kept, (other, last) = await with_copies("a", "b", "c")
    await said(stage, other, INSTEAD)
    assert fates(stage, job_id) == {kept: "duplicate_near", other: None, last: "duplicate_near"}
    await said(stage, last, INSTEAD)
    assert fates(stage, job_id) == {kept: "duplicate_near", other: "duplicate_near", last: None}
    await said(stage, kept, INSTEAD)
    assert fates(stage, job_id) == {kept: None, other: "duplicate_near", last: "duplicate_near"}
    assert adds_up(stage.job(job_id))


async def test_a_full_job_swaps_and_never_gets_more_than_was_asked_for() -> None:
    stage, job_id, kept, (other,) = await with_copies("a", "b", max_images=1)
    with pytest.raises(JobIsFull, match="the 1 images that were asked for"):
        await said(stage, other, ACCEPT)
    assert fates(stage, job_id)[other] == "duplicate_near"
    await said(stage, other, INSTEAD)
    assert fates(stage, job_id) == {kept: "duplicate_near", other: None}


@pytest.mark.parametrize("review", [ACCEPT, INSTEAD])
async def test_what_was_said_holds_in_the_next_run(review: CopyReview) -> None:
    stage, job_id, _, (other,) = await with_copies("a", "b")
    await said(stage, other, review)
    before = fates(stage, job_id)
    await stage.retry(job_id, by=stage.owner)
    await stage.finish()
    assert fates(stage, job_id) == before
    assert adds_up(stage.job(job_id))


@pytest.mark.parametrize("review", [ACCEPT, INSTEAD])
async def test_saying_it_twice_changes_nothing(review: CopyReview) -> None:
    stage, job_id, _, (other,) = await with_copies("a", "b")
    await said(stage, other, review)
    before = fates(stage, job_id), stage.job(job_id).reasons
    await said(stage, other, review)
    assert (fates(stage, job_id), stage.job(job_id).reasons) == before


async def test_what_is_no_copy_cannot_be_reviewed_as_one() -> None:
    stage = Stage(cat=[["a", "b"]])
    await stage.started("cat", max_images=1)
    await stage.finish()
    with pytest.raises(CannotReview, match="limit_reached"):
        await said(stage, "b", ACCEPT)
    with pytest.raises(CannotReview, match="already"):
        await said(stage, "b", REJECT)


async def test_an_accepted_image_is_kept_out_of_versions_and_let_in_again() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.finish()
    for review, kept_out in ((REJECT, 1), (REJECT, 1), (ACCEPT, 0), (ACCEPT, 0), (REJECT, 1), (INSTEAD, 0)):
        await said(stage, "a", review)
        held = stage.database.tables.quarantine.values()
        assert sum(one.released_at is None for one in held) == kept_out
    assert (fates(stage, job_id), stage.job(job_id).accepted) == ({"a": None}, 1)
    assert len(stage.database.tables.activity) == 4 + 2  # the job was created and started


async def test_a_restored_copy_whose_better_one_is_gone_is_kept_out_of_versions() -> None:
    stage, job_id, kept, (other,) = await with_copies("a", "b")
    await said(stage, other, ACCEPT)
    await RemoveImage(transaction=stage.transaction)(image_of(stage, kept), by=stage.owner)
    await said(stage, other, REJECT)
    assert fates(stage, job_id)[other] is None
    assert len(stage.database.tables.quarantine) == 1


async def test_a_copy_of_another_job_s_picture_stays_besides_it_or_not_at_all() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started("cat")
    await stage.finish()
    job_id = await another(stage, spec("cat", dedup_scope=DedupScope.OWNER))
    await stage.finish()
    with pytest.raises(CannotReview, match="not in this job"):
        await said(stage, "a", INSTEAD)
    await said(stage, "a", ACCEPT)
    assert (fates(stage, job_id), stage.job(job_id).accepted) == ({"a": None}, 1)
    await said(stage, "a", REJECT)
    assert fates(stage, job_id) == {"a": "duplicate_exact"}
    assert adds_up(stage.job(job_id))


async def test_nothing_is_reviewed_before_the_job_has_decided() -> None:
    stage = Stage(cat=[["a", "b"]])
    await stage.started("cat")
    await stage.act_until(SETTLE)
    with pytest.raises(WrongJobState):
        await said(stage, "a", ACCEPT)


async def test_only_its_owner_with_the_scope_reviews() -> None:
    stage, _, _, (other,) = await with_copies("a", "b")
    review = ReviewCopy(transaction=stage.transaction, clock=stage.clock)
    with pytest.raises(ImageNotFound):
        await review(image_of(stage, other), ACCEPT, by=stage.stranger)
    with pytest.raises(ScopeMissing):
        await review(image_of(stage, other), ACCEPT, by=Actor(stage.owner.id, Role.USER, frozenset({"read"})))
