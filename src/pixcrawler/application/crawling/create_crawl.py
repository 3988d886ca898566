"""Creating a crawl job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from pixcrawler.application.crawling.making import (
    check_request,
    held_to,
    must_be_active,
    project_and_defaults,
)
from pixcrawler.application.crawling.written import note
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.jobs import JobDetail, detail_of
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.job import SHARED, new_job
from pixcrawler.domain.crawling.spec import JobSpec, check_targets
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Thresholds


class NewCrawl(msgspec.Struct, frozen=True, kw_only=True):
    """A crawl that somebody wants. ``lane`` says whose workers serve it; ``local`` that who asks sits at
    this machine's keyboard, and may have its disk read."""

    project_id: ProjectId
    name: str
    spec: JobSpec
    max_images: int
    lane: str = SHARED
    local: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A crawl that leaves things open: ``filled`` is told what the project's jobs take for these."""

    project_id: ProjectId
    filled: Callable[[Mapping[str, Any]], NewCrawl]


@use_case
class CreateCrawl:
    """Make a pending job, after checking that its sources are there and its request makes sense."""

    transaction: Transaction
    sources: Sources
    clock: Clock
    new_id: NewId
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    async def __call__(self, command: NewCrawl | Draft, *, by: Actor, once: Once | None = None) -> JobDetail:
        """The job; no one starts it yet.

        Raises:
            ScopeMissing: see ``Actor``.
            InvalidJob, UnknownSource, SourceDisabled: the request makes no sense here.
            ProjectNotFound, ProjectArchived: its project takes no job of this person's.
            IdempotencyInFlight, IdempotencyMismatch: see ``Answers``.
        """
        by.must(WRITE)
        async with self.transaction(brief=once is None) as tx:  # the look for an answer takes a lock
            if (earlier := await tx.answers.find(once, owner=by.id, type=JobDetail)) is not None:
                return earlier
            project, defaults = await project_and_defaults(tx, command.project_id, by=by)
            must_be_active(project)
            if isinstance(command, Draft):
                command = command.filled(defaults)
            check_request(self.sources, command.spec, local=command.local)
            check_targets(command.spec, command.max_images)
            job = new_job(
                CrawlJobId(self.new_id()),
                owner=project.owner_id,
                project=project.id,
                name=command.name,
                spec=held_to(command.spec, self.thresholds),
                max_images=command.max_images,
                lane=command.lane,
                at=self.clock.now(),
            )
            made = detail_of(job)
            await tx.crawl_jobs.add_last(job)
            await tx.job_log.add(log.created(job, at=job.created_at))
            note(tx, Act.JOB_CREATED, job, by=by)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made
