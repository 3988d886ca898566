"""How much of the machine's limit a whole job reaches: `python -m bench.limit`.

The limit is the sum of the best single stages, each measured alone and in one process: fetching with aiohttp
on uvloop (bodies dropped), SHA-256, decoding with hashes as our children do it. That sum, on all cores and
without a moment's loss, without database, queue, storage and packaging, is what nothing here can beat.
"""

import argparse
import asyncio
import hashlib
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import aiohttp
import uvloop

from bench.corpus import Corpus, open_corpus
from bench.origin import origin
from bench.runs import Setting, ours
from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.refusal import Refused

AT_ONCE = 32


def stages(corpus: Corpus, port: int) -> dict[str, float]:
    """Processor milliseconds per URL of each stage."""
    bodies = [
        (corpus.folder / entry.path).read_bytes() for entry in corpus.entries if entry.kind != "missing"
    ]
    urls = [f"http://127.0.0.1:{port}/{entry.path}" for entry in corpus.entries]
    each = 1000 / len(urls)
    began = time.process_time()
    uvloop.run(_fetch(urls))
    fetched = time.process_time()
    for body in bodies:
        hashlib.sha256(body)
    hashed = time.process_time()
    for body in bodies:
        _look(body)
    looked = time.process_time()
    return {
        "fetch": (fetched - began) * each,
        "sha256": (hashed - fetched) * each,
        "decode and perceptual hashes": (looked - hashed) * each,
    }


def _look(body: bytes) -> None:
    try:
        look(body)
    except Refused:
        return


async def _fetch(urls: list[str]) -> None:
    waiting = iter(urls)
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:

        async def one_after_the_other() -> None:
            for url in waiting:
                async with session.get(url) as response:
                    async for _ in response.content.iter_any():
                        pass

        await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"), help="the corpus is kept here")
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="outputs go here")
    parser.add_argument("--count", type=int, default=3000, help="URLs")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    told.cache.mkdir(parents=True, exist_ok=True)
    corpus = open_corpus(told.cache, count=told.count)
    cores = len(os.sched_getaffinity(0))
    shares, sums = [], []
    with origin(corpus.folder) as web, tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room:
        Path(room).chmod(0o755)
        urls = Path(room, "urls.txt")
        urls.write_text("".join(f"http://127.0.0.1:{web.port}/{entry.path}\n" for entry in corpus.entries))
        setting = Setting(corpus, web, urls, Path(room), cores, Path())
        for _ in range(told.rounds):
            sums.append(stages(corpus, web.port))
            limit = cores * 1000 / sum(sums[-1].values())
            reached = len(corpus.entries) / ours(setting).seconds
            shares.append(reached / limit)
            print(
                f"limit {limit:.0f} URLs/s, a whole job {reached:.0f} ({shares[-1]:.2f})",
                file=sys.stderr,
                flush=True,
            )
    report = {
        "urls": told.count,
        "cores": cores,
        "stages_ms": {name: round(median(found[name] for found in sums), 3) for name in sums[0]},
        "share": round(median(shares), 3),
        "shares": [round(share, 3) for share in sorted(shares)],
    }
    print(json.dumps(report, indent=2) if told.json else _table(report))


def _table(report: dict[str, object]) -> str:
    return (
        f"processor ms per URL, best single stages: {report['stages_ms']}\n"
        f"share of the limit of {report['cores']} cores: {report['share']} {report['shares']}"
    )


if __name__ == "__main__":
    main()
