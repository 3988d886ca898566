"""What happens in a crawl. A task's payload is the event that caused it."""

from uuid import UUID

from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import ChunkId, CrawlJobId, QueryId


class JobEvent(Event, frozen=True, kw_only=True):
    """Something about one run of one job."""

    job_id: CrawlJobId
    run: int

    @property
    def subject_id(self) -> UUID | None:
        return self.job_id


class JobStarted(JobEvent, frozen=True, kw_only=True, tag="crawling.job_started"):
    """Its first searches were opened."""


class SearchOpened(JobEvent, frozen=True, kw_only=True, tag="crawling.search_opened"):
    """The next page of a query is wanted."""

    query_id: QueryId
    cursor: str | None


class ChunkOpened(JobEvent, frozen=True, kw_only=True, tag="crawling.chunk_opened"):
    """A chunk's candidates are to be fetched and looked at."""

    chunk_id: ChunkId


class JobFilled(JobEvent, frozen=True, kw_only=True, tag="crawling.job_filled"):
    """Enough good images, or nothing more to be had: time to settle which ones stay."""


class JobCompleted(JobEvent, frozen=True, kw_only=True, tag="crawling.job_completed"):
    """Settled."""

    accepted: int


class LabellingOpened(JobEvent, frozen=True, kw_only=True, tag="crawling.labelling_opened"):
    """A completed job's images are to be shown to a vision model."""


class JobFailed(JobEvent, frozen=True, kw_only=True, tag="crawling.job_failed"):
    """It cannot go on."""

    code: str


class JobStopped(JobEvent, frozen=True, kw_only=True, tag="crawling.job_stopped"):
    """Somebody stopped it."""
