"""The demo's web, asked over real HTTP."""

import io
from collections.abc import AsyncIterator

import httpx
import imagehash
import pytest
from PIL import Image, ImageOps

from pixcrawler.entrypoints.cli.demo_web import DEMO_KEYWORDS, demo_web
from pixcrawler.entrypoints.cli.demo_web.pictures import Answer, Finish, Picture, catalogue, paint

SEED = 7


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with (
        demo_web(seed=SEED) as served,
        httpx.AsyncClient(base_url=served.base_url, trust_env=False) as client,
    ):
        yield client


def the(finish: Finish = Finish.JPEG, answer: Answer = Answer.FILE, word: str = "") -> Picture:
    wanted = (
        p for p in catalogue(SEED) if p.finish is finish and p.answer is answer and p.word.startswith(word)
    )
    return next(wanted)


def opened(body: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(io.BytesIO(body)))


@pytest.mark.parametrize("keyword", DEMO_KEYWORDS)
async def test_a_keyword_finds_pages_of_pictures_that_carry_it(web: httpx.AsyncClient, keyword: str) -> None:
    first, second = [
        (await web.get("/v1/images/", params={"q": keyword, "page": page})).json() for page in (1, 2)
    ]
    found = first["results"] + second["results"]
    assert (first["page_count"], first["page_size"]) == (2, 20)
    assert len(found) == first["result_count"] > 20
    assert len({picture["url"] for picture in found}) == len(found)
    assert all(keyword in {tag["name"] for tag in picture["tags"]} for picture in found)
    assert {picture["license"] for picture in found} >= {"by", "by-sa", "cc0", "pdm"}


async def test_the_plural_finds_the_same(web: httpx.AsyncClient) -> None:
    one = (await web.get("/v1/images/", params={"q": "flower"})).json()
    many = (await web.get("/v1/images/", params={"q": "Flowers"})).json()
    assert [picture["id"] for picture in one["results"]] == [picture["id"] for picture in many["results"]]


async def test_a_word_that_nothing_carries_finds_nothing(web: httpx.AsyncClient) -> None:
    answer = (await web.get("/v1/images/", params={"q": "submarine"})).json()
    assert (answer["result_count"], answer["page_count"], answer["results"]) == (0, 0, [])


async def test_a_licence_filter_is_applied(web: httpx.AsyncClient) -> None:
    answer = (await web.get("/v1/images/", params={"q": "sunset", "license": "cc0,pdm"})).json()
    assert {picture["license"] for picture in answer["results"]} == {"cc0", "pdm"}


@pytest.mark.parametrize(
    ("params", "status"), [({"page_size": 21}, 401), ({"page": 0}, 400), ({"page": "x"}, 400)]
)
async def test_a_page_that_cannot_be_is_refused(
    web: httpx.AsyncClient, params: dict[str, str | int], status: int
) -> None:
    assert (await web.get("/v1/images/", params=params)).status_code == status


@pytest.mark.parametrize(
    "finish", [Finish.JPEG, Finish.PNG, Finish.WEBP, Finish.TURNED, Finish.SMALLER, Finish.TINY]
)
async def test_a_file_is_the_picture_that_the_search_announced(
    web: httpx.AsyncClient, finish: Finish
) -> None:
    picture = the(finish)
    answer = await web.get(picture.path)
    image = opened(answer.content)
    assert image.size == (picture.width, picture.height)
    assert answer.headers["content-type"] == Image.MIME[Image.open(io.BytesIO(answer.content)).format or ""]


async def test_the_truncated_file_is_sent_whole_and_cannot_be_decoded(web: httpx.AsyncClient) -> None:
    body = (await web.get(the(Finish.TRUNCATED).path)).content
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(body)).load()


async def test_the_page_poses_as_a_jpeg(web: httpx.AsyncClient) -> None:
    answer = await web.get(the(answer=Answer.PAGE).path)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.text.startswith("<!doctype html>")


async def test_the_missing_file_is_missing(web: httpx.AsyncClient) -> None:
    assert (await web.get(the(answer=Answer.MISSING).path)).status_code == 404


async def test_the_broken_file_fails_once_and_then_comes(web: httpx.AsyncClient) -> None:
    path = the(answer=Answer.BROKEN_ONCE).path
    statuses = [(await web.get(path)).status_code for _ in range(3)]
    assert statuses == [503, 200, 200]


async def test_the_slow_file_comes_in_the_end(web: httpx.AsyncClient) -> None:
    picture = the(answer=Answer.SLOWLY)
    assert opened((await web.get(picture.path)).content).size == (picture.width, picture.height)


async def test_each_result_has_a_landing_page(web: httpx.AsyncClient) -> None:
    found = (await web.get("/v1/images/", params={"q": "mountain"})).json()["results"]
    page = await web.get(found[0]["foreign_landing_url"])
    assert found[0]["title"] in page.text
    assert (await web.get("/pages/none")).status_code == 404


async def test_robots_may_come(web: httpx.AsyncClient) -> None:
    assert "Allow: /" in (await web.get("/robots.txt")).text


def test_the_same_seed_paints_the_same_picture_and_another_seed_another() -> None:
    picture = the()
    assert paint(picture, 1) == paint(picture, 1) != paint(picture, 2)


def test_an_exact_copy_stands_under_another_address() -> None:
    plain = [p for p in catalogue(SEED) if p.word == "sunset" and p.number == 3]
    assert len({p.path for p in plain}) == 2
    assert len({paint(p, SEED) for p in plain}) == 1


def test_copies_look_the_same_and_other_pictures_do_not() -> None:
    kept = [p for p in catalogue(SEED) if p.word == "flower" and p.finish is not Finish.TINY]
    hashes = {p.path: imagehash.phash(opened(paint(p, SEED))) for p in kept}
    for one in kept:
        for other in kept:
            distance = hashes[one.path] - hashes[other.path]
            assert (distance <= 4) == (one.number == other.number), (one.path, other.path)
