"""A small text that a site keeps for machines: robots.txt, ai.txt, tdmrep.json."""

import asyncio
import codecs

import aiohttp

from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.inflating import inflated
from pixcrawler.adapters.fetching.misses import Miss, miss_of_error, miss_of_status
from pixcrawler.adapters.fetching.retry_after import retry_after_header
from pixcrawler.adapters.fetching.urls import REDIRECTS, Place, join_url
from pixcrawler.adapters.fetching.wire import Wire
from pixcrawler.application.ports.pace import HostPaused, Pace
from pixcrawler.domain.shared.reasons import Reason

LARGEST = 512 * 1024  # bytes that are read and obeyed; RFC 9309 wants at least 500 KiB
MOST_REDIRECTS = 5


class SiteFile:
    """Every hop passes the guard and the pace. ``patience`` and ``deadline`` are in seconds."""

    def __init__(
        self, wire: Wire, guard: AddressGuard, pace: Pace, *, patience: float, deadline: float = 15.0
    ) -> None:
        self._wire = wire
        self._guard = guard
        self._pace = pace
        self._patience = patience
        self._deadline = deadline

    async def text(self, url: str) -> str:
        """Empty when the site has none: for a 4xx and a sixth redirect. Raises Miss, and HostPaused."""
        try:
            for _ in range(MOST_REDIRECTS + 1):
                hop = await self._guard.admit(url)
                async with (
                    self._pace.turn(hop.place.paced_as, patience=self._patience),
                    asyncio.timeout(self._deadline),
                    await self._wire.get(hop, accept="text/plain,*/*;q=0.5") as response,
                ):
                    location = response.headers.get("Location")
                    if response.status not in REDIRECTS or location is None:
                        return await self._read(response, hop.place)
                    url = join_url(hop.place, location)
        except HostPaused:
            raise
        except Exception as error:
            raise miss_of_error(error) from error
        return ""

    async def _read(self, response: aiohttp.ClientResponse, place: Place) -> str:
        if response.status in (429, 503):
            self._pace.slow_down(place.paced_as, retry_after_header(response.headers) or 0.0)
        if 400 <= response.status < 500:
            return ""
        if not 200 <= response.status < 300:
            raise miss_of_status(response.status, retry_after_header(response.headers))
        raw = bytearray()
        while len(raw) < LARGEST and (data := await response.content.readany()):
            raw += data
        return decoded(bytes(raw[:LARGEST]), response.headers.get("Content-Encoding", ""))


def decoded(raw: bytes, encoding: str) -> str:
    """Rules are obeyed also where the server compressed them unasked.

    Raises Miss where nobody could read them: that there are none, they do not say.
    """
    try:
        plain = inflated(raw, encoding, LARGEST, cut=True)
    except ValueError as error:
        if b"\x00" in raw or not _is_text(raw):
            raise Miss(Reason.BAD_ENCODING, str(error)) from error
        plain = raw  # the header is wrong, not the file
    cut = plain[:LARGEST]
    if len(cut) == LARGEST:
        cut = cut[: cut.rfind(b"\n") + 1]  # half a rule could mean more, or less, than the whole
    wide = cut.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # what some editors call Unicode
    return cut.decode("utf-16" if wide else "utf-8", "replace").removeprefix("\ufeff")


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start >= LARGEST - 4  # cut within a character
    return True
