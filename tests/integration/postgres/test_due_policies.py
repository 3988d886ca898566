"""Many workers that look for due policies at once."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.storage.run_policies import RunPolicies
from pixcrawler.domain.shared.ids import TaskId
from tests.contract.stages import PostgresStage
from tests.fakes.clock import StandingClock

TICK = text(
    "INSERT INTO outbox (id, name, payload, queue, lane, priority, state, lease_expires_at, token)"
    " VALUES (:id, 'tick', '', 'upkeep', 'shared', 500, 'running', now() + interval '1 hour', 1)"
)


async def test_each_due_time_is_one_execution_and_one_task(database_url: str) -> None:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=6))
    stage, clock = PostgresStage(engine, database_url), StandingClock()
    policies = [
        stage.make.cleanup_policy(enabled=True, next_at=clock.now() - timedelta(days=number))
        for number in range(3)
    ]
    leases = [Lease(TaskId(stage.make.new_id()), 1) for _ in range(6)]
    async with stage.transaction() as tx:
        for policy in policies:
            await tx.cleanup_policies.add(policy)
        await tx.commit()
    async with engine.begin() as connection:
        await connection.execute(TICK, [{"id": lease.task_id} for lease in leases])
    run = RunPolicies(transaction=stage.transaction, clock=clock, new_id=stage.make.new_id)
    await asyncio.gather(*(run({}, lease=lease) for lease in leases))
    async with engine.connect() as connection:
        begun = (await connection.execute(text("SELECT policy_id FROM policy_executions"))).scalars().all()
    assert sorted(begun) == sorted(policy.id for policy in policies)
    tasks = [task for task in await stage.tasks() if task.name == "pixcrawler.storage.execute_policy"]
    assert len(tasks) == len(policies)
    assert {task.owner_id for task in tasks} == {None}
    await engine.dispose()
