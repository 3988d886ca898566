"""Requests per second, ours and FastAPI's in turns: `python -m bench.api`.

Both sides have one process, the same rows in the same Postgres, the same pool, and as many connections. What
the numbers mean: bench/README.md.
"""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from bench.api_data import Rows, fill
from bench.api_servers import Server, answer, bare, database_of, fastapi, ours
from bench.load import Route, Run, load
from bench.memory import cpu_of, held_by
from bench.services import services


class Claim(msgspec.Struct, frozen=True):
    """``least``: how many times the peer's requests per second it must be; with ``tail``, its p99 may not be
    higher either."""

    route: Route
    least: float
    peer: str = "fastapi"
    tail: bool = True


class Turn(msgspec.Struct, frozen=True):
    """One measurement of one side. ``cpu``: its own processor seconds, without Postgres."""

    run: Run
    cpu: float


class Pace(msgspec.Struct, frozen=True):
    """Of one measurement."""

    seconds: int
    rounds: int
    connections: int


def new_job(rows: Rows) -> str:
    """The body of a request for one."""
    return json.dumps(
        {
            "project_id": str(rows.writer.project),
            "name": "Dogs, number %d",
            "keywords": ["golden retriever", "labrador puppy"],
            "sources": ["openverse"],
            "max_images": 1000,
        }
    )


def claims(rows: Rows) -> tuple[Claim, ...]:
    me, jobs = rows.reader, "/api/v1/jobs"
    large = rows.jobs[-1]
    all_jobs = tuple(f"{jobs}/{job}" for job in rows.jobs)
    images = f"{jobs}/{large}/images?size=100"
    return (
        Claim(Route(name="list 100 jobs", paths=(f"{jobs}?size=100",), key=me.key), 2.0),
        Claim(Route(name="page of 100 images", paths=(images,), key=me.key), 2.0),
        Claim(Route(name="get a job", paths=all_jobs, key=me.key), 1.1),
        Claim(
            Route(name="create a job", paths=(jobs,), key=rows.writer.key, body=new_job(rows)),
            1.0,
        ),
        Claim(Route(name="/health", paths=("/health",)), 0.9, peer="bare", tail=False),
    )


def same_answers(own: Server, peer: Server, rows: Rows) -> None:
    """Ends the bench unless both give the same rows, field by field, and make the same of a new job."""
    one = f"/api/v1/jobs/{rows.jobs[0]}"
    large = f"/api/v1/jobs/{rows.jobs[-1]}/images?size=100"
    for path in ("/api/v1/jobs?size=100", "/api/v1/jobs?size=100&page=2", one, large, f"{large}&page=7"):
        _same(path, *(answer(server, path, key=rows.reader.key) for server in (own, peer)))
    made = [answer(server, "/api/v1/jobs", key=rows.writer.key, body=new_job(rows)) for server in (own, peer)]
    for job in made:
        path = f"/api/v1/jobs/{job['id']}"
        _same(path, *(answer(server, path, key=rows.writer.key) for server in (own, peer)))
    _same("a new job", *({**job, "id": "", "created_at": ""} for job in made))


def _same(what: str, left: object, right: object) -> None:
    if left != right:
        raise SystemExit(f"bench: {what}: ours says\n{left!s:.2000}\nthe peer\n{right!s:.2000}")


def measure(claim: Claim, own: Server, peer: Server, pace: Pace) -> dict[str, Any]:
    """Rounds of pairs, after a warm-up of both; the first of a pair is the other one each time."""

    def turn(server: Server, seconds: int) -> Turn:
        size, before = pace.connections, cpu_of(server.pid)
        run = load(server.port, claim.route, seconds=seconds, connections=size, numbered=server is own)
        return Turn(run, cpu_of(server.pid) - before)

    pairs = []
    for server in (own, peer):
        turn(server, 2)
    for number in range(pace.rounds):
        order = (own, peer) if number % 2 == 0 else (peer, own)
        told = {server.name: turn(server, pace.seconds) for server in order}
        pairs.append((told[own.name], told[peer.name]))
        left, right = (one.run.rate for one in pairs[-1])
        _tell(f"{claim.route.name}: {left:.0f} to {right:.0f} ({left / right:.2f}x)")
    return _figures(claim, pairs)


