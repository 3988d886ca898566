from pathlib import Path

import pytest

from pixcrawler.adapters.sources.url_list import UrlListSource
from pixcrawler.adapters.sources.url_list_reader import read_url_list
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.source import SearchQuery
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import InvalidJob, SourceChangedShape
from pixcrawler.domain.crawling.filters import SearchFilters


def of(key: str | None) -> SearchQuery:
    return SearchQuery(text="", filters=SearchFilters(), input=key)


async def stored(folder: Path, name: str, content: str) -> LocalObjectStore:
    store = LocalObjectStore(folder / "store")
    (folder / name).write_text(content)
    body = store.receive()
    read_url_list(folder / name, body.write)
    await store.keep(body, "lists/one")
    return store


async def test_what_the_list_says_comes_with_the_candidate(tmp_path: Path) -> None:
    digest = "cd" * 32
    store = await stored(
        tmp_path,
        "list.csv",
        "url,title,label,license,author,page_url,sha256\n"
        f"https://a.example/1.jpg,Fox,animal,CC BY 2.0,Ann,https://a.example/1,{digest}\n",
    )
    page = await UrlListSource(store).search(of("lists/one"), None)
    assert page.candidates == (
        Candidate(
            image_url="https://a.example/1.jpg",
            source="url_list",
            title="Fox",
            label="animal",
            license="CC-BY-2.0",
            license_raw="CC BY 2.0",
            author="Ann",
            page_url="https://a.example/1",
            attribution='"Fox" by Ann is licensed under CC BY 2.0. To view the terms, visit '
            "https://creativecommons.org/licenses/by/2.0/",
            sha256=digest,
        ),
    )
    assert page.next_cursor is None


@pytest.mark.parametrize("rows", [1, 9, 10, 11, 20])
async def test_the_last_page_is_known_as_the_last(tmp_path: Path, rows: int) -> None:
    store = await stored(tmp_path, "urls.txt", "".join(f"https://a.example/{n}.jpg\n" for n in range(rows)))
    source = UrlListSource(store, page_size=10)
    page = await source.search(of("lists/one"), None)
    assert (page.next_cursor is None) == (rows <= 10)
    assert len(page.candidates) == min(rows, 10)


async def test_rows_longer_than_a_block_are_read_whole(tmp_path: Path) -> None:
    long = "x" * 8_000
    store = await stored(tmp_path, "urls.txt", "".join(f"https://a.example/{n}{long}\n" for n in range(50)))
    page = await UrlListSource(store, page_size=40).search(of("lists/one"), None)
    assert [candidate.image_url for candidate in page.candidates] == [
        f"https://a.example/{n}{long}" for n in range(40)
    ]


async def test_a_job_without_a_list_is_told_to_bring_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidJob, match="--input FILE"):
        await UrlListSource(LocalObjectStore(tmp_path)).search(of(None), None)


async def test_a_list_that_is_gone_or_damaged_is_told(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path)
    with pytest.raises(SourceChangedShape, match="not in the store any more"):
        await UrlListSource(store).search(of("lists/gone"), None)
    await store.put("lists/bad", b"no json\n")
    with pytest.raises(SourceChangedShape, match="start a new job with the list"):
        await UrlListSource(store).search(of("lists/bad"), None)
