"""What people send who mean no good: nothing of it works, and nothing of it breaks anything."""

import uuid

import msgspec
import pytest

from pixcrawler.application.ports.jobs import JobDetail
from pixcrawler.application.ports.projects import ProjectDetail
from pixcrawler.entrypoints.http.job_forms import ChangeJob
from pixcrawler.entrypoints.http.projects import ChangeProjectForm
from tests.api.conftest import problem
from tests.api.job_room import V1, JobRoom, JsonObject, job_room

room = pytest.fixture(job_room, scope="module")
READ_ONLY = [
    (what, name)
    for what, shown, form in (("projects", ProjectDetail, ChangeProjectForm), ("jobs", JobDetail, ChangeJob))
    for name in {*shown.__struct_fields__, "role", "run", "lane", "spec", "accepted"}
    - set(form.__struct_fields__)
]
"""What an answer shows, or a row has, and no request may set."""


@pytest.mark.parametrize(("what", "name"), sorted(READ_ONLY))
async def test_what_is_shown_and_not_for_changing_is_never_changed(
    room: JobRoom, what: str, name: str
) -> None:
    ann, bob = await room.person(), await room.person()
    thing = await (ann.project() if what == "projects" else ann.job())
    before = await ann.got(f"/{what}/{thing}")
    for value in (str(bob.actor.id), 7, "completed", "superuser", None, before.get(name)):
        answer = await ann.ask("PATCH", f"/{what}/{thing}", {"name": "Mine", name: value})
        assert problem(answer) == (422, "INVALID", name)
    assert await ann.got(f"/{what}/{thing}") == before


SERVER_SIDE = ["input", "inputs", "path", "folder", "file", "out", "FETCH_TIMEOUT", "fetch_user_agent"]
SERVER_SIDE += ["FETCH_ALLOWED_PRIVATE_NETWORKS", "respect_robots", "base_url", "SOURCE_OPENVERSE_BASE_URL"]


@pytest.mark.parametrize("name", SERVER_SIDE)
async def test_no_request_names_a_path_of_the_server_or_a_setting(room: JobRoom, name: str) -> None:
    ann = await room.person()
    for path, body in (
        ("/jobs", {"project_id": await ann.project(), "keywords": ["fox"]}),
        ("/sources/preview", {"source": "openverse", "keyword": "fox"}),
    ):
        for value in ("/etc/passwd", {"folder": "/etc"}, "0.0.0.0/0"):
            status, code, field = problem(await ann.ask("POST", path, body | {name: value}))
            assert (status, code, str(field).split(".", 1)[0]) == (422, "INVALID", name)


FILES = [
    "/etc/passwd",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "../../etc/passwd",
    "ftp://a.example/1.jpg",
]
FILES += ["data:image/png;base64,AAAA", "\\\\host\\share\\1.jpg", "gopher://a.example/", "C:\\1.jpg"]


@pytest.mark.parametrize("line", FILES)
async def test_a_list_holds_addresses_on_the_web_and_nothing_else(room: JobRoom, line: str) -> None:
    ann = await room.person()
    body = {"project_id": await ann.project(), "url_list": {"format": "txt", "content": line}}
    status, code, _ = problem(await ann.ask("POST", "/jobs", body))
    assert (status, code) == (422, "INVALID_URL_LIST")
    assert (await ann.got("/jobs"))["total"] == 0


@pytest.mark.parametrize("source", ["folder", "FOLDER", "../folder", "/etc", "file:///etc"])
async def test_sources_that_read_the_servers_disk_do_not_exist(room: JobRoom, source: str) -> None:
    ann = await room.person()
    body: JsonObject = {"project_id": await ann.project(), "keywords": ["fox"], "sources": [source]}
    assert (await ann.ask("POST", "/jobs", body)).status_code == 422
    assert (
        await ann.ask("POST", "/sources/preview", {"source": source, "keyword": "fox"})
    ).status_code == 422


UNREADABLE = [
    b"",
    b"null",
    b'{"name": "a"',
    b"{'name': 'a'}",
    b'{"name": "\\ud800"}',
    b'{"name": "\\udc00\\ud800"}',
    b'{"name": "\xed\xa0\x80"}',
    b'{"name": "\xff\xfe"}',
    b'\xef\xbb\xbf{"name": "a"}',
    b'{"name": "a\\u0000b"}',
    b'{"name": "a\x00b"}',
    b'{"name": NaN}',
    b'{"name": Infinity}',
    b'{"name": -1e999}',
    b'{"name": ' + b"9" * 5_000 + b"}",
    b'{"name": "a", "description": ' + b"[" * 33 + b"]" * 33 + b"}",
    b"[" * 200_000,
    b'{"name": ' * 5_000,
]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:30]))
async def test_what_nobody_can_read_is_refused(room: JobRoom, body: bytes) -> None:
    ann = await room.person()
    answer = await ann.client.post(f"{V1}/projects", content=body)
    status, code, _ = problem(answer)
    assert (status, code) in {(400, "MALFORMED_JSON"), (400, "TOO_DEEP"), (422, "INVALID")}
    assert (await ann.got("/projects"))["total"] == 0


@pytest.mark.parametrize("number", ["1e999", "9" * 400, "-" + "9" * 400, "NaN", "-Infinity", "1.5", "true"])
async def test_a_number_that_is_none_is_refused(room: JobRoom, number: str) -> None:
    ann = await room.person()
    body = f'{{"project_id": "{uuid.uuid4()}", "keywords": ["fox"], "seed": {number}}}'
    status, _, field = problem(await ann.client.post(f"{V1}/jobs", content=body))
    assert (status, field) in {(422, "seed"), (400, None)}


async def test_a_body_of_a_mebibyte_is_read_and_one_byte_more_is_not(room: JobRoom) -> None:
    ann = await room.person()
    body = msgspec.json.encode({"name": "Large"})
    assert (await ann.client.post(f"{V1}/projects", content=body.ljust(2**20))).status_code == 201
    answer = await ann.client.post(f"{V1}/projects", content=body.ljust(2**20 + 1))
    assert problem(answer) == (413, "BODY_TOO_LARGE", None)


async def test_of_a_key_that_comes_twice_the_last_counts_everywhere(room: JobRoom) -> None:
    """Also where keys are compared: the first value can hide nothing behind the last."""
    ann = await room.person()
    headers = {"idempotency-key": "k"}
    twice = b'{"name": "\\u0041", "name": "Foxes"}'
    first = await ann.client.post(f"{V1}/projects", content=twice, headers=headers)
    again = await ann.client.post(f"{V1}/projects", content=b'{"name": "Foxes"}', headers=headers)
    assert (first.status_code, first.json()["name"]) == (201, "Foxes")
    assert first.content == again.content
