"""What is written down of acts on projects."""

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.actor import Actor


def note(tx: UnitOfWork, act: Act, project: Project, *, by: Actor) -> None:
    """See ``UnitOfWork.audit``."""
    tx.audit(act, project.id, by=by, owner=project.owner_id, name=project.name, project_id=project.id)
