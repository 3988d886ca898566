"""What is stored, over HTTP: usage, files, links, cleanup."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.domain.datasets.version import BuildStatus, Export
from pixcrawler.domain.shared.tier import Tier
from tests.api.conftest import Api, OpenApi, problem
from tests.api.image_room import ImageRoom, image_room
from tests.api.test_policies import work
from tests.fakes.aggregates import AT

V1 = "/api/v1/storage"
room = pytest.fixture(image_room, scope="module")


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


@pytest.fixture
async def exports(room: ImageRoom) -> dict[str, Export]:
    """Of a fresh dataset of the owner: one that was made just now, one that nobody wants, one in the warm
    store, and one that failed."""
    make = room.stage.make
    dataset = make.dataset(room.play.job)
    version = make.version(
        dataset, status=BuildStatus.READY, digest="d" * 64, manifest_key=f"m/{uuid.uuid4().hex}"
    )
    ready: dict[str, Any] = {"status": BuildStatus.READY, "digest": "d" * 64, "bytes": 10}
    old = {"created_at": AT - timedelta(days=400)}
    made = {
        "wanted": make.export(version, **ready, key=f"e/{uuid.uuid4().hex}.zip"),
        "unused": make.export(version, **ready, key=f"e/{uuid.uuid4().hex}.zip", **old),
        "warm": make.export(version, **ready, key=f"e/{uuid.uuid4().hex}.7z", tier=Tier.WARM, warm_bytes=7),
        "failed": make.export(version, status=BuildStatus.FAILED, **old),
    }
    async with room.stage.transaction() as tx:
        await tx.datasets.add(dataset)
        await tx.versions.add(version)
        for export in made.values():
            await tx.exports.add(export)
        await tx.commit()
    return made


async def test_usage_counts_each_picture_once_and_tells_the_tiers_apart(
    room: ImageRoom, exports: dict[str, Export]
) -> None:
    key = await room.key_of(room.play.job.owner_id)
    usage = (await room.client.get(f"{V1}/usage", headers=key)).json()
    assert usage["pictures"]["objects"] == len(await room.stage.images(room.play.job.id))
    assert usage["archived"]["bytes"] % 7 == 0 < usage["archived"]["objects"]
    total = [
        sum(usage[kind][what] for kind in ("pictures", "exports", "archived"))
        for what in ("objects", "bytes")
    ]
    assert [usage["total"]["objects"], usage["total"]["bytes"]] == total
    assert exports
    other = (await room.client.get(f"{V1}/usage", headers=await room.stranger())).json()
    assert other["total"] == {"objects": 0, "bytes": 0}


async def test_files_are_one_s_own_and_say_what_they_are(room: ImageRoom, exports: dict[str, Export]) -> None:
    key = await room.key_of(room.play.job.owner_id)
    listed = (await room.client.get(f"{V1}/files", params={"size": 100}, headers=key)).json()
    by_key = {one["key"]: one for one in listed["items"]}
    warm = by_key[exports["warm"].key or ""]
    assert (warm["kind"], warm["tier"], warm["bytes"], warm["id"]) == (
        "export",
        "warm",
        7,
        str(exports["warm"].id),
    )
    assert exports["failed"].id not in {one["id"] for one in listed["items"]}
    pictures = (await room.client.get(f"{V1}/files", params={"kind": "picture"}, headers=key)).json()
    assert pictures["total"] == len(await room.stage.images(room.play.job.id))
    behind = (await room.client.get(f"{V1}/files", params={"page": 9}, headers=key)).json()
    assert (behind["items"], behind["total"]) == ([], listed["total"])
    other = (await room.client.get(f"{V1}/files", headers=await room.stranger())).json()
    assert other["items"] == []


async def test_a_link_opens_without_a_key_and_is_only_for_one_s_own_files(room: ImageRoom) -> None:
    key = await room.key_of(room.play.job.owner_id)
    pictures = (await room.client.get(f"{V1}/files", params={"kind": "picture"}, headers=key)).json()["items"]
    wanted = pictures[0]["key"]
    await room.app.imaging.store.put(wanted, b"some bytes")
    answer = await room.client.post(f"{V1}/presigned-url", json={"key": wanted, "seconds": 60}, headers=key)
    assert answer.status_code == 200
    opened = await room.client.get(answer.json()["url"])
    assert (opened.status_code, opened.content) == (200, b"some bytes")
    for foreign, headers in ((wanted, await room.stranger()), ("no/such", key)):
        answer = await room.client.post(f"{V1}/presigned-url", json={"key": foreign}, headers=headers)
        assert problem(answer)[:2] == (404, "FILE_NOT_FOUND")


async def test_a_link_to_an_archived_export_is_refused_while_it_is_brought_back(
    room: ImageRoom, exports: dict[str, Export]
) -> None:
    key = await room.key_of(room.play.job.owner_id)
    answer = await room.client.post(f"{V1}/presigned-url", json={"key": exports["warm"].key}, headers=key)
    assert problem(answer)[:2] == (409, "FILE_AWAY")
    assert answer.headers["retry-after"] == "30"
    assert any(task.subject_id == exports["warm"].id for task in await room.stage.tasks())


async def test_cleanup_lists_by_default_and_then_does_exactly_that(
    room: ImageRoom, exports: dict[str, Export]
) -> None:
    key = await room.key_of(room.play.job.owner_id)
    store = room.app.imaging.store
    unused = exports["unused"]
    await store.put(unused.key or "", b"x" * 10)
    body = {"targets": ["unused_exports", "failed_exports"], "after_days": 300}
    listed = await room.client.post(f"{V1}/cleanup", json=body, headers=key)
    assert listed.status_code == 200
    told = listed.json()
    assert (told["dry_run"], told["task_ids"], told["more"]) == (True, [], False)
    mine = {one["subject"] for one in told["items"]}
    assert {str(unused.id), str(exports["failed"].id)} <= mine
    assert str(exports["wanted"].id) not in mine
    assert await store.exists(unused.key or "")
    done = await room.client.post(f"{V1}/cleanup", json={**body, "dry_run": False}, headers=key)
    assert done.status_code == 202
    assert [one["subject"] for one in done.json()["items"]] == [one["subject"] for one in told["items"]]
    assert done.json()["bytes"] == told["bytes"]
    await work(room)
    assert not await store.exists(unused.key or "")
    again = await room.client.post(f"{V1}/cleanup", json={**body, "dry_run": False}, headers=key)
    assert (again.status_code, again.json()["items"]) == (200, [])


async def test_cleanup_of_one_touches_nothing_of_another(room: ImageRoom, exports: dict[str, Export]) -> None:
    body = {"targets": ["failed_exports"], "after_days": 0, "dry_run": False}
    answer = await room.client.post(f"{V1}/cleanup", json=body, headers=await room.stranger())
    assert answer.json()["items"] == []
    async with room.stage.transaction() as tx:
        assert (await tx.exports.get(exports["failed"].id)).status is BuildStatus.FAILED
