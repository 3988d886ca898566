"""What the tests of archives write, and where."""

import random
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from pixcrawler.adapters.archives.targets import ChosenTargets
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.target import Block, OpenTarget, Published, Reading, StoredFile
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.domain.shared.ids import ExportId, UserId

NAME = "animals-v1"
OWNER, EXPORT = UserId(uuid.UUID(int=1)), ExportId(uuid.UUID(int=2))
LONG = "x" * 296 + ".jpg"
FILES: dict[str, bytes] = {
    "train/cats/0123456789abcdef.jpg": random.Random(1).randbytes(180_000),
    "train/собаки/é 猫 🐈.png": b"png",
    f"train/{LONG}": b"long",
    "train/CON/a b.jpg": b"con",
    "train/empty.jpg": b"",
    "train/metadata.jsonl": b'{"file_name": "a.jpg"}\n' * 500,
    "README.md": b"# Animals\n",
    "SHA256SUMS": b"",
}


def plan(archive: Archive | None, folder: Path | None = None) -> ExportPlan:
    return ExportPlan(
        splits=SplitPlan({"train": 1.0}), archive=archive, folder=None if folder is None else str(folder)
    )


def targets(store: ObjectStore, room: Path) -> ChosenTargets:
    """They may write to ``out`` below ``room``."""
    return ChosenTargets(
        store=store,
        workspace=LocalWorkspace([room / "out"]),
        rooms=LocalWorkspace([room / "rooms"]),
        room=room / "rooms",
    )


@asynccontextmanager
async def opened(
    store: ObjectStore, room: Path, archive: Archive, *, in_folder: bool = False
) -> AsyncIterator[OpenTarget]:
    chosen = plan(archive, room / "out" if in_folder else None)
    async with targets(store, room).opened(EXPORT, chosen, owner=OWNER, name=NAME) as target:
        yield target


async def never() -> None:
    """Nobody has taken the task over."""


async def fill(target: OpenTarget, store: ObjectStore, files: dict[str, bytes]) -> None:
    """In every way that there is, in turns."""
    for number, (name, data) in enumerate(files.items()):
        if number % 4 == 0:
            await store.put(f"pictures/{number}", data)
            await target.place([StoredFile(name, f"pictures/{number}", len(data))])
        elif number % 4 == 1:
            await target.add(name, data)
        elif number % 4 == 2:
            assert await target.stream(name, data.__len__, blocks(data)) == len(data)
        else:
            path = target.scratch / "made"
            path.write_bytes(data)
            await target.take(name, path)
            assert not path.exists()


async def blocks(data: bytes) -> AsyncIterator[Block]:
    for at in range(0, len(data), 1_000):
        yield partial(_pieces, data[at : at + 1_000])


def _pieces(data: bytes) -> Sequence[bytes]:
    return data[:600], data[600:]


async def written(
    store: ObjectStore, room: Path, archive: Archive, files: dict[str, bytes] = FILES
) -> tuple[Published, bytes]:
    """An archive in the store, and its bytes."""
    async with opened(store, room, archive) as target:
        await fill(target, store, files)
        await target.finish()
        published = await target.publish(unless_lost=never)
    assert published.key is not None
    return published, await store.get(published.key)


def content(reading: Reading) -> dict[str, bytes]:
    """All files in their order."""
    return {name: read(reading, name) for name, _ in list(reading.files())}


def read(reading: Reading, name: str) -> bytes:
    with reading.open(name) as file:
        return file.read()


async def exports(store: ObjectStore) -> list[str]:
    return [one.key async for one in store.keys(OWNER.hex)]


async def filled(store: ObjectStore, room: Path, archive: Archive, bodies: list[bytes]) -> None:
    """An archive that nobody publishes."""
    async with opened(store, room, archive) as target:
        for number, body in enumerate(bodies):
            await target.add(f"{number}.jpg", body)
        await target.finish()
