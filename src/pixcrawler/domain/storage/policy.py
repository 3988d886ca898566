"""Policies: what is archived, and what is let go, when, by itself.

A policy never touches what a ready dataset version needs: exports can be written again from their version,
rejected pictures are in no version, and unreferenced objects are named by nothing.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from pixcrawler.domain.shared.ids import DatasetId, PolicyId, ProjectId
from pixcrawler.domain.storage.errors import InvalidPolicy

LONGEST_NAME = 200
MOST_HOURS = 24 * 366
MOST_DAYS = 36_500
MOST_KEPT = 1_000


class Target(StrEnum):
    """What a cleanup policy lets go, once it is old enough.

    ``UNUSED_EXPORTS``: ready ones that nobody downloaded for that long. ``SUPERSEDED_EXPORTS``: ready ones of
    versions that are not among the newest of their dataset. ``FAILED_EXPORTS``: the record of their failure.
    ``REJECTED_PICTURES``: the files of pictures that their job rejected or quarantined.
    ``UNREFERENCED_OBJECTS``: objects of the stores that no row names.
    """

    UNUSED_EXPORTS = "unused_exports"
    SUPERSEDED_EXPORTS = "superseded_exports"
    FAILED_EXPORTS = "failed_exports"
    REJECTED_PICTURES = "rejected_pictures"
    UNREFERENCED_OBJECTS = "unreferenced_objects"


OF_EXPORTS = frozenset({Target.UNUSED_EXPORTS, Target.SUPERSEDED_EXPORTS, Target.FAILED_EXPORTS})


class Age(StrEnum):
    """From when on an export's age is counted: since it was last downloaded, or else made; or made."""

    UNUSED = "unused"
    MADE = "made"


class Policy(msgspec.Struct, kw_only=True):
    """What both kinds have in common. Due every ``every_hours`` while ``enabled``; ``next_at`` is when next.
    It acts on what is at least ``after_days`` old. ``project_id``, ``dataset_id`` and ``format`` narrow it
    down, None: all."""

    id: PolicyId
    name: str
    enabled: bool
    every_hours: int
    after_days: int
    project_id: ProjectId | None
    dataset_id: DatasetId | None
    format: str | None
    next_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime

    def apply(self, changes: dict[str, Any], *, at: datetime) -> None:
        """Set these fields. What is enabled anew, or gets another rhythm, is due after one interval.

        Raises InvalidPolicy.
        """
        due = (self.enabled, self.every_hours)
        for name, value in changes.items():
            setattr(self, name, value)
        self.check()
        if due != (self.enabled, self.every_hours) or self.next_at is None:
            self.next_at = at + timedelta(hours=self.every_hours) if self.enabled else None

    def check(self) -> None:
        """Raises InvalidPolicy."""
        self.name = " ".join(self.name.split())
        if not 1 <= len(self.name) <= LONGEST_NAME:
            raise InvalidPolicy(f"A policy's name has 1 to {LONGEST_NAME} characters.", field="name")
        _in_range("every_hours", self.every_hours, 1, MOST_HOURS)
        _in_range("after_days", self.after_days, 0, MOST_DAYS)

    def before(self, at: datetime) -> datetime:
        """What is older than this moment is old enough."""
        return at - timedelta(days=self.after_days)


class ArchivalPolicy(Policy, kw_only=True):
    """Moves ready exports into the warm store."""

    age: Age


class CleanupPolicy(Policy, kw_only=True):
    """Lets go of one kind of thing. ``keep_newest`` is how many ready versions of each dataset are not
    superseded; of no effect on other targets."""

    target: Target
    keep_newest: int

    def check(self) -> None:
        Policy.check(self)
        _in_range("keep_newest", self.keep_newest, 1, MOST_KEPT)
        if self.target not in OF_EXPORTS:
            for name in ("dataset_id", "format"):
                if getattr(self, name) is not None:
                    raise InvalidPolicy(f"{name} narrows down exports only.", field=name)
        if self.target is Target.UNREFERENCED_OBJECTS and self.project_id is not None:
            raise InvalidPolicy("Unreferenced objects belong to no project.", field="project_id")


def _in_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InvalidPolicy(f"{name} is {value}; it is {least} to {most:,}.", field=name)
