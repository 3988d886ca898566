"""DuckDuckGo's image search, by the calls that its own site makes.

No API. The result page of a query holds a token (``vqd``); with it ``/i.js`` answers as JSON, a hundred
results at a time, which come from Bing. A token is good for all pages of its query and for one user agent.
202, 403 and 418 all mean: too many requests, or a client that is taken for a robot.
"""

import re
from collections import OrderedDict
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiAnswer, ApiClient, ApiRefused
from pixcrawler.adapters.fetching.json_text import read_json
from pixcrawler.adapters.sources.addresses import pixels, web_address
from pixcrawler.adapters.sources.asking import ask_bytes, changed_shape, each
from pixcrawler.adapters.sources.factory import RobotsRules, SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.search_engines import (
    COUNTRIES,
    LICENSES,
    Mark,
    none_is_licensed,
    obey_robots,
    once,
    wants_login,
)
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceError
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch, SearchFilters

PAGE_SIZE = 100
MAX_RESULTS = 1_000
LONGEST_QUERY = 499
MOST_TOKENS = 500
LARGE = 500  # pixels; what is called large there has as many on both sides

_TOKEN = re.compile(rb"vqd\s*[=:]\s*\\?[\"']?(\d[\d-]{5,200})")
_CHALLENGE = (b"anomaly-modal", b"anomaly.js", b"challenge-form", b"bots use DuckDuckGo too")
_COLORS = {Color.COLOR: "color", Color.MONOCHROME: "Monochrome"}
_TYPES = {
    ImageType.PHOTO: "photo",
    ImageType.CLIPART: "clipart",
    ImageType.LINE_ART: "line",
    ImageType.ANIMATED: "gif",
    ImageType.TRANSPARENT: "transparent",
}
_REGIONS = {"he": "il-en", "ja": "jp-jp", "ko": "kr-kr", "nb": "no-no", "sl": "sl-sl"}
EVERYWHERE = "wt-wt"


class Result(msgspec.Struct, frozen=True):
    """``thumbnail`` and ``source`` (Bing) are there too, and not wanted."""

    image: str
    url: str | None = None
    title: str | None = None
    width: object = None
    height: object = None


class Answer(msgspec.Struct, frozen=True):
    """``next`` is the relative address of the next page, with its offset as ``s``."""

    results: list[object]
    next: str | None = None


