"""How far the reading of pages and sites has come: the web source's cursor.

All of it travels in the cursor, so that any worker goes on where the last one stopped, and asks for the same
page again after a crash. It is bounded by the pages that may be read, and by ``MOST_WAITING``.
"""

import base64
import zlib
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

from pixcrawler.adapters.sources.turns import Turns
from pixcrawler.domain.crawling.urls import normalise_url

WHOLE_SITE = "/*"
"""Ends an address that means everything below it, not one page."""
MOST_SITEMAPS = 100
DEEPEST_SITEMAP = 3
MOST_WAITING = 1_000_000  # characters of all addresses that wait
LONGEST_LINK = 2_000  # characters; what is longer leads into a trap, or carries a session

_DIGEST = 8  # bytes


class Stop(msgspec.Struct, array_like=True):
    """One document to read. ``depth`` counts links from the start; of a sitemap, the indexes above it.

    ``again``: it failed once for a reason that may pass.
    """

    url: str
    depth: int = 0
    sitemap: bool = False
    again: bool = False


class Trail(msgspec.Struct, array_like=True):
    """Of the address that is being read, ``waiting`` is what is left, the first of it being read;
    ``handed`` pictures of that one were handed out already. Its pages are on ``site``; those of a whole site
    begin with the path ``below`` (None: links are not followed). ``pages`` and ``sitemaps`` count what was
    ever put to wait, ``failing`` what failed in a row, ``lost`` what gave nothing, by reason.
    """

    turns: Turns = msgspec.field(default_factory=Turns)
    waiting: list[Stop] = []
    handed: int = 0
    site: str = ""
    below: str | None = None
    seen: bytes = b""
    pages: int = 0
    sitemaps: int = 0
    failing: int = 0
    lost: dict[str, int] = {}

    def begin(self, stops: list[Stop], *, site: str, below: str | None) -> None:
        """Start on the current address. What is given here counts among its pages and sitemaps."""
        self.waiting, self.handed, self.seen = [], 0, b""
        self.site, self.below = site, below
        self.pages = self.sitemaps = self.failing = 0
        self.lost = {}
        self.plan(stops, most=1)

    def leave(self) -> None:
        """The first one waiting is done with."""
        self.waiting.pop(0)
        self.handed = 0

    def put_off(self) -> None:
        """The first one waiting is tried once more behind the others."""
        self.waiting.append(msgspec.structs.replace(self.waiting.pop(0), again=True))
        self.handed = 0

    def lose(self, reason: str) -> None:
        self.lost[reason] = self.lost.get(reason, 0) + 1
        self.leave()

    def plan(self, stops: list[Stop], *, most: int) -> None:
        """Put to wait what was not seen before: at most ``most`` pages and MOST_SITEMAPS sitemaps in all."""
        known = {self.seen[at : at + _DIGEST] for at in range(0, len(self.seen), _DIGEST)}
        room = MOST_WAITING - sum(len(stop.url) for stop in self.waiting)
        new = bytearray(self.seen)
        for stop in stops:
            digest = _digest(stop.url)
            if digest in known or len(stop.url) > min(LONGEST_LINK, room):
                continue
            if (self.sitemaps >= MOST_SITEMAPS) if stop.sitemap else (self.pages >= most):
                continue
            known.add(digest)
            new += digest
            room -= len(stop.url)
            self.waiting.append(stop)
            self.sitemaps += stop.sitemap
            self.pages += not stop.sitemap
        self.seen = bytes(new)

    def holds(self, url: str) -> bool:
        """Whether a page belongs to what is being read."""
        return site_of(url) == self.site and (urlsplit(url).path or "/").startswith(self.below or "/")


def site_of(url: str) -> str:
    """What two URLs of one site have in common: the host without ``www.``, and a port that is not the
    scheme's own."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    host = (parts.hostname or "").removesuffix(".").removeprefix("www.")
    return host if port in (None, 80, 443) else f"{host}:{port}"


def to_cursor(trail: Trail) -> str:
    return base64.urlsafe_b64encode(zlib.compress(msgspec.msgpack.encode(trail), 9)).decode("ascii")


def from_cursor(cursor: str) -> Trail:
    """Raises ValueError for what is none."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(base64.urlsafe_b64decode(cursor)), type=Trail)
    except (zlib.error, msgspec.DecodeError) as error:
        raise ValueError("no cursor of the web source") from error


def _digest(url: str) -> bytes:
    return sha256(normalise_url(url).encode("utf-8", "replace")).digest()[:_DIGEST]
