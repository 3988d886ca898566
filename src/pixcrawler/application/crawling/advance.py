"""What every step of a job ends with: open what is wanted next, or find that there is enough."""

from datetime import datetime

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.chunk import Chunk
from pixcrawler.domain.crawling.events import ChunkOpened, SearchOpened
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.crawling.standing import Next, Standing, is_filled, what_next


async def advance(tx: UnitOfWork, job: CrawlJob, *, at: datetime) -> None:
    """Open chunks and searches inside the window, or have the job settled. The job's row is locked.

    A chunk whose candidates all belong to other chunks is done as it opens, so this looks again until
    nothing changes. The caller saves the job.
    """
    while True:
        standings = await tx.crawl_jobs.standings(job)
        if is_filled(job.max_images, standings, job.spec.quotas):
            tx.record(*job.fill(at=at), owner=job.owner_id, lane=job.lane)
            return
        if not await open_next(tx, job, what_next(job.max_images, standings, job.spec.quotas), at=at):
            return


async def go_on(tx: UnitOfWork, job: CrawlJob, lacking: list[int], *, at: datetime) -> None:
    """After settling found too little: open more, for the lacking keywords in any case.

    While something is open, its end looks again; only when nothing is, and the counts alone see no
    need, are the lacking keywords given their next chunk or page here. Where even they have none, the
    last chunk ended while settling was deciding without it: have it decided again.
    """
    standings = await tx.crawl_jobs.standings(job)
    planned = what_next(job.max_images, standings, job.spec.quotas)
    idle = not any(s.open for s in standings)
    if idle and not _opens(planned):
        planned = _forced([s for s in standings if lacking[s.keyword]])
    if await open_next(tx, job, planned, at=at) or (idle and not _opens(planned)):
        await advance(tx, job, at=at)


def _opens(planned: Next) -> bool:
    return bool(planned.chunks or planned.searches)


def _forced(standings: list[Standing]) -> Next:
    chunks = [s.next_pending for s in standings if s.next_pending is not None]
    searches = [s.keyword for s in standings if s.next_pending is None and not s.exhausted]
    return Next(tuple(chunks), tuple(searches))


async def open_next(tx: UnitOfWork, job: CrawlJob, planned: Next, *, at: datetime) -> bool:
    """Open what was planned. True when a chunk was done as it opened: look again."""
    look_again = False
    for chunk in planned.chunks:
        look_again |= await _open_chunk(tx, job, chunk, at)
    if planned.searches:
        await _open_searches(tx, job, planned.searches, at)
    return look_again


async def _open_chunk(tx: UnitOfWork, job: CrawlJob, chunk: Chunk, at: datetime) -> bool:
    own = await tx.chunks.take_candidates(chunk.id)
    chunk.open(run=job.run, size=chunk.done + own)
    if own == 0:
        chunk.record(done=0, good=0, last=True)
    else:
        opened = ChunkOpened(at=at, job_id=job.id, run=job.run, chunk_id=chunk.id)
        tx.record(opened, owner=job.owner_id, lane=job.lane)
    await tx.chunks.save(chunk)
    return own == 0


async def _open_searches(tx: UnitOfWork, job: CrawlJob, keywords: tuple[int, ...], at: datetime) -> None:
    """Within a keyword the sources take turns, a page each."""
    queries = await tx.queries.of_job(job.id)
    for keyword in keywords:
        able = [q for q in queries if q.keyword == keyword and q.status is QueryStatus.OPEN]
        query = min(able, key=lambda q: (q.pages, q.position))
        query.searching = True
        await tx.queries.save(query)
        opened = SearchOpened(at=at, job_id=job.id, run=job.run, query_id=query.id, cursor=query.cursor)
        tx.record(opened, owner=job.owner_id, lane=job.lane)
