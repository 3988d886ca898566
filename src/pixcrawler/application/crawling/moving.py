"""Which workers do a job's next run."""

from pixcrawler.application.ports.source import LOCAL
from pixcrawler.domain.crawling.errors import FolderNotAllowed
from pixcrawler.domain.crawling.job import SHARED, CrawlJob


def move(job: CrawlJob, lane: str | None) -> None:
    """To the workers of ``lane``; None leaves it with its own.

    Raises FolderNotAllowed where the platform's workers would have to read this machine's disk.
    """
    if lane is None:
        return
    if lane == SHARED and not LOCAL.isdisjoint(job.spec.sources):
        raise FolderNotAllowed(
            "This job reads a folder of the machine that it was made on; run it there, with pixcrawler crawl."
        )
    job.lane = lane
