"""The steady rate, start-up left out on both sides: `python -m bench.steady`.

A list of 12,000 URLs (the corpus and its mirrored and turned copies) and one of two, ours and img2dataset's
in turns; what the long list takes longer than the short one is the time of 11,998 URLs at full speed.
"""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from bench import peers
from bench.corpus import Corpus, open_corpus
from bench.origin import Origin, origin
from bench.runs import Run, Setting, ours, theirs
from bench.turned import more

Pair = tuple[float, float]


def measure(long: Setting, short: Setting, modes: list[peers.Mode], rounds: int) -> dict[str, Any]:
    pairs: dict[str, list[Pair]] = {mode.name: [] for mode in modes}
    wrong: set[str] = set()
    for number in range(1, rounds + 1):
        for mode in modes:
            own = _steady(long, ours(long), ours(short), wrong)
            peer = _steady(long, theirs(long, mode), theirs(short, mode), wrong)
            pairs[mode.name].append((own, peer))
            told = f"ours {own:.0f}, img2dataset {peer:.0f} URLs/s ({own / peer:.2f}x)"
            print(f"round {number}, {mode.name}: {told}", file=sys.stderr, flush=True)
    return {
        "urls": len(long.corpus.entries),
        "wrong": sorted(wrong),
        "modes": {name: _figures(found) for name, found in pairs.items()},
    }


def _steady(setting: Setting, long: Run, short: Run, wrong: set[str]) -> float:
    """URLs per second."""
    wrong.update(long.wrong)
    return (len(setting.corpus.entries) - 2) / (long.seconds - short.seconds)


def _figures(pairs: list[Pair]) -> dict[str, Any]:
    ratios = sorted(own / peer for own, peer in pairs)
    return {
        "ours_urls_per_second": round(median(own for own, _ in pairs), 1),
        "theirs_urls_per_second": round(median(peer for _, peer in pairs), 1),
        "ratio": round(median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }


def _setting(corpus: Corpus, web: Origin, room: Path, name: str, processes: int, peer: Path) -> Setting:
    place = room / name
    place.mkdir(mode=0o755)
    urls = place / "urls.txt"
    urls.write_text("".join(f"http://127.0.0.1:{web.port}/{entry.path}\n" for entry in corpus.entries))
    return Setting(corpus, web, urls, place, processes, peer)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"), help="corpora and peer are here")
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="outputs go here")
    parser.add_argument("--count", type=int, default=3000, help="URLs of the corpus, a quarter of the list")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--modes", default="defaults,validated", help="of the peer, with commas")
    parser.add_argument("--processes", type=int, default=2, help="that the peer may use")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    told.cache.mkdir(parents=True, exist_ok=True)
    base = open_corpus(told.cache, count=told.count)
    whole = more(base, told.cache / f"turned-{told.count}")
    good = [entry for entry in base.entries if entry.kind == "jpeg"]
    few = msgspec.structs.replace(whole, entries=tuple(good[:2]))
    program = peers.peer_program(told.cache)
    with origin(whole.folder) as web, tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room:
        Path(room).chmod(0o755)
        long = _setting(whole, web, Path(room), "long", told.processes, program)
        short = _setting(few, web, Path(room), "short", told.processes, program)
        report = measure(long, short, [peers.MODES[name] for name in told.modes.split(",")], told.rounds)
    print(json.dumps(report, indent=2) if told.json else _table(report))


def _table(report: dict[str, Any]) -> str:
    lines = [f"{report['urls']:,} URLs, start-up left out", f"{'':12}{'ours/s':>9}{'theirs/s':>10}  ratio"]
    for name, found in report["modes"].items():
        each = ", ".join(map(str, found["ratios"]))
        own, peer = found["ours_urls_per_second"], found["theirs_urls_per_second"]
        lines.append(f"{name:12}{own:9.1f}{peer:10.1f}  {found['ratio']:.2f}x ({each})")
    return "\n".join([*lines, *(f"WRONG: {wrong}" for wrong in report["wrong"])])


if __name__ == "__main__":
    main()
