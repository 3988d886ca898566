"""API keys as people see them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, columns, counted, same
from pixcrawler.adapters.postgres.tables import ApiKeyRow, ApiKeyUseRow
from pixcrawler.application.ports.api_keys import HourOfUse, KeyDetail, KeyFilter, KeyStatus
from pixcrawler.domain.identity.api_key import shown
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.identity.key_text import KeyKind
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId
from pixcrawler.domain.shared.paging import Found, Window

OWN = tuple(name for name in KeyDetail.__struct_fields__ if name not in ("shown", "status"))
STATUS: ColumnElement[str] = case(
    (ApiKeyRow.revoked_at.is_not(None), KeyStatus.REVOKED.value),
    (ApiKeyRow.expires_at <= func.now(), KeyStatus.EXPIRED.value),
    else_=KeyStatus.LIVE.value,
)


@cache
def _some(*, own: bool, status: bool) -> Select[Any]:
    which = select(*columns(ApiKeyRow, OWN), ApiKeyRow.kind, ApiKeyRow.last4, STATUS)
    if own:
        which = which.where(same(ApiKeyRow.owner_id, "me"))
    return which.where(bindparam("status") == STATUS) if status else which


@cache
def _listed(*, own: bool, status: bool) -> Select[Any]:
    which = _some(own=own, status=status)
    order = [ApiKeyRow.owner_id.desc(), ApiKeyRow.id.desc()] if own else [ApiKeyRow.id.desc()]
    return (
        which.add_columns(counted(which))
        .order_by(*order)
        .limit(bindparam("size"))
        .offset(bindparam("offset"))
    )


@cache
def _uses(*, own: bool) -> Select[Any]:
    which = select(*columns(ApiKeyUseRow, ("hour", "requests"))).where(
        ApiKeyUseRow.key_id == bindparam("key"), ApiKeyUseRow.hour >= bindparam("since")
    )
    if own:
        mine = select(literal(1)).where(
            ApiKeyRow.id == ApiKeyUseRow.key_id, ApiKeyRow.owner_id == bindparam("me")
        )
        which = which.where(mine.exists())
    return which.order_by(ApiKeyUseRow.hour)


class PostgresApiKeyReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def keys(self, which: KeyFilter, window: Window, *, visible_to: Actor) -> Found[KeyDetail]:
        statement = _listed(own=not visible_to.may_see_all, status=which.status is not None)
        values = {"me": visible_to.id, "status": which.status}
        return await self._lists.page(statement, _detail, window, values)

    async def key(self, key_id: ApiKeyId, *, visible_to: Actor) -> KeyDetail:
        own = not visible_to.may_see_all
        statement = _some(own=own, status=False).where(
            ApiKeyRow.id == bindparam("key"), ApiKeyRow.revoked_at.is_(None)
        )
        rows = await self._lists.rows(statement, {"key": key_id, "me": visible_to.id})
        if not rows:
            raise ApiKeyNotFound(f"There is no api key {key_id}.")
        return _detail(*rows[0])

    async def uses(self, key_id: ApiKeyId, *, since: datetime, visible_to: Actor) -> list[HourOfUse]:
        hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        statement = _uses(own=not visible_to.may_see_all)
        values = {"key": key_id, "since": hour, "me": visible_to.id}
        rows: Sequence[Any] = await self._lists.rows(statement, values)
        return [HourOfUse(*row) for row in rows]


def _detail(*values: object) -> KeyDetail:
    own: dict[str, Any] = dict(zip((*OWN, "kind", "last4", "status"), values, strict=True))
    text = shown(KeyKind(own.pop("kind")), own.pop("last4"))
    own |= {"scopes": tuple(own["scopes"]), "status": KeyStatus(own["status"])}
    return KeyDetail(**own, shown=text)
