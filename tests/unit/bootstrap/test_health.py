"""What strangers may ask about the platform costs one question a second, however many ask."""

import asyncio

import pytest

from pixcrawler.bootstrap.health import LIFE, Shared
from pixcrawler.domain.shared.errors import Unavailable


class Asked:
    """Something that is asked: it answers with how often that was, once it is let."""

    def __init__(self) -> None:
        self.times = 0
        self.now = 100.0
        self.free = asyncio.Event()
        self.away = False
        self.shared = Shared(self.answer, lambda: self.now)

    async def answer(self) -> int:
        self.times += 1
        await self.free.wait()
        if self.away:
            raise Unavailable("It is away.")
        return self.times


@pytest.fixture
async def asked() -> Asked:
    return Asked()


async def test_all_who_ask_at_once_and_within_a_second_share_one_question(asked: Asked) -> None:
    many = [asyncio.create_task(asked.shared()) for _ in range(50)]
    asked.free.set()
    assert await asyncio.gather(*many) == [1] * 50
    asked.now += LIFE / 2
    assert await asked.shared() == 1
    asked.now += LIFE
    assert await asked.shared() == 2


async def test_who_stops_waiting_stops_nobody_else(asked: Asked) -> None:
    impatient, patient = asyncio.create_task(asked.shared()), asyncio.create_task(asked.shared())
    while not asked.times:
        await asyncio.sleep(0)
    impatient.cancel()
    asked.free.set()
    assert await patient == 1


async def test_a_failure_is_everybodys_and_soon_asked_about_again(asked: Asked) -> None:
    asked.free.set()
    asked.away = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await asked.shared()
    assert asked.times == 1
    asked.away = False
    asked.now += LIFE
    assert await asked.shared() == 2


async def test_a_question_that_goes_on_is_not_put_again(asked: Asked) -> None:
    first = asyncio.create_task(asked.shared())
    while not asked.times:
        await asyncio.sleep(0)
    asked.now += 10 * LIFE
    second = asyncio.create_task(asked.shared())
    asked.free.set()
    assert list(await asyncio.gather(first, second)) == [1, 1]
