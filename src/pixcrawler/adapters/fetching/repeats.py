"""Repeating one operation that failed for a passing reason."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from pixcrawler.adapters.fetching.misses import Miss

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """``attempts`` in all, ``wait_min`` to ``wait_max`` seconds between them.

    A server's Retry-After counts instead, up to ``longest_pause`` seconds; when it asks for more, it is
    not asked again.
    """

    attempts: int = 3
    wait_min: float = 2.0
    wait_max: float = 10.0
    longest_pause: float = 120.0

    async def run(self, call: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Repeats while the call raises a Miss that is worth it; the last Miss is raised as it is."""
        try:
            return await call(*args, **kwargs)
        except Miss as miss:
            if not self._worth_it(miss):
                raise
            first: list[Miss] = [miss]

        # Only now: tenacity's machinery costs a tenth of a whole fetch.
        async def resumed() -> T:
            if first:
                raise first.pop()
            return await call(*args, **kwargs)

        return await self._retrying()(resumed)

    def _retrying(self) -> AsyncRetrying:
        return AsyncRetrying(
            stop=stop_after_attempt(self.attempts),
            wait=self._wait,
            retry=retry_if_exception(self._worth_it),
            reraise=True,
        )

    def _worth_it(self, error: BaseException) -> bool:
        return isinstance(error, Miss) and error.again and (error.after or 0.0) <= self.longest_pause

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        if isinstance(error, Miss) and error.after is not None:
            return error.after
        return wait_random_exponential(multiplier=self.wait_min, min=self.wait_min, max=self.wait_max)(state)
