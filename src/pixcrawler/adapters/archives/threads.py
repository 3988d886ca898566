"""Work in threads, which nobody can stop."""

import asyncio
from collections.abc import AsyncIterable, Callable
from typing import TypeVar

from pixcrawler.application.ports.waiting import ended

T = TypeVar("T")


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
