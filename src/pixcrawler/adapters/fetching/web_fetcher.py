"""Fetching image files from the open web: guarded, polite, bounded."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from multidict import CIMultiDictProxy

from pixcrawler.adapters.fetching.dead_hosts import DeadHosts
from pixcrawler.adapters.fetching.guard import AddressGuard, Admitted
from pixcrawler.adapters.fetching.misses import Miss, miss_of_error, miss_of_status
from pixcrawler.adapters.fetching.opt_out import opted_out
from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.receiving import BodyLimits, received, refuse_by_headers
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.retry_after import retry_after_header
from pixcrawler.adapters.fetching.robots import Robots
from pixcrawler.adapters.fetching.shared_robots import SharedRobots
from pixcrawler.adapters.fetching.site_file import SiteFile
from pixcrawler.adapters.fetching.site_opt_outs import SiteOptOuts, SiteWords
from pixcrawler.adapters.fetching.urls import REDIRECTS, join_url, read_url
from pixcrawler.adapters.fetching.user_agent import product_token
from pixcrawler.adapters.fetching.wire import Wire
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.application.ports.object_store import Body
from pixcrawler.application.ports.pace import Pace
from pixcrawler.domain.shared.errors import StorageFull
from pixcrawler.domain.shared.reasons import Reason

ACCEPT = "image/*,*/*;q=0.8"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bytes and seconds. ``total`` bounds one attempt from connect to last byte, redirects included,
    waiting for the host's pace left out; ``floor_rate`` (bytes per second) is held over ``floor_window``."""

    total: float = 30.0
    connect: float = 5.0
    largest: int = 25_000_000
    floor_rate: int = 1024
    floor_window: float = 10.0
    redirects: int = 5


