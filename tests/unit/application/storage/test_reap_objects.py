"""Deleting objects that no row names."""

from collections.abc import AsyncIterator
from datetime import timedelta

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import Listed
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.storage.reap_objects import ReapObjects
from pixcrawler.application.storage.reaping import AT_ONCE
from pixcrawler.domain.imaging.thumbnails import thumbnail_key
from pixcrawler.domain.shared.ids import TaskId
from tests.fakes.ids import CountingIds
from tests.fakes.object_store import MemoryObjectStore
from tests.unit.application.crawling.stage import Stage


class AgedStore(MemoryObjectStore):
    """Whose objects are two days old, but those named ``new``."""

    async def keys(self, prefix: str) -> AsyncIterator[Listed]:
        async for one in super().keys(prefix):
            yield one._replace(age=0.0 if "new" in one.key else 2 * 86_400.0)


def lease() -> Lease:
    return Lease(TaskId(CountingIds()()), 1)


async def left(store: MemoryObjectStore) -> list[str]:
    return [one.key async for one in store.keys("")]


def reaper(stage: Stage, store: MemoryObjectStore) -> ReapObjects:
    return ReapObjects(transaction=stage.transaction, stores=Stores(store), grace=timedelta(days=1))


async def test_only_old_objects_that_no_row_names_are_deleted() -> None:
    stage, store = Stage(cat=[["a"]]), AgedStore()
    await stage.started("cat")
    await stage.finish()
    (image,) = stage.database.tables.images.values()
    for key in (image.key, "orphan/old", "orphan/new"):
        await store.put(key, b"x")
    await reaper(stage, store)({}, lease=lease())
    assert sorted(await left(store)) == sorted([image.key, "orphan/new"])


async def test_a_thumbnail_stays_as_long_as_its_picture() -> None:
    stage, store = Stage(cat=[["a"]]), AgedStore()
    await stage.started("cat")
    await stage.finish()
    (image,) = stage.database.tables.images.values()
    for key in (image.key, "orphan/old"):
        await store.put(key, b"x")
        await store.put(thumbnail_key(key), b"x")
    await reaper(stage, store)({}, lease=lease())
    assert await left(store) == [image.key, thumbnail_key(image.key)]


async def test_more_than_one_batch_is_reaped() -> None:
    stage, store = Stage(), AgedStore()
    for number in range(AT_ONCE + 3):
        await store.put(f"orphan/{number}", b"x")
    await reaper(stage, store)({}, lease=lease())
    assert await left(store) == []


async def test_bodies_left_behind_are_swept_after_the_grace_period() -> None:
    stage, store = Stage(), AgedStore()
    left_behind = store.receive()
    left_behind.write(b"as by a process that was killed")
    await reaper(stage, store)({}, lease=lease())
    assert await store.sweep(older_than=-1) == 1
    left_behind.discard()


async def test_a_draining_worker_deletes_no_more() -> None:
    stage, store = Stage(), AgedStore()
    await store.put("orphan/1", b"x")
    held = lease()
    held.draining = True
    await reaper(stage, store)({}, lease=held)
    assert await left(store) == ["orphan/1"]
