"""Five hundred listeners at two real processes: what they hear, and what they cost."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.identity.api_key import KeyRequest
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import CrawlJobId
from tests.api.conftest import Api
from tests.api.served import serving_process
from tests.api.test_metrics import children, number
from tests.contract.stages import PostgresStage, scene
from tests.servers.relay import Relay

JOBS, EACH = 5, 100
PATIENCE = 60
PAGE = os.sysconf("SC_PAGE_SIZE")
pytestmark = pytest.mark.long


class Ear:
    """One connection, as bytes: an HTTP client would cost more than what is measured. ``news`` are the
    snapshots that came, ``ended`` says how it ended."""

    def __init__(self) -> None:
        self.news: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.ended: str | None = None
        self.status = 0
        self._writer: asyncio.StreamWriter | None = None
        self._hearing: asyncio.Task[None] | None = None

    async def open(
        self, url: str, key: str, job: CrawlJobId, *, last: str | None = None, deaf: bool = False
    ) -> None:
        """A ``deaf`` one reads nothing after the head."""
        host, port = url.removeprefix("http://").split(":")
        reader, self._writer = await asyncio.open_connection(host, int(port), limit=8192)
        more = "" if last is None else f"Last-Event-ID: {last}\r\n"
        self._writer.write(
            f"GET /api/v1/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {key}\r\nConnection: close\r\n{more}\r\n".encode()
        )
        self.status = int((await reader.readline()).split()[1])
        while (await reader.readline()).strip():
            pass
        if not deaf:
            self._hearing = asyncio.create_task(self._hear(reader))

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        event = ""
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode():
                name, _, value = line.rstrip("\r\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "id":
                    self.ids.append(value)
                elif name == "data":
                    told = msgspec.json.decode(value)
                    if event == "end":
                        self.ended = told["status"]
                    else:
                        self.news.append(told)
        self.ended = self.ended or "broken off"

    async def until(self, **wanted: object) -> None:
        """Its newest snapshot has these values."""
        while not self.news or any(self.news[-1][name] != value for name, value in wanted.items()):
            assert self.ended is None, f"it ended ({self.ended}) without {wanted}"
            await asyncio.sleep(0.01)

    async def end(self) -> str:
        while self.ended is None:
            await asyncio.sleep(0.01)
        return self.ended

    async def close(self) -> None:
        if self._hearing is not None:
            self._hearing.cancel()
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()


@dataclass
class Hall:
    """Two processes, whose database stands behind ``relay``; ``keys`` of the owner of each job."""

    url: str
    pids: list[int]
    relay: Relay
    stage: PostgresStage
    api: Api
    jobs: list[CrawlJob]
    keys: list[str] = field(default_factory=list)
    ears: list[Ear] = field(default_factory=list)

    async def change(self, number: int, **values: Any) -> None:
        async with self.stage.transaction() as tx:
            job = await tx.crawl_jobs.locked(self.jobs[number].id)
            for name, value in values.items():
                setattr(job, name, value)
            await tx.crawl_jobs.save(job)
            await tx.commit()

    async def change_until(self, done: Callable[[], bool]) -> int:
        """Something is told all the time; the last number of good images."""
        good = 0
        async with asyncio.timeout(PATIENCE):
            while not done():
                good += 1
                await self.change(0, good=good)
                await asyncio.sleep(0.2)
        return good

    async def key(self, number: int) -> str:
        wanted = KeyRequest(name=uuid.uuid4().hex, scopes=frozenset({"read"}))
        owner = Actor(self.jobs[number].owner_id, Role.USER)
        made = (await self.api.app.api_keys.issue(wanted, by=owner)).key
        assert made is not None
        return made

    async def ear(
        self, number: int, key: str | None = None, *, last: str | None = None, deaf: bool = False
    ) -> Ear:
        self.ears.append(ear := Ear())
        await ear.open(self.url, key or self.keys[number], self.jobs[number].id, last=last, deaf=deaf)
        return ear

    async def listeners(self) -> float:
        async with httpx.AsyncClient() as client:
            return number((await client.get(f"{self.url}/metrics")).text, "pixcrawler_live_listeners")

    def memory(self) -> int:
        """Bytes of both processes."""
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE for pid in self.pids)

    def busy(self) -> float:
        """Seconds of processor time of both."""
        ticks = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in self.pids]
        return sum(int(one) for pair in ticks for one in pair) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
async def hall(api: Api, database_url: str, environ: dict[str, str], tmp_path: Path) -> AsyncIterator[Hall]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=2))
    stage = PostgresStage(engine, database_url)
    jobs = [(await scene(stage)).job for _ in range(JOBS)]
    relay = Relay(database_url)
    await relay.start()
    env = {**environ, "DATABASE_URL": relay.url, "API_WORKERS": "2", "API_STREAMS_PER_USER": "100"}
    async with serving_process(env, tmp_path) as served:
        hall = Hall(served.url, children(served.process.process.pid), relay, stage, api, jobs)
        hall.keys = [await hall.key(number) for number in range(JOBS)]
        yield hall
        for ear in hall.ears:
            await ear.close()
    await relay.stop()
    await engine.dispose()


async def all_of(waiting: list[Any]) -> list[Any]:
    async with asyncio.timeout(PATIENCE):
        return await asyncio.gather(*waiting)


async def test_five_hundred_hear_the_newest_and_the_end_whatever_happens_meanwhile(hall: Hall) -> None:
    warm = await hall.ear(0)
    await warm.close()
    before = hall.memory()
    ears = [await hall.ear(which) for which in range(JOBS) for _ in range(EACH)]
    await all_of([ear.until(good=0) for ear in ears])
    async with asyncio.timeout(PATIENCE):
        while await hall.listeners() != JOBS * EACH:
            await asyncio.sleep(0.05)
    each = (hall.memory() - before) / len(ears)
    print(f"memory per listener: {each / 1024:.0f} KiB")
    assert each < 512 * 1024
    await hall.ear(0, hall.api.key, deaf=True)
    began, start = hall.busy(), asyncio.get_running_loop().time()
    for good in range(1, 11):
        await hall.change(0, good=good)
        await all_of([ear.until(good=good) for ear in ears[:EACH]])
    took = asyncio.get_running_loop().time() - start
    print(f"10 changes to {EACH} of {len(ears)}: {hall.busy() - began:.2f} s of processors in {took:.1f} s")
    await hall.relay.stop()
    await hall.change(1, good=7)
    await hall.relay.start()
    await all_of([ear.until(good=7) for ear in ears[EACH : 2 * EACH]])
    again = await hall.ear(1, last=ears[EACH].ids[0])
    await all_of([again.until(good=7)])
    assert len(again.news) == 1, "the newest, and not what was missed"
    for which, status in enumerate((JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)):
        await hall.change(which, status=status, good=9)
    await hall.api.app.crawling.stop(hall.jobs[3].id, by=Actor(hall.jobs[3].owner_id, Role.USER))
    await hall.api.app.crawling.delete(hall.jobs[3].id, by=Actor(hall.jobs[3].owner_id, Role.USER))
    ends = await all_of([ear.end() for ear in ears[: 4 * EACH]])
    told = [set(ends[first : first + EACH]) for first in range(0, 4 * EACH, EACH)]
    assert told[:3] == [{"completed"}, {"failed"}, {"cancelled"}]
    assert told[3] <= {"deleted", "cancelled"}
    assert all(ear.news[-1]["good"] == 9 for ear in ears[: 3 * EACH])


async def test_a_revoked_key_ends_its_streams_and_no_others(hall: Hall) -> None:
    owner = Actor(hall.jobs[0].owner_id, Role.USER)
    wanted = KeyRequest(name="lost", scopes=frozenset({"read"}))
    lost = await hall.api.app.api_keys.issue(wanted, by=owner)
    theirs = [await hall.ear(0, lost.key) for _ in range(20)]
    mine = [await hall.ear(0) for _ in range(20)]
    await all_of([ear.until(good=0) for ear in (*theirs, *mine)])
    await hall.api.app.api_keys.revoke(lost.id, by=owner)
    good = await hall.change_until(lambda: all(ear.ended for ear in theirs))
    assert {ear.ended for ear in theirs} == {"broken off"}
    await all_of([ear.until(good=good) for ear in mine])


async def test_whoever_has_a_hundred_streams_gets_no_more_and_others_do(hall: Hall) -> None:
    ears = [await hall.ear(0) for _ in range(201)]
    assert {ear.status for ear in ears} == {200, 429}
    other = await hall.ear(1)
    assert other.status == 200


async def test_a_session_that_was_logged_out_ends_its_streams(hall: Hall) -> None:
    person = await hall.api.person(role=Role.SUPERUSER)
    ears = [await hall.ear(0, person.session.access_token) for _ in range(4)]
    mine = await hall.ear(0)
    await all_of([ear.until(good=0) for ear in (*ears, mine)])
    async with person.client as client:
        assert (await client.post("/api/v1/auth/logout")).status_code == 204
    await hall.change_until(lambda: all(ear.ended for ear in ears))
    assert {ear.ended for ear in ears} == {"broken off"}
    assert mine.ended is None
