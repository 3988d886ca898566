"""Answers that are right but for one value: a page, or an error of the source's own. Never anything else."""

import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.brave import BraveSource
from pixcrawler.adapters.sources.flickr import FlickrSource
from pixcrawler.adapters.sources.inaturalist import INaturalistSource
from pixcrawler.adapters.sources.met import MetSource
from pixcrawler.adapters.sources.openverse import OpenverseSource
from pixcrawler.adapters.sources.wikimedia import WikimediaSource
from pixcrawler.application.ports.source import Source
from pixcrawler.domain.crawling.errors import SourceError
from pixcrawler.domain.shared.licenses import license_of
from tests.integration.sources.client import api_client
from tests.integration.sources.scenarios import text
from tests.servers.api import ApiServer
from tests.servers.brave import BraveServer
from tests.servers.flickr import FlickrServer
from tests.servers.inaturalist import INaturalistServer
from tests.servers.met import MetServer
from tests.servers.openverse import OpenverseServer
from tests.servers.wikimedia import WikimediaServer

ROUNDS = 40
FEWEST = 5  # values that each source's results have
ODD: tuple[object, ...] = (
    None, True, -1, 0, 10**30, 0.5, 1e300, "", " ", "\x00", "a" * 10_000, "7", "https://", "https:// b",
    [], [None], [[]], {}, {"a": 1}, "http://[::1", "https://[::1?utm_a=1", "//a.example",
    "javascript:alert(1)",
)  # fmt: skip

Build = Callable[[ApiClient, Any], Source]
SERVERS: dict[str, tuple[Callable[[], ApiServer], Build]] = {
    "openverse": (lambda: OpenverseServer(3), lambda c, s: OpenverseSource(c, base_url=s.base_url)),
    "wikimedia": (
        lambda: WikimediaServer(3),
        lambda c, s: WikimediaSource(c, base_url=s.base_url, lag_pause=0.0),
    ),
    "inaturalist": (lambda: INaturalistServer(3), lambda c, s: INaturalistSource(c, base_url=s.base_url)),
    "met": (lambda: MetServer(2), lambda c, s: MetSource(c, base_url=s.base_url)),
    "flickr": (lambda: FlickrServer(3), lambda c, s: FlickrSource(c, base_url=s.base_url, api_key=s.key)),
    "brave": (lambda: BraveServer(3), lambda c, s: BraveSource(c, base_url=s.base_url, api_key=s.token)),
}


ITEMS: dict[str, Callable[[Any], list[Any]]] = {
    "openverse": lambda said: said["results"],
    "wikimedia": lambda said: said["query"]["pages"],
    "inaturalist": lambda said: said["results"],
    "met": lambda said: [said] if "objectID" in said else [],
    "flickr": lambda said: said["photos"]["photo"] if "photos" in said else [],
    "brave": lambda said: said["results"],
}
"""Where an answer holds its results, one for each picture."""


class Altering:
    """Changes one value of one answer, or takes it away."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.done = ""

    def __call__(self, answer: web.Response) -> web.Response:
        if self.done or self.random.random() < 0.3:
            return answer
        said = json.loads(answer.text or "null")
        holder, key = self.random.choice(list(places(said)))
        odd = self.random.choice((*ODD, KeyError))
        self.done = f"{key!r}: {odd!r}"
        if odd is KeyError:
            del holder[key]
        else:
            holder[key] = odd
        return web.json_response(said, status=answer.status)


def places(said: Any) -> Iterator[tuple[Any, Any]]:
    pairs = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for key, value in list(pairs):
        yield said, key
        yield from places(value)


@pytest.fixture(params=sorted(SERVERS))
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[tuple[ApiServer, Callable[[], Source]]]:
    make, build = SERVERS[request.param]
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(make())
        client = await stack.enter_async_context(api_client(server.port))
        yield server, lambda: build(client, server)


async def test_one_odd_value_is_a_page_or_an_error_of_the_source(
    opened: tuple[ApiServer, Callable[[], Source]],
) -> None:
    server, source = opened
    for seed in range(ROUNDS):
        server.altering = altering = Altering(seed)
        try:
            page = await source().search(text("fox"), None)
        except SourceError:
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}, {altering.done}") from error
        for candidate in page.candidates:
            assert candidate.image_url.startswith(("https://", "http://")), altering.done
            assert license_of(candidate.license).id == candidate.license, altering.done
            assert all(isinstance(tag, str) and tag for tag in candidate.tags), altering.done


class AlteringOne:
    """Puts ``odd`` in place of the value ``number`` of the first result that comes."""

    def __init__(self, source: str, number: int, odd: object) -> None:
        self.items = ITEMS[source]
        self.number = number
        self.odd = odd
        self.done = ""

    def __call__(self, answer: web.Response) -> web.Response:
        said = json.loads(answer.text or "null")
        if self.done or not self.items(said):
            return answer
        holder, key = list(places(self.items(said)[0]))[self.number]
        holder[key] = self.odd
        self.done = f"{key!r}: {self.odd!r}"
        return web.json_response(said, status=answer.status)


@pytest.mark.parametrize("name", sorted(SERVERS))
async def test_one_odd_value_costs_no_picture_but_its_own(name: str) -> None:
    make, build = SERVERS[name]
    async with make() as server, api_client(server.port) as client:
        whole = len((await build(client, server).search(text("fox"), None)).candidates)
        for number in range(FEWEST):
            for odd in (7, ["a"], {"a": 1}):
                server.altering = altering = AlteringOne(name, number, odd)
                page = await build(client, server).search(text("fox"), None)
                assert len(page.candidates) >= whole - 1, altering.done
