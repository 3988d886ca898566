"""Work in threads, which nobody can stop."""

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pixcrawler.application.ports.waiting import ended

T = TypeVar("T")

AHEAD = 2
"""Pieces that are written or wait for it: with one more at hand, the thread does not wait for the loop."""


async def written(pieces: AsyncIterable[T], write: Callable[[T], object]) -> None:
    """All of them, in a thread of their own, while the next ones are made. Nothing is written any more when
    this returns or raises; behind a piece that failed, one that waited may have been."""
    thread = ThreadPoolExecutor(1, "written")
    running: deque[Future[object]] = deque()
    try:
        async for piece in pieces:
            if len(running) == AHEAD:
                await _first(running)
            running.append(thread.submit(write, piece))
        while running:
            await _first(running)
    finally:
        begun = [each for each in running if not each.cancel()]
        try:
            if begun:  # of those of one thread, the last is the last to end
                await ended(asyncio.wrap_future(begun[-1]))
        finally:
            thread.shutdown(wait=False)


async def _first(running: deque[Future[object]]) -> None:
    await asyncio.shield(asyncio.wrap_future(running[0]))
    running.popleft()
