"""The log of each job."""

from typing import Protocol

from pixcrawler.domain.crawling.log import LogLine


class JobLog(Protocol):
    """What people read about a job. Each line keeps the id of the request that is being worked on."""

    async def add(self, line: LogLine) -> None:
        """A source's note that the job's run has already been given is not written again."""
        ...
