"""Creating a project."""

from typing import Any

import msgspec

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.projects import ProjectDetail, detail_of
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.projects.defaults import check_defaults
from pixcrawler.application.projects.written import note
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.projects.errors import ProjectNameTaken
from pixcrawler.domain.projects.project import new_project
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import ProjectId
from pixcrawler.domain.shared.once import Once


class NewProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project that somebody wants."""

    name: str
    description: str = ""
    defaults: dict[str, Any] = {}


@use_case
class CreateProject:
    """Make an active project that belongs to who asks."""

    transaction: Transaction
    sources: Sources
    clock: Clock
    new_id: NewId

    async def __call__(self, command: NewProject, *, by: Actor, once: Once | None = None) -> ProjectDetail:
        """Raises ScopeMissing, InvalidProject, ProjectNameTaken, what ``check_defaults`` and ``Answers``
        raise."""
        by.must(WRITE)
        check_defaults(self.sources, command.defaults)
        project = new_project(
            ProjectId(self.new_id()),
            owner=by.id,
            name=command.name,
            description=command.description,
            defaults=command.defaults,
            at=self.clock.now(),
        )
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ProjectDetail)) is not None:
                return earlier
            if await tx.projects.named(project.name, owner=by.id) is not None:
                raise ProjectNameTaken(f"You have a project named “{project.name}” already.", field="name")
            await tx.projects.add(project)
            note(tx, Act.PROJECT_CREATED, project, by=by)
            made = detail_of(project)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made
