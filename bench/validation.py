"""How well the strict look tells poor pictures from good ones: `python -m bench.validation`.

CleanVision sees the same files: generated defects of known kinds (`defects.py`), by default from another
seed than the thresholds were set on, and clean pictures, half of which look as if they had a defect. What
the numbers mean: bench/README.md.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from bench.defects import CLEAN, DRAWING, labelled
from bench.environments import made
from pixcrawler.adapters.imaging.inspector import ChildInspector
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.imaging.quality import REASONS, issues
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Validation

HERE = Path(__file__).parent
PEER = {
    "blur": "blurry",
    "dark": "dark",
    "bright": "light",
    "low_information": "low_information",
    "odd_aspect": "odd_aspect_ratio",
}
"""Our checks that CleanVision has, too, and its name for them."""

NEGATIVE = frozenset({CLEAN, "blur", "odd_aspect", "watermark"})
"""Labels whose pictures have no other defect than their own. A flat picture may be dark as well."""

WATERMARK = 0.5
"""From which score on a watermark counts here; it is no reason to refuse anything."""

QUALITIES = (75, 85, 92, 95)


class Judged(msgspec.Struct, frozen=True):
    """A file whose truth is known, and what each side says of it: names of our checks."""

    label: str
    kind: str
    ours: frozenset[str]
    peers: frozenset[str]


class Rate(msgspec.Struct, frozen=True):
    """``missed`` and ``wrong`` count by kind."""

    precision: float
    recall: float
    f1: float
    missed: dict[str, int]
    wrong: dict[str, int]


class Cost(msgspec.Struct, frozen=True):
    """Of one picture, in milliseconds: of the clock, and of all processors together."""

    wall: float
    cpu: float


class Body:
    """A file on disk, as the inspector wants it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open_for_reading(self) -> int:
        return os.open(self._path, os.O_RDONLY)


def drawn(seed: int, each: int, into: Path) -> list[tuple[Path, str, str]]:
    """The labelled pictures as JPEG files of four qualities: path, label, kind."""
    found = []
    for number, one in enumerate(labelled(seed, each)):
        path = into / f"{number:05}.jpg"
        one.picture.save(path, quality=QUALITIES[number % len(QUALITIES)])
        found.append((path, one.label, one.kind))
    return found


async def looked_at(
    paths: Sequence[Path], level: Validation, processes: int
) -> tuple[list[Facts | Unreadable], Cost]:
    """By the real children, which are started before the clock is."""
    async with ChildInspector(processes) as inspector:
        await inspector.inspect(Body(paths[0]))
        start = time.perf_counter()
        said = await asyncio.gather(*(inspector.inspect(Body(path), level) for path in paths))
        seconds = time.perf_counter() - start
    return said, Cost(1000 * seconds / len(paths), 0.0)


def our_checks(said: Facts | Unreadable) -> frozenset[str]:
    if isinstance(said, Unreadable) or said.scores is None:
        raise SystemExit(f"The strict look could not read a picture of ours: {said}")
    reasons = issues(said.scores, DEFAULT_THRESHOLDS)
    found = {name for name, reason in REASONS.items() if reason in reasons}
    return frozenset(found | ({"watermark"} if said.scores.watermark > WATERMARK else set()))


