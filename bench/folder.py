"""A folder with exact and near duplicates, ours and CleanVision's: `python -m bench.folder`.

CleanVision looks for exact and near duplicates alone, with a process per core. Ours is a whole crawl of the
folder: decoded, judged, hashed, compared, stored and packaged. In turns, process start counted.
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

from bench.corpus import GOOD, Corpus, open_corpus
from bench.environments import made
from bench.runs import ended_well
from bench.services import PIXCRAWLER, environment, services

HERE = Path(__file__).parent
KEPT = GOOD | {"exact", "near"}


def _ours(folder: Path, room: Path, corpus: Corpus) -> float:
    home, out = room / "home", room / "dataset"
    count = sum(entry.kind in KEPT for entry in corpus.entries)
    words = ["crawl", "--source", "folder", "--input", str(folder), "--out", str(out), "--json"]
    with services(home) as servers:
        ended = ended_well([str(PIXCRAWLER), *words], environment(servers.home))
    job = json.loads(ended.said)["job"]
    copies = sum(entry.kind not in GOOD for entry in corpus.entries if entry.kind in KEPT)
    if job["accepted"] != count - copies:
        raise SystemExit(f"bench: ours kept {job['accepted']} of {count} with {copies} copies")
    shutil.rmtree(home)
    shutil.rmtree(out)
    return ended.seconds


def _theirs(folder: Path, home: Path) -> float:
    line = [str(home / "bin" / "python"), str(HERE / "cleanvision_run.py"), str(folder)]
    line += [str(len(os.sched_getaffinity(0))), "exact_duplicates", "near_duplicates"]
    return ended_well(line, dict(os.environ)).seconds


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"), help="corpus and peer are here")
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="outputs go here")
    parser.add_argument("--count", type=int, default=3000, help="URLs of the corpus that the files are of")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    told.cache.mkdir(parents=True, exist_ok=True)
    corpus = open_corpus(told.cache, count=told.count)
    peer = made(HERE / "cleanvision.txt", told.cache)
    pairs = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as place:
        room = Path(place)
        room.chmod(0o755)
        folder = room / "pictures"
        folder.mkdir()
        for entry in corpus.entries:
            if entry.kind in KEPT:
                shutil.copy(corpus.folder / entry.path, folder)
        for _ in range(told.rounds):
            own, theirs = _ours(folder, room, corpus), _theirs(folder, peer)
            pairs.append((own, theirs))
            told_so_far = f"ours {own:.1f} s, CleanVision {theirs:.1f} s ({theirs / own:.2f}x)"
            print(told_so_far, file=sys.stderr, flush=True)
    ratios = sorted(theirs / own for own, theirs in pairs)
    report = {
        "ours_seconds": round(median(own for own, _ in pairs), 2),
        "cleanvision_seconds": round(median(theirs for _, theirs in pairs), 2),
        "ratio": round(median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }
    print(json.dumps(report, indent=2) if told.json else " · ".join(f"{k} {v}" for k, v in report.items()))


if __name__ == "__main__":
    main()
