"""One timed run of the whole job: ours, and img2dataset's."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from bench import peers
from bench.corpus import GOOD, Corpus
from bench.memory import MemoryWatch, cpu_of
from bench.services import PIXCRAWLER, Services, environment, services

EXPECTED = {
    "truncated": "truncated",
    "html": "not_an_image",
    "missing": "http_404",
    "exact": "duplicate_exact",
    "near": "duplicate_near",
}


class Setting(msgspec.Struct, frozen=True):
    """What all runs have in common. ``room`` is where outputs go, and a folder of this run's own."""

    corpus: Corpus
    port: int
    urls: Path
    room: Path
    processes: int
    peer: Path


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run. ``seconds`` from process start to end, ``cpu`` processor seconds of all its processes, ours
    with Postgres and Valkey; ``services`` is the cold start before it, ours only; ``peak`` in bytes of PSS,
    0 where it was not watched; ``wrong`` says where the outcome is off.
    """

    seconds: float
    cpu: float
    kept: int
    services: float = 0.0
    peak: int = 0
    wrong: tuple[str, ...] = ()


class _Ended(NamedTuple):
    """What a process took, and its standard output."""

    seconds: float
    cpu: float
    peak: int
    said: bytes


def ours(setting: Setting, *, watched: bool = False) -> Run:
    """`pixcrawler crawl`; its servers are up and empty, so nothing is known from a run before."""
    home, out = setting.room / "home", setting.room / "dataset"
    with services(home) as servers:
        run = _crawl(setting, servers, out, watched=watched)
    shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    return run


def _crawl(setting: Setting, servers: Services, out: Path, *, watched: bool) -> Run:
    count = len(setting.corpus.entries)
    words = [
        *("crawl", "--source", "url_list", "--input", str(setting.urls), "--max-images", str(count)),
        *("--dedup", "medium", "--out", str(out), "--json"),
    ]
    variables = environment(
        servers.home,
        FETCH_ALLOWED_PRIVATE_NETWORKS=f"127.0.0.1/32:{setting.port}",
        FETCH_PER_HOST_RATE="0",
        FETCH_PER_HOST_CONNECTIONS="64",
    )
    before = cpu_of(servers.keeper)
    ended = _timed([str(PIXCRAWLER), *words], variables, [servers.keeper], watched=watched)
    job = json.loads(ended.said)["job"]
    return Run(
        seconds=ended.seconds,
        cpu=ended.cpu + cpu_of(servers.keeper) - before,
        kept=job["accepted"],
        services=servers.start,
        peak=ended.peak,
        wrong=tuple(_wrong(setting.corpus, job, out)),
    )


def _wrong(corpus: Corpus, job: dict[str, Any], out: Path) -> Iterable[str]:
    """Refused exactly the bad ones, lost no good one; told by the job and by the manifest."""
    kinds = corpus.counts()
    wanted = {reason: kinds[kind] for kind, reason in EXPECTED.items()}
    if job["rejected"] != wanted:
        yield f"rejected {job['rejected']}, and it should be {wanted}"
    rows = [json.loads(line) for line in (out / "manifest.jsonl").read_bytes().splitlines()]
    kept = {row["image_url"].split("/", 3)[3] for row in rows}
    # Of pictures that are the same, any one may have stayed.
    first = {entry.path: entry.of or entry.path for entry in corpus.entries}
    good = {entry.path for entry in corpus.entries if entry.kind in GOOD}
    lost = good - {first[path] for path in kept}
    bad = {path for path in kept if first[path] not in good}
    if lost:
        yield f"lost {len(lost)} good pictures, such as {min(lost)}"
    if bad:
        yield f"kept {len(bad)} bad files, such as {min(bad)}"


def theirs(setting: Setting, mode: peers.Mode, *, watched: bool = False) -> Run:
    out = setting.room / "peer"
    count = len(setting.corpus.entries)
    line = peers.command(
        setting.peer, mode, urls=setting.urls, out=out, count=count, processes=setting.processes
    )
    ended = _timed(line, peers.environment(), [], watched=watched)
    told = peers.outcome(out)
    shutil.rmtree(out, ignore_errors=True)
    wrong = () if told.count == count else (f"it took up {told.count} of {count} URLs",)
    return Run(seconds=ended.seconds, cpu=ended.cpu, kept=told.kept, peak=ended.peak, wrong=wrong)


def _timed(line: list[str], variables: dict[str, str], more_roots: list[int], *, watched: bool) -> _Ended:
    """Run it to its end. Watching the memory costs time, so a watched run is not one to be counted."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        process = subprocess.Popen(line, env=variables, stdout=said, stderr=errors)
        memory = MemoryWatch(lambda: [process.pid, *more_roots])
        try:
            with memory if watched else nullcontext():
                _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()
            process.wait(60)
            raise
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        errors.seek(0)
        if process.returncode not in (0, 6):  # 6: fewer images than asked for, which is so by design
            words = errors.read()[-3000:].decode(errors="replace")
            raise SystemExit(f"bench: {line[0]} ended with {process.returncode}:\n{words}")
        return _Ended(seconds, used.ru_utime + used.ru_stime, memory.peak, said.read())
