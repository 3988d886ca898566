"""The wall around jobs: owners, scopes, and keys that make a request happen once."""

import asyncio

import pytest

from tests.api.conftest import problem
from tests.api.job_room import JobRoom, JsonObject, job_room

room = pytest.fixture(job_room, scope="module")
NOWHERE = "01a1fe10-2222-7985-bba8-5ff3a8de3680"
FOX: JsonObject = {"keywords": ["fox"]}
LIST: JsonObject = {"url_list": {"format": "txt", "content": "https://a.example/1.jpg"}}
ROUTES = [
    ("GET", "", None),
    ("PATCH", "", {"name": "Mine now"}),
    ("DELETE", "", None),
    *(("POST", f"/{act}", None) for act in ("start", "stop", "cancel", "retry")),
    *(("GET", f"/{what}", None) for what in ("progress", "tasks", "logs", "images", "events")),
]


@pytest.mark.parametrize(("method", "what", "body"), ROUTES, ids=str)
async def test_what_belongs_to_others_is_not_there(
    room: JobRoom, method: str, what: str, body: JsonObject | None
) -> None:
    ann, bob = await room.person(), await room.person()
    job = await ann.job()
    before = await ann.got(f"/jobs/{job}")
    for one in (job, NOWHERE):
        answer = await bob.ask(method, f"/jobs/{one}{what}", body)
        assert problem(answer) == (404, "CRAWL_JOB_NOT_FOUND", None)
        assert answer.json()["message"] == f"There is no crawl job {one}."
    assert await ann.got(f"/jobs/{job}") == before


@pytest.mark.parametrize(("method", "what", "body"), ROUTES, ids=str)
async def test_a_key_does_what_its_scopes_allow(
    room: JobRoom, method: str, what: str, body: JsonObject | None
) -> None:
    ann = await room.person()
    needs, other = ("read", "write") if method == "GET" else ("write", "read")
    job = await ann.job()
    wrong = await room.keyed(ann.actor, other)
    answer = await wrong.ask(method, f"/jobs/{job}{what}", body)
    assert problem(answer) == (403, "SCOPE_MISSING", None)
    assert needs in answer.json()["message"]
    assert (await ann.got(f"/jobs/{job}"))["status"] == "pending"


async def test_a_key_that_may_only_read_creates_no_job(room: JobRoom) -> None:
    ann = await room.person()
    project = await ann.project()
    reader = await room.keyed(ann.actor, "read")
    for body in (FOX, LIST):
        answer = await reader.ask("POST", "/jobs", {"project_id": project, **body})
        assert problem(answer) == (403, "SCOPE_MISSING", None)


async def test_of_64_posts_with_one_key_one_makes_a_job(room: JobRoom) -> None:
    ann = await room.person()
    body = {"project_id": await ann.project(), "keywords": ["fox"], **LIST}
    answers = await asyncio.gather(
        *(ann.ask("POST", "/jobs", body, idempotency_key="one") for _ in range(64))
    )
    made = {answer.content for answer in answers if answer.status_code == 201}
    others = {problem(answer)[:2] for answer in answers if answer.status_code != 201}
    assert len(made) == 1
    assert others <= {(409, "IDEMPOTENCY_IN_FLIGHT")}
    assert all(a.headers["retry-after"] == "1" for a in answers if a.status_code == 409)
    assert (await ann.got("/jobs"))["total"] == 1
    later = await ann.ask("POST", "/jobs", dict(reversed(body.items())), idempotency_key="one")
    assert (later.status_code, {later.content}) == (201, made)


async def test_the_first_answer_is_given_again_even_when_the_job_has_moved_on(room: JobRoom) -> None:
    ann = await room.person()
    body = {"project_id": await ann.project(), "keywords": ["fox"]}
    first = await ann.ask("POST", "/jobs", body, idempotency_key="k")
    await ann.ask("POST", f"/jobs/{first.json()['id']}/start", idempotency_key="k")
    again = await ann.ask("POST", "/jobs", body, idempotency_key="k")
    assert (again.status_code, again.content) == (201, first.content)
    other = await ann.ask("POST", "/jobs", {**body, "seed": 1}, idempotency_key="k")
    assert problem(other) == (422, "IDEMPOTENCY_MISMATCH", "Idempotency-Key")
