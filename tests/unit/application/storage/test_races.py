"""Who deletes and who is about to need it, at the same time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from pixcrawler.application.crawling.remove_image import RemoveImage
from pixcrawler.application.datasets.build_version import BuildVersion
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import Listed, ObjectStore
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.storage.reap_objects import ReapObjects
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.imaging.thumbnails import thumbnail_key
from pixcrawler.domain.shared.ids import CandidateId, TaskId
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.policy import Target
from tests.fakes.memory_transaction import MemoryTransaction, MemoryUnitOfWork
from tests.fakes.object_store import MemoryObjectStore
from tests.unit.application.crawling.stage import Stage
from tests.unit.application.crawling.test_settle_job import alike
from tests.unit.application.datasets.stage import BUILD, Datasets
from tests.unit.application.storage.room import GRACE, AgedStore, Room


class StoredAgain(AgedStore):
    """Whatever was listed is stored again before anybody can act on the list."""

    async def keys(self, prefix: str) -> AsyncIterator[Listed]:
        async for one in super().keys(prefix):
            yield one
            self.young.add(one.key)


async def test_what_is_stored_again_after_it_was_listed_stays() -> None:
    room = Room()
    room.hot = StoredAgain()
    room.stores = Stores(room.hot, room.warm)
    room.wire()
    await room.hot.put("lost/1", b"x")
    await room.reap({}, lease=room.lease())
    assert (await room.objects())[Tier.HOT] == ["lost/1"]


class LongAgo:
    """A store whose objects of until now are old; what comes is young."""

    def __init__(self, store: MemoryObjectStore, old: set[str]) -> None:
        self._store, self._old = store, old

    async def keys(self, prefix: str) -> AsyncIterator[Listed]:
        async for one in self._store.keys(prefix):
            yield one._replace(age=2 * 86_400.0 if one.key in self._old else 0.0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def long_ago(store: MemoryObjectStore) -> ObjectStore:
    return cast("ObjectStore", LongAgo(store, {one.key async for one in store.keys("")}))


class Interrupted(MemoryTransaction):
    """Before the nth transaction begins, somebody else does something."""

    number = 0
    nth = 1

    @asynccontextmanager
    async def __call__(
        self, *, fenced_by: Lease | None = None, brief: bool = False
    ) -> AsyncIterator[MemoryUnitOfWork]:
        self.number += 1
        if self.number == self.nth:
            await self.somebody()
        async with super().__call__(fenced_by=fenced_by, brief=brief) as tx:
            yield tx

    somebody: Callable[[], Awaitable[None]]


async def built_while(out: Path, nth: int) -> tuple[Datasets, bool]:
    """A build before whose nth transaction a picture is removed, and everything unneeded is reaped."""
    datasets = Datasets(out)
    crawl = datasets.crawl
    version_id = await datasets.request_build(await datasets.crawled(), by=crawl.owner)
    store = await long_ago(crawl.store)
    crawl.clock.pass_by(3_600)

    async def remove_one_and_reap() -> None:
        candidate = next(one.id for one in crawl.database.tables.candidates.values() if one.state == "good")
        await RemoveImage(transaction=crawl.transaction)(CandidateId(candidate), by=crawl.owner)
        reap = ReapObjects(transaction=crawl.transaction, stores=Stores(store), grace=GRACE)
        await reap({}, lease=Lease(TaskId(crawl.new_id()), 1))

    racing = Interrupted(crawl.database, new_id=crawl.new_id)
    racing.nth, racing.somebody = nth, remove_one_and_reap
    build = BuildVersion(transaction=racing, store=store, near_duplicates=crawl.near, clock=crawl.clock)
    payload, lease = datasets.claimed(BUILD)
    await build(payload, lease=lease)
    assert datasets.version(version_id).status is BuildStatus.READY
    for row in (await datasets.manifest(version_id)).rows:
        assert await crawl.store.exists(row.key), f"before transaction {nth}"
    return datasets, racing.number >= nth


async def test_a_build_never_ends_with_a_picture_that_is_gone(tmp_path: Path) -> None:
    nth, raced = 0, True
    while raced:
        nth += 1
        datasets, raced = await built_while(tmp_path, nth)
        crawl = datasets.crawl
        store = await long_ago(crawl.store)
        reap = ReapObjects(transaction=crawl.transaction, stores=Stores(store), grace=GRACE)
        await reap({}, lease=Lease(TaskId(crawl.new_id()), 1))
        (version,) = crawl.database.tables.versions.values()
        for row in (await datasets.manifest(version.id)).rows:
            assert await crawl.store.exists(row.key)
    assert nth > 3


async def rejecting(stage: Stage) -> Room:
    """A room with a job of three pictures that look alike, of which two were rejected."""
    await stage.started("cat", max_images=3)
    await stage.act_until("pixcrawler.crawling.settle_job")
    alike(stage)
    await stage.finish()
    room = Room()
    room.database, room.clock, room.new_id = stage.database, stage.clock, stage.new_id
    room.stores = Stores(await long_ago(stage.store))
    room.wire()
    stage.clock.pass_by(86_400 * 8)
    return room


async def test_rejected_pictures_go_with_their_files_and_the_job_says_so() -> None:
    stage = Stage(cat=[["a", "b", "c"]])
    room = await rejecting(stage)
    pictures = stage.database.tables.images
    gone = sorted(image.key for image in pictures.values() if image.state == "rejected")
    kept = [image.key for image in pictures.values() if image.state == "accepted"]
    assert (len(gone), len(kept)) == (2, 1)
    await stage.store.put(thumbnail_key(gone[0]), b"small")
    room.stores = Stores(await long_ago(stage.store))
    room.wire()
    policy = room.make.cleanup_policy(target=Target.REJECTED_PICTURES, after_days=7)
    _, listed = await room.executed(policy, dry_run=True)
    assert len(pictures) == 3
    execution, items = await room.executed(policy)
    assert [(i.subject, i.key, i.bytes) for i in items] == [(i.subject, i.key, i.bytes) for i in listed]
    assert sorted(str(item.key) for item in items) == gone
    assert execution.bytes == sum(image.bytes for image in pictures.values() if image.key in gone)
    assert [one.key async for one in stage.store.keys("")] == kept
    (job,) = stage.database.tables.crawl_jobs.values()
    assert (job.reasons, job.accepted) == ({"removed": 2}, 1)
    assert (await room.executed(policy))[1] == []


async def test_rejected_pictures_of_a_job_that_has_just_ended_stay() -> None:
    stage = Stage(cat=[["a", "b", "c"]])
    room = await rejecting(stage)
    policy = room.make.cleanup_policy(target=Target.REJECTED_PICTURES, after_days=9)
    assert (await room.executed(policy))[1] == []
