"""Crawls that repeat, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pixcrawler.domain.shared.actor import READ, Role
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, JsonObject, Person, job_room
from tests.api.prompt import tick

room = pytest.fixture(job_room, scope="module")
NOWHERE = "01a1fe10-2222-7985-bba8-5ff3a8de3680"
HOURLY = {"every": 1, "unit": "hours"}


async def wanted(person: Person, **more: object) -> JsonObject:
    project = await person.project()
    return {"job": {"project_id": project, "keywords": ["fox"]}, "cadence": HOURLY, **more}


async def scheduled(person: Person, **more: object) -> JsonObject:
    return await person.made("/schedules", await wanted(person, **more))


async def test_a_schedule_is_made_read_changed_and_deleted(room: JobRoom) -> None:
    ann = await room.person()
    made = await scheduled(ann, name="  Foxes  ", max_runs=3)
    assert (made["name"], made["enabled"], made["runs"], made["max_runs"]) == ("Foxes", True, 0, 3)
    assert made["request"]["keywords"][0]["text"] == "fox"
    path = f"/schedules/{made['id']}"
    assert await ann.got(path) == made
    off = (await ann.ask("PATCH", path, {"enabled": False, "max_runs": None})).json()
    assert (off["enabled"], off["next_at"], off["max_runs"], off["version"]) == (False, None, None, 2)
    daily = {"every": 2, "unit": "days", "at": "06:30", "time_zone": "Europe/Berlin"}
    on = (await ann.ask("PATCH", path, {"enabled": True, "cadence": daily})).json()
    assert (on["cadence"], on["enabled"]) == (daily, True)
    assert datetime.fromisoformat(on["next_at"]) > datetime.now(UTC)
    assert (await ann.ask("DELETE", path)).status_code == 204
    assert problem(await ann.ask("GET", path)) == (404, "SCHEDULE_NOT_FOUND", None)


async def test_a_due_schedule_starts_a_job_once_and_tells_where_it_is(room: JobRoom) -> None:
    ann = await room.person()
    past = (datetime.now(UTC) - timedelta(hours=5)).isoformat()
    made = await scheduled(ann, starts_at=past)
    await tick(room.api.app)
    await tick(room.api.app)
    seen = await ann.got(f"/schedules/{made['id']}")
    assert (seen["runs"], seen["last_failure"]) == (1, None)
    assert datetime.fromisoformat(seen["next_at"]) > datetime.now(UTC)
    job = await ann.got(f"/jobs/{seen['last_job_id']}")
    assert (job["status"], job["project_id"]) == ("running", made["project_id"])
    assert (await ann.got("/jobs"))["total"] == 1


async def test_what_stands_in_the_way_is_kept_and_comes_as_a_notification(room: JobRoom) -> None:
    ann = await room.person()
    for _ in range(2):
        await ann.started()
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    made = await scheduled(ann, starts_at=past, name="Foxes")
    await tick(room.api.app)
    seen = await ann.got(f"/schedules/{made['id']}")
    assert (seen["runs"], seen["failures"], seen["enabled"]) == (0, 1, True)
    assert seen["last_failure_code"] == "TOO_MANY_RUNNING_JOBS"
    (told,) = (await ann.got("/notifications?kind=schedule_failed"))["items"]
    assert (told["kind"], told["subject_id"]) == ("schedule_failed", made["id"])
    assert "“Foxes”" in told["title"]


async def test_a_job_can_be_repeated_by_its_owner_alone(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    job = await ann.job(seed=7)
    body = {"job_id": job, "cadence": HOURLY}
    made = await ann.made("/schedules", body)
    assert (made["job_id"], made["request"]["seed"]) == (job, 7)
    answers = [await bob.ask("POST", "/schedules", {**body, "job_id": one}) for one in (job, NOWHERE)]
    assert [problem(one) for one in answers] == [(404, "CRAWL_JOB_NOT_FOUND", "job_id")] * 2


async def test_lists_show_ones_own_and_superusers_all(room: JobRoom) -> None:
    ann, root = await room.person(), await room.person(role=Role.SUPERUSER)
    on, off = await scheduled(ann), await ann.made("/schedules", await _other(ann))
    assert [one["id"] for one in (await ann.got("/schedules"))["items"]] == [off["id"], on["id"]]
    for query, one in (("enabled=true", on), (f"project_id={off['project_id']}", off)):
        assert [x["id"] for x in (await ann.got(f"/schedules?{query}"))["items"]] == [one["id"]]
    assert (await root.got("/schedules"))["total"] >= 2
    assert (await (await room.person()).got("/schedules"))["total"] == 0


async def _other(person: Person) -> JsonObject:
    body = await wanted_in(person, "Wolves")
    return {**body, "enabled": False}


async def wanted_in(person: Person, project: str) -> JsonObject:
    job = {"project_id": await person.project(project), "keywords": ["wolf"]}
    return {"job": job, "cadence": HOURLY}


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"job": None}, 422, "INVALID_SCHEDULE", "job"),
        ({"job_id": NOWHERE}, 422, "INVALID_SCHEDULE", "job"),
        ({"cadence": {"every": 1, "unit": "hours", "at": "07:00"}}, 422, "INVALID_SCHEDULE", "cadence.at"),
        (
            {"cadence": {"every": 1, "unit": "days", "time_zone": "Mars/Olympus"}},
            422,
            "INVALID_SCHEDULE",
            "cadence.time_zone",
        ),
        ({"cadence": {"every": 400, "unit": "days"}}, 422, "INVALID_SCHEDULE", "cadence.every"),
        ({"cadence": {"every": 1, "unit": "minutes"}}, 422, "INVALID", "cadence.unit"),
        ({"ends_at": "2001-01-01T00:00:00Z"}, 422, "INVALID_SCHEDULE", "ends_at"),
        ({"starts_at": "2026-01-01T00:00:00"}, 422, "INVALID", "starts_at"),
        ({"owner_id": NOWHERE}, 422, "INVALID", "owner_id"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_its_field(
    room: JobRoom, change: dict[str, Any], status: int, code: str, field: str
) -> None:
    ann = await room.person()
    answer = await ann.ask("POST", "/schedules", {**await wanted(ann), **change})
    assert problem(answer) == (status, code, field)
    assert (await ann.got("/schedules"))["total"] == 0


async def test_the_same_request_with_one_key_makes_one(room: JobRoom) -> None:
    ann = await room.person()
    body = await wanted(ann)
    one = await ann.made("/schedules", body, Idempotency_Key="a")
    assert await ann.made("/schedules", body, Idempotency_Key="a") == one
    assert (await ann.got("/schedules"))["total"] == 1


async def test_an_archived_project_takes_none_and_those_that_it_has_wait(room: JobRoom) -> None:
    ann = await room.person()
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    made = await scheduled(ann, starts_at=past)
    project = f"/projects/{made['project_id']}"
    assert (await ann.ask("PATCH", project, {"status": "archived"})).status_code == 200
    body = {"job": {"project_id": made["project_id"], "keywords": ["fox"]}, "cadence": HOURLY}
    assert problem(await ann.ask("POST", "/schedules", body))[1] == "PROJECT_ARCHIVED"
    await tick(room.api.app)
    assert (await ann.got(f"/schedules/{made['id']}"))["runs"] == 0
    await ann.ask("PATCH", project, {"status": "active"})
    await tick(room.api.app)
    assert (await ann.got(f"/schedules/{made['id']}"))["runs"] == 1


async def test_a_key_to_read_makes_none(room: JobRoom) -> None:
    ann = await room.person()
    body = await wanted(ann)
    reader = await room.keyed(ann.actor, READ)
    assert problem(await reader.ask("POST", "/schedules", body))[1] == "SCOPE_MISSING"
