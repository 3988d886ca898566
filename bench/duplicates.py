"""Near-duplicates: what each level finds of each kind of copy, beside imagededup; and a million known images.

.venv/bin/python -m bench.duplicates
.venv/bin/python -m bench.duplicates --scenes 20 --real 0 --known 0     # a first look
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bench import known_images
from bench.copies import COPIES, PLAIN, Entry, made
from bench.environments import made as environment

HERE = Path(__file__).parent
FAMILY = {copy.name: copy.family for copy in COPIES}


class Score(msgspec.Struct, frozen=True):
    """Of pairs of pictures: ``recall`` is found by there, ``precision`` is copies by found."""

    recall: float
    precision: float


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One tool. ``encode`` and ``search`` in seconds, one process; ``peak`` in bytes; ``scores`` by level and
    then by family of copies; ``unread`` files count for nothing."""

    encode: float
    search: float
    cpu: float
    peak: int
    unread: int
    scores: dict[str, dict[str, Score]]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    files: int
    scenes: dict[str, int]
    ours: Side
    imagededup: Side
    known: list[known_images.Figures]
    imagededup_known: list[dict[str, float]]


def main() -> None:
    wanted = _options()
    with tempfile.TemporaryDirectory(dir=wanted.room, prefix="duplicates-") as name:
        room = Path(name)
        entries = made(room / "files", scenes=wanted.scenes, seed=wanted.seed, real=_real(wanted.real))
        _say(f"{len(entries)} files")
        python = environment(HERE / "imagededup.txt", wanted.cache, complete=True) / "bin" / "python"
        ours = _side([sys.executable, "-m", "bench.duplicates_run", str(room / "files")], entries)
        _say("ours is done")
        peer = [str(python), "-W", "ignore", str(HERE / "imagededup_run.py")]
        theirs = _side([*peer, "pictures", str(room / "files")], entries)
        _say("imagededup is done")
        shutil.rmtree(room / "files")
        known, brute = [], []
        for kind in ("random", "clustered") if wanted.known else ():
            figures, peers = _million(kind, wanted, room, peer)
            known.append(figures)
            brute.append(peers)
    kinds = [entry.kind for entry in entries if not entry.made]
    report = Report(
        files=len(entries),
        scenes={kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        ours=ours,
        imagededup=theirs,
        known=known,
        imagededup_known=brute,
    )
    print(msgspec.json.format(msgspec.json.encode(report)).decode() if wanted.json else told(report))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--scenes", type=int, default=100, help="generated pictures that have copies")
    options.add_argument("--real", type=int, default=80, help="about how many real ones, where fetched")
    options.add_argument("--known", type=int, default=1_000_000, help="images that are known; 0: left out")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--cache", type=Path, default=Path(".cache/bench"))
    shm = Path("/dev/shm")  # a file system in memory
    options.add_argument("--room", type=Path, default=shm if shm.is_dir() else None, help="for files")
    options.add_argument("--json", action="store_true")
    return options.parse_args()


def _real(count: int) -> Mapping[str, Path]:
    """At most so many real pictures, where `make test-real` fetched them. One of each folder of drawings,
    as their neighbours are often the same in another colour: copies, and nobody has said of what; and no
    background that comes in several sizes or colours."""
    folder = HERE.parent / ".cache" / "real-pictures" / "pictures"
    files = [path for kind in ("png", "jpg") for path in folder.rglob(f"*.{kind}") if path.is_file()]
    grounds = {path for path in files if "backgrounds" in path.parts}
    one_each = {path.parent: path for path in sorted(set(files) - grounds, reverse=True)}
    single = {path for path in grounds if path.parent.name != "desktop" and "Elephants" not in path.name}
    chosen = sorted({*one_each.values(), *single})
    order = np.random.default_rng(5).permutation(len(chosen))[:count]
    return {f"real{number:04d}": chosen[index] for number, index in enumerate(order)}


def _side(line: list[str], entries: list[Entry]) -> Side:
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(line, stdout=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"bench: {line[0]} ended with {process.returncode}")
        said.seek(0)
        told: dict[str, Any] = json.load(said)
    readable = set(told["read"])
    there = [entry for entry in entries if entry.path in readable]
    return Side(
        encode=round(told["encode"], 2),
        search=round(told["search"], 3),
        cpu=round(used.ru_utime + used.ru_stime, 2),
        peak=used.ru_maxrss * 1024,
        unread=len(entries) - len(there),
        scores={level: scored(there, pairs) for level, pairs in told["pairs"].items()},
    )


def scored(entries: list[Entry], pairs: Iterable[tuple[str, str]]) -> dict[str, Score]:
    """For each family: among the copies of it and one picture of every scene. ``plain``: among all pictures
    of the families that `medium` must find, copies of copies too."""
    of = {entry.path: entry for entry in entries}
    found = [(of[one], of[other]) for one, other in pairs]
    scores = {"plain": _score(entries, found, PLAIN | {""}, stars=False)}
    for family in dict.fromkeys(FAMILY.values()):
        scores[family] = _score(entries, found, {family, ""}, stars=True)
    return scores


def _score(
    entries: list[Entry], found: list[tuple[Entry, Entry]], families: Iterable[str], *, stars: bool
) -> Score:
    wanted = set(families)
    album = [entry for entry in entries if FAMILY.get(entry.made, "") in wanted]
    sizes: dict[str, int] = {}
    for entry in album:
        sizes[entry.scene] = sizes.get(entry.scene, 0) + 1
    there = sum(size - 1 if stars else size * (size - 1) // 2 for size in sizes.values())
    right = wrong = 0
    for one, other in found:
        if not {FAMILY.get(one.made, ""), FAMILY.get(other.made, "")} <= wanted:
            continue
        if one.scene != other.scene:
            wrong += 1
        elif not (stars and one.made and other.made):
            right += 1
    return Score(
        round(right / there, 4) if there else 1.0, round(right / (right + wrong), 4) if right else 1.0
    )


def _million(
    kind: str, wanted: argparse.Namespace, room: Path, peer: list[str]
) -> tuple[known_images.Figures, dict[str, float]]:
    make = {"random": known_images.random_hashes, "clustered": known_images.clustered_hashes}[kind]
    known = make(wanted.known, wanted.seed)
    asked = known_images.asked(known, wanted.seed)
    home = room / "home"
    figures = asyncio.run(known_images.measured(home, kind, known, asked))
    shutil.rmtree(home, ignore_errors=True)
    np.concatenate((known, asked[:20])).tofile(room / "hashes")
    done = subprocess.run([*peer, "known", str(room / "hashes")], check=True, stdout=subprocess.PIPE)
    _say(f"{kind} hashes are done")
    return figures, {name: round(1000 * seconds, 2) for name, seconds in json.loads(done.stdout).items()}


def told(report: Report) -> str:
    lines = [f"{report.files} files; scenes: {report.scenes}", "", "recall / precision"]
    sides = [(f"ours {level}", scores) for level, scores in report.ours.scores.items()]
    sides += [(f"imagededup {bits}", scores) for bits, scores in report.imagededup.scores.items()]
    lines.append(" " * 15 + "".join(f"{name:>16}" for name, _ in sides))
    for family in report.ours.scores["medium"]:
        cells = (f"{scores[family].recall:.3f} / {scores[family].precision:.3f}" for _, scores in sides)
        lines.append(f"{family:15}" + "".join(f"{cell:>16}" for cell in cells))
    for name, side in (("ours", report.ours), ("imagededup", report.imagededup)):
        lines.append(
            f"{name}: hashes {side.encode} s, one search {side.search} s, CPU {side.cpu} s in all, "
            f"{side.peak / (1 << 20):.0f} MiB, {side.unread} files not read"
        )
    for figures, brute in zip(report.known, report.imagededup_known, strict=True):
        lines += ["", f"{figures.known:,} known {figures.kind} hashes, milliseconds for one image:"]
        lines.append(f"  look-up by bits {figures.look_up}, after a restart {figures.look_up_after_restart}")
        lines.append(f"  look-up (4 bits) and insert {figures.add}; indexes {figures.index_mib} MiB")
        lines.append(
            f"  Postgres without the index {figures.postgres_scan}, numpy over all {figures.numpy_scan}"
        )
        lines.append(
            f"  imagededup, brute force: {brute['one']}, in one call with others {brute['each_further']}"
        )
        lines.append(f"  near hashes by bits {figures.near}, of these not found {figures.missed}")
    return "\n".join(lines)


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr)


if __name__ == "__main__":
    main()
