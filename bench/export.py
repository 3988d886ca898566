"""Exports beside a copy of the same bytes, and beside others' writers and readers: `python -m bench.export`.

Each side ends with a `sync` and works on one file system, with all pictures in the kernel's cache; in turns,
each time with nothing there from before. What is written:

- `imagefolder-zip` in a folder (as `pixcrawler crawl` does) and in the store (as the platform does, with the
  SHA-256 of the whole), and `webdataset`, beside `cp -r` of the pictures alone;
- `webdataset` beside img2dataset's own writer, `parquet` beside that of `datasets`;
- and each is read with its reader, beside what that reader's own tool wrote.

Digests of pictures are known, as they are to a worker. Ratios above 1 mean that ours took less time.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.corpus import open_corpus
from bench.environments import made
from bench.export_ours import fill
from pixcrawler.domain.datasets.manifest import ManifestRow

HERE = Path(__file__).parent

OURS = {
    "imagefolder-zip": ("imagefolder", "zip"),
    "imagefolder-zip in the store": ("imagefolder", "zip", "--in-store"),
    "imagefolder-tar": ("imagefolder", "tar"),
    "webdataset": ("webdataset",),
    "parquet": ("parquet",),
    "imagefolder": ("imagefolder",),
}
WRITING = (
    ("imagefolder-zip", "cp -r", 0.8),
    ("imagefolder-zip in the store", "cp -r", 0.8),
    ("imagefolder-tar", "cp -r", 0.8),
    ("webdataset", "cp -r", 0.8),
    ("webdataset", "img2dataset", 1.5),
    ("parquet", "datasets", 1.0),
)
"""Ours, theirs, and the ratio that we ask for."""
READING = (
    ("webdataset", "webdataset"),
    ("imagefolder", "imagefolder"),
    ("parquet", "parquet"),
    ("parquet", "pandas"),
)
"""What is read, and the reader."""


class Bench:
    def __init__(self, room: Path, peer: Path, rows: list[ManifestRow]) -> None:
        self.room, self.peer = room, peer
        self.list = room / "list.json"
        objects = room / "store" / "objects"
        self.list.write_text(json.dumps([[str(objects / row.key), _known(row)] for row in rows]))
        self.count, self.bytes = len(rows), sum(row.bytes for row in rows)
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.mib: dict[str, int] = {}

    def write(self, name: str, act: Callable[[Path], float]) -> None:
        out = self.room / "out"
        shutil.rmtree(out, ignore_errors=True)
        os.sync()
        self.seconds[name].append(act(out))
        print(f"{name}: {self.seconds[name][-1]:.2f} s", file=sys.stderr, flush=True)

    def read(self, written: str, reader: str, whose: str) -> None:
        """What stands in ``out``, twice; the first time is not counted."""
        line = [sys.executable, "-m", "bench.export_readers", reader, str(self.room / "out")]
        _said(line)
        told = _said(line)
        if told["images"] < 0.7 * self.count:
            raise SystemExit(f"bench: {reader} found {told['images']} of {self.count} in {whose} {written}")
        self.seconds[f"{written} by {whose}, read with {reader}"].append(told["seconds"] / told["images"])

    def ours(self, name: str) -> Callable[[Path], float]:
        def act(_: Path) -> float:
            told = _said([sys.executable, "-m", "bench.export_ours", str(self.room), *OURS[name]])
            self.mib[name] = max(self.mib.get(name, 0), told["mib"])
            return float(told["seconds"])

        return act

    def theirs(self, tool: str) -> Callable[[Path], float]:
        line = [sys.executable, "-m", "bench.export_theirs", tool, str(self.list)]
        return lambda out: float(_said([*line, str(out)])["seconds"])

    def img2dataset(self, out: Path) -> float:
        out.mkdir()
        line = [str(self.peer / "bin" / "python"), str(HERE / "export_img2dataset.py")]
        quiet = {"NO_ALBUMENTATIONS_UPDATE": "1", "WANDB_MODE": "disabled"}
        return float(_said([*line, str(self.list), str(out)], **quiet)["seconds"])

    def copy(self, out: Path) -> float:
        began = time.monotonic()
        subprocess.run(["cp", "-r", self.room / "store" / "objects", out], check=True)
        subprocess.run(["sync"], check=True)
        return time.monotonic() - began


def _known(row: ManifestRow) -> dict[str, str]:
    return {
        "url": row.image_url,
        "caption": row.label,
        "sha256": row.sha256,
        "format": row.format,
        "width": str(row.width),
        "height": str(row.height),
        "license": row.license,
        "author": row.author or "",
    }


def _said(line: list[str], **more: str) -> dict[str, Any]:
    ran = subprocess.run(line, env=os.environ | more, stdout=subprocess.PIPE, check=False)
    if ran.returncode != 0:
        raise SystemExit(f"bench: {' '.join(line)} ended with {ran.returncode}")
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def _round(bench: Bench) -> None:
    bench.write("cp -r", bench.copy)
    for name in ("imagefolder-zip", "imagefolder-zip in the store", "imagefolder-tar"):
        bench.write(name, bench.ours(name))
    bench.write("img2dataset", bench.img2dataset)
    for name in ("webdataset", "parquet", "imagefolder"):
        for whose, act in (("us", bench.ours(name)), ("their tool", bench.theirs(name))):
            bench.write(_called(name, whose), act)
            for reader in (reader for written, reader in READING if written == name):
                bench.read(name, reader, whose)


def _called(name: str, whose: str) -> str:
    """`datasets` writes parquet; the others are only read."""
    return name if whose == "us" else {"parquet": "datasets"}.get(name, f"{name} by their tool")


def _report(bench: Bench) -> dict[str, Any]:
    def compared(ours: str, theirs: str) -> dict[str, Any]:
        pairs = zip(bench.seconds[ours], bench.seconds[theirs], strict=True)
        ratios = sorted(their / our for our, their in pairs)
        return {"ratio": round(median(ratios), 2), "ratios": [round(ratio, 2) for ratio in ratios]}

    return {
        "pictures": bench.count,
        "mb": round(bench.bytes / 1e6),
        "seconds": {
            name: round(median(all_), 3) for name, all_ in bench.seconds.items() if "read" not in name
        },
        "peak_mib": bench.mib,
        "writing": [
            {"ours": ours, "beside": theirs, "wanted": wanted, **compared(ours, theirs)}
            for ours, theirs, wanted in WRITING
        ],
        "reading": [
            {"format": written, "reader": reader}
            | compared(*(f"{written} by {whose}, read with {reader}" for whose in ("us", "their tool")))
            for written, reader in READING
        ],
    }


def _table(report: dict[str, Any]) -> str:
    lines = [f"{report['pictures']:,} pictures, {report['mb']} MB", ""]
    for name, seconds in report["seconds"].items():
        mib = report["peak_mib"].get(name)
        lines.append(f"{name:32}{seconds:8.2f} s" + (f"{mib:8} MiB" if mib else ""))
    lines.append("")
    for line in report["writing"]:
        told = f"{line['ours']} beside {line['beside']}"
        lines.append(f"{told:52}{line['ratio']:6.2f}  (wanted {line['wanted']})  {line['ratios']}")
    for line in report["reading"]:
        told = f"{line['format']} read with {line['reader']}"
        lines.append(f"{told:52}{line['ratio']:6.2f}  (wanted 1.0)  {line['ratios']}")
    return "\n".join(lines)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"), help="corpus and peers are here")
    parser.add_argument("--room", type=Path, help="all is written here; the cache, as `sync` wants a disk")
    parser.add_argument("--count", type=int, default=3000, help="URLs of the corpus")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    told.cache.mkdir(parents=True, exist_ok=True)
    corpus = open_corpus(told.cache, count=told.count)
    peer = made(HERE / "peers.txt", told.cache)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=told.room or told.cache) as room:
        bench = Bench(Path(room).absolute(), peer, fill(Path(room), corpus))
        for _ in range(told.rounds):
            _round(bench)
        report = _report(bench)
    print(json.dumps(report, indent=2) if told.json else _table(report))


if __name__ == "__main__":
    main()
