"""Numbers about what somebody has."""

from datetime import date
from typing import Protocol

import msgspec

from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.actor import Actor


class Day(msgspec.Struct, frozen=True):
    """Images accepted by jobs that ended on this day, in UTC."""

    day: date
    images: int


class KindCount(msgspec.Struct, frozen=True):
    """How many images of a kind there are."""

    name: str
    images: int


class StorageBytes(msgspec.Struct, frozen=True, kw_only=True):
    """``datasets`` is the pictures of the newest ready version of each dataset, ``exports`` the archives as
    they lie in the stores. What every single object takes is at /storage/usage."""

    datasets: int
    exports: int


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """Counted from what jobs, versions and exports say of themselves; images one by one are not looked at.

    ``images_accepted`` and ``images_rejected`` are of all jobs, by their counters: jobs that run have
    accepted none yet. ``images_per_day`` are the last 30 days, oldest first. ``sources`` and ``licenses`` are
    the ten largest among the newest ready versions of datasets. ``recent_activity`` counts acts of the last 7
    days.
    """

    projects: int
    schedules: int
    jobs: dict[JobStatus, int]
    images_accepted: int
    images_rejected: int
    datasets: int
    versions: dict[BuildStatus, int]
    exports: dict[BuildStatus, int]
    storage_bytes: StorageBytes
    recent_activity: int
    images_per_day: tuple[Day, ...]
    sources: tuple[KindCount, ...]
    licenses: tuple[KindCount, ...]


class DashboardReads(Protocol):
    async def dashboard(self, *, everybody: bool = False, visible_to: Actor) -> Dashboard:
        """Of the actor's own things, or of ``everybody``'s. Raises SuperusersOnly for the latter."""
        ...
