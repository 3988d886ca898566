"""What every cache does: the one in Redis, and the one that tests use."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from pixcrawler.adapters.cache.redis import RedisCache
from pixcrawler.adapters.cache.sealed import Sealed
from pixcrawler.application.ports.cache import Cache, Shelf
from tests.fakes.memory_cache import MemoryCache

MINUTE = 60.0


class Hill(msgspec.Struct, frozen=True):
    name: str
    metres: int
    paths: dict[str, tuple[float, ...]] = {}


class Steeper(msgspec.Struct, frozen=True):
    name: str
    metres: int
    degrees: int = 30


HILLS = Shelf(name="hills", kind=Hill, largest=1_000)
TEXTS = Shelf(name="texts", kind=str, largest=1_000)
HIGH = Hill("Brocken", 1141, {"east": (0.5, 1e300), "": ()})


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest, redis_url: str, redis_prefix: str) -> AsyncIterator[Cache]:
    if request.param == "memory":
        yield MemoryCache()
        return
    real = RedisCache(redis_url, Sealed(redis_prefix, lambda: b"secret"))
    yield real
    await real.aclose()


async def test_reads_back_what_was_put(cache: Cache) -> None:
    assert await cache.get(HILLS, "a") is None
    await cache.put(HILLS, "a", HIGH, seconds=MINUTE)
    assert await cache.get(HILLS, "a") == HIGH


async def test_every_name_and_every_shelf_stands_alone(cache: Cache) -> None:
    other = Shelf(name="other hills", kind=Hill, largest=1_000)
    await cache.put(HILLS, "a", HIGH, seconds=MINUTE)
    await cache.put(TEXTS, "a", "", seconds=MINUTE)
    assert await cache.get(HILLS, "b") is None
    assert await cache.get(other, "a") is None
    assert await cache.get(TEXTS, "a") == ""


async def test_what_is_put_again_takes_its_place(cache: Cache) -> None:
    await cache.put(TEXTS, "ß ü:\n", "old", seconds=MINUTE)
    await cache.put(TEXTS, "ß ü:\n", "new", seconds=MINUTE)
    assert await cache.get(TEXTS, "ß ü:\n") == "new"


async def test_what_is_too_large_is_not_kept_and_nothing_older_in_its_place(cache: Cache) -> None:
    await cache.put(TEXTS, "a", "x" * 900, seconds=MINUTE)
    assert await cache.get(TEXTS, "a") == "x" * 900
    await cache.put(TEXTS, "a", "x" * 1_001, seconds=MINUTE)
    assert await cache.get(TEXTS, "a") is None


async def test_everything_has_an_end(cache: Cache) -> None:
    await cache.put(TEXTS, "a", "x", seconds=0.02)
    async with asyncio.timeout(30):
        while await cache.get(TEXTS, "a") is not None:
            await asyncio.sleep(0.01)


async def test_a_program_does_not_read_what_one_with_another_shape_wrote(cache: Cache) -> None:
    newer = Shelf(name=HILLS.name, kind=Steeper, largest=1_000)
    await cache.put(HILLS, "a", HIGH, seconds=MINUTE)
    assert await cache.get(newer, "a") is None
    await cache.put(newer, "a", Steeper("Brocken", 1141), seconds=MINUTE)
    assert await cache.get(HILLS, "a") == HIGH
