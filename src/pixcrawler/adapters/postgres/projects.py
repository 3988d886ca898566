"""Projects."""

from uuid import UUID

from sqlalchemy import delete, select

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import CrawlJobRow, OutboxRow, ProjectRow
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.ids import ProjectId, UserId


class PostgresProjects(Repository[Project, ProjectRow]):
    """Projects, one row each."""

    row = ProjectRow
    struct = Project
    missing = ProjectNotFound

    async def named(self, name: str, *, owner: UserId) -> Project | None:
        return await self.find(ProjectRow.name == name, ProjectRow.owner_id == owner)

    async def running_jobs(self, project: ProjectId) -> int:
        jobs = select(CrawlJobRow.status).where(CrawlJobRow.project_id == project)
        found = await self.session.scalars(jobs.order_by(CrawlJobRow.id).with_for_update())
        return sum(status == JobStatus.RUNNING for status in found)

    async def delete(self, key: UUID) -> None:
        """Its jobs are locked, so no task of theirs is added meanwhile."""
        jobs = select(CrawlJobRow.id).where(CrawlJobRow.project_id == key)
        await self.session.execute(delete(OutboxRow).where(OutboxRow.subject_id.in_(jobs)))
        await super().delete(key)
