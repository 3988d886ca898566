"""Which pictures a feed brings, in the dialects that feeds are written in."""

import pytest

from pixcrawler.adapters.sources.described import Described
from pixcrawler.adapters.sources.feed_items import Feed, read_feed

URL = "https://e.org/feed.xml"
SPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:cc="http://creativecommons.org/ns#" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"'
)
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
ARR = "All rights reserved"


def rss(items: str, head: str = "") -> Feed:
    return read_feed(f'<rss version="2.0" {SPACES}><channel>{head}{items}</channel></rss>'.encode(), URL)


def names(feed: Feed) -> list[str]:
    return [one.url.removeprefix("https://e.org/") for one in feed.pictures]


def only(item: str, head: str = "") -> Described:
    (one,) = rss(f"<item>{item}</item>", head).pictures
    return one


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ('<enclosure url="/a.jpg" type="image/jpeg" length="1"/>', ["a.jpg"]),
        ('<enclosure url="/a.jpg"/>', ["a.jpg"]),
        ('<enclosure url="/a.mp3" type="audio/mpeg"/>', []),
        ('<media:content url="/a" medium="image"/><media:content url="/b" type="image/png"/>', ["a", "b"]),
        ('<media:content url="/a.mp4" medium="video"/>', []),
        ('<media:content url="/a.mp4" type="video/mp4"/><media:thumbnail url="/t.jpg"/>', ["t.jpg"]),
        ('<media:thumbnail url="/s.jpg" width="75"/><media:thumbnail url="/l.jpg" width="500"/>', ["l.jpg"]),
        ('<media:content url="/a" medium="image"><media:thumbnail url="/t.jpg"/></media:content>', ["a"]),
        (
            '<media:group><media:content url="/s" width="10" height="10"/>'
            '<media:content url="/l" width="90" height="90"/><media:content url="/m" width="50"/>'
            "</media:group>",
            ["l"],
        ),
        (
            '<media:group><media:content url="/v.mp4" type="video/mp4"/>'
            '<media:thumbnail url="/t.jpg" width="480" height="360"/></media:group>',
            ["t.jpg"],
        ),
        ('<itunes:image href="/cover.jpg"/>', ["cover.jpg"]),
        ('<description>&lt;p&gt;&lt;img src="/a.jpg"&gt;</description>', ["a.jpg"]),
        ('<content:encoded><![CDATA[<img src="/a.jpg" srcset="/l.jpg 900w">]]></content:encoded>', ["l.jpg"]),
        ('<enclosure url="/a.jpg"/><description>&lt;img src="/a.jpg"&gt;</description>', ["a.jpg"]),
        ("<description>Words alone &amp; nothing else</description>", []),
        ("<image><url>/logo.png</url></image>", []),
    ],
)  # fmt: skip
def test_every_way_in_which_an_item_names_pictures(item: str, expected: list[str]) -> None:
    assert names(rss(f"<item>{item}</item>")) == expected


def test_an_item_says_whose_picture_it_is_and_where_it_stands() -> None:
    one = only(
        "<title>A fox</title><link>https://e.org/post</link><dc:creator>Ann</dc:creator>"
        '<category>fox</category><category>snow</category><media:content url="/a" medium="image" width="640" '
        'height="480"/>'
    )
    assert (one.title, one.page_url, one.author) == ("A fox", "https://e.org/post", "Ann")
    assert (one.tags, one.width, one.height) == (("fox", "snow"), 640, 480)


def test_what_media_rss_says_of_a_picture_counts_before_what_the_item_says() -> None:
    one = only(
        "<title>Post</title><dc:creator>Site</dc:creator>"
        '<media:content url="/a" medium="image"><media:title>Fox</media:title>'
        "<media:credit>Ann</media:credit><media:keywords>fox, snow</media:keywords></media:content>"
    )
    assert (one.title, one.author, one.tags) == ("Fox", "Ann", ("fox", "snow"))


@pytest.mark.parametrize(
    ("said", "terms"),
    [
        (f'<media:license type="text/html" href="{CC_BY}">CC BY</media:license>', ("CC BY", CC_BY)),
        (f'<cc:license rdf:resource="{CC_BY}"/>', (CC_BY, CC_BY)),
        (f"<creativeCommons:license>{CC_BY}</creativeCommons:license>", (CC_BY, CC_BY)),
        ("<dc:rights>CC BY 4.0</dc:rights>", ("CC BY 4.0", None)),
        (f"<dc:rights>© Ann</dc:rights><cc:license rdf:resource='{CC_BY}'/>", (CC_BY, CC_BY)),
        ("<dc:rights/>", (None, None)),
        (f"<cc:license>{CC_BY}</cc:license><dc:rights>All rights reserved</dc:rights>", (ARR, None)),
        (f"<cc:license>{CC_BY}</cc:license><dc:rights>CC BY-NC 4.0</dc:rights>", ("CC BY-NC 4.0", None)),
        (
            "<dc:rights>CC BY-NC 4.0</dc:rights><dc:rights>CC BY-ND 4.0</dc:rights>"
            f"<cc:license>{CC_BY}</cc:license>",
            (f"CC BY-NC 4.0 / CC BY-ND 4.0 / {CC_BY}", None),
        ),
    ],
)
def test_a_licence_is_found_in_the_item_and_in_the_feed(said: str, terms: tuple[str, str]) -> None:
    picture = '<enclosure url="/a.jpg" type="image/jpeg"/>'
    of_item, of_feed = only(said + picture), only(picture, said)
    assert (of_item.license, of_item.license_url) == terms
    assert (of_feed.license, of_feed.license_url) == terms


