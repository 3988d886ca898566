"""Streams of work: async generators with bounded queues between them, none knowing its neighbours."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")


async def in_parallel(
    items: AsyncIterable[T], act: Callable[[T], Awaitable[U]], *, width: int
) -> AsyncGenerator[U, None]:
    """``act`` on each item, at most ``width`` at a time; results in the order in which they are ready.

    An exception of ``act`` or of ``items`` ends the stream and cancels the rest. At most ``width``
    results wait to be taken, so a slow consumer slows the producers.
    """
    results: asyncio.Queue[U | _End] = asyncio.Queue()
    room = asyncio.Semaphore(2 * width)
    source = aiter(items)
    turn = asyncio.Lock()

    async def worker() -> None:
        while True:
            async with turn:
                await room.acquire()
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    room.release()
                    return
            results.put_nowait(await act(item))

    async def all_workers() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(width):
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
