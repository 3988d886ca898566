"""Work in threads, which nobody can stop."""

import asyncio
from collections.abc import AsyncIterable, Callable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(act: Callable[[], T], *, hurry: Callable[[], None] = lambda: None) -> T:
    """In a thread. One that is cancelled waits until the thread is done: nothing follows while it still
    writes. ``hurry`` tells it then that nobody wants the rest."""
    working = asyncio.ensure_future(asyncio.to_thread(act))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        hurry()
        await ended(working)
        raise


async def ended(working: asyncio.Future[T]) -> None:
    """Wait for the end of it, however often this is cancelled, and whatever it raises; then be cancelled."""
    cancelled: asyncio.CancelledError | None = None
    while not working.done():
        try:
            await asyncio.wait({working})
        except asyncio.CancelledError as error:
            cancelled = error
    if not working.cancelled():
        working.exception()
    if cancelled is not None:
        raise cancelled


async def written(pieces: AsyncIterable[T], write: Callable[[T], object]) -> None:
    """All of them, in a thread, each while the next one is made."""
    writing: asyncio.Future[object] | None = None
    try:
        async for piece in pieces:
            if writing is not None:
                await asyncio.shield(writing)
            writing = asyncio.ensure_future(asyncio.to_thread(write, piece))
        if writing is not None:
            await asyncio.shield(writing)
    finally:
        if writing is not None:
            await ended(writing)
