"""One reader per job, newest snapshots for everybody, and always an end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.application.ports.jobs import JobProgress
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.ids import CrawlJobId, UserId
from pixcrawler.entrypoints.http.live import LiveJobs, TooManyStreams
from tests.fakes.aggregates import AT

JOB = CrawlJobId(Uuid7()())
OWNER, STRANGER = (Actor(UserId(Uuid7()()), Role.USER) for _ in range(2))
DEADLINE = 5.0


def progress(**changes: Any) -> JobProgress:
    values: dict[str, Any] = {
        "job_id": JOB,
        "status": JobStatus.RUNNING,
        "run": 1,
        "version": 1,
        "max_images": 10,
        "found": 0,
        "fetched": 0,
        "good": 0,
        "accepted": 0,
        "rejected": 0,
        "reasons": {},
        "open_chunks": 0,
        "open_searches": 1,
        "pages_searched": 0,
        "elapsed_seconds": 1.0,
        "images_per_second": 0.0,
        "eta_seconds": None,
        "troubles": (),
        "failure_code": None,
        "failure": None,
        "at": AT,
    }
    return JobProgress(**{**values, **changes})


class Job:
    """A job that a test moves on; counts how often it is read."""

    def __init__(self) -> None:
        self.now: JobProgress | Exception = progress()
        self.readings = 0
        self.good_key = True
        self.silent = False

    async def read(self, job_id: CrawlJobId, *, visible_to: Actor) -> JobProgress:
        self.readings += 1
        if job_id != JOB or visible_to != OWNER:
            raise CrawlJobNotFound("There is no such job.")
        if self.silent:
            await asyncio.Event().wait()
        if isinstance(self.now, Exception):
            raise self.now
        return self.now

    async def still_good(self) -> bool:
        return self.good_key

    async def read_again(self, times: int = 2) -> None:
        wanted = self.readings + times
        async with asyncio.timeout(DEADLINE):
            while self.readings < wanted:
                await asyncio.sleep(0.001)


@pytest.fixture
def job() -> Job:
    return Job()


@pytest.fixture
async def live(job: Job) -> AsyncIterator[LiveJobs]:
    live = LiveJobs(job.read, interval=0.001, keep_alive=60.0)
    yield live
    live.close()


async def heard(stream: AsyncIterator[bytes]) -> bytes:
    async with asyncio.timeout(DEADLINE):
        return await anext(stream)


async def all_of(stream: AsyncIterator[bytes]) -> list[bytes]:
    async with asyncio.timeout(DEADLINE):
        return [message async for message in stream]


def told(message: bytes) -> JobProgress:
    """The snapshot in a message."""
    (data,) = [line for line in message.split(b"\n\n")[0].split(b"\n") if line.startswith(b"data: ")]
    return msgspec.json.decode(data.removeprefix(b"data: "), type=JobProgress)


def readers() -> list[asyncio.Task[Any]]:
    return [task for task in asyncio.all_tasks() if "_keep_reading" in repr(task.get_coro())]


async def test_the_newest_snapshot_comes_at_once_and_then_each_change(job: Job, live: LiveJobs) -> None:
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    first = await heard(stream)
    assert told(first) == progress()
    assert first.startswith(b"retry: 2000\nevent: progress\nid: 1\ndata: {")
    job.now = progress(version=2, good=3)
    second = await heard(stream)
    assert (told(second).good, b"\nid: 2\n" in second) == (3, True)


async def test_time_alone_is_no_news(job: Job, live: LiveJobs) -> None:
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    await heard(stream)
    job.now = progress(elapsed_seconds=9.0, images_per_second=2.0, eta_seconds=4.0)
    await job.read_again()
    job.now = progress(open_chunks=1)
    assert told(await heard(stream)).open_chunks == 1


async def test_a_slow_listener_skips_what_it_missed(job: Job, live: LiveJobs) -> None:
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    for good in range(5):
        job.now = progress(good=good)
        await job.read_again()
    assert told(await heard(stream)).good == 4


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED])
async def test_the_end_is_told_with_the_last_snapshot_and_closes_the_stream(
    job: Job, live: LiveJobs, status: JobStatus
) -> None:
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    await heard(stream)
    job.now = progress(status=status, version=7, accepted=5)
    (last,) = await all_of(stream)
    assert told(last).accepted == 5
    assert last.endswith(b'\n\nevent: end\nid: 7\ndata: {"status":"%b"}\n\n' % status.encode())
    assert live.listeners == 0


async def test_who_comes_after_the_end_is_told_it_too(job: Job, live: LiveJobs) -> None:
    job.now = progress(status=JobStatus.COMPLETED)
    for _ in range(2):
        (only,) = await all_of(await live.listen(JOB, by=OWNER, still_good=job.still_good))
        assert b"event: end" in only
    assert job.readings == 2


async def test_a_job_that_is_deleted_ends_its_streams(job: Job, live: LiveJobs) -> None:
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    await heard(stream)
    job.now = CrawlJobNotFound("There is no such job.")
    assert await all_of(stream) == [b'event: end\ndata: {"status":"deleted"}\n\n']


async def test_two_hundred_listeners_cost_as_many_readings_as_one(job: Job) -> None:
    live = LiveJobs(job.read, interval=0.05, most=200)
    opening = (live.listen(JOB, by=OWNER, still_good=job.still_good) for _ in range(200))
    streams = await asyncio.gather(*opening)
    assert (job.readings, live.listeners) == (1, 200)
    assert {told(await heard(stream)).good for stream in streams} == {0}
    job.now = progress(status=JobStatus.COMPLETED, good=9)
    messages = await asyncio.gather(*(all_of(stream) for stream in streams))
    assert len({message for (message,) in messages}) == 1
    assert job.readings <= 2 + 1
    assert live.listeners == 0


async def test_who_goes_away_frees_everything(job: Job, live: LiveJobs) -> None:
    closed, forgotten, cancelled = [
        await live.listen(JOB, by=OWNER, still_good=job.still_good) for _ in range(3)
    ]
    await heard(cancelled)
    waiting = asyncio.ensure_future(anext(cancelled))
    await job.read_again()
    waiting.cancel()
    await asyncio.wait([waiting])
    await closed.aclose()
    del closed, forgotten, cancelled, waiting
    assert live.listeners == 0
    async with asyncio.timeout(DEADLINE):
        while readers():
            await asyncio.sleep(0.001)


async def test_strangers_are_told_that_there_is_no_such_job(job: Job, live: LiveJobs) -> None:
    mine = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    for actor, wanted in ((STRANGER, JOB), (OWNER, CrawlJobId(Uuid7()()))):
        with pytest.raises(CrawlJobNotFound):
            await live.listen(wanted, by=actor, still_good=job.still_good)
    assert live.listeners == 1
    assert told(await heard(mine)) == progress()


async def test_a_database_that_goes_away_ends_no_stream(job: Job, live: LiveJobs) -> None:
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    await heard(stream)
    for trouble in (Unavailable("The database does not answer."), RuntimeError("a bug")):
        job.now = trouble
        await job.read_again()
    job.now = progress(good=1)
    assert told(await heard(stream)).good == 1


async def test_a_database_that_says_nothing_is_asked_again(job: Job) -> None:
    live = LiveJobs(job.read, interval=0.001, patience=0.01)
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    await heard(stream)
    job.silent = True
    await job.read_again()
    job.silent, job.now = False, progress(good=1)
    assert told(await heard(stream)).good == 1
    live.close()


async def test_who_comes_while_the_database_is_away_is_told_so(job: Job, live: LiveJobs) -> None:
    job.now = Unavailable("The database does not answer.")
    with pytest.raises(Unavailable):
        await live.listen(JOB, by=OWNER, still_good=job.still_good)
    job.now = progress()
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    assert told(await heard(stream)) == progress()


async def test_silence_is_broken_by_a_comment(job: Job) -> None:
    live = LiveJobs(job.read, interval=0.001, keep_alive=0.01)
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    await heard(stream)
    comment = await heard(stream)
    assert (comment[:1], comment[-2:], comment.count(b"\n")) == (b":", b"\n\n", 2)
    live.close()


async def test_a_key_that_was_revoked_hears_no_more(job: Job, live: LiveJobs) -> None:
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    await heard(stream)
    job.good_key = False
    job.now = progress(good=1)
    assert await all_of(stream) == []


async def test_a_server_that_stops_ends_its_streams_and_takes_no_new_ones(job: Job, live: LiveJobs) -> None:
    stream = await live.listen(JOB, by=OWNER, still_good=job.still_good)
    await heard(stream)
    live.close()
    assert await all_of(stream) == []
    with pytest.raises(Unavailable):
        await live.listen(JOB, by=OWNER, still_good=job.still_good)


async def test_one_user_has_only_so_many_streams_and_takes_none_from_others(job: Job) -> None:
    async def read(job_id: CrawlJobId, *, visible_to: Actor) -> JobProgress:
        return progress()

    live = LiveJobs(read, interval=60.0, most=3)
    mine = [await live.listen(JOB, by=OWNER, still_good=job.still_good) for _ in range(3)]
    with pytest.raises(TooManyStreams):
        await live.listen(JOB, by=OWNER, still_good=job.still_good)
    theirs = await live.listen(JOB, by=STRANGER, still_good=job.still_good)
    await mine.pop().aclose()
    mine.append(await live.listen(JOB, by=OWNER, still_good=job.still_good))
    assert live.listeners == 4
    for one in (*mine, theirs):
        await one.aclose()
    assert live.listeners == 0
    live.close()
