"""Keys that people make for their programs: how many, for how long, and what follows them."""

from datetime import timedelta

import pytest

from pixcrawler.application.ports.api_keys import KeyStatus
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.api_key import MOST_LIVE, KeyRequest
from pixcrawler.domain.identity.errors import (
    ApiKeyEnded,
    ApiKeyNotFound,
    ApiKeyReplaced,
    NotYourApiKey,
    TooManyApiKeys,
    UnusableApiKey,
)
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.once import IdempotencyMismatch, Once
from tests.unit.application.identity.stage import MOST_HOURLY, IdentityStage

DAY = timedelta(days=1)
ONCE = Once("again", "POST /api-keys", bytes(32))
EVERYTHING = frozenset({"*"})


@pytest.fixture
def stage() -> IdentityStage:
    return IdentityStage()


@pytest.fixture
async def owner(stage: IdentityStage) -> Actor:
    return (await stage.somebody()).actor


def acts(stage: IdentityStage) -> list[Act]:
    return [one.act for one in stage.tables.tables.activity.values()]


async def test_a_repeat_makes_no_second_key_and_does_not_tell_the_first_again(
    stage: IdentityStage, owner: Actor
) -> None:
    wanted = KeyRequest(name="laptop", scopes=EVERYTHING)
    first = await stage.issue(wanted, by=owner, once=ONCE)
    again = await stage.issue(wanted, by=owner, once=ONCE)
    assert first.key is not None
    assert again.key is None
    assert again.id == first.id
    assert acts(stage) == [Act.API_KEY_CREATED]
    kept = [one.answer for one in stage.tables.tables.answers.values()]
    assert not [one for one in kept if first.key.encode() in one]
    with pytest.raises(IdempotencyMismatch):
        await stage.issue(wanted, by=owner, once=Once(ONCE.key, ONCE.route, bytes([1]) * 32))


async def test_what_is_made_is_not_shown_by_its_repr(stage: IdentityStage, owner: Actor) -> None:
    made = await stage.key(owner)
    rotated = await stage.rotate(made.id, overlap=DAY, by=owner)
    for text in (repr(made.made), repr(rotated), str(rotated)):
        assert made.key not in text
        assert str(rotated.new.key) not in text


async def test_a_person_has_so_many_keys_that_live_and_no_more(stage: IdentityStage, owner: Actor) -> None:
    made = [await stage.key(owner, lasts=60 if number else None) for number in range(MOST_LIVE)]
    with pytest.raises(TooManyApiKeys):
        await stage.key(owner)
    await stage.key((await stage.somebody()).actor)
    await stage.rotate(made[0].id, overlap=DAY, by=owner)
    with pytest.raises(TooManyApiKeys):
        await stage.key(owner)
    stage.pass_by(60)
    await stage.key(owner)


@pytest.mark.parametrize("limit", [0, -1, MOST_HOURLY + 1])
async def test_no_key_is_made_with_a_limit_that_cannot_be(
    stage: IdentityStage, owner: Actor, limit: int
) -> None:
    with pytest.raises(UnusableApiKey) as caught:
        await stage.issue(KeyRequest(name="x", scopes=EVERYTHING, hourly_limit=limit), by=owner)
    assert caught.value.field == "hourly_limit"


async def test_a_key_brings_its_limit_along(stage: IdentityStage, owner: Actor) -> None:
    wanted = KeyRequest(name="x", scopes=EVERYTHING, hourly_limit=MOST_HOURLY)
    made = await stage.issue(wanted, by=owner)
    assert (await stage.authenticate(str(made.key))).hourly_limit == MOST_HOURLY
    assert (await stage.authenticate((await stage.key(owner)).key)).hourly_limit is None


