"""Answers kept by the key of their request."""

from datetime import timedelta
from typing import TypeVar

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.parting import Parting
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.once import IdempotencyInFlight, Once

A = TypeVar("A", bound=msgspec.Struct)

FIND = text(
    """
    SELECT pg_try_advisory_xact_lock(hashtextextended(:lock, 0)) AS mine, kept.fingerprint, kept.answer
    FROM (SELECT 1) AS one LEFT JOIN idempotency_keys kept
      ON kept.owner_id = :owner AND kept.route = :route AND kept.key = :key
    """
)
FORGET = text(
    """
    DELETE FROM idempotency_keys WHERE (owner_id, route, key) IN (
        SELECT owner_id, route, key FROM idempotency_keys
        WHERE created_at < clock_timestamp() - make_interval(secs => :age) LIMIT :most)
    RETURNING 1
    """
)


class PostgresAnswers:
    """See the port.

    The lock and the look are one statement: an answer that was committed between the two is not seen,
    and then the commit meets it.
    """

    def __init__(self, session: AsyncSession, parting: Parting) -> None:
        self._session = session
        self._parting = parting

    async def find(self, once: Once | None, *, owner: UserId, type: type[A]) -> A | None:  # noqa: A002 -- see the port
        if once is None:
            return None
        values = {"owner": owner, "route": once.route, "key": once.key}
        lock = f"{owner.hex} {once.route} {once.key}"
        row = (await self._session.execute(FIND, {**values, "lock": lock})).one()
        if row.answer is not None:
            once.check(row.fingerprint)
            return msgspec.json.decode(row.answer, type=type)
        if not row.mine:
            raise IdempotencyInFlight
        return None

    async def keep(self, once: Once | None, answer: msgspec.Struct, *, owner: UserId) -> None:
        if once is None:
            return
        values = {"owner_id": owner, "route": once.route, "key": once.key, "fingerprint": once.fingerprint}
        self._parting.answers.append({**values, "answer": msgspec.json.encode(answer)})

    async def forget(self, *, older_than: timedelta, most: int) -> int:
        gone = await self._session.execute(FORGET, {"age": older_than.total_seconds(), "most": most})
        return len(gone.all())
