"""Whole jobs played in memory: a small web, and workers whose transactions wait for their turn at random."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from pixcrawler.application.crawling.advance import advance
from pixcrawler.application.crawling.retry_crawl import RetryCrawl
from pixcrawler.application.crawling.search_page import SearchPage
from pixcrawler.application.crawling.settle_job import SettleJob
from pixcrawler.application.crawling.start_crawl import StartCrawl
from pixcrawler.application.crawling.stop_crawl import StopCrawl
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.repositories import Bad, Good
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.events import ChunkOpened, JobFilled, SearchOpened
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.shared.actor import Actor, Role
from tests.fakes.aggregates import Aggregates, bad, facts, sha, spec
from tests.fakes.clock import StandingClock
from tests.fakes.ids import CountingIds
from tests.fakes.memory_transaction import MemoryTransaction, MemoryUnitOfWork, work_of
from tests.fakes.near_duplicates import ListedNearDuplicates
from tests.fakes.sources import PagedSource, TableSources

T = TypeVar("T")
STEPS = 4_000
"""More than any job here can need: whoever gets there is going in circles."""


class Web(msgspec.Struct):
    """``pages`` are each keyword's pages of file numbers, below zero (-1 for 0) where the file is described
    as one that the job does not want; ``pictures`` each file's picture, None for a dead
    link; ``widths`` each picture's width; ``alike`` pairs of pictures; ``targets`` those of labels."""

    total: int
    pages: list[list[list[int]]]
    pictures: list[int | None]
    widths: list[int]
    alike: list[tuple[int, int]]
    targets: dict[str, int]

    def source(self) -> PagedSource:
        def found(page: list[int]) -> list[Candidate]:
            return [described(n) for n in page]

        texts = {f"k{number}": [found(page) for page in pages] for number, pages in enumerate(self.pages)}
        return PagedSource(texts)


UNWANTED = "unwanted"


def described(number: int) -> Candidate:
    file, title = (number, None) if number >= 0 else (-1 - number, UNWANTED)
    return Candidate(image_url=f"https://web.example/{file}", source="openverse", title=title)


class Kept(msgspec.Struct, frozen=True, order=True):
    keyword: int
    position: int
    sha256: str
    label: str
    url: str


class Outcome(msgspec.Struct):
    job: CrawlJob
    kept: list[Kept]


class Turns:
    """Everybody waits until the dice say that it is their turn."""

    def __init__(self) -> None:
        self.waiting: list[asyncio.Future[None]] = []

    async def __call__(self) -> None:
        mine = asyncio.get_running_loop().create_future()
        self.waiting.append(mine)
        try:
            await mine
        finally:
            if mine in self.waiting:
                self.waiting.remove(mine)


class TurnedTransaction:
    """A transaction whose beginning waits for its turn."""

    def __init__(self, inner: MemoryTransaction, turns: Turns) -> None:
        self._inner = inner
        self._turns = turns

    @asynccontextmanager
    async def __call__(
        self, *, fenced_by: Lease | None = None, brief: bool = False
    ) -> AsyncIterator[MemoryUnitOfWork]:
        await self._turns()
        async with self._inner(fenced_by=fenced_by, brief=brief) as tx:
            yield tx

    async def repeated(
        self,
        work: Callable[[MemoryUnitOfWork], Awaitable[T]],
        *,
        fenced_by: Lease | None = None,
        in_turn: UUID | None = None,
    ) -> T:
        await self._turns()
        return await self._inner.repeated(work, fenced_by=fenced_by, in_turn=in_turn)


