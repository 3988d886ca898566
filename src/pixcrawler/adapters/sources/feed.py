"""Pictures of RSS, Atom and Media RSS feeds that the user names, page by page where a feed has pages."""

import asyncio
import base64
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from pixcrawler.adapters.fetching.misses import Miss
from pixcrawler.adapters.sources.described import candidate
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.turns import Turns
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.addresses import addresses
from pixcrawler.domain.crawling.errors import InvalidJob, SourceBlocked, SourceUnreachable

if TYPE_CHECKING:
    from pixcrawler.adapters.fetching.page_client import PageClient
    from pixcrawler.adapters.sources.feed_items import Feed

PAGE_SIZE = 500
MOST_PAGES = 100
"""Pages of one feed that are read."""


class Place(msgspec.Struct, array_like=True):
    """The cursor. Of the feed whose turn it is, the ``page`` (None: its first), how many pictures of that
    page were ``handed`` out, and the pages that were ``seen``, as digests."""

    turns: Turns = msgspec.field(default_factory=Turns)
    page: str | None = None
    handed: int = 0
    seen: list[bytes] = []


class NoFeed(Exception):
    """It came, or is not to be taken. The text says why."""


class FeedSource:
    def __init__(self, client: "PageClient") -> None:
        self._client = client
        self._info = SourceInfo(
            id="feed",
            name="RSS and Atom feeds",
            homepage="",
            licenses="as the feeds say, else unknown",
            page_size=PAGE_SIZE,
            max_results=None,
            needs_text=False,
            ends=True,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        if query.input is None:
            raise InvalidJob("The source feed needs an address: give one with --input URL.", field="input")
        given = addresses(query.input)
        place = _place(cursor, len(given))
        url = place.page or given[place.turns.current]
        try:
            feed = await self._feed(url)
        except NoFeed as error:
            return _without(place, len(given), f"{url} was not read: {error}.")
        except Miss as miss:
            if not place.turns.put_off(len(given)):
                message = f"{url} cannot be read now: {miss.evidence}. Try again later."
                raise SourceUnreachable("feed", message) from miss
            return SearchPage(candidates=(), next_cursor=_next_feed(place, len(given)))
        place.turns.read += 1
        found = feed.pictures[place.handed : place.handed + PAGE_SIZE]
        return SearchPage(
            candidates=tuple(candidate(one, "feed") for one in found),
            skipped=0 if place.handed else feed.skipped,
            next_cursor=_following(place, feed, url, len(found), len(given)),
        )

    async def check(self) -> str:
        return "Needs no connection of its own: the feeds are the user's to name."

    async def _feed(self, url: str) -> "Feed":
        """Raises NoFeed, or Miss for a reason that may pass."""
        from pixcrawler.adapters.sources.feed_items import ROOTS, read_feed
        from pixcrawler.adapters.sources.xml_elements import NoXml, root_name

        try:
            page = await self._client.get(url)
        except Miss as miss:
            if miss.reason.retryable:
                raise
            raise NoFeed(miss.evidence) from miss
        if root_name(page.body) not in ROOTS:
            raise NoFeed("it is no RSS or Atom feed")
        if self._client.respect_opt_out and (objection := page.words.objection(listing=True)):
            raise NoFeed(objection)
        try:
            return await asyncio.to_thread(read_feed, page.body, page.url)
        except NoXml as error:
            raise NoFeed(f"its XML cannot be read: {error}") from error


def _place(cursor: str | None, feeds: int) -> Place:
    if cursor is not None:
        return msgspec.msgpack.decode(base64.urlsafe_b64decode(cursor), type=Place)
    place = Place()
    place.turns.take(feeds)
    return place


def _without(place: Place, feeds: int, why: str) -> SearchPage:
    """Go on with the next feed. Raises SourceBlocked when that was all, and nothing came of it."""
    following = _next_feed(place, feeds)
    if following is None and not place.turns.read:
        raise SourceBlocked("feed", why)
    return SearchPage(candidates=(), next_cursor=following, notes=(why,))


def _following(place: Place, feed: "Feed", url: str, found: int, feeds: int) -> str | None:
    if place.handed + found < len(feed.pictures):
        return _encoded(Place(place.turns, url, place.handed + found, place.seen))
    seen = [*place.seen, _digest(url)]
    if feed.following and _digest(feed.following) not in seen and len(seen) < MOST_PAGES:
        return _encoded(Place(place.turns, feed.following, 0, seen))
    return _next_feed(place, feeds)


def _next_feed(place: Place, feeds: int) -> str | None:
    return _encoded(Place(place.turns)) if place.turns.take(feeds) else None


def _digest(url: str) -> bytes:
    return sha256(url.encode()).digest()[:8]


def _encoded(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(place)).decode("ascii")


def _build(context: SourceContext, config: SourceConfig) -> FeedSource:
    return FeedSource(context.page_client(config))


FACTORY = SourceFactory(id="feed", build=_build)
