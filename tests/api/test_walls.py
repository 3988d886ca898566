"""Who gets in where: every operation of the API, asked for by everybody. One without a row fails."""

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar.routes import HTTPRoute

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.entrypoints.http.security import known, people_only
from pixcrawler.settings import load_settings
from tests.api.conftest import open_client, opening, problem
from tests.api.drawn import LITESTAR, OPERATIONS
from tests.api.image_room import ImageRoom
from tests.api.wall_rows import LOGGED_IN, OTHERS, ROWS, SUPERUSERS, WRITE, Row, Who
from tests.api.walls import V1, Walls
from tests.contract.stages import PostgresStage
from tests.databases import Databases
from tests.servers.openverse import OpenverseServer

PAGES = {"/", "/docs", "/redoc", "/docs/assets/{name}", "/schema/openapi.json", "/schema", "/schema/{path}"}
"""For people; in no document, and open to all."""
WORK = (
    *("/start", "/retry", "/execute", "/build", "/exports"),
    *("/analyze", "/validation/batch", "/validation/jobs/{job_id}"),
)
"""What operations end in that cause tasks."""
TELLS = "pixcrawler.activity.tell_owner"
"""Tells people what they did: no work that anybody waits for."""
UNTOLD = {
    "POST /api/v1/auth/logout": "sessions are the auth provider's",
    "POST /api/v1/keywords/expand": "it changes nothing",
    "POST /api/v1/storage/cleanup": "a dry run, which it is by default, changes nothing",
    "PATCH /api/v1/notifications/{notification_id}/read": "what somebody has read is for nobody to know",
    "PATCH /api/v1/notifications/read-all": "as above",
    "DELETE /api/v1/notifications/{notification_id}": "as above",
}
"""What leaves no trace in ``/activity``, and why."""
NOWHERE = "01a1fe10-2222-7985-bba8-5ff3a8de3680"


@pytest.fixture(scope="module")
async def walls(
    databases: Databases, template: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Walls]:
    async with databases.copy_of(template) as url, OpenverseServer() as openverse:
        variables = {
            "PIXCRAWLER_ENVIRONMENT": "test",
            "PIXCRAWLER_HOME": str(tmp_path_factory.mktemp("home")),
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "REDIS_PREFIX": f"test-{uuid.uuid4().hex}",
            "SOURCE_OPENVERSE_BASE_URL": openverse.base_url,
            "SOURCE_OPENVERSE_INTERVAL": "0",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1:{openverse.port}",
        }
        engine = open_engine(PostgresConfig(url=url, pool_size=2))
        async with opening(lambda **more: load_settings({**variables, **more})) as open_it:
            api = await open_it()
            async with open_client(api.litestar) as client:
                yield Walls(api, PostgresStage(engine, url), client)
        await engine.dispose()


def test_every_operation_has_a_row() -> None:
    assert ROWS.keys() == OPERATIONS.keys()


def test_every_route_is_in_the_document_or_a_page_for_people() -> None:
    for route in LITESTAR.routes:
        assert isinstance(route, HTTPRoute), route.path
        for method in set(route.methods) - {"OPTIONS"}:
            assert f"{method} {route.path_format}" in OPERATIONS or route.path_format in PAGES, route.path


# Property 2: every route that needs a user says so in its docstring and in OpenAPI
@pytest.mark.parametrize("name", ROWS)
def test_who_needs_a_key_is_said_where_people_and_where_programs_read_it(name: str) -> None:
    method, path = name.split()
    (route,) = [one for one in LITESTAR.routes if isinstance(one, HTTPRoute) and one.path_format == path]
    handler, _ = route.route_handler_map[method]  # type: ignore[index]
    guarded = not {known, people_only}.isdisjoint(handler.resolve_guards())
    said = (handler.fn.__doc__ or "").strip().splitlines()[0]
    assert guarded == (ROWS[name].needs is not None)
    assert guarded != said.startswith("Public")
    assert OPERATIONS[name].get("security", []) == ([{"bearer": []}] if guarded else [])
    assert OPERATIONS[name]["description"].startswith(said)
    if ROWS[name].people:
        assert people_only in handler.resolve_guards()
        assert "logged in" in said
    elif guarded:
        assert f"cope `{ROWS[name].needs}`" in said


