import pytest

from pixcrawler.adapters.sources.sitemap import Sitemap, read_sitemap
from pixcrawler.adapters.sources.xml_elements import NoXml, root_name

URL = "https://e.org/maps/1.xml"
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def read(xml: str | bytes) -> Sitemap:
    return read_sitemap(xml.encode() if isinstance(xml, str) else xml, URL)


def entity_bomb(levels: int, place: str) -> str:
    inner = "".join(
        f'<!ENTITY e{level} "{("&e" + str(level - 1) + ";") * 10 if level else "lol"}">'
        for level in range(levels)
    )
    return f"<!DOCTYPE urlset [{inner}]><urlset><url>{place}</url></urlset>"


def test_pictures_come_with_what_is_said_of_them_and_pages_without_any_come_as_pages() -> None:
    found = read(
        f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACES}>'
        "<url><loc>https://e.org/a</loc><lastmod>2026-01-01</lastmod><image:image>"
        "<image:loc> https://cdn.e.org/1.jpg </image:loc><image:title>Fox</image:title>"
        "<image:caption>Not this</image:caption>"
        "<image:license>https://creativecommons.org/licenses/by/4.0/</image:license></image:image>"
        "<image:image><image:loc>/2.jpg</image:loc></image:image></url>"
        "<url><loc>https://e.org/b</loc></url></urlset>"
    )
    first, second = found.pictures
    assert (first.url, first.title, first.page_url) == ("https://cdn.e.org/1.jpg", "Fox", "https://e.org/a")
    assert first.license_url == "https://creativecommons.org/licenses/by/4.0/"
    assert second.url == "https://e.org/2.jpg"
    assert (found.pages, found.sitemaps) == (["https://e.org/b"], [])


def test_an_index_names_sitemaps() -> None:
    found = read("<sitemapindex><sitemap><loc>2.xml</loc></sitemap><sitemap/></sitemapindex>")
    assert (found.sitemaps, found.pages, found.pictures) == (["https://e.org/maps/2.xml"], [], [])


@pytest.mark.parametrize(
    ("xml", "pages"),
    [
        ("<urlset/>", []),
        ("<urlset><url><loc>/a</loc></url>", ["https://e.org/a"]),
        ("<urlset><url><loc>/a</loc></url><url><lo", ["https://e.org/a"]),
        ("<urlset><url><loc>/a?x=1&y=2</loc></url></urlset>", None),
        ("<urlset><url><loc>javascript:x</loc></url></urlset>", []),
        (" \n<?xml version='1.0'?><urlset><url><loc>/a</loc></url></urlset>", ["https://e.org/a"]),
    ],
)
def test_a_broken_sitemap_is_read_as_far_as_it_makes_sense(xml: str, pages: list[str] | None) -> None:
    found = read(xml).pages
    assert found == pages if pages is not None else len(found) == 1


def test_its_own_encoding_counts() -> None:
    body = '<?xml version="1.0" encoding="iso-8859-1"?><urlset><url><loc>/é</loc></url></urlset>'
    assert read(body.encode("iso-8859-1")).pages == ["https://e.org/%C3%A9"]
    assert read(body.replace("iso-8859-1", "utf-16").encode("utf-16")).pages == ["https://e.org/%C3%A9"]


@pytest.mark.parametrize(
    "xml",
    [
        entity_bomb(10, "<loc>/&e9;</loc>"),
        entity_bomb(10, '<loc a="&e9;">/x</loc>'),
        entity_bomb(3, "<loc>/&e2;</loc>"),
        '<!DOCTYPE u [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url><loc>/&f;</loc></url></urlset>',
        '<!DOCTYPE urlset SYSTEM "http://127.0.0.1:1/x.dtd"><urlset><url><loc>/x</loc></url></urlset>',
        "<urlset>" + "<a>" * 100_000,
    ],
    ids=["text", "attribute", "small", "file", "dtd", "deep"],
)
def test_entities_are_never_put_in(xml: str) -> None:
    found = read(xml)
    assert all("lol" not in page and "root" not in page and len(page) < 100 for page in found.pages)


@pytest.mark.parametrize(
    "xml",
    ["<urlset><url>" + "<a/>" * 60_000, pytest.param("<urlset>" + "<a/>" * 60_000, marks=pytest.mark.long)],
    ids=["inside", "outside"],
)
def test_one_entry_without_end_is_refused(xml: str) -> None:
    with pytest.raises(NoXml, match="50000 elements"):
        read(xml)


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (b"<urlset/>", "urlset"),
        (b"<x:urlset xmlns:x='y'>", "urlset"),
        (b"<!-- c --><?p i?><RSS>", "rss"),
        (b"\xef\xbb\xbf<feed>", "feed"),
        (b"<!doctype html><p>", None),
        (b"words", None),
        (b"", None),
        (b"\x00\xff\xfe", None),
    ],
)
def test_the_root_says_what_a_document_is(body: bytes, root: str | None) -> None:
    assert root_name(body) == root


def test_addresses_with_bare_ampersands_are_read_whole() -> None:
    urls = "<url><loc>https://e.org/?a=1&b=2</loc></url><url><loc>/?c=1&amp;d=2</loc></url>"
    found = read(f"<urlset {SPACES}>{urls}</urlset>")
    assert found.pages == ["https://e.org/?a=1&b=2", "https://e.org/?c=1&d=2"]
