"""How fast each host is asked, and how much is fetched at once.

The pace lives in the process; with a share of what all workers may do (``pace_share``) it keeps to both.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from pixcrawler.adapters.fetching.pace_share import NoPermit, SharedPermit, WorkersShare
from pixcrawler.adapters.fetching.registrable import registrable
from pixcrawler.application.ports.pace import HostPaused

MOST_HOSTS = 10_000
LONGEST_PAUSE = 3600.0  # seconds; a server cannot make itself forgotten
SLOWEST_RATE = 0.2  # starts per second, however often a host complains
NOTHING_SHARED = NoPermit()

Permit = NoPermit | SharedPermit


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    rate: float
    spacing: float = 0.0
    due: float = 0.0
    users: int = 0

    def interval(self) -> float:
        return max(1.0 / self.rate, self.spacing)


@dataclass(slots=True)
class _Seat:
    """A place among the ``concurrency`` fetches; a slow one is moved aside so that others can start."""

    places: asyncio.Semaphore
    aside: set["_Seat"] = field(repr=False)
    most_aside: int

    def __hash__(self) -> int:
        return id(self)

    def move_aside(self) -> None:
        if len(self.aside) < self.most_aside:
            self.aside.add(self)
            self.places.release()

    def leave(self) -> None:
        if self in self.aside:
            self.aside.remove(self)
        else:
            self.places.release()


class HostPace:
    """At most ``concurrency`` fetches at once, and per registrable domain at most
    ``per_host_connections`` at once and ``per_host_rate`` starts per second (``inf``: no limit).

    Transfers longer than ``slow_after`` seconds leave their place among the ``concurrency`` to others, so
    that a few dripping hosts starve nobody; at most three times ``concurrency`` stand aside like this.

    With ``share``, the same limits hold for all workers together: a start also needs a grant. While the
    share knows nothing, because Redis is away, this process's own pace goes on.
    """

    def __init__(
        self,
        *,
        concurrency: int = 32,
        per_host_connections: int = 8,
        per_host_rate: float = 20.0,
        slow_after: float = 1.0,
        share: WorkersShare | None = None,
    ) -> None:
        self._concurrency = concurrency
        self._places = asyncio.Semaphore(concurrency)
        self._per_host_connections = per_host_connections
        self._per_host_rate = per_host_rate
        self._slow_after = slow_after
        self._share = share
        self._aside: set[_Seat] = set()
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, patience: float) -> AsyncIterator[None]:
        name = registrable(host)
        state = self._host(name)
        state.users += 1
        try:
            with NOTHING_SHARED if self._share is None else self._share.permit(name) as permit:
                async with state.slots:
                    await permit.enter(patience)
                    await self._begin(state, permit, patience)
                    with self._seated():
                        yield
        finally:
            state.users -= 1

    def answered(self, host: str) -> None:
        name = registrable(host)
        state = self._host(name)
        if state.rate < self._per_host_rate:
            state.rate = min(self._per_host_rate, state.rate * 1.02)
        if self._share is not None:
            self._share.answered(name)

    def slow_down(self, host: str, pause: float) -> None:
        name = registrable(host)
        state = self._host(name)
        # With no limit set, a complaint sets one.
        rate = 40.0 if math.isinf(state.rate) else state.rate
        state.rate = max(rate / 2, min(rate, SLOWEST_RATE))
        state.due = max(state.due, time.monotonic() + max(min(pause, LONGEST_PAUSE), state.interval()))
        if self._share is not None:
            self._share.complained(name, pause)

    def space_out(self, host: str, seconds: float) -> None:
        name = registrable(host)
        state = self._host(name)
        if seconds > state.spacing:
            state.spacing = seconds
            state.due = max(state.due, time.monotonic() + seconds)
        if self._share is not None:
            self._share.space_out(name, seconds)

    @contextmanager
    def _seated(self) -> Iterator[None]:
        seat = _Seat(self._places, self._aside, 3 * self._concurrency)
        slow = asyncio.get_running_loop().call_later(self._slow_after, seat.move_aside)
        try:
            yield
        finally:
            slow.cancel()
            seat.leave()

    async def _begin(self, state: _Host, permit: Permit, patience: float) -> None:
        while True:
            wait = max(state.due, permit.due()) - time.monotonic()
            if wait > patience:
                raise HostPaused(wait)
            if wait > 0:
                await asyncio.sleep(wait)
                continue
            if not permit.may_start(time.monotonic()):
                await permit.more()
                continue
            await self._places.acquire()
            now = time.monotonic()
            if state.due <= now and permit.may_start(now):
                permit.start(now)
                state.due = now + state.interval()
                return
            self._places.release()  # somebody else began meanwhile: let other hosts use the place

    def _host(self, name: str) -> _Host:
        state = self._hosts.get(name)
        if state is None:
            if len(self._hosts) >= MOST_HOSTS:
                self._forget_idle()
            state = _Host(asyncio.Semaphore(self._per_host_connections), self._per_host_rate)
            self._hosts[name] = state
        return state

    def _forget_idle(self) -> None:
        now = time.monotonic()
        idle = [name for name, state in self._hosts.items() if state.users == 0 and state.due <= now]
        for name in idle[: MOST_HOSTS // 2]:
            del self._hosts[name]
