"""SearXNG: an instance of the operator's, which asks many engines (https://docs.searxng.org/dev/search_api.html).

Which engines answer, and how deep their pages go, is the instance's own business: it says so for each
page, and pages end where they are empty. A picture has no id there: ``source_id`` names the engines that
found it.
"""

from collections.abc import Sequence
from urllib.parse import parse_qs, urljoin, urlsplit

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiClient, ApiRefused
from pixcrawler.adapters.sources.addresses import web_address
from pixcrawler.adapters.sources.asking import ask, changed_shape, each
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.search_engines import (
    LICENSES,
    Mark,
    none_is_licensed,
    size_of,
    wants_login,
)
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceError, SourceUnreachable
from pixcrawler.domain.crawling.filters import SafeSearch, SearchFilters
from pixcrawler.domain.crawling.urls import normalise_url

PAGE_SIZE = 500  # more than all engines of an instance give together; a client cannot choose
MOST_PAGES = 200

_SAFE = {SafeSearch.OFF: "0", SafeSearch.MODERATE: "1", SafeSearch.STRICT: "2"}
_SHUT_OUT = ("captcha", "too many requests", "access denied", "suspended")
_ADVICE = {
    403: "The SearXNG instance gives no JSON (403): add json to search.formats in its settings.yml and "
    "restart it. If it is there, let PixCrawler pass the instance's limiter (limiter.toml).",
    429: "The SearXNG instance wants fewer requests (429): raise SOURCE_SEARXNG_INTERVAL, or let PixCrawler "
    "pass the instance's limiter (limiter.toml).",
}


class Result(msgspec.Struct, frozen=True):
    """One result of the category ``images``; which of the fields there are is up to the engine."""

    img_src: str | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None
    resolution: str | None = None
    engine: str | None = None
    engines: list[str] | None = None


class Answer(msgspec.Struct, frozen=True):
    """``unresponsive_engines`` holds pairs of a name and a reason; in old versions, names."""

    results: list[object]
    unresponsive_engines: list[object] = []


class SearxngSource:
    """``base_url`` is that of the instance, without ``/search``."""

    def __init__(self, client: ApiClient, *, base_url: str) -> None:
        self._client = client
        self._base = f"{base_url.rstrip('/')}/"
        self._info = SourceInfo(
            id="searxng",
            name="SearXNG",
            homepage="https://docs.searxng.org",
            licenses=LICENSES,
            page_size=PAGE_SIZE,
            max_results=None,
            filters=frozenset({"safe_search", "language"}),
            operators=frozenset({"phrase", "not"}),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        """An empty first page while engines are silent is an error: nobody can know that there is nothing."""
        if (unlicensed := none_is_licensed(self._info, query.filters)) is not None:
            return unlicensed
        mark = Mark.read(cursor, first=1)
        answer = await self._ask(query.text, mark.at, query.filters)
        silent = _silent(answer.unresponsive_engines)
        if not answer.results and silent and mark.at == 1:
            raise _nobody_answered(silent)
        results = [result or Result() for result in each(answer.results, Result)]
        held = [result.img_src or "" for result in results]
        if held and not any(held):
            raise changed_shape(self._info, "no result has an `img_src`")
        notes = (f"engines that did not answer: {', '.join(silent)}.",) if silent else ()
        if not held or mark.repeated_by(held):
            return SearchPage(candidates=(), next_cursor=None, notes=notes)
        found = self._candidates(results)[:PAGE_SIZE]
        return SearchPage(
            candidates=found,
            next_cursor=Mark.after(mark.at + 1, held) if mark.at < MOST_PAGES else None,
            skipped=len(held) - len(found),
            notes=notes,
        )

    async def check(self) -> str:
        answer = await self._ask("cat", 1, SearchFilters())
        silent = _silent(answer.unresponsive_engines)
        if not answer.results:
            raise (
                _nobody_answered(silent)
                if silent
                else changed_shape(
                    self._info, "nothing for “cat”: is any engine of the category images switched on?"
                )
            )
        but = f", but not from {', '.join(silent)}" if silent else ""
        return f"SearXNG answers: {len(answer.results)} results for “cat”{but}."

    async def _ask(self, text: str, page: int, filters: SearchFilters) -> Answer:
        params = {
            "q": text,
            "categories": "images",
            "format": "json",
            "pageno": str(page),
            "safesearch": _SAFE[filters.safe_search],
        }
        if filters.language:
            params["language"] = filters.language
        url = f"{self._base}search"
        return await ask(self._client, self._info, Answer, url=url, params=params, refusals=self._refusal)

    def _refusal(self, error: ApiRefused) -> SourceError | None:
        if error.status == 401:
            return wants_login(self._info)
        advice = _ADVICE.get(error.status)
        return None if advice is None else SourceBlocked("searxng", advice)

    def _candidates(self, results: Sequence[Result]) -> tuple[Candidate, ...]:
        """Each picture once, in the instance's order; engines often find the same."""
        engines: dict[str, list[str]] = {}
        found: dict[str, Candidate] = {}
        for result in results:
            url = self._address(result.img_src or "")
            if url is None:
                continue
            same = normalise_url(url)
            names = result.engines or [result.engine or ""]
            engines.setdefault(same, []).extend(name for name in names if name)
            found.setdefault(same, _candidate(result, url))
        return tuple(
            msgspec.structs.replace(one, source_id=", ".join(dict.fromkeys(engines[same])) or None)
            for same, one in found.items()
        )

    def _address(self, given: str) -> str | None:
        """None for what has no address of its own, such as ``data:``."""
        if given.startswith("//"):
            given = f"https:{given}"
        try:
            url = urljoin(self._base, given.strip()) if given else ""
            parts = urlsplit(url)
        except ValueError:
            return None
        if url.startswith(self._base) and parts.path.endswith("/image_proxy"):
            url = parse_qs(parts.query).get("url", [""])[0]
        return web_address(url)


def _candidate(result: Result, url: str) -> Candidate:
    width, height = size_of(result.resolution)
    return Candidate(
        image_url=url,
        source="searxng",
        page_url=web_address(result.url),
        title=result.title or None,
        author=result.author or None,
        width=width,
        height=height,
    )


def _silent(given: Sequence[object]) -> list[str]:
    """``bing images (timeout)`` for each engine that did not answer."""
    told = []
    for one in given[:50]:
        name, *why = one if isinstance(one, list) and one else [one]
        told.append(f"{name} ({why[0]})" if why and why[0] else str(name))
    return sorted(dict.fromkeys(told))


def _nobody_answered(silent: list[str]) -> SourceError:
    message = f"The SearXNG instance found nothing, and engines did not answer: {', '.join(silent)}."
    if all(any(word in one.casefold() for word in _SHUT_OUT) for one in silent):
        return SourceBlocked("searxng", f"{message} They refuse the instance; see its log, or wait.")
    return SourceUnreachable("searxng", f"{message} Try again later.")


def _build(context: SourceContext, config: SourceConfig) -> SearxngSource:
    return SearxngSource(FACTORY.client(context, config), base_url=FACTORY.base_url(config))


FACTORY = SourceFactory(id="searxng", build=_build, enabled_by_default=False, default_interval=1.0)
