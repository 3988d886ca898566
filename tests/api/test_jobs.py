"""Jobs over HTTP: what may be asked for, lists, changes, and the wall around them."""

import uuid
from typing import Any

import pytest

from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import CrawlJobId
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, JsonObject, Person, job_room

room = pytest.fixture(job_room, scope="module")
NOWHERE = "01a1fe10-2222-7985-bba8-5ff3a8de3680"


async def asked(ann: Person, **body: Any) -> JsonObject:
    """The job that comes of it."""
    return await ann.made("/jobs", {"project_id": await ann.project(f"P {uuid.uuid4()}"), **body})


async def refused(ann: Person, **body: Any) -> tuple[int, str, str | None]:
    project = await ann.project(f"P {uuid.uuid4()}")
    answer = await ann.ask("POST", "/jobs", {"project_id": project, **body})
    assert (await ann.got(f"/jobs?project_id={project}"))["total"] == 0
    return problem(answer)


async def test_a_job_of_keywords(room: JobRoom) -> None:
    ann = await room.person()
    made = await asked(ann, keywords=["red fox", " Red  FOX ", "wolf"])
    assert (made["name"], made["status"], made["max_images"]) == ("red fox, wolf", "pending", 100)
    assert (made["found"], made["accepted"], made["reasons"]) == (0, 0, {})
    assert made["owner_id"] == str(ann.actor.id)
    assert made["request"] == {
        "keywords": [
            {"text": "red fox", "label": "red fox", "queries": [], "exclude": []},
            {"text": "wolf", "label": "wolf", "queries": [], "exclude": []},
        ],
        "targets": {},
        "minimums": {},
        "conflicts": "keep",
        "sources": ["openverse"],
        "url_list": False,
        "inputs": {},
        "min_size": None,
        "max_size": None,
        "file_types": [],
        "license": [],
        "exclude": [],
        "safe_search": "moderate",
        "image_type": None,
        "color": None,
        "language": None,
        "dedup": "medium",
        "dedup_scope": "job",
        "validation": "standard",
        "validation_mode": "reject",
        "seed": 0,
    }
    assert await ann.got(f"/jobs/{made['id']}") == made


async def test_a_job_of_everything(room: JobRoom) -> None:
    ann = await room.person()
    more: JsonObject = {
        "min_size": {"width": 640, "height": 480},
        "max_size": {"width": 4000, "height": 3000},
        "file_types": ["jpg", "png"],
        "license": ["commercial", "known"],
        "exclude": ["toy", "stuffed animal"],
        "safe_search": "strict",
        "dedup": "high",
        "dedup_scope": "owner",
        "validation": "strict",
        "validation_mode": "report",
        "seed": 2**32 - 1,
        "sources": ["openverse", "wikimedia"],
    }
    made = await asked(ann, keywords=["fox"], name="Foxes", max_images=1_000_000, **more)
    assert {name: made["request"][name] for name in more} == more
    assert (made["name"], made["max_images"]) == ("Foxes", 1_000_000)
    assert await ann.got(f"/jobs/{made['id']}") == made


async def test_a_job_of_categories_with_targets(room: JobRoom) -> None:
    ann = await room.person()
    categories = {
        "fox": {"keywords": ["red fox", "arctic fox"], "max_images": 30},
        "wolf": {"keywords": ["grey wolf"], "max_images": 20},
    }
    made = await asked(ann, categories=categories)
    assert (made["name"], made["max_images"]) == ("fox, wolf", 50)
    assert made["request"]["targets"] == {"fox": 30, "wolf": 20}
    assert [one["label"] for one in made["request"]["keywords"]] == ["fox", "fox", "wolf"]
    mixed = await asked(ann, categories={**categories, "bear": ["bear"]}, max_images=60)
    assert mixed["request"]["targets"] == {"fox": 30, "wolf": 20}


