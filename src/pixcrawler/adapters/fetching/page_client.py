"""Fetching pages, sitemaps and feeds for the sources that read them: guarded, polite, bounded."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import aiohttp

from pixcrawler.adapters.fetching.guard import AddressGuard, Admitted
from pixcrawler.adapters.fetching.inflating import inflated
from pixcrawler.adapters.fetching.misses import Miss, miss_of_error, miss_of_status
from pixcrawler.adapters.fetching.page_opt_out import PageWords
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.retry_after import retry_after_header
from pixcrawler.adapters.fetching.robots import Robots
from pixcrawler.adapters.fetching.shared_robots import SharedRobots
from pixcrawler.adapters.fetching.site_file import SiteFile
from pixcrawler.adapters.fetching.site_opt_outs import SiteOptOuts
from pixcrawler.adapters.fetching.urls import REDIRECTS, join_url
from pixcrawler.adapters.fetching.user_agent import product_token
from pixcrawler.adapters.fetching.wire import Wire
from pixcrawler.application.ports.pace import Pace
from pixcrawler.domain.shared.reasons import Reason

ACCEPT = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,application/rss+xml,application/atom+xml,*/*;q=0.5"
)
READABLE = frozenset(
    {"", "text/html", "text/xml", "text/plain", "application/xml", "application/gzip", "application/x-gzip",
     "application/octet-stream", "binary/octet-stream"}
)  # fmt: skip
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLimits:
    """Bytes and seconds. ``total`` bounds one attempt, redirects included, waiting for the site's pace left
    out; ``html`` and ``lists`` (sitemaps and feeds) bound a body on the wire and inflated.

    Sitemaps may have 50 MB (sitemaps.org); search engines read some megabytes of a page.
    """

    total: float = 30.0
    connect: float = 5.0
    html: int = 10_000_000
    lists: int = 50_000_000
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """What came. ``url`` is where, after redirects; ``content_type`` the header as it was, in lower case.

    ``body`` is inflated, and empty for a picture, which is not read here.
    """

    url: str
    content_type: str
    body: bytes
    headers: Mapping[str, str]
    words: PageWords

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class PageClient:
    """Every hop passes the guard, the site's robots.txt (unless ``respect_robots`` is off) and ``pace``.

    One per process and pace; ``aclose`` it at the end. Opt-outs are read out, not acted on: what they mean
    depends on what the page is read for. ``respect_opt_out`` says whether they count. ``files_pace`` is for
    the site's small files about machine learning, which are no pages; without one they keep ``pace``.
    """

    def __init__(
        self,
        *,
        guard: AddressGuard,
        user_agent: str,
        pace: Pace,
        limits: PageLimits | None = None,
        repeats: Repeats | None = None,
        respect_robots: bool = True,
        respect_opt_out: bool = True,
        files_pace: Pace | None = None,
        shared_robots: SharedRobots | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._pace = pace
        self._limits = limits or PageLimits()
        self._repeats = repeats or Repeats()
        self._respect_robots = respect_robots
        self.respect_opt_out = respect_opt_out
        self.agent = product_token(user_agent)
        self._wire = Wire(guard, user_agent=user_agent, connect_timeout=self._limits.connect, tls=tls)
        self._robots = Robots(
            self._wire, guard, pace, agent=self.agent, repeats=self._repeats, shared=shared_robots
        )
        patience = self._repeats.longest_pause
        file = SiteFile(self._wire, guard, files_pace or pace, patience=patience)
        self._site = SiteOptOuts(file, agent=self.agent) if respect_robots and respect_opt_out else None

    async def get(self, url: str) -> WebPage:
        """The page, whatever its kind. Raises Miss, after the repeats that its reason is worth."""
        return await self._repeats.run(self._attempt, url)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of this URL's origin names. Raises Miss."""
        try:
            hop = await self._guard.admit(url)
            return await self._robots.sitemaps(hop.place)
        except Exception as error:
            raise miss_of_error(error) from error

    async def aclose(self) -> None:
        await self._robots.aclose()
        if self._site is not None:
            await self._site.aclose()
        await self._wire.aclose()

    async def _attempt(self, url: str) -> WebPage:
        try:
            return await self._follow(url)
        except Exception as error:
            miss = miss_of_error(error)
            if miss.reason is Reason.INTERNAL:
                raise
            raise miss from error

    async def _follow(self, url: str) -> WebPage:
        budget = self._limits.total
        clock = asyncio.get_running_loop().time
        for _ in range(self._limits.redirects + 1):
            hop = await self._guard.admit(url)
            if self._respect_robots and (objection := await self._robots.objection(hop.place)):
                raise Miss(objection.reason, objection.evidence)
            reserved = await self._reserved(hop)
            async with self._pace.turn(hop.place.paced_as, patience=self._repeats.longest_pause):
                began = clock()
                async with asyncio.timeout(budget), await self._wire.get(hop, accept=ACCEPT) as response:
                    answer = await self._answer(hop, response)
                budget -= clock() - began
            if isinstance(answer, WebPage):
                answer.words.take_file(reserved)
                return answer
            url = answer
        raise Miss(Reason.TOO_MANY_REDIRECTS, f"more than {self._limits.redirects} redirects")

    async def _reserved(self, hop: Admitted) -> str | None:
        """What the site's tdmrep.json says of the page; raises Miss when its ai.txt forbids it."""
        if self._site is None:
            return None
        site = await self._site.of(hop.place)
        if (line := site.objection(hop.place.url, self.agent)) is not None:
            raise Miss(Reason.OPT_OUT, line)
        return site.reservation.reserved(hop.place.url)

    async def _answer(self, hop: Admitted, response: aiohttp.ClientResponse) -> WebPage | str:
        """The page, or the URL that the server sends us on to."""
        status, headers, host = response.status, response.headers, hop.place.paced_as
        after = retry_after_header(headers)
        if status in (429, 503):
            self._pace.slow_down(host, after or 0.0)
        else:
            self._pace.answered(host)
        if status in REDIRECTS and "Location" in headers:
            return join_url(hop.place, headers["Location"])
        if not 200 <= status < 300 or status == 206:
            raise miss_of_status(status, after)
        return await self._page(hop, response)

    async def _page(self, hop: Admitted, response: aiohttp.ClientResponse) -> WebPage:
        content_type = response.headers.get("Content-Type", "").strip().lower()[:200]
        body = b""
        if not content_type.startswith("image/"):
            most = self._most(content_type)
            body = await asyncio.to_thread(_plain, await _received(response, most), response, most)
        words = PageWords(self.agent, at=datetime.now(UTC))
        words.take_headers(response.headers)
        return WebPage(
            url=hop.place.url, content_type=content_type, body=body, headers=response.headers, words=words
        )

    def _most(self, content_type: str) -> int:
        kind = content_type.partition(";")[0].strip()
        if kind not in READABLE and not kind.endswith("+xml"):
            raise Miss(Reason.UNSUPPORTED_FORMAT, f"Content-Type: {content_type}")
        return self._limits.html if kind in {"", "text/html", "application/xhtml+xml"} else self._limits.lists


async def _received(response: aiohttp.ClientResponse, most: int) -> bytes:
    if (length := response.content_length) is not None and length > most:
        raise Miss(Reason.BODY_TOO_LARGE, f"Content-Length: {length}")
    body = bytearray()
    while data := await response.content.readany():
        body += data
        if len(body) > most:
            raise Miss(Reason.BODY_TOO_LARGE, f"more than {most} bytes")
    return bytes(body)


def _plain(body: bytes, response: aiohttp.ClientResponse, most: int) -> bytes:
    """Without its Content-Encoding, and without gzip where it is a ``.gz`` file."""
    encoding = response.headers.get("Content-Encoding", "")
    try:
        plain = inflated(body, encoding, most)
        if not plain.startswith(GZIP):
            return plain
        with gzip.GzipFile(fileobj=BytesIO(plain)) as file:
            plain = file.read(most + 1)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise Miss(Reason.BAD_ENCODING, str(error)[:200]) from error
    if len(plain) > most:
        raise Miss(Reason.BODY_TOO_LARGE, f"more than {most} bytes after inflating")
    return plain
