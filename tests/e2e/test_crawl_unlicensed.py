"""`pixcrawler crawl` from sources that tell no licences."""

import csv

import msgspec
import pytest
from aiohttp.web import Response

from tests.e2e.conftest import Shell, adds_up, rows
from tests.servers.bing import BingServer
from tests.servers.pictures import PictureWeb
from tests.servers.searxng import SearxngServer


def enabled(web: PictureWeb, api: SearxngServer) -> dict[str, str]:
    return {
        "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{web.port},127.0.0.1/32:{api.port}",
        "SOURCE_SEARXNG_ENABLED": "true",
        "SOURCE_SEARXNG_BASE_URL": api.url,
        "SOURCE_SEARXNG_INTERVAL": "0",
    }


async def test_pictures_of_a_search_engine_are_of_unknown_licence_wherever_one_looks(
    shell: Shell, web: PictureWeb
) -> None:
    async with SearxngServer(12) as api:
        api.silent = [["google images", "CAPTCHA"]]
        for number, result in enumerate(api.results):
            result["img_src"] = web.url(f"{number + 25:04d}.jpg")
        words = ("fox", "--source", "searxng", "--max-images", "9", "--out", "ds", "--json")
        done = await shell("crawl", *words, **enabled(web, api))
    assert done.code in {0, 6}, done.err
    assert adds_up(done.document)
    assert "searxng: engines that did not answer: google images (CAPTCHA)." in done.err
    folder = shell.folder / "ds"
    images = rows(folder)
    assert {(row["source"], row["license"]) for row in images} == {("searxng", "unknown")}
    with (folder / "ATTRIBUTION.csv").open(newline="") as stream:
        assert {row["license"] for row in csv.DictReader(stream)} == {"unknown"}
    card = (folder / "README.md").read_text()
    assert "\nlicense: unknown\n" in card
    assert "unknown" in (folder / "LICENSE-SUMMARY.md").read_text()
    assert msgspec.json.decode((folder / "stats.json").read_bytes())["licenses"] == {"unknown": len(images)}
    assert "unknown" in (folder / "report.html").read_text()


@pytest.mark.long
async def test_a_licence_policy_finds_nothing_there_and_says_so(shell: Shell, web: PictureWeb) -> None:
    async with SearxngServer(12) as api:
        words = ("fox", "--source", "searxng", "--license", "commercial", "--max-images", "9")
        done = await shell("crawl", *words, "--out", "ds", **enabled(web, api))
        assert "SearXNG tells no licences: with --license commercial nothing is asked there" in done.err
        dry = await shell("crawl", *words, "--dry-run", **enabled(web, api))
        assert "SearXNG tells no licences" in dry.out
    assert (done.code, dry.code, api.requests) == (4, 4, [])


class ForbiddingBing(BingServer):
    """Its robots.txt is that of a search engine."""

    path = "/{name:.*}"

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> Response:
        if asked["name"] == "robots.txt":
            return Response(text="User-agent: *\nDisallow: /images/async\n")
        return super().answer(asked, headers)


@pytest.mark.long
async def test_a_search_engine_that_forbids_its_result_pages_is_obeyed_unless_the_operator_decides(
    shell: Shell, web: PictureWeb
) -> None:
    async with ForbiddingBing(12) as api:
        asked = {
            "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{web.port},127.0.0.1/32:{api.port}",
            "SOURCE_BING_ENABLED": "true",
            "SOURCE_BING_BASE_URL": api.url,
            "SOURCE_BING_INTERVAL": "0",
        }
        words = ("crawl", "fox", "--source", "bing", "--dry-run")
        obeyed = await shell(*words, **asked)
        assert obeyed.code == 5, obeyed.err
        assert (
            "forbids its result pages to programs (robots.txt line 2: Disallow: /images/async)" in obeyed.out
        )
        for name in ("SOURCE_BING_RESPECT_ROBOTS", "FETCH_RESPECT_ROBOTS"):
            decided = await shell(*words, **asked, **{name: "false"})
            assert decided.code == 0, decided.err
    assert [visit["name"] for visit in api.requests] == ["robots.txt", "images/async", "images/async"]
