"""Images over HTTP: lists, provenance, removal, and the wall around them."""

from typing import Any
from uuid import UUID

import pytest

from pixcrawler.domain.shared.ids import ImageId
from tests.api.conftest import Api, OpenApi, problem
from tests.api.image_room import ImageRoom, image_room
from tests.fakes.aggregates import sha

room = pytest.fixture(image_room)


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


async def listed(room: ImageRoom, **wanted: Any) -> dict[str, Any]:
    answer = await room.client.get(f"{room.job}/images", params=wanted)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(room: ImageRoom, found: dict[str, Any]) -> str:
    of = {str(key): name for name, key in room.image.items()}
    return "".join(of[one["id"]] for one in found["items"])


async def test_the_images_of_a_job_are_those_that_it_has(room: ImageRoom) -> None:
    found = await listed(room)
    assert names(room, found) == "de"
    numbers = {name: value for name, value in found.items() if name != "items"}
    assert numbers == {
        "total": 2, "page": 1, "size": 20, "pages": 1, "total_exact": True, "next_cursor": None
    }  # fmt: skip
    assert found["items"][0] == {
        "id": str(room.image["d"]),
        "status": "accepted",
        "reason": None,
        "image_url": "https://pictures.example/d",
        "source": "openverse",
        "title": None,
        "license": "unknown",
        "label": "cat",
        "sha256": sha(1),
        "format": "jpg",
        "width": 640,
        "height": 480,
        "bytes": 1_000,
        "retrieved_at": "2026-11-21T08:30:00Z",
    }


async def test_filters_narrow_the_list(room: ImageRoom) -> None:
    for wanted, expected in (
        ({"status": "rejected"}, "abcf"),
        ({"reason": "http_404"}, "c"),
        ({"label": "Felidae"}, "e"),
        ({"keyword": "cat", "source": "openverse"}, "de"),
        ({"status": "good"}, ""),
        ({"status": "accepted", "reason": "http_404"}, ""),
        ({"valid": "false"}, "cf"),
        ({"duplicate": "true"}, "ab"),
        ({"duplicate": "true", "min_width": 641, "format": "jpg"}, "b"),
        ({"license": "unknown", "max_height": 480}, "de"),
    ):
        assert names(room, await listed(room, **wanted)) == expected, wanted


async def test_cursors_lead_to_the_end_and_nothing_comes_twice(room: ImageRoom) -> None:
    first = await listed(room, status="rejected", size=3)
    second = await listed(room, status="rejected", size=3, cursor=first["next_cursor"])
    assert (names(room, first), names(room, second), second["next_cursor"]) == ("abc", "f", None)
    assert (first["total"], first["pages"]) == (second["total"], second["pages"]) == (4, 2)


async def test_what_no_filter_takes_is_refused_by_name(room: ImageRoom) -> None:
    for wanted, field in (
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "A" * 21 + "B"}, "cursor"),
        ({"status": "lovely"}, "status"),
        ({"reason": "mood"}, "reason"),
        ({"label": ""}, "label"),
        ({"keyword": "x" * 201}, "keyword"),
        ({"page": "0"}, "page"),
        ({"size": "101"}, "size"),
        ({"page": "101", "size": "100"}, "page"),
    ):
        answer = await room.client.get(f"{room.job}/images", params=wanted)
        assert problem(answer)[::2] == (422, field), wanted


async def test_an_image_tells_where_it_came_from(room: ImageRoom) -> None:
    image = (await room.client.get(room.path("a"))).json()
    assert image["job_id"] == str(room.play.job.id)
    assert (image["status"], image["reason"]) == ("rejected", "duplicate_exact")
    assert image["duplicate_of"] == str(room.image["d"])
    assert (image["title"], image["author"], image["license"]) == ("Eine Katze “猫”", "Ada", "cc-by-4.0")
    assert (image["query"], image["sha256"], image["phash"]) == ("cat", sha(1), "0" * 16)


async def reviewed(room: ImageRoom, name: str, review: str) -> dict[str, Any]:
    answer = await room.client.patch(room.path(name), json={"review": review})
    assert answer.status_code == 200, answer.text
    image: dict[str, Any] = answer.json()
    return image


async def test_a_copy_is_restored_and_dropped_again(room: ImageRoom) -> None:
    image = await reviewed(room, "b", "accept")
    assert (image["status"], image["reason"], image["label"], image["duplicate_of"]) == (
        "accepted", None, "cat", None
    )  # fmt: skip
    job = (await room.client.get(room.job)).json()
    assert (job["accepted"], job["reasons"]["duplicate_exact"], "duplicate_near" in job["reasons"]) == (
        3, 1, False
    )  # fmt: skip
    assert names(room, await listed(room)) == "bde"
    image = await reviewed(room, "b", "reject")
    assert (image["status"], image["reason"]) == ("rejected", "duplicate_near")
    assert image["duplicate_of"] == str(room.image["e"])
    assert names(room, await listed(room)) == "de"


async def test_a_copy_takes_the_better_one_s_place_and_back(room: ImageRoom) -> None:
    await reviewed(room, "b", "accept_instead")
    assert names(room, await listed(room)) == "bd"
    other = (await room.client.get(room.path("e"))).json()
    assert (other["reason"], other["duplicate_of"]) == ("duplicate_near", str(room.image["b"]))
    await reviewed(room, "e", "accept_instead")
    assert names(room, await listed(room)) == "de"


async def test_what_is_no_copy_is_not_reviewed_as_one(room: ImageRoom) -> None:
    answer = await room.client.patch(room.path("c"), json={"review": "accept"})
    assert problem(answer)[1] == "IMAGE_HAS_NO_FILE"


