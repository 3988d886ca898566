"""Which copy stays: one picture at a time, and back."""

from collections.abc import Awaitable, Callable

import pytest

from pixcrawler.application.ports.copies import Copies, Copy
from pixcrawler.domain.crawling.errors import ImageHasNoFile
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import ImageId
from pixcrawler.domain.shared.reasons import Reason
from tests.contract.stages import ImageSeen, Scene, Stage, accepted, ids
from tests.contract.test_settling import record_of, settle
from tests.fakes.aggregates import sha

Act = Callable[[Copies, CrawlJob, Copy], Awaitable[None]]


async def keep(copies: Copies, job: CrawlJob, copy: Copy) -> None:
    await copies.keep(job, copy)


async def keep_instead(copies: Copies, job: CrawlJob, copy: Copy) -> None:
    await copies.keep_instead(job, copy)


async def drop(copies: Copies, job: CrawlJob, copy: Copy) -> None:
    await copies.drop(job, copy)


async def copy_of(stage: Stage, play: Scene, name: str) -> Copy:
    key = await ids(stage, play)
    async with stage.transaction() as tx:
        return await tx.copies.find(play.job, key[name])


async def done(stage: Stage, play: Scene, name: str, *acts: Act) -> None:
    key = await ids(stage, play)
    for act in acts:
        async with stage.transaction() as tx:
            await act(tx.copies, play.job, await tx.copies.find(play.job, key[name]))
            await tx.commit()


async def states(stage: Stage, play: Scene) -> dict[str, tuple[str, str | None]]:
    return {name: (one.state, one.reason) for name, one in (await stage.candidates(play.job.id)).items()}


async def two_and_three(stage: Stage, play: Scene) -> tuple[ImageSeen, ImageSeen]:
    """Picture 2, which b shows, is near to picture 3, which e shows."""
    images = await stage.images(play.job.id)
    return images[sha(2)], images[sha(3)]


async def test_a_copy_is_found_with_what_stays_instead(stage: Stage) -> None:
    play, _ = await settle(stage)
    two, three = await two_and_three(stage, play)
    assert await copy_of(stage, play, "b") == Copy(
        image=ImageId(two.id),
        candidate=(await ids(stage, play))["b"],
        reason=Reason.DUPLICATE_NEAR,
        restored=False,
        leader=ImageId(three.id),
        leader_job=play.job.id,
        same_bytes=False,
    )


async def test_another_address_of_an_accepted_picture_leads_to_it(stage: Stage) -> None:
    play, _ = await settle(stage)
    found = await copy_of(stage, play, "a")
    assert (found.reason, found.candidate, found.leader) == (None, (await ids(stage, play))["d"], None)


async def test_what_was_never_seen_is_no_copy(stage: Stage) -> None:
    play, _ = await settle(stage)
    with pytest.raises(ImageHasNoFile):
        await copy_of(stage, play, "c")


async def test_a_kept_copy_is_an_image_like_others(stage: Stage) -> None:
    play, _ = await settle(stage)
    before = await states(stage, play)
    await done(stage, play, "b", keep)
    two, three = await two_and_three(stage, play)
    assert (two.state, two.reason, two.label, two.keyword, two.position) == ("accepted", None, "cat", 0, 0)
    assert two.candidate_id == (await ids(stage, play))["b"]
    assert three.state == "accepted"
    assert await states(stage, play) == before | {"b": ("good", None)}
    dataset = stage.make.dataset(play.job)
    async with stage.transaction() as tx:
        found = await accepted(tx, dataset)
    assert {one.sha256 for one in found} == {sha(1), sha(2), sha(3)}


async def test_keeping_is_undone_whole(stage: Stage) -> None:
    play, _ = await settle(stage)
    before = await states(stage, play), await stage.images(play.job.id)
    await done(stage, play, "b", keep, drop)
    assert (await states(stage, play), await stage.images(play.job.id)) == before
    assert not (await copy_of(stage, play, "b")).restored


async def test_a_copy_takes_the_other_s_place(stage: Stage) -> None:
    play, _ = await settle(stage)
    await done(stage, play, "b", keep_instead)
    two, three = await two_and_three(stage, play)
    assert (two.state, two.label, two.duplicate_of) == ("accepted", "cat", None)
    assert (three.state, three.reason, three.duplicate_of) == ("rejected", "duplicate_near", two.id)
    assert (three.candidate_id, three.label) == (None, None)
    now = await states(stage, play)
    assert (now["b"], now["e"]) == (("good", None), ("rejected", "duplicate_near"))


async def test_the_other_takes_its_place_back(stage: Stage) -> None:
    play, _ = await settle(stage)
    before = await states(stage, play), await stage.images(play.job.id)
    await done(stage, play, "b", keep_instead)
    await done(stage, play, "e", keep_instead)
    assert (await states(stage, play), await stage.images(play.job.id)) == before


async def test_what_was_said_is_in_the_record_of_later_runs(stage: Stage) -> None:
    play, _ = await settle(stage)
    await done(stage, play, "b", keep)
    async with stage.transaction() as tx:
        await tx.chunks.reopen(play.job.id, [])
        await tx.commit()
    record = await record_of(stage, play)
    assert [picture.review for picture in record.pictures] == [None, "apart", None]
    assert (await copy_of(stage, play, "b")).restored


async def test_a_kept_copy_can_be_dropped_after_the_job_was_settled_again(stage: Stage) -> None:
    """It is known still what it was a copy of."""
    play, _ = await settle(stage)
    await done(stage, play, "b", keep)
    two, three = await two_and_three(stage, play)
    async with stage.transaction() as tx:
        await tx.chunks.reopen(play.job.id, [])
        await tx.candidates.settle(play.job, [], {}, {})
        await tx.commit()
    assert (await stage.images(play.job.id))[sha(2)].duplicate_of == three.id
    assert two.duplicate_of == three.id
