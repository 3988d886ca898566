"""The web source, whole sites and sitemaps, against real servers on loopback."""

import gzip

import pytest

from pixcrawler.adapters.fetching.page_client import PageClient
from pixcrawler.adapters.sources.web import WebSource
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceUnreachable
from tests.integration.fetching.site import Answer, Site, answer, redirect
from tests.integration.sources.pages import found_by, html, of, pages_of, xml

SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


async def test_a_whole_site_is_read_breadth_first_and_to_its_end(site: Site, web: WebSource) -> None:
    site.says("/", html('<img src="0.jpg"><a href="/a">a</a><a href="/b">b</a>'))
    site.says("/a", html('<img src="1.jpg"><a href="/c#top">c</a><a href="/">home</a>'))
    site.says("/b", html('<img src="2.jpg"><a href="/c">c</a><a href="http://example.com/">out</a>'))
    site.says("/c", html('<img src="3.jpg">'))
    assert await found_by(web, of(f"{site.url}/*")) == ["/0.jpg", "/1.jpg", "/2.jpg", "/3.jpg"]
    assert [len(site.asked(path)) for path in ("/", "/a", "/b", "/c")] == [1, 1, 1, 1]


async def test_a_part_of_a_site_is_left_by_no_link(site: Site, web: WebSource) -> None:
    site.says("/art/", html('<img src="1.jpg"><a href="/art/a">in</a><a href="/shop">out</a>'))
    site.says("/art/a", html('<img src="2.jpg">'))
    assert await found_by(web, of(f"{site.url}/art/*")) == ["/art/1.jpg", "/art/2.jpg"]
    assert not site.asked("/shop")


async def test_links_are_followed_only_so_deep(site: Site, client: PageClient) -> None:
    for number in range(6):
        site.says(f"/{number}", html(f'<img src="{number}.jpg"><a href="/{number + 1}">on</a>'))
    site.says("/", html('<a href="/0">first</a>'))
    found = await found_by(WebSource(client, max_pages=50, depth=2), of(f"{site.url}/*"))
    assert found == ["/0.jpg", "/1.jpg"]


async def test_a_trap_without_end_is_left_at_the_limit_and_told(site: Site, client: PageClient) -> None:
    site.answers = Endless()
    source = WebSource(client, max_pages=12, depth=1_000)
    pages = await pages_of(source, of(f"{site.url}/*"))
    assert len({one.path for one in site.seen} - SMALL_FILES) == 12
    assert [note for page in pages for note in page.notes] == [
        f"{site.url}/*: the limit of 12 pages was reached."
    ]


SMALL_FILES = {"/robots.txt", "/ai.txt", "/.well-known/tdmrep.json"}


class Endless(dict[str, list[Answer]]):
    """A calendar: every page leads to two that nobody has seen."""

    def get(self, path: str, _: object = None) -> list[Answer]:
        if path in SMALL_FILES:
            return [answer(404)]
        return [html(f'<img src="/{abs(hash(path))}.jpg"><a href="{path}1">a</a><a href="{path}2?s=9">b</a>')]


async def test_a_page_asked_for_again_is_the_same(site: Site, web: WebSource) -> None:
    site.says("/", html("".join(f'<a href="/{number}">{number}</a>' for number in range(20))))
    for number in range(20):
        site.says(f"/{number}", html(f'<img src="{number}.jpg"><a href="/">home</a>'))
    query, cursor = of(f"{site.url}/*"), None
    while True:
        page = await web.search(query, cursor)
        assert await web.search(query, cursor) == page
        cursor = page.next_cursor
        if cursor is None:
            break


async def test_a_sitemap_is_its_pictures_and_the_pages_that_it_has_none_of(
    site: Site, web: WebSource
) -> None:
    url = site.says(
        "/map.xml",
        xml(
            f"<urlset {SITEMAP}><url><loc>{site.url}/a</loc><image:image><image:loc>/a.jpg</image:loc>"
            "<image:title>Fox</image:title>"
            "<image:license>https://creativecommons.org/publicdomain/zero/1.0/</image:license>"
            f"</image:image></url><url><loc>{site.url}/b</loc></url>"
            "<url><loc>http://example.com/other</loc></url></urlset>"
        ),
    )
    site.says("/b", html('<img src="b.jpg"><a href="/c">c</a>'))
    pages = await pages_of(web, of(url))
    first, second = (one for page in pages for one in page.candidates)
    assert (first.page_url, first.title, first.license) == (f"{site.url}/a", "Fox", "CC0-1.0")
    assert second.image_url == f"{site.url}/b.jpg"
    assert not site.asked("/a")
    assert not site.asked("/c")


async def test_a_sitemap_may_be_text(site: Site, web: WebSource) -> None:
    text = f"{site.url}/a\n\n{site.url}/b\r\n".encode()
    url = site.says("/map.txt", answer(200, text, "Content-Type: text/plain"))
    site.says("/a", html('<img src="1.jpg">'))
    site.says("/b", html('<img src="2.jpg">'))
    assert await found_by(web, of(url)) == ["/1.jpg", "/2.jpg"]


async def test_an_index_leads_to_its_sitemaps_gzipped_ones_too(site: Site, web: WebSource) -> None:
    entry = "<url><loc>{}</loc><image:image><image:loc>{}</image:loc></image:image></url>"
    first = f"<urlset {SITEMAP}>{entry.format(site.url + '/p', '/1.jpg')}</urlset>"
    second = f"<urlset {SITEMAP}>{entry.format(site.url + '/q', '/2.jpg')}</urlset>"
    site.says("/1.xml", xml(first))
    gzipped = gzip.compress(second.encode())
    site.says("/2.xml.gz", answer(200, gzipped, "Content-Type: application/x-gzip"))
    url = site.says(
        "/index.xml",
        xml(
            f"<sitemapindex {SITEMAP}><sitemap><loc>{site.url}/1.xml</loc></sitemap>"
            f"<sitemap><loc>{site.url}/2.xml.gz</loc></sitemap></sitemapindex>"
        ),
    )
    assert await found_by(web, of(url)) == ["/1.jpg", "/2.jpg"]


