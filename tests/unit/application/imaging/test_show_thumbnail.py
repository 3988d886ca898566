"""Thumbnails: made once, kept, and never waited for without end."""

import asyncio
import io

import pytest
from PIL import Image

from pixcrawler.application.imaging.show_thumbnail import ShowThumbnail
from pixcrawler.application.ports.images import ImageFile
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.application.ports.object_store import ObjectMissing
from pixcrawler.domain.imaging.errors import NoThumbnail, TooManyThumbnails
from pixcrawler.domain.imaging.facts import Format
from tests.fakes.aggregates import sha
from tests.fakes.inspector import PillowInspector
from tests.fakes.manifests import picture
from tests.fakes.object_store import MemoryObjectStore

FILE = ImageFile("owner/1", sha(1), Format.JPEG, 1_000)


class CountingInspector(PillowInspector):
    def __init__(self) -> None:
        super().__init__()
        self.made = 0

    async def thumbnail(self, descriptor: int, side: int) -> bytes | Unreadable:
        self.made += 1
        return await super().thumbnail(descriptor, side)


class StuckInspector:
    async def thumbnail(self, _descriptor: int, _side: int) -> bytes | Unreadable:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


async def test_a_thumbnail_fits_its_square_and_is_made_once() -> None:
    store, inspector = MemoryObjectStore(), CountingInspector()
    await store.put(FILE.key, picture(1))
    show = ShowThumbnail(store=store, thumbnails=inspector)
    first = await show(FILE)
    with Image.open(io.BytesIO(first)) as small:
        assert (small.format, max(small.size) <= 256) == ("JPEG", True)
    assert await show(FILE) == first
    assert inspector.made == 1


async def test_a_picture_that_is_gone_from_the_store_is_reported_as_missing() -> None:
    show = ShowThumbnail(store=MemoryObjectStore(), thumbnails=PillowInspector())
    with pytest.raises(ObjectMissing):
        await show(FILE)


async def test_a_file_that_cannot_be_decoded_has_no_thumbnail() -> None:
    store = MemoryObjectStore()
    await store.put(FILE.key, b"no picture")
    with pytest.raises(NoThumbnail):
        await ShowThumbnail(store=store, thumbnails=PillowInspector())(FILE)
    assert [one.key async for one in store.keys("")] == [FILE.key]


async def test_nobody_waits_for_ever() -> None:
    store = MemoryObjectStore()
    await store.put(FILE.key, picture(1))
    with pytest.raises(TooManyThumbnails):
        await ShowThumbnail(store=store, thumbnails=StuckInspector(), patience=0.01)(FILE)
