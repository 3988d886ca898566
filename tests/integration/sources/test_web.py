"""The web source and single pages, against real servers on loopback."""

import pytest

from pixcrawler.adapters.sources.web import WebSource
from pixcrawler.application.ports.source import SearchQuery
from pixcrawler.domain.crawling.errors import InvalidJob, SourceBlocked, SourceUnreachable
from pixcrawler.domain.crawling.filters import SearchFilters
from tests.integration.fetching.site import Site, answer, cut, redirect
from tests.integration.sources.pages import found_by, html, of, page_client, pages_of, xml


async def test_a_page_gives_its_pictures_with_what_it_says_of_them(site: Site, web: WebSource) -> None:
    url = site.says(
        "/gallery/",
        html(
            '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
            '<figure><img src="fox.jpg"><figcaption>A red fox</figcaption></figure>'
        ),
    )
    (page,) = await pages_of(web, of(url))
    (one,) = page.candidates
    assert (one.image_url, one.page_url, one.title) == (f"{site.url}/gallery/fox.jpg", url, "A red fox")
    assert (one.license, one.license_url) == ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")


async def test_one_page_is_one_page_whatever_it_links_to(site: Site, web: WebSource) -> None:
    url = site.says("/a", html('<img src="1.jpg"><a href="/b">more</a>'))
    site.says("/b", html('<img src="2.jpg">'))
    assert await found_by(web, of(url)) == ["/1.jpg"]
    assert not site.asked("/b")


async def test_a_large_page_is_handed_out_in_parts_and_asked_for_once(site: Site, web: WebSource) -> None:
    url = site.says("/", html("".join(f'<img src="{number}.jpg">' for number in range(1_234))))
    pages = await pages_of(web, of(url))
    assert [len(page.candidates) for page in pages] == [500, 500, 234]
    assert len(site.asked("/")) == 1


@pytest.mark.parametrize(
    ("page", "evidence"),
    [
        (html('<meta name="robots" content="noindex, follow"><img src="1.jpg">'), "noindex"),
        (html('<meta name="PixCrawler" content="noai"><img src="1.jpg">'), "noai"),
        (html('<meta name="tdm-reservation" content="1"><img src="1.jpg">'), "tdm-reservation"),
        (html('<img src="1.jpg">', "X-Robots-Tag: noimageai"), "X-Robots-Tag: noimageai"),
        (html('<img src="1.jpg">', "tdm-reservation: 1"), "tdm-reservation: 1"),
    ],
)
async def test_what_opts_out_is_not_taken_and_the_user_is_told(
    page: bytes, evidence: str, site: Site, web: WebSource
) -> None:
    url, fine = site.says("/no", page), site.says("/yes", html('<img src="2.jpg">'))
    with pytest.raises(SourceBlocked, match=evidence):
        await pages_of(web, of(url))
    pages = await pages_of(web, of(url, fine))
    assert [one.image_url for page in pages for one in page.candidates] == [f"{site.url}/2.jpg"]
    assert evidence in pages[0].notes[0]


async def test_opt_outs_do_not_count_where_the_operator_says_so(site: Site, other: Site) -> None:
    url = site.says("/no", html('<meta name="robots" content="noai"><img src="1.jpg">'))
    async with page_client(site, respect_opt_out=False) as client:
        assert await found_by(WebSource(client), of(url)) == ["/1.jpg"]


async def test_a_page_that_is_not_there_is_told_and_the_others_are_read(site: Site, web: WebSource) -> None:
    fine = site.says("/yes", html('<img src="2.jpg">'))
    pages = await pages_of(web, of(f"{site.url}/gone", fine))
    assert pages[0].notes == (f"{site.url}/gone was not read: status 404.",)
    assert sum(len(page.candidates) for page in pages) == 1
    with pytest.raises(SourceBlocked, match="status 404"):
        await web.search(of(f"{site.url}/gone"), None)


