"""``/activity``: who did what."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, get
from litestar.params import QueryParameter
from msgspec import Meta

from pixcrawler.application.ports.activity import ActivityFilter, ActivityLine, ActivityReads
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.errors import Invalid
from pixcrawler.domain.shared.ids import ProjectId, UserId
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import cursors
from pixcrawler.entrypoints.http.answers import CursorPage, cursor_page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.openapi import failures, success

ME = UserId(UUID("01a1fe10-0000-7985-bba8-5ff3a8de3680"))
JOB = UUID("01a1fe10-3333-7985-bba8-5ff3a8de3680")
STARTED = ActivityLine(
    id=UUID("01a1fe10-8888-7985-bba8-5ff3a8de3680"),
    at=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
    act=Act.JOB_STARTED,
    subject_id=JOB,
    owner_id=ME,
    actor_id=ME,
    key_id=None,
    request_id="6f1f0c7c2b0e4e0c9b6d3a52f3b1c8aa",
    about={"name": "Foxes", "project_id": "01a1fe10-2222-7985-bba8-5ff3a8de3680"},
)
From = Annotated[
    str | None,
    QueryParameter(
        name="from",
        format="date-time",
        description="Only what was done at or after this time.",
    ),
]
To = Annotated[
    str | None,
    QueryParameter(format="date-time", description="Only what was done before this time."),
]


def time_of(text: str | None, *, field: str) -> datetime | None:
    """RFC 3339, with its offset from UTC. Raises Invalid. (Litestar would take numbers too, and times
    without an offset.)"""
    if text is None:
        return None
    try:
        found: datetime = msgspec.convert(text, Annotated[datetime, Meta(tz=True)])
    except msgspec.ValidationError as error:
        message = f"{field} is not valid: give a time such as 2026-11-21T08:30:00Z."
        raise Invalid(message, field=field) from error
    return found


class ActivityController(Controller):
    """What was done by people and their keys."""

    path = "/activity"
    tags = ("Activity",)

    @get(
        summary="List what was done",
        responses=success(
            200,
            CursorPage[ActivityLine],
            CursorPage(items=[STARTED], total=1, page=1, size=20, pages=1),
            "The acts, newest first.",
        )
        | failures(401, 403, 422),
    )
    async def list_activity(
        self,
        *,
        window: Given[Window],
        actor: Given[Actor],
        activity_reads: Given[ActivityReads],
        act: Annotated[Act | None, QueryParameter(description="Only acts of this kind.")] = None,
        subject_id: Annotated[
            UUID | None, QueryParameter(description="Only what was done to this thing.")
        ] = None,
        project_id: Annotated[
            UUID | None, QueryParameter(description="Only what was done in this project.")
        ] = None,
        actor_id: Annotated[UUID | None, QueryParameter(description="Only what this person did.")] = None,
        from_: From = None,
        to: To = None,
        cursor: cursors.Cursor = None,
    ) -> Response[CursorPage[ActivityLine]]:
        """Users, who see what they did and what others did to their things; superusers see all. Scope `read`.

        Whatever a person or a key changes is written down with the change itself, once, also when a request
        is repeated. What things were about stays when they are gone.
        """
        actor.must(READ)
        which = ActivityFilter(
            act=act,
            subject_id=subject_id,
            project_id=None if project_id is None else ProjectId(project_id),
            actor_id=None if actor_id is None else UserId(actor_id),
            since=time_of(from_, field="from"),
            until=time_of(to, field="to"),
        )
        after = cursors.read(cursor)
        return cursor_page_of(
            await activity_reads.activity(which, window, after=after, visible_to=actor), window
        )
