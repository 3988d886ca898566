"""The person at this machine's keyboard."""

import msgspec

from pixcrawler.application.identity.superuser import superuser_named
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.projects.project import new_project
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ProjectId

NAME = "local"
PROJECT = "Command line"


class LocalUser(msgspec.Struct, frozen=True):
    actor: Actor
    project_id: ProjectId


@use_case
class FindLocalUser:
    """The local superuser and the project of its command-line jobs, made where they are missing.

    Whoever can start the program on this machine can read its database, so there is nothing to log in to.
    """

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(self) -> LocalUser:
        return await self.transaction.repeated(self._find)

    async def _find(self, tx: UnitOfWork) -> LocalUser:
        profile = await superuser_named(NAME, tx, self.new_id)
        project = await tx.projects.named(PROJECT, owner=profile.id)
        if project is None:
            key = ProjectId(self.new_id())
            project = new_project(key, owner=profile.id, name=PROJECT, at=self.clock.now())
            await tx.projects.add(project)
            by, about = profile.actor, {"project_id": project.id}
            tx.audit(Act.PROJECT_CREATED, project.id, by=by, owner=profile.id, name=PROJECT, **about)
        await tx.commit()
        return LocalUser(profile.actor, project.id)
