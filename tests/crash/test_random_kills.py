"""kill -9 of workers at random moments: the job ends by itself, right."""

import asyncio
import random

import pytest

from tests.crash.conftest import OpenScene, Scene
from tests.processes import PATIENCE

pytestmark = pytest.mark.crash
KILLS = 4
USUAL_LEASE = 9
"""The seed of the run with the lease that users have; the others do not wait so long."""
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 10))]


@pytest.mark.parametrize("seed", SEEDS)
async def test_workers_killed_at_random_moments_cost_nothing(open_scene: OpenScene, seed: int) -> None:
    dice = random.Random(seed)
    max_images = dice.choice([150, 400])
    more = {"QUEUE_LEASE_SECONDS": "30"} if seed == USUAL_LEASE else {}
    async with open_scene(pictures=300, max_images=max_images, **more) as scene:
        for _ in range(2):
            scene.fleet.start()
        for moment in sorted(dice.randrange(min(300, max_images)) for _ in range(KILLS)):
            await _reaches(scene, moment)
            await _kill_one(scene, dice)
        await scene.crawl.ended()
        version = await scene.crawl.request_version()
        await scene.crawl.built(version)
        export = await scene.crawl.request_export(version, scene.folder)
        await _kill_one(scene, dice)
        await scene.crawl.exported(export)
        await scene.must_be_right(fetches=1 + scene.clock.faults, packaged=True)


async def _reaches(scene: Scene, visits: int) -> None:
    """Until the web has seen so many visits, or the job has ended with fewer."""
    async with asyncio.timeout(PATIENCE):
        while len(scene.web.visits) < visits and (await scene.crawl.job()).ended_at is None:
            await asyncio.sleep(0.05)


async def _kill_one(scene: Scene, dice: random.Random) -> None:
    """One of the living, whatever it is doing; a new one starts in its place."""
    victim = dice.choice(scene.fleet.living)
    await scene.fleet.kill(victim)
    scene.clock.fault()
    scene.fleet.start()
