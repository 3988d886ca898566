"""Exports that are cancelled at many moments end as cancelled and leave nothing, or all of it."""

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.converter import StampingConverter
from tests.fakes.exports import archive_target, exported, silent

ROWS = manifests.rows({"cat": 6, "dog": 6})
OPTIONS = ExportOptions(name="Cut", splits=parse_split("80/10/10", seed=3), shard_size=400)
REMADE = msgspec.structs.replace(OPTIONS, conversion=Conversion(format=PictureFormat.PNG))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def moments() -> Iterator[int]:
    """Turns of the event loop, ever further apart: it turns many times while a thread works."""
    turns = 0
    while True:
        yield turns
        turns = int(turns * 1.6) + 3


async def ended(work: Coroutine[Any, Any, object], turns: int) -> bool:
    """By itself, before it was cancelled after so many turns; else it has ended as cancelled."""
    exporting = asyncio.create_task(work)
    for _ in range(turns):
        await asyncio.sleep(0)
    if exporting.done():
        exporting.result()
        return True
    exporting.cancel()
    await asyncio.wait({exporting})
    assert exporting.cancelled(), f"after {turns} turns"
    return False


@pytest.mark.parametrize("options", [OPTIONS, REMADE], ids=["as they are", "remade"])
@pytest.mark.parametrize("name", ["imagefolder", "webdataset", "parquet"])
async def test_into_a_folder(name: str, options: ExportOptions, tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(ROWS, store)
    manifest, converter = manifests.manifest(ROWS), StampingConverter()
    before = asyncio.all_tasks()
    for turns in moments():
        into = tmp_path / f"out-{turns}"
        work = exported(FORMATS[name], manifest, options, store, into, converter=converter)
        if await ended(work, turns):
            break
        assert asyncio.all_tasks() <= before, f"after {turns} turns"
        left = {path.name for path in into.iterdir()} if into.exists() else set()
        assert not left or "SHA256SUMS" in left, f"after {turns} turns"
        assert not any(name.startswith(".") for name in left), f"after {turns} turns"


@pytest.mark.parametrize("archive", [Archive.ZIP, Archive.TAR_ZST])
async def test_into_an_archive_in_the_store(archive: Archive, tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(ROWS, store)
    manifest, room = manifests.manifest(ROWS), tmp_path / "room"
    objects = set(files(tmp_path / "store"))
    before = asyncio.all_tasks()

    async def export() -> None:
        async with archive_target(archive, store, room) as target, StoredPictures(store) as pictures:
            await FORMATS["webdataset"].write(manifest, OPTIONS, pictures, target, progress=silent)

    for turns in moments():
        if await ended(export(), turns):
            break
        assert asyncio.all_tasks() <= before, f"after {turns} turns"
        assert set(files(tmp_path / "store")) == objects, f"after {turns} turns"
        assert not room.exists() or list(room.iterdir()) == [], f"after {turns} turns"
