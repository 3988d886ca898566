"""How a job is made and begun, whether somebody asks for it or a schedule does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from pixcrawler.application.crawling.advance import advance
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.source import LOCAL, Sources
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.addresses import ADDRESS_SOURCES, addresses, checked_addresses
from pixcrawler.domain.crawling.errors import InvalidJob, UnknownSource
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import new_queries
from pixcrawler.domain.crawling.spec import JobSpec
from pixcrawler.domain.projects.errors import ProjectArchived, ProjectNotFound
from pixcrawler.domain.projects.project import Project, ProjectStatus
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import ProjectId
from pixcrawler.domain.shared.validation import Thresholds, Validation


async def project_and_defaults(
    tx: UnitOfWork, project_id: ProjectId, *, by: Actor
) -> tuple[Project, dict[str, Any]]:
    """A project, and what its new jobs take for fields that they leave out: its own defaults, over the level
    at which who asks has pictures looked at.

    One that is another's and one that is not there get the same answer, to the letter: ProjectNotFound.
    """
    missing = ProjectNotFound(f"There is no project {project_id}.", field="project_id")
    try:
        project, level = await tx.projects.with_level(project_id, of=by.id)
    except ProjectNotFound as error:
        raise missing from error
    if not by.may_see(project.owner_id):
        raise missing
    mine = {} if level is None else {"validation": level.level, "validation_mode": level.mode}
    return project, {**mine, **project.defaults}


def must_be_active(project: Project) -> None:
    """Raises ProjectArchived."""
    if project.status is ProjectStatus.ARCHIVED:
        message = f"The project “{project.name}” is archived; make it active first."
        raise ProjectArchived(message, field="project_id")


def check_request(sources: Sources, spec: JobSpec, *, local: bool = False) -> None:
    """That its sources are there and can do what is asked. ``local``: who asks sits at this machine's
    keyboard, and may have its disk read. Raises InvalidJob, UnknownSource, SourceDisabled."""
    if not spec.sources:
        raise InvalidJob("No source was named; name at least one.", field="sources")
    if not spec.keywords:
        raise InvalidJob("No keyword was given; give at least one.", field="keywords")
    for source_id in spec.sources:
        if source_id in LOCAL and not local:
            message = f"The source {source_id} reads the server's own disk; it is for its keyboard only."
            raise UnknownSource(message, field="sources")
        info = sources.get(source_id).info
        if info.needs_text and not all(keyword.text for keyword in spec.keywords):
            message = f"The source {source_id} searches by keyword; give at least one keyword."
            raise InvalidJob(message, field="keywords")
        if not info.needs_text and source_id not in spec.inputs:
            wanted = "URLs" if source_id in ADDRESS_SOURCES else "an input: a URL list or a folder"
            raise InvalidJob(f"The source {source_id} needs {wanted}.", field="input")
        if source_id in ADDRESS_SOURCES:
            checked_addresses(addresses(spec.inputs[source_id]), field="input")


def held_to(spec: JobSpec, thresholds: Thresholds) -> JobSpec:
    """With what a strict look is held to today, so that a later setting changes nothing in this job."""
    if spec.validation is not Validation.STRICT:
        return spec
    return msgspec.structs.replace(spec, thresholds=spec.thresholds or thresholds)


async def begin(
    tx: UnitOfWork, job: CrawlJob, events: Sequence[Event], *, at: datetime, new_id: NewId
) -> None:
    """Cut a job that has just started into queries, and open its first searches. It is saved with that."""
    queries = new_queries(job.id, job.spec, new_id)
    await tx.queries.add_all(queries)
    await advance(tx, job, at=at)
    await tx.crawl_jobs.save(job)
    tx.record(*events, owner=job.owner_id, lane=job.lane)
    await tx.job_log.add(log.started(job, searches=len(queries), at=at))
