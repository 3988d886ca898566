"""Who did what, as people see it."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId, ProjectId, UserId
from pixcrawler.domain.shared.paging import Found, Window


class ActivityFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which acts; all that may be seen without a condition. ``since`` is part of it, ``until`` is not."""

    act: Act | None = None
    subject_id: UUID | None = None
    project_id: ProjectId | None = None
    actor_id: UserId | None = None
    since: datetime | None = None
    until: datetime | None = None


class ActivityLine(msgspec.Struct, frozen=True, kw_only=True):
    """One act. `actor_id` did it, with the API key `key_id` or logged in, in the request `request_id`, to
    `subject_id`, which is `owner_id`'s. The first word of `act` says what `subject_id` is. Who is gone is
    null. `about` has the names that things had then."""

    id: UUID
    at: datetime
    act: Act
    subject_id: UUID
    owner_id: UserId | None
    actor_id: UserId | None
    key_id: ApiKeyId | None
    request_id: str | None
    about: dict[str, str | int | bool]


class ActivityReads(Protocol):
    async def activity(
        self, which: ActivityFilter, window: Window, *, after: UUID | None = None, visible_to: Actor
    ) -> Found[ActivityLine]:
        """What the actor did and what others did to the actor's things, newest first; superusers see all.

        ``after`` is the id of the line before the first one, whatever the window's page is; ``next_cursor``
        that of the last, when more follow.
        """
        ...
