"""Streams end with the key or session that opened them, and hundreds of them ask no more often than one."""

import asyncio
import uuid

import pytest

from pixcrawler.domain.identity.errors import InvalidApiKey
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.entrypoints.http.standing import Standing

ANN = Actor(UserId(uuid.uuid4()), Role.SUPERUSER)


class Door:
    """Lets in who is there, as ``answer`` says; counts who knocks."""

    def __init__(self) -> None:
        self.answer: Actor | Exception = ANN
        self.knocks: list[str] = []
        self.opened = asyncio.Event()
        self.opened.set()

    async def __call__(self, text: str) -> Actor:
        self.knocks.append(text)
        await self.opened.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def door() -> Door:
    return Door()


async def test_hundreds_who_ask_at_once_or_soon_after_knock_once(door: Door) -> None:
    standing = Standing(door, life=1000.0)
    door.opened.clear()
    asking = [asyncio.ensure_future(standing.of("key", ANN)()) for _ in range(500)]
    while not door.knocks:
        await asyncio.sleep(0)
    asking[0].cancel()
    door.opened.set()
    left, *others = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(left, asyncio.CancelledError)
    assert others == [True] * 499
    assert await standing.of("key", ANN)()
    assert door.knocks == ["key"]
    assert await standing.of("other", ANN)()
    assert door.knocks == ["key", "other"]


async def test_what_opens_nothing_any_more_is_told_and_a_silent_database_ends_nothing(door: Door) -> None:
    good = Standing(door, life=0.0).of("key", ANN)
    assert await good()
    door.answer = Unavailable("The database does not answer.")
    assert await good()
    door.answer = InvalidApiKey()
    assert not await good()


async def test_who_is_told_nothing_for_long_goes_on(door: Door) -> None:
    door.opened.clear()
    async with asyncio.timeout(20):
        assert await Standing(door, life=0.0, patience=0.01).of("key", ANN)()


@pytest.mark.parametrize(
    "now",
    [
        Actor(ANN.id, Role.USER),
        Actor(ANN.id, ANN.role, frozenset({"write"})),
        Actor(UserId(uuid.uuid4()), ANN.role),
    ],
)
async def test_who_may_do_less_than_before_has_to_come_again(now: Actor, door: Door) -> None:
    good = Standing(door, life=0.0).of("key", ANN)
    assert await good()
    door.answer = now
    assert not await good()


async def test_a_bug_is_not_remembered(door: Door) -> None:
    good = Standing(door, life=1000.0).of("key", ANN)
    door.answer = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await good()
    door.answer = ANN
    assert await good()
