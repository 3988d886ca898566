"""Works that begin with the same lock wait for each other before they take a connection."""

import asyncio
from functools import partial

from pixcrawler.application.ports.transaction import UnitOfWork
from tests.contract.stages import Stage, scene


async def test_works_that_name_the_same_turn_come_one_after_the_other(stage: Stage) -> None:
    play = await scene(stage)
    inside: set[int] = set()
    most: list[int] = []

    async def seen(tx: UnitOfWork, number: int) -> None:
        inside.add(number)
        await tx.crawl_jobs.get(play.job.id)
        most.append(len(inside))
        inside.remove(number)

    async def work(number: int) -> None:
        await stage.transaction.repeated(partial(seen, number=number), in_turn=play.job.id)

    await asyncio.gather(*map(work, range(5)))
    assert most == [1] * 5
