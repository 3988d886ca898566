"""When a worker may give back what it does not need."""

import asyncio

from pixcrawler.application.ports.lease import Lease
from tests.integration.worker.stage import PATIENCE, Stage


async def test_a_worker_rests_when_its_last_task_has_ended_and_not_between_two(stage: Stage) -> None:
    begun, rests = asyncio.Semaphore(0), asyncio.Event()
    gates = [asyncio.Event(), asyncio.Event()]
    left = iter(gates)

    async def act(_lease: Lease) -> None:
        gate = next(left)
        begun.release()
        await gate.wait()

    stage.act = act
    async with asyncio.timeout(PATIENCE), stage.working(stage.runner(on_rest=rests.set)):
        for _ in gates:
            await stage.add_task()
        for _ in gates:
            await begun.acquire()
        gates[0].set()
        while {row.state for row in await stage.rows()} != {"done", "running"}:
            await asyncio.sleep(0.01)
        assert not rests.is_set()
        gates[1].set()
        await rests.wait()
