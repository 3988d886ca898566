"""What somebody is told."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from pixcrawler.domain.shared.ids import NotificationId, UserId

READ_KEPT = timedelta(days=90)
"""How long a notification is kept that was read, counted from when it was written."""
KEPT = timedelta(days=365)
"""How long any is kept."""


class NoticeKind(StrEnum):
    """What it is about. Stable: people switch it off by these names."""

    JOB_COMPLETED = "job_completed"
    JOB_FAILED = "job_failed"
    VERSION_READY = "version_ready"
    VERSION_FAILED = "version_failed"
    EXPORT_READY = "export_ready"
    EXPORT_FAILED = "export_failed"
    SCHEDULE_FAILED = "schedule_failed"
    SCHEDULE_DISABLED = "schedule_disabled"
    API_KEY_CREATED = "api_key_created"
    API_KEY_REVOKED = "api_key_revoked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- no password


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, in words. ``subject_id`` is what it is about: a job, a dataset (of versions),
    an export, a schedule, an API key or a profile, as ``kind`` says."""

    owner_id: UserId
    kind: NoticeKind
    subject_id: UUID
    title: str
    text: str

    def put(self, key: NotificationId, *, at: datetime) -> "Notification":
        """Into its owner's list, unread."""
        return Notification(id=key, **msgspec.structs.asdict(self), read_at=None, created_at=at)


class Notification(msgspec.Struct):
    """A notice in somebody's list."""

    id: NotificationId
    owner_id: UserId
    kind: NoticeKind
    subject_id: UUID
    title: str
    text: str
    read_at: datetime | None
    created_at: datetime

    def read(self, *, at: datetime) -> None:
        """The first time counts."""
        self.read_at = self.read_at or at
