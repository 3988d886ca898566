"""Writing in a thread while more is made."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.archives.threads import AHEAD, written

PATIENCE = 30
"""Seconds until a test that waits for another thread has failed."""


class Slow:
    """A disk that writes when it may."""

    def __init__(self) -> None:
        self.may, self.begun, self.done = threading.Event(), list[int](), list[int]()
        self.at_work = threading.Event()

    def write(self, piece: int) -> None:
        self.begun.append(piece)
        self.at_work.set()
        assert self.may.wait(PATIENCE)
        self.done.append(piece)


async def _numbers(count: int, taken: list[int]) -> AsyncIterator[int]:
    for number in range(count):
        taken.append(number)
        yield number


async def test_pieces_are_written_in_their_order() -> None:
    found = list[int]()
    await written(_numbers(50, []), found.append)
    assert found == list(range(50))


async def test_no_more_than_a_few_are_made_before_they_can_be_written() -> None:
    slow, taken = Slow(), list[int]()
    writing = asyncio.create_task(written(_numbers(50, taken), slow.write))
    assert await asyncio.to_thread(slow.at_work.wait, PATIENCE)
    assert len(taken) <= AHEAD + 1
    slow.may.set()
    await writing
    assert slow.done == list(range(50))


async def test_who_is_cancelled_waits_for_the_piece_at_hand_and_writes_no_other() -> None:
    slow = Slow()
    writing = asyncio.create_task(written(_numbers(50, []), slow.write))
    assert await asyncio.to_thread(slow.at_work.wait, PATIENCE)
    writing.cancel()
    await asyncio.wait({writing}, timeout=0.05)
    assert not writing.done()
    slow.may.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert slow.begun == slow.done == [0]


async def test_the_first_failure_is_what_is_raised() -> None:
    def write(piece: int) -> None:
        raise OSError(piece)

    with pytest.raises(OSError, match=r"^0$"):
        await written(_numbers(50, []), write)


async def test_what_fails_to_be_made_is_raised_when_the_rest_is_written() -> None:
    found = list[int]()

    async def broken() -> AsyncIterator[int]:
        yield 1
        raise KeyError(2)

    with pytest.raises(KeyError, match="2"):
        await written(broken(), found.append)
    assert found in ([], [1])
