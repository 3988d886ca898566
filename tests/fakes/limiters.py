"""Limiters for tests. That of one process is real: see ``ProcessLimiter``."""

from collections.abc import Sequence

from pixcrawler.application.ports.limiter import Left, LimiterAway, Quota


class AwayLimiter:
    """Nobody counts."""

    async def take(self, quotas: Sequence[Quota]) -> Sequence[Left]:  # noqa: ARG002
        raise LimiterAway

    async def look(self, quotas: Sequence[Quota]) -> Sequence[Left]:
        return await self.take(quotas)