async def test_a_site_that_fails_has_another_turn_at_the_end(site: Site, web: WebSource) -> None:
    failing = site.says("/a", answer(500), answer(500), html('<img src="1.jpg">'))
    fine = site.says("/b", html('<img src="2.jpg">'))
    assert await found_by(web, of(failing, fine)) == ["/2.jpg", "/1.jpg"]


async def test_a_server_error_is_for_another_day(site: Site, web: WebSource) -> None:
    url = site.says("/a", answer(500))
    with pytest.raises(SourceUnreachable, match="status 500"):
        await web.search(of(url), None)


async def test_a_throttled_page_is_asked_for_again_as_it_wishes(site: Site, web: WebSource) -> None:
    url = site.says("/a", answer(429, b"", "Retry-After: 0"), html('<img src="1.jpg">'))
    assert await found_by(web, of(url)) == ["/1.jpg"]


async def test_a_redirect_is_followed_and_pictures_are_where_it_leads(site: Site, web: WebSource) -> None:
    url = site.says("/old", redirect("/new/"))
    site.says("/new/", html('<img src="1.jpg">'))
    assert await found_by(web, of(url)) == ["/new/1.jpg"]


async def test_a_redirect_to_a_private_address_is_refused(site: Site, web: WebSource) -> None:
    url = site.says("/in", redirect("http://127.0.0.2:80/secret"))
    with pytest.raises(SourceBlocked, match=r"127\.0\.0\.0/8"):
        await web.search(of(url), None)


async def test_an_address_of_a_picture_is_that_picture(site: Site, web: WebSource) -> None:
    url = site.says("/1", answer(200, b"\xff\xd8\xff", "Content-Type: image/jpeg"))
    assert await found_by(web, of(url)) == ["/1"]


@pytest.mark.parametrize(
    ("page", "evidence"),
    [
        (answer(200, b"%PDF", "Content-Type: application/pdf"), "Content-Type: application/pdf"),
        (xml("<rss><channel><item/></channel></rss>"), "source feed"),
        (xml("<catalogue/>"), "begins with <catalogue>"),
    ],
)
async def test_what_is_no_page_is_told(page: bytes, evidence: str, site: Site, web: WebSource) -> None:
    with pytest.raises(SourceBlocked, match=evidence):
        await web.search(of(site.says("/x", page)), None)


async def test_a_page_without_pictures_is_one_empty_page(site: Site, web: WebSource) -> None:
    (page,) = await pages_of(web, of(site.says("/", html("<p>Words"))))
    assert (page.candidates, page.skipped, page.notes) == ((), 0, ())


async def test_a_broken_page_is_read_as_far_as_it_makes_sense(site: Site, web: WebSource) -> None:
    url = site.says("/", html('<div><img src="1.jpg"><p <img src="2.jpg"></b></table><img src="3.jpg'))
    assert "/1.jpg" in await found_by(web, of(url))


async def test_a_page_that_breaks_off_is_for_another_day(site: Site, web: WebSource) -> None:
    url = site.says("/", cut(200, b"<img src=1.jpg>", "Content-Type: text/html", length=999))
    with pytest.raises(SourceUnreachable):
        await web.search(of(url), None)


async def test_inline_data_tracking_pixels_and_icons_are_skipped_and_counted(
    site: Site, web: WebSource
) -> None:
    url = site.says(
        "/",
        html(
            '<img src="data:image/gif;base64,AAAA"><img src="p.gif" width="1" height="1">'
            '<img src="icon.png" width="16" height="16"><img src="1.jpg" width="120" height="80">'
        ),
    )
    (page,) = await pages_of(web, of(url, min_size=(200, 200)))
    assert [one.image_url for one in page.candidates] == [f"{site.url}/1.jpg"]
    assert page.skipped == 3


async def test_without_an_address_it_says_what_is_missing(web: WebSource) -> None:
    with pytest.raises(InvalidJob, match="--input URL"):
        await web.search(SearchQuery(text="", filters=SearchFilters()), None)
