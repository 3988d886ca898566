"""Waiting for what was begun: nothing is left, nothing is lost."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from pixcrawler.application.ports.waiting import ended, stopped, to_the_end, together
from tests.cancelling import lost_cancels


class Slow:
    """Needs a while to end when it is cancelled."""

    def __init__(self, raising: Exception | None = None) -> None:
        self._raising = raising
        self.has_ended = False

    async def __call__(self) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            for _ in range(10):
                await asyncio.sleep(0)
            self.has_ended = True
            if self._raising is not None:
                raise self._raising


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


@pytest.mark.parametrize("wait", [ended, stopped])
async def test_who_is_cancelled_twice_while_waiting_leaves_nothing_and_is_cancelled(
    wait: Callable[[asyncio.Task[None]], Awaitable[None]],
) -> None:
    slow = Slow()
    working = asyncio.create_task(slow())
    await turns(1)
    waiting = asyncio.ensure_future(wait(working))
    working.cancel()
    for _ in range(2):
        await turns(2)
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert slow.has_ended


async def test_what_one_that_was_stopped_raises_harms_nobody() -> None:
    working = asyncio.create_task(Slow(raising=OSError("late"))())
    await turns(1)
    await stopped(working)
    assert isinstance(working.exception(), OSError)


async def test_no_cancellation_is_lost_at_any_step() -> None:
    async def stops() -> None:
        working = asyncio.create_task(Slow()())
        await turns(3)
        await stopped(working)

    assert await lost_cancels(stops) == []


async def test_answers_come_in_the_order_of_the_questions() -> None:
    async def after(number: int) -> int:
        await turns(number)
        return number

    assert await together(*map(after, [3, 1, 2])) == [3, 1, 2]
    assert await together() == []


async def test_the_first_failure_is_raised_as_it_is_when_the_others_have_ended() -> None:
    async def fails() -> None:
        await turns(2)
        raise OSError("no more")

    slow = Slow()
    with pytest.raises(OSError, match="no more"):
        await together(slow(), fails())
    assert slow.has_ended


async def test_who_is_cancelled_together_ends_all() -> None:
    slow = [Slow(), Slow()]
    working = asyncio.ensure_future(together(*(one() for one in slow)))
    await turns(3)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert all(one.has_ended for one in slow)


async def test_a_thread_is_waited_for_and_what_it_gave_is_dropped() -> None:
    gate, begun = threading.Event(), threading.Event()
    dropped: list[str] = []

    def act() -> str:
        begun.set()
        gate.wait()
        return "a file"

    working = asyncio.ensure_future(to_the_end(act, hurry=gate.set, drop=dropped.append))
    await asyncio.to_thread(begun.wait)
    working.cancel()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert dropped == ["a file"]


async def test_what_a_thread_raises_while_it_is_waited_for_harms_nobody() -> None:
    gate = threading.Event()

    def act() -> None:
        gate.wait()
        raise OSError("late")

    working = asyncio.ensure_future(to_the_end(act, hurry=gate.set))
    await turns(2)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working


async def test_a_thread_gives_and_raises_what_its_act_does() -> None:
    def fails() -> None:
        raise OSError("no more")

    assert await to_the_end(lambda: 7) == 7
    with pytest.raises(OSError, match="no more"):
        await to_the_end(fails)
