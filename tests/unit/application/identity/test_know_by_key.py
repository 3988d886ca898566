"""Which keys open, and what each costs the database."""

import random

import pytest

from pixcrawler.application.identity.recent import LIFE
from pixcrawler.domain.identity.errors import InvalidApiKey
from pixcrawler.domain.identity.key_text import ALPHABET, RANDOM_BYTES, KeyKind, write_key
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import Unauthenticated, Unavailable
from tests.unit.application.identity.stage import IdentityStage


@pytest.fixture
def stage() -> IdentityStage:
    return IdentityStage()


async def refused(stage: IdentityStage, text: str) -> InvalidApiKey:
    with pytest.raises(Unauthenticated) as caught:
        await stage.authenticate(text)
    assert isinstance(caught.value, InvalidApiKey)
    return caught.value


@pytest.mark.parametrize("role", Role)
async def test_a_key_stands_for_its_owner_with_its_own_scopes(stage: IdentityStage, role: Role) -> None:
    owner = await stage.somebody(role)
    issued = await stage.key(owner.actor, "read")
    assert await stage.authenticate(issued.key) == Actor(owner.id, role, frozenset({"read"}), issued.id)


async def test_every_key_that_opens_nothing_gets_the_same_answer(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    revoked, expired = await stage.key(owner), await stage.key(owner, lasts=60)
    await stage.revoke(revoked.id, by=owner)
    stage.pass_by(60)
    unknown = write_key(KeyKind.TEST, bytes(RANDOM_BYTES))
    other_kind = write_key(KeyKind.LIVE, bytes(RANDOM_BYTES))
    answers = [
        await refused(stage, text) for text in (revoked.key, expired.key, unknown, other_kind, "pxc_test_x")
    ]
    assert {(type(one), one.code, str(one), one.field) for one in answers} == {
        (InvalidApiKey, "INVALID_API_KEY", str(InvalidApiKey()), None)
    }


async def test_no_refusal_repeats_the_key(stage: IdentityStage) -> None:
    key = write_key(KeyKind.TEST, bytes(RANDOM_BYTES))
    assert key not in repr(await refused(stage, key))


@pytest.mark.parametrize("number", [10_000, pytest.param(1_000_000, marks=pytest.mark.long)])
async def test_random_strings_are_refused_without_a_query(stage: IdentityStage, number: int) -> None:
    """Half of them look like keys in all but the checksum."""
    chance = random.Random(4)
    for _ in range(number // 2):
        for start in ("", "pxc_test_"):
            text = start + "".join(chance.choices(ALPHABET, k=36))
            with pytest.raises(InvalidApiKey):
                await stage.authenticate(text)
    assert stage.ring.asked == 0


@pytest.mark.parametrize(("here", "there"), [(KeyKind.LIVE, KeyKind.TEST), (KeyKind.TEST, KeyKind.LIVE)])
async def test_a_key_of_the_other_kind_is_refused_though_the_database_knows_it(
    here: KeyKind, there: KeyKind
) -> None:
    elsewhere = IdentityStage(there)
    issued = await elsewhere.key((await elsewhere.somebody()).actor)
    assert await elsewhere.opens(issued.key)
    with pytest.raises(InvalidApiKey):
        await elsewhere.process(kind=here)(issued.key)
    assert elsewhere.ring.asked == 1


async def test_a_key_in_steady_use_is_asked_for_once_in_a_while(stage: IdentityStage) -> None:
    issued = await stage.key((await stage.somebody()).actor)
    for _ in range(100):
        await stage.authenticate(issued.key)
    assert stage.ring.asked == 1
    stage.pass_by(LIFE)
    await stage.authenticate(issued.key)
    assert stage.ring.asked == 2


async def test_a_revoked_key_is_refused_everywhere_within_five_seconds(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    issued = await stage.key(owner)
    processes = [stage.authenticate, stage.process(), stage.process()]
    for authenticate in processes:
        await authenticate(issued.key)
    await stage.revoke(issued.id, by=owner)
    stage.pass_by(5)
    for authenticate in processes:
        with pytest.raises(InvalidApiKey):
            await authenticate(issued.key)


async def test_a_key_that_is_used_all_the_time_is_refused_just_as_soon(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    issued = await stage.key(owner)
    await stage.authenticate(issued.key)
    stage.pass_by(LIFE / 2)
    await stage.authenticate(issued.key)
    await stage.revoke(issued.id, by=owner)
    stage.pass_by(LIFE / 2)
    await refused(stage, issued.key)


async def test_an_answer_is_as_old_as_its_question(stage: IdentityStage) -> None:
    """A key may be revoked while a slow database is still answering."""
    owner = (await stage.somebody()).actor
    issued = await stage.key(owner)
    stage.ring.meanwhile = lambda: stage.pass_by(LIFE)
    await stage.authenticate(issued.key)
    await stage.authenticate(issued.key)
    assert stage.ring.asked == 2


async def test_a_key_expires_at_its_moment_though_it_is_remembered(stage: IdentityStage) -> None:
    issued = await stage.key((await stage.somebody()).actor, lasts=1)
    stage.pass_by(0.999)
    await stage.authenticate(issued.key)
    stage.pass_by(0.001)
    await refused(stage, issued.key)


async def test_an_unknown_key_is_asked_for_each_time(stage: IdentityStage) -> None:
    """Refusals are not remembered, so a key works from the moment it is there."""
    for _ in range(3):
        await refused(stage, write_key(KeyKind.TEST, bytes(RANDOM_BYTES)))
    assert stage.ring.asked == 3


async def test_only_so_many_keys_are_remembered(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    authenticate = stage.process(most=2)
    first, second, third = [await stage.key(owner) for _ in range(3)]
    for issued in (first, second, third, third, second):
        await authenticate(issued.key)
    assert stage.ring.asked == 3
    await authenticate(first.key)
    assert stage.ring.asked == 4


async def test_a_database_that_is_away_is_no_refusal(stage: IdentityStage) -> None:
    issued = await stage.key((await stage.somebody()).actor)
    stage.ring.refusals.append(Unavailable("It is away."))
    with pytest.raises(Unavailable):
        await stage.authenticate(issued.key)
    assert await stage.opens(issued.key)
