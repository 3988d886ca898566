"""Sitemaps (https://www.sitemaps.org/protocol.html) with Google's image extension."""

from dataclasses import dataclass, field

from pixcrawler.adapters.fetching.references import absolute
from pixcrawler.adapters.sources.described import Described
from pixcrawler.adapters.sources.xml_elements import Element, elements, local, text_of

ROOTS = frozenset({"urlset", "sitemapindex"})
MOST_ENTRIES = 50_000  # of one sitemap, as the protocol says
MOST_IMAGES = 1_000  # of one page, as the extension says
MOST_PICTURES = 50_000
MOST_CHARACTERS = 50_000_000  # of all addresses: relative ones become as long as the sitemap's own


@dataclass(slots=True)
class Sitemap:
    """``pictures`` as described here, ``pages`` that have none of these, ``sitemaps`` of an index."""

    pictures: list[Described] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Raises NoXml."""
    found = Sitemap()
    entries = room = 0
    for element, outside in elements(body, frozenset({"url", "sitemap"})):
        if outside:
            continue
        entries += 1
        if entries > MOST_ENTRIES or len(found.pictures) > MOST_PICTURES or room > MOST_CHARACTERS:
            break
        before = len(found.pictures)
        if local(element) == "sitemap":
            found.sitemaps += filter(None, [absolute(url, _child(element, "loc"))])
        else:
            _take(found, element, url)
        room += sum(len(one.url) for one in found.pictures[before:])
        room += len(found.pages[-1]) if found.pages else 0
    return found


def read_text_sitemap(text: str, url: str) -> Sitemap | None:
    """A sitemap that is text: one address a line. None for any other text."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not all(line.lower().startswith(("http://", "https://")) for line in lines):
        return None
    return Sitemap(pages=[one for line in lines[:MOST_ENTRIES] if (one := absolute(url, line))])


def _take(found: Sitemap, entry: Element, url: str) -> None:
    page = absolute(url, _child(entry, "loc"))
    images = [one for one in entry if local(one) == "image"][:MOST_IMAGES]
    pictures = [one for image in images if (one := _described(image, page, url))]
    found.pictures += pictures
    if page is not None and not pictures:
        found.pages.append(page)


def _described(image: Element, page: str | None, url: str) -> Described | None:
    location = absolute(page or url, _child(image, "loc"))
    if location is None:
        return None
    license_ = _child(image, "license")
    return Described(
        url=location,
        page_url=page,
        title=_child(image, "title") or _child(image, "caption"),
        license=license_,
        license_url=absolute(page or url, license_),
    )


def _child(element: Element, name: str) -> str | None:
    """The text of its first child of this local name."""
    return next((text_of(child) for child in element if local(child) == name), None)
