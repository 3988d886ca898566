"""A job's log."""

from collections.abc import Callable

from pixcrawler.adapters.postgres.candidates import clean
from pixcrawler.adapters.postgres.parting import Parting
from pixcrawler.application.ports.clock import NewId
from pixcrawler.domain.crawling.log import LogLine


class PostgresJobLog:
    """See the port."""

    def __init__(self, parting: Parting, new_id: NewId, request_id: Callable[[], str | None]) -> None:
        self._parting = parting
        self._new_id = new_id
        self._request_id = request_id

    async def add(self, line: LogLine) -> None:
        values = {name: getattr(line, name) for name in line.__struct_fields__}
        values |= {"id": self._new_id(), "message": clean(line.message), "request_id": self._request_id()}
        self._parting.lines.append(values)
