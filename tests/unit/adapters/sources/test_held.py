"""A plug-in may do anything; what comes of it is a page, or an error that names its makers."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from pixcrawler.adapters.sources.held import HeldSource
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import (
    SourceBlocked,
    SourceChangedShape,
    SourceError,
    SourceUnreachable,
)
from pixcrawler.domain.crawling.filters import SearchFilters

QUERY = SearchQuery(text="fox", filters=SearchFilters())


class Answering:
    """Answers both questions by a call."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self._answer = answer

    @property
    def info(self) -> SourceInfo:
        return SourceInfo(
            id="attic", name="The attic", homepage="", licenses="", page_size=10, max_results=None
        )

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        del query, cursor
        return self._answer()  # type: ignore[no-any-return]

    async def check(self) -> str:
        return self._answer()  # type: ignore[no-any-return]


def held(answer: Callable[[], Any]) -> HeldSource:
    return HeldSource(Answering(answer), origin="attic-sources 1.0")


def failing(error: BaseException) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


def page(candidate: Any = None, **fields: Any) -> Callable[[], SearchPage]:
    found = (candidate,) if candidate is not None else ()
    return lambda: SearchPage(**{"candidates": found, "next_cursor": None} | fields)


def a(**fields: Any) -> Candidate:
    return Candidate(**{"image_url": "https://a.example/1.jpg", "source": "attic"} | fields)


@pytest.mark.parametrize(
    "answer",
    [
        failing(RuntimeError("boom")),
        failing(SystemExit(3)),
        sys.exit,
        lambda: None,
        lambda: {"candidates": []},
        page({"image_url": "https://a.example/1.jpg"}),
        page(a(width="wide")),
        page(a(image_url=None)),
        page(a(title=object())),
        page(next_cursor=7),
        page(next_cursor="\x00"),
        page(notes="a sentence"),
        page(skipped=-1),
    ],
)
async def test_a_fault_of_a_plug_in_is_told_as_its_own(answer: Callable[[], Any]) -> None:
    with pytest.raises(SourceChangedShape, match=r"The source attic of attic-sources 1\.0 has a fault"):
        await held(answer).search(QUERY, None)


async def test_the_words_of_an_error_are_told_to_nobody_and_where_it_was_to_the_log() -> None:
    with structlog.testing.capture_logs() as logs, pytest.raises(SourceChangedShape) as told:
        await held(failing(RuntimeError("https://a.example/?key=secret"))).search(QUERY, None)
    assert "(RuntimeError; the log says where)" in str(told.value)
    (entry,) = logs
    assert (entry["event"], entry["source"], entry["error"]) == ("source_failed", "attic", "RuntimeError")
    assert "test_held.py:" in entry["at"]
    assert "secret" not in str(logs)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SourceBlocked("attic", "closed"), SourceBlocked),
        (ConnectionResetError(), SourceUnreachable),
        (TimeoutError(), SourceUnreachable),
    ],
)
async def test_what_may_pass_is_told_apart(error: Exception, told: type[SourceError]) -> None:
    source = held(failing(error))
    with pytest.raises(told):
        await source.search(QUERY, None)
    with pytest.raises(told):
        await source.check()


@pytest.mark.parametrize(
    ("said", "id_", "raw"),
    [
        ("CC-BY-4.0", "CC-BY-4.0", None),
        ("cc by-nc", "CC-BY-NC", "cc by-nc"),
        ("totally free", "unknown", "totally free"),
    ],
)
async def test_licences_of_plug_ins_are_normal_ids(said: str, id_: str, raw: str | None) -> None:
    (one,) = (await held(page(a(license=said))).search(QUERY, None)).candidates
    assert (one.license, one.license_raw) == (id_, raw)


async def test_a_plug_in_speaks_for_itself_alone() -> None:
    (one,) = (await held(page(a(source="openverse"))).search(QUERY, None)).candidates
    assert (one.source, one.license, one.license_raw) == ("attic", "unknown", None)


async def test_a_good_page_stays_as_it_is() -> None:
    good = page(a(tags=("fox",), width=10), next_cursor="2", total=5, skipped=1, notes=("A note.",))
    assert await held(good).search(QUERY, "1") == good()
    assert await held(lambda: "It answers.").check() == "It answers."
