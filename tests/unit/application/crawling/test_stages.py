"""Streams of work with bounded queues."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing

import pytest

from pixcrawler.application.crawling.stages import in_batches, in_parallel

PATIENCE = 10.0


async def each(items: Iterable[int]) -> AsyncIterator[int]:
    for item in items:
        yield item


async def double(number: int) -> int:
    return 2 * number


class Gauge:
    """Counts who is inside; everybody waits until the gate is open."""

    def __init__(self) -> None:
        self.inside = self.most = self.begun = 0
        self.gate = asyncio.Event()

    async def __call__(self, number: int) -> int:
        self.begun += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await self.gate.wait()
        finally:
            self.inside -= 1
        return number


async def settled() -> None:
    """Let everybody go as far as they can."""
    for _ in range(200):
        await asyncio.sleep(0)


@pytest.mark.parametrize("width", [1, 3, 50])
async def test_every_item_is_done_once(width: int) -> None:
    done = [number async for number in in_parallel(each(range(20)), double, width=width)]
    assert sorted(done) == [2 * number for number in range(20)]


async def test_nothing_to_do_is_done_at_once() -> None:
    assert [number async for number in in_parallel(each([]), double, width=3)] == []


async def test_no_more_than_the_width_are_done_at_a_time() -> None:
    gauge = Gauge()
    stream = in_parallel(each(range(50)), gauge, width=4)
    first = asyncio.ensure_future(anext(stream))
    await settled()
    assert gauge.inside == 4
    gauge.gate.set()
    await first
    async with aclosing(stream):
        assert len([number async for number in stream]) == 49
    assert gauge.most == 4


async def test_a_slow_consumer_slows_the_producers() -> None:
    gauge = Gauge()
    gauge.gate.set()
    stream = in_parallel(each(range(1_000)), gauge, width=4)
    async with aclosing(stream):
        await anext(stream)
        await settled()
        assert gauge.begun <= 1 + 2 * 4


async def test_the_faster_comes_first() -> None:
    gates = [asyncio.Event(), asyncio.Event()]

    async def act(number: int) -> int:
        await gates[number].wait()
        return number

    stream = in_parallel(each([0, 1]), act, width=2)
    gates[1].set()
    assert await anext(stream) == 1
    gates[0].set()
    assert await anext(stream) == 0
    await stream.aclose()


async def test_slow_ones_leave_their_places_to_others() -> None:
    gate = asyncio.Event()

    async def act(number: int) -> int:
        if number < 8:
            await gate.wait()
        return number

    stream = in_parallel(each(range(200)), act, width=4, slow_after=0.01)
    async with aclosing(stream), asyncio.timeout(PATIENCE):
        quick = [await anext(stream) for _ in range(192)]
        assert sorted(quick) == list(range(8, 200))
        gate.set()
        assert sorted([number async for number in stream]) == list(range(8))


async def test_only_so_many_stand_aside() -> None:
    gauge = Gauge()
    stream = in_parallel(each(range(200)), gauge, width=2, slow_after=0.001)
    async with aclosing(stream), asyncio.timeout(PATIENCE):
        first = asyncio.ensure_future(anext(stream))
        while gauge.inside < 16:
            await asyncio.sleep(0.001)
        for _ in range(50):
            await asyncio.sleep(0.001)
        assert gauge.inside == gauge.most == 16
        gauge.gate.set()
        await first
        assert len([number async for number in stream]) == 199


async def test_slow_results_are_bounded_like_all_others() -> None:
    gauge = Gauge()
    stream = in_parallel(each(range(1_000)), gauge, width=2, slow_after=0.001)
    async with aclosing(stream), asyncio.timeout(PATIENCE):
        first = asyncio.ensure_future(anext(stream))
        while gauge.inside < 16:
            await asyncio.sleep(0.001)
        gauge.gate.set()
        await first
        await settled()
        assert gauge.begun <= 16 + 2 * 4


async def test_an_error_of_an_act_ends_the_stream_and_cancels_the_rest() -> None:
    gauge = Gauge()

    async def act(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return await gauge(number)

    with pytest.raises(ValueError, match="three"):
        [number async for number in in_parallel(each(range(10)), act, width=4)]
    assert (gauge.begun, gauge.inside) == (3, 0)


async def test_an_error_of_the_items_ends_the_stream() -> None:
    async def broken() -> AsyncIterator[int]:
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        [number async for number in in_parallel(broken(), double, width=2)]


async def test_leaving_early_cancels_what_is_going_on() -> None:
    gauge = Gauge()

    async def act(number: int) -> int:
        return number if number == 0 else await gauge(number)

    stream = in_parallel(each(range(100)), act, width=4)
    async with aclosing(stream):
        assert await anext(stream) == 0
        await settled()
    assert gauge.inside == 0


async def test_cancelling_the_consumer_cancels_what_is_going_on() -> None:
    gauge = Gauge()

    async def consume() -> None:
        async with aclosing(in_parallel(each(range(100)), gauge, width=4)) as stream:
            async for _ in stream:
                pass

    consumer = asyncio.create_task(consume())
    await settled()
    assert gauge.inside == 4
    consumer.cancel()
    await asyncio.wait({consumer}, timeout=PATIENCE)
    assert consumer.cancelled()
    assert gauge.inside == 0


async def test_batches_are_full_but_the_last() -> None:
    batches = [batch async for batch in in_batches(each(range(7)), most=3, seconds=PATIENCE)]
    assert batches == [[0, 1, 2], [3, 4, 5], [6]]


async def test_no_items_are_no_batches() -> None:
    assert [batch async for batch in in_batches(each([]), most=3, seconds=1)] == []


async def test_no_item_waits_for_ever_for_its_batch_to_fill() -> None:
    gate = asyncio.Event()

    async def halting() -> AsyncIterator[int]:
        yield 1
        await gate.wait()
        yield 2

    stream = in_batches(halting(), most=100, seconds=0.01)
    assert await asyncio.wait_for(anext(stream), PATIENCE) == [1]
    gate.set()
    assert await asyncio.wait_for(anext(stream), PATIENCE) == [2]
    await stream.aclose()


async def test_while_one_batch_is_worked_on_the_next_one_fills_and_no_further() -> None:
    come: list[int] = []

    async def coming() -> AsyncIterator[int]:
        for number in range(10):
            come.append(number)
            yield number

    async with aclosing(in_batches(coming(), most=3, seconds=PATIENCE)) as stream:
        assert await anext(stream) == [0, 1, 2]
        await settled()
        assert come == list(range(7))  # the seventh waits for its batch
        assert [batch async for batch in stream] == [[3, 4, 5], [6, 7, 8], [9]]


async def test_an_error_of_the_items_ends_the_batches() -> None:
    async def broken() -> AsyncIterator[int]:
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        [batch async for batch in in_batches(broken(), most=3, seconds=PATIENCE)]


async def test_an_error_that_comes_while_the_last_batch_is_worked_on_is_raised_after_it() -> None:
    worked_on = asyncio.Event()

    async def broken() -> AsyncIterator[int]:
        yield 1
        await worked_on.wait()
        raise OSError("no more")

    stream = in_batches(broken(), most=1, seconds=PATIENCE)
    assert await anext(stream) == [1]
    worked_on.set()
    await settled()
    with pytest.raises(OSError, match="no more"):
        await anext(stream)


async def test_leaving_batches_early_cancels_the_wait_for_the_next_item() -> None:
    ended = asyncio.Event()

    async def halting() -> AsyncIterator[int]:
        yield 1
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    stream = in_batches(halting(), most=1, seconds=PATIENCE)
    assert await anext(stream) == [1]
    waiting = asyncio.ensure_future(anext(stream))
    await settled()
    waiting.cancel()
    await asyncio.wait({waiting})
    assert ended.is_set()
