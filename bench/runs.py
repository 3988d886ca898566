"""One timed run of the whole job: ours, and img2dataset's."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from bench import peers
from bench.corpus import GOOD, Corpus
from bench.memory import Watch, cpu_of
from bench.origin import Origin
from bench.services import PIXCRAWLER, Services, environment, services
from bench.stages import stages

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
    origin: Origin
    urls: Path
    room: Path
    processes: int
    peer: Path


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run. ``seconds`` from process start to end, ``cpu`` processor seconds of all its processes, ours
    with Postgres and Valkey; ``services`` is the cold start before it, ours only; ``peak`` in bytes of PSS,
    0 where it was not watched; ``cpu_by`` and ``stages`` are the processor seconds of each kind of process
    and the seconds of each stage, of a watched run of ours; ``wrong`` says where the outcome is off.
    """

    seconds: float
    cpu: float
    kept: int
    services: float = 0.0
    peak: int = 0
    cpu_by: dict[str, float] = {}
    stages: dict[str, float] = {}
    wrong: tuple[str, ...] = ()


class Ended(msgspec.Struct, frozen=True):
    """What a process took, and its standard output."""

    seconds: float
    cpu: float
    said: bytes


def ours(setting: Setting, *, watched: bool = False) -> Run:
    """`pixcrawler crawl`; its servers are up and empty, so nothing is known from a run before."""
    home, out = setting.room / "home", setting.room / "dataset"
    with services(home) as servers:
        run = _crawl(setting, servers, out, watched=watched)
    shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    return run


def crawl_line(urls: Path, count: int, out: Path) -> list[str]:
    """The command for a whole list."""
    return [
        *(str(PIXCRAWLER), "crawl", "--source", "url_list", "--input", str(urls)),
        *("--max-images", str(count), "--dedup", "medium", "--out", str(out), "--json"),
    ]


def from_one_origin(port: int) -> dict[str, str]:
    """The settings that a benchmark changes: its origin may be asked, and stands for many hosts."""
    return {
        "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{port}",
        "FETCH_PER_HOST_RATE": "0",
        "FETCH_PER_HOST_CONNECTIONS": "64",
    }


def _crawl(setting: Setting, servers: Services, out: Path, *, watched: bool) -> Run:
    variables = environment(servers.home, **from_one_origin(setting.origin.port))
    before, began = cpu_of(servers.keeper), time.time()
    line = crawl_line(setting.urls, len(setting.corpus.entries), out)
    watch = Watch(servers.keeper) if watched else None
    ended = _timed(line, variables, watch)
    job = json.loads(ended.said)["job"]
    run = Run(
        seconds=ended.seconds,
        cpu=ended.cpu + cpu_of(servers.keeper) - before,
        kept=job["accepted"],
        services=servers.start,
        wrong=tuple(_wrong(setting.corpus, job, out)),
    )
    if watch is None:
        return run
    time.sleep(1.0)  # the origin writes its log once a second
    passed = stages(servers.home, setting.origin.log, began, began + ended.seconds)
    return msgspec.structs.replace(run, peak=watch.peak, cpu_by=watch.cpu, stages=passed)


def _wrong(corpus: Corpus, job: dict[str, Any], out: Path) -> Iterable[str]:
    """Refused exactly the bad ones, lost no good one; told by the job and by the manifest."""
    kinds = corpus.counts()
    if kinds["real"]:
        refused = job["rejected"].keys() - {"duplicate_exact", "duplicate_near"}
        if refused or job["accepted"] + sum(job["rejected"].values()) != kinds["real"]:
            yield f"of {kinds['real']} real pictures it kept {job['accepted']} and rejected {job['rejected']}"
        return
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
    watch = Watch() if watched else None
    ended = _timed(line, peers.environment(), watch)
    told = peers.outcome(out)
    shutil.rmtree(out, ignore_errors=True)
    wrong = () if told.count == count else (f"it took up {told.count} of {count} URLs",)
    peak = watch.peak if watch else 0
    return Run(seconds=ended.seconds, cpu=ended.cpu, kept=told.kept, peak=peak, wrong=wrong)


def _timed(line: list[str], variables: dict[str, str], watch: Watch | None) -> Ended:
    """Run it to its end. Watching costs time, so a watched run is not one to be counted."""
    if watch is None:
        return ended_well(line, variables)
    with watch:
        return ended_well(line, variables, watch.follow)


def ended_well(
    line: list[str], variables: dict[str, str], began_as: Callable[[int], object] = lambda _: None
) -> Ended:
    """Run it to its end, telling its pid to ``began_as``. Raises SystemExit with its words if it fails."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        process = subprocess.Popen(line, env=variables, stdout=said, stderr=errors)
        began_as(process.pid)
        try:
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
        return Ended(seconds, used.ru_utime + used.ru_stime, said.read())
