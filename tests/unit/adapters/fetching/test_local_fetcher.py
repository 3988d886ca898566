import asyncio
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pixcrawler.adapters.fetching.fetcher import SchemeFetcher
from pixcrawler.adapters.fetching.local_fetcher import FolderFetcher
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.shared.errors import StorageFull
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.bodies import Bodies

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root with ä space"
    folder.mkdir()
    return folder


@pytest.fixture
def bodies(tmp_path: Path) -> Iterator[Bodies]:
    folder = tmp_path / "bodies"
    folder.mkdir()
    found = Bodies(folder)
    yield found
    found.close()


@pytest.fixture
def fetcher(root: Path, bodies: Bodies) -> FolderFetcher:
    return FolderFetcher(roots=[root], receive=bodies, largest=3_000_000)


async def reason(fetcher: FolderFetcher, url: str, bodies: Bodies) -> Reason:
    got = await fetcher.fetch(url)
    assert isinstance(got, Missed), got
    assert got.evidence
    assert bodies.left == []
    return got.reason


async def test_a_file_inside_the_root_comes_whole(root: Path, fetcher: FolderFetcher, bodies: Bodies) -> None:
    data = os.urandom(2_500_000)
    path = root / "a #1?.jpg"
    path.write_bytes(data)
    got = await fetcher.fetch(path.as_uri())
    assert isinstance(got, Fetched), got
    assert bodies.left[0].bytes() == data
    assert (got.size, got.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (got.final_url, got.content_type) == (path.as_uri(), None)


async def test_a_file_whose_name_is_no_utf8_comes_too(root: Path, fetcher: FolderFetcher) -> None:
    path = root / os.fsdecode(b"caf\xe9.jpg")
    path.write_bytes(b"x")
    assert isinstance(await fetcher.fetch(path.as_uri()), Fetched)


async def test_nothing_outside_the_root_is_read(root: Path, fetcher: FolderFetcher, bodies: Bodies) -> None:
    outside = root.parent / "secret.jpg"
    outside.write_bytes(b"x")
    beside = root.parent / (root.name + "-2")
    beside.mkdir()
    (beside / "x.jpg").write_bytes(b"x")
    (root / "link.jpg").symlink_to(outside)
    (root / "folder").symlink_to(root.parent)
    for url in (
        outside.as_uri(),
        (beside / "x.jpg").as_uri(),
        "file:///etc/passwd",
        root.as_uri() + "/../secret.jpg",
        root.as_uri() + "/%2e%2e/secret.jpg",
        (root / "link.jpg").as_uri(),
        (root / "folder" / "secret.jpg").as_uri(),
        "file:///proc/self/environ",
    ):
        assert await reason(fetcher, url, bodies) is Reason.ADDRESS_DENIED, url


async def test_a_link_that_stays_inside_is_followed(root: Path, fetcher: FolderFetcher) -> None:
    (root / "a.jpg").write_bytes(b"x")
    (root / "b.jpg").symlink_to("a.jpg")
    assert isinstance(await fetcher.fetch((root / "b.jpg").as_uri()), Fetched)


async def test_what_is_no_readable_file_is_missing(
    root: Path, fetcher: FolderFetcher, bodies: Bodies
) -> None:
    os.mkfifo(root / "fifo.jpg")
    (root / "folder.jpg").mkdir()
    (root / "loop.jpg").symlink_to("loop.jpg")
    for name in ("gone.jpg", "gone/deeper.jpg", "fifo.jpg", "folder.jpg", "loop.jpg", "x" * 300):
        assert await reason(fetcher, (root / name).as_uri(), bodies) is Reason.FILE_MISSING, name


@pytest.mark.parametrize(
    "url",
    [
        "file://elsewhere/a.jpg",
        "file:a.jpg",
        "file://",
        "file:///a%00.jpg",
        "file:///a.jpg?x",
        "file:///a.jpg#x",
    ],
)
async def test_what_is_no_file_url_is_a_bad_url(url: str, fetcher: FolderFetcher, bodies: Bodies) -> None:
    assert await reason(fetcher, url, bodies) is Reason.BAD_URL


async def test_sizes_are_held_to_their_bounds(root: Path, fetcher: FolderFetcher, bodies: Bodies) -> None:
    path = root / "a.jpg"
    path.write_bytes(b"")
    assert await reason(fetcher, path.as_uri(), bodies) is Reason.EMPTY_BODY
    path.write_bytes(b"x" * 3_000_001)
    assert await reason(fetcher, path.as_uri(), bodies) is Reason.BODY_TOO_LARGE
    path.write_bytes(b"x" * 3_000_000)
    assert isinstance(await fetcher.fetch(path.as_uri()), Fetched)


async def test_a_full_disk_is_raised_and_the_body_dropped(
    root: Path, fetcher: FolderFetcher, bodies: Bodies
) -> None:
    bodies.room = 10
    (root / "a.jpg").write_bytes(b"x" * 100)
    with pytest.raises(StorageFull):
        await fetcher.fetch((root / "a.jpg").as_uri())
    assert bodies.left == []


async def test_a_cancelled_copy_leaves_no_body(root: Path, fetcher: FolderFetcher, bodies: Bodies) -> None:
    (root / "a.jpg").write_bytes(b"x" * 3_000_000)
    task = asyncio.create_task(fetcher.fetch((root / "a.jpg").as_uri()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        while not bodies.handed_out or bodies.left:
            await asyncio.sleep(0.01)


class Web:
    async def fetch(self, url: str) -> Missed:
        return Missed(reason=Reason.HTTP_404, evidence=url, retrieved_at=NOW)


async def test_the_scheme_decides_who_fetches(root: Path, fetcher: FolderFetcher) -> None:
    (root / "a.jpg").write_bytes(b"x")
    url = (root / "a.jpg").as_uri()
    both, web_only = SchemeFetcher(Web(), fetcher), SchemeFetcher(Web())
    assert isinstance(await both.fetch(url), Fetched)
    assert isinstance(await both.fetch(url.replace("file:", "FILE:")), Fetched)
    for fetcher_ in (both, web_only):
        got = await fetcher_.fetch("https://good.test/")
        assert isinstance(got, Missed)
        assert got.evidence == "https://good.test/"
    denied = await web_only.fetch(url)
    assert isinstance(denied, Missed)
    assert denied.reason is Reason.ADDRESS_DENIED