async def test_two_keys_live_while_programs_are_moved(stage: IdentityStage, owner: Actor) -> None:
    wanted = KeyRequest(name="ci", scopes=frozenset({"read"}), lasts=90 * DAY, hourly_limit=7)
    made = await stage.issue(wanted, by=owner)
    stage.pass_by(DAY.total_seconds())
    rotated = await stage.rotate(made.id, overlap=DAY, by=owner)
    new, now = rotated.new, stage.clock.now()
    assert (new.name, new.scopes, new.hourly_limit) == ("ci", ("read",), 7)
    assert (new.created_at, new.expires_at) == (now, now + 90 * DAY)
    assert (rotated.old.expires_at, rotated.old.replaced_by) == (now + DAY, new.id)
    assert await stage.opens(str(made.key))
    assert await stage.opens(str(new.key))
    stage.pass_by(DAY.total_seconds())
    assert not await stage.opens(str(made.key))
    assert await stage.opens(str(new.key))
    assert acts(stage) == [Act.API_KEY_CREATED, Act.API_KEY_ROTATED]


async def test_without_an_overlap_the_old_one_ends_at_once(stage: IdentityStage, owner: Actor) -> None:
    made = await stage.key(owner)
    rotated = await stage.rotate(made.id, overlap=timedelta(), by=owner)
    assert rotated.old.status is KeyStatus.REVOKED
    stage.pass_by(5)
    assert not await stage.opens(made.key)


async def test_a_key_that_would_end_sooner_is_not_given_longer(stage: IdentityStage, owner: Actor) -> None:
    made = await stage.key(owner, lasts=60)
    rotated = await stage.rotate(made.id, overlap=DAY, by=owner)
    assert rotated.old.expires_at == made.made.expires_at


async def test_of_a_chain_of_keys_two_live(stage: IdentityStage, owner: Actor) -> None:
    first = await stage.key(owner)
    second = (await stage.rotate(first.id, overlap=DAY, by=owner)).new
    with pytest.raises(ApiKeyReplaced):
        await stage.rotate(first.id, overlap=DAY, by=owner)
    third = (await stage.rotate(second.id, overlap=DAY, by=owner)).new
    stage.pass_by(5)
    assert [await stage.opens(str(text)) for text in (first.key, second.key, third.key)] == [
        False,
        True,
        True,
    ]


async def test_what_has_ended_is_not_rotated(stage: IdentityStage, owner: Actor) -> None:
    revoked, expired = await stage.key(owner), await stage.key(owner, lasts=1)
    await stage.revoke(revoked.id, by=owner)
    stage.pass_by(1)
    for key, error in ((revoked, ApiKeyNotFound), (expired, ApiKeyEnded)):
        with pytest.raises(error):
            await stage.rotate(key.id, overlap=DAY, by=owner)


async def test_nobody_gets_to_read_a_key_of_somebody_else(stage: IdentityStage, owner: Actor) -> None:
    made = await stage.key(owner)
    with pytest.raises(ApiKeyNotFound):
        await stage.rotate(made.id, overlap=DAY, by=(await stage.somebody()).actor)
    with pytest.raises(NotYourApiKey):
        await stage.rotate(made.id, overlap=DAY, by=(await stage.somebody(Role.SUPERUSER)).actor)
    assert len(stage.tables.tables.api_keys) == 1


async def test_a_rotation_that_is_asked_for_again_gives_no_third_key(
    stage: IdentityStage, owner: Actor
) -> None:
    made = await stage.key(owner)
    first = await stage.rotate(made.id, overlap=DAY, by=owner, once=ONCE)
    again = await stage.rotate(made.id, overlap=DAY, by=owner, once=ONCE)
    assert again.new.id == first.new.id
    assert again.new.key is None
    assert again.old == first.old
    assert len(stage.tables.tables.api_keys) == 2


async def test_revoking_is_written_down_once(stage: IdentityStage, owner: Actor) -> None:
    made = await stage.key(owner)
    await stage.revoke(made.id, by=owner)
    with pytest.raises(ApiKeyNotFound):
        await stage.revoke(made.id, by=owner)
    assert acts(stage) == [Act.API_KEY_CREATED, Act.API_KEY_REVOKED]
