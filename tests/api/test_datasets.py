"""Datasets and their versions over HTTP, as their owner and others see them."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.api.conftest import Api, OpenApi, problem
from tests.api.dataset_room import DatasetRoom, furnish
from tests.api.image_room import image_room

NOWHERE = "01a1fe10-2222-7985-bba8-5ff3a8de3680"


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


@pytest.fixture
async def room(api: Api) -> AsyncIterator[DatasetRoom]:
    async for one in image_room(api):
        await furnish(api.app, one.stage, one.play.job.id)
        yield DatasetRoom(one)


async def test_a_dataset_from_creation_to_its_manifest(room: DatasetRoom) -> None:
    key = await room.made(description="Two of them.")
    made = (await room.ask("GET", f"/datasets/{key}")).json()
    assert (made["name"], made["description"], made["jobs"]) == ("Pets", "Two of them.", [room.job])
    assert (await room.ask("GET", f"/datasets/{key}/status")).json()["newest"] is None
    version = await room.built(key)
    assert (version["failure"], version["number"], version["images"]) == (None, 1, 2)
    assert version["changelog"] == "The first version."
    status = (await room.ask("GET", f"/datasets/{key}/status")).json()
    assert status["newest"] == status["ready"]
    assert status["ready"]["id"] == version["id"]
    manifest = (await room.ask("GET", f"/datasets/{key}/manifest")).content
    assert hashlib.sha256(manifest).hexdigest() == version["digest"]
    rows = [msgspec.json.decode(line) for line in manifest.splitlines()]
    assert {row["label"] for row in rows} == {"cat", "Felidae"}
    images = (await room.ask("GET", f"/datasets/{key}/images?size=1&page=2")).json()
    assert (images["total"], images["pages"], len(images["items"])) == (2, 2, 1)
    assert images["items"][0]["sha256"] == rows[1]["sha256"]
    assert images["items"][0]["told"]["image_url"] == rows[1]["image_url"]
    for which, total in (
        ("label=cat", 1),
        ("label=dog", 0),
        ("source=openverse&format=jpg", 2),
        ("license=cc0", 0),
        ("valid=false", 1),
        ("valid=true&duplicate=true", 1),
        ("duplicate=false", 0),  # both have the same hash
        ("min_width=640&max_width=640&max_height=480", 2),
        ("min_height=481", 0),
        ("label=cat&page=2", 1),
    ):
        found = (await room.ask("GET", f"/datasets/{key}/images?{which}")).json()
        assert (found["total"], len(found["items"])) == (total, total if "page" not in which else 0), which
    stats = (await room.ask("GET", f"/datasets/{key}/stats?version=1")).json()
    assert stats["classes"] == {"Felidae": 1, "cat": 1, "dog": 0}
    assert stats["rejected"] == {
        "duplicate_exact": 1,
        "duplicate_near": 1,
        "http_404": 1,
        "limit_reached": 1,
    }


async def test_versions_differ_by_what_was_selected(room: DatasetRoom) -> None:
    key = await room.made()
    await room.built(key)
    steps = [{"do": "relabel", "labels": {"Felidae": "cat"}}, {"do": "limit", "images": 2}]
    change = {"selection": {"jobs": [room.job], "steps": steps}, "version": 2}
    changed = (await room.ask("PATCH", f"/datasets/{key}", json=change)).json()
    assert changed["selection"]["steps"] == [steps[0], steps[1]]
    second = await room.built(key)
    assert second["changes"] == {
        "since": 1,
        "added": 0,
        "removed": 0,
        "relabelled": 1,
        "unchanged": 1,
        "classes": {
            "Felidae": {"added": 0, "removed": 0, "came": 0, "went": 1},
            "cat": {"added": 0, "removed": 0, "came": 1, "went": 0},
        },
    }
    diff = (await room.ask("GET", f"/datasets/{key}/diff?from=1&to=2")).json()
    assert diff["summary"] == second["changes"]
    (one,) = diff["items"]
    assert (one["change"], one["before"], one["after"]) == ("relabelled", "Felidae", "cat")
    versions = (await room.ask("GET", f"/datasets/{key}/versions")).json()
    assert [line["number"] for line in versions["items"]] == [2, 1]


async def test_what_a_step_leaves_nothing_of_is_told(room: DatasetRoom) -> None:
    key = await room.made(steps=[{"do": "keep", "labels": ["bird"]}])
    version = await room.built(key)
    assert (version["status"], version["failure_code"]) == ("failed", "EMPTY_SELECTION")
    assert "“labels bird” leaves none of 2 images" in version["failure"]
    for path in ("/manifest?version=1", "/images?version=1", "/stats?version=1", "/diff?from=1&to=1"):
        assert problem(await room.ask("GET", f"/datasets/{key}{path}", 409))[1] == "VERSION_NOT_READY"
    assert problem(await room.ask("GET", f"/datasets/{key}/manifest", 404))[1] == "DATASET_VERSION_NOT_FOUND"


async def test_datasets_are_merged_filtered_and_divided(room: DatasetRoom) -> None:
    cats = await room.made(steps=[{"do": "keep", "labels": ["cat"]}])
    others = await room.made(steps=[{"do": "keep", "without_labels": ["cat"]}])
    both = await room.made(selection=None, datasets=[cats, others])
    assert (await room.built(both))["images"] == 2
    few = await room.made(selection=None, datasets=[both], steps=[{"do": "limit", "images": 1}])
    assert (await room.built(few))["images"] == 1
    labels = {"labels": {"C": ["cat"], "F": ["Felidae"]}}
    parts = (await room.ask("POST", f"/datasets/{both}/split", json=labels)).json()["datasets"]
    assert [(await room.built(part["id"]))["images"] for part in parts] == [1, 1]
    listed = (await room.ask("GET", f"/datasets?project_id={room.project}")).json()
    assert [one["name"] for one in listed["items"]] == ["F", "C", "Pets", "Pets", "Pets", "Pets"]
    assert (await room.ask("GET", f"/datasets?project_id={NOWHERE}")).json()["total"] == 0


async def test_a_build_can_be_cancelled_until_it_has_ended(room: DatasetRoom) -> None:
    key = await room.made()
    asked = (await room.ask("POST", f"/datasets/{key}/build", 202, json={"changelog": "Mine"})).json()
    assert len(asked["task_ids"]) == 1
    cancelled = (await room.ask("POST", f"/datasets/{key}/versions/1/cancel")).json()
    assert (cancelled["status"], cancelled["failure_code"]) == ("failed", "BUILD_CANCELLED")
    again = await room.ask("POST", f"/datasets/{key}/versions/1/cancel", 409)
    assert problem(again)[1] == "WRONG_BUILD_STATE"
    assert (await room.built(key))["status"] == "ready"


async def test_the_same_key_makes_one_dataset_and_one_version(room: DatasetRoom) -> None:
    once = {"headers": {"idempotency-key": "one"}}
    body = {"project_id": room.project, "name": "x", "selection": {"jobs": [room.job]}}
    made = [(await room.ask("POST", "/datasets", 201, json=body, **once)).json() for _ in range(2)]
    assert made[0] == made[1]
    asked = [
        (await room.ask("POST", f"/datasets/{made[0]['id']}/build", 202, json={}, **once)).json()
        for _ in range(2)
    ]
    assert asked[0] == asked[1]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"selection": {}}, "INVALID_SELECTION"),
    ({"selection": None}, "INVALID_SELECTION"),
    ({"steps": [{"do": "keep"}]}, "INVALID_SELECTION"),
    ({"steps": [{"do": "share", "name": "a", "ratios": {"a": 0.5, "b": 0.6}}]}, "INVALID_SELECTION"),
    ({"steps": [{"do": "balance", "cap": 0}]}, "INVALID"),
    ({"steps": [{"do": "keep", "licenses": ["mine"]}]}, "INVALID"),
    ({"steps": [{"do": "fly"}]}, "INVALID"),
    ({"steps": [{"do": "limit", "images": 1, "colour": "red"}]}, "INVALID"),
    ({"steps": [{"do": "keep", "retrieved_after": "2026-01-01T00:00:00"}]}, "INVALID"),
    ({"name": "\n"}, "INVALID"),
]


async def test_what_makes_no_sense_is_422(room: DatasetRoom) -> None:
    for wrong, code in WRONG:
        body = {"project_id": room.project, "name": "x", "selection": {"jobs": [room.job]}, **wrong}
        assert problem(await room.ask("POST", "/datasets", 422, json=body))[1] == code
    steps = [{"do": "keep", "labels": ["cat"]}, {"do": "keep", "formats": ["png", "exe"]}]
    body = {"project_id": room.project, "name": "x", "selection": {"jobs": [room.job], "steps": steps}}
    told = problem(await room.ask("POST", "/datasets", 422, json=body))
    assert told == (422, "INVALID", "selection.steps[1].formats[1]")


async def test_a_manifest_that_the_store_lost_is_told_before_anything_is_sent(room: DatasetRoom) -> None:
    key = await room.made()
    version = await room.built(key)
    owner, name = room.room.play.job.owner_id.hex, UUID(version["id"]).hex
    await room.app.imaging.store.delete(f"{owner}/manifests/{version['digest']}.{name}.jsonl")
    for path in ("manifest", "images", "diff?from=1&to=1"):
        answer = await room.room.client.get(f"/api/v1/datasets/{key}/{path}")
        assert problem(answer)[:2] == (404, "OBJECT_MISSING")


async def test_what_is_not_there_is_404(room: DatasetRoom) -> None:
    for wrong, code, field in (
        ({"project_id": NOWHERE}, "PROJECT_NOT_FOUND", "project_id"),
        ({"selection": {"jobs": [NOWHERE]}}, "CRAWL_JOB_NOT_FOUND", "jobs"),
        ({"datasets": [NOWHERE]}, "DATASET_NOT_FOUND", None),
    ):
        body = {"project_id": room.project, "name": "x", "selection": {"jobs": [room.job]}, **wrong}
        assert problem(await room.ask("POST", "/datasets", 404, json=body)) == (404, code, field)


async def test_a_deleted_dataset_frees_its_job(room: DatasetRoom) -> None:
    key = await room.made()
    await room.built(key)
    await room.exported(key)
    assert problem(await room.ask("DELETE", f"/jobs/{room.job}", 409))[1] == "CRAWL_JOB_IN_USE"
    await room.ask("DELETE", f"/datasets/{key}", 204)
    await room.ask("GET", f"/datasets/{key}", 404)
    assert (await room.ask("GET", f"/exports?dataset_id={key}")).json()["total"] == 0
    await room.ask("DELETE", f"/jobs/{room.job}", 204)


async def test_pictures_that_were_taken_down_leave_a_tombstone(room: DatasetRoom) -> None:
    key = await room.made()
    version = await room.built(key)
    (first, *_) = (await room.ask("GET", f"/datasets/{key}/images")).json()["items"]
    await room.app.crawling.take_down(first["sha256"], by="Ada", reason="Mine.")
    images = (await room.ask("GET", f"/datasets/{key}/images")).json()["items"]
    assert images[0]["told"] is None
    assert images[0]["taken_down_at"]
    manifest = (await room.ask("GET", f"/datasets/{key}/manifest")).content
    assert hashlib.sha256(manifest).hexdigest() != version["digest"]
    grave = msgspec.json.decode(manifest.splitlines()[0])
    assert set(grave) == {"id", "sha256", "label", "taken_down_at", "reason"}
