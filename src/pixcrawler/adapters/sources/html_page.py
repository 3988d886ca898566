"""What a page of HTML shows, names and links to.

The page is read as a stream of events by libxml2, so what is kept grows with its pictures and links and
not with its elements.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from pixcrawler.adapters.fetching.references import absolute, names_no_page, names_picture
from pixcrawler.adapters.sources.addresses import pixels
from pixcrawler.adapters.sources.described import Described, once
from pixcrawler.adapters.sources.structured_data import from_json_ld, from_metas
from pixcrawler.adapters.sources.variants import variants

MOST_ELEMENTS = 300_000
MOST_PICTURES = 10_000
MOST_LINKS = 10_000
MOST_METAS = 1_000
LONGEST_BASE = 2_000  # characters
MOST_SCRIPT = 2_000_000  # characters of JSON-LD
TRACKING = 2  # pixels; a picture declared to be no larger is there to be counted, not seen
SMALLEST_ICON = 64

_PIECE = 64 * 1024
_ASIDE = frozenset({"nav", "header", "footer", "aside"})
_INERT = frozenset({"template", "svg"})

_NOTHING = re.compile(r"\s*0+(?:px)?\s*", re.IGNORECASE)

Attributes = Mapping[str, str]


@dataclass(slots=True)
class HtmlPage:
    """``pictures`` each once; ``links`` may be followed, in the page's order; ``skipped`` counts what is no
    picture to take: inline data, tracking pixels, icons."""

    pictures: list[Described] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    metas: list[dict[str, str]] = field(default_factory=list)
    skipped: int = 0


@dataclass(slots=True)
class _Shown:
    """A picture in the text of the page. ``main``: not in a menu, a header or a footer."""

    described: Described
    main: bool


@dataclass(slots=True)
class _Figure:
    pictures: list[_Shown] = field(default_factory=list)
    caption: list[str] = field(default_factory=list)
    license: tuple[str, str] | None = None


@dataclass(slots=True)
class _Link:
    """An ``a`` element that is open: where it leads if that is a picture, and whether it showed one."""

    picture: str | None
    title: str | None
    shown: bool = False


class _Enough(Exception):
    """The page has more elements than anybody reads."""


def read_html(text: str, url: str, *, least: int = 0) -> HtmlPage:
    """``least`` is the smallest side, in pixels, of pictures that are wanted. Never raises: of a broken page
    the part that makes sense is read."""
    reader = _Reader(url, icon=max(TRACKING, min(least, SMALLEST_ICON) - 1))
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    data = text.encode("utf-8", "replace")
    try:
        for at in range(0, len(data), _PIECE):
            parser.feed(data[at : at + _PIECE])
        parser.close()
    except (_Enough, etree.LxmlError):
        pass
    return reader.page()


class _Reader:
    """Target of the parser: ``start``, ``end``, ``data`` and ``close`` are called by it."""

    def __init__(self, url: str, *, icon: int) -> None:
        self._url = self._base = url
        self._based = False
        self._icon = icon
        self._read = HtmlPage()
        self._elements = 0
        self._depth = {"aside": 0, "inert": 0}
        self._shown: list[_Shown] = []
        self._scripts: list[str] = []
        self._script: list[str] | None = None
        self._figures: list[_Figure] = []
        self._caption = 0
        self._links: list[_Link] = []
        self._leads_to: dict[str, None] = {}
        self._sources: list[Attributes] | None = None
        self._terms: list[tuple[str, str]] = []
        self._wording: list[str] | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise _Enough
        if tag in _ASIDE:
            self._depth["aside"] += 1
        elif tag in _INERT:
            self._depth["inert"] += 1
        elif not self._depth["inert"] and (handle := getattr(self, f"_on_{tag}", None)):
            handle(dict(attributes))

    def end(self, tag: str) -> None:
        if tag in _ASIDE:
            self._depth["aside"] -= 1
        elif tag in _INERT:
            self._depth["inert"] -= 1
        elif not self._depth["inert"] and (handle := getattr(self, f"_off_{tag}", None)):
            handle()

    def data(self, text: str) -> None:
        if self._script is not None:
            self._script.append(text)
        elif self._caption and self._figures:
            self._figures[-1].caption.append(text)
        if self._wording is not None:
            self._wording.append(text)

    def close(self) -> None:
        """The parser is through; ``page`` says what it found."""

    def page(self) -> HtmlPage:
        """Everything together. A licence of the page is that of its main content (HTML, rel=license), and of
        nothing where the page names several."""
        while self._figures:
            self._off_figure()
        scripts = (one for script in self._scripts for one in from_json_ld(script, self._base))
        structured = islice(scripts, MOST_PICTURES)
        named = [*structured, *from_metas(self._read.metas, self._base)]
        found = once([*(one.described for one in self._shown), *named])
        main = {id(one.described) for one in self._shown if one.main}
        alone = len({address for address, _ in self._terms}) == 1
        for one in found:
            one.page_url = self._url
            if alone and id(one) in main and not one.licensed:
                one.license_url, one.license = self._terms[0]
        self._read.pictures = found[:MOST_PICTURES]
        self._read.links = list(self._leads_to)
        return self._read

    def _on_base(self, attributes: dict[str, str]) -> None:
        if not self._based and "href" in attributes:
            self._based = True
            base = absolute(self._url, attributes["href"])
            # All that is relative on the page gets as long as its base.
            self._base = base if base and len(base) <= LONGEST_BASE else self._url

    def _on_meta(self, attributes: dict[str, str]) -> None:
        if len(self._read.metas) < MOST_METAS:
            self._read.metas.append(attributes)

    def _on_script(self, attributes: dict[str, str]) -> None:
        if "ld+json" in attributes.get("type", "").lower():
            self._script = []

    def _off_script(self) -> None:
        if self._script is not None and sum(map(len, self._scripts)) < MOST_SCRIPT:
            self._scripts.append("".join(self._script)[:MOST_SCRIPT])
        self._script = None

    def _on_link(self, attributes: dict[str, str]) -> None:
        if "license" in attributes.get("rel", "").lower().split():
            self._license(attributes, "")

    def _on_a(self, attributes: dict[str, str]) -> None:
        rel = attributes.get("rel", "").lower().split()
        target = absolute(self._base, attributes.get("href"))
        picture = target if target and names_picture(target) else None
        self._links.append(_Link(picture, attributes.get("title")))
        if "license" in rel:
            self._license(attributes, "")
            self._wording = []
        elif target and not picture and "nofollow" not in rel:
            self._follow(target)

    _on_area = _on_a

    def _follow(self, target: str) -> None:
        if len(self._leads_to) < MOST_LINKS and not names_no_page(target):
            self._leads_to[target] = None

    def _off_a(self) -> None:
        if self._wording is not None:
            self._license_words(" ".join("".join(self._wording).split()))
            self._wording = None
        link = self._links.pop() if self._links else None
        if link is not None and link.picture and not link.shown:
            self._show(Described(url=link.picture, title=link.title))

    _off_area = _off_a

    def _on_picture(self, _: dict[str, str]) -> None:
        self._sources = []

    def _off_picture(self) -> None:
        self._sources = None

    def _on_source(self, attributes: dict[str, str]) -> None:
        if self._sources is not None:
            self._sources.append(attributes)

    def _on_img(self, attributes: dict[str, str]) -> None:
        offered = variants(attributes, self._sources or ())
        tiny = _shown_side(attributes.get("width"), attributes.get("height")) <= self._icon
        urls = [] if tiny else [url for one in offered if (url := absolute(self._base, one.reference))]
        if not urls:
            self._read.skipped += bool(offered)
            return
        url, title = urls[0], attributes.get("alt") or attributes.get("title")
        link = self._links[-1] if self._links else None
        if link is not None and link.picture:
            # The small picture leads to the large one.
            url, link.shown = link.picture, True
        self._show(Described(url=url, title=title or (link.title if link else None)))

    def _on_figure(self, _: dict[str, str]) -> None:
        self._figures.append(_Figure())

    def _off_figure(self) -> None:
        if not self._figures:
            return
        figure = self._figures.pop()
        caption = " ".join("".join(figure.caption).split())
        for shown in figure.pictures:
            one = shown.described
            one.title = one.title or caption or None
            if figure.license and not one.licensed:
                one.license_url, one.license = figure.license

    def _on_figcaption(self, _: dict[str, str]) -> None:
        self._caption += 1

    def _off_figcaption(self) -> None:
        self._caption = max(0, self._caption - 1)

    def _show(self, described: Described) -> None:
        if len(self._shown) >= MOST_PICTURES:
            return
        shown = _Shown(described, main=not self._depth["aside"])
        self._shown.append(shown)
        if self._figures:
            self._figures[-1].pictures.append(shown)

    def _license(self, attributes: dict[str, str], said: str) -> None:
        address = absolute(self._base, attributes.get("href"))
        if address is None:
            return
        if self._figures:
            self._figures[-1].license = (address, said)
        else:
            self._terms.append((address, said))

    def _license_words(self, said: str) -> None:
        """The words of the link whose address came with its start."""
        if self._figures and self._figures[-1].license:
            self._figures[-1].license = (self._figures[-1].license[0], said)
        elif self._terms:
            self._terms[-1] = (self._terms[-1][0], said)


def _shown_side(*said: str | None) -> float:
    """The longer side at which a picture is shown, in pixels: of one side alone only that it is none."""
    sides = [0 if _NOTHING.fullmatch(one or "") else pixels(one) for one in said]
    stated = [side for side in sides if side is not None]
    return max(stated) if len(stated) == len(sides) or 0 in stated else math.inf
