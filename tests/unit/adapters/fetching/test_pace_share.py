"""The part of a process in what all may do, where what keeps the count is not as it should be."""

import asyncio
from collections.abc import Sequence
from typing import cast

from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.pace_ledger import Ask, Grant, RedisLedger
from pixcrawler.adapters.fetching.pace_share import Sharing


class Forgetful:
    """A ledger that gives no grant for what it is asked."""

    async def exchange(self, _asks: Sequence[Ask], *, lead: float) -> list[Grant]:  # noqa: ARG002
        return []

    async def aclose(self) -> None: ...


async def test_an_answer_that_cannot_be_used_keeps_nobody_waiting() -> None:
    sharing = Sharing(cast("RedisLedger", Forgetful()))
    pace = HostPace(share=sharing.part("files", rate=0, connections=2))
    async with asyncio.timeout(20), pace.turn("example.com", patience=1.0):
        assert sharing.away
    await sharing.aclose()
