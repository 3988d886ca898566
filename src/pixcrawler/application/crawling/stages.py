"""Streams of work: async generators with bounded queues between them, none knowing its neighbours."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from typing import Self, TypeVar

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
    source = aiter(items)
    turn = asyncio.Lock()

    async def worker() -> None:
        while True:
            async with turn:
                await places.acquire()
                await room.acquire()
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    places.release()
                    room.release()
                    return
            with _Place(places, room, slow_after) as place:
                result = await act(item)
            await place.done()
            results.put_nowait(result)

    async def all_workers() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(width if slow_after is None else width * (1 + ASIDE)):
                    group.create_task(worker())
        finally:
            results.put_nowait(_End())

    producing = asyncio.create_task(all_workers())
    try:
        while not isinstance(result := await results.get(), _End):
            room.release()
            yield result
        await _unwrapped(producing)
    finally:
        producing.cancel()
        with contextlib.suppress(BaseException):
            await producing


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


async def _unwrapped(producing: asyncio.Task[None]) -> None:
    """Raise what went wrong itself, not the group around it."""
    try:
        await producing
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def in_batches(items: AsyncIterable[T], *, most: int, seconds: float) -> AsyncGenerator[list[T], None]:
    """Batches of at most ``most`` items; none waits longer than about ``seconds`` for its batch to fill."""
    loop = asyncio.get_running_loop()
    source = aiter(items)
    batch: list[T] = []
    due = 0.0
    pending: asyncio.Task[T] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(_next(source))
            left = max(0.0, due - loop.time()) if batch else None
            done, _ = await asyncio.wait({pending}, timeout=left)
            if done:
                finished, pending = pending, None
                try:
                    item = finished.result()
                except _Ended:
                    break
                if not batch:
                    due = loop.time() + seconds
                batch.append(item)
            if batch and (len(batch) >= most or loop.time() >= due):
                yield batch
                batch = []
        if batch:
            yield batch
    finally:
        if pending is not None:
            pending.cancel()
            with contextlib.suppress(BaseException):
                await pending


class _Ended(Exception):
    """The end of a stream, as something that a task may raise (StopAsyncIteration it may not)."""


async def _next(source: AsyncIterable[T]) -> T:
    try:
        return await anext(aiter(source))
    except StopAsyncIteration:
        raise _Ended from None
