"""A named collection built from jobs by a selection."""

import msgspec

from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, ProjectId, UserId


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which images belong: the accepted ones of these jobs."""

    jobs: tuple[CrawlJobId, ...]


class Dataset(msgspec.Struct, kw_only=True):
    id: DatasetId
    owner_id: UserId
    project_id: ProjectId
    name: str
    selection: Selection
    versions: int
    version: int

    def next_number(self) -> int:
        """The number of the next dataset version, from 1."""
        self.versions += 1
        return self.versions
