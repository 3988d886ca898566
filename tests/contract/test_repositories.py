"""Every repository: what goes in comes out, whatever the columns hold."""

from typing import Any, get_type_hints
from uuid import UUID

import msgspec
import pytest

from pixcrawler.application.ports.repositories import Repository
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.activity.errors import NotificationNotFound
from pixcrawler.domain.crawling.errors import CrawlJobNotFound, ScheduleNotFound
from pixcrawler.domain.datasets.errors import DatasetNotFound, DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.identity.errors import ApiKeyNotFound, UserNotFound
from pixcrawler.domain.imaging.errors import ValidationNotFound
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.shared.errors import ChangedMeanwhile, NotFound
from pixcrawler.domain.storage.errors import ExecutionNotFound, PolicyNotFound
from tests.contract.stages import MemoryStage, Stage
from tests.contract.unusual import UNUSUAL
from tests.fakes.aggregates import Aggregates
from tests.fakes.platform_aggregates import notification, schedule, validation, validation_chunk

MISSING = {
    "profiles": UserNotFound,
    "api_keys": ApiKeyNotFound,
    "projects": ProjectNotFound,
    "crawl_jobs": CrawlJobNotFound,
    "schedules": ScheduleNotFound,
    "notifications": NotificationNotFound,
    "datasets": DatasetNotFound,
    "versions": DatasetVersionNotFound,
    "exports": ExportNotFound,
    "archival_policies": PolicyNotFound,
    "cleanup_policies": PolicyNotFound,
    "executions": ExecutionNotFound,
    "validations": ValidationNotFound,
    "validation_chunks": ValidationNotFound,
}
NOBODYS = {"archival_policies", "cleanup_policies", "executions"}
ALL = pytest.mark.parametrize("name", UNUSUAL)


def lineage(make: Aggregates) -> dict[str, Any]:
    """One of each, all belonging together, in an order in which they can be added."""
    profile = make.profile()
    project = make.project(profile)
    job = make.job(project)
    query = make.query(job)
    dataset = make.dataset(job)
    version = make.version(dataset)
    policy = make.cleanup_policy()
    run = validation(make.new_id, job)
    return {
        "profiles": profile,
        "api_keys": make.api_key(profile),
        "projects": project,
        "crawl_jobs": job,
        "schedules": schedule(make.new_id, project, job_id=project.id),
        "notifications": notification(make.new_id, profile),
        "queries": query,
        "chunks": make.chunk(query),
        "datasets": dataset,
        "versions": version,
        "exports": make.export(version),
        "archival_policies": make.archival_policy(),
        "cleanup_policies": policy,
        "executions": make.execution(policy),
        "validations": run,
        "validation_chunks": validation_chunk(make.new_id, run),
    }


def repository(tx: UnitOfWork, name: str) -> Any:
    return getattr(tx, name)


async def added(stage: Stage, things: dict[str, Any]) -> None:
    async with stage.transaction() as tx:
        for name, thing in things.items():
            await repository(tx, name).add(thing)
        await tx.commit()


async def loaded(stage: Stage, name: str, key: UUID) -> Any:
    async with stage.transaction() as tx:
        return await repository(tx, name).get(key)


def test_every_field_has_an_unusual_value_here() -> None:
    things = ("owner", "project", "job", "query", "dataset", "version", "policy", "validation")
    ids = {"id", *(f"{thing}_id" for thing in things)}
    for name, thing in lineage(MemoryStage().make).items():
        assert set(thing.__struct_fields__) - ids == set(UNUSUAL[name]), name


def test_every_aggregate_is_tried_here() -> None:
    kept = {
        name
        for name, port in vars(UnitOfWork).items()
        if isinstance(port, property) and Repository in get_type_hints(port.fget)["return"].__mro__
    }
    assert kept == set(UNUSUAL)


# Property 15: every aggregate's repository can create, read, update and delete (`ALL`, here and below).
@ALL
async def test_every_column_comes_back_as_it_was_added(stage: Stage, name: str) -> None:
    things = lineage(stage.make)
    things[name] = msgspec.structs.replace(things[name], **UNUSUAL[name])
    await added(stage, things)
    again = await loaded(stage, name, things[name].id)
    for field in things[name].__struct_fields__:
        assert (field, getattr(again, field)) == (field, getattr(things[name], field))
    assert type(again) is type(things[name])


async def test_a_job_that_is_added_last_is_there_with_the_commit_and_not_without(stage: Stage) -> None:
    things = lineage(stage.make)
    job = msgspec.structs.replace(things["crawl_jobs"], **UNUSUAL["crawl_jobs"])
    await added(stage, {name: things[name] for name in ("profiles", "projects")})
    async with stage.transaction() as tx:
        await tx.crawl_jobs.add_last(job)
    with pytest.raises(CrawlJobNotFound):
        await loaded(stage, "crawl_jobs", job.id)
    async with stage.transaction() as tx:
        await tx.crawl_jobs.add_last(job)
        await tx.commit()
    assert await loaded(stage, "crawl_jobs", job.id) == job


