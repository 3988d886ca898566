"""Profiles."""

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import ProfileRow
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.errors import NotFound


class PostgresProfiles(Repository[Profile, ProfileRow]):
    """Profiles, one row each."""

    row = ProfileRow
    struct = Profile
    missing = NotFound

    async def named(self, name: str) -> Profile | None:
        return await self.find(ProfileRow.name == name)
