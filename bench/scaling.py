"""One worker on one core, and two on two: `python -m bench.scaling`.

The same job on the same corpus, on the platform's own terms: `pixcrawler worker` processes, each pinned to
a core of its own, so that a second one really adds a core. Timed from the start of the job to its end;
loading is over by then. Postgres, Valkey and the origin may use both cores in both cases.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.corpus import open_corpus
from bench.origin import origin
from bench.runs import from_one_origin
from bench.services import environment, services
from pixcrawler.application.crawling.create_crawl import NewCrawl
from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.settings import load_settings

WORKER = "pixcrawler.entrypoints.worker"
LOOK = 0.05


def seconds_with(workers: int, *, room: Path, urls: Path, count: int, port: int) -> float:
    """From the start of the job to its end."""
    home = room / "home"
    with services(home) as servers:
        variables = environment(servers.home, **from_one_origin(port), PIXCRAWLER_LOG_LEVEL="info")
        with fleet(workers, variables, room):
            taken = asyncio.run(_job(variables, urls, count))
    shutil.rmtree(home, ignore_errors=True)
    return taken


@contextmanager
def fleet(workers: int, variables: dict[str, str], room: Path) -> Iterator[None]:
    """Workers that have loaded, the first on core 0, the second on core 1."""
    processes = []
    logs = [room / f"worker-{core}.log" for core in range(workers)]
    try:
        for core, log in enumerate(logs):
            with log.open("wb") as stream:
                line = ["taskset", "-c", str(core), sys.executable, "-m", WORKER]
                processes.append(subprocess.Popen(line, env=variables, stdout=stream, stderr=stream))
        deadline = time.monotonic() + 60
        while not all("worker_started" in log.read_text() for log in logs):
            if time.monotonic() > deadline:
                raise SystemExit("bench: the workers did not start:\n" + logs[0].read_text()[-2000:])
            time.sleep(LOOK)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)


async def _job(variables: dict[str, str], urls: Path, count: int) -> float:
    async with open_app(load_settings(variables, None)) as app:
        user = await app.identity.find_local_user()
        taken = await app.crawling.take_url_list(urls, by=user.actor)
        spec = JobSpec(keywords=(Keyword("", ""),), sources=("url_list",), inputs={"url_list": taken.key})
        new = NewCrawl(project_id=user.project_id, name="bench", spec=spec, max_images=count)
        job_id = (await app.crawling.create(new, by=user.actor)).id
        began = time.monotonic()
        await app.crawling.start(job_id, by=user.actor)
        while True:
            job = (await app.reads.progress(job_id, visible_to=user.actor)).job
            if job.status is not JobStatus.RUNNING:
                if job.status is not JobStatus.COMPLETED or job.found != count:
                    raise SystemExit(f"bench: the job ended as {job.status} with {job.found} found")
                return time.monotonic() - began
            await asyncio.sleep(LOOK)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"), help="the corpus is kept here")
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="everything else goes here")
    parser.add_argument("--count", type=int, default=3000, help="URLs")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("bench: this needs two cores")
    told.cache.mkdir(parents=True, exist_ok=True)
    corpus = open_corpus(told.cache, count=told.count)
    pairs = []
    with origin(corpus.folder) as web, tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room:
        Path(room).chmod(0o755)
        urls = Path(room, "urls.txt")
        urls.write_text("".join(f"http://127.0.0.1:{web.port}/{entry.path}\n" for entry in corpus.entries))
        for _ in range(told.rounds):
            one, two = (
                seconds_with(n, room=Path(room), urls=urls, count=told.count, port=web.port) for n in (1, 2)
            )
            pairs.append((one, two))
            print(f"one {one:.1f} s, two {two:.1f} s ({one / two:.2f}x)", file=sys.stderr, flush=True)
    ratios = sorted(one / two for one, two in pairs)
    report = {
        "urls": told.count,
        "one_worker_seconds": round(median(one for one, _ in pairs), 2),
        "two_workers_seconds": round(median(two for _, two in pairs), 2),
        "ratio": round(median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }
    print(json.dumps(report, indent=2) if told.json else _line(report))


def _line(report: dict[str, object]) -> str:
    return (
        f"{report['urls']} URLs: one worker on one core {report['one_worker_seconds']} s, two on two "
        f"{report['two_workers_seconds']} s: {report['ratio']}x {report['ratios']}"
    )


if __name__ == "__main__":
    main()
