"""The block-list at the door."""

import hashlib

import pytest

from pixcrawler.adapters.fetching.blocked_fetcher import BlockedFetcher
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.crawling.blocking import BlockList, read_blocked
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.fetcher import TableFetcher
from tests.fakes.object_store import MemoryObjectStore

URL = "https://a.test/x.jpg"
DIGEST = hashlib.sha256(b"picture").hexdigest()


class Known:
    def __init__(self, *subjects: str, error: Exception | None = None) -> None:
        self.list = BlockList(read_blocked(one) for one in subjects)
        self.error = error

    async def current(self) -> BlockList:
        if self.error is not None:
            raise self.error
        return self.list


def doors(*subjects: str, error: Exception | None = None) -> tuple[TableFetcher, BlockedFetcher]:
    inner = TableFetcher(MemoryObjectStore(), {URL: b"picture", "https://a.test/gone": Reason.HTTP_404})
    return inner, BlockedFetcher(inner, Known(*subjects, error=error))


async def test_a_blocked_address_is_not_even_asked_for() -> None:
    inner, fetcher = doors("HTTPS://A.test:443/x.jpg#y")
    got = await fetcher.fetch(URL)
    assert isinstance(got, Missed)
    assert (got.reason, got.evidence) == (Reason.BLOCKED, "its address is on the block-list")
    assert inner.asked == []


async def test_blocked_bytes_are_not_kept() -> None:
    _, fetcher = doors(DIGEST)
    got = await fetcher.fetch(URL)
    assert isinstance(got, Missed)
    assert (got.reason, got.evidence) == (Reason.BLOCKED, f"sha256 {DIGEST} is on the block-list")


@pytest.mark.parametrize("subjects", [(), ("https://a.test/other.jpg", "ab" * 32, "ab" * 8)])
async def test_everything_else_comes_as_it_is(subjects: tuple[str, ...]) -> None:
    _, fetcher = doors(*subjects)
    got = await fetcher.fetch(URL)
    assert isinstance(got, Fetched)
    got.body.discard()
    missed = await fetcher.fetch("https://a.test/gone")
    assert isinstance(missed, Missed)
    assert missed.reason is Reason.HTTP_404


async def test_without_the_list_nothing_is_fetched() -> None:
    inner, fetcher = doors(error=Unavailable("The database is away."))
    with pytest.raises(Unavailable):
        await fetcher.fetch(URL)
    assert inner.asked == []
