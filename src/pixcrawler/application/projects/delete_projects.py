"""Deleting projects."""

from collections.abc import Sequence

from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.projects.written import note
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.projects.errors import ProjectBusy, ProjectNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import ProjectId


@use_case
class DeleteProjects:
    """Delete projects with their jobs and datasets: all of them, or none.

    The files of their pictures are collected later, where nothing else names them.
    """

    transaction: Transaction

    async def __call__(self, project_ids: Sequence[ProjectId], *, by: Actor) -> None:
        """Raises ScopeMissing, ProjectNotFound, and ProjectBusy while a job runs."""
        by.must(WRITE)
        async with self.transaction() as tx:
            for project_id in sorted(set(project_ids)):  # in one order, so that nobody waits in a circle
                project = await tx.projects.locked(project_id)
                if not by.may_see(project.owner_id):
                    raise ProjectNotFound(f"There is no project {project_id}.")
                if running := await tx.projects.running_jobs(project_id):
                    jobs = "a running job" if running == 1 else f"{running} running jobs"
                    raise ProjectBusy(f"The project “{project.name}” has {jobs}; stop them first.")
                await tx.projects.delete(project_id)
                note(tx, Act.PROJECT_DELETED, project, by=by)
            await tx.commit()
