"""Processes are killed, Redis goes away: the result is the same."""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis, from_url

from pixcrawler.adapters.embedded.state import Desk
from tests.e2e.conftest import Shell
from tests.e2e.up.judge import is_downloaded_right, is_right, nothing_runs
from tests.e2e.up.platform import API, WORKER, Platform, eventually, platform
from tests.processes import bearers, until
from tests.servers.pictures import Corpus, PictureWeb
from tests.servers.proxy import Proxy


@pytest.mark.long
@pytest.mark.crash
async def test_kills_on_the_way_change_nothing_in_the_result(
    alone: Shell, web: PictureWeb, pictures: Corpus, mark: str, home: Path
) -> None:
    web.delay = 0.2
    async with platform(alone) as up:
        job = await up.started_job()
        await until(lambda: len(web.visits) >= 10, "the crawl is on its way")
        await up.kill(WORKER)
        await up.kill(API)
        await up.is_back()
        assert is_right(await up.settled(job), pictures)
        images = await up.images(job)
        assert len(images) == pictures.good
        for image in images[:3]:
            await is_downloaded_right(up, image)
        assert up.running.err.count("was killed by SIGKILL") == 2
        await up.stop()
    await nothing_runs(mark, home)


@pytest.mark.long
@pytest.mark.crash
async def test_a_process_that_answers_and_the_database_come_back(
    alone: Shell, web: PictureWeb, pictures: Corpus, home: Path
) -> None:
    web.delay = 0.2
    async with platform(alone, API_WORKERS="2") as up:
        job = await up.started_job()
        await until(lambda: len(web.visits) >= 10, "the crawl is on its way")
        (api,) = up.processes(API)
        os.kill(api.children()[0].pid, signal.SIGKILL)
        postgres = Desk(home).read().postgres.pid
        assert postgres is not None
        os.kill(postgres, signal.SIGKILL)
        await until(lambda: len(api.children()) == 2, "there are two processes again")
        assert is_right(await up.settled(job), pictures)
        assert up.processes(API) == [api]
        await up.stop()


@pytest.mark.long
@pytest.mark.crash
async def test_a_redis_that_forgets_everything_costs_a_moment(
    alone: Shell, web: PictureWeb, pictures: Corpus, home: Path
) -> None:
    web.delay = 0.2
    async with platform(alone) as up:
        job = await up.started_job()
        await until(lambda: len(web.visits) >= 10, "the crawl is on its way")
        valkey: Redis = from_url(Desk(home).read().redis.url)
        await valkey.flushall()
        await valkey.aclose()
        assert is_right((await up.watched(job))[-1], pictures)
        assert max(web.fetched.values()) == 1
        await up.stop()


@pytest.mark.long
@pytest.mark.crash
async def test_without_redis_health_says_so_and_work_goes_on(
    shell: Shell, web: PictureWeb, pictures: Corpus, redis_url: str
) -> None:
    where = urlsplit(redis_url)
    assert where.port
    async with Proxy(where.port) as redis:
        url = redis_url.replace(f":{where.port}", f":{redis.port}")
        async with platform(shell, REDIS_URL=url) as up:
            await eventually(lambda: _redis_is(up, answering=True), "all is well")
            web.delay = 0.2
            job = await up.started_job()
            await until(lambda: len(web.visits) >= 10, "the crawl is on its way")
            await redis.cut()
            await eventually(lambda: _redis_is(up, answering=False), "Redis is missed")
            another = await up.started_job(max_images=5)
            assert is_right((await up.watched(job))[-1], pictures)
            assert (await up.watched(another))[-1]["accepted"] == 5
            await redis.restore()
            await eventually(lambda: _redis_is(up, answering=True), "all is well again")
            assert (await up.watched(await up.started_job(max_images=5)))[-1]["accepted"] == 5
            await up.stop()


async def _redis_is(up: Platform, *, answering: bool) -> bool:
    """What the detailed health says, of Redis and as a whole."""
    answer = await up.http.get("/health/detailed")
    health = answer.json()
    well = (answer.status_code, health["status"], health["redis"]["ok"])
    assert health["database"]["ok"]
    return bool(well == ((200, "ok", True) if answering else (503, "degraded", False)))


@pytest.mark.long
@pytest.mark.crash
async def test_a_killed_up_leaves_nothing_running(alone: Shell, mark: str, home: Path) -> None:
    async with platform(alone, "--workers", "2", API_WORKERS="2") as up:
        assert len(bearers(mark, home)) > 6
        os.kill(up.running.pid, signal.SIGKILL)
        await up.running.end()
        await nothing_runs(mark, home)
    async with platform(alone) as again:
        assert "superuser.key" in again.running.err
        await again.stop()
