"""Projects over HTTP."""

import asyncio
import uuid
from typing import Any

import pytest

from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.shared.actor import Role
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, job_room

room = pytest.fixture(job_room, scope="module")
NOWHERE = "01a1fe10-2222-7985-bba8-5ff3a8de3680"


async def test_a_project_is_created_read_changed_and_deleted(room: JobRoom) -> None:
    ann = await room.person()
    made = await ann.made("/projects", {"name": "  Red   foxes ", "description": "In the\nsnow."})
    assert made | {"id": 0, "created_at": 0, "updated_at": 0} == {
        "id": 0,
        "owner_id": str(ann.actor.id),
        "name": "Red foxes",
        "description": "In the\nsnow.",
        "defaults": {},
        "status": "active",
        "version": 1,
        "created_at": 0,
        "updated_at": 0,
    }
    path = f"/projects/{made['id']}"
    assert await ann.got(path) == made
    changed = (await ann.ask("PATCH", path, {"description": "", "status": "archived"})).json()
    assert (changed["name"], changed["description"], changed["status"]) == ("Red foxes", "", "archived")
    assert (changed["version"], changed["created_at"]) == (2, made["created_at"])
    assert await ann.got(path) == changed
    assert (await ann.ask("DELETE", path)).status_code == 204
    assert problem(await ann.ask("GET", path)) == (404, "PROJECT_NOT_FOUND", None)


async def test_a_change_of_nothing_changes_nothing(room: JobRoom) -> None:
    ann = await room.person()
    made = await ann.made("/projects", {"name": "Foxes"})
    for same in ({}, {"name": "Foxes"}, {"version": 1}):
        assert (await ann.ask("PATCH", f"/projects/{made['id']}", same)).json() == made


async def test_a_change_meant_for_an_earlier_version_is_refused(room: JobRoom) -> None:
    ann = await room.person()
    path = f"/projects/{await ann.project()}"
    assert (await ann.ask("PATCH", path, {"name": "Wolves", "version": 1})).status_code == 200
    answer = await ann.ask("PATCH", path, {"name": "Bears", "version": 1})
    assert problem(answer) == (409, "CHANGED_MEANWHILE", "version")
    assert (await ann.got(path))["name"] == "Wolves"


async def test_a_name_is_its_owners_only_one(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    first, second = await ann.project("Foxes"), await ann.project("Wolves")
    taken = (409, "PROJECT_NAME_TAKEN", "name")
    assert problem(await ann.ask("POST", "/projects", {"name": " Foxes"})) == taken
    assert problem(await ann.ask("PATCH", f"/projects/{second}", {"name": "Foxes"})) == taken
    assert (await ann.ask("PATCH", f"/projects/{first}", {"name": "Foxes"})).status_code == 200
    await bob.project("Foxes")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": " \t "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": 7}, "name"),
        ({"name": None}, "name"),
        ({"name": "x", "description": "x" * 2001}, "description"),
        ({"name": "x", "owner_id": NOWHERE}, "owner_id"),
        ({"name": "x", "status": "archived"}, "status"),
        ([], None),
    ],
)
async def test_a_senseless_project_is_refused_by_the_name_of_its_field(
    room: JobRoom, body: Any, field: str | None
) -> None:
    ann = await room.person()
    assert problem(await ann.ask("POST", "/projects", body)) == (422, "INVALID", field)
    assert (await ann.got("/projects"))["total"] == 0


async def test_the_longest_project_there_can_be(room: JobRoom) -> None:
    ann = await room.person()
    made = await ann.made("/projects", {"name": "猫" * 200, "description": "🐈" * 2000})
    assert await ann.got(f"/projects/{made['id']}") == made


@pytest.mark.parametrize("body", [{"version": 0}, {"status": "gone"}, {"name": None}, {"id": NOWHERE}])
async def test_a_senseless_change_is_refused(room: JobRoom, body: dict[str, Any]) -> None:
    ann = await room.person()
    (field,) = body
    answer = await ann.ask("PATCH", f"/projects/{await ann.project()}", body)
    assert problem(answer) == (422, "INVALID", field)


