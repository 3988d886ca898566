"""``/notifications``: what people are told, and what they want to be told."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, PathParameter, QueryParameter

from pixcrawler.application.activity.change_preferences import ChangePreferences
from pixcrawler.application.activity.delete_notification import DeleteNotification
from pixcrawler.application.activity.read_all_notifications import ReadAllNotifications
from pixcrawler.application.activity.read_notification import ReadNotification
from pixcrawler.application.ports.notifications import NotificationFilter, NotificationReads
from pixcrawler.domain.activity.notification import NoticeKind
from pixcrawler.domain.activity.preferences import QuietHours, usual
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import NotificationId
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import cursors
from pixcrawler.entrypoints.http import job_examples as jobs
from pixcrawler.entrypoints.http.answers import answered, gone
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.notification_forms import (
    ChangePreferencesForm,
    NotificationLine,
    NotificationPage,
    PreferencesDetail,
    Read,
    line,
    page,
    shown,
)
from pixcrawler.entrypoints.http.openapi import failures, success

NotificationPath = Annotated[UUID, PathParameter(description="The notification's id.")]
DONE = NotificationLine(
    id=NotificationId(UUID("01a1fe14-0000-7985-bba8-5ff3a8de3680")),
    kind=NoticeKind.JOB_COMPLETED,
    title="“red fox, arctic fox” is done",
    text="200 of 200 images.",
    subject_id=jobs.ID,
    read_at=None,
    created_at=datetime(2026, 11, 21, 8, 34, 10, tzinfo=UTC),
)
PAGE = NotificationPage(items=[DONE], total=1, page=1, size=20, pages=1, unread_count=1)
WISHES = usual(jobs.DETAIL.owner_id)
WISHES.quiet_hours = QuietHours(start="22:00", end="07:00", time_zone="Europe/Berlin")
CHANGED = BodyKwarg(
    examples=[
        Example(value={"in_app": {"export_ready": False}, "email": False}),
        Example(value={"quiet_hours": {"start": "22:00", "end": "07:00", "time_zone": "Europe/Berlin"}}),
    ]
)


class NotificationController(Controller):
    """Everybody has a list of their own."""

    path = "/notifications"
    tags = ("Notifications",)

    @get(
        summary="List notifications",
        responses=success(200, NotificationPage, PAGE, "Your notifications, newest first.")
        | failures(401, 403, 422),
    )
    async def list_notifications(
        self,
        *,
        window: Given[Window],
        actor: Given[Actor],
        notification_reads: Given[NotificationReads],
        unread: Annotated[
            bool | None, QueryParameter(description="Only those that are unread, or read.")
        ] = None,
        kind: Annotated[NoticeKind | None, QueryParameter(description="Only those of this kind.")] = None,
        cursor: cursors.Cursor = None,
    ) -> Response[NotificationPage]:
        """Users, who see their own notifications; so do superusers. Scope `read`.

        Newest first. `unread_count` counts all that are unread, whatever the page shows.
        """
        actor.must(READ)
        which = NotificationFilter(unread=unread, kind=kind)
        after = cursors.read(cursor)
        found = await notification_reads.notifications(which, window, after=after, visible_to=actor)
        return answered(page(found, window, unread=await notification_reads.unread(visible_to=actor)))

    @patch(
        "/{notification_id:uuid}/read",
        summary="Read a notification",
        responses=success(200, NotificationLine, DONE, "It is read.") | failures(401, 403, 404),
    )
    async def read_notification(
        self,
        notification_id: NotificationPath,
        actor: Given[Actor],
        read_notification: Given[ReadNotification],
    ) -> Response[NotificationLine]:
        """Its owner. Scope `write`."""
        return answered(line(await read_notification(NotificationId(notification_id), by=actor)))

    @patch(
        "/read-all",
        summary="Read all notifications",
        responses=success(200, Read, Read(3), "All are read.") | failures(401, 403),
    )
    async def read_all_notifications(
        self, actor: Given[Actor], read_all_notifications: Given[ReadAllNotifications]
    ) -> Response[Read]:
        """Users, their own. Scope `write`."""
        return answered(Read(await read_all_notifications(by=actor)))

    @delete(
        "/{notification_id:uuid}",
        status_code=204,
        summary="Delete a notification",
        responses=failures(401, 403, 404),
    )
    async def delete_notification(
        self,
        notification_id: NotificationPath,
        actor: Given[Actor],
        delete_notification: Given[DeleteNotification],
    ) -> Response[None]:
        """Its owner. Scope `write`."""
        await delete_notification(NotificationId(notification_id), by=actor)
        return gone()

    @get(
        "/preferences",
        summary="Get what you want to be told",
        responses=success(200, PreferencesDetail, shown(WISHES), "Your preferences.") | failures(401, 403),
    )
    async def get_preferences(
        self, actor: Given[Actor], notification_reads: Given[NotificationReads]
    ) -> Response[PreferencesDetail]:
        """Users, their own. Scope `read`."""
        actor.must(READ)
        return answered(shown(await notification_reads.preferences(visible_to=actor)))

    @patch(
        "/preferences",
        summary="Change what you want to be told",
        responses=success(200, PreferencesDetail, shown(WISHES), "Your preferences as they are now.")
        | failures(401, 403, body=True),
    )
    async def change_preferences(
        self,
        data: Annotated[ChangePreferencesForm, CHANGED],
        actor: Given[Actor],
        change_preferences: Given[ChangePreferences],
    ) -> Response[PreferencesDetail]:
        """Users, their own. Scope `write`.

        Kinds that are switched off do not come into the list any more; what is there stays. Channels in
        `unavailable` can be wished for, and nothing is sent there by this release.
        """
        return answered(shown(await change_preferences(data.command, by=actor)))
