"""Task's end: a search that failed for good."""

from pixcrawler.application.crawling.advance import advance
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.events import SearchOpened
from pixcrawler.domain.shared.errors import told


@use_case
class FailSearch:
    """Close the query with its error; the job goes on with its other queries."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, opened: SearchOpened, *, lease: Lease, error: Exception) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            job = await tx.crawl_jobs.locked(opened.job_id)
            query = await tx.queries.locked(opened.query_id)
            if job.works_on(opened.run) and query.searching:
                query.gave_up(told(error))
                await tx.queries.save(query)
                at, why = self.clock.now(), told(error)
                await tx.job_log.add(
                    log.search_failed(job, source=query.source, text=query.text, why=why, at=at)
                )
                await advance(tx, job, at=at)
                await tx.crawl_jobs.save(job)
            await tx.commit(closing=lease)
