"""What is written down of acts on jobs and images."""

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CandidateId


def note(tx: UnitOfWork, act: Act, job: CrawlJob, *, by: Actor) -> None:
    """See ``UnitOfWork.audit``."""
    tx.audit(act, job.id, by=by, owner=job.owner_id, name=job.name, project_id=job.project_id)


def note_schedule(tx: UnitOfWork, act: Act, schedule: Schedule, *, by: Actor) -> None:
    """See ``UnitOfWork.audit``."""
    about = {"project_id": schedule.project_id}
    tx.audit(act, schedule.id, by=by, owner=schedule.owner_id, name=schedule.name, **about)


def note_image(
    tx: UnitOfWork, act: Act, image: CandidateId, job: CrawlJob, *, by: Actor, **more: str
) -> None:
    """An image has no name: its job tells where it was."""
    about = {"job_id": job.id, "project_id": job.project_id}
    tx.audit(act, image, by=by, owner=job.owner_id, **about, **more)
