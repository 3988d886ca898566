"""Projects."""

from uuid import UUID

import msgspec
from sqlalchemy import bindparam, delete, select

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import CrawlJobRow, OutboxRow, ProjectRow, ValidationLevelRow
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.imaging.validation import DefaultLevel
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.ids import ProjectId, UserId
from pixcrawler.domain.shared.validation import Validation, ValidationMode

PROJECTS, LEVELS = table_of(ProjectRow), table_of(ValidationLevelRow)
WITH_LEVEL = (
    select(*(PROJECTS.c[name] for name in Project.__struct_fields__), LEVELS.c.level, LEVELS.c.mode)
    .select_from(PROJECTS.outerjoin(LEVELS, LEVELS.c.id == bindparam("who")))
    .where(PROJECTS.c.id == bindparam("key"))
)


class PostgresProjects(Repository[Project, ProjectRow]):
    """Projects, one row each."""

    row = ProjectRow
    struct = Project
    missing = ProjectNotFound

    async def named(self, name: str, *, owner: UserId) -> Project | None:
        return await self.find(ProjectRow.name == name, ProjectRow.owner_id == owner)

    async def with_level(self, key: ProjectId, *, of: UserId) -> tuple[Project, DefaultLevel | None]:
        row = (await self.session.execute(WITH_LEVEL, {"key": key, "who": of})).first()
        if row is None:
            raise self._missing(key)
        values = dict(row._mapping)  # noqa: SLF001 -- its public way to names
        level, mode = values.pop("level"), values.pop("mode")
        chosen = None if level is None else DefaultLevel(level=Validation(level), mode=ValidationMode(mode))
        return msgspec.convert(values, Project), chosen

    async def running_jobs(self, project: ProjectId) -> int:
        jobs = select(CrawlJobRow.status).where(CrawlJobRow.project_id == project)
        found = await self.session.scalars(jobs.order_by(CrawlJobRow.id).with_for_update())
        return sum(status == JobStatus.RUNNING for status in found)

    async def delete(self, key: UUID) -> None:
        """Its jobs are locked, so no task of theirs is added meanwhile."""
        jobs = select(CrawlJobRow.id).where(CrawlJobRow.project_id == key)
        await self.session.execute(delete(OutboxRow).where(OutboxRow.subject_id.in_(jobs)))
        await super().delete(key)
