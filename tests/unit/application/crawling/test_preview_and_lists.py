"""Dry runs, and lists of URLs that somebody brought."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pixcrawler.application.crawling.preview_crawl import PreviewCrawl
from pixcrawler.application.crawling.take_url_list import TakenList, TakeUrlList
from pixcrawler.application.ports.url_list import TextFormat, UrlText
from pixcrawler.domain.crawling.errors import InvalidUrlList, SourceBlocked, SourceDisabled, UnknownSource
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch, SearchFilters
from pixcrawler.domain.shared.errors import DomainError
from tests.fakes.aggregates import candidate, spec
from tests.fakes.object_store import MemoryObjectStore
from tests.unit.application.crawling.stage import Stage


async def test_a_preview_shows_the_first_page_of_every_query() -> None:
    stage = Stage(cat=[["a", "b", "c", "d"], ["e"]], dog=[])
    cat, dog = await PreviewCrawl(sources=stage.sources)(spec("cat", "dog"))
    assert (cat.source, cat.text, cat.label, cat.error) == ("openverse", "cat", "cat", None)
    assert (cat.total, cat.first_page, cat.usable) == (5, 4, 4)
    assert cat.candidates == tuple(candidate(name) for name in "abc")
    assert (dog.total, dog.first_page, dog.candidates) == (0, 0, ())
    assert stage.database.tables.crawl_jobs == {}
    assert stage.fetcher.asked == []


async def test_a_preview_hands_on_what_the_source_remarks() -> None:
    stage = Stage(cat=[["a"]])
    stage.source.notes = ("It tells no licences.",)
    (cat,) = await PreviewCrawl(sources=stage.sources)(spec("cat"))
    assert cat.notes == ("It tells no licences.",)


async def test_a_preview_counts_only_what_passes_the_filters() -> None:
    stage = Stage()
    stage.source.pages["cat"] = [[candidate("a", title="dog"), candidate("b", tags=("dog",)), candidate("c")]]
    (cat,) = await PreviewCrawl(sources=stage.sources)(spec("cat", filters=SearchFilters(exclude=("dog",))))
    assert (cat.first_page, cat.usable) == (3, 1)
    assert cat.candidates == (candidate("c"),)


async def test_a_source_that_fails_is_told_in_its_preview() -> None:
    stage = Stage(cat=[["a"]], dog=[["b"]])
    stage.source.failures.append(SourceBlocked("openverse", "It refuses us."))
    cat, dog = await PreviewCrawl(sources=stage.sources)(spec("cat", "dog"))
    assert (cat.error, cat.candidates, cat.total) == ("It refuses us.", (), None)
    assert dog.error is None


@pytest.mark.parametrize(("source", "error"), [("nowhere", UnknownSource), ("bing", SourceDisabled)])
async def test_a_source_that_is_not_to_be_had_is_refused(source: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        await PreviewCrawl(sources=Stage().sources)(spec("cat", sources=(source,)))


def lines(given: Path | UrlText, write: Callable[[bytes], object]) -> int:
    """Copies a list line by line; the word “bad” is no URL."""
    whole = given.content.encode() if isinstance(given, UrlText) else given.read_bytes()
    rows = whole.splitlines(keepends=True)
    for row in rows:
        if row.startswith(b"bad"):
            raise InvalidUrlList("It has a line that is no URL.", field="input")
        write(row)
    return len(rows)


async def test_a_list_is_stored_under_its_content(tmp_path: Path) -> None:
    stage = Stage()
    take = TakeUrlList(store=stage.store, read=lines)
    (tmp_path / "one").write_bytes(b"http://a\nhttp://b\n")
    (tmp_path / "same").write_bytes(b"http://a\nhttp://b\n")
    (tmp_path / "other").write_bytes(b"http://a\n")
    one, same, other = [await take(tmp_path / name, by=stage.owner) for name in ("one", "same", "other")]
    assert one == same == TakenList(one.key, 2)
    assert other.key != one.key
    assert one.key.startswith(stage.owner.id.hex)
    assert await stage.store.get(one.key) == b"http://a\nhttp://b\n"


async def test_a_list_that_was_sent_is_the_same_as_a_file(tmp_path: Path) -> None:
    stage = Stage()
    take = TakeUrlList(store=stage.store, read=lines)
    (tmp_path / "one").write_bytes(b"http://a\n")
    sent = await take(UrlText(TextFormat.TXT, "http://a\n"), by=stage.owner)
    assert sent == await take(tmp_path / "one", by=stage.owner)


async def test_of_a_list_with_a_mistake_nothing_is_stored(tmp_path: Path) -> None:
    store = MemoryObjectStore()
    (tmp_path / "list").write_bytes(b"http://a\nbad\n")
    with pytest.raises(InvalidUrlList):
        await TakeUrlList(store=store, read=lines)(tmp_path / "list", by=Stage().owner)
    assert [one.key async for one in store.keys("")] == []
    assert await store.sweep(older_than=-1) == 0


@pytest.mark.parametrize(
    ("filters", "notes"),
    [
        (SearchFilters(), 0),
        (SearchFilters(image_type=ImageType.CLIPART), 1),
        (SearchFilters(image_type=ImageType.ANIMATED, color=Color.RED), 0),
        (SearchFilters(language="de", safe_search=SafeSearch.STRICT, image_type=ImageType.PHOTO), 3),
    ],
)
async def test_a_filter_that_nobody_can_apply_is_told(filters: SearchFilters, notes: int) -> None:
    stage = Stage(cat=[["a"]])
    (cat,) = await PreviewCrawl(sources=stage.sources)(spec("cat", filters=filters))
    assert len(cat.notes) == notes
    applied = frozenset({"image_type", "language", "safe_search"})
    stage.source.info = msgspec.structs.replace(stage.source.info, filters=applied)
    (cat,) = await PreviewCrawl(sources=stage.sources)(spec("cat", filters=filters))
    assert cat.notes == ()


async def test_a_kind_that_a_source_knows_nothing_of_is_told_although_it_knows_others() -> None:
    stage = Stage(cat=[["a"]])
    stage.source.info = msgspec.structs.replace(
        stage.source.info, filters=frozenset({"image_type"}), image_types=frozenset({ImageType.PHOTO})
    )
    for kind, told in ((ImageType.PHOTO, 0), (ImageType.CLIPART, 1)):
        (cat,) = await PreviewCrawl(sources=stage.sources)(
            spec("cat", filters=SearchFilters(image_type=kind))
        )
        assert len(cat.notes) == told