class WebFetcher:
    """Implements the port ``Fetcher`` for http and https. One per process; ``aclose`` it at the end.

    Every hop of every URL passes the guard, the site's robots.txt (unless ``respect_robots`` is off) and
    the pace; opt-out headers are honoured before the body is read (unless ``respect_opt_out`` is off), and
    with both on also what the site as a whole says (ai.txt, tdmrep.json). A miss leaves no body behind.
    """

    def __init__(
        self,
        *,
        guard: AddressGuard,
        receive: Callable[[], Body],
        user_agent: str,
        limits: FetchLimits | None = None,
        repeats: Repeats | None = None,
        pace: Pace | None = None,
        respect_robots: bool = True,
        respect_opt_out: bool = True,
        shared_robots: SharedRobots | None = None,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._guard = guard
        self._receive = receive
        self._agent = product_token(user_agent)
        self._respect_opt_out = respect_opt_out
        self._limits = limits or FetchLimits()
        self._repeats = repeats or Repeats()
        self._pace = pace or HostPace()
        self._now = now
        self._dead = DeadHosts()
        self._busy = DeadHosts()
        self._slow = DeadHosts()
        self._wire = Wire(guard, user_agent=user_agent, connect_timeout=self._limits.connect, tls=tls)
        self._body_limits = BodyLimits(
            most=self._limits.largest,
            floor=int(self._limits.floor_rate * self._limits.floor_window),
            window=self._limits.floor_window,
        )
        self._robots = (
            Robots(
                self._wire, guard, self._pace, agent=self._agent, repeats=self._repeats, shared=shared_robots
            )
            if respect_robots
            else None
        )
        self._site = self._site_opt_outs() if respect_robots and respect_opt_out else None

    async def fetch(self, url: str) -> Fetched | Missed:
        try:
            return await self._repeats.run(self._attempt, url)
        except Miss as miss:
            if miss.reason is Reason.RATE_LIMITED:
                self._busy.failed(read_url(url).authority)
            return Missed(reason=miss.reason, evidence=miss.evidence, retrieved_at=self._now())

    async def aclose(self) -> None:
        if self._robots is not None:
            await self._robots.aclose()
        if self._site is not None:
            await self._site.aclose()
        await self._wire.aclose()

    async def _attempt(self, url: str) -> Fetched:
        try:
            return await self._follow(url)
        except StorageFull:
            raise
        except Exception as error:
            miss = miss_of_error(error)
            if miss.reason is Reason.INTERNAL:
                _log.exception("a fetch failed in a way that nobody foresaw")
            raise miss from error

    async def _follow(self, url: str) -> Fetched:
        budget = self._limits.total
        clock = asyncio.get_running_loop().time
        for _ in range(self._limits.redirects + 1):
            hop = await self._guard.admit(url)
            if self._robots is not None and (objection := await self._robots.objection(hop.place)):
                raise Miss(objection.reason, objection.evidence)
            self._refuse_dead(hop)
            words = await self._site_words(hop)
            async with self._pace.turn(hop.place.paced_as, patience=self._repeats.longest_pause):
                self._refuse_dead(hop)
                began = clock()
                answer = await self._in_time(hop, words, budget)
                budget -= clock() - began
            if isinstance(answer, Fetched):
                return answer
            url = answer
        raise Miss(Reason.TOO_MANY_REDIRECTS, f"more than {self._limits.redirects} redirects")

    def _site_opt_outs(self) -> SiteOptOuts:
        file = SiteFile(self._wire, self._guard, self._pace, patience=self._repeats.longest_pause)
        return SiteOptOuts(file, agent=self._agent)

    async def _site_words(self, hop: Admitted) -> SiteWords | None:
        """What the whole site says; raises Miss when its ai.txt forbids the file."""
        if self._site is None:
            return None
        words = await self._site.of(hop.place)
        if (line := words.objection(hop.place.url, self._agent)) is not None:
            raise Miss(Reason.OPT_OUT, line)
        return words

    def _refuse_dead(self, hop: Admitted) -> None:
        server = hop.place.authority
        if self._dead.is_dead(server):
            raise Miss(Reason.CONNECTION, "the server took no connection several times in a row")
        if self._busy.is_dead(server):
            raise Miss(Reason.RATE_LIMITED, "the server asked for a slower pace several times in a row")
        if self._slow.is_dead(server):
            raise Miss(Reason.TIMEOUT, "the server was too slow several times in a row")

    async def _in_time(self, hop: Admitted, words: SiteWords | None, budget: float) -> Fetched | str:
        """What ``_exchange`` gives. A server that is too slow is remembered."""
        try:
            async with asyncio.timeout(budget):
                answer = await self._exchange(hop, words)
        except (TimeoutError, Miss) as error:
            if isinstance(error, TimeoutError) or error.reason is Reason.TOO_SLOW:
                self._slow.failed(hop.place.authority)
            raise
        self._slow.lives(hop.place.authority)
        return answer

    async def _exchange(self, hop: Admitted, words: SiteWords | None) -> Fetched | str:
        """The file, or the URL that the server sends us on to."""
        try:
            response = await self._wire.get(hop, accept=ACCEPT)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            self._dead.failed(hop.place.authority)
            raise
        try:
            self._dead.lives(hop.place.authority)
            if response.status < 400:
                self._busy.lives(hop.place.authority)
            return await self._answer(hop, response, words)
        finally:
            response.release()

    async def _answer(
        self, hop: Admitted, response: aiohttp.ClientResponse, words: SiteWords | None
    ) -> Fetched | str:
        status, headers, host = response.status, response.headers, hop.place.paced_as
        if status in (429, 503):
            self._pace.slow_down(host, retry_after_header(headers) or 0.0)
        else:
            self._pace.answered(host)
        if status >= 400:
            raise miss_of_status(status, retry_after_header(headers))
        if self._respect_opt_out:
            _refuse_opted_out(hop, headers, words, self._agent, at=self._now())
        if status in REDIRECTS and "Location" in headers:
            return join_url(hop.place, headers["Location"])
        if status >= 300 or status == 206:
            raise miss_of_status(status, None)
        return await self._file(hop, response)

    async def _file(self, hop: Admitted, response: aiohttp.ClientResponse) -> Fetched:
        refuse_by_headers(response, self._limits.largest)
        file = await received(response, self._receive, self._body_limits)
        content_type = response.headers.get("Content-Type")
        return Fetched(
            final_url=hop.place.url,
            body=file.body,
            sha256=file.sha256,
            size=file.size,
            content_type=content_type[:200] if content_type else None,
            retrieved_at=self._now(),
        )


def _refuse_opted_out(
    hop: Admitted, headers: CIMultiDictProxy[str], words: SiteWords | None, agent: str, *, at: datetime
) -> None:
    """A TDM header of the answer counts before the site's file, whichever it says."""
    reservations = headers.getall("tdm-reservation", ())
    objection = opted_out(headers.getall("X-Robots-Tag", ()), reservations, agent, at=at)
    if objection is None and words is not None and not reservations:
        objection = words.reservation.reserved(hop.place.url)
    if objection is not None:
        raise Miss(Reason.OPT_OUT, objection)
