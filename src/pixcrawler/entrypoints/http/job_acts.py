"""``/jobs/{id}/…``: start, stop, retry, and how it goes."""

from litestar import Controller, Response, get, post

from pixcrawler.application.crawling.retry_crawl import RetryCrawl
from pixcrawler.application.crawling.start_crawl import StartCrawl
from pixcrawler.application.crawling.stop_crawl import StopCrawl
from pixcrawler.application.ports.jobs import JobProgress, JobReads, JobTasks, LogEntry, TaskLine
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import job_examples as shown
from pixcrawler.entrypoints.http.answers import Page, accepted, answered, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.jobs import JobPath
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success

ACTED = failures(401, 403, 404, 409, 422)
BEGUN = failures(401, 403, 404, 409, 422, 429)


class JobActController(Controller):
    """Each act is one commit: when it was answered, it has happened."""

    path = "/jobs/{job_id:uuid}"
    tags = ("Jobs",)

    @post(
        "/start",
        status_code=202,
        summary="Start a job",
        opt=COSTLY,
        responses=success(202, JobTasks, shown.BEGUN, "It runs, and these tasks begin it.") | BEGUN,
    )
    async def start_job(
        self,
        job_id: JobPath,
        actor: Given[Actor],
        once: Given[Once | None],
        start_crawl: Given[StartCrawl],
    ) -> Response[JobTasks]:
        """Its owner. Scope `write`.

        409 unless the job is pending; 429 `TOO_MANY_RUNNING_JOBS` when as many of your jobs run as your plan
        allows. Sent again with the same `Idempotency-Key` it gives the same answer.
        """
        return accepted(await start_crawl(CrawlJobId(job_id), by=actor, lane=SHARED, once=once))

    @post(
        "/stop",
        status_code=202,
        summary="Stop a job",
        responses=success(202, JobTasks, shown.STOPPED, "It is cancelled.") | ACTED,
    )
    async def stop_job(
        self,
        job_id: JobPath,
        actor: Given[Actor],
        once: Given[Once | None],
        stop_crawl: Given[StopCrawl],
    ) -> Response[JobTasks]:
        """Its owner. Scope `write`.

        The job is cancelled at once; workers leave it within 2 seconds, and nothing that they still bring
        is counted. 409 when it has ended.
        """
        return accepted(await stop_crawl(CrawlJobId(job_id), by=actor, once=once))

    @post(
        "/cancel",
        status_code=202,
        summary="Stop a job (another name)",
        responses=success(202, JobTasks, shown.STOPPED, "It is cancelled.") | ACTED,
    )
    async def cancel_job(
        self,
        job_id: JobPath,
        actor: Given[Actor],
        once: Given[Once | None],
        stop_crawl: Given[StopCrawl],
    ) -> Response[JobTasks]:
        """Its owner. Scope `write`. The same as `/stop`."""
        return accepted(await stop_crawl(CrawlJobId(job_id), by=actor, once=once))

    @post(
        "/retry",
        status_code=202,
        summary="Retry a job",
        opt=COSTLY,
        responses=success(202, JobTasks, shown.BEGUN, "It runs again, and these tasks begin it.") | BEGUN,
    )
    async def retry_job(
        self,
        job_id: JobPath,
        actor: Given[Actor],
        once: Given[Once | None],
        retry_crawl: Given[RetryCrawl],
    ) -> Response[JobTasks]:
        """Its owner. Scope `write`.

        A new run for what was not done and what failed for a reason that may pass. 409 for a job that is
        pending or running, or that has all that was asked for. 429 as for `/start`.
        """
        return accepted(await retry_crawl(CrawlJobId(job_id), by=actor, lane=SHARED, once=once))

    @get(
        "/progress",
        summary="See how far a job is",
        responses=success(200, JobProgress, shown.PROGRESS, "The job at this moment.")
        | failures(401, 403, 404),
    )
    async def get_progress(
        self, job_id: JobPath, actor: Given[Actor], job_reads: Given[JobReads]
    ) -> Response[JobProgress]:
        """Its owner. Scope `read`.

        Counts by stage and by reason, rate and remaining time of the present run, and searches in trouble.
        """
        actor.must(READ)
        return answered(await job_reads.progress(CrawlJobId(job_id), visible_to=actor))

    @get(
        "/tasks",
        summary="List a job's tasks",
        responses=success(200, Page[TaskLine], shown.TASKS, "The tasks, oldest first.")
        | failures(401, 403, 404, 422),
    )
    async def list_tasks(
        self, job_id: JobPath, window: Given[Window], actor: Given[Actor], job_reads: Given[JobReads]
    ) -> Response[Page[TaskLine]]:
        """Its owner. Scope `read`.

        What workers do for it, oldest first. Tasks that ended long ago (`QUEUE_RETENTION_HOURS`) are gone.
        """
        actor.must(READ)
        return page_of(await job_reads.tasks(CrawlJobId(job_id), window, visible_to=actor), window)

    @get(
        "/logs",
        summary="Read a job's log",
        responses=success(200, Page[LogEntry], shown.LOG, "The lines, oldest first.")
        | failures(401, 403, 404, 422),
    )
    async def list_logs(
        self, job_id: JobPath, window: Given[Window], actor: Given[Actor], job_reads: Given[JobReads]
    ) -> Response[Page[LogEntry]]:
        """Its owner. Scope `read`.

        Milestones and troubles, oldest first, each with the id of the request that caused it.
        """
        actor.must(READ)
        return page_of(await job_reads.log(CrawlJobId(job_id), window, visible_to=actor), window)