def test_an_items_own_licence_counts_before_the_feeds() -> None:
    one = only(
        f'<enclosure url="/a.jpg" type="image/jpeg"/><cc:license rdf:resource="{CC0}"/>',
        f'<cc:license rdf:resource="{CC_BY}"/><copyright>All rights reserved</copyright>',
    )
    assert one.license_url == CC0


def test_atom_with_its_links_its_content_and_its_next_page() -> None:
    feed = read_feed(
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="?page=2"/>'
            f'<link rel="license" href="{CC_BY}"/><rights>© Ann</rights>'
            '<entry xml:base="/posts/"><title>Fox</title><author><name>Ann</name></author>'
            '<link rel="alternate" href="1"/><link rel="enclosure" type="image/png" href="a.png"/>'
            '<category term="fox"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
            '<img src="b.jpg" alt="B"/></div></content></entry></feed>'
        ).encode(),
        URL,
    )
    assert names(feed) == ["posts/a.png", "posts/b.jpg"]
    assert feed.following == "https://e.org/feed.xml?page=2"
    first, second = feed.pictures
    assert (first.title, second.title, first.author, first.tags) == ("Fox", "B", "Ann", ("fox",))
    assert {one.page_url for one in feed.pictures} == {"https://e.org/posts/1"}
    assert {one.license_url for one in feed.pictures} == {CC_BY}


def test_the_base_of_a_feed_holds_for_its_entries() -> None:
    feed = read_feed(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/blog/"><link rel="next" href="?page=2"/>'
        b'<entry xml:base="1/"><link rel="enclosure" type="image/png" href="a.png"/></entry></feed>',
        URL,
    )
    assert (names(feed), feed.following) == (["blog/1/a.png"], "https://e.org/blog/?page=2")


@pytest.mark.parametrize(
    ("guid", "page"),
    [
        ("<guid>https://e.org/1</guid>", "https://e.org/1"),
        ('<guid isPermaLink="false">https://e.org/1</guid>', None),
        ("<guid>tag-1</guid>", None),
        ("<link>/2</link><guid>https://e.org/1</guid>", "https://e.org/2"),
    ],
)
def test_an_item_without_a_link_stands_where_its_guid_says(guid: str, page: str | None) -> None:
    assert only(f'{guid}<enclosure url="/a.jpg"/>').page_url == page


def test_rss_1_0_has_its_items_beside_its_channel() -> None:
    item = '<item><enclosure url="/a.jpg"/></item>'
    body = f'<rdf:RDF {SPACES} xmlns="http://purl.org/rss/1.0/"><channel/>{item}</rdf:RDF>'
    assert names(read_feed(body.encode(), URL)) == ["a.jpg"]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<rss><channel><item><enclosure url="/a.jpg"/></item><item><encl', ["a.jpg"]),
        ('<rss><channel><item><title>A & B &nbsp; </title><enclosure url="/a.jpg"/></item>', ["a.jpg"]),
        ('<rss><channel><item><media:content url="/a.jpg"/></item></channel></rss>', ["a.jpg"]),
        ('<rss><channel><item><enclosure url="/a.jpg?x=1&y=2"/></item></channel></rss>', None),
        ("<rss/>", []),
    ],
)
def test_a_broken_feed_is_read_as_far_as_it_makes_sense(xml: str, expected: list[str] | None) -> None:
    found = names(read_feed(xml.encode(), URL))
    assert found == expected if expected is not None else len(found) == 1


def test_a_picture_of_several_items_comes_once() -> None:
    item = '<item><enclosure url="/a.jpg" type="image/jpeg"/></item>'
    assert names(rss(item * 3)) == ["a.jpg"]


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Tom & Jerry", "Tom & Jerry"),
        ("a&nbsp;caf&eacute;", "a café"),
        ("bell&#7; esc&#x1B;", "bell esc"),
        ("tab\x0bbed", "tab bed"),
        ("R&D; &f;", "R&D; &f;"),
        ("<![CDATA[Tom & Jerry &amp; x]]>", "Tom & Jerry &amp; x"),
    ],
)
def test_a_fault_in_one_title_costs_nothing_behind_it(title: str, read: str) -> None:
    first = f'<item><title>{title}</title><enclosure url="/1.jpg?a=1&b=2"/></item>'
    second = (
        "<item><link>/page?a=1&amp;b=2</link>"
        "<description>&lt;img src='/2.jpg?a=1&amp;amp;b=2'&gt;</description></item>"
    )
    one, two = rss(first + second).pictures
    assert (one.url, one.title) == ("https://e.org/1.jpg?a=1&b=2", read)
    assert (two.url, two.page_url) == ("https://e.org/2.jpg?a=1&b=2", "https://e.org/page?a=1&b=2")
