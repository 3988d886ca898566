"""What people are told, and what they want to be told, over HTTP."""

from typing import Any

import pytest

from pixcrawler.domain.activity.notification import NoticeKind, Notification
from pixcrawler.domain.identity.api_key import KeyRequest
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.shared.actor import READ, Role
from pixcrawler.entrypoints.http.notification_forms import InApp
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, Person, job_room
from tests.api.prompt import work
from tests.fakes.platform_aggregates import notification

room = pytest.fixture(job_room, scope="module")
NIGHT = {"start": "22:00", "end": "07:00"}


async def told(room: JobRoom, person: Person, **changes: Any) -> Notification:
    async with room.stage.transaction() as tx:
        profile = await tx.profiles.get(person.actor.id)
        one = notification(room.stage.make.new_id, profile, **changes)
        await tx.notifications.add(one)
        await tx.commit()
    return one


async def test_a_notification_is_read_once_and_deleted(room: JobRoom) -> None:
    ann = await room.person()
    one = await told(room, ann)
    page = await ann.got("/notifications")
    assert (page["total"], page["unread_count"], page["next_cursor"]) == (1, 1, None)
    assert page["items"] == [
        {
            "id": str(one.id),
            "kind": "job_completed",
            "title": one.title,
            "text": one.text,
            "subject_id": str(one.subject_id),
            "read_at": None,
            "created_at": "2026-11-21T08:30:00Z",
        }
    ]
    path = f"/notifications/{one.id}"
    first = (await ann.ask("PATCH", f"{path}/read")).json()
    assert first["read_at"] is not None
    assert (await ann.ask("PATCH", f"{path}/read")).json() == first
    assert (await ann.got("/notifications"))["unread_count"] == 0
    assert (await ann.ask("DELETE", path)).status_code == 204
    for method, where in (("DELETE", path), ("PATCH", f"{path}/read")):
        assert problem(await ann.ask(method, where))[:2] == (404, "NOTIFICATION_NOT_FOUND")


async def test_lists_are_filtered_and_go_on_by_page_or_cursor(room: JobRoom) -> None:
    ann = await room.person()
    made = [await told(room, ann) for _ in range(3)]
    failed = await told(room, ann, kind=NoticeKind.JOB_FAILED, read_at=made[0].created_at)
    newest = [str(one.id) for one in (failed, *reversed(made))]

    async def ids(query: str) -> list[str]:
        return [one["id"] for one in (await ann.got(f"/notifications?{query}"))["items"]]

    assert await ids("") == newest
    assert await ids("unread=true") == newest[1:]
    assert await ids("unread=false") == await ids("kind=job_failed") == newest[:1]
    first = await ann.got("/notifications?size=3")
    assert (first["total"], first["pages"], first["unread_count"]) == (4, 2, 3)
    assert await ids(f"size=3&cursor={first['next_cursor']}") == await ids("size=3&page=2") == newest[3:]
    last = await ann.got(f"/notifications?size=3&cursor={first['next_cursor']}")
    assert (last["total"], last["next_cursor"]) == (4, None)
    assert problem(await ann.ask("GET", "/notifications?cursor=x"))[0] == 422
    assert problem(await ann.ask("GET", "/notifications?kind=weather"))[0] == 422


async def test_reading_all_reads_ones_own_and_nobody_elses(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    for person in (ann, ann, bob):
        await told(room, person)
    assert (await ann.ask("PATCH", "/notifications/read-all")).json() == {"read": 2}
    assert (await ann.got("/notifications"))["unread_count"] == 0
    assert (await bob.got("/notifications"))["unread_count"] == 1


async def test_everybody_sees_their_own_list_superusers_too(room: JobRoom) -> None:
    ann, root = await room.person(), await room.person(role=Role.SUPERUSER)
    one = await told(room, ann)
    assert (await root.got("/notifications"))["total"] == 0
    assert (await root.ask("PATCH", f"/notifications/{one.id}/read")).status_code == 200


async def test_preferences_are_changed_field_by_field(room: JobRoom) -> None:
    ann = await room.person()
    usual = await ann.got("/notifications/preferences")
    assert usual["in_app"] == {kind.value: True for kind in NoticeKind}
    assert set(usual["unavailable"]) >= {"push", "sms"}
    quiet = {**NIGHT, "time_zone": "Europe/Berlin"}
    body = {"in_app": {"job_failed": False}, "sms": True, "quiet_hours": quiet, "digest": "weekly"}
    changed = (await ann.ask("PATCH", "/notifications/preferences", body)).json()
    assert changed == await ann.got("/notifications/preferences")
    assert changed == {
        **usual,
        "in_app": {**usual["in_app"], "job_failed": False},
        "sms": True,
        "quiet_hours": quiet,
        "digest": "weekly",
    }
    again = (await ann.ask("PATCH", "/notifications/preferences", {"quiet_hours": None})).json()
    assert again == {**changed, "quiet_hours": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"in_app": {"weather": True}}, "in_app.weather"),
        ({"in_app": {"job_failed": None}}, "in_app.job_failed"),
        ({"digest": "hourly"}, "digest"),
        ({"quiet_hours": {"start": "24:00", "end": "07:00"}}, "quiet_hours.start"),
        ({"quiet_hours": {"start": "07:00", "end": "07:00"}}, "quiet_hours.end"),
        (
            {"quiet_hours": {"start": "22:00", "end": "07:00", "time_zone": "Nowhere"}},
            "quiet_hours.time_zone",
        ),
        ({"id": "01a1fe10-2222-7985-bba8-5ff3a8de3680"}, "id"),
    ],
)
async def test_preferences_that_make_no_sense_are_refused_by_their_field(
    room: JobRoom, body: dict[str, Any], field: str
) -> None:
    ann = await room.person()
    answer = await ann.ask("PATCH", "/notifications/preferences", body)
    assert (answer.status_code, problem(answer)[2]) == (422, field)


def test_every_kind_has_a_switch() -> None:
    assert set(InApp.__struct_fields__) == {kind.value for kind in NoticeKind}


async def test_a_key_to_read_changes_nothing(room: JobRoom) -> None:
    ann = await room.person()
    reader = await room.keyed(ann.actor, READ)
    one = await told(room, ann)
    for method, path in (
        ("PATCH", f"/notifications/{one.id}/read"),
        ("PATCH", "/notifications/read-all"),
        ("DELETE", f"/notifications/{one.id}"),
    ):
        assert problem(await reader.ask(method, path))[1] == "SCOPE_MISSING"
    assert (await reader.got("/notifications"))["unread_count"] == 1


async def test_what_happens_to_ones_keys_is_told(room: JobRoom) -> None:
    ann, keys = await room.person(), room.api.app.api_keys
    other = await keys.issue(KeyRequest(name="laptop", scopes=frozenset({"read"})), by=ann.actor)
    await keys.revoke(other.id, by=ann.actor)
    with pytest.raises(ApiKeyNotFound):
        await keys.revoke(other.id, by=ann.actor)
    await work(room.api.app)
    page = await ann.got("/notifications")
    mine = [one["kind"] for one in page["items"] if one["subject_id"] == str(other.id)]
    assert mine == ["api_key_revoked", "api_key_created"]
    assert "“laptop”" in page["items"][0]["title"]
    assert str(other.key) not in str(page)
