"""What people want to be told, and how."""

from enum import StrEnum
from typing import Final

import msgspec

from pixcrawler.domain.activity.errors import InvalidPreferences
from pixcrawler.domain.activity.notification import NoticeKind
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.wall_clock import is_time_of_day, is_time_zone


class Channel(StrEnum):
    """Ways to somebody beside the list in the app."""

    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"
    SLACK = "slack"
    WEBHOOK = "webhook"


UNAVAILABLE: Final = tuple(Channel)
"""What is wished for is kept, and nothing is sent: only the list in the app is delivered today."""


class Digest(StrEnum):
    """How often messages are put together into one."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """From ``start`` to ``end``, times of day in ``time_zone`` (IANA); past midnight when it ends earlier."""

    start: str
    end: str
    time_zone: str

    def check(self) -> None:
        """Raises InvalidPreferences."""
        for name in ("start", "end"):
            if not is_time_of_day(getattr(self, name)):
                raise InvalidPreferences("Times of day look like 07:30.", field=f"quiet_hours.{name}")
        if self.start == self.end:
            message = "Quiet hours end when they begin; switch a channel off to hear nothing of it."
            raise InvalidPreferences(message, field="quiet_hours.end")
        if not is_time_zone(self.time_zone):
            message = f"There is no time zone “{self.time_zone}”; they are named like Europe/Berlin."
            raise InvalidPreferences(message, field="quiet_hours.time_zone")


class Preferences(msgspec.Struct, kw_only=True):
    """One person's; ``id`` is theirs. ``muted`` kinds do not come into their list in the app. Channels say
    what is wished for, see ``UNAVAILABLE``."""

    id: UserId
    muted: tuple[NoticeKind, ...]
    email: bool
    push: bool
    sms: bool
    slack: bool
    webhook: bool
    quiet_hours: QuietHours | None
    digest: Digest

    def wants(self, kind: NoticeKind) -> bool:
        """In the app."""
        return kind not in self.muted

    def switch(self, kinds: dict[NoticeKind, bool]) -> None:
        """These kinds on or off in the app; others stay as they are."""
        off = {kind for kind in NoticeKind if not kinds.get(kind, self.wants(kind))}
        self.muted = tuple(kind for kind in NoticeKind if kind in off)


def usual(owner: UserId) -> Preferences:
    """What holds for somebody who never said anything."""
    return Preferences(
        id=owner,
        muted=(),
        email=True,
        push=False,
        sms=False,
        slack=False,
        webhook=False,
        quiet_hours=None,
        digest=Digest.OFF,
    )
