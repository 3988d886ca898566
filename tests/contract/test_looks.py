"""Looks at stored pictures: runs, results, quarantine and default levels, kept as they were given."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from pixcrawler.domain.imaging.errors import ValidationNotFound
from pixcrawler.domain.imaging.judgement import Judgement, damaged, judged
from pixcrawler.domain.imaging.rules import Rules
from pixcrawler.domain.imaging.validation import (
    DefaultLevel,
    RunMode,
    RunStatus,
    ValidationChunk,
    ValidationRun,
    new_run,
)
from pixcrawler.domain.shared.ids import (
    CandidateId,
    CrawlJobId,
    ImageId,
    UserId,
    ValidationChunkId,
    ValidationId,
)
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Thresholds, Validation, ValidationMode
from tests.contract.stages import Scene, Stage, accepted, ids, scene
from tests.contract.test_settling import settle
from tests.contract.unusual import ODD
from tests.fakes.aggregates import AT, facts, sha

LATER = AT + timedelta(hours=1)
NOWHERE = UUID(int=7)
FINE = judged(facts(), Rules(), Thresholds())


def a_run(stage: Stage, owner: UserId, **changes: Any) -> ValidationRun:
    key = ValidationId(stage.make.new_id())
    run = new_run(key, owner=owner, job=None, level=Validation.STRICT, mode=RunMode.REPORT, at=AT)
    return msgspec.structs.replace(run, **changes)


async def saved(stage: Stage, run: ValidationRun) -> ValidationRun:
    async with stage.transaction() as tx:
        await tx.validations.add(run)
        await tx.commit()
    return run


async def pictures(stage: Stage, play: Scene) -> dict[int, ImageId]:
    """By the number of their digest."""
    return {int(digest, 16): ImageId(one.id) for digest, one in (await stage.images(play.job.id)).items()}


async def test_chunks_keep_their_pictures_in_order(stage: Stage) -> None:
    play = await scene(stage)
    run = await saved(stage, a_run(stage, play.job.owner_id))
    images = tuple(ImageId(UUID(int=number)) for number in (9, 3, 2**128 - 1))
    chunk = ValidationChunk(
        id=ValidationChunkId(stage.make.new_id()),
        validation_id=run.id,
        job_id=play.job.id,
        images=images,
        done=0,
    )
    async with stage.transaction() as tx:
        await tx.validation_chunks.add_all([chunk])
        await tx.validation_chunks.add_all([])
        await tx.commit()
    async with stage.transaction() as tx:
        locked = await tx.validation_chunks.locked(chunk.id)
        locked.done = 2
        await tx.validation_chunks.save(locked)
        await tx.commit()
    async with stage.transaction() as tx:
        assert (await tx.validation_chunks.get(chunk.id)).left == images[2:]
        await tx.validation_chunks.forget(ValidationId(NOWHERE))
        await tx.validation_chunks.get(chunk.id)
        await tx.validation_chunks.forget(run.id)
        for key in (chunk.id, ValidationChunkId(NOWHERE)):
            with pytest.raises(ValidationNotFound):
                await tx.validation_chunks.get(key)


async def test_runs_that_have_not_ended_are_counted_for_their_owner(stage: Stage) -> None:
    play = await scene(stage)
    for status in RunStatus:
        await saved(stage, a_run(stage, play.job.owner_id, status=status))
    async with stage.transaction() as tx:
        assert await tx.validations.open_of(play.job.owner_id) == 2
        assert await tx.validations.open_of(UserId(NOWHERE)) == 0


async def test_images_are_found_by_the_names_that_people_have_for_them(stage: Stage) -> None:
    play, _ = await settle(stage)
    key, image = await ids(stage, play), await pictures(stage, play)
    async with stage.transaction() as tx:
        found = await tx.looks.named([key["a"], key["d"], key["c"], CandidateId(NOWHERE)])
    assert {one.candidate: one.image for one in found.values()} == {
        key["a"]: image[1],
        key["d"]: image[1],
        key["c"]: None,
    }
    assert {(one.job, one.owner) for one in found.values()} == {(play.job.id, play.job.owner_id)}


async def test_a_jobs_pictures_come_in_order_and_go_on_behind_the_last(stage: Stage) -> None:
    play, _ = await settle(stage)
    image = await pictures(stage, play)
    async with stage.transaction() as tx:
        first = await tx.looks.of_job(play.job.id, after="", most=2)
        assert (first.images, first.after) == ((image[1], image[2]), sha(2))
        assert await tx.looks.of_job(play.job.id, after=sha(2), most=2) == ((image[3],), None)
        assert await tx.looks.of_job(CrawlJobId(NOWHERE), after="", most=2) == ((), None)


async def test_stored_pictures_are_told_in_the_order_in_which_they_are_asked_for(stage: Stage) -> None:
    play, _ = await settle(stage)
    image = await pictures(stage, play)
    async with stage.transaction() as tx:
        found = await tx.looks.stored([image[3], ImageId(NOWHERE), image[2]])
    assert [(one.image, one.sha256, one.accepted) for one in found] == [
        (image[3], sha(3), True),
        (image[2], sha(2), False),
    ]
    assert found[0].key == f"pictures/{sha(3)}"


async def test_a_removed_picture_is_nowhere(stage: Stage) -> None:
    play, _ = await settle(stage)
    key, image = await ids(stage, play), await pictures(stage, play)
    async with stage.transaction() as tx:
        await tx.candidates.remove_picture(play.job, key["d"])
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.looks.named([key["d"], key["a"]]) == {}
        assert await tx.looks.stored([image[1]]) == []
        assert (await tx.looks.of_job(play.job.id, after="", most=9)).images == (image[2], image[3])


async def recorded(stage: Stage, run: ValidationRun, image: ImageId, one: Judgement, at: Any = AT) -> None:
    async with stage.transaction() as tx:
        await tx.looks.record(run, {image: one}, at=at)
        await tx.commit()


async def test_results_are_recorded_again_without_a_word_and_evidence_may_hold_anything(stage: Stage) -> None:
    play, _ = await settle(stage)
    image = await pictures(stage, play)
    run = await saved(stage, a_run(stage, play.job.owner_id))
    await recorded(stage, run, image[1], FINE)
    await recorded(stage, run, image[1], damaged(Reason.FILE_MISSING, "\x00 \ud800" + ODD), at=LATER)
    async with stage.transaction() as tx:
        await tx.looks.record(run, {}, at=AT)


async def kept(stage: Stage, play: Scene) -> list[str]:
    """Digests of what a new dataset version takes."""
    dataset = stage.make.dataset(play.job)
    async with stage.transaction() as tx:
        return sorted(one.sha256 for one in await accepted(tx, dataset))


async def test_quarantine_keeps_accepted_images_out_of_versions_until_they_are_released(stage: Stage) -> None:
    play, _ = await settle(stage)
    image = await pictures(stage, play)
    poor = {image[1]: Reason.BLURRY, image[2]: Reason.TOO_DARK}
    async with stage.transaction() as tx:
        assert await tx.looks.quarantine(poor, at=AT) == 1
        assert await tx.looks.quarantine(poor, at=AT) == 0
        assert await tx.looks.quarantine({}, at=AT) == 0
        await tx.commit()
    assert await kept(stage, play) == [sha(3)]
    async with stage.transaction() as tx:
        assert await tx.looks.release(image[1], at=LATER)
        assert not await tx.looks.release(image[1], at=LATER)
        assert await tx.looks.quarantine(poor, at=LATER) == 0
        await tx.commit()
    assert await kept(stage, play) == [sha(1), sha(3)]


async def test_what_a_person_let_in_before_any_look_minded_it_stays_in(stage: Stage) -> None:
    play, _ = await settle(stage)
    image = await pictures(stage, play)
    async with stage.transaction() as tx:
        assert await tx.looks.release(image[1], at=AT)
        assert not await tx.looks.release(image[1], at=LATER)
        assert await tx.looks.quarantine(dict.fromkeys(image.values(), Reason.BLURRY), at=LATER) == 1
        await tx.commit()
    assert await kept(stage, play) == [sha(1)]


async def test_a_persons_word_keeps_out_what_was_released_and_is_harmless_twice(stage: Stage) -> None:
    play, _ = await settle(stage)
    image = await pictures(stage, play)
    async with stage.transaction() as tx:
        await tx.looks.quarantine({image[1]: Reason.BLURRY}, at=AT)
        await tx.looks.release(image[1], at=AT)
        assert await tx.looks.hold_back(image[1], at=LATER)
        assert not await tx.looks.hold_back(image[1], at=LATER)
        assert await tx.looks.hold_back(image[3], at=LATER)
        await tx.commit()
    assert await kept(stage, play) == []


async def test_a_default_level_is_the_usual_one_until_it_is_set(stage: Stage) -> None:
    play = await scene(stage)
    owner = play.job.owner_id
    async with stage.transaction() as tx:
        assert await tx.validation_levels.of(owner) == DefaultLevel()
        for level in (
            DefaultLevel(level=Validation.STRICT, mode=ValidationMode.REPORT),
            DefaultLevel(level=Validation.BASIC),
        ):
            await tx.validation_levels.set(owner, level)
            assert await tx.validation_levels.of(owner) == level
