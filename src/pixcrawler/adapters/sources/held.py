"""Sources of other distributions, held to what the port promises of every source."""

from collections.abc import Awaitable, Callable
from traceback import extract_tb
from typing import Any, TypeVar

import msgspec
import structlog

from pixcrawler.adapters.sources.plug_ins import FAILURES
from pixcrawler.application.ports.source import SearchPage, SearchQuery, Source, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import InvalidJob, SourceChangedShape, SourceError, SourceUnreachable
from pixcrawler.domain.crawling.license_text import license_id
from pixcrawler.domain.shared.licenses import license_of

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class HeldSource:
    """Behaves like the source that it is, but for what no source may do: fail with anything but the errors of
    the port, give a page that is none, speak for another source, or name a licence that is no normal id.
    ``origin`` is the distribution to complain to.
    """

    def __init__(self, source: Source, *, origin: str) -> None:
        self._source = source
        self._origin = origin
        self._info = source.info

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        page = _page(await self._held(lambda: self._source.search(query, cursor)))
        if isinstance(page, str):
            raise self._at_fault(f"its page is malformed: {page}")
        candidates = tuple(self._own(candidate) for candidate in page.candidates)
        return msgspec.structs.replace(page, candidates=candidates)

    async def check(self) -> str:
        said = await self._held(self._source.check)
        if not isinstance(said, str):
            raise self._at_fault("its check says nothing")
        return said

    async def _held(self, ask: Callable[[], Awaitable[T]]) -> T:
        try:
            return await ask()
        except (SourceError, InvalidJob):
            raise
        except OSError as error:  # TimeoutError and ConnectionError too
            message = f"{self._info.name} cannot be reached: {self._logged(error)}. Try again later."
            raise SourceUnreachable(self._info.id, message) from error
        except FAILURES as error:
            raise self._at_fault(f"{self._logged(error)}; the log says where") from error

    def _own(self, candidate: Candidate) -> Candidate:
        mine = msgspec.structs.replace(candidate, source=self._info.id)
        said = mine.license
        if license_of(said).id == said:
            return mine
        raw = mine.license_raw or said
        return msgspec.structs.replace(mine, license=license_id(said), license_raw=raw)

    def _logged(self, error: BaseException) -> str:
        """Its kind. Where it was raised is for the log; its words, which may hold a key, are for nobody."""
        kind, last = type(error).__name__, extract_tb(error.__traceback__)[-1]
        at = f"{last.filename}:{last.lineno} in {last.name}"
        _log.warning("source_failed", source=self._info.id, distribution=self._origin, error=kind, at=at)
        return kind

    def _at_fault(self, what: str) -> SourceChangedShape:
        message = f"The source {self._info.id} of {self._origin} has a fault ({what}): tell its makers."
        return SourceChangedShape(self._info.id, message)


def _page(said: Any) -> SearchPage | str:  # noqa: ANN401
    """The page, or what is wrong with it."""
    if not isinstance(said, SearchPage):
        return f"a {type(said).__name__}"
    try:
        page = msgspec.convert(msgspec.to_builtins(said), SearchPage)
    except (msgspec.ValidationError, TypeError, ValueError, RecursionError) as error:
        return str(error)[:200]
    if page.next_cursor is not None and "\x00" in page.next_cursor:
        return "a NUL in `next_cursor`"
    if page.skipped < 0:
        return "`skipped` is below 0"
    return page
