"""What an export of 100,000 pictures holds: `python -m bench.large`.

Every format as a folder, and imagefolder in every archive, in the store and in a folder. Each in a process
of its own that has loaded what a worker has: the most memory it held (RSS, so that shared libraries count in
full), what it held before, and the most disk that was taken beside the store and the result, as a share of
the pictures. That is the texts, which are made on disk first; near 1 there was a second copy. 256 MiB and no
second copy are what we ask.
"""

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pixcrawler.adapters.archives.targets import ChosenTargets
from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.datasets.stored_manifest import Lines
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.manifest import CrawlFacts, Manifest, ManifestRow
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.stored_manifest import Header, line, read
from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.domain.shared.ids import ExportId, UserId

WANTED = 256
CLASSES = 100
DIFFERENT = 48
EVERY = 0.1
SPLITS = SplitPlan({"train": 0.8, "val": 0.1, "test": 0.1}, seed=1)
CASES = (
    *((name, None, False) for name in FORMATS),
    *(("imagefolder", archive, in_store) for archive in Archive for in_store in (False, True)),
    ("webdataset", Archive.TAR, True),
    ("parquet", Archive.ZIP, True),
)
"""Format, archive, and whether it is an object of the store."""


def fill(room: Path, count: int) -> None:
    """So many pictures in a store, and the stored manifest of a version that has them all."""
    from bench.small_pictures import jpeg  # with numpy and Pillow, which a worker has not

    bodies = [jpeg(seed) for seed in range(DIFFERENT)]
    objects = room / "store" / "objects"
    rows = []
    for number in range(count):
        data = bodies[number % DIFFERENT] + number.to_bytes(8, "big")
        digest = hashlib.sha256(data).hexdigest()
        rows.append((f"class {number % CLASSES:03}", digest, number, len(data)))
        path = objects / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    facts = CrawlFacts(classes=tuple(f"class {number:03}" for number in range(CLASSES)))
    with (room / "manifest").open("wb") as file:
        file.write(line(Header(dataset="Large", version=1, images=count, rejected={}, facts=facts)))
        file.writelines(line(_row(*row)) for row in sorted(rows))


def _row(label: str, digest: str, number: int, size: int) -> ManifestRow:
    return ManifestRow(
        sha256=digest,
        key=f"{digest[:2]}/{digest}",
        label=label,
        labels=(label,),
        width=96,
        height=96,
        format="jpg",
        bytes=size,
        source="openverse",
        source_id=f"{number:08}",
        image_url=f"https://pictures.example/original/{number}.jpg",
        page_url=f"https://pictures.example/pages/{number}",
        title=f"Picture {number} of something",
        author=f"Author {number % 997}",
        license="CC-BY-4.0",
        license_url="https://creativecommons.org/licenses/by/4.0/",
        retrieved_at="2026-11-21T08:30:00Z",
        phash=digest[:16],
        dhash=digest[16:32],
    )


async def export(room: Path, format_: str, archive: str | None, *, in_store: bool) -> int:
    """Bytes of disk that the result takes, beyond the pictures of the store."""
    manifest = _manifest(room)
    store, out = LocalObjectStore(room / "store"), room / "out"
    workspace = LocalWorkspace([out, room / "rooms"])
    targets = ChosenTargets(store=store, workspace=workspace, rooms=workspace, room=room / "rooms")
    folder = None if in_store else str(out)
    plan = ExportPlan(splits=SPLITS, folder=folder, archive=Archive(archive) if archive else None)
    opened = targets.opened(ExportId(uuid.uuid4()), plan, owner=UserId(uuid.uuid4()), name="large-v1")
    async with opened as target, StoredPictures(store) as pictures:
        summary = await FORMATS[format_].write(
            manifest,
            ExportOptions(name="Large", splits=SPLITS),
            pictures,
            target,
            progress=lambda _done, _all: None,
        )
        published = await target.publish(unless_lost=_nobody)
    assert summary.images == len(manifest.rows)
    if published.key is None:
        return taken(out)
    size = await store.size(published.key)
    await store.delete(published.key)
    return size


