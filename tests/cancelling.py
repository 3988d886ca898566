"""Cancelling what is asked for at each of its steps."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

STEPS = 40
"""Turns of the event loop after which a question to a server on this machine has its answer, and as many
again."""

Act = Callable[[], Awaitable[object]]


async def lost_cancels(act: Act, *, steps: int = STEPS, patience: float = 2.0) -> list[str]:
    """After how many turns of the loop a cancellation was not what ``act`` ended with; and how it ended."""
    lost = []
    for turns in range(steps):

        async def goes_on() -> None:
            await act()
            await asyncio.sleep(60)

        acting = asyncio.create_task(goes_on())
        for _ in range(turns):
            await asyncio.sleep(0)
        if acting.done():
            acting.result()
        acting.cancel()
        done, _ = await asyncio.wait({acting}, timeout=patience)
        if not done:
            lost.append(f"{turns}: went on")
            acting.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await acting
        if not acting.cancelled():
            lost.append(f"{turns}: {acting.exception()!r}")
    return lost
