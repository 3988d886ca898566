"""``/jobs``: crawl jobs, one request for images each."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import PathParameter, QueryParameter

from pixcrawler.application.crawling.change_crawl import ChangeCrawl
from pixcrawler.application.crawling.create_crawl import CreateCrawl
from pixcrawler.application.crawling.delete_crawl import DeleteCrawl
from pixcrawler.application.crawling.take_url_list import TakeUrlList
from pixcrawler.application.ports.jobs import JobDetail, JobFilter, JobReads, JobSummary
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import job_examples as shown
from pixcrawler.entrypoints.http.answers import Page, answered, created, gone, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.job_forms import WITH_SOMETHING_TO_FIND, ChangeJob, CreateJob
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success

JobPath = Annotated[UUID, PathParameter(description="The job's id.")]


class JobController(Controller):
    """Jobs themselves. What they do is in ``job_acts.py``."""

    path = "/jobs"
    tags = ("Jobs",)

    @get(
        summary="List jobs",
        responses=success(200, Page[JobSummary], shown.JOBS, "The jobs, newest first.")
        | failures(401, 403, 422),
    )
    async def list_jobs(
        self,
        window: Given[Window],
        actor: Given[Actor],
        job_reads: Given[JobReads],
        project_id: Annotated[UUID | None, QueryParameter(description="Only jobs of this project.")] = None,
        status: Annotated[JobStatus | None, QueryParameter(description="Only jobs in this state.")] = None,
    ) -> Response[Page[JobSummary]]:
        """Users, who see their own jobs; superusers see all. Scope `read`.

        Newest first. A project that is not yours has no jobs here.
        """
        actor.must(READ)
        which = JobFilter(project_id=None if project_id is None else ProjectId(project_id), status=status)
        return page_of(await job_reads.jobs(which, window, visible_to=actor), window)

    @post(
        status_code=201,
        summary="Create a job",
        opt=COSTLY,
        responses=success(201, JobDetail, shown.DETAIL, "The job; it is pending.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def create_job(
        self,
        *,
        data: Annotated[CreateJob, WITH_SOMETHING_TO_FIND, shown.WANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        take_url_list: Given[TakeUrlList],
        create_crawl: Given[CreateCrawl],
    ) -> Response[JobDetail]:
        """Users, in a project of their own. Scope `write`.

        The job does nothing until it is started. What the body leaves out comes from the project's
        `defaults`, and how closely pictures are looked at then from your own (`/validation/level`). 404 for a
        project that is not there, 409 for one that is archived, and for a source that the operator has
        switched off.
        """
        taken = None if data.url_list is None else await take_url_list(data.url_list.text, by=actor)
        job = await create_crawl(data.draft(taken), by=actor, once=once)
        return created(job, at=f"/api/v1/jobs/{job.id}")

    @get(
        "/{job_id:uuid}",
        summary="Get a job",
        responses=success(200, JobDetail, shown.DETAIL, "The job.") | failures(401, 403, 404),
    )
    async def get_job(
        self, job_id: JobPath, actor: Given[Actor], job_reads: Given[JobReads]
    ) -> Response[JobDetail]:
        """Its owner. Scope `read`."""
        actor.must(READ)
        return answered(await job_reads.job(CrawlJobId(job_id), visible_to=actor))

    @patch(
        "/{job_id:uuid}",
        summary="Change a job",
        responses=success(200, JobDetail, shown.DETAIL, "The job as it is now.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def change_job(
        self,
        job_id: JobPath,
        data: Annotated[ChangeJob, shown.CHANGED],
        actor: Given[Actor],
        change_crawl: Given[ChangeCrawl],
    ) -> Response[JobDetail]:
        """Its owner. Scope `write`.

        The name at any time; `max_images` while the job is pending, else 409. With `version`, 409 when the
        job is at another.
        """
        return answered(await change_crawl(CrawlJobId(job_id), data.command, by=actor))

    @delete(
        "/{job_id:uuid}",
        status_code=204,
        summary="Delete a job",
        responses=failures(401, 403, 404, 409),
    )
    async def delete_job(
        self, job_id: JobPath, actor: Given[Actor], delete_crawl: Given[DeleteCrawl]
    ) -> Response[None]:
        """Its owner. Scope `write`.

        With all that it found. 409 while it runs, and when a dataset was made from it.
        """
        await delete_crawl(CrawlJobId(job_id), by=actor)
        return gone()
