"""Shards as we write them beside those that the readers' own tools write: writing them, and reading them.

    python -m bench.readers --count 4000 --rounds 5

Ours is the whole export: split, shards, card, licences, Croissant, checksums, and the look at it afterwards.
Theirs is the shards alone, of the same pictures and the same columns. An imagefolder is read beside one with
the same metadata, written plainly, and beside one with none, which has less to tell.

Each pair gives a ratio, theirs by ours: above 1 we take less. The median of all pairs counts, of seconds and
of processor seconds.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import msgspec

from bench.shards import Shards, made


class Case(msgspec.Struct, frozen=True):
    """One thing that both do."""

    name: str
    ours: Callable[[], None]
    theirs: Callable[[], None]


class Result(msgspec.Struct, frozen=True):
    """Medians: our seconds, theirs, and theirs by ours, also of processor seconds; all ratios of seconds."""

    name: str
    ours: float
    theirs: float
    ratio: float
    ratio_cpu: float
    ratios: list[float]


def timed(act: Callable[[], None]) -> tuple[float, float]:
    """Seconds, and processor seconds of this process."""
    started, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - started, time.process_time() - cpu


def compared(case: Case, rounds: int) -> Result:
    """In turns, after one round that does not count."""
    case.ours()
    case.theirs()
    pairs = []
    for _ in range(rounds):
        pairs.append((timed(case.ours), timed(case.theirs)))
        print(f"{case.name}: {pairs[-1][1][0] / pairs[-1][0][0]:.2f}", file=sys.stderr)
    ratios = [theirs[0] / ours[0] for ours, theirs in pairs]
    return Result(
        name=case.name,
        ours=median(ours[0] for ours, _ in pairs),
        theirs=median(theirs[0] for _, theirs in pairs),
        ratio=median(ratios),
        ratio_cpu=median(theirs[1] / ours[1] for ours, theirs in pairs),
        ratios=[round(ratio, 2) for ratio in ratios],
    )


def cases(shards: Shards) -> list[Case]:
    return [
        Case("write parquet", shards.write_parquet, shards.write_parquet_with_datasets),
        Case("write webdataset", shards.write_webdataset, shards.write_webdataset_with_webdataset),
        *(
            Case(f"read {name}", partial(read, ours), partial(read, theirs))
            for name, read, ours, theirs in shards.readings()
        ),
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--count", type=int, default=4_000, help="pictures")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--room", type=Path, default=Path("/dev/shm"), help="where to write")
    options.add_argument("--json", action="store_true", help="print one JSON document")
    given = options.parse_args()
    room = Path(tempfile.mkdtemp(prefix="pixcrawler-bench-", dir=given.room))
    try:
        shards = made(room, given.count)
        shards.write_folders()
        results = [compared(case, given.rounds) for case in cases(shards)]
    finally:
        shutil.rmtree(room, ignore_errors=True)
    if given.json:
        print(json.dumps(msgspec.to_builtins(results), indent=2))
        return
    print(f"{'':40}{'ours, s':>9}{'theirs, s':>10}{'ratio':>7}{'of cpu':>8}  all ratios")
    for one in results:
        numbers = f"{one.ours:9.2f}{one.theirs:10.2f}{one.ratio:7.2f}{one.ratio_cpu:8.2f}"
        print(f"{one.name:40}{numbers}  {one.ratios}")


if __name__ == "__main__":
    main()
