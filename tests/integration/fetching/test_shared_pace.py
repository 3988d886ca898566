"""Several workers, one host: its own clock and its own count of connections say whether they were polite."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.pace_ledger import RedisLedger
from pixcrawler.adapters.fetching.pace_share import Sharing

LAG = 0.25
"""Seconds by which a busy machine may see a request late, and the next one in time."""
PATIENCE = 120.0


@dataclass
class Host:
    """Answers after ``work`` seconds; ``complains`` at these requests (by number) with that Retry-After."""

    port: int = 0
    work: float = 0.002
    complains: dict[int, str] = field(default_factory=dict)
    stamps: list[float] = field(default_factory=list)
    complained_at: list[float] = field(default_factory=list)
    open: int = 0
    most: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.open += 1
                self.most = max(self.most, self.open)
                self.stamps.append(time.monotonic())
                after = self.complains.get(len(self.stamps))
                await asyncio.sleep(self.work)
                self.open -= 1
                head = "200 OK\r\nContent-Length: 1\r\n\r\nx"
                if after is not None:
                    self.complained_at.append(time.monotonic())
                    head = f"429 Slow\r\nRetry-After: {after}\r\nContent-Length: 0\r\n\r\n"
                writer.write(b"HTTP/1.1 " + head.encode())
                await writer.drain()

    def burst(self, rate: float) -> float:
        """By how many the requests ever ran ahead of a steady ``rate`` per second."""
        ahead = worst = 0.0
        for earlier, later in zip(self.stamps, self.stamps[1:], strict=False):
            ahead = max(0.0, ahead + 1 - rate * (later - earlier))
            worst = max(worst, ahead)
        return worst


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    one = Host()
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(one.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    yield one
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


Crawl = Callable[..., Awaitable[list[int]]]


@pytest.fixture
async def crawl(host: Host, redis_url: str, redis_prefix: str) -> AsyncIterator[Crawl]:
    """Fetch from the host with several worker processes; how many files each got."""
    running: list[asyncio.subprocess.Process] = []

    async def run(
        workers: int, *, fetches: int, rate: float, connections: int, kill: float | None = None
    ) -> list[int]:
        module = "tests.integration.fetching.pace_worker"
        numbers = [str(host.port), str(rate), str(connections), str(fetches // workers)]
        for _ in range(workers):
            command = [sys.executable, "-m", module, redis_url, redis_prefix, *numbers]
            pipe = asyncio.subprocess.PIPE
            running.append(await asyncio.create_subprocess_exec(*command, stdout=pipe, env=os.environ))
        if kill is not None:
            async with asyncio.timeout(PATIENCE):
                while len(host.stamps) < kill:
                    await asyncio.sleep(0.01)
            running[0].send_signal(signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            said = [(await process.communicate())[0] for process in running]
        return [int(one) for one in said if one]

    yield run
    for process in running:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.long
async def test_two_workers_together_keep_a_hosts_pace_and_connections(host: Host, crawl: Crawl) -> None:
    came = await crawl(2, fetches=160, rate=80, connections=3)
    assert came == [80, 80]
    assert host.most <= 3
    assert host.burst(80) <= 1 + 80 * LAG


@pytest.mark.long
async def test_a_complaint_to_one_worker_silences_all_of_them_and_fails_no_file(
    host: Host, crawl: Crawl
) -> None:
    host.complains = {40: "2"}
    came = await crawl(2, fetches=100, rate=200, connections=4)
    assert sum(came) == 100
    quiet_from, until = host.complained_at[0] + 1.0, host.complained_at[0] + 2.0 - 0.05
    assert not [stamp for stamp in host.stamps if quiet_from < stamp < until]


@pytest.mark.long
async def test_ten_thousand_requests_by_four_workers_break_no_limit(host: Host, crawl: Crawl) -> None:
    came = await crawl(4, fetches=10_000, rate=400, connections=8)
    assert sum(came) == 10_000
    assert len(host.stamps) == 10_000
    assert host.most <= 8
    print(f"{host.burst(400):.1f} ahead of 400 a second, {host.most} connections at once")
    assert host.burst(400) <= 1 + 400 * LAG


@pytest.mark.long
async def test_what_a_killed_worker_held_comes_back(host: Host, crawl: Crawl) -> None:
    host.work = 0.2
    came = await crawl(2, fetches=200, rate=400, connections=2, kill=20)
    assert came == [100]
    assert host.most <= 2


@pytest.mark.long
async def test_without_redis_a_worker_keeps_its_own_pace_and_says_so_once(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    silent = socket.create_server(("127.0.0.1", 0))  # takes connections, and says nothing
    port = silent.getsockname()[1]
    sharing = Sharing(RedisLedger(f"redis://127.0.0.1:{port}/0", prefix="x", me=uuid.uuid4().hex))
    share = sharing.part("files", rate=100, connections=2)
    pace = HostPace(per_host_rate=100, per_host_connections=2, share=share)
    times: list[float] = []
    async with asyncio.timeout(PATIENCE):
        for number in range(20):
            async with pace.turn(f"host{number % 2}.test", patience=60):
                times.append(time.monotonic())
            pace.answered(f"host{number % 2}.test")
        pace.slow_down("host0.test", 0.0)
        pace.space_out("host1.test", 0.01)
    await sharing.aclose()
    silent.close()
    assert len(times) == 20
    assert [record.message for record in caplog.records if "Redis" in record.message] == [
        "Redis is away (TimeoutError): each worker keeps to its own pace until it is back"
    ]
