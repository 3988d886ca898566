"""Pictures on their way into an export."""

import asyncio
from collections.abc import Sequence

import pytest

from pixcrawler.application.datasets.pictures import AT_ONCE, StoredPictures
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.errors import CannotConvert, ExportMismatch
from pixcrawler.domain.datasets.layout import Layout, lay_out
from pixcrawler.domain.datasets.splits import SplitPlan
from tests.fakes import manifests
from tests.fakes.converter import StampingConverter
from tests.fakes.object_store import MemoryObjectStore

ROWS = manifests.rows({"cat": 12, "dog": 8})
WEBP = Conversion(format=PictureFormat.WEBP)


class CountingStore(MemoryObjectStore):
    """Knows how many bytes each reading asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.readings: list[int] = []

    async def read(self, keys: Sequence[str]) -> list[bytes]:
        found = await super().read(keys)
        self.readings.append(sum(map(len, found)))
        return found


@pytest.fixture
async def store() -> CountingStore:
    store = CountingStore()
    await manifests.stored(ROWS, store)
    return store


def layout() -> Layout:
    return lay_out(manifests.manifest(ROWS), SplitPlan({"train": 1.0}))


async def test_all_come_in_order_with_their_own_bytes(store: CountingStore) -> None:
    async with StoredPictures(store, batch=500) as pictures:
        found = [pair async for batch in pictures.read(layout()) for pair in batch]
    assert [image for image, _ in found] == list(layout())
    assert all([await store.get(image.row.key) == data for image, data in found])
    assert not pictures.converted
    assert len(pictures.changes) == 0


async def test_batches_are_bounded_by_bytes_and_one_is_read_ahead(store: CountingStore) -> None:
    limit = 3 * ROWS[0].bytes + 1
    async with StoredPictures(store, batch=limit) as pictures:
        batches = pictures.read(layout())
        first = await anext(batches)
        await until(lambda: len(store.readings) == 2)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(first) == 3
        assert len(store.readings) == 2
    assert max(store.readings) <= limit


async def until(holds: object) -> None:
    async with asyncio.timeout(20):
        while not holds():  # type: ignore[operator]
            await asyncio.sleep(0.001)


async def test_a_picture_larger_than_a_batch_comes_alone(store: CountingStore) -> None:
    async with StoredPictures(store, batch=1) as pictures:
        sizes = [len(batch) async for batch in pictures.read(layout())]
    assert sizes == [1] * len(ROWS)


async def test_nothing_is_read_of_nothing(store: CountingStore) -> None:
    async with StoredPictures(store) as pictures:
        assert [batch async for batch in pictures.read([])] == []


async def test_a_lost_picture_is_named(store: CountingStore) -> None:
    await store.delete(ROWS[4].key)
    async with StoredPictures(store) as pictures:
        with pytest.raises(ExportMismatch, match=f"^train/cat/{ROWS[4].id}.png of the dataset is no longer"):
            await anext(pictures.read(layout()))


async def test_a_picture_of_another_size_is_named(store: CountingStore) -> None:
    await store.put(ROWS[4].key, b"cut off")
    async with StoredPictures(store) as pictures:
        with pytest.raises(ExportMismatch, match=f"{ROWS[4].id}.* has 7 bytes in the store"):
            await anext(pictures.read(layout()))


async def test_converted_pictures_come_in_order_and_their_rows_tell_of_them(store: CountingStore) -> None:
    converter = StampingConverter()
    async with StoredPictures(store, conversion=WEBP, converter=converter, batch=500) as pictures:
        found = [pair async for batch in pictures.read(layout()) for pair in batch]
    assert [image.row.original_sha256 for image, _ in found] == [one.row.sha256 for one in layout()]
    assert [image for image, _ in found] == list(layout().changed(pictures.changes))
    assert {image.path for image, _ in found} == {f"train/{r.label}/{r.id}.webp" for r in ROWS}
    assert [image.row.bytes for image, _ in found] == [len(data) for _, data in found]
    assert 1 < converter.most <= AT_ONCE


async def test_a_picture_that_cannot_be_converted_ends_it_and_is_named(store: CountingStore) -> None:
    converter = StampingConverter(manifests.picture(5))
    async with StoredPictures(store, conversion=WEBP, converter=converter) as pictures:
        with pytest.raises(CannotConvert, match=f"{ROWS[5].id}.png cannot be converted: It is not a picture"):
            async for _ in pictures.read(layout()):
                pass


async def test_leaving_in_the_middle_leaves_nothing_running(store: CountingStore) -> None:
    before = asyncio.all_tasks()
    async with StoredPictures(store, conversion=WEBP, converter=StampingConverter(), batch=1) as pictures:
        reading = pictures.read(layout())  # held: ending a generator that nobody holds is a task of the loop
        await anext(reading)
    assert asyncio.all_tasks() == before
