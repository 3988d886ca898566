"""Answers that are kept for requests that may come again."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.errors import Conflict
from pixcrawler.domain.shared.once import IdempotencyInFlight, IdempotencyMismatch, Once
from tests.contract.stages import PostgresStage, Stage

NOW, DAY = timedelta(seconds=-60), timedelta(hours=24)


class Reply(msgspec.Struct, frozen=True):
    words: dict[str, int]


REPLY = Reply({"zebra": 1, "ant": 2})


def once(key: str = "k-1", route: str = "POST /jobs", fingerprint: bytes = b"a") -> Once:
    return Once(key, route, fingerprint)


async def somebody(stage: Stage) -> Profile:
    profile = stage.make.profile()
    async with stage.transaction() as tx:
        await tx.profiles.add(profile)
        await tx.commit()
    return profile


async def kept(stage: Stage, owner: Profile, asked: Once | None = None) -> None:
    async with stage.transaction() as tx:
        await tx.answers.keep(asked or once(), REPLY, owner=owner.id)
        await tx.commit()


async def found(stage: Stage, owner: Profile, asked: Once | None) -> Reply | None:
    async with stage.transaction() as tx:
        return await tx.answers.find(asked, owner=owner.id, type=Reply)


async def test_the_first_request_finds_nothing_and_the_next_the_answer(stage: Stage) -> None:
    owner = await somebody(stage)
    assert await found(stage, owner, once()) is None
    await kept(stage, owner)
    again = await found(stage, owner, once())
    assert msgspec.json.encode(again) == msgspec.json.encode(REPLY)


async def test_another_request_with_the_same_key_is_a_mistake(stage: Stage) -> None:
    owner = await somebody(stage)
    await kept(stage, owner)
    with pytest.raises(IdempotencyMismatch):
        await found(stage, owner, once(fingerprint=b"b"))


async def test_a_key_belongs_to_its_owner_and_its_route(stage: Stage) -> None:
    owner, stranger = await somebody(stage), await somebody(stage)
    await kept(stage, owner)
    assert await found(stage, stranger, once()) is None
    assert await found(stage, owner, once(route="POST /projects")) is None
    assert await found(stage, owner, once(key="k-2")) is None


async def test_without_a_key_nothing_is_kept(stage: Stage) -> None:
    owner = await somebody(stage)
    async with stage.transaction() as tx:
        await tx.answers.keep(None, REPLY, owner=owner.id)
        await tx.commit()
    assert await found(stage, owner, None) is None


async def test_what_is_rolled_back_is_not_kept(stage: Stage) -> None:
    owner = await somebody(stage)
    async with stage.transaction() as tx:
        await tx.answers.keep(once(), REPLY, owner=owner.id)
    assert await found(stage, owner, once()) is None


async def test_an_answer_is_kept_once(stage: Stage) -> None:
    owner = await somebody(stage)
    await kept(stage, owner)
    with pytest.raises(IdempotencyInFlight):
        await kept(stage, owner)


async def test_of_many_at_once_one_has_the_effect_and_all_the_same_answer_or_a_conflict(stage: Stage) -> None:
    owner = await somebody(stage)
    effects = 0

    async def act(tx: UnitOfWork) -> Reply:
        nonlocal effects
        if (earlier := await tx.answers.find(once(), owner=owner.id, type=Reply)) is not None:
            return earlier
        await tx.answers.keep(once(), REPLY, owner=owner.id)
        await tx.commit()
        effects += 1
        return REPLY

    async def ask() -> Reply | Conflict:
        try:
            async with stage.transaction() as tx:
                return await act(tx)
        except IdempotencyInFlight as in_flight:
            return in_flight

    told = await asyncio.gather(*(ask() for _ in range(64)))
    assert effects == 1
    assert {msgspec.json.encode(one) for one in told if isinstance(one, Reply)} == {
        msgspec.json.encode(REPLY)
    }


async def test_a_key_in_use_is_in_flight(postgres_stage: PostgresStage) -> None:
    """Only where units of work can be open together."""
    owner = await somebody(postgres_stage)
    async with postgres_stage.transaction() as first:
        assert await first.answers.find(once(), owner=owner.id, type=Reply) is None
        with pytest.raises(IdempotencyInFlight):
            await found(postgres_stage, owner, once())
        assert await found(postgres_stage, owner, once(key="k-2")) is None
    assert await found(postgres_stage, owner, once()) is None


async def test_old_answers_are_forgotten_and_others_stay(stage: Stage) -> None:
    owner = await somebody(stage)
    for key in ("a", "b", "c"):
        await kept(stage, owner, once(key))
    async with stage.transaction() as tx:
        assert await tx.answers.forget(older_than=DAY, most=10) == 0
        assert await tx.answers.forget(older_than=NOW, most=2) == 2
        assert await tx.answers.forget(older_than=NOW, most=2) == 1
        await tx.commit()
    assert await found(stage, owner, once("a")) is None
