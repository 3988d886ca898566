"""How notifications and preferences look on the wire."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from pixcrawler.application.activity.change_preferences import PreferencesChange
from pixcrawler.domain.activity.notification import NoticeKind, Notification
from pixcrawler.domain.activity.preferences import (
    UNAVAILABLE,
    Channel,
    Digest,
    Preferences,
    QuietHours,
)
from pixcrawler.domain.shared.ids import NotificationId
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.entrypoints.http.answers import CursorPage, cursor_numbers
from pixcrawler.entrypoints.http.job_fields import TimeOfDay, TimeZone

Switch = bool | UnsetType


class NotificationLine(msgspec.Struct, frozen=True):
    """`subject_id` is what it is about, as `kind` says: a job, a dataset (of versions), an export, a
    schedule, an API key or an account."""

    id: NotificationId
    kind: NoticeKind
    title: str
    text: str
    subject_id: UUID
    read_at: datetime | None
    created_at: datetime


class NotificationPage(CursorPage[NotificationLine], frozen=True, kw_only=True):
    """A part of the list. ``unread_count`` is of the whole list, and stops at 10,000."""

    unread_count: int


class Read(msgspec.Struct, frozen=True):
    """How many were unread."""

    read: int


class InApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which kinds come into the list in the app."""

    job_completed: Switch = UNSET
    job_failed: Switch = UNSET
    version_ready: Switch = UNSET
    version_failed: Switch = UNSET
    export_ready: Switch = UNSET
    export_failed: Switch = UNSET
    schedule_failed: Switch = UNSET
    schedule_disabled: Switch = UNSET
    api_key_created: Switch = UNSET
    api_key_revoked: Switch = UNSET
    password_changed: Switch = UNSET

    @property
    def given(self) -> dict[NoticeKind, bool]:
        every = {kind: getattr(self, kind.value) for kind in NoticeKind}
        return {kind: switch for kind, switch in every.items() if switch is not UNSET}


class QuietHoursForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `start` to `end`, times of day in `time_zone` (IANA); past midnight when it ends earlier."""

    start: TimeOfDay
    end: TimeOfDay
    time_zone: TimeZone = "UTC"


class PreferencesDetail(msgspec.Struct, frozen=True, kw_only=True):
    """`unavailable` are channels whose wish is kept, and to which this release sends nothing."""

    in_app: InApp
    email: bool
    push: bool
    sms: bool
    slack: bool
    webhook: bool
    quiet_hours: QuietHours | None
    digest: Digest
    unavailable: tuple[Channel, ...]


class ChangePreferencesForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different."""

    in_app: InApp | UnsetType = UNSET
    email: Switch = UNSET
    push: Switch = UNSET
    sms: Switch = UNSET
    slack: Switch = UNSET
    webhook: Switch = UNSET
    quiet_hours: QuietHoursForm | UnsetType | None = UNSET
    digest: Digest | UnsetType = UNSET

    @property
    def command(self) -> PreferencesChange:
        names = (*(channel.value for channel in Channel), "digest")
        every = {name: getattr(self, name) for name in names}
        fields = {name: value for name, value in every.items() if value is not UNSET}
        if not isinstance(self.quiet_hours, UnsetType):
            hours = self.quiet_hours
            quiet = None if hours is None else QuietHours(**msgspec.structs.asdict(hours))
            fields["quiet_hours"] = quiet
        in_app = {} if isinstance(self.in_app, UnsetType) else self.in_app.given
        return PreferencesChange(in_app=in_app, fields=fields)


def line(one: Notification) -> NotificationLine:
    return NotificationLine(*(getattr(one, name) for name in NotificationLine.__struct_fields__))


def page(found: Found[Notification], window: Window, *, unread: int) -> NotificationPage:
    numbers = cursor_numbers(found, window) | {"items": [line(one) for one in found.items]}
    return NotificationPage(**numbers, unread_count=unread)


def shown(preferences: Preferences) -> PreferencesDetail:
    same = ("email", "push", "sms", "slack", "webhook", "quiet_hours", "digest")
    return PreferencesDetail(
        in_app=InApp(**{kind.value: preferences.wants(kind) for kind in NoticeKind}),
        **{name: getattr(preferences, name) for name in same},
        unavailable=UNAVAILABLE,
    )
