"""What versions are made of: their images as selections see them, the objects that they need, each other."""

import msgspec
import pytest

from pixcrawler.application.ports.datasets import Description
from pixcrawler.application.ports.repositories import Verdict
from pixcrawler.domain.datasets.errors import DatasetVersionNotFound
from pixcrawler.domain.datasets.selection import Limit, Selection
from pixcrawler.domain.datasets.statistics import Columns
from pixcrawler.domain.datasets.version import VersionRequested
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, ImageId
from pixcrawler.domain.shared.validation import Validation
from tests.contract.stages import Scene, Stage, accepted
from tests.contract.test_settling import settled_scene
from tests.fakes.aggregates import AT, sha


async def scene_of_two(stage: Stage) -> tuple[Scene, list[ImageId]]:
    """A job that keeps picture 1 as a cat and picture 3 as one of the Felidae; the images by class."""
    play, key, images = await settled_scene(stage)
    kept = [Verdict(image=images[sha(1)], candidate=key["a"], chunk=0, keyword=0)]
    kept += [Verdict(image=images[sha(3)], candidate=key["e"], chunk=1, keyword=0)]
    async with stage.transaction() as tx:
        await tx.candidates.settle(play.job, kept, [(v.image, v.candidate) for v in kept], {})
        await tx.commit()
    return play, [images[sha(3)], images[sha(1)]]


async def test_images_come_by_class_and_digest_with_their_job(stage: Stage) -> None:
    play, images = await scene_of_two(stage)
    async with stage.transaction() as tx:
        found = await accepted(tx, stage.make.dataset(play.job))
    assert [(one.id, one.job, one.label) for one in found] == [
        (images[0], play.job.id, "Felidae"),
        (images[1], play.job.id, "cat"),
    ]


async def test_images_are_described_as_selections_ask(stage: Stage) -> None:
    play, images = await scene_of_two(stage)
    async with stage.transaction() as tx:
        await tx.labels.by_person(images[0], ["cat"], by=play.job.owner_id, at=AT)
        found = await tx.versions.described([*images, ImageId(stage.make.new_id())])
    assert set(found) == set(images)
    felidae, cat = (found[image] for image in images)
    assert (felidae.reviewed, cat.reviewed) == (True, False)
    assert (felidae.scores is not None, cat.scores) == (True, None)
    assert msgspec.structs.replace(cat, rank=0) == Description(
        rank=0,
        source="openverse",
        license="cc-by-4.0",
        format="jpg",
        bytes=1_000,
        validation=Validation.STANDARD,
        scores=None,
        review=None,
        reviewed=False,
        retrieved_at=AT,
    )


async def test_what_a_version_needs_is_kept_once_and_let_go(stage: Stage) -> None:
    play, images = await scene_of_two(stage)
    dataset = stage.make.dataset(play.job)
    one, other = stage.make.version(dataset), stage.make.version(dataset, number=2)
    keys = [f"pictures/{sha(1)}", f"pictures/{sha(3)}"]
    async with stage.transaction() as tx:
        await tx.datasets.add(dataset)
        await tx.versions.add(one)
        await tx.versions.add(other)
        for _ in range(2):
            await tx.versions.need(one.id, images)
        await tx.versions.need(other.id, images[:1])
        await tx.commit()
    assert sorted(await stage.needed(one.id)) == keys
    async with stage.transaction() as tx:
        await tx.versions.need_nothing(one.id)
        await tx.commit()
    assert await stage.needed(one.id) == []
    assert await stage.needed(other.id) == keys[1:]


async def test_versions_are_found_by_number_and_by_what_came_before(stage: Stage) -> None:
    play, _ = await scene_of_two(stage)
    dataset = stage.make.dataset(play.job)
    versions = [stage.make.version(dataset, number=number) for number in (1, 2, 3, 4)]
    numbers = Columns([]).statistics({})
    for one in (versions[0], versions[1]):
        one.ready(digest="d" * 64, key=f"k{one.number}", stats=numbers, changes=None, at=AT)
    async with stage.transaction() as tx:
        await tx.datasets.add(dataset)
        for one in versions:
            await tx.versions.add(one)
        assert await tx.versions.numbered(dataset.id, 3) == versions[2]
        assert await tx.versions.ready_before(versions[3]) == versions[1]
        assert await tx.versions.ready_before(versions[1]) == versions[0]
        assert await tx.versions.ready_before(versions[0]) is None
        for missing in (dataset.id, DatasetId(stage.make.new_id())):
            with pytest.raises(DatasetVersionNotFound):
                await tx.versions.numbered(missing, 5)


async def test_a_version_of_several_jobs_waits_for_the_last_labelling(stage: Stage) -> None:
    play, _ = await scene_of_two(stage)
    other, _ = await scene_of_two(stage)
    both = stage.make.dataset(play.job, selection=Selection(jobs=(play.job.id, other.job.id)))
    version = stage.make.version(both)
    async with stage.transaction() as tx:
        await tx.datasets.add(both)
        await tx.versions.add(version)
        await tx.labels.open(play.job)
        await tx.labels.open(other.job)
        assert await tx.versions.waiting(play.job.id) == []
        await tx.labels.close(play.job)
        assert await tx.versions.waiting(play.job.id) == []
        await tx.labels.close(other.job)
        assert await tx.versions.waiting(other.job.id) == [version.id]
        assert await tx.versions.waiting(play.job.id) == [version.id]


async def test_a_dataset_of_part_of_a_job_is_not_that_of_the_job(stage: Stage) -> None:
    play, _ = await scene_of_two(stage)
    whole = stage.make.dataset(play.job)
    part = stage.make.dataset(play.job, selection=whole.selection.then(Limit(images=1)))
    async with stage.transaction() as tx:
        await tx.datasets.add(whole)
        await tx.datasets.add(part)
        assert await tx.datasets.of_job(play.job.id) == whole
        assert await tx.datasets.use(play.job.id)
        assert not await tx.datasets.use(CrawlJobId(stage.make.new_id()))


async def test_a_deleted_dataset_takes_its_open_tasks_along(stage: Stage) -> None:
    play, _ = await scene_of_two(stage)
    dataset = stage.make.dataset(play.job)
    version = stage.make.version(dataset)
    async with stage.transaction() as tx:
        await tx.datasets.add(dataset)
        await tx.versions.add(version)
        requested = VersionRequested(at=AT, version_id=version.id)
        tx.record(requested, owner=dataset.owner_id, lane="shared")
        await tx.commit()
    assert version.id in {task.subject_id for task in await stage.tasks()}
    async with stage.transaction() as tx:
        await tx.datasets.delete(dataset.id)
        await tx.commit()
    assert version.id not in {task.subject_id for task in await stage.tasks()}