def _figures(claim: Claim, pairs: Sequence[tuple[Turn, Turn]]) -> dict[str, Any]:
    ratios = sorted(own.run.rate / peer.run.rate for own, peer in pairs)
    tails = median(own.run.p99 / peer.run.p99 for own, peer in pairs)
    own, peer = (
        {
            "requests_per_second": round(median(turn.run.rate for turn in side)),
            "p50_ms": round(median(turn.run.p50 for turn in side), 2),
            "p99_ms": round(median(turn.run.p99 for turn in side), 2),
            "cpu_us": round(median(1e6 * turn.cpu / turn.run.requests for turn in side)),
        }
        for side in zip(*pairs, strict=True)
    )
    return {
        "route": claim.route.name,
        "peer": claim.peer,
        "ours": own,
        "theirs": peer,
        "ratio": round(median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "p99_ratio": round(tails, 2),
        "asked": claim.least,
        "held": median(ratios) >= claim.least and (tails <= 1 or not claim.tail),
    }


def _table(report: dict[str, Any]) -> str:
    sizes = f"{report['connections']} connections, {report['pool']} to Postgres"
    lines = [
        f"{report['workers']} process each, {sizes}, rounds of {report['seconds']} s; ours, then the peer's",
        "",
        f"{'':20}{'requests/s':>15}{'p99 ms':>15}{'CPU us':>13}  ratio (each pair)",
    ]
    for one in report["routes"]:
        each = ", ".join(f"{ratio:.2f}" for ratio in one["ratios"])
        own, peer = one["ours"], one["theirs"]
        missed = "" if one["held"] else f"  MISSED: {one['asked']}x, p99 {one['p99_ratio']}"
        lines.append(
            f"{one['route']:20}{own['requests_per_second']:8}{peer['requests_per_second']:7}"
            f"{own['p99_ms']:8.1f}{peer['p99_ms']:7.1f}{own['cpu_us']:7}{peer['cpu_us']:6}"
            f"  {one['ratio']:.2f}x ({each}){missed}"
        )
    memory = ", ".join(f"{name} {held} MiB" for name, held in report["pss_mib"].items())
    return "\n".join([*lines, "", f"PSS after the load: {memory}"])


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"), help="the peer is kept here")
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="the database goes here")
    parser.add_argument("--workers", type=int, default=1, help="processes of each server")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--pool", type=int, default=10, help="connections of each process to Postgres")
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=7, help="pairs of measurements of each route")
    parser.add_argument("--routes", default="", help="only those whose name has this in it")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    told = _arguments()
    told.cache.mkdir(parents=True, exist_ok=True)
    pace = Pace(told.seconds, told.rounds, told.connections)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room, ExitStack() as stack:
        Path(room).chmod(0o755)
        home = Path(room, "home")
        stack.enter_context(services(home))
        rows = asyncio.run(fill(database_of(home)))
        own = stack.enter_context(ours(home, workers=told.workers, pool=told.pool))
        peers = {
            "fastapi": stack.enter_context(
                fastapi(home, workers=told.workers, pool=told.pool, cache=told.cache)
            ),
            "bare": stack.enter_context(bare(home, workers=told.workers)),
        }
        same_answers(own, peers["fastapi"], rows)
        wanted = [claim for claim in claims(rows) if told.routes in claim.route.name]
        report = {
            "workers": told.workers,
            "connections": told.connections,
            "pool": told.pool,
            "seconds": told.seconds,
            "routes": [measure(claim, own, peers[claim.peer], pace) for claim in wanted],
            "pss_mib": {server.name: round(held_by(server.pid) / 2**20) for server in (own, *peers.values())},
        }
    print(json.dumps(report, indent=2) if told.json else _table(report))


if __name__ == "__main__":
    main()
