"""Writing down when keys were used, beside everything else."""

import asyncio
from typing import cast

from pixcrawler.application.identity.record_key_uses import RecordKeyUses
from pixcrawler.bootstrap.identity import recording


async def test_whatever_one_writing_fails_with_the_next_follows_and_leaving_raises_nothing() -> None:
    written = asyncio.Event()
    errors: list[Exception] = [ZeroDivisionError("a bug")]

    async def record() -> None:
        if errors:
            raise errors.pop()
        written.set()

    async with asyncio.timeout(20), recording(cast("RecordKeyUses", record), every=0.001):
        await written.wait()
