"""Redis forgets everything, Postgres is shot: the job ends by itself all the same."""

import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis.asyncio
from redis.asyncio import Redis

from pixcrawler.adapters.embedded.client import EmbeddedServers, embedded_servers
from pixcrawler.adapters.embedded.state import Desk
from tests.crash.conftest import OpenScene, Scene
from tests.processes import until

pytestmark = [pytest.mark.crash, pytest.mark.long]


@pytest.fixture
async def own_servers(tmp_path: Path) -> AsyncIterator[EmbeddedServers]:
    """Servers that this test may break."""
    home = tmp_path / "servers"
    async with embedded_servers(home) as servers:
        yield servers
    shutil.rmtree(Desk(home).read().data, ignore_errors=True)


def _urls(servers: EmbeddedServers) -> dict[str, str]:
    return {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}


async def test_an_emptied_redis_costs_a_moment(open_scene: OpenScene, own_servers: EmbeddedServers) -> None:
    async with open_scene(pictures=300, delay=0.1, **_urls(own_servers)) as scene:
        await _half_way(scene)
        client: Redis = redis.asyncio.from_url(own_servers.redis_url)
        await client.flushall()
        await client.aclose()
        scene.clock.fault()
        await scene.crawl.ended()
        await scene.crawl.package(scene.folder)
        await scene.must_be_right(fetches=1, packaged=True)


async def test_a_postgres_that_is_shot_and_restarted_costs_a_moment(
    open_scene: OpenScene, own_servers: EmbeddedServers, tmp_path: Path
) -> None:
    desk = Desk(tmp_path / "servers")
    async with open_scene(pictures=300, delay=0.1, **_urls(own_servers)) as scene:
        await _half_way(scene)
        shot = desk.read().postgres.pid
        assert shot is not None
        os.kill(shot, signal.SIGKILL)
        scene.clock.fault()
        await until(lambda: desk.read().postgres.pid not in (shot, None), "Postgres is started again")
        await scene.crawl.ended()
        await scene.crawl.package(scene.folder)
        await scene.must_be_right(fetches=2, packaged=True)


async def _half_way(scene: Scene) -> None:
    for _ in range(2):
        scene.fleet.start()
    await until(lambda: len(scene.web.visits) >= 120, "the crawl is half-way")
