"""Whatever the web sends: pages, sitemaps and feeds are read or refused, and never break a reader."""

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.adapters.fetching.page_text import text_of
from pixcrawler.adapters.fetching.references import absolute
from pixcrawler.adapters.sources.described import Described, candidate
from pixcrawler.adapters.sources.feed_items import read_feed
from pixcrawler.adapters.sources.html_page import read_html
from pixcrawler.adapters.sources.sitemap import read_sitemap
from pixcrawler.adapters.sources.variants import srcset
from pixcrawler.adapters.sources.xml_elements import NoXml, root_name
from pixcrawler.adapters.sources.xmp import from_xmp

PAGE = "https://e.org/p/q.html"
VALUES = [
    "a.jpg",
    "a.jpg 2x, b.jpg",
    "//cdn/x.png",
    "data:,",
    "http://[",
    "\\\\x",
    "1",
    "99999999999",
    "é\x00",
    "{",
    '"',
    " ",
]
TAGS = [
    "img",
    "source",
    "picture",
    "a",
    "figure",
    "figcaption",
    "base",
    "link",
    "meta",
    "script",
    "noscript",
    "nav",
    "svg",
]
NAMES = [
    "src",
    "srcset",
    "data-src",
    "href",
    "rel",
    "width",
    "height",
    "alt",
    "content",
    "property",
    "name",
    "type",
]
ELEMENTS = [
    "urlset",
    "sitemapindex",
    "url",
    "sitemap",
    "loc",
    "image:image",
    "image:loc",
    "rss",
    "channel",
    "item",
    "entry",
    "feed",
    "media:group",
    "media:content",
    "media:thumbnail",
    "enclosure",
    "link",
    "title",
    "content",
    "dc:rights",
    "rdf:RDF",
]

attributes = st.dictionaries(
    st.sampled_from(NAMES),
    st.sampled_from(
        [*VALUES, "license", "nofollow", "next", "image/jpeg", "og:image", "application/ld+json"]
    ),
    max_size=4,
)
words = st.sampled_from(
    ["words", "&amp;", "&bomb;", "<!--", "-->", "<![CDATA[", "]]>", "<", ">", "\x00", "\ud800", "é"]
)


@st.composite
def markup(draw: st.DrawFn, names: list[str]) -> str:
    """Elements that may be open, closed, crossed or cut off."""
    pieces = []
    for _ in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from(["open", "close", "empty", "words"]))
        name = draw(st.sampled_from(names))
        said = "".join(f' {key}="{value}"' for key, value in draw(attributes).items())
        pieces.append(
            {
                "open": f"<{name}{said}>",
                "close": f"</{name}>",
                "empty": f"<{name}{said}/>",
                "words": draw(words),
            }[kind]
        )
    text = "".join(pieces)
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


def sound(found: list[Described]) -> bool:
    """What every candidate must be, wherever it was found."""
    made = [candidate(one, "web") for one in found]
    urls = [one.image_url for one in made]
    plain = all(
        not (set(url) & set(' \\\n"<>')) and urlsplit(url).scheme in {"http", "https"} for url in urls
    )
    texts = [text for one in made for text in (one.title, one.author, one.license_raw, *one.tags) if text]
    return (
        plain and len(set(urls)) == len(urls) and all("\x00" not in text and text.encode() for text in texts)
    )


@given(markup(TAGS), st.integers(0, 2_000))
def test_any_page_is_read(html: str, least: int) -> None:
    page = read_html(html, PAGE, least=least)
    assert sound(page.pictures)
    assert all(urlsplit(url).scheme in {"http", "https"} for url in page.links)
    assert len(set(page.links)) == len(page.links)


@given(st.binary(max_size=400) | markup(ELEMENTS).map(lambda text: text.encode("utf-8", "replace")))
def test_any_xml_is_read_or_refused(body: bytes) -> None:
    root_name(body)
    try:
        sitemap, feed = read_sitemap(body, PAGE), read_feed(body, PAGE)
    except NoXml:
        return
    assert sound(feed.pictures)
    assert all(urlsplit(url).scheme in {"http", "https"} for url in [*sitemap.pages, *sitemap.sitemaps])


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_are_some_text(body: bytes, content_type: str) -> None:
    assert isinstance(text_of(body, content_type), str)
    from_xmp(b"<x:xmpmeta" + body + b"</x:xmpmeta>", PAGE)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_reference_is_an_address_of_the_web_or_none(base: str, reference: str) -> None:
    for found in (
        absolute(PAGE, reference),
        absolute(f"https://e.org/{base}", reference),
        absolute(base, reference),
    ):
        assert found is None or found.startswith(("http://", "https://"))
    assert all(one.reference.strip() for one in srcset(reference))
