"""A database that takes no leave: what is sent to it comes to nothing, and no error says so."""

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from pixcrawler.adapters.postgres.engine import DatabaseUnavailable, PostgresConfig, open_engine
from pixcrawler.adapters.postgres.outbox import PostgresTaskQueue
from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.shared.ids import TaskId
from tests.servers.proxy import Proxy

LEASE = Lease(TaskId(uuid4()), 1)
MINUTE = timedelta(minutes=1)

Ask = Callable[[PostgresTaskQueue], Coroutine[Any, Any, object]]


@pytest.fixture
async def proxy(database_url: str) -> AsyncIterator[Proxy]:
    async with Proxy(make_url(database_url).port or 5432) as proxy:
        yield proxy


@pytest.fixture
async def queue(database_url: str, proxy: Proxy) -> AsyncIterator[PostgresTaskQueue]:
    """Its connection is there, and leads nowhere."""
    there = make_url(database_url).set(host="127.0.0.1", port=proxy.port)
    url = there.render_as_string(hide_password=False)
    engine = open_engine(PostgresConfig(url=url, pool_size=1, connect_timeout=0.2))
    queue = PostgresTaskQueue(engine, url=url, names=["a"], new_id=Uuid7(), answers=0.2)
    await queue.due("shared")
    proxy.open.clear()
    yield queue
    proxy.open.set()
    await engine.dispose()


@pytest.mark.parametrize(
    "ask",
    [
        lambda queue: queue.claim("crawl", "shared", worker="me", lease=MINUTE),
        lambda queue: queue.beat(LEASE, extend=MINUTE),
    ],
    ids=["claim", "beat"],
)
@pytest.mark.long
async def test_no_act_of_the_queue_waits_for_it_for_ever(queue: PostgresTaskQueue, ask: Ask) -> None:
    with pytest.raises(DatabaseUnavailable):
        await ask(queue)
