"""What somebody's things take in the stores, by the rows that name them."""

from functools import cache
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists
from pixcrawler.application.ports.storage_reads import Amount, FileKind, FileLine, Usage
from pixcrawler.domain.datasets.export_name import download_name
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.paging import FARTHEST, Found, Window
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.errors import FileNotFound

PICTURES = """
    SELECT DISTINCT ON (i.owner_id, i.sha256) 'picture' AS kind, coalesce(i.candidate_id, i.id) AS id, i.key,
           i.owner_id, i.sha256 AS name, i.format AS more, 0 AS number, 'hot' AS tier, i.bytes, i.created_at
    FROM images i
    WHERE {mine} AND (i.reason IS DISTINCT FROM 'removed'
        OR EXISTS (SELECT FROM dataset_version_objects o WHERE o.key = i.key))
"""
EXPORTS = """
    SELECT 'export' AS kind, e.id, e.key, e.owner_id, d.name, coalesce(e.plan ->> 'archive', 'zip') AS more,
           v.number, e.tier, coalesce(e.warm_bytes, e.bytes) AS bytes, e.created_at
    FROM exports e JOIN dataset_versions v ON v.id = e.version_id JOIN datasets d ON d.id = v.dataset_id
    WHERE {mine} AND e.key IS NOT NULL
"""
PAGE = """
    WITH of_kind AS NOT MATERIALIZED ({which})
    SELECT of_kind.*, (SELECT count(*) FROM (SELECT FROM of_kind LIMIT :farthest) AS one) AS total
    FROM of_kind ORDER BY {order} LIMIT :size OFFSET :offset
"""
"""Pictures are read from the index on owner and digest as far as the page and the count reach."""
USAGE = """
    SELECT 'pictures' AS what, count(*) AS objects, coalesce(sum(bytes), 0)::bigint AS bytes
    FROM ({pictures}) AS pictures
    UNION ALL SELECT tier, count(*), coalesce(sum(bytes), 0)::bigint FROM ({exports}) AS exports GROUP BY tier
"""
ORDERS = {FileKind.EXPORT: "created_at DESC, id DESC", FileKind.PICTURE: "owner_id, name"}


@cache
def _pictures(*, own: bool) -> str:
    return PICTURES.format(mine="i.owner_id = :me" if own else "true")


@cache
def _exports(*, own: bool) -> str:
    return EXPORTS.format(mine="e.owner_id = :me" if own else "true")


@cache
def _page(kind: FileKind, *, own: bool) -> TextClause:
    which = _exports(own=own) if kind is FileKind.EXPORT else _pictures(own=own)
    return text(PAGE.format(which=which, order=ORDERS[kind]))


@cache
def _one(*, own: bool) -> TextClause:
    exports, pictures = _exports(own=own), _pictures(own=own)
    return text(f"({exports} AND e.key = :key) UNION ALL ({pictures} AND i.key = :key)")


@cache
def _usage(*, own: bool) -> TextClause:
    return text(USAGE.format(pictures=_pictures(own=own), exports=_exports(own=own)))


class PostgresStorageReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def usage(self, *, visible_to: Actor) -> Usage:
        rows = await self._lists.rows(_usage(own=_own(visible_to)), {"me": visible_to.id})
        found = {row.what: Amount(row.objects, row.bytes) for row in rows}
        amounts = [found.get(what, Amount(0, 0)) for what in ("pictures", Tier.HOT, Tier.WARM)]
        return Usage(
            pictures=amounts[0],
            exports=amounts[1],
            archived=amounts[2],
            total=Amount(sum(one.objects for one in amounts), sum(one.bytes for one in amounts)),
        )

    async def files(self, kind: FileKind, window: Window, *, visible_to: Actor) -> Found[FileLine]:
        listed = _page(kind, own=_own(visible_to))
        values = {"me": visible_to.id, "farthest": FARTHEST + 1}
        rows = await self._lists.rows(listed, {**values, "size": window.size, "offset": window.offset})
        told = rows
        if not rows and window.offset:  # behind the end, where no row tells the total
            told = await self._lists.rows(listed, {**values, "size": 1, "offset": 0})
        total: int = told[0].total if told else 0
        items = [_line(row) for row in rows]
        return Found(items=items, total=min(total, FARTHEST), exact=total <= FARTHEST)

    async def file(self, key: str, *, visible_to: Actor) -> FileLine:
        rows = await self._lists.rows(_one(own=_own(visible_to)), {"me": visible_to.id, "key": key})
        if not rows:
            raise FileNotFound("There is no such file of yours.")
        return _line(rows[0])


def _own(actor: Actor) -> bool:
    return not actor.may_see_all


def _line(row: Row[Any]) -> FileLine:
    kind = FileKind(row.kind)
    name = row.name[:16] if kind is FileKind.PICTURE else download_name(row.name, row.number)
    whole = f"{name}.{row.more}"
    return FileLine(kind, row.id, row.key, whole, Tier(row.tier), row.bytes, row.created_at)
