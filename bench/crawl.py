"""The whole job on 3,000 URLs, ours and img2dataset's in turns: `python -m bench.crawl`.

Both sides get the same list from the same origin, write to the same file system, and are timed from the
start of their process to its end. What the numbers mean: bench/README.md.
"""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from bench import peers
from bench.corpus import open_corpus
from bench.origin import origin
from bench.real import real_pictures
from bench.runs import Run, Setting, ours, theirs

Pairs = dict[str, list[tuple[Run, Run]]]


def measure(setting: Setting, modes: list[peers.Mode], rounds: int) -> dict[str, Any]:
    """Rounds of pairs, one pair per mode; then one watched run of each for the memory."""
    pairs: Pairs = {mode.name: [] for mode in modes}
    for number in range(1, rounds + 1):
        for mode in modes:
            own, peer = ours(setting), theirs(setting, mode)
            pairs[mode.name].append((own, peer))
            times = f"ours {own.seconds:.1f} s, img2dataset {peer.seconds:.1f} s"
            _tell(f"round {number}, {mode.name}: {times} ({peer.seconds / own.seconds:.2f}x)")
            for wrong in (*own.wrong, *peer.wrong):
                _tell(f"  WRONG: {wrong}")
    _tell("a watched round, for the memory and the stages")
    watched = ours(setting, watched=True)
    memory = {mode.name: theirs(setting, mode, watched=True).peak for mode in modes}
    return _report(setting, pairs, watched, memory)


def _report(setting: Setting, pairs: Pairs, watched: Run, memory: dict[str, int]) -> dict[str, Any]:
    own = [own for runs in pairs.values() for own, _ in runs]
    return {
        "urls": len(setting.corpus.entries),
        "corpus": dict(setting.corpus.counts()),
        "processes": setting.processes,
        "pace": "lifted: FETCH_PER_HOST_RATE=0, FETCH_PER_HOST_CONNECTIONS=64 (one origin stands for many)",
        "ours": {
            **_figures(setting, own, watched.peak),
            "stages": watched.stages,
            "cpu_by": {kind: round(seconds, 2) for kind, seconds in sorted(watched.cpu_by.items())},
            "services_cold_start_seconds": round(median(run.services for run in own), 2),
            "wrong": sorted({wrong for run in own for wrong in run.wrong}),
        },
        "img2dataset": {
            name: {
                **_figures(setting, [peer for _, peer in runs], memory[name]),
                "keeps": peers.MODES[name].keeps,
                "ratio": round(median(peer.seconds / own.seconds for own, peer in runs), 2),
                "ratios": sorted(round(peer.seconds / own.seconds, 2) for own, peer in runs),
            }
            for name, runs in pairs.items()
        },
    }


def _figures(setting: Setting, runs: list[Run], peak: int) -> dict[str, Any]:
    seconds = median(run.seconds for run in runs)
    return {
        "seconds": round(seconds, 2),
        "urls_per_second": round(len(setting.corpus.entries) / seconds, 1),
        "cpu_seconds": round(median(run.cpu for run in runs), 2),
        "kept": runs[0].kept,
        "peak_pss_mib": round(peak / 2**20),
    }


def _table(report: dict[str, Any]) -> str:
    own = report["ours"]
    lines = [
        f"{report['urls']} URLs, {report['processes']} processes; per-host pace {report['pace']}",
        "",
        f"{'':30}{'seconds':>9}{'URLs/s':>9}{'CPU s':>8}{'kept':>7}{'MiB PSS':>9}  ratio (each pair)",
        _row("pixcrawler crawl", own, ""),
    ]
    for name, peer in report["img2dataset"].items():
        each = ", ".join(f"{ratio:.2f}" for ratio in peer["ratios"])
        lines.append(_row(f"img2dataset {name}", peer, f"  {peer['ratio']:.2f}x ({each})"))
    lines += [
        "",
        f"Our services, from nothing to migrated, not counted: {own['services_cold_start_seconds']} s",
    ]
    lines += ["", "Ours, watched (a little slower): seconds of each stage, one after the other"]
    lines += [f"{seconds:9.2f}  {name}" for name, seconds in own["stages"].items()]
    used = ", ".join(f"{kind} {seconds:.1f}" for kind, seconds in own["cpu_by"].items())
    lines += [f"Processor seconds by kind of process: {used}", ""]
    lines += [f"WRONG: {wrong}" for wrong in own["wrong"]] or [
        "Outcome: the bad ones refused, no good one lost."
    ]
    return "\n".join(lines)


def _row(name: str, figures: dict[str, Any], more: str) -> str:
    return (
        f"{name:30}{figures['seconds']:9.1f}{figures['urls_per_second']:9.1f}{figures['cpu_seconds']:8.1f}{figures['kept']:7}"
        f"{figures['peak_pss_mib']:9}{more}"
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--cache", type=Path, default=Path(".cache/bench"), help="corpus and peer are kept here"
    )
    parser.add_argument(
        "--room", type=Path, default=Path("/dev/shm"), help="outputs go here; a tmpfs is best"
    )
    parser.add_argument("--count", type=int, default=3000, help="URLs")
    parser.add_argument("--real", action="store_true", help="the 800 real pictures instead")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--modes", default=",".join(peers.MODES), help="of the peer, with commas")
    parser.add_argument("--processes", type=int, default=2, help="that the peer may use")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    told = _arguments()
    told.cache.mkdir(parents=True, exist_ok=True)
    corpus = real_pictures(told.cache) if told.real else open_corpus(told.cache, count=told.count)
    program = peers.peer_program(told.cache)
    for entry in corpus.entries:  # into the page cache, so that no side reads from the disk first
        file = corpus.folder / entry.path
        if file.exists():
            file.read_bytes()
    modes = [peers.MODES[name] for name in told.modes.split(",")]
    with origin(corpus.folder) as web, tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room:
        Path(room).chmod(0o755)
        urls = Path(room, "urls.txt")
        urls.write_text("".join(f"http://127.0.0.1:{web.port}/{quote(e.path)}\n" for e in corpus.entries))
        setting = Setting(corpus, web, urls, Path(room), told.processes, program)
        report = measure(setting, modes, told.rounds)
    print(json.dumps(report, indent=2) if told.json else _table(report))


if __name__ == "__main__":
    main()
