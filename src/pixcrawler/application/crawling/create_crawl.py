"""Creating a crawl job."""

from dataclasses import dataclass

import msgspec

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.spec import JobSpec, checked_max_images
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId


class NewCrawl(msgspec.Struct, frozen=True, kw_only=True):
    """A crawl that somebody wants. ``lane`` says whose workers serve it."""

    project_id: ProjectId
    name: str
    spec: JobSpec
    max_images: int
    lane: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCrawl:
    """Make a pending job, after checking that its sources are there and its request makes sense."""

    transaction: Transaction
    sources: Sources
    clock: Clock
    new_id: NewId

    async def __call__(self, command: NewCrawl, *, by: Actor) -> CrawlJobId:
        """Raises InvalidJob, UnknownSource or SourceDisabled."""
        self._check(command.spec)
        job = CrawlJob(
            id=CrawlJobId(self.new_id()),
            owner_id=by.id,
            project_id=command.project_id,
            name=command.name,
            lane=command.lane,
            max_images=checked_max_images(command.max_images),
            spec=command.spec,
            status=JobStatus.PENDING,
            run=0,
            version=1,
            found=0,
            good=0,
            accepted=0,
            reasons={},
            lost=[0] * len(command.spec.keywords),
            settling=False,
            failure_code=None,
            failure=None,
            created_at=self.clock.now(),
            started_at=None,
            ended_at=None,
        )
        async with self.transaction() as tx:
            await tx.crawl_jobs.add(job)
            await tx.commit()
        return job.id

    def _check(self, spec: JobSpec) -> None:
        if not spec.sources:
            raise InvalidJob("No source was named; name at least one.", field="sources")
        if not spec.keywords:
            raise InvalidJob("No keyword was given; give at least one.", field="keywords")
        for source_id in spec.sources:
            info = self.sources.get(source_id).info
            if info.needs_text and not all(keyword.text for keyword in spec.keywords):
                message = f"The source {source_id} searches by keyword; give at least one keyword."
                raise InvalidJob(message, field="keywords")
            if not info.needs_text and source_id not in spec.inputs:
                message = f"The source {source_id} needs an input: a URL list or a folder."
                raise InvalidJob(message, field="input")
