"""icrawler, and icrawler with imagededup after it, on the same list: `python -m bench.crawlers`.

icrawler fetches and writes; it decodes nothing, hashes nothing and keeps duplicates. imagededup's PHash then
finds the near-duplicates among its files. Ours does all of it in one run. In turns, process start counted.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench.corpus import open_corpus
from bench.environments import made
from bench.origin import origin
from bench.runs import Setting, ended_well, ours

HERE = Path(__file__).parent


class Round(NamedTuple):
    """Seconds."""

    ours: float
    icrawler: float
    imagededup: float


def _round(setting: Setting, crawler: Path, deduplicator: Path, threads: int) -> Round:
    own = ours(setting)
    for wrong in own.wrong:
        raise SystemExit(f"bench: {wrong}")
    folder = setting.room / "icrawler"
    line = [crawler / "bin" / "python", HERE / "icrawler_run.py", setting.urls, folder, threads]
    fetched = ended_well([str(word) for word in line], dict(os.environ))
    came = len(list(folder.iterdir()))
    if came < 0.9 * len(setting.corpus.entries):
        raise SystemExit(f"bench: icrawler kept only {came} files")
    line = [deduplicator / "bin" / "python", HERE / "imagededup_run.py", "folder", folder]
    compared = ended_well([str(word) for word in line], dict(os.environ))
    if json.loads(compared.said)["pairs"] == 0:
        raise SystemExit("bench: imagededup found no copies")
    shutil.rmtree(folder)
    return Round(own.seconds, fetched.seconds, compared.seconds)


def _report(rounds: list[Round], urls: int) -> dict[str, Any]:
    alone = sorted(r.icrawler / r.ours for r in rounds)
    both = sorted((r.icrawler + r.imagededup) / r.ours for r in rounds)
    return {
        "urls": urls,
        "ours_seconds": round(median(r.ours for r in rounds), 2),
        "icrawler_seconds": round(median(r.icrawler for r in rounds), 2),
        "imagededup_seconds": round(median(r.imagededup for r in rounds), 2),
        "ratio_icrawler": round(median(alone), 2),
        "ratios_icrawler": [round(ratio, 2) for ratio in alone],
        "ratio_with_imagededup": round(median(both), 2),
        "ratios_with_imagededup": [round(ratio, 2) for ratio in both],
    }


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"), help="corpus and peers are here")
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="outputs go here")
    parser.add_argument("--count", type=int, default=3000, help="URLs")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1, help="icrawler's; more made it slower")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    told.cache.mkdir(parents=True, exist_ok=True)
    corpus = open_corpus(told.cache, count=told.count)
    crawler = made(HERE / "icrawler.txt", told.cache)
    deduplicator = made(HERE / "imagededup.txt", told.cache)
    rounds = []
    with origin(corpus.folder) as web, tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room:
        Path(room).chmod(0o755)
        urls = Path(room, "urls.txt")
        urls.write_text("".join(f"http://127.0.0.1:{web.port}/{entry.path}\n" for entry in corpus.entries))
        setting = Setting(corpus, web, urls, Path(room), 1, crawler)
        for _ in range(told.rounds):
            rounds.append(_round(setting, crawler, deduplicator, told.threads))
            print(rounds[-1], file=sys.stderr, flush=True)
    report = _report(rounds, len(corpus.entries))
    print(json.dumps(report, indent=2) if told.json else _table(report))


def _table(report: dict[str, Any]) -> str:
    alone, both = report["ratios_icrawler"], report["ratios_with_imagededup"]
    return (
        f"{report['urls']} URLs: ours {report['ours_seconds']} s, icrawler {report['icrawler_seconds']} s, "
        f"imagededup after it {report['imagededup_seconds']} s\n"
        f"icrawler alone: {report['ratio_icrawler']:.2f}x {alone}\n"
        f"with imagededup: {report['ratio_with_imagededup']:.2f}x {both}"
    )


if __name__ == "__main__":
    main()
