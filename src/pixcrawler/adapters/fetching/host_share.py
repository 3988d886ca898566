"""One host, as one process knows it: what the ledger granted, and who waits for more."""

import asyncio
import time
from collections import deque

from pixcrawler.adapters.fetching.pace_ledger import AHEAD, GUARD, LEASE, Ask, Grant

LATE = 0.75 * GUARD  # seconds by which a granted start may be late
ASKED_AGAIN = 0.05  # seconds until what was not granted is asked for again
LONGEST_LEAD = 0.5


class LedgerClock:
    """The ledger's clock in terms of ours, from when questions went out and answers came in."""

    def __init__(self) -> None:
        self._low = -float("inf")
        self._high = float("inf")
        self.lead = 0.0
        """Seconds that a round trip takes: what is granted must not be over when it arrives."""

    def heard(self, now: float, sent: float, received: float) -> None:
        low, high = max(self._low, sent - now), min(self._high, received - now)
        if low > high:  # one of the clocks was set
            low, high = sent - now, received - now
        self._low, self._high = low, high
        self.lead = min(LONGEST_LEAD, max(received - sent, 0.8 * self.lead))

    def not_before(self, moment: float) -> float:
        return moment + self._high

    def not_after(self, moment: float) -> float:
        return moment + self._low


class HostShare:
    """``users`` want or make requests, ``busy`` of them have a connection, ``begun`` of these have started.
    ``held`` connections are ours until ``lease_until``. ``starts`` are left, the next not before ``next``.
    """

    def __init__(self, key: str, rate: float, connections: int) -> None:
        self.key = key
        self._rate = rate
        self._connections = connections
        self.users = self.busy = self.begun = self.held = 0
        self.lease_until = 0.0
        self.ask_not_before = 0.0
        self.asked = False
        self._free = False
        self._starts = 0
        self._next = self._until = self._interval = 0.0
        self._good = self._complaints = 0
        self._pause = self._spacing = 0.0
        self._entering: deque[asyncio.Future[None]] = deque()
        self._starting: deque[asyncio.Future[None]] = deque()

    def ask(self) -> Ask:
        """The question to put now; what it reports is reported once."""
        spent = self._starts == 0 or time.monotonic() > self._until
        asked = Ask(
            key=self.key,
            rate=self._rate,
            connections=self._connections,
            starts=self.users - self.begun if spent else 0,
            busy=self.busy,
            wanted=min(self._connections, self.users),
            good=self._good,
            complaints=self._complaints,
            pause=self._pause,
            spacing=self._spacing,
        )
        self._good = self._complaints = 0
        self._pause = 0.0
        return asked

    def accept(self, grant: Grant, clock: LedgerClock, sent: float) -> None:
        now = time.monotonic()
        self.asked = False
        self.held, self.lease_until = grant.connections, sent + LEASE
        self._interval, self._free = grant.interval, grant.interval == 0
        begin = clock.not_before(grant.begin)
        self.ask_not_before = now + (ASKED_AGAIN if self.busy >= self.held else 0.0)
        if grant.starts or self._free:
            self._starts, self._next = grant.starts, begin
            self._until = clock.not_after(grant.begin) + (grant.starts - 1) * grant.interval + LATE
        elif self._starts == 0 or now > self._until:
            self._starts, self._next = 0, begin - AHEAD / 2
            self.ask_not_before = max(now + AHEAD / 10, self._next)
        self.wake()

    def due(self) -> float:
        return self._next

    def may_enter(self, now: float) -> bool:
        return self.busy < self.held and now < self.lease_until

    def may_start(self, now: float) -> bool:
        if self._next > now:
            return False
        return self._free or (self._starts > 0 and now <= self._until)

    def start(self, now: float) -> None:
        self._starts -= not self._free
        self._next = max(self._next, now + self._interval)

    def answered(self) -> None:
        self._good += 1

    def complained(self, pause: float) -> None:
        """What was granted before is no longer taken."""
        self._complaints += 1
        self._pause = max(self._pause, pause)
        self._starts, self._free = 0, False

    def space_out(self, seconds: float) -> bool:
        """Whether that is news."""
        if seconds <= self._spacing:
            return False
        self._spacing = seconds
        self._starts, self._free = 0, False
        return True

    def heard(self, *, entering: bool) -> asyncio.Future[None]:
        """Done at the next word from the ledger; for those who enter, also when somebody leaves."""
        future = asyncio.get_running_loop().create_future()
        (self._entering if entering else self._starting).append(future)
        return future

    def wake(self) -> None:
        for line in (self._entering, self._starting):
            while line:
                _wake(line.popleft())

    def left(self) -> None:
        """One connection is free: the next may have it."""
        while self._entering and not _wake(self._entering.popleft()):
            pass


def _wake(future: asyncio.Future[None]) -> bool:
    if future.done():
        return False
    future.set_result(None)
    return True
