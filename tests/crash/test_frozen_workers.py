"""A worker that stands still for longer than its lease, and then goes on as if nothing had happened."""

import asyncio
import signal

import pytest

from tests.crash.conftest import OpenScene, Scene
from tests.crash.fleet import Worker
from tests.processes import until
from tests.servers.pictures import corpus

pytestmark = [pytest.mark.crash, pytest.mark.long]
CHUNK = "run_chunk"


async def test_a_frozen_worker_finds_its_tasks_taken_and_leaves_them(open_scene: OpenScene) -> None:
    assert await _zombies_writes(open_scene) == 0


async def test_the_fence_refuses_what_a_worker_writes_that_hears_no_heartbeat(open_scene: OpenScene) -> None:
    assert await _zombies_writes(open_scene, "--deaf") == 0


async def test_without_the_fence_this_test_would_fail(open_scene: OpenScene) -> None:
    """A planted bug, so that the two above are known to be able to fail."""
    assert await _zombies_writes(open_scene, "--deaf", "--unfenced") > 0


async def _zombies_writes(open_scene: OpenScene, *tricks: str) -> int:
    """How many pictures a frozen worker wrote after its tasks were taken over.

    The web gives the zombie other pictures than its heir, so every row tells who wrote it.
    """
    async with open_scene(pictures=50) as scene:
        poisoned = corpus(50, first_seed=10_000)
        scene.web.answers_to("zombie", poisoned.answers)
        scene.web.hold(agent="zombie")
        zombie = scene.fleet.start(*tricks, FETCH_USER_AGENT="zombie")
        await until(lambda: scene.web.waiting >= 8, "the zombie fetches")
        zombie.send(signal.SIGSTOP)
        held = await _leased(scene, zombie)
        assert held > 0
        assert _ends(zombie) == 0
        scene.web.release()
        scene.web.hold(agent="heir")
        scene.fleet.start(FETCH_USER_AGENT="heir")
        await _taken_over(scene, zombie)
        zombie.send(signal.SIGCONT)
        await until(lambda: _ends(zombie) >= held, "the zombie ends its chunks")
        await scene.fleet.kill(zombie)
        written: int = await scene.judge.one(
            "select count(*) from images where sha256 = any($1)", poisoned.digests
        )
        scene.clock.fault()
        scene.web.release()
        if written == 0:
            await scene.crawl.ended()
            await scene.must_be_right(fetches=2)
        return written


async def _leased(scene: Scene, worker: Worker) -> int:
    """How many chunks it has leased, as the database sees it."""
    sql = "select count(*) from outbox where state = 'running' and lease_owner like $1 and name like $2"
    number: int = await scene.judge.one(sql, f"%:{worker.process.pid}", f"%{CHUNK}")
    return number


async def _taken_over(scene: Scene, zombie: Worker) -> None:
    async with asyncio.timeout(60):
        while await _leased(scene, zombie) or not scene.web.waiting:
            await asyncio.sleep(0.1)


def _ends(worker: Worker) -> int:
    """How many chunks it has ended, in one way or the other."""
    lines = [line for line in worker.said.splitlines() if CHUNK in line]
    return sum('"task_taken_over"' in line or '"task_done"' in line for line in lines)
