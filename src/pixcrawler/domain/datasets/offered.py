"""Images that a selection chooses from."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.validation import Validation


class Offered(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An accepted image of a job, as far as selections ask for it.

    ``trust`` is how far its labels are believed, the least first: 0 where a person gave them. ``rank`` is its
    place in the results that it was found in. Sizes are in pixels, ``bytes`` those of the file. ``scores``
    and ``issues`` are of a strict look. ``preferred``: somebody said that it is the copy to keep; ``apart``:
    that it is nobody's copy; ``reviewed``: somebody said anything of it.
    """

    job: CrawlJobId
    sha256: str
    label: str
    labels: tuple[str, ...]
    trust: int
    rank: int
    width: int
    height: int
    bytes: int
    format: str
    license: str
    source: str
    validation: Validation
    scores: Mapping[str, float] | None
    issues: tuple[str, ...]
    preferred: bool
    apart: bool
    reviewed: bool
    retrieved_at: datetime

    @property
    def quality(self) -> tuple[bool, int, int, str]:
        """The best copy first, as when a job is settled: what somebody prefers, then pixels, then bytes."""
        return (not self.preferred, -self.width * self.height, -self.bytes, self.sha256)


class Picked(NamedTuple):
    """An image of a dataset: its number among those that were offered, and its labels there."""

    number: int
    label: str
    labels: tuple[str, ...]
