"""Making a dataset version of a finished crawl."""

import dataclasses
from pathlib import Path

import msgspec
import pytest

from pixcrawler.application.datasets.crawl_facts import facts_of
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.spec import SizeRules
from pixcrawler.domain.datasets.errors import DatasetVersionNotFound, EmptySelection
from pixcrawler.domain.datasets.manifest import digest
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.datasets.version import BuildStatus, VersionReady
from pixcrawler.domain.imaging.prints import Album
from pixcrawler.domain.shared.errors import LeaseLost, StorageFull, Unavailable
from pixcrawler.domain.shared.ids import DatasetVersionId
from tests.fakes.aggregates import Aggregates, spec
from tests.fakes.ids import CountingIds
from tests.fakes.memory_transaction import MemoryDatabase
from tests.fakes.near_duplicates import ListedNearDuplicates
from tests.unit.application.datasets.stage import BUILD, Datasets


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    return Datasets(tmp_path)


async def test_a_request_makes_a_dataset_and_its_first_version(datasets: Datasets) -> None:
    job_id = await datasets.crawled()
    version = datasets.version(await datasets.request_build(job_id, by=datasets.crawl.owner))
    (dataset,) = datasets.crawl.database.tables.datasets.values()
    assert (version.number, version.status, version.dataset_id) == (1, BuildStatus.PENDING, dataset.id)
    assert (dataset.name, dataset.selection.jobs, dataset.versions) == ("Cats", (job_id,), 1)
    (task,) = datasets.crawl.database.tasks(name=BUILD)
    assert (task.subject_id, task.lane) == (version.id, "shared")


async def test_another_request_makes_another_version_of_the_same_dataset(datasets: Datasets) -> None:
    job_id = await datasets.crawled()
    numbers = [
        datasets.version(await datasets.request_build(job_id, by=datasets.crawl.owner)).number
        for _ in range(2)
    ]
    assert numbers == [1, 2]
    assert len(datasets.crawl.database.tables.datasets) == 1


async def test_a_job_without_images_makes_no_dataset(tmp_path: Path) -> None:
    datasets = Datasets(tmp_path, dog=[])
    job_id = await datasets.crawled()
    with pytest.raises(EmptySelection):
        await datasets.request_build(job_id, by=datasets.crawl.owner)
    assert datasets.crawl.database.tables.datasets == {}


async def test_a_strangers_job_is_not_there(datasets: Datasets) -> None:
    job_id = await datasets.crawled()
    with pytest.raises(CrawlJobNotFound):
        await datasets.request_build(job_id, by=datasets.crawl.stranger)


async def test_a_built_version_is_its_manifest(datasets: Datasets) -> None:
    version_id = await datasets.built()
    version, manifest = datasets.version(version_id), await datasets.manifest(version_id)
    assert (version.status, version.images) == (BuildStatus.READY, 3)
    assert version.digest == digest(manifest.rows)
    assert version.bytes == sum(row.bytes for row in manifest.rows)
    assert {row.label for row in manifest.rows} == {"cat"}
    assert any(isinstance(event, VersionReady) for event in datasets.crawl.database.events)


async def test_building_twice_gives_the_same_bytes(datasets: Datasets) -> None:
    first = await datasets.built()
    (job,) = datasets.crawl.database.tables.crawl_jobs.values()
    second = await datasets.request_build(job.id, by=datasets.crawl.owner)
    payload, lease = datasets.claimed(BUILD)
    await datasets.build_version(payload, lease=lease)
    assert datasets.version(first).digest == datasets.version(second).digest


async def test_a_build_survives_a_database_that_goes_away(datasets: Datasets) -> None:
    version_id = await datasets.request_build(await datasets.crawled(), by=datasets.crawl.owner)
    payload, lease = datasets.claimed(BUILD)
    datasets.crawl.database.refusals.append(Unavailable("gone"))
    await datasets.build_version(payload, lease=lease)
    assert datasets.version(version_id).status is BuildStatus.READY
    assert lease.closed


async def test_who_lost_the_lease_builds_nothing(datasets: Datasets) -> None:
    version_id = await datasets.request_build(await datasets.crawled(), by=datasets.crawl.owner)
    payload, stale = datasets.claimed(BUILD)
    datasets.crawl.database.claim(datasets.crawl.task(stale))
    with pytest.raises(LeaseLost):
        await datasets.build_version(payload, lease=stale)
    assert datasets.version(version_id).status is BuildStatus.PENDING


