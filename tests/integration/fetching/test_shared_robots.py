"""robots.txt that one worker fetched and another one obeys."""

import time

import pytest

from pixcrawler.adapters.cache.redis import RedisCache
from pixcrawler.adapters.cache.sealed import Sealed
from pixcrawler.adapters.fetching.shared_robots import ROBOTS, RobotsText, SharedRobots
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.memory_cache import MemoryCache
from tests.integration.fetching.conftest import OpenFetcher
from tests.integration.fetching.site import Site, answer

CLOSED = b"User-agent: *\nDisallow: /"
DAY = 86_400


def rules(text: bytes) -> bytes:
    return answer(200, text, "Content-Type: text/plain")


@pytest.fixture
def cache() -> MemoryCache:
    return MemoryCache()


@pytest.mark.parametrize(("text", "allowed"), [(CLOSED, False), (b"", True), (b"# hello", True)])
async def test_one_worker_asks_for_all(
    text: bytes, allowed: bool, site: Site, open_fetcher: OpenFetcher, cache: MemoryCache
) -> None:
    site.says("/robots.txt", rules(text))
    picture = site.says("/a.jpg", answer(200, b"x"))
    got = [
        await open_fetcher(respect_robots=True, shared_robots=SharedRobots(cache)).fetch(picture)
        for _ in range(3)
    ]
    assert {type(one) for one in got} == {Fetched if allowed else Missed}
    assert len(site.asked("/robots.txt")) == 1


async def test_that_a_site_did_not_answer_is_not_shared(
    site: Site, open_fetcher: OpenFetcher, cache: MemoryCache
) -> None:
    site.says("/robots.txt", *[answer(500)] * 3, rules(b""))
    picture = site.says("/a.jpg", answer(200, b"x"))
    first = await open_fetcher(respect_robots=True, shared_robots=SharedRobots(cache)).fetch(picture)
    assert isinstance(first, Missed)
    assert first.reason is Reason.HTTP_5XX
    assert cache.kept == {}
    second = await open_fetcher(respect_robots=True, shared_robots=SharedRobots(cache)).fetch(picture)
    assert isinstance(second, Fetched)


@pytest.mark.parametrize(
    ("origin", "age"), [("http://elsewhere.test:80", 0), (None, DAY + 1), (None, -120), (None, float("nan"))]
)
async def test_words_of_another_site_another_day_or_the_future_open_nothing(
    origin: str | None, age: float, site: Site, open_fetcher: OpenFetcher, cache: MemoryCache
) -> None:
    site.says("/robots.txt", rules(CLOSED))
    picture = site.says("/a.jpg", answer(200, b"x"))
    here = picture.removesuffix("/a.jpg")
    lie = RobotsText(origin or here, "User-agent: *\nAllow: /", time.time() - age)
    await cache.put(ROBOTS, here, lie, seconds=60)
    got = await open_fetcher(respect_robots=True, shared_robots=SharedRobots(cache)).fetch(picture)
    assert isinstance(got, Missed)
    assert got.reason is Reason.ROBOTS


async def test_whoever_can_write_into_redis_opens_no_site(
    site: Site, open_fetcher: OpenFetcher, redis_url: str, redis_prefix: str
) -> None:
    site.says("/robots.txt", rules(CLOSED))
    picture = site.says("/a.jpg", answer(200, b"x"))
    here = picture.removesuffix("/a.jpg")
    forger = RedisCache(redis_url, Sealed(redis_prefix, lambda: b"a guess"))
    await forger.put(ROBOTS, here, RobotsText(here, "", time.time()), seconds=60)
    await forger.aclose()
    mine = RedisCache(redis_url, Sealed(redis_prefix, lambda: b"the secret"))
    for _ in range(2):
        fetcher = open_fetcher(respect_robots=True, shared_robots=SharedRobots(mine))
        assert isinstance(await fetcher.fetch(picture), Missed)
    assert len(site.asked("/robots.txt")) == 1
    await mine.aclose()


async def test_what_is_left_of_a_day_is_all_that_a_text_is_used_for(cache: MemoryCache) -> None:
    at = 1_000_000.0
    await SharedRobots(cache, now=lambda: at).put("http://a.test", "x")
    later = SharedRobots(cache, now=lambda: at + DAY - 10)
    assert await later.get("http://a.test") == ("x", 10.0)
    assert await SharedRobots(cache, now=lambda: at + DAY).get("http://a.test") is None
    assert await SharedRobots(cache, seconds=60, now=lambda: at + 61).get("http://a.test") is None
    assert await SharedRobots(cache, seconds=10 * DAY, now=lambda: at + DAY).get("http://a.test") is None