FOX: JsonObject = {"keywords": ["fox"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"keywords": [""]}, "keywords[0]"),
        ({"keywords": ["fox", " \t"]}, "keywords[1]"),
        ({"keywords": ["x" * 201]}, "keywords[0]"),
        ({"keywords": [f"fox {n}" for n in range(1001)]}, "keywords"),
        ({"keywords": "fox"}, "keywords"),
        ({"keywords": [7]}, "keywords[0]"),
        ({"categories": {"": ["fox"]}}, "categories"),
        ({"categories": {"fox": []}}, "categories.fox"),
        ({"categories": {"fox": {"max_images": 3}}}, "categories.fox.keywords"),
        ({"categories": {"fox": {"keywords": ["fox"], "max_images": 0}}}, "categories.fox.max_images"),
        (FOX | {"max_images": 0}, "max_images"),
        (FOX | {"max_images": 1_000_001}, "max_images"),
        (FOX | {"max_images": "10"}, "max_images"),
        (FOX | {"max_images": 1.5}, "max_images"),
        (FOX | {"min_size": {"width": 0, "height": 1}}, "min_size.width"),
        (FOX | {"max_size": {"width": 1, "height": 100_001}}, "max_size.height"),
        (FOX | {"min_size": [640, 480]}, "min_size"),
        (FOX | {"file_types": ["exe"]}, "file_types[0]"),
        (FOX | {"license": ["free"]}, "license[0]"),
        (FOX | {"exclude": ["x" * 101]}, "exclude[0]"),
        (FOX | {"exclude": ["x"] * 101}, "exclude"),
        (FOX | {"safe_search": "on"}, "safe_search"),
        (FOX | {"dedup": "extreme"}, "dedup"),
        (FOX | {"validation": "harsh"}, "validation"),
        (FOX | {"validation_mode": "shout"}, "validation_mode"),
        (FOX | {"seed": -1}, "seed"),
        (FOX | {"seed": 2**32}, "seed"),
        (FOX | {"sources": ["../x"]}, "sources[0]"),
        (FOX | {"sources": ["openverse"] * 21}, "sources"),
        (FOX | {"name": ""}, "name"),
        (FOX | {"name": "a\r\nb"}, "name"),
        (FOX | {"name": "x" * 201}, "name"),
        (FOX | {"lane": "local:1"}, "lane"),
        (FOX | {"input": "/etc/passwd"}, "input"),
        (FOX | {"fetch_timeout": 1}, "fetch_timeout"),
    ],
)
async def test_what_is_beyond_a_fields_limits_is_refused_by_its_name(
    room: JobRoom, body: JsonObject, field: str
) -> None:
    assert await refused(await room.person(), **body) == (422, "INVALID", field)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "INVALID_JOB", "keywords"),
        ({"keywords": [], "categories": {}}, "INVALID_JOB", "keywords"),
        (FOX | {"sources": ["folder"]}, "UNKNOWN_SOURCE", "sources"),
        (FOX | {"sources": ["nowhere"]}, "UNKNOWN_SOURCE", "sources"),
        (
            FOX | {"min_size": {"width": 9, "height": 9}, "max_size": {"width": 8, "height": 99}},
            "INVALID_JOB",
            "min_size",
        ),
        (
            {"categories": {"fox": {"keywords": ["fox"], "max_images": 5}}, "max_images": 6},
            "INVALID_JOB",
            "max_images",
        ),
        (
            {"categories": {"fox": {"keywords": ["fox"], "max_images": 5}, "cat": ["cat"]}},
            "INVALID_JOB",
            "max_images",
        ),
        (
            FOX | {"categories": {"fox": {"keywords": ["FOX"], "max_images": 5}}, "max_images": 9},
            "INVALID_JOB",
            "max_images",
        ),
        (
            {"categories": {"fox": {"keywords": ["a"], "max_images": 700_000}}
             | {"cat": {"keywords": ["b"], "max_images": 700_000}}},
            "INVALID_JOB",
            "max_images",
        ),
        ({"categories": {"fox": ["a"], " fox ": ["b"]}}, "INVALID_JOB", "categories"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_together_is_refused(
    room: JobRoom, body: JsonObject, code: str, field: str
) -> None:
    assert await refused(await room.person(), **body) == (422, code, field)


async def test_a_list_is_ones_own_jobs_newest_first(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    project = await ann.project()
    jobs = [await ann.made("/jobs", {"project_id": project, "keywords": [f"k{n}"]}) for n in range(3)]
    elsewhere = await ann.started()
    theirs = await bob.job()
    page = await ann.got("/jobs?size=2")
    assert [one["id"] for one in page["items"]] == [elsewhere, jobs[2]["id"]]
    assert (page["total"], page["pages"], page["total_exact"]) == (4, 2, True)
    assert page["items"][1] == {name: value for name, value in jobs[2].items() if name != "request"}
    assert (await ann.got(f"/jobs?project_id={project}"))["total"] == 3
    assert [one["id"] for one in (await ann.got("/jobs?status=running"))["items"]] == [elsewhere]
    assert (await ann.got(f"/jobs?project_id={project}&status=running"))["items"] == []
    assert (await bob.got(f"/jobs?project_id={project}"))["total"] == 0
    root = await room.person(role=Role.SUPERUSER)
    assert (await root.got(f"/jobs?project_id={project}"))["total"] == 3
    assert theirs in [one["id"] for one in (await root.got("/jobs"))["items"]]


@pytest.mark.parametrize("query", ["status=gone", "project_id=x", "size=101", "page=101&size=100"])
async def test_a_senseless_question_is_refused(room: JobRoom, query: str) -> None:
    assert problem(await (await room.person()).ask("GET", f"/jobs?{query}"))[0] == 422


async def test_a_job_is_renamed_at_any_time_and_resized_before_its_start(room: JobRoom) -> None:
    ann = await room.person()
    job = f"/jobs/{await ann.job()}"
    changed = (await ann.ask("PATCH", job, {"name": "Foxes", "max_images": 7, "version": 1})).json()
    assert (changed["name"], changed["max_images"], changed["version"]) == ("Foxes", 7, 2)
    assert await ann.got(job) == changed
    assert problem(await ann.ask("PATCH", job, {"version": 1})) == (409, "CHANGED_MEANWHILE", "version")
    await ann.ask("POST", f"{job}/start")
    assert (await ann.ask("PATCH", job, {"name": "Wolves", "max_images": 7})).json()["name"] == "Wolves"
    answer = await ann.ask("PATCH", job, {"name": "Bears", "max_images": 8})
    assert problem(answer) == (409, "WRONG_JOB_STATE", None)
    assert "running" in answer.json()["message"]
    assert (await ann.got(job))["name"] == "Wolves"


@pytest.mark.parametrize(
    "body", [{"max_images": 0}, {"name": " "}, {"status": "completed"}, {"owner_id": NOWHERE}, {"version": 0}]
)
async def test_a_senseless_change_is_refused(room: JobRoom, body: JsonObject) -> None:
    ann = await room.person()
    (field,) = body
    assert problem(await ann.ask("PATCH", f"/jobs/{await ann.job()}", body)) == (422, "INVALID", field)


async def test_a_job_with_targets_keeps_their_sum(room: JobRoom) -> None:
    ann = await room.person()
    job = await asked(ann, categories={"fox": {"keywords": ["fox"], "max_images": 5}})
    answer = await ann.ask("PATCH", f"/jobs/{job['id']}", {"max_images": 6})
    assert problem(answer) == (422, "INVALID_JOB", "max_images")


@pytest.mark.parametrize("state", [JobStatus.PENDING, JobStatus.CANCELLED, JobStatus.FAILED])
async def test_a_job_that_does_not_run_is_deleted_with_its_tasks(room: JobRoom, state: JobStatus) -> None:
    ann = await room.person()
    job = await ann.started()
    await room.end(job, state)
    assert (await ann.ask("DELETE", f"/jobs/{job}")).status_code == 204
    assert problem(await ann.ask("GET", f"/jobs/{job}")) == (404, "CRAWL_JOB_NOT_FOUND", None)
    assert uuid.UUID(job) not in {task.subject_id for task in await room.stage.tasks()}


async def test_a_running_job_is_not_deleted(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.started()
    answer = await ann.ask("DELETE", f"/jobs/{job}")
    assert problem(answer) == (409, "WRONG_JOB_STATE", None)
    assert "running" in answer.json()["message"]


async def test_a_job_that_a_dataset_was_made_from_is_not_deleted(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.job()
    async with room.stage.transaction() as tx:
        await tx.datasets.add(room.stage.make.dataset(await tx.crawl_jobs.get(CrawlJobId(uuid.UUID(job)))))
        await tx.commit()
    assert problem(await ann.ask("DELETE", f"/jobs/{job}")) == (409, "CRAWL_JOB_IN_USE", None)
