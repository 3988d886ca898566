"""Taking a picture out of a job: what is rejected, what is elected again, what the store must keep."""

from typing import Any
from uuid import UUID

import pytest

from pixcrawler.application.ports.repositories import Removed
from pixcrawler.domain.crawling.errors import ImageHasNoFile, ImageNotFound
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion, ExportRequested
from pixcrawler.domain.shared.ids import CandidateId, ImageId
from tests.contract.stages import Scene, Stage, ids
from tests.contract.test_settling import settle
from tests.fakes.aggregates import AT, sha, sightings


async def removed(stage: Stage, play: Scene, name: str) -> Removed:
    key = await ids(stage, play)
    async with stage.transaction() as tx:
        gone = await tx.candidates.remove_picture(play.job, key[name])
        await tx.commit()
    return gone


async def test_all_that_shows_the_picture_is_rejected_as_removed(stage: Stage) -> None:
    play, _ = await settle(stage)
    gone = await removed(stage, play, "d")
    assert (gone.stood, gone.undone) == (True, {"duplicate_exact": 1})
    seen = await stage.candidates(play.job.id)
    assert {name: (one.state, one.reason, one.image_id) for name, one in seen.items() if name in "ad"} == {
        "a": ("rejected", "removed", None),
        "d": ("rejected", "removed", None),
    }
    image = (await stage.images(play.job.id))[sha(1)]
    assert (image.state, image.reason, image.label, image.candidate_id) == ("rejected", "removed", None, None)
    assert (await stage.images(play.job.id))[sha(3)].state == "accepted"


async def test_a_rejected_picture_can_be_removed_too(stage: Stage) -> None:
    play, _ = await settle(stage)
    gone = await removed(stage, play, "b")
    assert (gone.stood, gone.undone) == (False, {"duplicate_near": 1})


async def test_a_removed_image_is_not_there_any_more(stage: Stage) -> None:
    play, _ = await settle(stage)
    key = await ids(stage, play)
    await removed(stage, play, "d")
    async with stage.transaction() as tx:
        assert await tx.candidates.job_of(key["e"]) == play.job.id
        for gone in (key["a"], key["d"], CandidateId(UUID(int=7))):
            with pytest.raises(ImageNotFound):
                await tx.candidates.job_of(gone)


async def test_what_has_no_file_cannot_be_removed(stage: Stage) -> None:
    play, _ = await settle(stage)
    with pytest.raises(ImageHasNoFile):
        await removed(stage, play, "c")


async def test_no_later_settling_looks_at_a_removed_picture(stage: Stage) -> None:
    play, _ = await settle(stage)
    await removed(stage, play, "d")
    async with stage.transaction() as tx:
        await tx.chunks.reopen(play.job.id, [])
        await tx.commit()
    async with stage.transaction() as tx:
        record = await tx.candidates.record_of(play.job)
        reasons = await tx.candidates.settle(play.job, [], {}, {})
        await tx.commit()
    assert [picture.digest for picture in record.pictures] == [sha(2), sha(3)]
    assert reasons["removed"] == 2
    assert (await stage.images(play.job.id))[sha(1)].reason == "removed"


async def test_the_same_bytes_from_another_address_stay_out(stage: Stage) -> None:
    play, _ = await settle(stage)
    await removed(stage, play, "d")
    async with stage.transaction() as tx:
        await tx.candidates.add_sightings(play.job.id, sightings(play.chunks[0], "again", first=9))
        await tx.chunks.take_candidates(play.chunks[0].id)
        await tx.commit()
    key = await ids(stage, play)
    async with stage.transaction() as tx:
        good = [stage.make.good(key["again"], sha(1))]
        recorded = await tx.candidates.record(play.job, play.chunks[0].id, good, [])
        await tx.commit()
    assert (recorded.good, recorded.rejected) == (0, {"duplicate_exact": 1})


async def named(stage: Stage, play: Scene) -> tuple[bool, bool]:
    """Whether the store must keep the file of picture 1, and whether its owner is known to have it."""
    async with stage.transaction() as tx:
        unnamed = await tx.images.unnamed([f"pictures/{sha(1)}"])
        known = await tx.images.known(play.job.owner_id, [sha(1)])
    return not unnamed, bool(known)


async def test_a_removed_picture_no_longer_names_its_file(stage: Stage) -> None:
    play, _ = await settle(stage)
    assert await named(stage, play) == (True, True)
    await removed(stage, play, "d")
    assert await named(stage, play) == (False, False)


READY: dict[str, Any] = {"status": BuildStatus.READY, "digest": "d" * 64, "manifest_key": "m/1"}


