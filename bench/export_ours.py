"""Exports as a worker writes them, over a store on disk: `python -m bench.export_ours ROOM FORMAT [ARCHIVE]`.

Prints, as JSON, the seconds of the act alone, to the end of a `sync`, its processor seconds, and the most
memory that the process held. Interpreter and libraries are loaded before: a worker has them.
"""

import argparse
import asyncio
import hashlib
import json
import os
import time
import uuid
from pathlib import Path

import msgspec
from PIL import Image

from bench.corpus import GOOD, Corpus
from pixcrawler.adapters.archives.targets import ChosenTargets
from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.bootstrap.thrift import be_thrifty
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.manifest import ManifestRow, manifest_of
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.domain.shared.ids import ExportId, UserId

CLASSES = 20
SPLITS = SplitPlan({"train": 0.8, "val": 0.1, "test": 0.1}, seed=1)


def fill(room: Path, corpus: Corpus) -> list[ManifestRow]:
    """The corpus's good pictures as objects of a store, and their rows in a file beside it. No two have the
    same bytes."""
    store = LocalObjectStore(room / "store")
    rows = {row.sha256: row for row in asyncio.run(_stored(store, corpus))}
    (room / "rows.json").write_bytes(msgspec.json.encode(list(rows.values())))
    return list(rows.values())


async def _stored(store: LocalObjectStore, corpus: Corpus) -> list[ManifestRow]:
    rows = []
    for number, entry in enumerate(entry for entry in corpus.entries if entry.kind in GOOD):
        path = corpus.folder / entry.path
        data, digest = path.read_bytes(), hashlib.sha256(path.read_bytes()).hexdigest()
        key = f"{0:032x}/{digest[:2]}/{digest}"
        await store.put(key, data)
        rows.append(_row(number, path, data, digest, key))
    return rows


def _row(number: int, path: Path, data: bytes, digest: str, key: str) -> ManifestRow:
    with Image.open(path) as picture:
        width, height = picture.size
    label = f"class {number % CLASSES:02}"
    return ManifestRow(
        sha256=digest,
        key=key,
        label=label,
        labels=(label,),
        width=width,
        height=height,
        format=path.suffix[1:],
        bytes=len(data),
        source="url_list",
        image_url=f"http://127.0.0.1/{path.name}",
        retrieved_at="2026-01-01T00:00:00Z",
        phash=digest[:16],
        dhash=digest[16:32],
        license="CC-BY-4.0",
        author="Somebody",
    )


async def _export(
    room: Path, rows: list[ManifestRow], format_: str, archive: str | None, *, in_store: bool
) -> float:
    manifest = manifest_of(rows, dataset="bench", version=1)
    store, out = LocalObjectStore(room / "store"), room / "out"
    workspace = LocalWorkspace([out, room / "rooms"])
    targets = ChosenTargets(store=store, workspace=workspace, rooms=workspace, room=room / "rooms")
    folder = None if in_store else str(out)
    plan = ExportPlan(splits=SPLITS, folder=folder, archive=Archive(archive) if archive else None)
    os.sync()
    began = time.monotonic()
    opened = targets.opened(ExportId(uuid.uuid4()), plan, owner=UserId(uuid.uuid4()), name="bench-v1")
    async with opened as target, StoredPictures(store) as pictures:
        options = ExportOptions(name="bench", splits=SPLITS)
        summary = await FORMATS[format_].write(
            manifest, options, pictures, target, progress=lambda _done, _all: None
        )
        published = await target.publish(unless_lost=_nobody)
    assert summary.images == len(rows)
    os.sync()
    seconds = time.monotonic() - began
    if published.key is not None:
        await store.delete(published.key)
    return seconds


async def _nobody() -> None:
    """Has taken the task over."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("room", type=Path, help="where `fill` has put a store")
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("archive", nargs="?", choices=list(Archive))
    parser.add_argument("--in-store", action="store_true", help="an object, with its SHA-256")
    told = parser.parse_args()
    rows = msgspec.json.decode((told.room / "rows.json").read_bytes(), type=list[ManifestRow])

    def export(some: list[ManifestRow]) -> float:
        return asyncio.run(_export(told.room, some, told.format, told.archive, in_store=told.in_store))

    export(rows[:CLASSES])  # loads what a worker has loaded
    be_thrifty()  # as a worker is then
    before = time.process_time()
    seconds = export(rows)
    cpu = time.process_time() - before
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": int(line.split()[1]) // 1024}))


if __name__ == "__main__":
    main()
