"""The table of all tasks, with the real acts behind it; and what a run of each leaves in the log."""

import asyncio
import importlib
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
import structlog

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.queue.saq_bells import SaqBells
from pixcrawler.application.delivery.periodic import PERIODIC
from pixcrawler.application.delivery.reactions import CAUSED
from pixcrawler.application.ports.lease import Lease
from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.entrypoints.worker import table
from pixcrawler.entrypoints.worker.holding import held
from pixcrawler.entrypoints.worker.task import Patience, Task
from pixcrawler.settings import Settings
from tests.integration.worker.stage import Stage

NAME = re.compile(r"pixcrawler\.([a-z]+)\.([a-z_]+)")
USUAL = Patience(timedelta(minutes=5), 3, timedelta(minutes=1))


@pytest.fixture
async def tasks(make_settings: Callable[..., Settings]) -> AsyncIterator[dict[str, Task]]:
    async with open_app(make_settings(), works=True) as app:
        yield table.tasks(app, USUAL)


# Property 5: task names are package.module.function (every task).
@pytest.mark.parametrize("name", sorted(CAUSED | PERIODIC))
def test_a_task_is_named_for_the_module_of_its_act(name: str) -> None:
    found = NAME.fullmatch(name)
    assert found
    module = importlib.import_module(f"pixcrawler.application.{found[1]}.{found[2]}")
    act = found[2].title().replace("_", "")
    assert callable(getattr(module, act))


# Property 19: every task is registered and importable (every task).
async def test_every_task_that_is_ever_made_is_served_and_no_other(tasks: dict[str, Task]) -> None:
    assert tasks.keys() == CAUSED | PERIODIC
    assert all(task.name == name and callable(task.run) for name, task in tasks.items())


# Property 6: every task that can fail states its retries and delay (every task).
async def test_every_task_states_its_attempts_its_delay_and_its_time(tasks: dict[str, Task]) -> None:
    for task in tasks.values():
        assert (task.attempts, task.delay) == (USUAL.attempts, USUAL.delay), task.name
        assert task.timeout >= USUAL.timeout, task.name


async def test_what_waits_for_a_task_is_told_when_it_is_given_up(tasks: dict[str, Task]) -> None:
    silent = {name for name, task in tasks.items() if task.give_up is None}
    tells = "pixcrawler.activity.tell_owner"
    swept_up_anyway = {"pixcrawler.datasets.write_report", "pixcrawler.storage.release_objects", tells}
    assert silent == PERIODIC | swept_up_anyway


@pytest.fixture
async def stage(database_url: str, redis_url: str, redis_prefix: str) -> AsyncIterator[Stage]:
    async def nothing(_lease: Lease) -> None:
        pass

    engine = open_engine(PostgresConfig(url=database_url))
    bells = SaqBells(redis_url, prefix=redis_prefix)
    stage = Stage(engine, database_url, bells, nothing)
    await stage.add_job()
    yield stage
    await bells.close()
    await engine.dispose()


# Property 7: every task run logs start, progress and failure. All runs go through one runner; here are all
# the ways in which one can end.
@pytest.mark.parametrize(
    ("failures", "attempts", "lines"),
    [
        (0, 3, ["task_started", "task_done"]),
        (1, 3, ["task_started", "task_failed", "task_started", "task_done"]),
        (9, 2, ["task_started", "task_failed", "task_started", "task_given_up"]),
    ],
)
async def test_every_run_is_in_the_log_from_its_start_to_its_end(
    stage: Stage, failures: int, attempts: int, lines: list[str]
) -> None:
    left = [Unavailable("away")] * failures

    async def act(_lease: Lease) -> None:
        if left:
            raise left.pop()

    stage.act, stage.attempts = act, attempts
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as log:
        await stage.add_task()
        async with stage.working():
            (row,) = await stage.until("failed" if failures >= attempts else "done")
    mine = [line for line in log if line.get("task_id") == str(row.id)]
    assert [line["event"] for line in mine] == lines
    assert {line["task"] for line in mine} == {row.name}
    failed = [line for line in mine if line["event"] in ("task_failed", "task_given_up")]
    assert all(line["error"] == "Unavailable: away" for line in failed)


async def test_a_task_that_is_given_up_for_its_lost_workers_is_in_the_log_too(stage: Stage) -> None:
    stage.lost_leases = -1
    with structlog.testing.capture_logs() as log:
        await stage.add_task()
        async with stage.working():
            await stage.until("failed")
    (line,) = [line for line in log if line["event"] == "task_given_up"]
    assert "workers vanished" in line["error"]


async def test_a_task_that_takes_long_says_so_now_and_then(stage: Stage) -> None:
    await stage.add_task()
    second = timedelta(seconds=1)
    claimed = await stage.queue.claim("crawl", stage.job.lane, worker="test", lease=second)
    assert claimed
    with structlog.testing.capture_logs() as log:
        async with held(stage.queue, Lease(claimed.id, claimed.token), 0.1, seldom=0.0), asyncio.timeout(60):
            while sum(line["event"] == "task_goes_on" for line in log) < 2:
                await asyncio.sleep(0.01)
