"""Profiles and their API keys."""

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import ApiKeyRow, ProfileRow
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.ids import UserId


class PostgresProfiles(Repository[Profile, ProfileRow]):
    """Profiles, one row each."""

    row = ProfileRow
    struct = Profile
    missing = NotFound

    async def named(self, name: str) -> Profile | None:
        return await self.find(ProfileRow.name == name, ProfileRow.email.is_(None))


class PostgresApiKeys(Repository[ApiKey, ApiKeyRow]):
    """API keys, one row each."""

    row = ApiKeyRow
    struct = ApiKey
    missing = ApiKeyNotFound

    async def of_owner(self, owner: UserId) -> list[ApiKey]:
        found = await self.rows.get_many(ApiKeyRow.owner_id == owner, order_by=ApiKeyRow.id.asc())
        return [self._struct(row) for row in found]
