"""Profiles and projects."""

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import ProfileRow, ProjectRow
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.ids import UserId


class PostgresProfiles(Repository[Profile, ProfileRow]):
    """Profiles, one row each."""

    row = ProfileRow
    struct = Profile
    missing = NotFound

    async def named(self, name: str) -> Profile | None:
        return await self.find(ProfileRow.name == name)


class PostgresProjects(Repository[Project, ProjectRow]):
    """Projects, one row each."""

    row = ProjectRow
    struct = Project
    missing = NotFound

    async def named(self, name: str, *, owner: UserId) -> Project | None:
        return await self.find(ProjectRow.name == name, ProjectRow.owner_id == owner)
