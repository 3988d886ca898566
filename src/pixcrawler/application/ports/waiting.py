"""Waiting for what was begun: nothing of it is left running, no error and no cancellation is lost."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")


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


async def stopped(working: asyncio.Task[T]) -> None:
    """Cancel it, and wait for its end as ``ended`` does."""
    working.cancel()
    await ended(working)


async def together(*work: Coroutine[Any, Any, T]) -> list[T]:
    """All at once; what they give, in order. The first failure ends the others, and is raised as it is when
    they have ended: ``asyncio.gather`` would leave them running."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


async def to_the_end(
    act: Callable[[], T],
    *,
    hurry: Callable[[], None] = lambda: None,
    drop: Callable[[T], object] = lambda _: None,
) -> T:
    """In a thread, which nobody can stop. One that is cancelled waits until the thread is done: nothing
    follows while it still works. ``hurry`` tells it then that nobody wants the rest, and ``drop`` gets what
    it gave nevertheless."""
    working = asyncio.get_running_loop().run_in_executor(None, copy_context().run, act)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        hurry()
        try:
            await ended(working)
        finally:
            if working.exception() is None:
                drop(working.result())
        raise
