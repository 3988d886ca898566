"""Ordinary schedules, notifications and validations; see ``aggregates``."""

from typing import Any
from uuid import UUID

from pixcrawler.application.ports.clock import NewId
from pixcrawler.domain.activity.notification import NoticeKind, Notification
from pixcrawler.domain.crawling.cadence import Cadence, Unit
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.imaging.validation import RunMode, ValidationChunk, ValidationRun, new_run
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.ids import ImageId, ValidationChunkId, ValidationId
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.aggregates import AT, spec


def schedule(new_id: NewId, project: Project, **changes: Any) -> Schedule:
    values: dict[str, Any] = {
        "name": "Cats every day",
        "job_id": None,
        "max_images": 10,
        "spec": spec("cat"),
        "cadence": Cadence(every=1, unit=Unit.DAYS, at="08:30"),
        "enabled": False,
        "next_at": None,
        "ends_at": None,
        "max_runs": None,
        "runs": 0,
        "last_due_at": None,
        "last_job_id": None,
        "failures": 0,
        "last_failure_code": None,
        "last_failure": None,
        "version": 1,
        "created_at": AT,
        "updated_at": AT,
    }
    ids = {"id": new_id(), "owner_id": project.owner_id, "project_id": project.id}
    return Schedule(**{**ids, **values, **changes})


def notification(new_id: NewId, owner: Profile, **changes: Any) -> Notification:
    values: dict[str, Any] = {
        "kind": NoticeKind.JOB_COMPLETED,
        "subject_id": new_id(),
        "title": "“Cats” is done",
        "text": "10 of 10 images.",
        "read_at": None,
        "created_at": AT,
    }
    return Notification(**{"id": new_id(), "owner_id": owner.id, **values, **changes})


def validation(new_id: NewId, job: CrawlJob) -> ValidationRun:
    key = ValidationId(new_id())
    return new_run(key, owner=job.owner_id, job=job.id, level=Validation.STRICT, mode=RunMode.REPORT, at=AT)


def validation_chunk(new_id: NewId, run: ValidationRun) -> ValidationChunk:
    assert run.job_id is not None
    images = (ImageId(UUID(int=2)), ImageId(UUID(int=1)))
    return ValidationChunk(
        id=ValidationChunkId(new_id()), validation_id=run.id, job_id=run.job_id, images=images, done=0
    )
