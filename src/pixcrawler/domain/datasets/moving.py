"""An export on its way from one tier to the other.

It stays where it is, and can be had from there, until a verified copy stands in the other tier; its row is
switched in one step, and the old object goes after that. So whatever breaks off in between, an export has an
object, and what has no row is reaped.
"""

from datetime import datetime, timedelta
from uuid import UUID

from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.version import BuildStatus, Export
from pixcrawler.domain.shared.errors import Conflict
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import ExportId
from pixcrawler.domain.shared.tier import Move, Tier

LINKED = timedelta(hours=1)
"""Longer than any link to an object is good for: for that long after a download nothing is archived."""


class ExportNotMovable(Conflict):
    code = "EXPORT_NOT_MOVABLE"


class _ExportMoves(Event, frozen=True, kw_only=True):
    export_id: ExportId

    @property
    def subject_id(self) -> UUID | None:
        return self.export_id


class ExportArchivalRequested(_ExportMoves, frozen=True, kw_only=True, tag="datasets.archival_requested"):
    """It is to be packed into the warm tier."""


class ExportRehydrationRequested(
    _ExportMoves, frozen=True, kw_only=True, tag="datasets.rehydration_requested"
):
    """Somebody wants to download it, and it lies in the warm tier."""


class ExportRehydrated(_ExportMoves, frozen=True, kw_only=True, tag="datasets.export_rehydrated"):
    """It can be downloaded again."""


def ask_for_archival(export: Export, *, at: datetime) -> tuple[Event, ...]:
    """Raises ExportNotMovable: it is not ready, has no object of the store, is moving, lies there already, or
    was downloaded a moment ago."""
    if export.status is not BuildStatus.READY or export.key is None:
        raise ExportNotMovable("Only an export that is ready and lies in the store can be archived.")
    if export.tier is Tier.WARM or export.moving is not None:
        raise ExportNotMovable("This export is archived already, or on its way.")
    if is_linked(export, at=at):
        raise ExportNotMovable("Somebody downloaded this export a moment ago.")
    export.moving, export.move_failure = Move.ARCHIVING, None
    return (ExportArchivalRequested(at=at, export_id=export.id),)


def is_linked(export: Export, *, at: datetime) -> bool:
    """Whether somebody may hold a link to its object that is still good."""
    return export.downloaded_at is not None and export.downloaded_at > at - LINKED


def archived(export: Export, *, key: str, size: int) -> None:
    """A verified copy of ``size`` bytes stands in the warm tier under ``key``."""
    export.tier, export.key, export.warm_bytes = Tier.WARM, key, size
    export.moving = export.move_failure = None


def ask_for_download(export: Export, *, at: datetime) -> tuple[Event, ...]:
    """Note that somebody wants it, and fetch it back when it lies in the warm tier, as ``export.tier`` says
    until it is there. Asking again while it is on its way adds nothing.

    Raises ExportNotMovable when it is not ready, or was written into a folder.
    """
    if export.status is not BuildStatus.READY or export.key is None:
        raise ExportNotMovable("Only an export that is ready and lies in the store can be downloaded.")
    export.downloaded_at = at
    if export.tier is Tier.HOT or export.moving is not None:
        return ()
    export.moving, export.move_failure = Move.REHYDRATING, None
    return (ExportRehydrationRequested(at=at, export_id=export.id),)


def rehydrated(export: Export, *, key: str, digest: str, at: datetime) -> tuple[Event, ...]:
    """Its container stands in the hot tier again, under ``key``.

    Raises ExportMismatch unless it is the same, byte for byte; the warm copy stays then.
    """
    if digest != export.digest:
        raise ExportMismatch("What came back from the warm store is not what was archived; it stays there.")
    export.tier, export.key, export.warm_bytes = Tier.HOT, key, None
    export.moving = export.move_failure = None
    return (ExportRehydrated(at=at, export_id=export.id),)


def stayed(export: Export, sentence: str) -> None:
    """The move failed, and why; it is where it was, and can be moved again."""
    export.moving, export.move_failure = None, sentence
