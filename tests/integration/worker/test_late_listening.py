"""A worker that hears of tasks later than it looks for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from tests.integration.worker.stage import PATIENCE, Stage


class Late:
    """A queue that is listened to when ``gate`` opens; ``looked`` once a look has found nothing."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self.looked, self.gate = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    async def claim(self, queue: str, *names: str, **more: Any) -> Any:
        found = await self._queue.claim(queue, *names, **more)
        if found is None:
            self.looked.set()
        return found

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        return self._listen()

    @asynccontextmanager
    async def _listen(self) -> AsyncIterator[AsyncIterator[str]]:
        await self.gate.wait()
        async with self._queue.listen() as told:
            yield told


async def test_what_comes_between_the_first_look_and_the_listening_is_not_left_lying(stage: Stage) -> None:
    stage.queue = late = Late(stage.queue)
    async with asyncio.timeout(PATIENCE), stage.working(stage.runner(poll=2 * PATIENCE)):
        await late.looked.wait()
        await stage.add_task()
        late.gate.set()
        await stage.until("done")
