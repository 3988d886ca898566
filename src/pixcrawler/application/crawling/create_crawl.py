"""Creating a crawl job."""

from dataclasses import dataclass

import msgspec

from pixcrawler.application.crawling.written import note
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.jobs import JobDetail, detail_of
from pixcrawler.application.ports.source import LOCAL, Sources
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.addresses import ADDRESS_SOURCES, addresses, checked_addresses
from pixcrawler.domain.crawling.errors import InvalidJob, UnknownSource
from pixcrawler.domain.crawling.job import SHARED, CrawlJob, JobStatus
from pixcrawler.domain.crawling.spec import JobSpec, check_targets, checked_job_name, checked_max_images
from pixcrawler.domain.projects.errors import ProjectArchived, ProjectNotFound
from pixcrawler.domain.projects.project import Project, ProjectStatus
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId, UserId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Thresholds, Validation


class NewCrawl(msgspec.Struct, frozen=True, kw_only=True):
    """A crawl that somebody wants. ``lane`` says whose workers serve it; ``local`` that who asks sits at
    this machine's keyboard, and may have its disk read."""

    project_id: ProjectId
    name: str
    spec: JobSpec
    max_images: int
    lane: str = SHARED
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCrawl:
    """Make a pending job, after checking that its sources are there and its request makes sense."""

    transaction: Transaction
    sources: Sources
    clock: Clock
    new_id: NewId
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    async def __call__(self, command: NewCrawl, *, by: Actor, once: Once | None = None) -> JobDetail:
        """The job; no one starts it yet.

        Raises:
            ScopeMissing: see ``Actor``.
            InvalidJob, UnknownSource, SourceDisabled: the request makes no sense here.
            ProjectNotFound, ProjectArchived: its project takes no job of this person's.
            IdempotencyInFlight, IdempotencyMismatch: see ``Answers``.
        """
        by.must(WRITE)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=JobDetail)) is not None:
                return earlier
            project = await _project(tx, command.project_id, by)
            if project.status is ProjectStatus.ARCHIVED:
                message = f"The project “{project.name}” is archived; make it active first."
                raise ProjectArchived(message, field="project_id")
            self._check(command.spec, local=command.local)
            check_targets(command.spec, command.max_images)
            job = self._new(command, owner=project.owner_id)
            made = detail_of(job)
            await tx.crawl_jobs.add_last(job)
            await tx.job_log.add(log.created(job, at=job.created_at))
            note(tx, Act.JOB_CREATED, job, by=by)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made

    def _new(self, command: NewCrawl, *, owner: UserId) -> CrawlJob:
        return CrawlJob(
            id=CrawlJobId(self.new_id()),
            owner_id=owner,
            project_id=command.project_id,
            name=checked_job_name(command.name),
            lane=command.lane,
            max_images=checked_max_images(command.max_images),
            spec=self._spec(command.spec),
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
            run_started_at=None,
            run_good=0,
        )

    def _spec(self, spec: JobSpec) -> JobSpec:
        """With what a strict look is held to today, so that a later setting changes nothing in this job."""
        if spec.validation is not Validation.STRICT:
            return spec
        return msgspec.structs.replace(spec, thresholds=spec.thresholds or self.thresholds)

    def _check(self, spec: JobSpec, *, local: bool) -> None:
        if not spec.sources:
            raise InvalidJob("No source was named; name at least one.", field="sources")
        if not spec.keywords:
            raise InvalidJob("No keyword was given; give at least one.", field="keywords")
        for source_id in spec.sources:
            if source_id in LOCAL and not local:
                message = f"The source {source_id} reads the server's own disk; it is for its keyboard only."
                raise UnknownSource(message, field="sources")
            info = self.sources.get(source_id).info
            if info.needs_text and not all(keyword.text for keyword in spec.keywords):
                message = f"The source {source_id} searches by keyword; give at least one keyword."
                raise InvalidJob(message, field="keywords")
            if not info.needs_text and source_id not in spec.inputs:
                wanted = "URLs" if source_id in ADDRESS_SOURCES else "an input: a URL list or a folder"
                raise InvalidJob(f"The source {source_id} needs {wanted}.", field="input")
            if source_id in ADDRESS_SOURCES:
                checked_addresses(addresses(spec.inputs[source_id]), field="input")


async def _project(tx: UnitOfWork, project_id: ProjectId, by: Actor) -> Project:
    """One that is another's and one that is not there get the same answer, to the letter."""
    missing = ProjectNotFound(f"There is no project {project_id}.", field="project_id")
    try:
        project = await tx.projects.get(project_id)
    except ProjectNotFound as error:
        raise missing from error
    if not by.may_see(project.owner_id):
        raise missing
    return project
