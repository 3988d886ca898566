"""Tasks that only wait for others count apart from those that work."""

import asyncio

from pixcrawler.application.ports.lease import Lease
from tests.integration.worker.stage import PATIENCE, Stage


async def test_tasks_that_only_wait_let_others_begin_up_to_three_times_the_slots(stage: Stage) -> None:
    begun, gate = 0, asyncio.Event()

    async def act(lease: Lease) -> None:
        nonlocal begun
        begun += 1
        lease.step_aside()
        lease.step_aside()  # once is enough
        await gate.wait()

    stage.act = act
    for _ in range(5 * stage.slots):
        await stage.add_task()
    async with stage.working():
        async with asyncio.timeout(PATIENCE):
            while begun < 4 * stage.slots:
                await asyncio.sleep(0.01)
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert begun == 4 * stage.slots
        gate.set()
        await stage.until(*["done"] * 5 * stage.slots)
