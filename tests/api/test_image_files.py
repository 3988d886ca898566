"""Files of images over HTTP: whole, in parts, only when they are new, and small."""

import io

import pytest
from PIL import Image

from tests.api.conftest import Api, OpenApi, problem
from tests.api.image_room import FILE, ImageRoom, image_room
from tests.fakes.aggregates import sha
from tests.fakes.manifests import picture

TAG = f'"{sha(1)}"'


room = pytest.fixture(image_room)


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


async def test_a_file_comes_whole_with_its_real_type_and_a_safe_name(room: ImageRoom) -> None:
    await room.play_file(FILE)
    answer = await room.client.get(room.path("d", "/download"))
    assert (answer.status_code, answer.content) == (200, FILE)
    headers = {name: answer.headers[name] for name in ("content-type", "content-length", "etag")}
    assert headers == {"content-type": "image/jpeg", "content-length": str(len(FILE)), "etag": TAG}
    assert answer.headers["content-disposition"] == f'attachment; filename="{sha(1)[:16]}.jpg"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"


async def test_a_part_comes_alone(room: ImageRoom) -> None:
    await room.play_file(FILE)
    for wanted, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=1000-1999", 1_000, 2_000),
        ("bytes=-7", 255_993, 256_000),
        ("bytes=100000-", 100_000, 256_000),
    ):
        answer = await room.client.get(room.path("d", "/download"), headers={"range": wanted})
        assert (answer.status_code, answer.content) == (206, FILE[start:end])
        assert answer.headers["content-length"] == str(end - start)
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/256000"


async def test_a_part_behind_the_end_is_refused_with_the_size(room: ImageRoom) -> None:
    await room.play_file(FILE)
    answer = await room.client.get(room.path("d", "/download"), headers={"range": "bytes=256000-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */256000")
    assert problem(answer) == (416, "RANGE_NOT_SATISFIABLE", "Range")


async def test_a_part_of_another_file_is_the_whole_of_this_one(room: ImageRoom) -> None:
    await room.play_file(FILE)
    for tag, status in ((TAG, 206), ('"other"', 200)):
        asked = {"range": "bytes=0-9", "if-range": tag}
        assert (await room.client.get(room.path("d", "/download"), headers=asked)).status_code == status


async def test_a_file_that_the_client_has_is_not_sent_again(room: ImageRoom) -> None:
    await room.play_file(FILE)
    answer = await room.client.get(room.path("d", "/download"), headers={"if-none-match": TAG})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", TAG)
    answer = await room.client.get(room.path("d", "/download"), headers={"if-match": '"other"'})
    assert problem(answer)[:2] == (412, "PRECONDITION_FAILED")


async def test_head_tells_all_but_the_bytes(room: ImageRoom) -> None:
    await room.play_file(FILE)
    answer = await room.client.head(room.path("d", "/download"), headers={"range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer.headers["content-length"], answer.headers["etag"]) == (str(len(FILE)), TAG)


async def test_a_file_that_is_not_in_the_store_is_said_to_be_missing(room: ImageRoom) -> None:
    await room.app.imaging.store.delete(f"pictures/{sha(1)}")
    for what in ("/download", "/thumbnail"):
        answer = await room.client.get(room.path("d", what))
        assert problem(answer)[:2] == (404, "IMAGE_FILE_MISSING")
    assert (await room.client.head(room.path("d", "/download"))).status_code == 404


async def test_an_image_that_never_came_has_no_file(room: ImageRoom) -> None:
    for what in ("/download", "/thumbnail"):
        answer = await room.client.get(room.path("c", what))
        assert problem(answer)[:2] == (404, "IMAGE_HAS_NO_FILE")


async def test_a_thumbnail_is_a_small_jpeg_that_the_client_may_keep(room: ImageRoom) -> None:
    await room.play_file(picture(1))
    answer = await room.client.get(room.path("d", "/thumbnail"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(answer.content)) as small:
        assert (small.format, max(small.size) <= 256) == ("JPEG", True)
    again = await room.client.get(
        room.path("d", "/thumbnail"), headers={"if-none-match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert answer.headers["etag"] != TAG


async def test_what_cannot_be_decoded_has_no_thumbnail(room: ImageRoom) -> None:
    await room.play_file(FILE)
    answer = await room.client.get(room.path("d", "/thumbnail"))
    assert problem(answer)[:2] == (404, "NO_THUMBNAIL")