class Player:
    """One job on one web. ``slots`` tasks run together; ``kills`` of 100 steps end a worker."""

    def __init__(self, web: Web, seed: int, *, kills: int = 0) -> None:
        self.web = web
        self.dice = random.Random(seed)
        self.slots = self.dice.randint(1, 5)
        self.kills = kills
        self.plain = MemoryTransaction(new_id=CountingIds(), reactions=work_of)
        self.database = self.plain.database
        self.turns = Turns()
        self.running: dict[asyncio.Task[None], Lease] = {}
        self.make = Aggregates(CountingIds())
        self.new_id = CountingIds()
        self.clock = StandingClock()
        turned = TurnedTransaction(self.plain, self.turns)
        self.turned = turned
        searching = SearchPage(
            transaction=turned,
            sources=TableSources(web.source()),
            clock=self.clock,
            new_id=self.new_id,
        )
        settling = SettleJob(
            transaction=turned, near_duplicates=ListedNearDuplicates(web.alike), clock=self.clock
        )
        self.acts: dict[str, tuple[type[Any], Callable[..., Awaitable[None]]]] = {
            "pixcrawler.crawling.search_page": (SearchOpened, searching),
            "pixcrawler.crawling.run_chunk": (ChunkOpened, self.run_chunk),
            "pixcrawler.crawling.settle_job": (JobFilled, settling),
        }

    async def play(self, *, stop_at: int | None = None) -> Outcome:
        """To the end; with ``stop_at``, the job is stopped after so many steps and then retried."""
        job, actor = await self.started()
        step = 0
        while step < STEPS and await self.one_step():
            step += 1
            if step == stop_at and (await self.job(job)).status is JobStatus.RUNNING:
                await StopCrawl(transaction=self.plain, clock=self.clock)(job.id, by=actor)
                while await self.one_step():
                    pass
                await RetryCrawl(transaction=self.plain, clock=self.clock, new_id=self.new_id)(
                    job.id, by=actor
                )
        assert step < STEPS, "it goes in circles"
        return Outcome(await self.job(job), self.kept())

    async def started(self) -> tuple[CrawlJob, Actor]:
        profile = self.make.profile(id=self.new_id())
        project = self.make.project(profile)
        words = [f"k{number}" for number in range(len(self.web.pages))]
        job = self.make.job(
            project,
            spec=spec(*words, targets=self.web.targets, filters=SearchFilters(exclude=(UNWANTED,))),
            max_images=self.web.total,
            status=JobStatus.PENDING,
            run=0,
            lost=[0] * len(words),
        )
        async with self.plain() as tx:
            await tx.profiles.add(profile)
            await tx.projects.add(project)
            await tx.crawl_jobs.add(job)
            await tx.commit()
        actor = Actor(profile.id, Role.USER)
        await StartCrawl(transaction=self.plain, clock=self.clock, new_id=self.new_id)(job.id, by=actor)
        return job, actor

    async def one_step(self) -> bool:
        """Claim a task or give somebody the turn; False when there is neither."""
        await self.quiet()
        pending = self.database.tasks() if len(self.running) < self.slots else []
        choices = len(pending) + len(self.turns.waiting)
        if choices == 0:
            return False
        chosen = self.dice.randrange(choices)
        if chosen < len(pending):
            lease = self.database.claim(pending[chosen])
            payload, act = self.acts[pending[chosen].name]
            coroutine = self.serve(act, msgspec.json.decode(pending[chosen].payload, type=payload), lease)
            self.running[asyncio.create_task(coroutine)] = lease
        elif self.dice.randrange(100) < self.kills:
            await self.kill(self.dice.choice(list(self.running)))
        else:
            self.turns.waiting.pop(chosen - len(pending)).set_result(None)
        return True

    async def serve(self, act: Callable[..., Awaitable[None]], payload: object, lease: Lease) -> None:
        await act(payload, lease=lease)
        if not lease.closed:
            async with self.plain(fenced_by=lease) as tx:
                await tx.commit(closing=lease)

    async def kill(self, victim: asyncio.Task[None]) -> None:
        """The worker is gone in the middle; its task is claimed by another one day."""
        lease = self.running.pop(victim)
        victim.cancel()
        await asyncio.wait({victim})
        self.database.release(lease)

    async def quiet(self) -> None:
        """Until everybody waits for a turn or has ended."""
        while True:
            for ended in [task for task in self.running if task.done()]:
                del self.running[ended]
                ended.result()
            if len(self.turns.waiting) == len(self.running):
                return
            await asyncio.sleep(0)

    async def run_chunk(self, opened: ChunkOpened, *, lease: Lease) -> None:
        """What the real one does, without a file: read what is pending, record it in batches."""
        async with self.turned() as tx:
            job = await tx.crawl_jobs.get(opened.job_id)
            pending = await tx.candidates.pending_of(opened.chunk_id) if job.works_on(opened.run) else []
        fates = [self.fate(one.id, int(one.url.rpartition("/")[2])) for one in pending]
        self.dice.shuffle(fates)
        while not lease.closed:
            size = self.dice.randint(1, 8)
            batch, fates = fates[:size], fates[size:]
            await self.record(opened, batch, lease, last=not fates)

    async def record(self, opened: ChunkOpened, batch: list[Good | Bad], lease: Lease, *, last: bool) -> None:
        async def write(tx: UnitOfWork) -> None:
            job = await tx.crawl_jobs.locked(opened.job_id)
            if not job.works_on(opened.run):
                await tx.commit(closing=lease)
                return
            chunk = await tx.chunks.locked(opened.chunk_id)
            good = [fate for fate in batch if isinstance(fate, Good)]
            refused = [fate for fate in batch if isinstance(fate, Bad)]
            recorded = await tx.candidates.record(job, chunk.id, good, refused)
            chunk.record(done=recorded.done, good=recorded.good, last=last)
            await tx.chunks.save(chunk)
            job.count(good=recorded.good, rejected=recorded.rejected)
            if last:
                await advance(tx, job, at=self.clock.now())
            await tx.crawl_jobs.save(job)
            await tx.commit(closing=lease if last else None)

        await self.turned.repeated(write, fenced_by=lease)

    def fate(self, candidate: Any, file: int) -> Good | Bad:
        picture = self.web.pictures[file]
        if picture is None:
            return bad(candidate)
        seen = facts(width=self.web.widths[picture], height=100, phash=picture)
        return self.make.good(candidate, sha(picture + 1), facts=seen)

    async def job(self, job: CrawlJob) -> CrawlJob:
        async with self.plain() as tx:
            return await tx.crawl_jobs.get(job.id)

    def kept(self) -> list[Kept]:
        tables = self.database.tables
        return sorted(
            Kept(
                i.keyword or 0,
                i.position or 0,
                i.sha256,
                i.label or "",
                tables.candidates[i.candidate_id].url,
            )
            for i in tables.images.values()
            if i.state == "accepted" and i.candidate_id is not None
        )