def peers_checks(folder: Path, cache: Path, processes: int) -> tuple[dict[str, list[str]], Cost]:
    python = made(HERE / "cleanvision.txt", cache) / "bin" / "python"
    command = [str(python), str(HERE / "cleanvision_run.py"), str(folder), str(processes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"CleanVision ended with {done.returncode}: {done.stderr[-2000:]}")
    said = json.loads(done.stdout)
    files = len(said["issues"])
    return said["issues"], Cost(1000 * said["seconds"] / files, 1000 * said["cpu"] / files)


def rate(check: str, judged: Iterable[Judged], *, peers: bool) -> Rate:
    """Against the pictures of the check's own label, and those that have no other defect."""
    missed, wrong = Counter[str](), Counter[str]()
    hits = 0
    for one in judged:
        said = check in (one.peers if peers else one.ours)
        if one.label == check:
            hits += said
            missed[one.kind] += not said
        elif one.label in NEGATIVE or (check == "placeholder" and one.label == DRAWING):
            wrong[one.kind if one.label in (CLEAN, DRAWING) else one.label] += said
    misses, alarms = missed.total(), wrong.total()
    precision = hits / (hits + alarms) if hits + alarms else 0.0
    recall = hits / (hits + misses) if hits + misses else 0.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return Rate(round(precision, 4), round(recall, 4), round(f1, 4), dict(+missed), dict(+wrong))


def real_pictures(processes: int) -> dict[str, list[str]]:
    """Which of the real pictures of `make test-real` would be refused, by reason."""
    script = HERE.parent / "scripts" / "real-pictures.sh"
    done = subprocess.run(
        [script, HERE.parent / ".cache" / "real-pictures"], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit("The real pictures are not there: scripts/real-pictures.sh failed.")
    folder = Path(done.stdout.strip())
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".png", ".jpg") and path.is_file())
    said, _ = asyncio.run(looked_at(paths, Validation.STRICT, processes))
    refused: dict[str, list[str]] = {"all": [f"{len(paths)} pictures"]}
    for path, one in zip(paths, said, strict=True):
        if isinstance(one, Facts) and one.scores is not None:
            for reason in issues(one.scores, DEFAULT_THRESHOLDS)[:1]:
                refused.setdefault(reason.value, []).append(path.name)
    return refused


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(options: argparse.Namespace, room: Path) -> dict[str, object]:
    files = drawn(options.seed, options.each, room)
    paths = [path for path, _, _ in files]
    costs = {}
    said: list[Facts | Unreadable] = []
    for level in Validation:
        before = children_cpu()
        said, cost = asyncio.run(looked_at(paths, level, options.processes))
        costs[level.value] = Cost(cost.wall, 1000 * (children_cpu() - before) / len(paths))
    theirs, costs["cleanvision"] = peers_checks(room, options.cache, options.processes)
    names = {theirs_: ours for ours, theirs_ in PEER.items()}
    judged = [
        Judged(label, kind, our_checks(one), frozenset(names[check] for check in theirs[path.name]))
        for (path, label, kind), one in zip(files, said, strict=True)
    ]
    checks = {
        check: {"ours": rate(check, judged, peers=False)}
        | ({"cleanvision": rate(check, judged, peers=True)} if check in PEER else {})
        for check in (*REASONS, "watermark")
    }
    report: dict[str, object] = {
        "seed": options.seed,
        "pictures": dict(Counter(label for _, label, _ in files)),
        "checks": checks,
        "milliseconds": costs,
        "ratio": round(costs["cleanvision"].wall / costs["strict"].wall, 2),
    }
    if options.real:
        report["real"] = real_pictures(options.processes)
    return report


def told(report: dict[str, object]) -> Iterable[str]:
    """The report for people."""
    plain = msgspec.to_builtins(report)
    yield f"seed {plain['seed']}: " + ", ".join(f"{n} {label}" for label, n in plain["pictures"].items())
    yield ""
    yield f"{'':18}{'precision':>10}{'recall':>8}{'F1':>8}"
    for check, sides in plain["checks"].items():
        for side, found in sides.items():
            line = f"{check if side == 'ours' else '  CleanVision':18}{found['precision']:10.3f}"
            line += f"{found['recall']:8.3f}{found['f1']:8.3f}"
            notes = [f"missed {kind} {n}" for kind, n in found["missed"].items()]
            notes += [f"wrong {kind} {n}" for kind, n in found["wrong"].items()]
            behind = side == "cleanvision" and found["f1"] > sides["ours"]["f1"]
            yield line + ("  BETTER THAN OURS" if behind else "") + ("  " + ", ".join(notes) if notes else "")
    yield ""
    for name, cost in plain["milliseconds"].items():
        yield f"{name:18}{cost['wall']:8.2f} ms a picture, {cost['cpu']:6.2f} ms of processor time"
    yield f"strict is {plain['ratio']} times as quick as CleanVision's five checks"
    for reason, names in plain.get("real", {}).items():
        yield f"real pictures, {reason}: {', '.join(names)}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=2, help="thresholds were tuned on 1 [2]")
    parser.add_argument("--each", type=int, default=60, help="pictures of each defect [60]")
    parser.add_argument("--processes", type=int, default=2, help="on both sides [2]")
    parser.add_argument("--cache", type=Path, default=HERE.parent / ".cache" / "bench")
    parser.add_argument("--real", action="store_true", help="also the real pictures of make test-real")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        report = measured(options, Path(room))
    if options.as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    else:
        print("\n".join(told(report)))


if __name__ == "__main__":
    main()
