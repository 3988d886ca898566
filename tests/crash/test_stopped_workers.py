"""SIGTERM: a worker leaves at a checkpoint and hands back what it has not done."""

import asyncio
import signal
import time

import pytest

from tests.crash.conftest import OpenScene, Scene
from tests.processes import until

pytestmark = pytest.mark.crash


@pytest.mark.long
async def test_a_worker_that_is_told_to_end_records_what_it_fetched(open_scene: OpenScene) -> None:
    async with open_scene(pictures=300, delay=0.1) as scene:
        leaving = scene.fleet.start()
        await until(lambda: len(scene.web.visits) > 40, "the crawl is under way")
        leaving.send(signal.SIGTERM)
        assert await leaving.ended(seconds=30) == 0, leaving.said[-3000:]
        assert len(scene.web.visits) < 300
        await _nothing_is_held_against_anyone(scene)
        scene.clock.fault()
        scene.fleet.start()
        await scene.crawl.ended()
        await scene.must_be_right(fetches=1)


@pytest.mark.long
@pytest.mark.parametrize("seconds", ["2", "25"])
async def test_a_worker_whose_downloads_hang_hands_them_back_in_time(
    open_scene: OpenScene, seconds: str
) -> None:
    async with open_scene(pictures=50) as scene:
        scene.web.hold()
        leaving = scene.fleet.start(WORKER_STOP_SECONDS=seconds)
        await until(lambda: scene.web.waiting >= 8, "the crawl is under way")
        asked = time.monotonic()
        leaving.send(signal.SIGTERM)
        assert await leaving.ended(seconds=30) == 0, leaving.said[-3000:]
        assert time.monotonic() - asked <= 30
        await _nothing_is_held_against_anyone(scene)
        scene.web.release()
        scene.clock.fault()
        scene.fleet.start()
        await scene.crawl.ended()
        await scene.must_be_right(fetches=2)


@pytest.mark.long
async def test_a_second_sigterm_ends_it_at_once_and_the_next_worker_goes_on(open_scene: OpenScene) -> None:
    async with open_scene(pictures=50) as scene:
        scene.web.hold()
        leaving = scene.fleet.start()
        await until(lambda: scene.web.waiting >= 8, "the crawl is under way")
        while leaving.alive:
            leaving.send(signal.SIGTERM)
            await asyncio.sleep(0.1)
        scene.web.release()
        scene.clock.fault()
        scene.fleet.start()
        await scene.crawl.ended()
        await scene.must_be_right(fetches=2)


async def _nothing_is_held_against_anyone(scene: Scene) -> None:
    (row,) = await scene.judge.ask(
        "select count(*) filter (where state = 'running') as running, "
        "coalesce(sum(failures), 0) as failures, coalesce(sum(lost_leases), 0) as lost "
        "from outbox where occasion is null"
    )
    assert (row["running"], row["failures"], row["lost"]) == (0, 0, 0)
