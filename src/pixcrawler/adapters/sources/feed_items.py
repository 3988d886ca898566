"""Pictures of a feed: RSS 0.9 to 2.0, Atom, with Media RSS, iTunes, Dublin Core and Creative Commons.

https://www.rssboard.org/media-rss, RFC 4287, RFC 5005 (paging), https://www.rssboard.org/creative-commons
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from pixcrawler.adapters.fetching.references import absolute, names_picture
from pixcrawler.adapters.sources.addresses import pixels
from pixcrawler.adapters.sources.described import Described, once
from pixcrawler.adapters.sources.html_page import read_html
from pixcrawler.adapters.sources.xml_elements import Element, elements, local, prefixed, text_of
from pixcrawler.domain.crawling.license_text import best_license_id
from pixcrawler.domain.shared.licenses import UNKNOWN

ROOTS = frozenset({"rss", "feed", "rdf"})
MOST_PICTURES = 50_000
MOST_TERMS = 20  # of a feed or an item
MOST_CHARACTERS = 50_000_000  # of all their addresses
_CONTENT = frozenset({"encoded", "content", "description", "summary", "body"})
_MEDIA = "mrss media"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"

Terms = tuple[str | None, str | None]
"""A licence: what is said, and where it stands."""
NOTHING: Terms = (None, None)


@dataclass(slots=True)
class Feed:
    """``following`` is the next page of a paged feed (RFC 5005)."""

    pictures: list[Described] = field(default_factory=list)
    following: str | None = None
    skipped: int = 0


def read_feed(body: bytes, url: str) -> Feed:
    """Raises NoXml. A feed that is not well-formed is read as far as it makes sense."""
    feed, terms, room = Feed(), NOTHING, 0
    said: list[Terms] = []
    for element, outside in elements(body, frozenset({"item", "entry"})):
        if not outside:
            item = _Item(element, _base_of(element, url))
            pictures = item.pictures(terms)
            feed.pictures += pictures
            feed.skipped += item.skipped
            room += sum(len(one.url) for one in pictures)
            if len(feed.pictures) > MOST_PICTURES or room > MOST_CHARACTERS:
                break
        elif local(element) == "link" and element.get("rel") == "next":
            feed.following = absolute(_base_of(element, url), element.get("href"))
        elif _is_of_feed(element) and (found := _terms_of(element, url)) and len(said) < MOST_TERMS:
            said.append(found)
            terms = _in_force(said)
    feed.pictures = once(feed.pictures)
    return feed


class _Item:
    """One ``item`` or ``entry``."""

    def __init__(self, element: Element, base: str) -> None:
        self._element = element
        self._base = base
        self.skipped = 0

    def pictures(self, of_feed: Terms) -> list[Described]:
        """What it encloses, else its thumbnails; and what its text shows."""
        found = [*self._media(), *self._enclosures(), *self._of_itunes()]
        found += self._shown()
        if not found:
            found = self._thumbnails(self._element.iter())
        page = self._page()
        terms = self._terms(self._element) or of_feed
        title, author, tags = self._first("title"), self._author(), self._tags()
        for one in found:
            one.page_url = page
            one.title, one.author = one.title or title, one.author or author
            one.tags = one.tags or tags
            if not one.licensed:
                one.license, one.license_url = terms
        return once(found)

    def _media(self) -> Iterator[Described]:
        """Each ``media:content`` is a picture of its own; those of a ``media:group`` are one in sizes."""
        for child in self._element:
            if not prefixed(child, _MEDIA):
                continue
            if local(child) == "content":
                yield from self._content(child, ())
            elif local(child) == "group":
                largest = max((one for one in child if _is_picture(one)), key=_weight, default=None)
                if largest is not None:
                    yield from self._content(largest, child)

    def _content(self, content: Element, group: Iterable[Element]) -> Iterator[Described]:
        url = absolute(self._base, content.get("url"))
        if url is None or not _is_picture(content):
            return
        said = [*content, *group]
        terms = self._terms(said) or NOTHING
        yield Described(
            url=url,
            title=_first_text(said, "title") or _first_text(said, "description"),
            author=_first_text(said, "credit"),
            license=terms[0],
            license_url=terms[1],
            width=pixels(content.get("width")),
            height=pixels(content.get("height")),
            tags=_keywords(_first_text(said, "keywords")),
        )

    def _enclosures(self) -> Iterator[Described]:
        for child in self._element:
            if local(child) == "enclosure" or (local(child) == "link" and child.get("rel") == "enclosure"):
                url = absolute(self._base, child.get("url") or child.get("href"))
                kind = (child.get("type") or "").strip().lower()
                if url and (kind.startswith("image/") or (not kind and names_picture(url))):
                    yield Described(url=url, title=child.get("title"))

    def _of_itunes(self) -> Iterator[Described]:
        for child in self._element:
            if local(child) == "image" and prefixed(child, "itunes"):
                url = absolute(self._base, child.get("href"))
                if url:
                    yield Described(url=url)

    def _thumbnails(self, offered: Iterable[Element]) -> list[Described]:
        named = [one for one in offered if local(one) == "thumbnail" and prefixed(one, _MEDIA)]
        largest = max(named, key=_weight, default=None)
        url = absolute(self._base, largest.get("url")) if largest is not None else None
        if largest is None or url is None:
            return []
        return [Described(url=url, width=pixels(largest.get("width")), height=pixels(largest.get("height")))]

    def _shown(self) -> list[Described]:
        found: list[Described] = []
        for child in self._element:
            if local(child) in _CONTENT and not prefixed(child, _MEDIA):
                page = read_html(_html_of(child), absolute(self._base, child.get(_XML_BASE)) or self._base)
                found += page.pictures
                self.skipped += page.skipped
        return found

    def _page(self) -> str | None:
        links = [one for one in self._element if local(one) == "link" and not prefixed(one, _MEDIA)]
        plain = [one for one in links if one.get("rel") in (None, "alternate")]
        urls = (absolute(self._base, one.get("href") or one.text) for one in plain)
        return next(filter(None, urls), None) or self._permanent_link()

    def _permanent_link(self) -> str | None:
        """A ``guid`` is one unless it says that it is none (RSS 2.0)."""
        named = next((one for one in self._element if local(one) == "guid"), None)
        if named is None or named.get("isPermaLink") == "false" or "://" not in (named.text or ""):
            return None
        return absolute(self._base, named.text)

    def _author(self) -> str | None:
        for child in self._element:
            if local(child) in {"creator", "author"}:
                name = next((text_of(one) for one in child if local(one) == "name"), None)
                return name or text_of(child)
        return None

    def _tags(self) -> tuple[str, ...]:
        named = [one.get("term") or text_of(one) for one in self._element if local(one) == "category"]
        return tuple(filter(None, named)) or _keywords(self._first("keywords"))

    def _terms(self, said: Iterable[Element]) -> Terms | None:
        found = islice(filter(None, (_terms_of(one, self._base) for one in said)), MOST_TERMS)
        terms = _in_force([*found])
        return terms if any(terms) else None

    def _first(self, name: str) -> str | None:
        return _first_text(self._element, name)


def _is_of_feed(element: Element) -> bool:
    above = element.getparent()
    return above is None or local(above) in ROOTS | {"channel"}


def _terms_of(element: Element, base: str) -> Terms | None:
    """The licence that an element states, or None for one that is about something else."""
    name = local(element)
    if name == "link":
        address = absolute(base, element.get("href")) if element.get("rel") == "license" else None
        return (address, address) if address else None
    if name not in {"license", "licence", "rights", "copyright"}:
        return None
    said = text_of(element)
    resource = next(
        (value for key, value in element.attrib.items() if key.endswith(("href", "resource"))), said
    )
    address = absolute(base, resource) if resource and "://" in resource else None
    return (said or address, address) if said or address else None


def _in_force(said: Sequence[Terms]) -> Terms:
    """Of several the one that allows least, none where each allows what another does not. What can be read
    says more than words such as “© 2026 Ann”, and so does an address."""
    ids = [best_license_id(address, words) for words, address in said]
    known = [one for one in ids if one != UNKNOWN]
    least = best_license_id(*known)
    if known and least == UNKNOWN:
        return " / ".join(dict.fromkeys(words for words, _ in said if words)), None
    fitting = [terms for terms, one in zip(said, ids, strict=True) if one == least]
    return next((terms for terms in fitting if terms[1]), fitting[0] if fitting else NOTHING)


def _base_of(element: Element, url: str) -> str:
    """``xml:base`` holds for all that is inside (RFC 4287, 2)."""
    for one in (*reversed([*element.iterancestors()]), element):
        url = absolute(url, one.get(_XML_BASE)) or url
    return url


def _is_picture(element: Element) -> bool:
    if local(element) != "content":
        return False
    medium, kind = (element.get("medium") or "").lower(), (element.get("type") or "").lower()
    return medium == "image" or kind.startswith("image/") or not (medium or kind)


def _weight(element: Element) -> tuple[int, int, bool]:
    """By area, then bytes; of equals the one that the feed calls its default."""
    width, height = pixels(element.get("width")) or 0, pixels(element.get("height")) or 0
    size = element.get("fileSize") or ""
    area = width * height or max(width, height)
    return (
        area,
        int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
        bool((element.get("isDefault") or "").lower() == "true"),
    )


def _html_of(element: Element) -> str:
    """Its text is HTML that was escaped, or (Atom) its elements are."""
    if len(element) == 0:
        return element.text or ""
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _first_text(offered: Iterable[Element], name: str) -> str | None:
    return next((text for one in offered if local(one) == name and (text := text_of(one))), None)


def _keywords(said: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (said or "").split(",") if word.strip())
