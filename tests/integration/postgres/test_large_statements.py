"""What statements with many values leave behind."""

import gc
import sys

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.unit_of_work import PostgresTransaction
from pixcrawler.adapters.system.clock import Uuid7
from tests.fakes.aggregates import AT, sha

TIMES = 20
VALUES = 1_000


async def test_the_values_of_a_statement_are_gone_with_it_and_wait_for_no_collector(
    database_url: str,
) -> None:
    engine = open_engine(PostgresConfig(url=database_url))
    transaction = PostgresTransaction(engine, reactions=lambda _: (), new_id=Uuid7())

    async def ask(number: int) -> None:
        async with transaction() as tx:
            digests = [sha(VALUES * number + one) for one in range(VALUES)]
            assert not await tx.blocks.taken_down(digests, since=AT)

    await ask(0)
    gc.collect()
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        for number in range(TIMES):
            await ask(number)
        left = sys.getallocatedblocks() - before
    finally:
        gc.enable()
    await engine.dispose()
    assert left < TIMES * VALUES
