"""Datasets of people: made, changed, merged, divided, built, cancelled and deleted."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from pixcrawler.application.datasets.change_dataset import DatasetChange
from pixcrawler.application.datasets.create_dataset import NewDataset
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.datasets.dividing import Division
from pixcrawler.domain.datasets.errors import (
    DatasetNotFound,
    DatasetVersionNotFound,
    EmptySelection,
    InvalidDataset,
    InvalidSelection,
    JobNotSettled,
)
from pixcrawler.domain.datasets.selection import Keep, Limit, Relabel, Selection, merged
from pixcrawler.domain.datasets.version import BuildStatus, WrongBuildState
from pixcrawler.domain.projects.errors import ProjectArchived, ProjectNotFound
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.once import Once
from tests.fakes.aggregates import Aggregates
from tests.unit.application.datasets.room import Room
from tests.unit.application.datasets.stage import BUILD


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
async def cats(room: Room) -> CrawlJobId:
    return await room.crawled("cat")


@pytest.fixture
async def dogs(room: Room, cats: CrawlJobId) -> CrawlJobId:
    return await room.crawled("dog")


async def test_a_dataset_is_what_was_asked_for(room: Room, cats: CrawlJobId, dogs: CrawlJobId) -> None:
    made = await room.dataset(dogs, cats)
    assert (made.name, made.jobs, made.versions) == ("Pets", tuple(sorted((cats, dogs))), 0)
    assert room.stage.crawl.database.tables.datasets[made.id].selection == made.selection


async def test_several_jobs_make_one_version(room: Room, cats: CrawlJobId, dogs: CrawlJobId) -> None:
    made = await room.dataset(cats, dogs)
    version = await room.built(made.id)
    assert (version.status, version.images) == (BuildStatus.READY, 5)
    assert await room.labels(version) == ["cat"] * 3 + ["dog"] * 2
    assert version.stats is not None
    assert version.stats.classes == {"cat": 3, "dog": 2}
    again = await room.built((await room.dataset(dogs, cats)).id)
    assert again.digest == version.digest


async def test_a_version_needs_the_objects_of_its_images(room: Room, cats: CrawlJobId) -> None:
    version = await room.built((await room.dataset(cats)).id)
    keys = {row.key for row in (await room.manifest(version)).rows}
    needed = {one.key for one in room.stage.crawl.database.tables.version_objects.values()}
    assert keys == needed


async def test_steps_are_taken_and_told(room: Room, cats: CrawlJobId, dogs: CrawlJobId) -> None:
    steps = (Relabel(labels={"cat": "pet"}), Limit(images=2), Keep(labels=("pet", "dog")))
    made = await room.dataset(cats, dogs, steps=steps)
    manifest = await room.manifest(await room.built(made.id))
    assert len(manifest.rows) == 2
    assert {row.label for row in manifest.rows} <= {"pet", "dog"}
    assert manifest.facts.classes == ("dog", "pet")
    assert ("relabel", "labels cat → pet") in manifest.facts.filters
    assert manifest.facts.asked is None


async def test_the_same_selection_gives_the_same_version_again(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats, steps=(Limit(images=2),))
    first, second = await room.built(made.id), await room.built(made.id)
    assert (first.number, second.number) == (1, 2)
    assert first.digest == second.digest
    assert first.changelog == "The first version."
    assert second.changelog == "The same images as version 1."


async def test_a_changed_selection_counts_from_the_next_version_on(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats)
    first = await room.built(made.id)
    fewer = made.selection.then(Limit(images=1))
    changed = await room.change(made.id, DatasetChange(selection=fewer, name="One cat"), by=room.owner)
    second = await room.built(made.id)
    assert (changed.name, changed.version) == ("One cat", made.version + 2)
    assert (first.images, second.images) == (3, 1)
    assert room.stage.version(first.id).selection == made.selection
    assert second.changes is not None
    assert (second.changes.removed, second.changes.unchanged) == (2, 1)
    assert second.changelog.startswith("Since version 1: 0 added, 2 removed")


async def test_a_changelog_can_be_given(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats)
    assert (await room.built(made.id, changelog="Mine.")).changelog == "Mine."


async def test_a_version_does_not_fail_for_an_old_one(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats)
    first = await room.built(made.id)
    assert first.manifest_key is not None
    await room.stage.crawl.store.delete(first.manifest_key)
    await room.change(made.id, DatasetChange(selection=made.selection.then(Limit(images=1))), by=room.owner)
    second = await room.built(made.id)
    assert (second.status, second.changes) == (BuildStatus.READY, None)
    assert second.changelog == "What changed since version 1 is not known: its manifest cannot be read."


async def test_datasets_are_merged_and_filtered(room: Room, cats: CrawlJobId, dogs: CrawlJobId) -> None:
    few, all_dogs = await room.dataset(cats, steps=(Limit(images=1),)), await room.dataset(dogs)
    wanted = NewDataset(project_id=room.project, name="Both", datasets=(few.id, all_dogs.id))
    both = await room.create(wanted, by=room.owner)
    assert both.selection == merged(few.selection, all_dogs.selection)
    assert await room.labels(await room.built(both.id)) == ["cat", "dog", "dog"]
    only = (Keep(labels=("dog",)),)
    filtered = NewDataset(project_id=room.project, name="Dogs", datasets=(both.id,), steps=only)
    dogs_only = await room.create(filtered, by=room.owner)
    assert await room.labels(await room.built(dogs_only.id)) == ["dog", "dog"]


@pytest.mark.parametrize(
    "division",
    [Division(ratios={"a": 0.6, "b": 0.4}, seed=3), Division(labels={"a": ("cat",), "b": ("dog",)})],
)
async def test_a_dataset_is_divided(
    room: Room, cats: CrawlJobId, dogs: CrawlJobId, division: Division
) -> None:
    whole = await room.dataset(cats, dogs)
    parts = (await room.split(whole.id, division, by=room.owner)).datasets
    assert [part.name for part in parts] == ["a", "b"]
    images = [(await room.manifest(await room.built(part.id))).rows for part in parts]
    pictures = [row.sha256 for rows in images for row in rows]
    assert len(pictures) == len(set(pictures)) == 5


async def test_the_same_key_divides_once(room: Room, cats: CrawlJobId) -> None:
    whole = await room.dataset(cats)
    once = Once(key="k", route="POST /datasets/x/split", fingerprint=b"f")
    ratios = Division(ratios={"a": 0.5, "b": 0.5})
    first = await room.split(whole.id, ratios, by=room.owner, once=once)
    assert await room.split(whole.id, ratios, by=room.owner, once=once) == first
    assert len(room.stage.crawl.database.tables.datasets) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"ratios": {"a": 0.5, "b": 0.5}, "labels": {"a": ("x",), "b": ("y",)}},
        {"ratios": {"a": 1.0}},
        {"ratios": {"a": 0.5, "b": 0.6}},
        {"labels": {"a": ("x",), "b": ("x",)}},
        {"labels": {"a": ("x",), "b": ()}},
    ],
)
def test_a_division_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidSelection):
        Division(**wrong)


async def test_an_empty_selection_fails_with_what_emptied_it(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats, steps=(Keep(labels=("bird",)),))
    version = await room.built(made.id)
    assert (version.status, version.failure_code) == (BuildStatus.FAILED, "EMPTY_SELECTION")
    assert "“labels bird” leaves none of 3 images" in (version.failure or "")
    assert room.stage.crawl.database.tables.version_objects == {}


async def test_jobs_without_images_are_refused_at_once(room: Room) -> None:
    nothing = await room.crawled("fish")
    made = await room.dataset(nothing)
    with pytest.raises(EmptySelection):
        await room.request(made.id, by=room.owner)


async def test_a_job_that_runs_again_is_waited_for(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats)
    line = (await room.request(made.id, by=room.owner)).version
    job = room.stage.crawl.database.tables.crawl_jobs[cats]
    job.status = JobStatus.RUNNING
    with pytest.raises(JobNotSettled, match="still running"):
        await room.request(made.id, by=room.owner)
    assert (await room.build(line)).failure_code == "JOB_NOT_SETTLED"


async def test_a_cancelled_version_is_never_built(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats)
    line = (await room.request(made.id, by=room.owner)).version
    cancelled = await room.cancel(made.id, 1, by=room.owner)
    assert (cancelled.status, cancelled.failure_code) == (BuildStatus.FAILED, "BUILD_CANCELLED")
    assert (await room.build(line)).failure_code == "BUILD_CANCELLED"
    assert [key async for key in room.stage.crawl.store.keys("") if "manifests" in key.key] == []
    with pytest.raises(WrongBuildState):
        await room.cancel(made.id, 1, by=room.owner)
    with pytest.raises(DatasetVersionNotFound):
        await room.cancel(made.id, 2, by=room.owner)


async def test_a_deleted_dataset_takes_versions_and_tasks_along(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats)
    await room.built(made.id)
    await room.request(made.id, by=room.owner)
    await room.delete(made.id, by=room.owner)
    tables = room.stage.crawl.database.tables
    assert (tables.datasets, tables.versions, tables.version_objects) == ({}, {}, {})
    assert room.stage.crawl.database.tasks(name=BUILD) == []


async def test_nobody_else_finds_a_dataset(room: Room, cats: CrawlJobId) -> None:
    made = await room.dataset(cats)
    await room.built(made.id)
    theirs = NewDataset(project_id=room.project, name="x", datasets=(made.id,))
    with pytest.raises(ProjectNotFound):
        await room.create(theirs, by=room.stranger)
    acts = [
        room.change(made.id, DatasetChange(name="x"), by=room.stranger),
        room.delete(made.id, by=room.stranger),
        room.request(made.id, by=room.stranger),
        room.cancel(made.id, 1, by=room.stranger),
        room.split(made.id, Division(ratios={"a": 0.5, "b": 0.5}), by=room.stranger),
    ]
    for act in acts:
        with pytest.raises(DatasetNotFound, match=f"There is no dataset {made.id}"):
            await act


async def test_jobs_of_another_project_are_not_there(room: Room, cats: CrawlJobId) -> None:
    make = Aggregates(room.stage.crawl.new_id)
    tables = room.stage.crawl.database.tables
    elsewhere = msgspec.structs.replace(tables.crawl_jobs[cats], project_id=make.new_id(), id=make.new_id())
    tables.crawl_jobs[elsewhere.id] = elsewhere
    for job in (elsewhere.id, CrawlJobId(make.new_id())):
        with pytest.raises(CrawlJobNotFound, match=f"no crawl job {job} in this project") as caught:
            await room.dataset(cats, job)
        assert caught.value.field == "jobs"
    made = await room.dataset(cats)
    change = DatasetChange(selection=Selection(jobs=(elsewhere.id,)))
    with pytest.raises(CrawlJobNotFound):
        await room.change(made.id, change, by=room.owner)


async def test_what_cannot_be_is_refused(room: Room, cats: CrawlJobId) -> None:
    with pytest.raises(InvalidSelection):
        await room.dataset()
    made = await room.dataset(cats)
    with pytest.raises(InvalidDataset):
        await room.change(made.id, DatasetChange(name=" "), by=room.owner)
    with pytest.raises(ChangedMeanwhile):
        await room.change(made.id, DatasetChange(name="x", version=7), by=room.owner)
    room.stage.crawl.database.tables.projects[room.project].status = ProjectStatus.ARCHIVED
    with pytest.raises(ProjectArchived):
        await room.dataset(cats)
