"""Wikimedia Commons, by the MediaWiki action API (https://www.mediawiki.org/wiki/API:Search).

Its cursor is the API's own ``continue`` object. Commons asks for a user agent with a contact, serial
requests and ``maxlag``: all three are the client's and the interval's business, but for lag, which
comes as an error inside an answer of status 200 and is waited for here.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.addresses import pixels, web_address
from pixcrawler.adapters.sources.asking import ask, changed_shape, each, readable
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.plain_text import first_link, plain_text
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceUnreachable
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.license_text import best_license_id
from pixcrawler.domain.shared.licenses import attribution_line

PAGE_SIZE = 50
MAX_RESULTS = 10_000
LONGEST_QUERY = 300
LAG_ATTEMPTS = 3

_KINDS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/tiff": "tiff",
    "image/bmp": "bmp",
    "image/x-ms-bmp": "bmp",
    "image/x-bmp": "bmp",
    "image/avif": "avif",
}
_FIELDS = "License|LicenseShortName|LicenseUrl|Artist|Attribution|ObjectName"
_TOO_FAST = "ratelimited"
_BUSY = frozenset(
    {
        "maxlag",
        _TOO_FAST,
        "readonly",
        "internal_api_error_DBQueryError",
        "cirrussearch-too-busy-error",
        "cirrussearch-backend-error",
    }
)
_CLOSED = frozenset({"blocked", "autoblocked", "readapidenied", "permissiondenied"})


class Value(msgspec.Struct, frozen=True):
    value: str | int | float | None = None

    @property
    def html(self) -> str | None:
        return None if self.value is None else str(self.value)


class Picture(msgspec.Struct, frozen=True):
    """``imageinfo`` of one file; ``extmetadata`` values are HTML, and an empty list when there are none."""

    url: str | None = None
    descriptionurl: str | None = None
    mime: str | None = None
    width: object = None
    height: object = None
    extmetadata: dict[str, Value] | list[object] = {}


class Page(msgspec.Struct, frozen=True):
    title: str
    pageid: int | None = None
    index: int = 0
    imageinfo: list[object] | None = None

    @property
    def picture(self) -> Picture:
        """An empty one where the page has none."""
        return next(filter(None, each(self.imageinfo or (), Picture)), Picture())


class Pages(msgspec.Struct, frozen=True):
    """A list, or by id where a wiki knows no newer form of answers."""

    pages: list[object] | dict[str, object] = []

    @property
    def listed(self) -> list[object]:
        return list(self.pages.values()) if isinstance(self.pages, dict) else self.pages


class ApiError(msgspec.Struct, frozen=True):
    code: str
    info: str = ""


class Answer(msgspec.Struct, frozen=True, rename={"next": "continue"}):
    query: Pages | None = None
    next: dict[str, str | int] | None = None
    batchcomplete: bool | str | None = None
    error: ApiError | None = None


class WikimediaSource:
    """``base_url`` is that of ``api.php``. ``lag_pause`` is in seconds."""

    def __init__(self, client: ApiClient, *, base_url: str, lag_pause: float = 5.0) -> None:
        self._client = client
        self._url = base_url
        self._lag_pause = lag_pause
        self._info = SourceInfo(
            id="wikimedia",
            name="Wikimedia Commons",
            homepage="https://commons.wikimedia.org",
            licenses="free licences and public domain, named for each picture",
            page_size=PAGE_SIZE,
            max_results=MAX_RESULTS,
            filters=frozenset({"file_types", "min_size"}),
            operators=frozenset({"phrase", "not"}),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        went_on = msgspec.json.decode(cursor, type=dict[str, str]) if cursor else {}
        answer = await self._ask({"gsrsearch": _words(query), "gsrlimit": str(PAGE_SIZE)} | went_on)
        read = readable(self._info, answer.query.listed if answer.query else [], Page)
        pages = sorted((page for page in read if page is not None), key=lambda page: page.index)
        # Long answers come in parts: a page without imageinfo had it before or gets it next.
        whole = answer.batchcomplete is not None and went_on.keys() <= {"gsroffset", "continue"}
        seen = [page for page in pages if page.imageinfo or whole]
        if any(page.imageinfo for page in seen) and not any(page.picture.url for page in seen):
            raise changed_shape(self._info, "no file has a `url`")
        found = tuple(filter(None, (_wanted(page, query.filters) for page in seen)))
        skipped = len(seen) - len(found) + read.count(None)
        return SearchPage(candidates=found, next_cursor=_cursor(answer.next), skipped=skipped)

    async def check(self) -> str:
        answer = await self._ask({"gsrsearch": "filetype:bitmap cat", "gsrlimit": "1"})
        if answer.query is None or not answer.query.pages:
            raise changed_shape(self._info, "no result for “cat”")
        return "Wikimedia Commons answers."

    async def _ask(self, params: dict[str, str]) -> Answer:
        asked = {
            "action": "query", "format": "json", "formatversion": "2", "maxlag": "5", "generator": "search",
            "gsrnamespace": "6", "prop": "imageinfo", "iiprop": "url|size|mime|extmetadata",
            "iiextmetadatafilter": _FIELDS, "iiextmetadatalanguage": "en",
        } | params  # fmt: skip
        patiently = AsyncRetrying(
            retry=retry_if_exception_type(_Busy),
            stop=stop_after_attempt(LAG_ATTEMPTS),
            wait=wait_fixed(self._lag_pause),
            reraise=True,
        )
        try:
            return await patiently(self._ask_once, asked)
        except _Busy as error:
            if error.code == _TOO_FAST:
                advice = "Wait, or raise SOURCE_WIKIMEDIA_INTERVAL."
                message = f"Wikimedia Commons wants fewer requests: {error}. {advice}"
                raise SourceBlocked("wikimedia", message) from error
            raise SourceUnreachable(
                "wikimedia", f"Wikimedia Commons is too busy: {error}. Try again later."
            ) from error

    async def _ask_once(self, params: dict[str, str]) -> Answer:
        answer = await ask(self._client, self._info, Answer, url=self._url, params=params)
        if answer.error is not None:
            raise self._told(answer.error)
        if answer.query is None and answer.next is None and answer.batchcomplete is None:
            raise changed_shape(self._info, "neither `query` nor `batchcomplete`")
        return answer

    def _told(self, error: ApiError) -> Exception:
        if error.code in _BUSY:
            return _Busy(error.code, error.info or error.code)
        if error.code in _CLOSED:
            return SourceBlocked(
                "wikimedia", f"Wikimedia Commons refuses this client ({error.code}): {error.info}"
            )
        return changed_shape(self._info, f"{error.code}: {error.info}")


class _Busy(Exception):
    """The servers are behind, or want a slower pace."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said.rstrip("."))
        self.code = code


