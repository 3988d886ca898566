"""Counting by one process alone, where nobody counts for all."""

from collections import deque
from collections.abc import Sequence

from pixcrawler.application.ports.clock import Ticks
from pixcrawler.application.ports.limiter import Left, Quota

MOST_COUNTERS = 10_000
"""Those that were asked for longest ago make room, so strangers cannot fill the memory."""


class ProcessLimiter:
    """The Limiter port with the time of every request that still counts: exact, and gone with the process."""

    def __init__(self, ticks: Ticks, *, most_counters: int = MOST_COUNTERS) -> None:
        self._ticks = ticks
        self._most_counters = most_counters
        self._times: dict[tuple[str, str], deque[float]] = {}

    async def take(self, quotas: Sequence[Quota]) -> Sequence[Left]:
        now = self._ticks()
        logs = [self._log(quota, now) for quota in quotas]
        if all(len(log) < quota.most for quota, log in zip(quotas, logs, strict=True)):
            for log in logs:
                log.append(now)
            return [_left(quota, log, now) for quota, log in zip(quotas, logs, strict=True)]
        return [_left(quota, log, now, refused=True) for quota, log in zip(quotas, logs, strict=True)]

    async def look(self, quotas: Sequence[Quota]) -> Sequence[Left]:
        now = self._ticks()
        return [_left(quota, self._log(quota, now), now, refused=True) for quota in quotas]

    def _log(self, quota: Quota, now: float) -> deque[float]:
        """Of what counts now; it is the newest counter from here on."""
        key = quota.name, quota.who
        log = self._times.pop(key, None)
        if log is None:
            log = deque()
            if len(self._times) >= self._most_counters:
                del self._times[next(iter(self._times))]
        self._times[key] = log
        while log and log[0] <= now - quota.seconds:
            log.popleft()
        return log


def _left(quota: Quota, log: deque[float], now: float, *, refused: bool = False) -> Left:
    over = len(log) - quota.most
    return Left(
        quota=quota,
        remaining=max(-over, 0),
        reset=log[-1] + quota.seconds - now if log else 0.0,
        wait=log[over] + quota.seconds - now if refused and over >= 0 else 0.0,
    )
