"""Profiles as people see them."""

from collections.abc import Callable

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, columns, counted
from pixcrawler.adapters.postgres.tables import ProfileRow
from pixcrawler.application.ports.profiles import ProfileDetail, ProfileFilter
from pixcrawler.domain.identity.errors import UserNotFound
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import SuperusersOnly
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.paging import Found, Window

DETAIL: Callable[..., ProfileDetail] = ProfileDetail
"""Made from columns that are its fields, in order."""
FIELDS = columns(ProfileRow, ProfileDetail.__struct_fields__)


class PostgresProfileReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def profiles(
        self, which: ProfileFilter, window: Window, *, visible_to: Actor
    ) -> Found[ProfileDetail]:
        if not visible_to.may_see_all:
            raise SuperusersOnly
        some = select(*FIELDS)
        if which.role is not None:
            some = some.where(ProfileRow.role == which.role.value)
        if which.email is not None:
            some = some.where(ProfileRow.email.istartswith(which.email, autoescape=True))
        if which.search is not None:
            parts = (ProfileRow.name, ProfileRow.email)
            some = some.where(or_(*(part.icontains(which.search, autoescape=True) for part in parts)))
        newest = (ProfileRow.created_at.desc(), ProfileRow.id.desc())
        listed = some.add_columns(counted(some)).order_by(*newest)
        page = listed.limit(bindparam("size")).offset(bindparam("offset"))
        return await self._lists.page(page, ProfileDetail, window, {})

    async def profile(self, user_id: UserId, *, visible_to: Actor) -> ProfileDetail:
        if visible_to.may_see(user_id):
            rows = await self._lists.rows(select(*FIELDS).where(ProfileRow.id == user_id), {})
            if rows:
                return DETAIL(*rows[0])
        raise UserNotFound(f"There is no user {user_id}.")
