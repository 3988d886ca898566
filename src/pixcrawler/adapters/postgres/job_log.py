"""A job's log."""

from collections.abc import Callable

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.candidates import clean
from pixcrawler.adapters.postgres.tables import CrawlJobLogRow
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.application.ports.clock import NewId
from pixcrawler.domain.crawling.log import LogLine

ADD = insert(table_of(CrawlJobLogRow))


class PostgresJobLog:
    """See the port."""

    def __init__(self, session: AsyncSession, new_id: NewId, request_id: Callable[[], str | None]) -> None:
        self._session = session
        self._new_id = new_id
        self._request_id = request_id

    async def add(self, line: LogLine) -> None:
        values = {name: getattr(line, name) for name in line.__struct_fields__}
        values |= {"id": self._new_id(), "message": clean(line.message), "request_id": self._request_id()}
        await self._session.execute(ADD, values)