class DuckDuckGoSource:
    """``robots`` gives what robots.txt has against an address; None where the operator does not ask."""

    def __init__(self, client: ApiClient, *, base_url: str, robots: RobotsRules | None = None) -> None:
        self._client = client
        self._base = f"{base_url.rstrip('/')}/"
        self._robots = robots
        self._tokens: OrderedDict[str, str] = OrderedDict()
        self._info = SourceInfo(
            id="duckduckgo",
            name="DuckDuckGo",
            homepage="https://duckduckgo.com",
            licenses=LICENSES,
            page_size=PAGE_SIZE,
            max_results=MAX_RESULTS,
            official=False,
            filters=frozenset({"safe_search", "image_type", "color", "language"}),
            operators=frozenset({"phrase", "not"}),
            image_types=frozenset(_TYPES),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        if (unlicensed := none_is_licensed(self._info, query.filters)) is not None:
            return unlicensed
        mark = Mark.read(cursor, first=0)
        answer = await self._ask(query.text[:LONGEST_QUERY], mark.at, query.filters)
        given = answer.results[: min(PAGE_SIZE, MAX_RESULTS - mark.at)]
        found = [_candidate(result) if result else None for result in each(given, Result)]
        if given and not any(found):
            raise changed_shape(self._info, "no result names its `image`")
        notes = _notes(query.filters) if cursor is None else ()
        held = [candidate.image_url if candidate else "" for candidate in found]
        if not found or mark.repeated_by(held):
            return SearchPage(candidates=(), next_cursor=None, notes=notes)
        candidates = once(found)
        after = _offset(answer.next)
        return SearchPage(
            candidates=candidates,
            next_cursor=Mark.after(after, held) if mark.at < after < MAX_RESULTS else None,
            skipped=len(given) - len(candidates),
            notes=notes,
        )

    async def check(self) -> str:
        answer = await self._ask("cat", 0, SearchFilters())
        if not answer.results:
            raise changed_shape(self._info, "nothing for “cat”")
        return f"DuckDuckGo answers: {len(answer.results)} results for “cat” on its first page."

    async def _ask(self, text: str, offset: int, filters: SearchFilters) -> Answer:
        """With a fresh token when the one that is known was refused."""
        token = await self._token(text)
        try:
            return await self._results(text, token, offset, filters)
        except SourceBlocked as error:
            if not _may_be_the_token(error):
                raise
        self._tokens.pop(text, None)
        return await self._results(text, await self._token(text), offset, filters)

    async def _token(self, text: str) -> str:
        if text in self._tokens:
            self._tokens.move_to_end(text)
            return self._tokens[text]
        page = await self._get(self._base, {"q": text, "iax": "images", "ia": "images"})
        found = _TOKEN.search(page.body)
        if found is None:
            raise self._unreadable(page, "a result page without a token (`vqd`)")
        token = self._tokens[text] = found[1].decode("ascii")
        while len(self._tokens) > MOST_TOKENS:
            self._tokens.popitem(last=False)
        return token

    async def _results(self, text: str, token: str, offset: int, filters: SearchFilters) -> Answer:
        params = {"o": "json", "q": text, "vqd": token, "s": str(offset)} | _narrowed(filters)
        answer = await self._get(f"{self._base}i.js", params)
        try:
            return msgspec.convert(read_json(answer.body), Answer)
        except (ValueError, msgspec.ValidationError) as error:
            raise self._unreadable(answer, str(error)) from error

    async def _get(self, url: str, params: dict[str, str]) -> ApiAnswer:
        await obey_robots(self._info, self._robots, f"{url}?{urlencode(params)}")
        headers = {"Referer": self._base}
        answer = await ask_bytes(
            self._client, self._info, url=url, params=params, headers=headers, refusals=self._refusal
        )
        if answer.status == 202:
            raise self._blocked("202")
        return answer

    def _refusal(self, error: ApiRefused) -> SourceError | None:
        if error.status == 401:
            return wants_login(self._info)
        return self._blocked(str(error.status)) if error.status in (403, 418) else None

    def _unreadable(self, answer: ApiAnswer, what: str) -> SourceError:
        if any(mark in answer.body for mark in _CHALLENGE):
            return self._blocked("a captcha")
        return changed_shape(self._info, what)

    def _blocked(self, how: str) -> SourceBlocked:
        return SourceBlocked(
            "duckduckgo",
            f"DuckDuckGo takes no more requests of this client for now ({how}): wait some hours, raise "
            "SOURCE_DUCKDUCKGO_INTERVAL, or use searxng or another source.",
        )


def _may_be_the_token(error: SourceBlocked) -> bool:
    return isinstance(error.__cause__, ApiRefused) and error.__cause__.status == 403


def _narrowed(filters: SearchFilters) -> dict[str, str]:
    """``f`` has six places: time, size, colour, type, layout, licence."""
    size = "size:Large" if filters.min_size is not None and min(filters.min_size) >= LARGE else ""
    color = f"color:{_COLORS.get(filters.color, filters.color.capitalize())}" if filters.color else ""
    kind = f"type:{_TYPES[filters.image_type]}" if filters.image_type in _TYPES else ""
    return {
        "l": _region(filters.language) or EVERYWHERE,
        "p": "-1" if filters.safe_search is SafeSearch.OFF else "1",
        "f": f",{size},{color},{kind},,",
    }


def _region(language: str | None) -> str | None:
    if language is None:
        return None
    country = COUNTRIES.get(language)
    return _REGIONS.get(language, f"{country.lower()}-{language}" if country else None)


def _notes(filters: SearchFilters) -> tuple[str, ...]:
    if filters.language is None or _region(filters.language) is not None:
        return ()
    return (f"DuckDuckGo has no region for the language {filters.language}: results of all languages come.",)


def _candidate(result: Result) -> Candidate | None:
    url = web_address(result.image)
    if url is None:
        return None
    return Candidate(
        image_url=url,
        source="duckduckgo",
        page_url=web_address(result.url),
        title=result.title or None,
        width=pixels(result.width),
        height=pixels(result.height),
    )


def _offset(next_: str | None) -> int:
    """The ``s`` of the next page's address; 0, where no next page is, when there is none."""
    try:
        said = parse_qs(urlsplit(next_ or "").query).get("s", [""])[0]
    except ValueError:
        return 0
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _build(context: SourceContext, config: SourceConfig) -> DuckDuckGoSource:
    robots = context.robots if config.respect_robots else None
    return DuckDuckGoSource(FACTORY.client(context, config), base_url=FACTORY.base_url(config), robots=robots)


FACTORY = SourceFactory(
    id="duckduckgo",
    build=_build,
    enabled_by_default=False,
    default_base_url="https://duckduckgo.com",
    default_interval=2.0,
)