async def version_of(stage: Stage, play: Scene, *, needs: bool, **changes: Any) -> DatasetVersion:
    """A version of the scene's job; whether it needs the job's pictures."""
    dataset = stage.make.dataset(play.job)
    version = stage.make.version(dataset, **changes)
    images = [ImageId(image.id) for image in (await stage.images(play.job.id)).values()]
    async with stage.transaction() as tx:
        await tx.datasets.add(dataset)
        await tx.versions.add(version)
        await tx.versions.need(version.id, images if needs else [])
        await tx.commit()
    return version


@pytest.mark.parametrize(("status", "kept"), [("pending", True), ("building", True), ("failed", False)])
async def test_a_version_that_may_be_taking_it_in_keeps_the_file(
    stage: Stage, status: str, kept: bool
) -> None:
    play, _ = await settle(stage)
    await version_of(stage, play, needs=False, status=BuildStatus(status))
    await removed(stage, play, "d")
    assert await named(stage, play) == (kept, False)


@pytest.mark.parametrize("needs", [True, False])
async def test_a_ready_version_keeps_the_file_that_it_needs_and_no_other(stage: Stage, needs: bool) -> None:
    play, _ = await settle(stage)
    await version_of(stage, play, needs=needs, **READY)
    await removed(stage, play, "d")
    assert await named(stage, play) == (needs, False)


async def test_a_job_is_in_use_as_long_as_a_version_needs_its_pictures(stage: Stage) -> None:
    play, _ = await settle(stage)
    version = await version_of(stage, play, needs=True, **READY)
    async with stage.transaction() as tx:
        dataset = await tx.datasets.get(version.dataset_id)
        dataset.jobs = ()
        await tx.datasets.save(dataset)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.datasets.use(play.job.id)
        await tx.versions.need_nothing(version.id)
        assert not await tx.datasets.use(play.job.id)


async def test_a_job_with_the_same_pictures_is_not_in_use(stage: Stage) -> None:
    (play, _), (other, _) = await settle(stage), await settle(stage)
    await version_of(stage, play, needs=True, **READY)
    async with stage.transaction() as tx:
        assert await tx.datasets.use(play.job.id)
        assert not await tx.datasets.use(other.job.id)


async def test_what_a_failed_version_needed_is_not_needed(stage: Stage) -> None:
    play, _ = await settle(stage)
    await version_of(stage, play, needs=True, status=BuildStatus.FAILED)
    await removed(stage, play, "d")
    assert await named(stage, play) == (False, False)


async def test_a_deleted_version_needs_nothing(stage: Stage) -> None:
    play, _ = await settle(stage)
    version = await version_of(stage, play, needs=True, **READY)
    await removed(stage, play, "d")
    async with stage.transaction() as tx:
        await tx.datasets.delete(version.dataset_id)
        await tx.commit()
    assert await named(stage, play) == (False, False)


async def test_an_export_names_its_object_and_its_version_its_manifest(stage: Stage) -> None:
    play, _ = await settle(stage)
    version = await version_of(stage, play, needs=True, **READY)
    export = stage.make.export(version, key="x/exports/1.zip", digest="d" * 64)
    async with stage.transaction() as tx:
        await tx.exports.add(export)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.images.unnamed(["x/exports/1.zip", "x/exports/2.zip", "m/1"]) == {"x/exports/2.zip"}


async def test_exports_with_an_object_are_found_where_they_lie_in_a_store_or_are_being_written(
    stage: Stage,
) -> None:
    play, _ = await settle(stage)
    version = await version_of(stage, play, needs=True, **READY)
    other = await version_of(stage, play, needs=False, **READY)
    stored = {"status": BuildStatus.READY, "key": "e/1", "digest": "d" * 64}
    wanted = [stage.make.export(version, **stored), stage.make.export(version, status=BuildStatus.BUILDING)]
    rest = [
        stage.make.export(version),
        stage.make.export(version, status=BuildStatus.READY),
        stage.make.export(other, **stored),
    ]
    async with stage.transaction() as tx:
        for one in (*rest, *wanted):
            await tx.exports.add(one)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.exports.with_objects([f"pictures/{sha(1)}", "x"]) == sorted(one.id for one in wanted)
        assert await tx.exports.with_objects(["x"]) == []


async def test_a_deleted_export_takes_its_open_tasks_along(stage: Stage) -> None:
    play, _ = await settle(stage)
    export = stage.make.export(await version_of(stage, play, needs=False, **READY))
    async with stage.transaction() as tx:
        await tx.exports.add(export)
        tx.record(ExportRequested(at=AT, export_id=export.id), owner=export.owner_id, lane="shared")
        await tx.commit()
    assert {*await names(stage)} == {f"pixcrawler.datasets.write_{what}" for what in ("export", "report")}
    async with stage.transaction() as tx:
        await tx.exports.delete(export.id)
        await tx.commit()
    assert await names(stage) == []


async def names(stage: Stage) -> list[str]:
    """Of the tasks of datasets."""
    return [task.name for task in await stage.tasks() if "datasets" in task.name]
