"""Streams of work: async generators with bounded queues between them, none knowing its neighbours."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from typing import Generic, Self, TypeVar

from pixcrawler.application.ports.waiting import stopped
from pixcrawler.domain.shared.errors import Unavailable

T = TypeVar("T")
U = TypeVar("U")

ASIDE = 7
"""Times its width that may stand aside."""


async def in_parallel(
    items: AsyncIterable[T],
    act: Callable[[T], Awaitable[U]],
    *,
    width: int,
    slow_after: float | None = None,
) -> AsyncGenerator[U, None]:
    """``act`` on each item, at most ``width`` at a time; results in the order in which they are ready.

    An item that takes longer than ``slow_after`` seconds leaves its place to another one, so that a few
    slow ones do not hold up the rest; seven times ``width`` at most stand aside like this.

    An exception of ``act`` or of ``items`` ends the stream and cancels the rest. At most ``width``
    results wait to be taken, so a slow consumer slows the producers.
    """
    results: asyncio.Queue[U | _End] = asyncio.Queue()
    room = asyncio.Semaphore(2 * width)
    places = asyncio.Semaphore(width)
    all_places = asyncio.Semaphore(width if slow_after is None else width * (1 + ASIDE))
    source = aiter(items)

    async def work(item: T) -> None:
        with _Place(places, room, slow_after) as place:
            result = await _own(act(item))
        await place.done()
        all_places.release()
        results.put_nowait(result)

    async def begin_all() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    for one in (all_places, places, room):
                        await one.acquire()
                    try:
                        item = await anext(source)
                    except StopAsyncIteration:
                        return
                    group.create_task(work(item))
        finally:
            results.put_nowait(_End())

    producing = asyncio.create_task(begin_all())
    try:
        while not isinstance(result := await results.get(), _End):
            room.release()
            yield result
        await _unwrapped(producing)
    finally:
        await stopped(producing)


class _Place:
    """What an item takes while it is worked on: a place among ``width``, and room for its result. It gives
    both back when it is slow, and asks for room again at the end."""

    def __init__(self, places: asyncio.Semaphore, room: asyncio.Semaphore, slow_after: float | None) -> None:
        self._places = places
        self._room = room
        self._left = False
        self._slow = slow_after and asyncio.get_running_loop().call_later(slow_after, self._leave)

    def _leave(self) -> None:
        self._left = True
        self._places.release()
        self._room.release()

    async def done(self) -> None:
        """There is a result."""
        if self._left:
            await self._room.acquire()
        else:
            self._places.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._slow:
            self._slow.cancel()


class _End:
    """Stands behind the last result."""


async def _own(acting: Awaitable[U]) -> U:
    """Raise Unavailable for a cancellation that nobody asked this task for: its group would not notice,
    and its item would be lost."""
    try:
        return await acting
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise Unavailable("What an item waited for was cancelled by somebody else.") from error


async def _unwrapped(producing: asyncio.Task[None]) -> None:
    """Raise what went wrong itself, not the group around it."""
    try:
        await producing
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def in_batches(items: AsyncIterable[T], *, most: int, seconds: float) -> AsyncGenerator[list[T], None]:
    """Batches of at most ``most`` items; none waits longer than about ``seconds`` for its batch to fill.

    While one batch is worked on, the next one fills.
    """
    batch = _Batch[T](most, seconds)
    filling = asyncio.create_task(batch.fill(items))
    try:
        while not (filling.done() and batch.empty):
            await batch.ready.wait()
            if filling.done():
                filling.result()
            if not batch.empty:
                yield batch.taken()
        filling.result()  # it may have failed while the last batch was worked on
    finally:
        await stopped(filling)


class _Batch(Generic[T]):
    """What is filled with items; ``ready`` when it is full, has waited long enough, or gets no more. A task
    or a timer for each item would cost more than the item's way through both stages before."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._items: list[T] = []
        self._due: asyncio.TimerHandle | None = None
        self._taken = asyncio.Event()
        self._ended = False
        self.ready = asyncio.Event()

    @property
    def empty(self) -> bool:
        return not self._items

    async def fill(self, items: AsyncIterable[T]) -> None:
        """Raises what ``items`` raises."""
        try:
            async for item in items:
                while len(self._items) >= self._most:
                    self._taken.clear()
                    await self._taken.wait()
                if not self._items:
                    self._due = asyncio.get_running_loop().call_later(self._seconds, self.ready.set)
                self._items.append(item)
                if len(self._items) >= self._most:
                    self.ready.set()
        finally:
            self._ended = True
            self.ready.set()

    def taken(self) -> list[T]:
        if self._due is not None:
            self._due.cancel()
        items, self._items = self._items, []
        self._taken.set()
        if not self._ended:
            self.ready.clear()
        return items
