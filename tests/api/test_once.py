"""Every POST that makes or sets off something, sent twice with one Idempotency-Key. See ``test_walls.py``."""

import uuid
from collections import Counter
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute
from sqlalchemy import text

from tests.api.conftest import problem
from tests.api.drawn import LITESTAR
from tests.api.test_walls import walls
from tests.api.wall_rows import ROWS, Row, Who
from tests.api.walls import Walls, filled

pytestmark = pytest.mark.long
__all__ = ["walls"]

MAKES_NOTHING = {
    "/auth/login": "begins a session; each login is another",
    "/auth/signup": "an address can sign up once; the answer holds a session, which nobody keeps",
    "/auth/refresh": "a refresh token is good once",
    "/auth/password-reset": "the provider sends the mail, and limits how often",
    "/auth/logout": "the second one has nothing to end",
    "/auth/verify-token": "reads",
    "/auth/password": "the second one changes nothing",
    "/projects/batch-delete": "the second one has nothing to delete",
    "/datasets/{dataset_id}/versions/{number}/cancel": "the second one has nothing to cancel",
    "/sources/preview": "reads",
    "/keywords/expand": "reads",
    "/storage/presigned-url": "signs, and keeps nothing",
}
"""What takes no key, and why."""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
UNCOUNTED = {"api_key_uses"}
"""Written down every half minute, whatever is asked."""
POSTS = [name for name in ROWS if name.startswith("POST ")]
ONCE = [name for name in POSTS if name.removeprefix("POST /api/v1") not in MAKES_NOTHING]


def takes_a_key(name: str) -> bool:
    method, path = name.split()
    (route,) = [one for one in LITESTAR.routes if isinstance(one, HTTPRoute) and one.path_format == path]
    handler, _ = route.route_handler_map[method]  # type: ignore[index]
    return "once" in handler.parsed_fn_signature.parameters


def test_every_post_takes_a_key_or_says_why_it_needs_none() -> None:
    assert [name for name in POSTS if takes_a_key(name)] == ONCE


class Asking:
    """One operation as the one who may, on things that nothing happened to yet."""

    def __init__(self, walls: Walls, name: str, headers: dict[str, str], things: dict[str, str]) -> None:
        self.walls, self.row, self.things, self.headers = walls, ROWS[name], things, headers
        self.path = filled(name.split()[1].replace("_id}", "}"), things) + self.row.query

    async def ask(self, key: str, *, query: str = "", **changes: Any) -> httpx.Response:
        body = None if self.row.body is None else {**filled(self.row.body, self.things), **changes}
        headers = {**self.headers, "idempotency-key": key}
        return await self.walls.client.post(self.path + query, json=body, headers=headers)

    async def rows(self) -> Counter[str]:
        """How many rows each table has."""
        async with self.walls.stage.engine.connect() as connection:
            names = await connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
            counts: Counter[str] = Counter()
            for name in sorted(set(names) - UNCOUNTED):
                counts[name] = await connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0
        return counts


async def asking(walls: Walls, name: str) -> Asking:
    row: Row = ROWS[name]
    room = await walls.room(row)
    things = await walls.things(row, room)
    if row.superusers:
        things |= await walls.of_superusers(name)
        who = Who.ADMIN
    else:
        who = Who.PERSON if row.people else Who.OWNER
    return Asking(walls, name, await walls.key(who, room), things)


@pytest.mark.parametrize("name", ONCE)
async def test_the_same_key_gives_the_same_answer_and_one_effect(walls: Walls, name: str) -> None:
    one, key = await asking(walls, name), uuid.uuid4().hex
    first = await one.ask(key)
    if first.is_error:
        assert first.status_code == ROWS[name].good, first.text
        return
    before = await one.rows()
    second = await one.ask(key)
    assert second.status_code == first.status_code
    told, again = first.json(), second.json()
    if "api-keys" in name:  # the key itself is shown once, and kept nowhere
        made, again_made = told.get("new", told), again.get("new", again)
        assert made.pop("key").startswith("pxc_")
        assert again_made.pop("key") is None
    assert again == told
    assert second.headers.get("location") == first.headers.get("location")
    assert await one.rows() == before


@pytest.mark.parametrize("name", ONCE)
async def test_the_same_key_with_another_request_is_refused(walls: Walls, name: str) -> None:
    one, key = await asking(walls, name), uuid.uuid4().hex
    first = await one.ask(key)
    if first.is_error:
        return
    before = await one.rows()
    refused = await one.ask(key, query="&another=1" if "?" in one.path else "?another=1")
    assert problem(refused) == (422, "IDEMPOTENCY_MISMATCH", "Idempotency-Key")
    if "name" in (ROWS[name].body or {}):
        refused = await one.ask(key, name=uuid.uuid4().hex)
        assert problem(refused) == (422, "IDEMPOTENCY_MISMATCH", "Idempotency-Key")
    assert await one.rows() == before
