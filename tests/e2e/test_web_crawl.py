"""`pixcrawler crawl` of a web site, of a feed and of a zip, as a user runs it."""

import zipfile

import pytest

from tests.e2e.conftest import Shell, adds_up, rows
from tests.integration.fetching.site import Site, answer, open_site
from tests.integration.sources.pages import html, xml
from tests.servers.pictures import PictureWeb, picture

CC_BY = "https://creativecommons.org/licenses/by/4.0/"


def beside(shell: Shell, web: PictureWeb, site: Site) -> dict[str, str]:
    """What opens the site as well, and asks it as often as it likes."""
    allowed = shell.environ["FETCH_ALLOWED_PRIVATE_NETWORKS"]
    return {
        "FETCH_ALLOWED_PRIVATE_NETWORKS": f"{allowed},127.0.0.1/32:{site.port}",
        "FETCH_PAGE_INTERVAL": "0",
    }


async def test_a_site_becomes_a_dataset_with_the_licences_that_it_names(
    shell: Shell, web: PictureWeb
) -> None:
    first, second = web.urls[:3], web.urls[6:9]
    async with open_site() as site:
        site.says("/robots.txt", answer(200, b"User-agent: *\nDisallow: /private"))
        shown = "".join(f'<figure><img src="{url}"><figcaption>A fox</figcaption></figure>' for url in first)
        links = '<a href="/art/more">more</a><a href="/private">no</a><a href="/shop">out</a>'
        site.says("/art/", html(f'<link rel="license" href="{CC_BY}">{shown}{links}'))
        site.says("/art/more", html("".join(f'<img src="{url}">' for url in second)))
        done = await shell(
            "crawl",
            "fox",
            "--input",
            f"{site.url}/art/*",
            "--out",
            "ds",
            "--json",
            **beside(shell, web, site),
        )
        assert not site.asked("/private")
        assert not site.asked("/shop")
    assert done.code == 0, done.err
    assert adds_up(done.document)
    found = rows(shell.folder / "ds")
    assert {row["image_url"]: row["license"] for row in found} == {
        **dict.fromkeys(first, "CC-BY-4.0"),
        **dict.fromkeys(second, "unknown"),
    }
    assert {row["page_url"] for row in found} == {f"{site.url}/art/", f"{site.url}/art/more"}
    assert {(row["label"], row["source"]) for row in found} == {("fox", "web")}
    assert {row["title"] for row in found if row["image_url"] in first} == {"A fox"}


@pytest.mark.long
async def test_a_feed_becomes_a_dataset(shell: Shell, web: PictureWeb) -> None:
    items = "".join(f'<item><enclosure url="{url}" type="image/jpeg"/></item>' for url in web.urls[:4])
    async with open_site() as site:
        url = site.says("/feed", xml(f"<rss><channel>{items}</channel></rss>"))
        more = beside(shell, web, site)
        done = await shell("crawl", "--source", "feed", "--input", url, "--out", "ds", **more)
        assert done.code == 0, done.err
        gone = await shell("crawl", "--input", f"{site.url}/gone", "--out", "gone", **more)
    assert {row["image_url"] for row in rows(shell.folder / "ds")} == set(web.urls[:4])
    assert gone.code == 5
    assert f"{site.url}/gone was not read: status 404." in gone.err


@pytest.mark.long
async def test_a_zip_becomes_a_dataset(shell: Shell) -> None:
    with zipfile.ZipFile(shell.folder / "a.zip", "w") as file:
        for number in range(6):
            file.writestr(f"{'fox' if number % 2 else 'wolf'}/{number}.jpg", picture(100 + number))
    done = await shell("crawl", "--input", "a.zip", "--out", "ds", "--json")
    assert done.code == 0, done.err
    assert {row["label"] for row in rows(shell.folder / "ds")} == {"fox", "wolf"}
    assert done.document["job"]["accepted"] == 6
