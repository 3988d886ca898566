"""A project's defaults hold for what a new job leaves out."""

from typing import Any

import pytest

from tests.api.conftest import problem
from tests.api.job_room import JobRoom, JsonObject, Person, job_room

room = pytest.fixture(job_room, scope="module")
DEFAULTS: dict[str, Any] = {
    "sources": ["wikimedia", "inaturalist"],
    "max_images": 7,
    "min_size": {"width": 640, "height": 480},
    "license": ["commercial"],
    "safe_search": "strict",
    "language": "de",
    "dedup": "high",
    "validation": "basic",
    "seed": 3,
}


async def project(person: Person, defaults: object = DEFAULTS) -> str:
    return str((await person.made("/projects", {"name": "Foxes", "defaults": defaults}))["id"])


async def job(person: Person, project_id: str, **more: object) -> JsonObject:
    return await person.made("/jobs", {"project_id": project_id, "keywords": ["fox"], **more})


async def test_defaults_are_shown_and_replaced_whole(room: JobRoom) -> None:
    ann = await room.person()
    path = f"/projects/{await project(ann)}"
    assert (await ann.got(path))["defaults"] == DEFAULTS
    changed = (await ann.ask("PATCH", path, {"defaults": {"seed": 4}})).json()
    assert changed["defaults"] == {"seed": 4}
    assert (await ann.ask("PATCH", path, {"description": "x"})).json()["defaults"] == {"seed": 4}
    assert (await ann.ask("PATCH", path, {"defaults": {}})).json()["defaults"] == {}


async def test_a_job_takes_them_for_what_it_leaves_out(room: JobRoom) -> None:
    ann = await room.person()
    made = await job(ann, await project(ann))
    request = made["request"]
    assert made["max_images"] == 7
    assert request | DEFAULTS == request | {"max_images": 7}
    assert (request["color"], request["validation_mode"], request["conflicts"]) == (None, "reject", "keep")


async def test_what_a_job_says_itself_holds_also_that_there_is_none(room: JobRoom) -> None:
    ann = await room.person()
    said = {"sources": ["openverse"], "max_images": 9, "min_size": None, "license": [], "language": None}
    made = await job(ann, await project(ann), **said, seed=0, dedup="none")
    request = made["request"]
    assert {**request, "max_images": made["max_images"]} | said | {"seed": 0, "dedup": "none"} == {
        **request,
        "max_images": made["max_images"],
    }
    assert (request["safe_search"], request["validation"]) == ("strict", "basic")


async def test_what_lists_and_targets_say_is_not_overruled(room: JobRoom) -> None:
    ann = await room.person()
    here = await project(ann)
    inputs = {"project_id": here, "inputs": {"feed": ["https://foxes.example/feed"]}}
    read = await ann.made("/jobs", inputs)
    assert (read["request"]["sources"], read["max_images"]) == (["feed"], 1_000)
    categories = {"fox": {"keywords": ["fox"], "max_images": 30}}
    aimed = await ann.made("/jobs", {"project_id": here, "categories": categories})
    assert (aimed["request"]["sources"], aimed["max_images"]) == (DEFAULTS["sources"], 30)


async def test_a_schedule_takes_them_too_as_they_are_when_it_is_made(room: JobRoom) -> None:
    ann = await room.person()
    here = await project(ann)
    body = {"job": {"project_id": here, "keywords": ["fox"]}, "cadence": {"every": 1, "unit": "days"}}
    made = await ann.made("/schedules", body)
    assert (made["request"]["seed"], made["max_images"]) == (3, 7)
    await ann.ask("PATCH", f"/projects/{here}", {"defaults": {}})
    assert (await ann.got(f"/schedules/{made['id']}"))["request"]["seed"] == 3


async def test_others_defaults_are_nobodys_business(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    here = await project(ann, {"min_size": {"width": 9, "height": 9}})
    body = {"project_id": here, "keywords": ["fox"], "max_size": {"width": 1, "height": 1}}
    assert problem(await bob.ask("POST", "/jobs", body)) == (404, "PROJECT_NOT_FOUND", "project_id")


@pytest.mark.parametrize(
    ("defaults", "status", "code", "field"),
    [
        ({"sources": ["nowhere"]}, 422, "UNKNOWN_SOURCE", "defaults.sources"),
        ({"sources": ["bing"]}, 409, "SOURCE_DISABLED", "defaults.sources"),
        ({"sources": ["url_list"]}, 422, "INVALID_PROJECT", "defaults.sources"),
        (
            {"min_size": {"width": 9, "height": 9}, "max_size": {"width": 8, "height": 9}},
            422,
            "INVALID_PROJECT",
            "defaults.min_size",
        ),
        ({"max_images": 0}, 422, "INVALID", "defaults.max_images"),
        ({"keywords": ["fox"]}, 422, "INVALID", "defaults.keywords"),
        ({"dedup": None}, 422, "INVALID", "defaults.dedup"),
        (None, 422, "INVALID", "defaults"),
    ],
)
async def test_what_no_job_could_take_is_refused(
    room: JobRoom, defaults: object, status: int, code: str, field: str
) -> None:
    ann = await room.person()
    for method, path in (("POST", "/projects"), ("PATCH", f"/projects/{await ann.project()}")):
        body = {"name": "Wolves", "defaults": defaults}
        assert problem(await ann.ask(method, path, body)) == (status, code, field)
