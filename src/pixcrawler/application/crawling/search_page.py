"""Task: ask a source for one page, and cut what it gave into chunks."""

from collections.abc import Sequence

import msgspec

from pixcrawler.application.crawling.advance import advance
from pixcrawler.application.crawling.asked import asked, notes_on
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.repositories import Sighting
from pixcrawler.application.ports.source import SearchPage as Page
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.chunk import Chunk, ChunkStatus, chunk_size
from pixcrawler.domain.crawling.claims import one_line, sober
from pixcrawler.domain.crawling.events import SearchOpened
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import Query
from pixcrawler.domain.crawling.spec import JobSpec
from pixcrawler.domain.crawling.standing import shares
from pixcrawler.domain.crawling.triage import refusal
from pixcrawler.domain.crawling.urls import normalise_url, url_digest
from pixcrawler.domain.shared.ids import ChunkId


@use_case
class SearchPage:
    """Ask for the page, then record its candidates, their chunks and the query's progress at once."""

    transaction: Transaction
    sources: Sources
    clock: Clock
    new_id: NewId

    async def __call__(self, opened: SearchOpened, *, lease: Lease) -> None:
        """Raises SourceError; the worker repeats it where that may help."""
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.get(opened.job_id)
            query = await tx.queries.get(opened.query_id)
        if not job.works_on(opened.run) or query.cursor != opened.cursor:
            return
        source = self.sources.get(query.source)
        page = await source.search(asked(job.spec, query.keyword, source.info, query.text), query.cursor)
        notes = notes_on(source.info, query.text, job.spec.filters) if query.cursor is None else ()
        if notes:
            page = msgspec.structs.replace(page, notes=(*notes, *page.notes))
        if page.next_cursor == query.cursor:
            page = msgspec.structs.replace(page, next_cursor=None)  # a source that turns in circles

        async def record(tx: UnitOfWork) -> None:
            await self._record(tx, opened, page, lease)

        await self.transaction.repeated(record, fenced_by=lease, in_turn=opened.job_id)

    async def _record(self, tx: UnitOfWork, opened: SearchOpened, page: Page, lease: Lease) -> None:
        job = await tx.crawl_jobs.locked(opened.job_id)
        query = await tx.queries.locked(opened.query_id)
        if job.works_on(opened.run) and query.searching and query.cursor == opened.cursor:
            first = await tx.chunks.next_position(job.id, query.keyword)
            chunks = self._chunks(job, query, len(page.candidates), first)
            await tx.chunks.add_all(chunks)
            sightings = _sightings(job.spec, query.keyword, chunks, page.candidates)
            added = await tx.candidates.add_sightings(job.id, sightings)
            ends = self.sources.get(query.source).info.ends
            query.page_came(page.next_cursor, found=len(page.candidates), added=added, ends=ends)
            await tx.queries.save(query)
            job.count(found=added, rejected={})
            at = self.clock.now()
            for note in dict.fromkeys(map(one_line, page.notes)):
                await tx.job_log.add(log.noted(job, source=query.source, note=note, at=at))
            await advance(tx, job, at=at)
            await tx.crawl_jobs.save(job)
        await tx.commit(closing=lease)

    def _chunks(self, job: CrawlJob, query: Query, found: int, first: int) -> list[Chunk]:
        even = [None] * len(job.spec.keywords)
        share = shares(job.max_images, even, job.spec.quotas)[query.keyword]
        size = chunk_size(share)
        return [
            Chunk(
                id=ChunkId(self.new_id()),
                job_id=job.id,
                query_id=query.id,
                run=job.run,
                keyword=query.keyword,
                position=first + number,
                span=min(size, found - start),
                size=0,
                done=0,
                good=0,
                status=ChunkStatus.PENDING,
            )
            for number, start in enumerate(range(0, found, size))
        ]


def _sightings(
    spec: JobSpec, keyword: int, chunks: Sequence[Chunk], candidates: Sequence[Candidate]
) -> list[Sighting]:
    """Each candidate at its place: its chunk, and its rank in the page."""
    owners = [chunk.id for chunk in chunks for _ in range(chunk.span)]
    sightings = []
    for rank, (chunk_id, candidate) in enumerate(zip(owners, map(sober, candidates), strict=True)):
        url = normalise_url(candidate.image_url)
        sightings.append(
            Sighting(
                chunk=chunk_id,
                rank=rank,
                digest=url_digest(url),
                url=candidate.image_url,
                candidate=candidate,
                refused=refusal(spec, candidate, keyword=keyword),
            )
        )
    return sightings
