"""Bing's image search, by the page that its own site loads as one scrolls (``/images/async``).

No API: Microsoft switched that off in August 2025. Each result is a link of the class ``iusc`` whose
attribute ``m`` is JSON (``murl`` the picture, ``purl`` its page, ``turl`` a thumbnail, which is never taken
for the picture). There are no more than a thousand results; past them Bing gives its last page again.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiAnswer, ApiClient, ApiRefused
from pixcrawler.adapters.sources.addresses import web_address
from pixcrawler.adapters.sources.asking import ask_bytes, changed_shape
from pixcrawler.adapters.sources.factory import RobotsRules, SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.search_engines import (
    COUNTRIES,
    LICENSES,
    Mark,
    none_is_licensed,
    obey_robots,
    once,
    size_of,
    wants_login,
)
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceError
from pixcrawler.domain.crawling.filters import Color, ImageType, SearchFilters

if TYPE_CHECKING:
    from lxml import html

PAGE_SIZE = 35
MAX_RESULTS = 1_000

_TYPES = {
    ImageType.PHOTO: "photo-photo",
    ImageType.CLIPART: "photo-clipart",
    ImageType.LINE_ART: "photo-linedrawing",
    ImageType.ANIMATED: "photo-animatedgif",
    ImageType.TRANSPARENT: "photo-transparent",
}
_COLORS = {Color.COLOR: "color2-color", Color.MONOCHROME: "color2-bw"}
_ITEMS = "//a[contains(concat(' ', normalize-space(@class), ' '), ' iusc ')]"
_SIZES = "(ancestor::li | ancestor::div[@class='imgpt'])[last()]//*[contains(@class, 'img_info')]//text()"
_FRAME = "//*[contains(concat(' ', normalize-space(@class), ' '), ' dgControl ')]"
_NOTHING = "//*[contains(@class, 'no_results') or contains(@id, 'no_results') or @class='b_no']"
_CHALLENGE = (
    "//*[@id='b_captcha' or contains(@class, 'captcha') or contains(@action, 'captcha')"
    " or contains(@src, 'challenges.cloudflare.com') or contains(@src, '/turing/captcha')"
    " or contains(text(), 'solve the challenge')]"
)
_HIGHLIGHT = str.maketrans("", "", "\ue000\ue001")


class Meta(msgspec.Struct, frozen=True):
    """The attribute ``m``."""

    murl: str
    purl: str | None = None
    t: str | None = None
    desc: str | None = None
    mid: str | None = None


class BingSource:
    """``robots`` gives what robots.txt has against an address; None where the operator does not ask."""

    def __init__(self, client: ApiClient, *, base_url: str, robots: RobotsRules | None = None) -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/images/async"
        self._robots = robots
        self._info = SourceInfo(
            id="bing",
            name="Bing",
            homepage="https://www.bing.com/images",
            licenses=LICENSES,
            page_size=PAGE_SIZE,
            max_results=MAX_RESULTS,
            official=False,
            filters=frozenset({"safe_search", "min_size", "image_type", "color", "language"}),
            operators=frozenset({"phrase", "not"}),
            image_types=frozenset(_TYPES),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        if (unlicensed := none_is_licensed(self._info, query.filters)) is not None:
            return unlicensed
        mark = Mark.read(cursor, first=1)
        items = list(self._items(await self._ask(query.text, mark.at, query.filters), first=mark.at == 1))
        items = items[: MAX_RESULTS + 1 - mark.at]
        held = [candidate.image_url if candidate else "" for candidate in items]
        if not items or mark.repeated_by(held):
            return SearchPage(candidates=(), next_cursor=None)
        found = once(items)
        after = mark.at + len(items)
        return SearchPage(
            candidates=found,
            next_cursor=Mark.after(after, held) if after <= MAX_RESULTS else None,
            skipped=len(items) - len(found),
        )

    async def check(self) -> str:
        items = list(self._items(await self._ask("cat", 1, SearchFilters()), first=True))
        if not items:
            raise changed_shape(self._info, "nothing for “cat”")
        return f"Bing answers: {len(items)} results for “cat” on its first page."

    async def _ask(self, text: str, first: int, filters: SearchFilters) -> ApiAnswer:
        params = {
            "q": text,
            "async": "1",
            "mmasync": "1",
            "first": str(first),
            "count": str(PAGE_SIZE),
            "adlt": filters.safe_search.value,
        } | _narrowed(filters)
        await obey_robots(self._info, self._robots, f"{self._url}?{urlencode(params)}")
        return await ask_bytes(self._client, self._info, url=self._url, params=params, refusals=self._refusal)

    def _refusal(self, error: ApiRefused) -> SourceError | None:
        return wants_login(self._info) if error.status == 401 else None

    def _items(self, answer: ApiAnswer, *, first: bool) -> Iterator[Candidate | None]:
        """None for a result that is malformed. Raises where the page is none of results."""
        if "/captcha" in urlsplit(answer.url).path:
            raise self._challenged()
        page = _parsed(answer.body)
        if page is None:
            if first:
                raise changed_shape(self._info, "a page without any content")
            return
        items = page.xpath(_ITEMS)
        if not items:
            if page.xpath(_CHALLENGE):
                raise self._challenged()
            if not page.xpath(_FRAME) and not page.xpath(_NOTHING):
                raise changed_shape(self._info, "a page with neither results nor a word that there are none")
            return
        found = [_candidate(item) for item in items[:PAGE_SIZE]]
        if not any(found):
            raise changed_shape(self._info, "no result names its picture (`murl` of the attribute `m`)")
        yield from found

    def _challenged(self) -> SourceBlocked:
        return SourceBlocked(
            "bing",
            "Bing asks whether a person is there (a captcha): wait some hours, raise SOURCE_BING_INTERVAL, "
            "or use searxng or another source.",
        )


def _narrowed(filters: SearchFilters) -> dict[str, str]:
    wanted: list[str] = []
    if filters.min_size is not None:
        wanted.append(f"imagesize-custom_{filters.min_size[0]}_{filters.min_size[1]}")
    if filters.image_type in _TYPES:
        wanted.append(_TYPES[filters.image_type])
    if filters.color is not None:
        wanted.append(_COLORS.get(filters.color, f"color2-FGcls_{filters.color.upper()}"))
    params = {"qft": "".join(f"+filterui:{one}" for one in wanted)} if wanted else {}
    if filters.language:
        params["setlang"] = filters.language
        if country := COUNTRIES.get(filters.language):
            params["mkt"] = f"{filters.language}-{country}"
    return params


def _parsed(body: bytes) -> "html.HtmlElement | None":
    """None for a page without any element."""
    from lxml import etree, html  # 30 ms, for commands that ask this source

    if not body.strip():
        return None
    try:
        return html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    except etree.LxmlError:
        return None


def _candidate(item: "html.HtmlElement") -> Candidate | None:
    try:
        said = msgspec.json.decode(item.get("m") or "", type=Meta)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    url = web_address(said.murl)
    if url is None:
        return None
    width, height = size_of(" ".join(item.xpath(_SIZES)))
    if width is None or height is None:
        width, height = _size_in_link(item.get("href") or "")
    title = (said.t or said.desc or "").translate(_HIGHLIGHT).strip()
    return Candidate(
        image_url=url,
        source="bing",
        source_id=said.mid,
        page_url=web_address(said.purl),
        title=title or None,
        width=width,
        height=height,
    )


def _size_in_link(href: str) -> tuple[int | None, int | None]:
    """The link to the result's own view has ``expw`` and ``exph``."""
    try:
        asked = parse_qs(urlsplit(href).query)
    except ValueError:
        return None, None
    return size_of(f"{asked.get('expw', [''])[0]}x{asked.get('exph', [''])[0]}")


def _build(context: SourceContext, config: SourceConfig) -> BingSource:
    robots = context.robots if config.respect_robots else None
    return BingSource(FACTORY.client(context, config), base_url=FACTORY.base_url(config), robots=robots)


FACTORY = SourceFactory(
    id="bing",
    build=_build,
    enabled_by_default=False,
    default_base_url="https://www.bing.com",
    default_interval=2.0,
)
