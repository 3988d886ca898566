"""Projects."""

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import ProjectRow
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.ids import UserId


class PostgresProjects(Repository[Project, ProjectRow]):
    """Projects, one row each."""

    row = ProjectRow
    struct = Project
    missing = ProjectNotFound

    async def named(self, name: str, *, owner: UserId) -> Project | None:
        return await self.find(ProjectRow.name == name, ProjectRow.owner_id == owner)
