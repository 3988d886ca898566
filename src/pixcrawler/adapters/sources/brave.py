"""Brave Search: pictures of the open web (https://api-dashboard.search.brave.com/api-reference/images/image_search).

One search is one answer of at most 200 pictures; there is no second page. Brave says nothing about
licences, so all of them are unknown. It corrects spelling unless it is told not to.
"""

import re

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiClient, ApiRefused
from pixcrawler.adapters.sources.addresses import pixels, web_address
from pixcrawler.adapters.sources.asking import ask, changed_shape, each, key_refused
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceError
from pixcrawler.domain.crawling.filters import SafeSearch, SearchFilters

MOST = 200
LONGEST_QUERY = 400  # characters
MOST_WORDS = 50

_CODE = re.compile(r'"code"\s*:\s*"([A-Z_]+)"')
_HEADER = "x-subscription-token"
_LANGUAGES = frozenset({
    "ar", "bg", "bn", "ca", "cs", "da", "de", "en", "es", "et", "eu", "fi", "fr", "gl", "gu", "he",
    "hi", "hr", "hu", "is", "it", "kn", "ko", "lt", "lv", "ml", "mr", "ms", "nb", "nl", "pa", "pl",
    "ro", "ru", "sk", "sl", "sr", "sv", "ta", "te", "th", "tr", "uk", "vi",
})  # fmt: skip
_OTHER_CODES = {"ja": "jp", "zh": "zh-hans", "pt": "pt-br", "no": "nb"}


class Picture(msgspec.Struct, frozen=True):
    url: str | None = None
    width: object = None
    height: object = None


class Result(msgspec.Struct, frozen=True):
    """``url`` is the page, ``properties.url`` the picture. All of it may be missing."""

    title: str | None = None
    url: str | None = None
    properties: Picture | None = None


class Answer(msgspec.Struct, frozen=True):
    results: list[object]


class BraveSource:
    def __init__(self, client: ApiClient, *, base_url: str, api_key: str | None) -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/images/search"
        self._headers = {_HEADER: api_key} if api_key else {}
        self._info = SourceInfo(
            id="brave",
            name="Brave Search",
            homepage="https://search.brave.com/images",
            licenses="unknown",
            page_size=MOST,
            max_results=MOST,
            needs_key=True,
            filters=frozenset({"safe_search", "language"}),
            operators=frozenset({"phrase", "not"}),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        del cursor  # there is one page
        answer = await self._ask(query.text, MOST, query.filters)
        results = each(answer.results, Result)
        found = tuple(filter(None, (_candidate(result) for result in results if result is not None)))
        if answer.results and not found:
            raise changed_shape(self._info, "no result has a `properties.url`")
        language = query.filters.language
        unknown = language is not None and _language(language) is None
        return SearchPage(
            candidates=found[:MOST],
            next_cursor=None,
            skipped=len(answer.results) - len(found),
            notes=(f"Brave Search does not know the language {language}: it was not asked for.",) * unknown,
        )

    async def check(self) -> str:
        answer = await self._ask("cat", 1, SearchFilters())
        if not answer.results:
            raise changed_shape(self._info, "no result for “cat”")
        return "Brave Search answers."

    async def _ask(self, text: str, count: int, filters: SearchFilters) -> Answer:
        if not self._headers:
            raise key_refused(self._info, "there is none")
        params = {
            "q": " ".join(text.split()[:MOST_WORDS])[:LONGEST_QUERY],
            "count": str(count),
            "country": "ALL",
            "safesearch": "off" if filters.safe_search is SafeSearch.OFF else "strict",
            "spellcheck": "false",
        }
        if language := _language(filters.language):
            params["search_lang"] = language
        return await ask(
            self._client, self._info, Answer, url=self._url, params=params, headers=self._headers,
            refusals=self._refusal,
        )  # fmt: skip

    def _refusal(self, error: ApiRefused) -> SourceError | None:
        """Brave says in ``error.code`` what is wrong; a wrong key and a wrong request have one status.

        Where the key is missing, it names the header.
        """
        said = _CODE.search(error.body_start)
        code = said[1] if said else ""
        if code.startswith("SUBSCRIPTION_") or _HEADER in error.body_start:
            return key_refused(self._info, f"{error.status} {code}")
        if error.status == 402 or code == "OPTION_NOT_IN_PLAN" or (error.status == 403 and code):
            return key_refused(self._info, f"{error.status} {code}: its plan does not cover this search")
        if code == "QUOTA_LIMITED":
            return SourceBlocked(
                "brave", "The quota of your Brave Search plan is used up: wait, or change it."
            )
        return None


def _language(tag: str | None) -> str | None:
    """Brave's own code; None for a language that it does not know."""
    code = _OTHER_CODES.get(tag or "", tag)
    return code if code in _LANGUAGES or code in _OTHER_CODES.values() else None


def _candidate(result: Result) -> Candidate | None:
    """None for a result without a picture's address."""
    picture = result.properties or Picture()
    address = web_address(picture.url)
    if address is None:
        return None
    return Candidate(
        image_url=address,
        source="brave",
        page_url=web_address(result.url),
        title=result.title or None,
        width=pixels(picture.width),
        height=pixels(picture.height),
    )


def _build(context: SourceContext, config: SourceConfig) -> BraveSource:
    client = FACTORY.client(context, config)
    return BraveSource(client, base_url=FACTORY.base_url(config), api_key=config.api_key)


FACTORY = SourceFactory(
    id="brave",
    build=_build,
    needs_key=True,
    default_base_url="https://api.search.brave.com/res/v1",
    default_interval=1.0,
)
