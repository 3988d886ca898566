"""Jobs of one owner that are settled at once."""

import asyncio

from sqlalchemy import text

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.domain.shared.ids import UserId
from tests.contract.stages import PostgresStage

WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


async def test_who_holds_an_owner_s_pictures_holds_them_alone_and_others_not_at_all(
    database_url: str,
) -> None:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=4))
    stage = PostgresStage(engine, database_url)
    ann, bob = UserId(stage.make.new_id()), UserId(stage.make.new_id())

    async def held(owner: UserId) -> None:
        async with stage.transaction() as tx:
            await tx.known_pictures.hold(owner)

    async def is_waiting() -> bool:
        async with engine.connect() as connection:
            return bool(await connection.scalar(WAITING))

    async with asyncio.timeout(30):
        async with stage.transaction() as first:
            await first.known_pictures.hold(ann)
            await held(bob)
            second = asyncio.create_task(held(ann))
            while not await is_waiting():
                await asyncio.sleep(0)
            assert not second.done()
        await second
    await engine.dispose()
