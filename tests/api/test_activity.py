"""Who did what, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pixcrawler.domain.shared.actor import Role
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, Person, job_room

room = pytest.fixture(job_room, scope="module")


async def acts(who: Person, query: str = "") -> list[dict[str, Any]]:
    """But that there is a key, which was made for the test."""
    found: list[dict[str, Any]] = (await who.got(f"/activity{query}"))["items"]
    return [one for one in found if one["act"] != "api_key.created"]


async def test_what_is_done_is_written_down_with_who_did_it_and_where(room: JobRoom) -> None:
    ann = await room.person()
    project = await ann.project("Foxes")
    job = await ann.made("/jobs", {"project_id": project, "keywords": ["fox"], "name": "Red ones"})
    assert (await ann.ask("DELETE", f"/projects/{project}")).status_code == 204
    deleted, created, first = await acts(ann)
    assert (first["act"], first["subject_id"]) == ("project.created", project)
    assert first["about"] == {"name": "Foxes", "project_id": project}
    assert (created["act"], created["subject_id"]) == ("job.created", job["id"])
    assert created["about"] == {"name": "Red ones", "project_id": project}
    assert (deleted["act"], deleted["subject_id"]) == ("project.deleted", project)
    me = str(ann.actor.id)
    assert {(one["actor_id"], one["owner_id"]) for one in (first, created, deleted)} == {(me, me)}
    assert len({one["request_id"] for one in (first, created, deleted)}) == 3
    assert len({one["key_id"] for one in (first, created, deleted)} - {None}) == 1
    assert await acts(ann, f"?project_id={project}") == [deleted, created, first]


async def test_a_repeat_of_a_request_is_no_second_act(room: JobRoom) -> None:
    ann = await room.person()
    headers = {"idempotency-key": "one"}
    for _ in range(2):
        answer = await ann.client.post("/api/v1/projects", json={"name": "Foxes"}, headers=headers)
        assert answer.status_code == 201
    assert len(await acts(ann)) == 1


async def test_a_change_of_nothing_and_what_was_refused_are_no_acts(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    project = await ann.project("Foxes")
    assert (await ann.ask("PATCH", f"/projects/{project}", {"name": "Foxes"})).status_code == 200
    assert (await bob.ask("PATCH", f"/projects/{project}", {"name": "Mine"})).status_code == 404
    assert [one["act"] for one in await acts(ann)] == ["project.created"]
    assert await acts(bob) == []


async def test_people_see_what_others_did_to_their_things(room: JobRoom) -> None:
    ann, sue = await room.person(), await room.person(role=Role.SUPERUSER)
    project = await ann.project("Foxes")
    assert (await sue.ask("PATCH", f"/projects/{project}", {"name": "Wolves"})).status_code == 200
    changed, _created = await acts(ann)
    assert (changed["act"], changed["actor_id"]) == ("project.changed", str(sue.actor.id))
    assert await acts(ann, f"?actor_id={sue.actor.id}") == [changed]
    assert await acts(sue, f"?subject_id={project}&act=project.changed") == [changed]


async def test_each_of_several_things_has_a_line_of_its_own(room: JobRoom) -> None:
    ann = await room.person()
    projects = [await ann.project(f"Number {number}") for number in range(3)]
    answer = await ann.ask("POST", "/projects/batch-delete", {"ids": projects})
    assert answer.json() == {"deleted": 3}
    gone = await acts(ann, "?act=project.deleted")
    assert {one["subject_id"] for one in gone} == set(projects)
    assert len({one["request_id"] for one in gone}) == 1


async def test_cursors_and_times_lead_through_it(room: JobRoom) -> None:
    ann = await room.person()
    for number in range(5):
        await ann.project(f"Number {number}")
    every, walked, cursor = await acts(ann), [], ""
    while True:
        page = await ann.got(f"/activity?size=2{cursor}")
        walked += page["items"]
        assert page["total"] == 6
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert walked[:-1] == every
    before, after = [(datetime.now(UTC) + sign * timedelta(hours=1)).strftime("%FT%TZ") for sign in (-1, 1)]
    assert await acts(ann, f"?from={before}&to={after}") == every
    assert await acts(ann, f"?from={after}") == []
    assert await acts(ann, f"?to={before}") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("act=job.eaten", "act"),
        ("cursor=x", "cursor"),
        ("from=2026-01-01T00:00:00", "from"),
        ("from=7", "from"),
        ("to=now", "to"),
        ("to=2026-02-30T00:00:00Z", "to"),
    ],
)
async def test_what_cannot_be_asked_for_is_named(room: JobRoom, query: str, field: str) -> None:
    ann = await room.person()
    assert problem(await ann.ask("GET", f"/activity?{query}")) == (422, "INVALID", field)
