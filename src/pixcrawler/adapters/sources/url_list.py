"""A user's own list of URLs, read from its normal form in the object store.

The cursor is the offset of the next line in bytes, so a page costs the same wherever in the list it is.
"""

import msgspec

from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.url_row import UrlRow
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import InvalidJob, SourceChangedShape
from pixcrawler.domain.crawling.license_text import best_license_id
from pixcrawler.domain.shared.licenses import attribution_line

BLOCK = 64 * 1024


class UrlListSource:
    def __init__(self, store: ObjectStore, *, page_size: int = 250) -> None:
        self._store = store
        self._rows = msgspec.json.Decoder(UrlRow)
        self._info = SourceInfo(
            id="url_list",
            name="URL list",
            homepage="",
            licenses="as the list says",
            page_size=page_size,
            max_results=None,
            needs_text=False,
            ends=True,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        if query.input is None:
            raise InvalidJob("The source url_list needs a list: give one with --input FILE.", field="input")
        start = int(cursor) if cursor else 0
        page = await self._page(query.input, start)
        try:
            candidates = tuple(_candidate(self._rows.decode(line)) for line in page.splitlines())
        except msgspec.DecodeError as error:
            raise _damaged(f"it cannot be read behind byte {start}") from error
        following = start + len(page)
        more = await self._read(query.input, following, 1)
        return SearchPage(candidates=candidates, next_cursor=str(following) if more else None)

    async def check(self) -> str:
        return "Needs no connection of its own: the list is the user's."

    async def _page(self, key: str, start: int) -> bytes:
        """The next ``page_size`` whole lines, fewer at the end."""
        page = bytearray()
        lines = 0
        while lines < self._info.page_size:
            block = await self._read(key, start + len(page), BLOCK)
            if not block:
                return bytes(page)
            page += block
            lines += block.count(b"\n")
        end = -1
        for _ in range(self._info.page_size):
            end = page.index(b"\n", end + 1)
        return bytes(page[: end + 1])

    async def _read(self, key: str, start: int, length: int) -> bytes:
        try:
            return await self._store.get_range(key, start, length)
        except ObjectMissing as error:
            raise _damaged("it is not in the store any more") from error


def _damaged(what: str) -> SourceChangedShape:
    return SourceChangedShape(
        "url_list", f"The stored URL list is damaged ({what}): start a new job with the list."
    )


def _candidate(row: UrlRow) -> Candidate:
    license_ = best_license_id(row.license_url, row.license)
    return Candidate(
        image_url=row.url,
        source="url_list",
        page_url=row.page_url,
        title=row.title,
        author=row.author,
        author_url=row.author_url,
        license=license_,
        license_raw=row.license or row.license_url,
        license_url=row.license_url,
        attribution=attribution_line(
            license_, title=row.title, author=row.author, license_url=row.license_url
        ),
        label=row.label,
        sha256=row.sha256,
    )


def _build(context: SourceContext, config: SourceConfig) -> UrlListSource:
    del config  # nothing to set: it has no address of its own
    return UrlListSource(context.store, page_size=context.page_size)


FACTORY = SourceFactory(id="url_list", build=_build)
