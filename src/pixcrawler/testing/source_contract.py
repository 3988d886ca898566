"""What every source promises. A broken promise is an AssertionError with a sentence."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import NoReturn
from urllib.parse import urlsplit

import msgspec
import pytest

from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceError, SourceUnreachable
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch, SearchFilters
from pixcrawler.domain.shared.licenses import license_of
from pixcrawler.testing.source_case import SourceCase

SourceCheck = Callable[[SourceCase], Awaitable[None]]

LONGEST_CURSOR = 10_000
OPERATORS = frozenset({"phrase", "not"})
ODD_TEXTS = ('"', "a&b=c#d?e%", "ﬂügel 狐 🦊", "-", "x" * 300, "fox\tred")
NARROW = (
    SearchFilters(safe_search=SafeSearch.OFF),
    SearchFilters(safe_search=SafeSearch.STRICT, license=("commercial", "derivatives", "known")),
    SearchFilters(license=("public-domain",), file_types=("jpg", "png"), min_size=(640, 480)),
    SearchFilters(image_type=ImageType.PHOTO, color=Color.RED, language="de", exclude=("cat",)),
    SearchFilters(image_type=ImageType.TRANSPARENT, color=Color.MONOCHROME),
)


async def it_says_what_it_is(case: SourceCase) -> None:
    info = case.source.info
    _hold(isinstance(info, SourceInfo), "`info` is a SourceInfo")
    _hold(bool(re.fullmatch(r"[a-z][a-z0-9_]{0,63}", info.id)), f"{info.id!r} is no id such as my_source")
    _hold(bool(info.name and info.licenses), "name and licences are told")
    _hold(info.page_size > 0, "a page has room for one candidate at least")
    _hold(info.max_results is None or info.max_results > 0, "`max_results` is None or more than 0")
    _hold(info.filters <= set(SearchFilters.__struct_fields__), "`filters` are fields of SearchFilters")
    _hold(info.image_types <= set(ImageType), "`image_types` are of ImageType")
    _hold(info.operators <= OPERATORS, f"`operators` are of {sorted(OPERATORS)}")


async def the_pages_end_and_give_each_candidate_once(case: SourceCase) -> None:
    pages = await case.pages()
    found = [candidate.image_url for _, page in pages for candidate in page.candidates]
    one_page = case.source.info.page_size == case.source.info.max_results
    _hold(len(pages) > 1 or one_page, "the case has several pages, or nothing is shown of paging")
    _hold(len(found) == len(set(found)), "no candidate comes twice")
    _hold(len(found) == case.count, f"{case.count} candidates come, not {len(found)}")


async def a_cursor_asked_again_gives_the_same_page(case: SourceCase) -> None:
    for cursor, page in await case.pages():
        again = await case.source.search(case.query, cursor)
        _hold(again == page, f"the page at {cursor!r} is the same when it is asked for again")


async def a_cursor_can_be_stored(case: SourceCase) -> None:
    for _, page in await case.pages():
        cursor = page.next_cursor
        if cursor is not None:
            _hold(isinstance(cursor, str) and cursor != "", f"{cursor!r} is a text")
            _hold(_storable(cursor) and len(cursor) <= LONGEST_CURSOR, "a cursor is short, without NUL")


async def a_page_is_no_larger_than_announced(case: SourceCase) -> None:
    for _, page in await case.pages():
        most = case.source.info.page_size
        _hold(
            len(page.candidates) <= most, f"a page has {most} candidates at most, not {len(page.candidates)}"
        )
        _hold(page.skipped >= 0, "`skipped` is a count")


async def candidates_have_absolute_urls_and_name_their_source(case: SourceCase) -> None:
    for candidate in await _candidates(case):
        url = urlsplit(candidate.image_url)
        absolute = (url.scheme in {"http", "https"} and url.netloc) or url.scheme == "file"
        _hold(bool(absolute), f"{candidate.image_url!r} is an absolute URL of http, https or file")
        _hold(candidate.source == case.source.info.id, f"{candidate.source!r} is the source's id")


async def licences_are_normal_ids(case: SourceCase) -> None:
    for candidate in await _candidates(case):
        known = license_of(candidate.license).id == candidate.license
        _hold(known, f"{candidate.license!r} is an id of pixcrawler.domain.shared.licenses, or unknown")


async def what_candidates_say_can_be_stored(case: SourceCase) -> None:
    for candidate in await _candidates(case):
        for name, value in msgspec.structs.asdict(candidate).items():
            texts = value if isinstance(value, tuple) else (value,)
            sound = all(_storable(text) for text in texts if isinstance(text, str))
            _hold(sound, f"`{name}` holds no NUL and no lone surrogate")
        sizes = (candidate.width, candidate.height)
        _hold(all(size is None or size > 0 for size in sizes), "a size is None or more than 0")


async def a_search_in_vain_is_one_empty_page(case: SourceCase) -> None:
    if case.vain is None:
        _not_asked("there is no search in vain here")
    page = await case.source.search(case.vain, None)
    _hold((page.candidates, page.next_cursor) == ((), None), "nothing found is an empty page, and the last")


async def filters_narrow_and_never_break(case: SourceCase) -> None:
    """A source leaves alone what it cannot apply; what comes is judged afterwards anyway."""
    for filters in NARROW:
        page = await case.source.search(msgspec.structs.replace(case.query, filters=filters), None)
        _hold(isinstance(page, SearchPage), f"a search with {filters} is answered")


async def odd_words_are_searched_like_others(case: SourceCase) -> None:
    if not case.source.info.needs_text:
        _not_asked("it searches for no words")
    for words in ODD_TEXTS:
        page = await case.source.search(SearchQuery(text=words, filters=SearchFilters()), None)
        _hold(isinstance(page, SearchPage), f"a search for {words!r} is answered")


async def the_probe_answers_in_a_sentence(case: SourceCase) -> None:
    if not case.probed:
        _not_asked("its probe asks for what this case does not have")
    told = await case.source.check()
    _hold(isinstance(told, str) and told.endswith("."), f"{told!r} is a sentence")


async def nobody_there_is_unreachable(case: SourceCase) -> None:
    if case.lost is None:
        _not_asked("it asks nobody")
    for asking in (case.lost.search(case.query, None), case.lost.check()):
        try:
            await asking
        except SourceUnreachable as error:
            _hold(error.source == case.lost.info.id, "the error names the source")
        except SourceError as error:
            _broken(f"nobody there is SourceUnreachable, not {error!r}")
        else:
            _broken("nobody there is an error, and not nothing found")


SOURCE_CHECKS: tuple[SourceCheck, ...] = (
    it_says_what_it_is,
    the_pages_end_and_give_each_candidate_once,
    a_cursor_asked_again_gives_the_same_page,
    a_cursor_can_be_stored,
    a_page_is_no_larger_than_announced,
    candidates_have_absolute_urls_and_name_their_source,
    licences_are_normal_ids,
    what_candidates_say_can_be_stored,
    a_search_in_vain_is_one_empty_page,
    filters_narrow_and_never_break,
    odd_words_are_searched_like_others,
    the_probe_answers_in_a_sentence,
    nobody_there_is_unreachable,
)


class SourceContract:
    """Inherit from it, name the class ``Test…``, and say how a case is set up."""

    def case(self) -> AbstractAsyncContextManager[SourceCase]:
        """A fresh one for each check; what it started ends with it."""
        raise NotImplementedError

    @pytest.mark.parametrize("check", SOURCE_CHECKS, ids=lambda check: check.__name__)
    def test_it_keeps_the_promise(self, check: SourceCheck) -> None:
        asyncio.run(self._asked(check))

    async def _asked(self, check: SourceCheck) -> None:
        async with self.case() as case:
            await check(case)


async def _candidates(case: SourceCase) -> Iterator[Candidate]:
    return (candidate for _, page in await case.pages() for candidate in page.candidates)


def _storable(text: str) -> bool:
    return "\0" not in text and text == text.encode("utf-8", "ignore").decode()


def _hold(kept: bool, promise: str) -> None:
    if not kept:
        _broken(promise)


def _broken(promise: str) -> NoReturn:
    raise AssertionError(f"Not so: {promise}.")


def _not_asked(why: str) -> NoReturn:
    pytest.skip(why)
