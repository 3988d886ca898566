"""Profiles and their API keys."""

from uuid import UUID

from sqlalchemy import delete, insert, or_, select

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import (
    ApiKeyRow,
    CrawlJobRow,
    DeletedProfileRow,
    OutboxRow,
    ProfileRow,
)
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.errors import ApiKeyNotFound, UserNotFound
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.ids import UserId


class PostgresProfiles(Repository[Profile, ProfileRow]):
    """Profiles, one row each."""

    row = ProfileRow
    struct = Profile
    missing = UserNotFound

    async def named(self, name: str) -> Profile | None:
        return await self.find(ProfileRow.name == name, ProfileRow.email.is_(None))

    async def running_jobs(self, user_id: UserId) -> int:
        jobs = select(CrawlJobRow.status).where(CrawlJobRow.owner_id == user_id)
        found = await self.session.scalars(jobs.order_by(CrawlJobRow.id).with_for_update())
        return sum(status == JobStatus.RUNNING for status in found)

    async def delete(self, key: UUID) -> None:
        """Their jobs are locked, so no task of theirs is added meanwhile."""
        jobs = select(CrawlJobRow.id).where(CrawlJobRow.owner_id == key)
        theirs = or_(OutboxRow.owner_id == key, OutboxRow.subject_id.in_(jobs))
        await self.session.execute(delete(OutboxRow).where(theirs))
        await self.session.execute(insert(DeletedProfileRow).values(id=key))
        await super().delete(key)


class PostgresApiKeys(Repository[ApiKey, ApiKeyRow]):
    """API keys, one row each."""

    row = ApiKeyRow
    struct = ApiKey
    missing = ApiKeyNotFound

    async def of_owner(self, owner: UserId) -> list[ApiKey]:
        found = await self.rows.get_many(ApiKeyRow.owner_id == owner, order_by=ApiKeyRow.id.asc())
        return [self._struct(row) for row in found]