@ALL
async def test_every_column_comes_back_as_it_was_saved(stage: Stage, name: str) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    unusual = dict(UNUSUAL[name])
    unusual.pop("version", None)
    changed = msgspec.structs.replace(things[name], **unusual)
    async with stage.transaction() as tx:
        await repository(tx, name).save(changed)
        await tx.commit()
    assert await loaded(stage, name, changed.id) == changed
    assert getattr(changed, "version", 2) == 2


@ALL
async def test_a_locked_one_is_the_same(stage: Stage, name: str) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    async with stage.transaction() as tx:
        assert await repository(tx, name).locked(things[name].id) == things[name]


@ALL
async def test_what_was_deleted_is_not_found(stage: Stage, name: str) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    async with stage.transaction() as tx:
        await repository(tx, name).delete(things[name].id)
        await tx.commit()
    with pytest.raises(MISSING.get(name, NotFound)):
        await loaded(stage, name, things[name].id)


@ALL
@pytest.mark.parametrize("act", ["get", "locked", "save", "delete"])
async def test_a_missing_one_is_not_found(stage: Stage, name: str, act: str) -> None:
    stranger = lineage(stage.make)[name]
    async with stage.transaction() as tx:
        with pytest.raises(MISSING.get(name, NotFound)) as caught:
            await getattr(repository(tx, name), act)(stranger if act == "save" else stranger.id)
    assert type(caught.value) is MISSING.get(name, NotFound)


@ALL
async def test_nothing_is_there_twice(stage: Stage, name: str) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    with pytest.raises(ChangedMeanwhile):
        await added(stage, {name: things[name]})


async def test_an_owner_takes_everything_along(stage: Stage) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    async with stage.transaction() as tx:
        await tx.profiles.delete(things["profiles"].id)
        await tx.commit()
    for name, thing in things.items():
        if name not in NOBODYS:
            with pytest.raises(NotFound):
                await loaded(stage, name, thing.id)


async def test_a_profile_is_found_by_its_name(stage: Stage) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    async with stage.transaction() as tx:
        assert await tx.profiles.named(things["profiles"].name) == things["profiles"]
        assert await tx.profiles.named("nobody") is None


async def test_a_project_is_found_by_its_name_among_its_owners(stage: Stage) -> None:
    things, others = lineage(stage.make), lineage(stage.make)
    others["projects"].name = things["projects"].name
    await added(stage, things)
    await added(stage, others)
    async with stage.transaction() as tx:
        found = await tx.projects.named(things["projects"].name, owner=things["profiles"].id)
        assert found == things["projects"]
        assert await tx.projects.named("another", owner=things["profiles"].id) is None


async def test_queries_of_a_job_come_in_order(stage: Stage) -> None:
    things = lineage(stage.make)
    job = things["crawl_jobs"]
    things.pop("chunks")
    things.pop("queries")
    await added(stage, things)
    queries = [stage.make.query(job, position=position) for position in (2, 0, 1)]
    async with stage.transaction() as tx:
        await tx.queries.add_all(queries)
        await tx.commit()
    async with stage.transaction() as tx:
        found = await tx.queries.of_job(job.id)
    assert [query.position for query in found] == [0, 1, 2]
    assert found[0] == queries[1]


async def test_chunks_are_numbered_for_each_keyword(stage: Stage) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    job, query = things["crawl_jobs"], things["queries"]
    async with stage.transaction() as tx:
        assert await tx.chunks.next_position(job.id, 0) == 1
        assert await tx.chunks.next_position(job.id, 1) == 0
        await tx.chunks.add_all([stage.make.chunk(query, position=4)])
        await tx.chunks.add_all([])
        assert await tx.chunks.next_position(job.id, 0) == 5


async def test_the_oldest_dataset_of_a_job_alone_is_found(stage: Stage) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    job = things["crawl_jobs"]
    newer = stage.make.dataset(job)
    mixed = stage.make.dataset(job, selection=Selection(jobs=(job.id, stage.make.new_id())))
    async with stage.transaction() as tx:
        assert await tx.datasets.of_job(job.id) == things["datasets"]
        await tx.datasets.add(newer)
        await tx.datasets.add(mixed)
        assert await tx.datasets.of_job(job.id) == things["datasets"]
        await tx.datasets.delete(things["datasets"].id)
        assert await tx.datasets.of_job(job.id) == newer
        assert await tx.datasets.of_job(stage.make.new_id()) is None


async def test_the_newest_version_is_the_one_with_the_highest_number(stage: Stage) -> None:
    things = lineage(stage.make)
    await added(stage, things)
    dataset = things["datasets"]
    third = stage.make.version(dataset, number=3)
    async with stage.transaction() as tx:
        assert await tx.versions.newest(dataset.id) == things["versions"]
        await tx.versions.add(third)
        await tx.versions.add(stage.make.version(dataset, number=2))
        assert await tx.versions.newest(dataset.id) == third
        assert await tx.versions.newest(stage.make.new_id()) is None