def _manifest(room: Path) -> Manifest:
    return read(Lines(os.open(room / "manifest", os.O_RDONLY)))


async def _nobody() -> None:
    """Has taken the task over."""


def taken(folder: Path) -> int:
    """Bytes of the files below it that stand nowhere else."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                found = os.lstat(f"{path}/{name}")
            except FileNotFoundError:
                continue
            total += found.st_size if found.st_nlink == 1 else 0
    return total


class Disk:
    """The most that is taken in a room while it is watched, its store's pictures left out."""

    def __init__(self, room: Path) -> None:
        self._places = [room / "out", room / "rooms", room / "store" / "receiving"]
        self._exports = room / "store" / "objects"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = 0
        self._thread.start()

    def _watch(self) -> None:
        pause = EVERY
        while not self._stop.wait(pause):
            began = time.monotonic()
            self.peak = max(self.peak, sum(map(taken, self._kept())))
            pause = max(EVERY, 9 * (time.monotonic() - began))  # going through many files takes a core

    def _kept(self) -> Iterator[Path]:
        yield from self._places
        yield from self._exports.glob("*/exports")

    def stop(self) -> int:
        self._stop.set()
        self._thread.join()
        return self.peak


def measured(room: Path, format_: str, archive: str | None, *, in_store: bool) -> dict[str, Any]:
    shutil.rmtree(room / "out", ignore_errors=True)
    words = [format_, archive or "-", "store" if in_store else "folder"]
    line = [sys.executable, "-m", "bench.large", "--room", str(room), "--export", *words]
    disk, began = Disk(room), time.monotonic()
    ran = subprocess.run(line, stdout=subprocess.PIPE, check=False)
    seconds, peak = time.monotonic() - began, disk.stop()
    if ran.returncode != 0:
        raise SystemExit(f"bench: {' '.join(words)} ended with {ran.returncode}")
    told = json.loads(ran.stdout)
    return {
        "format": format_,
        "archive": archive and str(archive),
        "in_store": in_store,
        "mib": told["mib"],
        "loaded_mib": told["loaded"],
        "result_mb": round(told["result"] / 1e6, 1),
        "beside": round(max(0, peak - told["result"]) / told["pictures"], 2),
        "seconds": round(seconds, 1),
    }


def name_of(format_: str, archive: str | None, *, in_store: bool) -> str:
    return ", ".join(filter(None, (format_, archive, "in the store" if in_store else "")))


def _most() -> int:
    """MiB that this process held."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    return int(line.split()[1]) // 1024


def _export_here(room: Path, words: list[str]) -> None:
    format_, archive, where = words
    from pixcrawler.entrypoints.worker import main  # noqa: F401 -- what a worker has loaded

    loaded = _most()
    result = asyncio.run(
        export(room, format_, None if archive == "-" else archive, in_store=where == "store")
    )
    pictures = sum(row.bytes for row in _manifest(room).rows)
    print(json.dumps({"mib": _most(), "loaded": loaded, "result": result, "pictures": pictures}))


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [f"{'':36}{'MiB':>5}{'loaded':>8}{'result, MB':>12}{'beside':>9}{'seconds':>9}"]
    for row in rows:
        name = name_of(row["format"], row["archive"], in_store=row["in_store"])
        over = "  MISSED" if row["mib"] > WANTED else ""
        lines.append(
            f"{name:36}{row['mib']:5}{row['loaded_mib']:8}{row['result_mb']:12}{row['beside']:9}"
            f"{row['seconds']:9}{over}"
        )
    return "\n".join(lines)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000, help="pictures")
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="everything goes here")
    parser.add_argument("--only", default="", help="cases with this in their name, such as `7z`")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--export", nargs=3, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.export:
        _export_here(told.room, told.export)
        return
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room:
        fill(Path(room), told.count)
        for format_, archive, in_store in CASES:
            if told.only not in name_of(format_, archive, in_store=in_store):
                continue
            rows.append(measured(Path(room), format_, archive, in_store=in_store))
            print(rows[-1], file=sys.stderr, flush=True)
    print(json.dumps(rows, indent=2) if told.json else _table(rows))


if __name__ == "__main__":
    main()