async def test_an_accepted_image_is_kept_out_of_datasets_and_let_in_again(room: ImageRoom) -> None:
    for review, quarantined in (("reject", True), ("reject", True), ("accept", False)):
        image = await reviewed(room, "d", review)
        assert (image["status"], image["quarantined"]) == ("accepted", quarantined)
    assert (await room.client.get(room.job)).json()["accepted"] == 2


async def test_copies_in_other_jobs_are_named(room: ImageRoom) -> None:
    group = {ImageId(one.id): UUID(int=5) for one in (await room.stage.images(room.play.job.id)).values()}
    async with room.stage.transaction() as tx:
        await tx.known_pictures.group(room.play.job.owner_id, group, {})
        await tx.commit()
    image = (await room.client.get(room.path("d"))).json()
    assert image["duplicate_group"] == str(UUID(int=5))
    assert image["copies"] == [str(room.image["e"]), str(room.image["b"])]
    assert (await room.client.delete(room.path("e"))).status_code == 204
    assert (await room.client.get(room.path("d"))).json()["copies"] == [str(room.image["b"])]


async def test_a_removed_image_is_gone_and_its_job_counts_it(room: ImageRoom) -> None:
    answer = await room.client.delete(room.path("d"))
    assert (answer.status_code, answer.content) == (204, b"")
    for name, what in (("d", ""), ("d", "/download"), ("d", "/thumbnail"), ("a", "")):
        assert (await room.client.get(room.path(name, what))).status_code == 404
    assert problem(await room.client.delete(room.path("d"))) == (404, "IMAGE_NOT_FOUND", None)
    assert names(room, await listed(room)) == "e"
    async with room.stage.transaction() as tx:
        job = await tx.crawl_jobs.get(room.play.job.id)
    assert (job.accepted, job.reasons["removed"]) == (1, 2)
    assert job.found == job.accepted + job.rejected


async def test_images_of_a_job_that_goes_on_stay_and_the_answer_says_so(room: ImageRoom) -> None:
    async with room.stage.transaction() as tx:
        job = await tx.crawl_jobs.locked(room.play.job.id)
        job.retry(at=job.created_at)
        await tx.crawl_jobs.save(job)
        await tx.commit()
    answer = await room.client.delete(room.path("d"))
    assert problem(answer) == (409, "WRONG_JOB_STATE", None)
    assert "The job is running" in answer.json()["message"]


async def test_what_is_mine_is_not_there_for_others(room: ImageRoom) -> None:
    other, nobody = await room.stranger(), {"authorization": ""}
    routes = [room.path("d"), room.path("d", "/download"), room.path("d", "/thumbnail")]
    routes += [f"{room.job}/images", f"{room.job}/events"]
    nowhere = [route.replace(str(room.image["d"]), str(UUID(int=7))) for route in routes[:3]]
    for route in routes:
        assert (await room.client.get(route, headers=other)).status_code == 404
        assert (await room.client.get(route, headers=nobody)).status_code == 401
    for route in nowhere:
        assert (await room.client.get(route)).status_code == 404
    assert (await room.client.delete(routes[0], headers=other)).status_code == 404
    assert (await room.client.get(routes[0])).status_code == 200


async def test_a_key_that_may_only_read_removes_nothing(room: ImageRoom) -> None:
    reader = await room.key_of(room.play.job.owner_id, "read")
    writer = await room.key_of(room.play.job.owner_id, "write")
    assert (await room.client.delete(room.path("d"), headers=reader)).status_code == 403
    for what in ("", "/download", "/thumbnail"):
        assert (await room.client.get(room.path("d", what), headers=writer)).status_code == 403
    assert (await room.client.get(f"{room.job}/images", headers=writer)).status_code == 403
    assert (await room.client.get(room.path("d"), headers=reader)).status_code == 200


async def test_many_images_are_changed_at_once_and_each_has_its_outcome(room: ImageRoom) -> None:
    ids = [str(room.image[name]) for name in "dbc"] + [str(UUID(int=7))]
    reviewed = await room.client.patch(room.path("d"), json={"review": "accept"})
    assert reviewed.status_code == 200, reviewed.text
    answer = await room.client.post("/api/v1/images/batch", json={"image_ids": ids, "review": "accept"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["changed"], found["unchanged"], found["failed"]) == (1, 1, 2)
    assert [(one["image_id"], one["outcome"], one["error_code"]) for one in found["items"]] == [
        (ids[0], "unchanged", None),
        (ids[1], "changed", None),
        (ids[2], "failed", "IMAGE_HAS_NO_FILE"),
        (ids[3], "failed", "IMAGE_NOT_FOUND"),
    ]
    assert names(room, await listed(room)) == "bde"


async def test_what_a_batch_cannot_mean_is_refused_whole(room: ImageRoom) -> None:
    d = str(room.image["d"])
    for body, code in (
        ({"image_ids": [d]}, "INVALID_IMAGES_CHANGE"),
        ({"image_ids": [d], "delete": True, "labels": ["cat"]}, "INVALID_IMAGES_CHANGE"),
        ({"image_ids": []}, "INVALID"),
        ({"image_ids": [d] * 501, "delete": True}, "INVALID"),
        ({"image_ids": ["d"], "delete": True}, "INVALID"),
    ):
        answer = await room.client.post("/api/v1/images/batch", json=body)
        assert problem(answer)[:2] == (422, code), body
    assert names(room, await listed(room)) == "de"
