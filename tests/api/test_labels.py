"""What an image shows: said by many, and by its owner last."""

import pytest

from tests.api.conftest import Api, OpenApi, problem
from tests.api.image_room import ImageRoom, image_room

room = pytest.fixture(image_room)


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


async def test_an_owners_labels_are_shown_and_listed_under(room: ImageRoom) -> None:
    async with room.stage.transaction() as tx:
        await tx.labels.found(room.play.job, {})
        await tx.commit()
    before = (await room.client.get(room.path("e"))).json()
    assert [one["label"] for one in before["labels"] if one["source"] == "taxon"] == ["Felidae"]
    answer = await room.client.patch(room.path("e"), json={"labels": [" wild  cat ", "cat", "cat"]})
    assert answer.status_code == 200, answer.text
    image = answer.json()
    assert image["label"] == "wild cat"
    said = [one for one in image["labels"] if one["source"] == "person"]
    assert [(one["label"], one["confidence"], one["model"]) for one in said] == [
        ("wild cat", None, None),
        ("cat", None, None),
    ]
    found = (await room.client.get(f"{room.job}/images", params={"label": "wild cat"})).json()
    assert [one["id"] for one in found["items"]] == [str(room.image["e"])]
    taken_back = (await room.client.patch(room.path("e"), json={"labels": []})).json()
    assert (taken_back["label"], taken_back["labels"]) == ("Felidae", before["labels"])


async def test_a_change_of_nothing_changes_nothing(room: ImageRoom) -> None:
    before = (await room.client.get(room.path("d"))).json()
    assert (await room.client.patch(room.path("d"), json={})).json() == before


async def test_only_accepted_images_of_ones_own_are_named(room: ImageRoom) -> None:
    body = {"labels": ["fox"]}
    assert problem(await room.client.patch(room.path("a"), json=body))[:2] == (404, "IMAGE_HAS_NO_FILE")
    stranger = await room.stranger()
    answer = await room.client.patch(room.path("d"), json=body, headers=stranger)
    assert problem(answer)[:2] == (404, "IMAGE_NOT_FOUND")
    reader = await room.key_of(room.play.job.owner_id, "read")
    answer = await room.client.patch(room.path("d"), json=body, headers=reader)
    assert answer.status_code == 403
    blank = await room.client.patch(room.path("d"), json={"labels": ["x" * 201]})
    assert problem(blank)[0] == 422
