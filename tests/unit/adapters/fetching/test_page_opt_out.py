from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict

from pixcrawler.adapters.fetching.page_opt_out import PageWords


def words(*tags: str, metas: tuple[tuple[str, str], ...] = (), tdm: str | None = None) -> PageWords:
    said = PageWords("pixcrawler", at=datetime(2026, 11, 22, tzinfo=UTC))
    said.take_headers(
        CIMultiDict([("x-robots-tag", tag) for tag in tags] + ([("TDM-Reservation", tdm)] if tdm else []))
    )
    said.take_metas({"name": name, "content": content} for name, content in metas)
    return said


@pytest.mark.parametrize(
    "said",
    [
        words("noai"),
        words("noindex, nofollow"),
        words("all", "NoImageIndex"),
        words("unavailable_after: 25 Jun 2030 15:00:00 PST, noimageai"),
        words("pixcrawler: noindex"),
        words("otherbot: all, pixcrawler: none"),
        words(metas=(("robots", "NOINDEX,FOLLOW"),)),
        words(metas=((" Robots ", " noai "),)),
        words(metas=(("googlebot", "noimageindex"),)),
        words(metas=(("pixcrawler", "none"),)),
        words("unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, follow"),
        words(metas=(("googlebot", "unavailable_after: 25-Aug-2007 15:00:00 EST"),)),
        words(metas=(("robots", "follow, unavailable_after: 2020-09-21"),)),
        words(metas=(("tdm-reservation", "1"),)),
        words(tdm="1"),
    ],
)
def test_a_page_that_opts_out_is_heard(said: PageWords) -> None:
    assert said.objection()


@pytest.mark.parametrize(
    "said",
    [
        words(),
        words("all"),
        words("nofollow"),
        words("otherbot: noindex"),
        words("max-snippet: 10, max-image-preview: large"),
        words(metas=(("robots", "index, follow"),)),
        words("unavailable_after: Tue, 25 Jun 2030 15:00:00 GMT, follow"),
        words(metas=(("robots", "unavailable_after: 2030-06-25"),)),
        words(metas=(("robots", "unavailable_after: some day"),)),
        words(metas=(("otherbot", "noindex"),)),
        words(metas=(("description", "noindex"),)),
        words(metas=(("tdm-reservation", "0"),)),
        words(tdm="0"),
    ],
)
def test_a_page_that_does_not_is_not_taken_for_one(said: PageWords) -> None:
    assert said.objection() is None


def test_a_header_counts_before_the_page_and_the_site() -> None:
    said = words(tdm="0", metas=(("tdm-reservation", "1"),))
    said.take_file("tdmrep.json: /")
    assert said.objection() is None
    said = words()
    said.take_file("tdmrep.json: /")
    assert said.objection() == "tdmrep.json: /"


def test_a_listing_may_keep_itself_out_of_search_results() -> None:
    assert words("noindex, follow").objection(listing=True) is None
    assert words("noindex, noai").objection(listing=True) == "X-Robots-Tag: noindex, noai"
    assert words(tdm="1").objection(listing=True) == "tdm-reservation: 1"


def test_links_may_be_followed_unless_it_is_said() -> None:
    assert words("noindex").follow
    assert words(metas=(("robots", "noindex, follow"),)).follow
    assert not words("nofollow").follow
    assert not words(metas=(("robots", "none"),)).follow
