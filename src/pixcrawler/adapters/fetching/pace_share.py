"""A process's part of what all workers together may do to hosts: asked for in batches, given back."""

import asyncio
import contextlib
import logging
import time
from typing import Self

from pixcrawler.adapters.fetching.host_share import HostShare, LedgerClock
from pixcrawler.adapters.fetching.pace_ledger import Grant, LedgerAway, RedisLedger
from pixcrawler.application.ports.pace import HostPaused
from pixcrawler.application.ports.waiting import stopped

TICK = 0.01  # seconds between two round trips at least: what is asked for meanwhile goes together
RENEWED = 1.0  # seconds between two words about a host that is in use
MOST_HOSTS = 200  # in one round trip
REST = 5.0  # seconds until a ledger that was away is asked again
FAREWELL = 0.5

_log = logging.getLogger(__name__)


class Sharing:
    """One per process. While the ledger is away nothing is shared, and nobody waits for it."""

    def __init__(self, ledger: RedisLedger) -> None:
        self._ledger = ledger
        self._clock = LedgerClock()
        self._hosts: dict[str, HostShare] = {}
        self._asking: dict[str, HostShare] = {}
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._away_until = 0.0
        self.away = False

    def part(self, kind: str, *, rate: float, connections: int) -> "WorkersShare":
        """``kind`` of requests, each with hosts of its own. ``rate`` 0: no limit."""
        return WorkersShare(self, kind, rate, connections)

    def host(self, key: str, rate: float, connections: int) -> HostShare:
        found = self._hosts.get(key)
        if found is None:
            found = self._hosts[key] = HostShare(key, rate, connections)
        return found

    def ask(self, host: HostShare) -> None:
        """Soon; not before the ledger can have anything new to say."""
        if host.asked or self.away:
            return
        host.asked = True
        delay = host.ask_not_before - time.monotonic()
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, self._enqueue, host)
        else:
            self._enqueue(host)

    def tell(self, host: HostShare) -> None:
        """At once: others must know."""
        if not self.away:
            host.asked = True
            self._enqueue(host)

    async def aclose(self) -> None:
        """Give everything back, if the ledger takes it quickly."""
        if self._task is not None:
            await stopped(self._task)
        held = [host for host in self._hosts.values() if host.held]
        with contextlib.suppress(LedgerAway, TimeoutError):
            if held and not self.away:
                for host in held:
                    host.users = host.busy = host.begun = 0
                async with asyncio.timeout(FAREWELL):
                    await self._ledger.exchange([host.ask() for host in held], lead=0.0)
        await self._ledger.aclose()

    def _enqueue(self, host: HostShare) -> None:
        self._asking[host.key] = host
        self._wanted.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        renewed = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, renewed + RENEWED - time.monotonic())):
                    await self._wanted.wait()
            now = time.monotonic()
            if now - renewed >= RENEWED:
                renewed = now
                self._renew(now)
            while self._asking:
                batch = [self._asking.pop(key) for key in list(self._asking)[:MOST_HOSTS]]
                await self._exchange(batch)
            self._wanted.clear()
            await asyncio.sleep(TICK)

    def _renew(self, now: float) -> None:
        if self.away and now < self._away_until:
            return
        for key, host in list(self._hosts.items()):
            if host.users or host.held:
                self._asking[key] = host
            elif not host.asked:
                del self._hosts[key]

    async def _exchange(self, batch: list[HostShare]) -> None:
        sent = time.monotonic()
        try:
            grants = await self._ledger.exchange([host.ask() for host in batch], lead=self._clock.lead)
            self._accept(batch, grants, sent)
        except LedgerAway as error:
            self._lose(str(error))
        except Exception:  # noqa: BLE001 -- fetching goes on without it
            _log.exception("sharing the pace failed in a way that nobody foresaw")
            self._lose("internal")

    def _accept(self, batch: list[HostShare], grants: list[Grant], sent: float) -> None:
        received = time.monotonic()
        for host, grant in zip(batch, grants, strict=True):
            self._clock.heard(grant.now, sent, received)
            host.accept(grant, self._clock, sent)
        if self.away:
            self.away = False
            _log.info("the pace of hosts is shared with other workers again")

    def _lose(self, why: str) -> None:
        self._away_until = time.monotonic() + REST
        if not self.away:
            self.away = True
            _log.warning("Redis is away (%s): each worker keeps to its own pace until it is back", why)
        self._asking.clear()
        for host in self._hosts.values():
            host.asked = False
            host.wake()


class WorkersShare:
    """What one kind of requests may do. ``name`` is a registrable domain."""

    def __init__(self, sharing: Sharing, kind: str, rate: float, connections: int) -> None:
        self._sharing = sharing
        self._kind = kind
        self._rate = rate
        self._connections = connections

    def permit(self, name: str) -> "SharedPermit":
        return SharedPermit(self._sharing, self._host(name))

    def answered(self, name: str) -> None:
        self._host(name).answered()

    def complained(self, name: str, pause: float) -> None:
        host = self._host(name)
        host.complained(pause)
        self._sharing.tell(host)

    def space_out(self, name: str, seconds: float) -> None:
        host = self._host(name)
        if host.space_out(seconds):
            self._sharing.tell(host)

    def _host(self, name: str) -> HostShare:
        return self._sharing.host(f"{self._kind}:{name}", self._rate, self._connections)


class SharedPermit:
    """One request's way through what all workers share; its end gives back what it took."""

    def __init__(self, sharing: Sharing, host: HostShare) -> None:
        self._sharing = sharing
        self._host = host
        self._entered = self._begun = False

    def __enter__(self) -> Self:
        self._host.users += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._host.users -= 1
        self._host.begun -= self._begun
        if self._entered:
            self._host.busy -= 1
            self._host.left()

    async def enter(self, patience: float) -> None:
        """Wait for a connection. Raises HostPaused."""
        host = self._host
        while not self._sharing.away and not host.may_enter(now := time.monotonic()):
            if host.due() - now > patience:
                raise HostPaused(host.due() - now)
            self._sharing.ask(host)
            await host.heard(entering=True)
        self._entered = True
        host.busy += 1

    def due(self) -> float:
        """Not before this moment (``time.monotonic``)."""
        return 0.0 if self._sharing.away else self._host.due()

    def may_start(self, now: float) -> bool:
        return self._sharing.away or self._host.may_start(now)

    def start(self, now: float) -> None:
        self._begun = True
        self._host.begun += 1
        if not self._sharing.away:
            self._host.start(now)

    async def more(self) -> None:
        """Ask for starts, and wait for the next word about them."""
        self._sharing.ask(self._host)
        if not self._sharing.away:
            await self._host.heard(entering=False)


class NoPermit:
    """Stands for a permit where nothing is shared."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    async def enter(self, patience: float) -> None: ...

    def due(self) -> float:
        return 0.0

    def may_start(self, now: float) -> bool:  # noqa: ARG002
        return True

    def start(self, now: float) -> None: ...

    async def more(self) -> None: ...
