"""The address guard: what may be dialled, decided once per hop, before the first packet.

Everything that a user, a source's answer or the web names goes through it: image URLs, redirects,
robots.txt, API calls. The clients dial the checked address itself and compare the peer after connecting.
"""

import asyncio
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypeVar

from pixcrawler.adapters.fetching.addresses import Address, AllowedNetwork, address, closed_block
from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.adapters.fetching.flights import Flights
from pixcrawler.adapters.fetching.resolver import SystemResolver
from pixcrawler.adapters.fetching.urls import Place, read_url
from pixcrawler.application.ports.resolver import Resolver
from pixcrawler.domain.shared.reasons import Reason

T = TypeVar("T")

OPEN_PORTS = frozenset({80, 443, 8080, 8443})
MOST_HOSTS = 10_000
FAILURE_KEPT = 5.0  # seconds; dead names must not use up the resolver's threads


@dataclass(frozen=True, slots=True)
class Admitted:
    """A hop that may be made: dial one of ``addresses`` (canonical text, all checked), and no other."""

    place: Place
    addresses: tuple[str, ...]


class AddressGuard:
    """One per process: it keeps names' answers for at most ``ttl`` seconds, and checks them at each use;
    a name that has none is not asked again for FAILURE_KEPT seconds.

    ``allowed`` is the operator's list of exceptions; nothing else opens a closed block or another port.
    """

    def __init__(
        self,
        *,
        allowed: Iterable[AllowedNetwork] = (),
        resolver: Resolver | None = None,
        deadline: float = 2.0,
        ttl: float = 60.0,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolver = resolver or SystemResolver()
        self._deadline = deadline
        self._ttl = min(ttl, 60.0)
        self._answers: dict[str, tuple[float, tuple[Address, ...]]] = {}
        self._failures: dict[str, tuple[float, Denied]] = {}
        self._asking: Flights[tuple[Address, ...]] = Flights()

    async def admit(self, url: str) -> Admitted:
        """Raises Denied. One look-up at most, however many addresses the name has."""
        place = read_url(url)
        return Admitted(place, await self.addresses(place.host, place.port, place.literal))

    async def addresses(self, host: str, port: int, literal: Address | None = None) -> tuple[str, ...]:
        """The checked addresses of a host that ``read_url`` has passed, IPv4 first. Raises Denied."""
        literal = literal or address(host)
        if literal is not None:
            self.check(literal, port)
            return (str(literal),)
        if port not in OPEN_PORTS and not self._allowed:
            raise Denied(Reason.BAD_URL, f"port {port}")
        answers = await self._resolved(host)
        for answer in answers:
            self.check(answer, port)
        return tuple(str(answer) for answer in answers)

    def check(self, found: Address, port: int) -> None:
        """Raises Denied unless this address may be dialled at this port."""
        if any(exception.holds(found, port) for exception in self._allowed):
            return
        block = closed_block(found)
        if block is not None:
            raise Denied(Reason.ADDRESS_DENIED, f"{found} is in {block}")
        if port not in OPEN_PORTS:
            raise Denied(Reason.BAD_URL, f"port {port}")

    def check_peer(self, peer: object, expected: str) -> None:
        """The socket's own word on whom it reached. Raises Denied when that is not the checked address."""
        reached = peer[0] if isinstance(peer, tuple) and peer else None
        if reached != expected:
            raise Denied(Reason.ADDRESS_DENIED, f"connected to {reached} instead of {expected}")

    async def _resolved(self, host: str) -> tuple[Address, ...]:
        known = self._answers.get(host)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        failed = self._failures.get(host)
        if failed is not None and failed[0] > time.monotonic():
            raise Denied(failed[1].reason, failed[1].evidence, passing=failed[1].passing)
        try:
            return await self._asking.join(host, lambda: self._ask(host))
        except Denied as denied:
            _remember(self._failures, host, (time.monotonic() + min(self._ttl, FAILURE_KEPT), denied))
            raise

    async def _ask(self, host: str) -> tuple[Address, ...]:
        try:
            async with asyncio.timeout(self._deadline):
                answers = await self._resolver.resolve(host)
        except TimeoutError:
            raise Denied(Reason.DNS, "no answer in time", passing=True) from None
        except OSError as error:
            passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            raise Denied(Reason.DNS, error.strerror or "no such name", passing=passing) from None
        except UnicodeError:
            raise Denied(Reason.DNS, "not a name that can be looked up") from None
        found = _read(answers)
        _remember(self._answers, host, (time.monotonic() + self._ttl, found))
        return found


def _remember(known: dict[str, tuple[float, T]], host: str, entry: tuple[float, T]) -> None:
    known.pop(host, None)
    while len(known) >= MOST_HOSTS:
        del known[next(iter(known))]
    known[host] = entry


def _read(answers: Sequence[str]) -> tuple[Address, ...]:
    try:
        found = [ip_address(answer) for answer in answers]
    except ValueError:
        raise Denied(Reason.ADDRESS_DENIED, "the name has an address that cannot be read") from None
    if not found:
        raise Denied(Reason.DNS, "the name has no address")
    # Many networks route no IPv6: a refused first attempt would cost each picture a connect timeout.
    return tuple(sorted(found, key=lambda item: item.version))
