"""Numbers about what somebody has, from the counters that jobs and versions keep."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, first_id
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.dashboard import Dashboard, Day, KindCount, StorageBytes
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import SuperusersOnly

S = TypeVar("S", JobStatus, BuildStatus)

DAYS = 30
RECENT = timedelta(days=7)
MOST = 10
NUMBERS = """
    WITH of_jobs AS (
        SELECT j.status, j.accepted, j.ended_at,
               (SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(j.reasons)) AS rejected
        FROM crawl_jobs j WHERE {mine}
    ), of_versions AS (
        SELECT v.id, v.status FROM dataset_versions v WHERE {mine}
    ), newest AS (
        SELECT DISTINCT ON (v.dataset_id) v.bytes, v.stats
        FROM dataset_versions v WHERE {mine} AND v.status = 'ready' ORDER BY v.dataset_id, v.number DESC
    ), of_exports AS (
        SELECT e.status, CASE WHEN e.key IS NOT NULL THEN coalesce(e.warm_bytes, e.bytes) ELSE 0 END AS bytes
        FROM exports e WHERE {mine}
    )
    SELECT (SELECT count(*) FROM projects WHERE {mine}) AS projects,
           (SELECT count(*) FROM crawl_schedules WHERE {mine}) AS schedules,
           (SELECT count(*) FROM datasets WHERE {mine}) AS datasets,
           (SELECT count(*) FROM activity WHERE {mine} AND id >= :recent) AS recent_activity,
           (SELECT jsonb_object_agg(status, n) FROM
               (SELECT status, count(*) AS n FROM of_jobs GROUP BY status) AS a) AS jobs,
           (SELECT coalesce(sum(accepted), 0)::bigint FROM of_jobs) AS images_accepted,
           (SELECT coalesce(sum(rejected), 0)::bigint FROM of_jobs) AS images_rejected,
           (SELECT jsonb_object_agg(status, n) FROM
               (SELECT status, count(*) AS n FROM of_versions GROUP BY status) AS b) AS versions,
           (SELECT jsonb_object_agg(status, n) FROM
               (SELECT status, count(*) AS n FROM of_exports GROUP BY status) AS c) AS exports,
           (SELECT coalesce(sum(bytes), 0)::bigint FROM newest) AS dataset_bytes,
           (SELECT coalesce(sum(bytes), 0)::bigint FROM of_exports) AS export_bytes,
           (SELECT jsonb_object_agg(day, n) FROM
               (SELECT (ended_at AT TIME ZONE 'UTC')::date AS day, sum(accepted) AS n FROM of_jobs
                WHERE ended_at >= :first_day GROUP BY 1) AS d) AS days,
           {sources} AS sources,
           {licenses} AS licenses
"""
LARGEST = """
    (SELECT jsonb_agg(jsonb_build_object('name', name, 'images', n)) FROM
        (SELECT key AS name, sum(value::bigint)::bigint AS n
         FROM newest, jsonb_each_text(stats -> '{which}')
         GROUP BY key ORDER BY n DESC, key LIMIT :most) AS e)
"""


@cache
def _numbers(*, own: bool) -> TextClause:
    parts = {which: LARGEST.format(which=which) for which in ("sources", "licenses")}
    return text(NUMBERS.format(mine="owner_id = :me" if own else "true", **parts))


class PostgresDashboardReads:
    """See the port. ``clock`` says which day it is."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._lists = Lists(engine)
        self._clock = clock

    async def dashboard(self, *, everybody: bool = False, visible_to: Actor) -> Dashboard:
        if everybody and not visible_to.may_see_all:
            raise SuperusersOnly
        now = self._clock.now()
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        first = today - timedelta(days=DAYS - 1)
        values = {"me": visible_to.id, "recent": first_id(now - RECENT), "first_day": first, "most": MOST}
        (row,) = await self._lists.rows(_numbers(own=not everybody), values)
        return Dashboard(
            projects=row.projects,
            schedules=row.schedules,
            jobs=_by_status(JobStatus, row.jobs),
            images_accepted=row.images_accepted,
            images_rejected=row.images_rejected,
            datasets=row.datasets,
            versions=_by_status(BuildStatus, row.versions),
            exports=_by_status(BuildStatus, row.exports),
            storage_bytes=StorageBytes(datasets=row.dataset_bytes, exports=row.export_bytes),
            recent_activity=row.recent_activity,
            images_per_day=_days(first, row.days),
            sources=_shares(row.sources),
            licenses=_shares(row.licenses),
        )


def _by_status(kind: type[S], numbers: Mapping[str, int] | None) -> dict[S, int]:
    found = numbers or {}
    return {status: found.get(status.value, 0) for status in kind}


def _days(first: datetime, numbers: Mapping[str, int] | None) -> tuple[Day, ...]:
    found = numbers or {}
    days = [(first + timedelta(days=number)).date() for number in range(DAYS)]
    return tuple(Day(day, int(found.get(day.isoformat(), 0))) for day in days)


def _shares(found: Any) -> tuple[KindCount, ...]:  # noqa: ANN401 -- what jsonb holds
    return msgspec.convert(found or (), tuple[KindCount, ...])