async def test_pictures_that_are_alike_are_one_group(datasets: Datasets) -> None:
    version_id = await datasets.request_build(await datasets.crawled(), by=datasets.crawl.owner)
    images = datasets.crawl.database.tables.images
    for number, image in enumerate(list(images.values())):
        looks = msgspec.structs.replace(image.facts, phash=number)
        images[image.id] = msgspec.structs.replace(image, facts=looks)
    datasets.crawl.near._alike = {frozenset((0, 1))}
    payload, lease = datasets.claimed(BUILD)
    await datasets.build_version(payload, lease=lease)
    rows = (await datasets.manifest(version_id)).rows
    groups = {int(row.phash or "", 16): row.dedup_group for row in rows}
    assert groups[0] == groups[1] is not None
    assert groups[2] is None
    assert datasets.crawl.near.levels[-1] == "high"


class Meanwhile(ListedNearDuplicates):
    """Somebody removes an image while pictures are compared."""

    def __init__(self, database: MemoryDatabase) -> None:
        super().__init__()
        self.database = database

    def pairs(self, pictures: Album, level: str) -> list[tuple[int, int]]:
        if len(pictures) == 3:
            images = self.database.tables.images
            first = next(iter(images))
            images[first] = msgspec.structs.replace(images[first], state="rejected", reason="removed")
        return super().pairs(pictures, level)


async def test_an_image_that_goes_away_during_the_build_is_not_in_it(datasets: Datasets) -> None:
    version_id = await datasets.request_build(await datasets.crawled(), by=datasets.crawl.owner)
    build = dataclasses.replace(datasets.build_version, near_duplicates=Meanwhile(datasets.crawl.database))
    payload, lease = datasets.claimed(BUILD)
    await build(payload, lease=lease)
    manifest = await datasets.manifest(version_id)
    assert datasets.version(version_id).images == len(manifest.rows) == len(list(manifest.rows)) == 2
    (gone,) = [i for i in datasets.crawl.database.tables.images.values() if i.reason == "removed"]
    assert gone.sha256 not in {row.sha256 for row in manifest.rows}


async def test_a_version_that_cannot_be_built_says_why(datasets: Datasets) -> None:
    version_id = await datasets.request_build(await datasets.crawled(), by=datasets.crawl.owner)
    payload, lease = datasets.claimed(BUILD)
    await datasets.fail_version(payload, lease=lease, error=StorageFull("The disk is full."))
    version = datasets.version(version_id)
    assert (version.status, version.failure_code) == (BuildStatus.FAILED, "STORAGE_FULL")
    assert version.failure == "The disk is full."
    assert lease.closed


async def test_a_bugs_own_words_are_not_shown(datasets: Datasets) -> None:
    version_id = await datasets.request_build(await datasets.crawled(), by=datasets.crawl.owner)
    payload, lease = datasets.claimed(BUILD)
    await datasets.fail_version(payload, lease=lease, error=KeyError("password"))
    version = datasets.version(version_id)
    assert version.failure_code == "INTERNAL"
    assert "password" not in (version.failure or "")


async def test_a_version_that_is_not_there_cannot_be_read(datasets: Datasets) -> None:
    with pytest.raises(DatasetVersionNotFound):
        async with datasets.crawl.transaction() as tx:
            await tx.versions.get(DatasetVersionId(datasets.crawl.new_id()))


def test_the_card_says_how_the_images_were_found() -> None:
    make = Aggregates(CountingIds())
    wanted = spec(
        "cat",
        "dog",
        sources=("a", "b"),
        filters=SearchFilters(license=("commercial", "known"), exclude=("x",)),
        rules=SizeRules(min_size=(1, 2), max_size=(3, 4), file_types=("jpg",)),
        seed=7,
    )
    job = make.job(make.project(make.profile()), spec=wanted, max_images=12)
    facts = facts_of([job], Selection(jobs=(job.id,)))
    assert (facts.queries, facts.sources, facts.classes) == (("cat", "dog"), ("a", "b"), ("cat", "dog"))
    assert (facts.seed, facts.asked) == (7, 12)
    assert dict(facts.filters) == {
        "dedup": "medium",
        "validation": "standard",
        "safe-search": "moderate",
        "license": "commercial,known",
        "min-size": "1x2",
        "max-size": "3x4",
        "file-type": "jpg",
        "exclude": "x",
    }
