"""How often a request asks the database does not depend on how much it finds: no statement for each item."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

import asyncpg
import httpx
import pytest
from sqlalchemy import Engine, event

from tests.api.test_walls import walls
from tests.api.wall_rows import ROWS, Row, Who
from tests.api.walls import Walls
from tests.integration.postgres.multiplied import multiply

__all__ = ["walls"]
ASKED_FOR = {"GET /api/v1/datasets/{dataset_id}/download": "?version=1"}
"""Of twenty versions the one that has an export."""
READS = {
    name: replace(row, query=row.query or ASKED_FOR.get(name, ""))
    for name, row in ROWS.items()
    if name.startswith("GET ") and row.needs is not None
}
TWENTY = 20
ASKED: ContextVar[list[str] | None] = ContextVar("asked", default=None)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the code within asks, and whatever it calls; not what goes on beside it."""
    asked: list[str] = []
    token = ASKED.set(asked)
    try:
        yield asked
    finally:
        ASKED.reset(token)


@pytest.fixture
def listening() -> Iterator[None]:
    def note(*told: object) -> None:
        asked = ASKED.get()
        if asked is not None:
            asked.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield
    event.remove(Engine, "before_cursor_execute", note)


class Question:
    """One operation, asked again and again about the same things by the same person."""

    def __init__(self, walls: Walls, name: str, things: dict[str, str], headers: dict[str, str]) -> None:
        self._walls, self.name, self._things, self._headers = walls, name, things, headers

    async def __call__(self) -> tuple[httpx.Response, list[str]]:
        with statements() as asked:
            answer = await self._walls.ask(self.name, READS[self.name], self._things, self._headers)
        return answer, asked

    async def fewest(self, at_most: int = 0) -> tuple[httpx.Response, list[str]]:
        """Of a few: what was looked up a moment ago may be remembered."""
        found = [await self(), await self()]
        while len(found) < 5 and min(len(asked) for _, asked in found) > at_most:
            found.append(await self())
        return min(found, key=lambda one: len(one[1]))


async def question(walls: Walls, name: str, row: Row) -> Question:
    room = await walls.room(row)
    things = await walls.things(row, room)
    who = Who.PERSON if row.people else Who.OWNER
    if row.superusers:
        things |= await walls.of_superusers(name)
        who = Who.ADMIN
    return Question(walls, name, things, await walls.key(who, room))


def count(answer: httpx.Response) -> int | None:
    """How many items it lists."""
    if "application/json" not in answer.headers.get("content-type", ""):
        return None
    body = answer.json()
    items = body.get("items") if isinstance(body, dict) else None
    return len(items) if isinstance(items, list) else None


@pytest.mark.long
async def test_twenty_of_everything_take_no_more_statements_than_one(walls: Walls, listening: None) -> None:
    questions = [await question(walls, name, row) for name, row in READS.items()]
    before = [await one.fewest() for one in questions]
    connection = await asyncpg.connect(walls.api.database_url)
    await multiply(connection, TWENTY)
    await connection.close()
    worse, longer = {}, set()
    for one, (few, asked) in zip(questions, before, strict=True):
        many, asked_of_many = await one.fewest(at_most=len(asked))
        assert (one.name, many.status_code) == (one.name, few.status_code)
        if len(asked_of_many) > len(asked):
            worse[one.name] = (asked, asked_of_many)
        if (count(many) or 0) > (count(few) or 0):
            longer.add(one.name)
    assert worse == {}
    lists = {
        f"GET /api/v1/{name}" for name in ("jobs", "projects", "datasets", "exports", "jobs/{job_id}/images")
    }
    assert lists <= longer