async def test_indexes_that_hold_each_other_come_to_an_end(site: Site, web: WebSource) -> None:
    for number in range(9):
        inner = f"<sitemap><loc>{site.url}/{number + 1}.xml</loc></sitemap>"
        site.says(
            f"/{number}.xml",
            xml(f"<sitemapindex>{inner * 3}<sitemap><loc>/0.xml</loc></sitemap></sitemapindex>"),
        )
    assert await found_by(web, of(f"{site.url}/0.xml")) == []
    assert not site.asked("/5.xml")


async def test_the_sitemaps_of_robots_txt_are_read_for_a_whole_site(site: Site, web: WebSource) -> None:
    site.says(
        "/robots.txt", answer(200, f"Sitemap: {site.url}/map.xml\nUser-agent: *\nDisallow: /x".encode())
    )
    site.says("/", html("<p>Nothing here</p>"))
    site.says("/map.xml", xml(f"<urlset><url><loc>{site.url}/far</loc></url></urlset>"))
    site.says("/far", html('<img src="far.jpg"><a href="/further">on</a>'))
    site.says("/further", html('<img src="further.jpg">'))
    assert await found_by(web, of(f"{site.url}/*")) == ["/far.jpg", "/further.jpg"]


async def test_a_sitemap_that_is_not_to_be_searched_for_may_be_read(site: Site, web: WebSource) -> None:
    entry = "<url><loc>/a</loc><image:image><image:loc>/1.jpg</image:loc></image:image></url>"
    body = f"<urlset {SITEMAP}>{entry}</urlset>"
    url = site.says("/map.xml", xml(body, "X-Robots-Tag: noindex, follow"))
    assert await found_by(web, of(url)) == ["/1.jpg"]
    url = site.says("/mine.xml", xml(body, "X-Robots-Tag: noai"))
    with pytest.raises(SourceBlocked, match="X-Robots-Tag: noai"):
        await web.search(of(url), None)


@pytest.mark.parametrize(
    "page",
    [
        html('<meta name="robots" content="nofollow"><img src="1.jpg"><a href="/b">b</a>'),
        html('<img src="1.jpg"><a href="/b" rel="nofollow">b</a>'),
        html('<img src="1.jpg"><a href="/b">b</a>', "X-Robots-Tag: nofollow"),
        html('<img src="1.jpg"><a href="/b">b</a>', "X-Robots-Tag: pixcrawler: nofollow"),
    ],
)
async def test_links_that_are_not_to_be_followed_are_not(page: bytes, site: Site, web: WebSource) -> None:
    site.says("/", page)
    site.says("/b", html('<img src="2.jpg">'))
    assert await found_by(web, of(f"{site.url}/*")) == ["/1.jpg"]
    assert not site.asked("/b")


async def test_a_sitemap_that_has_moved_lists_pages_of_its_new_site(
    site: Site, other: Site, web: WebSource
) -> None:
    url = site.says("/map.xml", redirect(f"{other.url}/map.xml"))
    other.says("/map.xml", xml(f"<urlset><url><loc>{other.url}/a</loc></url></urlset>"))
    other.says("/a", html('<img src="1.jpg">'))
    assert await found_by(web, of(url)) == ["/1.jpg"]


async def test_what_robots_txt_disallows_is_never_asked_for(site: Site, web: WebSource) -> None:
    site.says("/robots.txt", answer(200, b"User-agent: *\nDisallow: /private"))
    site.says("/", html('<img src="1.jpg"><a href="/private/a">a</a><a href="/open">b</a>'))
    site.says("/open", html('<img src="2.jpg">'))
    pages = await pages_of(web, of(f"{site.url}/*"))
    assert sum(len(page.candidates) for page in pages) == 2
    assert not site.asked("/private/a")
    assert "robots: 1" in pages[-1].notes[0]
    with pytest.raises(SourceBlocked, match="Disallow: /private"):
        await web.search(of(f"{site.url}/private/a"), None)


async def test_a_site_that_dies_half_way_is_for_another_day(site: Site, web: WebSource) -> None:
    links = "".join(f'<a href="/{number}">x</a>' for number in range(30))
    site.says("/", html(f'<img src="0.jpg">{links}'))
    for number in range(30):
        site.says(f"/{number}", answer(500))
    with pytest.raises(SourceUnreachable):
        await pages_of(web, of(f"{site.url}/*"))
    assert len({one.path for one in site.seen}) < 10


async def test_a_page_of_a_site_that_fails_once_is_read_later(site: Site, web: WebSource) -> None:
    site.says("/", html('<img src="0.jpg"><a href="/a">a</a><a href="/b">b</a>'))
    site.says("/a", answer(500), answer(500), html('<img src="1.jpg">'))
    site.says("/b", html('<img src="2.jpg">'))
    assert await found_by(web, of(f"{site.url}/*")) == ["/0.jpg", "/2.jpg", "/1.jpg"]


async def test_a_site_that_has_moved_is_read_where_it_is(site: Site, other: Site, web: WebSource) -> None:
    site.says("/", redirect(f"{other.url}/"))
    other.says("/", html('<img src="1.jpg"><a href="/a">a</a>'))
    other.says("/a", html('<img src="2.jpg">'))
    assert await found_by(web, of(f"{site.url}/*")) == ["/1.jpg", "/2.jpg"]