@pytest.mark.parametrize("who", Who)
@pytest.mark.parametrize("name", ROWS)
async def test_everybody_gets_what_is_theirs_and_nothing_else(walls: Walls, name: str, who: Who) -> None:
    row = ROWS[name]
    room = await walls.room(row)
    things, headers = await walls.things(row, room), await walls.key(who, room)
    if row.superusers:
        things |= await walls.of_superusers(name)
    answer = await walls.ask(name, row, things, headers)
    match who:
        case _ if row.needs is None:
            assert answer.status_code == row.good
        case Who.NOBODY | Who.REVOKED:
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        case _ if row.people and who not in LOGGED_IN:
            assert answer.status_code == 403
            assert said(name, answer, "KEY_NOT_ACCEPTED")
        case Who.READER | Who.WRITER if row.needs not in who:
            assert answer.status_code == 403
            assert said(name, answer, "SCOPE_MISSING")
        case Who.ADMIN if row.own:
            assert answer.status_code == 403
        case _ if row.superusers and who not in SUPERUSERS:
            assert problem(answer)[:2] == (403, "SUPERUSERS_ONLY")
        case _ if who in OTHERS and row.thing is not None:
            await check_that_it_is_not_there(walls, name, things, headers, answer)
        case _:
            assert answer.status_code == row.good, answer.text
    if 400 <= answer.status_code < 500:
        await check_that_nothing_happened(walls, row, things, room)


def said(name: str, answer: httpx.Response, code: str) -> bool:
    return name.startswith("HEAD") or problem(answer)[1] == code


async def check_that_it_is_not_there(
    walls: Walls, name: str, things: dict[str, str], headers: dict[str, str], answer: httpx.Response
) -> None:
    """To the letter what is said of a thing that never was."""
    row = ROWS[name]
    kind = "job" if row.thing == "stopped" else str(row.thing)
    nothing = await walls.ask(name, row, {**things, kind: NOWHERE}, headers)
    assert answer.status_code == nothing.status_code == 404
    told = [
        one.text.replace(one.headers["x-request-id"], "").replace(thing, "")
        for one, thing in ((answer, things[kind]), (nothing, NOWHERE))
    ]
    assert told[0] == told[1]
    own = ("x-request-id", "ratelimit")  # each request has one, and leaves one less
    kept = [{k: v for k, v in one.headers.items() if k not in own} for one in (answer, nothing)]
    assert kept[0] == kept[1]


async def check_that_nothing_happened(
    walls: Walls, row: Row, things: dict[str, str], room: ImageRoom
) -> None:
    owner = await room.key_of(room.play.job.owner_id)
    job = (await walls.client.get(f"{V1}/jobs/{things['job']}", headers=owner)).json()
    assert job["name"] != "Mine"
    assert job["status"] == row.status
    project = (await walls.client.get(f"{V1}/projects/{things['project']}", headers=owner)).json()
    assert project["description"] != "Mine"
    image = await walls.client.get(f"{V1}/images/{things['image']}", headers=owner)
    assert image.status_code == 200


async def test_lists_show_nothing_of_others(walls: Walls) -> None:
    room = await walls.room(ROWS["GET /api/v1/jobs"])
    job = room.play.job
    other = await room.stranger()
    for path in ("/jobs?size=100", "/projects?size=100", f"/jobs?project_id={job.project_id}"):
        assert (await walls.client.get(V1 + path, headers=other)).json()["total"] == 0
        mine = (await walls.client.get(V1 + path, headers=await room.key_of(job.owner_id))).json()
        assert mine["total"] > 0


# Property 18: no long work inside a request: what creates work answers 202 at once
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.needs == WRITE])
async def test_what_is_done_is_written_down_and_what_causes_work_answers_202_and_names_its_tasks(
    walls: Walls, name: str
) -> None:
    row = ROWS[name]
    room = await walls.room(row)
    things = await walls.things(row, room)
    owner = await walls.key(Who.PERSON if row.people else Who.OWNER, room)
    if row.superusers:
        things |= await walls.of_superusers(name)
        owner = await walls.admin()
    owner = {**owner, "x-request-id": uuid.uuid4().hex}
    before = {task.id for task in await walls.stage.tasks() if task.name != TELLS}
    answer = await walls.ask(name, row, things, owner)
    assert answer.status_code == row.good, answer.text
    if answer.is_success:
        assert await walls.acts_of(owner["x-request-id"]) != (name in UNTOLD)
    after = {task.id: task for task in await walls.stage.tasks() if task.name != TELLS}
    caused = {str(one) for one in after.keys() - before}
    if caused:
        assert answer.status_code == 202
        assert set(answer.json()["task_ids"]) == caused
        assert {after[uuid.UUID(one)].state for one in caused} == {"pending"}
    assert (row.good == 202) == (answer.status_code == 202)
    assert answer.status_code != 202 or "202" in OPERATIONS[name]["responses"]
    assert bool(caused) == (row.good == 202 and name.endswith(WORK))
