"""Streams whose parts fail or are cancelled at every moment: the consumer hears of it, nothing is left."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from pixcrawler.application.crawling.stages import in_batches, in_parallel
from pixcrawler.domain.shared.errors import Unavailable

ITEMS = 7
STEPS = 60
"""Turns of the event loop that all of it takes, and some more."""


class Broken(Exception):
    """What one of the parts raises."""


@dataclass
class Line:
    """A source, two stages and batches, as a chunk has them. ``breaks`` names the part that fails, at which
    of its items, before (False) or after it has done its work; the last of the source's is behind its items.
    """

    breaks: tuple[str, int, bool] | None = None
    taken: list[int] = field(default_factory=list)

    def step(self, part: str, item: int, *, done: bool) -> None:
        if self.breaks == (part, item, done):
            raise Broken(part)

    async def source(self) -> AsyncGenerator[int, None]:
        for item in range(ITEMS + 1):
            self.step("source", item, done=False)
            await asyncio.sleep(0)
            self.step("source", item, done=True)
            if item < ITEMS:
                yield item

    async def first(self, item: int) -> int:
        return await self._act("first", item)

    async def second(self, item: int) -> int:
        return await self._act("second", item)

    async def _act(self, part: str, item: int) -> int:
        self.step(part, item, done=False)
        for _ in range(1 + item % 3):
            await asyncio.sleep(0)
        self.step(part, item, done=True)
        return item

    async def items(self, width: int) -> AsyncGenerator[int, None]:
        source = self.source()
        one = in_parallel(source, self.first, width=width)
        two = in_parallel(one, self.second, width=2 * width)
        async with aclosing(source), aclosing(one), aclosing(two):
            async for item in two:
                yield item

    async def run(self, *, width: int = 2, most: int = 2, stop_after: int = ITEMS) -> None:
        items = self.items(width)
        batches = in_batches(items, most=most, seconds=60)
        async with aclosing(items), aclosing(batches):
            async for batch in batches:
                for number in batch:
                    self.step("consumer", number, done=False)
                for _ in range(3):
                    await asyncio.sleep(0)
                for number in batch:
                    self.step("consumer", number, done=True)
                self.taken += batch
                if len(self.taken) >= stop_after < ITEMS:
                    return


PARTS = ["source", "first", "second", "consumer"]
SHAPES = [(1, 1), (2, 2), (8, 3), (8, 100)]
"""Width of the first stage, and items in a batch."""


def places(part: str) -> Iterator[tuple[str, int, bool]]:
    for item in range(ITEMS + (part == "source")):
        yield part, item, False
        yield part, item, True


@pytest.mark.parametrize(("width", "most"), SHAPES)
@pytest.mark.parametrize("part", PARTS)
async def test_an_error_anywhere_reaches_the_consumer(part: str, width: int, most: int) -> None:
    for breaks in places(part):
        line, before = Line(breaks), asyncio.all_tasks()
        with pytest.raises(Broken, match=part):
            await line.run(width=width, most=most)
        assert asyncio.all_tasks() <= before, breaks
        assert len(line.taken) == len(set(line.taken)), breaks


@pytest.mark.parametrize(("width", "most"), SHAPES)
async def test_nothing_is_lost_where_nothing_breaks(width: int, most: int) -> None:
    line = Line()
    await line.run(width=width, most=most)
    assert sorted(line.taken) == list(range(ITEMS))


@pytest.mark.parametrize("again", [None, 0, 1, 2, 5])
@pytest.mark.parametrize("stop_after", [1, 4, ITEMS])
async def test_a_cancellation_at_any_step_ends_all_and_is_not_lost(
    stop_after: int, again: int | None
) -> None:
    """Also when the consumer is just leaving by itself, and when cancelled ``again``, some turns later."""
    for turns in range(STEPS):
        before = asyncio.all_tasks()

        async def goes_on() -> None:
            await Line().run(stop_after=stop_after)
            await asyncio.sleep(60)

        consumer = asyncio.create_task(goes_on())
        for _ in range(turns):
            await asyncio.sleep(0)
        consumer.cancel()
        for _ in range(again or 0):
            await asyncio.sleep(0)
        if again is not None:
            consumer.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait({consumer})
        assert consumer.cancelled(), f"after {turns} turns"
        assert asyncio.all_tasks() <= before, f"after {turns} turns"


@pytest.mark.parametrize("part", PARTS)
async def test_who_is_cancelled_while_something_breaks_is_cancelled_or_hears_of_it(part: str) -> None:
    for breaks in list(places(part))[::5]:
        for turns in range(STEPS):
            before = asyncio.all_tasks()
            consumer = asyncio.create_task(Line(breaks).run())
            for _ in range(turns):
                await asyncio.sleep(0)
            consumer.cancel()
            async with asyncio.timeout(5):
                await asyncio.wait({consumer})
            assert consumer.cancelled() or isinstance(consumer.exception(), Broken), (breaks, turns)
            assert asyncio.all_tasks() <= before, (breaks, turns)


async def test_what_somebody_else_cancelled_is_an_error_and_no_item_less() -> None:
    """A group of tasks takes no notice of one that was cancelled from outside."""
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def act(item: int) -> int:
        if item == 3:
            answer.cancel()
            await answer
        return item

    async with aclosing(Line().source()) as source:
        with pytest.raises(Unavailable, match="cancelled by somebody else"):
            _ = [item async for item in in_parallel(source, act, width=2)]
