"""Changing a project."""

from typing import Any

import msgspec

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.projects import ProjectDetail, detail_of
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.projects.defaults import check_defaults
from pixcrawler.application.projects.written import note
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.projects.errors import ProjectNameTaken, ProjectNotFound
from pixcrawler.domain.projects.project import Project, ProjectStatus
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.ids import ProjectId


class ProjectChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; None leaves it. ``version`` is the one that the change was meant for."""

    name: str | None = None
    description: str | None = None
    defaults: dict[str, Any] | None = None
    status: ProjectStatus | None = None
    version: int | None = None


@use_case
class ChangeProject:
    """Rename, describe, archive or bring back."""

    transaction: Transaction
    sources: Sources
    clock: Clock

    async def __call__(self, project_id: ProjectId, change: ProjectChange, *, by: Actor) -> ProjectDetail:
        """Raises ScopeMissing, ProjectNotFound, InvalidProject, ProjectNameTaken or ChangedMeanwhile."""
        by.must(WRITE)
        check_defaults(self.sources, change.defaults or {})
        async with self.transaction() as tx:
            project = await tx.projects.locked(project_id)
            if not by.may_see(project.owner_id):
                raise ProjectNotFound(f"There is no project {project_id}.")
            if change.version is not None and change.version != project.version:
                message = f"The project is at version {project.version} by now; load it again."
                raise ChangedMeanwhile(message, field="version")
            if self._differs(project, change):
                await _refuse_a_taken_name(tx, project)
                await tx.projects.save(project)
                note(tx, Act.PROJECT_CHANGED, project, by=by)
                await tx.commit()
        return detail_of(project)

    def _differs(self, project: Project, change: ProjectChange) -> bool:
        """Whether the change made a difference."""
        before = detail_of(project)
        project.change(
            name=change.name,
            description=change.description,
            defaults=change.defaults,
            status=change.status,
        )
        if detail_of(project) == before:
            return False
        project.updated_at = self.clock.now()
        return True


async def _refuse_a_taken_name(tx: UnitOfWork, project: Project) -> None:
    holder = await tx.projects.named(project.name, owner=project.owner_id)
    if holder is not None and holder.id != project.id:
        raise ProjectNameTaken(f"There is a project named “{project.name}” already.", field="name")
