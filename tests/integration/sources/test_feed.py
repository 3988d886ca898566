"""The feed source against real servers on loopback."""

from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.sources.feed import FeedSource
from pixcrawler.application.ports.source import SearchQuery
from pixcrawler.domain.crawling.errors import InvalidJob, SourceBlocked, SourceUnreachable
from pixcrawler.domain.crawling.filters import SearchFilters
from tests.integration.fetching.site import Site, answer, redirect
from tests.integration.sources.pages import found_by, html, of, page_client, pages_of, xml


@pytest.fixture
async def feed(site: Site) -> AsyncIterator[FeedSource]:
    async with page_client(site) as client:
        yield FeedSource(client)


def rss(*names: str, head: str = "") -> str:
    items = "".join(
        f"<item><title>{name}</title><link>/post</link>"
        f'<enclosure url="/{name}.jpg" type="image/jpeg"/></item>'
        for name in names
    )
    return f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel>{head}{items}</channel></rss>'


async def test_a_feeds_pictures_say_where_they_come_from(site: Site, feed: FeedSource) -> None:
    url = site.says("/feed", xml(rss("fox", head="<copyright>CC BY 4.0</copyright>")))
    ((one,),) = (page.candidates for page in await pages_of(feed, of(url)))
    assert (one.image_url, one.page_url) == (f"{site.url}/fox.jpg", f"{site.url}/post")
    assert (one.title, one.license, one.license_raw) == ("fox", "CC-BY-4.0", "CC BY 4.0")


async def test_a_thousand_pictures_come_once_each_in_parts(site: Site, feed: FeedSource) -> None:
    url = site.says("/feed", xml(rss(*map(str, range(1_000)))))
    pages = await pages_of(feed, of(url))
    assert [len(page.candidates) for page in pages] == [500, 500]
    assert len({one.image_url for page in pages for one in page.candidates}) == 1_000


async def test_a_paged_feed_is_read_to_its_last_page(site: Site, feed: FeedSource) -> None:
    for number in range(1, 4):
        following = f'<a:link rel="next" href="/feed?page={number + 1}"/>' if number < 3 else ""
        site.says(f"/feed?page={number}", xml(rss(str(number), head=following)))
    assert await found_by(feed, of(f"{site.url}/feed?page=1")) == ["/1.jpg", "/2.jpg", "/3.jpg"]


async def test_pages_that_turn_in_circles_come_to_an_end(site: Site, feed: FeedSource) -> None:
    site.says("/a", xml(rss("1", head='<a:link rel="next" href="/b"/>')))
    site.says("/b", xml(rss("2", head='<a:link rel="next" href="/a"/>')))
    assert await found_by(feed, of(f"{site.url}/a")) == ["/1.jpg", "/2.jpg"]


async def test_a_page_asked_for_again_is_the_same(site: Site, feed: FeedSource) -> None:
    urls = [site.says(f"/{name}", xml(rss(name))) for name in ("a", "b", "c")]
    query, cursor = of(*urls), None
    for _ in urls:
        page = await feed.search(query, cursor)
        assert await feed.search(query, cursor) == page
        cursor = page.next_cursor
    assert cursor is None


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        (html("<p>No feed"), "it is no RSS or Atom feed"),
        (xml("<urlset/>"), "it is no RSS or Atom feed"),
        (xml(""), "it is no RSS or Atom feed"),
        (answer(404), "status 404"),
        (answer(403), "status 403"),
        (xml(rss("1"), "X-Robots-Tag: noai"), "X-Robots-Tag: noai"),
        (xml(rss("1"), "tdm-reservation: 1"), "tdm-reservation: 1"),
        (redirect("http://127.0.0.2/"), r"127\.0\.0\.0/8"),
        (answer(200, b"%PDF", "Content-Type: application/pdf"), "application/pdf"),
    ],
)
async def test_what_gives_nothing_is_told_and_the_other_feeds_are_read(
    said: bytes, evidence: str, site: Site, feed: FeedSource
) -> None:
    url, fine = site.says("/no", said), site.says("/yes", xml(rss("2")))
    with pytest.raises(SourceBlocked, match=evidence):
        await feed.search(of(url), None)
    pages = await pages_of(feed, of(url, fine))
    assert [one.title for page in pages for one in page.candidates] == ["2"]
    assert len(pages[0].notes) == 1


async def test_a_feed_that_is_not_to_be_searched_for_may_be_read(site: Site, feed: FeedSource) -> None:
    assert await found_by(feed, of(site.says("/", xml(rss("1"), "X-Robots-Tag: noindex, follow")))) == [
        "/1.jpg"
    ]


async def test_a_feed_that_robots_txt_disallows_is_not_asked_for(site: Site, feed: FeedSource) -> None:
    site.says("/robots.txt", answer(200, b"User-agent: *\nDisallow: /"))
    with pytest.raises(SourceBlocked, match="Disallow: /"):
        await feed.search(of(site.says("/feed", xml(rss("1")))), None)
    assert not site.asked("/feed")


async def test_a_feed_that_fails_has_another_turn_at_the_end(site: Site, feed: FeedSource) -> None:
    failing = site.says("/a", answer(500), answer(500), xml(rss("1")))
    fine = site.says("/b", xml(rss("2")))
    assert await found_by(feed, of(failing, fine)) == ["/2.jpg", "/1.jpg"]
    with pytest.raises(SourceUnreachable, match="status 500"):
        await pages_of(feed, of(site.says("/c", answer(500)), fine))


async def test_a_feed_without_pictures_is_one_empty_page(site: Site, feed: FeedSource) -> None:
    (page,) = await pages_of(feed, of(site.says("/", xml("<rss><channel><item/></channel></rss>"))))
    assert (page.candidates, page.skipped, page.notes) == ((), 0, ())


async def test_a_bomb_of_entities_gives_nothing_of_it(site: Site, feed: FeedSource) -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    item = '<item><title>x &b;</title><enclosure url="/1.jpg" type="image/jpeg"/></item>'
    pages = await pages_of(feed, of(site.says("/", xml(f"{bomb}<rss><channel>{item}</channel></rss>"))))
    assert all("aaa" not in (one.title or "") for page in pages for one in page.candidates)


async def test_without_an_address_it_says_what_is_missing(feed: FeedSource) -> None:
    with pytest.raises(InvalidJob, match="--input URL"):
        await feed.search(SearchQuery(text="", filters=SearchFilters()), None)
