"""Exports beside a copy of the same bytes, others' writers, and read by others: `python -m bench.export`.

Each side ends with a `sync` and works on one file system, with all pictures in the kernel's cache; in turns,
each time with nothing there from before. Digests of pictures are known, as they are to a worker.

- imagefolder as zip and tar in a folder (as `pixcrawler crawl` writes them), as zip in the store (as the
  platform does, with the SHA-256 of the whole), and webdataset, beside `cp -r` of the pictures alone;
- webdataset beside img2dataset's own writer, fed the same files;
- and at last `bench.readers`: Parquet beside the writer of `datasets`, and what each reader takes for our
  shards beside those of its own tool.

Ratios above 1 mean that ours took less time. Those of processor seconds are told, too: what is left to
compare when the machine has other work. Most of a copy's are the kernel's, some of them nobody's process.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.corpus import open_corpus
from bench.environments import made
from bench.export_ours import fill
from bench.peers import environment
from pixcrawler.domain.datasets.manifest import ManifestRow

HERE = Path(__file__).parent

COPIED = {
    "imagefolder, zip": ("imagefolder", "zip"),
    "imagefolder, zip in the store": ("imagefolder", "zip", "--in-store"),
    "imagefolder, tar": ("imagefolder", "tar"),
    "webdataset": ("webdataset",),
}
COMPARED = (
    *((name, "cp -r and sync", 0.8) for name in COPIED),
    ("webdataset", "img2dataset", 1.5),
)
"""Ours, theirs, and the ratio that we ask for."""


Took = dict[str, Any]
"""``seconds``, and ``cpu`` of processors."""


class Bench:
    def __init__(self, room: Path, peer: Path, rows: list[ManifestRow]) -> None:
        self.room, self.peer, self.rows = room, peer, rows
        self.objects, self.out, self.list = room / "store" / "objects", room / "out", room / "list.json"
        self.list.write_text(json.dumps([[str(self.objects / row.key), _known(row)] for row in rows]))
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.cpu: dict[str, list[float]] = defaultdict(list)
        self.mib: dict[str, int] = {}

    def write(self, name: str, act: Callable[[], Took]) -> None:
        self.put_aside()
        os.sync()
        self.note(name, act())

    def put_aside(self) -> None:
        """What was written last, emptied. It is deleted at the end: where ext4 has no journal, whoever makes
        files has to get past all inodes deleted in the last minutes, and `cp` of thousands of files took
        five times as long after some rounds."""
        if not self.out.exists():
            return
        for file in self.out.rglob("*"):
            if file.is_file():
                assert file.stat().st_nlink == 1, "It shares its bytes with the store."
                os.truncate(file, 0)
        self.out.rename(self.out.with_name(f"done-{uuid.uuid4().hex}"))

    def note(self, name: str, took: Took) -> None:
        self.seconds[name].append(took["seconds"])
        self.cpu[name].append(took["cpu"])
        print(f"{name}: {took['seconds']:.2f} s", file=sys.stderr, flush=True)

    def ours(self, name: str, *options: str) -> Took:
        told = _said([sys.executable, "-m", "bench.export_ours", str(self.room), *options])
        self.mib[name] = max(self.mib.get(name, 0), told["mib"])
        return dict(told)

    def img2dataset(self) -> Took:
        self.out.mkdir()
        line = [str(self.peer / "bin" / "python"), str(HERE / "export_img2dataset.py")]
        return dict(_said([*line, str(self.list), str(self.out)], environment()))

    def copy(self) -> Took:
        began, used = time.monotonic(), os.times()
        subprocess.run(["cp", "-r", self.objects, self.out], check=True)
        subprocess.run(["sync"], check=True)
        now = os.times()
        cpu = now.children_user + now.children_system - used.children_user - used.children_system
        return {"seconds": time.monotonic() - began, "cpu": cpu}

    def round(self) -> None:
        self.write("cp -r and sync", self.copy)
        for name, options in COPIED.items():
            self.write(name, lambda name=name, options=options: self.ours(name, *options))  # type: ignore[misc]
        self.write("img2dataset", self.img2dataset)


def _known(row: ManifestRow) -> dict[str, str]:
    return {
        "url": row.image_url,
        "caption": row.label,
        "sha256": row.sha256,
        "width": str(row.width),
        "height": str(row.height),
        "license": row.license,
        "author": row.author or "",
    }


def _said(line: list[str], variables: dict[str, str] | None = None) -> Any:  # noqa: ANN401 -- JSON
    ran = subprocess.run(line, env=variables, stdout=subprocess.PIPE, check=False)
    if ran.returncode != 0:
        raise SystemExit(f"bench: {' '.join(line)} ended with {ran.returncode}")
    return json.loads(ran.stdout)


def _report(bench: Bench) -> dict[str, Any]:
    def ratios(of: dict[str, list[float]], ours: str, theirs: str) -> list[float]:
        return [round(their / our, 2) for our, their in zip(of[ours], of[theirs], strict=True)]

    return {
        "pictures": len(bench.rows),
        "mb": round(sum(row.bytes for row in bench.rows) / 1e6),
        "seconds": {name: round(median(each), 3) for name, each in bench.seconds.items()},
        "cpu": {name: round(median(each), 3) for name, each in bench.cpu.items()},
        "peak_mib": bench.mib,
        "compared": [
            {
                "ours": ours,
                "theirs": theirs,
                "wanted": wanted,
                "ratio": round(median(ratios(bench.seconds, ours, theirs)), 2),
                "ratio_cpu": round(median(ratios(bench.cpu, ours, theirs)), 2),
                "ratios": ratios(bench.seconds, ours, theirs),
            }
            for ours, theirs, wanted in COMPARED
        ],
    }


def _table(report: dict[str, Any]) -> str:
    lines = [f"{report['pictures']:,} pictures, {report['mb']} MB", ""]
    for name, seconds in report["seconds"].items():
        mib = report["peak_mib"].get(name)
        took = f"{seconds:8.2f} s{report['cpu'][name]:8.2f} of processors"
        lines.append(f"{name:32}{took}" + (f"{mib:8} MiB" if mib else ""))
    lines.append("")
    lines.append(f"{'':52}{'ratio':>7}{'wanted':>8}{'of cpu':>8}  all ratios")
    for line in report["compared"]:
        line["name"] = f"{line['ours']}, beside {line['theirs']}"
    for line in (*report["compared"], *report["readers"]):
        numbers = f"{line['ratio']:7.2f}{line.get('wanted', 1.0):8}{line['ratio_cpu']:8.2f}"
        lines.append(f"{line['name']:52}{numbers}  {line['ratios']}")
    return "\n".join(lines)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"), help="corpus and peers are here")
    parser.add_argument("--room", type=Path, help="all is written here; else the cache: `sync` wants a disk")
    parser.add_argument("--count", type=int, default=3000, help="URLs of the corpus")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-readers", action="store_true", help="leave out bench.readers")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    told.cache.mkdir(parents=True, exist_ok=True)
    corpus = open_corpus(told.cache, count=told.count)
    peer = made(HERE / "peers.txt", told.cache)
    where = told.room or told.cache
    with tempfile.TemporaryDirectory(prefix="bench-", dir=where) as room:
        bench = Bench(Path(room).absolute(), peer, fill(Path(room), corpus))
        for _ in range(told.rounds):
            bench.round()
        report = _report(bench)
    line = [sys.executable, "-m", "bench.readers", "--json", "--room", str(where)]
    report["readers"] = [] if told.no_readers else _said([*line, "--rounds", str(told.rounds)])
    print(json.dumps(report, indent=2) if told.json else _table(report))


if __name__ == "__main__":
    main()