def _words(query: SearchQuery) -> str:
    """The query in CirrusSearch's words (https://www.mediawiki.org/wiki/Help:CirrusSearch)."""
    words = ["filetype:bitmap"]
    if query.filters.min_size:
        width, height = query.filters.min_size
        words += [f"filew:>{width - 1}", f"fileh:>{height - 1}"]
    if len(query.filters.file_types) == 1:
        words += [f"filemime:{mime}" for mime, kind in _KINDS.items() if kind in query.filters.file_types][:1]
    return " ".join([*words, query.text])[:LONGEST_QUERY]


def _cursor(next_: dict[str, str | int] | None) -> str | None:
    """None behind the last page, and where the search engine refuses to go deeper."""
    offset = str((next_ or {}).get("gsroffset", 0))
    if next_ is None or not offset.isdecimal() or int(offset[:9]) + PAGE_SIZE > MAX_RESULTS:
        return None
    return msgspec.json.encode({name: str(value) for name, value in next_.items()}, order="sorted").decode()


def _wanted(page: Page, filters: SearchFilters) -> Candidate | None:
    """None for what is no picture for us (SVG, PDF, DjVu, sound, no address) or of a type not asked for."""
    picture = page.picture
    kind = _KINDS.get(picture.mime or "")
    url = web_address(picture.url)
    if url is None or kind is None or (filters.file_types and kind not in filters.file_types):
        return None
    return _candidate(page, picture, url)


def _candidate(page: Page, picture: Picture, url: str) -> Candidate:
    said = picture.extmetadata if isinstance(picture.extmetadata, dict) else {}
    words = {name: plain_text(value.html) for name, value in said.items()}
    license_ = best_license_id(words.get("LicenseUrl"), words.get("License"), words.get("LicenseShortName"))
    license_url = words.get("LicenseUrl")
    name = words.get("ObjectName") or page.title.removeprefix("File:").rpartition(".")[0] or page.title
    author = words.get("Artist")
    return Candidate(
        image_url=_without_marks(url),
        source="wikimedia",
        source_id=None if page.pageid is None else str(page.pageid),
        page_url=picture.descriptionurl,
        title=name,
        author=author,
        author_url=first_link(said["Artist"].html) if "Artist" in said else None,
        license=license_,
        license_raw=words.get("LicenseShortName") or words.get("License"),
        license_url=license_url,
        attribution=words.get("Attribution")
        or attribution_line(license_, title=name, author=author, license_url=license_url),
        width=pixels(picture.width),
        height=pixels(picture.height),
    )


def _without_marks(url: str) -> str:
    """Commons adds ``utm_…`` to the addresses that its API gives; elsewhere the same file has none."""
    if "utm_" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.startswith("utm_")
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _build(context: SourceContext, config: SourceConfig) -> WikimediaSource:
    return WikimediaSource(FACTORY.client(context, config), base_url=FACTORY.base_url(config))


FACTORY = SourceFactory(
    id="wikimedia",
    build=_build,
    default_base_url="https://commons.wikimedia.org/w/api.php",
    default_interval=1.0,
)
