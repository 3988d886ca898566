"""How far a job is, from its counters alone."""

from datetime import datetime

import msgspec

from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.shared.reasons import Reason

CAME = frozenset(
    {
        Reason.NOT_AN_IMAGE,
        Reason.UNSUPPORTED_FORMAT,
        Reason.TRUNCATED,
        Reason.CORRUPT,
        Reason.TOO_MANY_PIXELS,
        Reason.DECODE_LIMIT,
        Reason.TOO_SMALL,
        Reason.TOO_LARGE,
        Reason.WRONG_FILE_TYPE,
        Reason.DIGEST_MISMATCH,
        Reason.BLURRY,
        Reason.TOO_DARK,
        Reason.TOO_BRIGHT,
        Reason.LOW_INFORMATION,
        Reason.ODD_ASPECT,
        Reason.PLACEHOLDER,
    }
)
"""Reasons to reject a file that had come whole."""


class Pace(msgspec.Struct, frozen=True):
    """Seconds that this run has taken, good images per second in it, and seconds still to go if it goes on
    like this; None where nothing can be said."""

    elapsed: float
    rate: float
    eta: float | None


def fetched(job: CrawlJob) -> int:
    """How many candidates' files have come."""
    refused = sum(job.reasons.get(reason, 0) for reason in CAME)
    return job.good + refused + job.reasons.get(Reason.DUPLICATE_EXACT, 0)


def pace(job: CrawlJob, now: datetime) -> Pace:
    """Of the run that goes on, or the last one."""
    if job.run_started_at is None:
        return Pace(0.0, 0.0, None)
    elapsed = max(0.0, ((job.ended_at or now) - job.run_started_at).total_seconds())
    new = max(0, job.good - job.run_good)
    rate = new / elapsed if elapsed > 0 else 0.0
    left = max(0, job.max_images - job.good)
    running = job.status is JobStatus.RUNNING
    eta = left / rate if running and rate > 0 else None
    return Pace(round(elapsed, 3), round(rate, 3), None if eta is None else round(eta, 1))