async def test_a_list_has_ones_own_projects_newest_first(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    names = [f"Project {number}" for number in range(5)]
    made = [await ann.project(name) for name in names]
    await ann.ask("PATCH", f"/projects/{made[1]}", {"status": "archived"})
    await bob.project()
    page = await ann.got("/projects?page=2&size=2")
    assert [one["name"] for one in page["items"]] == ["Project 2", "Project 1"]
    assert (page["total"], page["page"], page["size"], page["pages"]) == (5, 2, 2, 3)
    assert page["total_exact"]
    archived = await ann.got("/projects?status=archived")
    assert [one["id"] for one in archived["items"]] == [made[1]]
    behind = await ann.got("/projects?page=9&size=5")
    assert (behind["items"], behind["total"]) == ([], 5)
    assert page["items"][0] == await ann.got(f"/projects/{made[2]}")


@pytest.mark.parametrize("query", ["size=101", "size=0", "page=0", "page=101&size=100", "status=x", "page=a"])
async def test_a_senseless_page_is_refused(room: JobRoom, query: str) -> None:
    ann = await room.person()
    assert problem(await ann.ask("GET", f"/projects?{query}"))[0] == 422


async def test_what_belongs_to_others_is_not_there(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    mine = await ann.project()
    for project in (mine, NOWHERE):
        for method, path, body in (
            ("GET", f"/projects/{project}", None),
            ("PATCH", f"/projects/{project}", {"name": "Mine now"}),
            ("DELETE", f"/projects/{project}", None),
            ("POST", "/projects/batch-delete", {"ids": [project]}),
            ("POST", "/jobs", {"project_id": project, "keywords": ["fox"]}),
        ):
            status, code, _ = problem(await bob.ask(method, path, body))
            assert (status, code) == (404, "PROJECT_NOT_FOUND"), path
    assert (await ann.got(f"/projects/{mine}"))["name"] == "Foxes"


async def test_a_superuser_sees_and_changes_all(room: JobRoom) -> None:
    ann, root = await room.person(), await room.person(role=Role.SUPERUSER)
    project = await ann.project()
    assert project in [one["id"] for one in (await root.got("/projects?size=100"))["items"]]
    changed = (await root.ask("PATCH", f"/projects/{project}", {"name": "Renamed"})).json()
    assert (changed["name"], changed["owner_id"]) == ("Renamed", str(ann.actor.id))


async def test_a_key_that_may_only_read_changes_nothing(room: JobRoom) -> None:
    ann = await room.person()
    reader = await room.keyed(ann.actor, "read")
    project = await ann.project()
    for method, path, body in (
        ("POST", "/projects", {"name": "Another"}),
        ("PATCH", f"/projects/{project}", {"name": "Another"}),
        ("DELETE", f"/projects/{project}", None),
        ("POST", "/projects/batch-delete", {"ids": [project]}),
    ):
        assert problem(await reader.ask(method, path, body)) == (403, "SCOPE_MISSING", None)
    assert (await reader.got(f"/projects/{project}"))["name"] == "Foxes"
    writer = await room.keyed(ann.actor, "write")
    assert problem(await writer.ask("GET", f"/projects/{project}")) == (403, "SCOPE_MISSING", None)


async def test_a_project_whose_job_runs_stays(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.started()
    project = (await ann.got(f"/jobs/{job}"))["project_id"]
    other = await ann.project()
    busy = (409, "PROJECT_BUSY", None)
    assert problem(await ann.ask("DELETE", f"/projects/{project}")) == busy
    assert problem(await ann.ask("POST", "/projects/batch-delete", {"ids": [other, project]})) == busy
    await ann.got(f"/projects/{other}")
    await ann.ask("POST", f"/jobs/{job}/stop")
    assert (await ann.ask("DELETE", f"/projects/{project}")).status_code == 204
    assert problem(await ann.ask("GET", f"/jobs/{job}")) == (404, "CRAWL_JOB_NOT_FOUND", None)


async def test_many_projects_go_together_or_not_at_all(room: JobRoom) -> None:
    ann = await room.person()
    projects = [await ann.project(f"Project {number}") for number in range(3)]
    wrong = {"ids": [*projects, NOWHERE]}
    assert problem(await ann.ask("POST", "/projects/batch-delete", wrong))[0] == 404
    assert (await ann.got("/projects"))["total"] == 3
    answer = await ann.ask("POST", "/projects/batch-delete", {"ids": [*projects, projects[0]]})
    assert (answer.status_code, answer.json()) == (200, {"deleted": 3})
    assert (await ann.got("/projects"))["total"] == 0


@pytest.mark.parametrize("ids", [[], [str(uuid.UUID(int=n)) for n in range(101)], ["x"], NOWHERE])
async def test_a_senseless_batch_is_refused(room: JobRoom, ids: object) -> None:
    ann = await room.person()
    status, code, field = problem(await ann.ask("POST", "/projects/batch-delete", {"ids": ids}))
    assert (status, code) == (422, "INVALID")
    assert field is not None
    assert field.startswith("ids")


async def test_an_archived_project_takes_no_jobs(room: JobRoom) -> None:
    ann = await room.person()
    project = await ann.project()
    await ann.ask("PATCH", f"/projects/{project}", {"status": "archived"})
    answer = await ann.ask("POST", "/jobs", {"project_id": project, "keywords": ["fox"]})
    assert problem(answer) == (409, "PROJECT_ARCHIVED", "project_id")


async def test_a_project_that_is_asked_for_twice_with_one_key_is_made_once(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    body = {"name": "Foxes"}
    first = await ann.ask("POST", "/projects", body, idempotency_key="k")
    again = await ann.ask("POST", "/projects", body, idempotency_key="k")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["location"] == again.headers["location"]
    other = await ann.ask("POST", "/projects", {"name": "Wolves"}, idempotency_key="k")
    assert problem(other) == (422, "IDEMPOTENCY_MISMATCH", "Idempotency-Key")
    assert (await ann.got("/projects"))["total"] == 1
    await bob.made("/projects", body, idempotency_key="k")


async def test_what_failed_is_not_remembered_under_its_key(room: JobRoom) -> None:
    ann = await room.person()
    project = await ann.project()
    body = {"name": "Foxes"}
    assert (await ann.ask("POST", "/projects", body, idempotency_key="k")).status_code == 409
    await ann.ask("DELETE", f"/projects/{project}")
    await ann.made("/projects", body, idempotency_key="k")


async def test_a_project_and_a_job_in_it_at_once_leave_no_job_without_a_project(room: JobRoom) -> None:
    ann = await room.person()
    for _ in range(5):
        project = await ann.project()
        body = {"project_id": project, "keywords": ["fox"]}
        answers = await asyncio.gather(
            *(ann.ask("POST", "/jobs", body) for _ in range(4)), ann.ask("DELETE", f"/projects/{project}")
        )
        assert {answer.status_code for answer in answers} <= {201, 204, 404, 409}
        assert (await ann.got(f"/jobs?project_id={project}"))["total"] == 0
    assert JobStatus.PENDING not in {one["status"] for one in (await ann.got("/jobs"))["items"]}
