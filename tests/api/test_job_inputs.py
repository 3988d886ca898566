"""Jobs over HTTP that bring along what is to be read: lists of URLs, pages, feeds."""

import uuid
from typing import Any

import pytest

from pixcrawler.domain.shared.ids import CrawlJobId
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, JsonObject, Person, job_room

room = pytest.fixture(job_room, scope="module")
FOX: JsonObject = {"keywords": ["fox"]}
SITE: JsonObject = {"inputs": {"web": ["https://a.example/"]}}
LIST: JsonObject = {"url_list": {"format": "txt", "content": "https://a.example/1.jpg"}}


async def asked(ann: Person, **body: Any) -> JsonObject:
    """The job that comes of it."""
    return await ann.made("/jobs", {"project_id": await ann.project(f"P {uuid.uuid4()}"), **body})


async def refused(ann: Person, **body: Any) -> tuple[int, str, str | None]:
    project = await ann.project(f"P {uuid.uuid4()}")
    answer = await ann.ask("POST", "/jobs", {"project_id": project, **body})
    assert (await ann.got(f"/jobs?project_id={project}"))["total"] == 0
    return problem(answer)


async def test_a_job_of_a_list_that_was_sent_along(room: JobRoom) -> None:
    ann = await room.person()
    content = "url,label\nhttps://a.example/1.jpg,fox\nhttps://a.example/2.jpg,wolf\n"
    made = await asked(ann, url_list={"format": "csv", "content": content})
    assert (made["request"]["sources"], made["request"]["url_list"]) == (["url_list"], True)
    assert (made["max_images"], made["name"]) == (2, "URL list")
    async with room.stage.transaction() as tx:
        job = await tx.crawl_jobs.get(CrawlJobId(uuid.UUID(made["id"])))
    assert b"https://a.example/2.jpg" in await room.api.app.imaging.store.get(job.spec.inputs["url_list"])
    assert job.lane == "shared"
    named = await asked(ann, keywords=["fox"], url_list={"format": "csv", "content": content}, max_images=1)
    assert (named["name"], named["max_images"]) == ("fox", 1)


async def test_a_job_of_pages_and_feeds(room: JobRoom) -> None:
    ann = await room.person()
    site, feed = "https://a.example/gallery/*", "https://b.example/feed.xml"
    made = await asked(ann, inputs={"web": [site, site], "feed": [feed]})
    assert made["request"]["sources"] == ["web", "feed"]
    assert made["request"]["inputs"] == {"web": [site], "feed": [feed]}
    assert (made["max_images"], made["name"]) == (1_000, site)
    named = await asked(ann, keywords=["fox"], sources=["feed"], inputs={"feed": [feed]}, max_images=7)
    assert (named["name"], named["max_images"], named["request"]["sources"]) == ("fox", 7, ["feed"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (FOX | {"inputs": {"folder": "/etc"}}, "inputs.folder"),
        ({"inputs": {"web": "https://a.example/"}}, "inputs.web"),
        ({"inputs": {"web": []}}, "inputs.web"),
        ({"inputs": {"web": ["/etc/passwd"]}}, "inputs.web[0]"),
        ({"inputs": {"feed": ["https://a.example/", "file:///etc/passwd"]}}, "inputs.feed[1]"),
        ({"inputs": {"feed": ["https://ann:secret@a.example/"]}}, "inputs.feed[0]"),
        ({"inputs": {"web": ["https://a.example/" + "a" * 2_000]}}, "inputs.web[0]"),
        ({"inputs": {"web": ["https://a.example/"] * 1_001}}, "inputs.web"),
        ({"url_list": "/etc/passwd"}, "url_list"),
        ({"url_list": {"format": "parquet", "content": "x"}}, "url_list.format"),
        ({"url_list": {"format": "txt", "content": ""}}, "url_list.content"),
        ({"url_list": {"format": "txt", "content": "x", "path": "/etc/passwd"}}, "url_list.path"),
    ],
)
async def test_what_is_beyond_a_fields_limits_is_refused_by_its_name(
    room: JobRoom, body: JsonObject, field: str
) -> None:
    assert await refused(await room.person(), **body) == (422, "INVALID", field)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (FOX | {"sources": ["url_list"]}, "INVALID_JOB", "url_list"),
        (FOX | {"sources": ["web"]}, "INVALID_JOB", "inputs.web"),
        (SITE | {"sources": ["web", "feed"]}, "INVALID_JOB", "inputs.feed"),
        (SITE | {"sources": ["openverse"]}, "INVALID_JOB", "sources"),
        (SITE | {"keywords": ["fox", "wolf"]}, "INVALID_JOB", "keywords"),
        ({"inputs": {}}, "INVALID_JOB", "keywords"),
        (LIST | {"sources": ["openverse"]}, "INVALID_JOB", "sources"),
        (LIST | {"keywords": ["fox", "wolf"]}, "INVALID_JOB", "keywords"),
        (LIST | {"sources": ["url_list", "openverse"]}, "INVALID_JOB", "keywords"),
        (
            {"url_list": {"format": "txt", "content": "file:///etc/passwd"}},
            "INVALID_URL_LIST",
            "url_list.content",
        ),
        ({"url_list": {"format": "txt", "content": "/etc/passwd"}}, "INVALID_URL_LIST", "url_list.content"),
        ({"url_list": {"format": "json", "content": "{"}}, "INVALID_URL_LIST", "url_list.content"),
    ],
)
async def test_what_makes_no_sense_together_is_refused(
    room: JobRoom, body: JsonObject, code: str, field: str
) -> None:
    assert await refused(await room.person(), **body) == (422, code, field)
