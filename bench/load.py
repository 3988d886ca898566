"""Load on one route, made by wrk."""

import shutil
import subprocess
from pathlib import Path

import msgspec

SCRIPT = Path(__file__).with_name("load.lua")
IDEMPOTENCY_KEY = "Idempotency-Key"


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: ``paths`` in turns. ``%d`` in the body becomes the request's number."""

    name: str
    paths: tuple[str, ...]
    key: str = ""
    body: str = ""

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"


class Run(msgspec.Struct, frozen=True):
    """What wrk saw. ``p50``, ``p99`` in milliseconds; ``refused`` had a status of 400 or more,
    ``broken`` none, ``late`` none within 30 s."""

    requests: int
    seconds: float
    p50: float
    p99: float
    refused: int
    broken: int
    late: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


def load(port: int, route: Route, *, seconds: int, connections: int, numbered: bool) -> Run:
    """wrk's own thread on the route; with ``numbered``, each request has an Idempotency-Key of its own.

    An answer that is no success ends the bench: what is refused quickly would count as fast.
    """
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("bench: wrk is missing: apt-get install wrk")
    header = IDEMPOTENCY_KEY if numbered and route.body else ""
    words = [
        *(program, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"),
        *("-s", str(SCRIPT), f"http://127.0.0.1:{port}"),
    ]
    ended = subprocess.run(
        [*words, "--", route.method, route.key, header, route.body, *route.paths],
        check=True,
        stdout=subprocess.PIPE,
    )
    run = msgspec.json.decode(ended.stdout.splitlines()[-1], type=Run)
    if run.refused or run.broken or run.late:
        told = f"{run.refused} requests were refused, {run.broken} broke off, {run.late} were late"
        raise SystemExit(f"bench: {route.name} on port {port}: {told}")
    return run
