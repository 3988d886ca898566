"""The superuser of the first start, and others."""

import asyncio

import pytest
from rich.pretty import pretty_repr

from pixcrawler.application.identity.local_actor import FindLocalUser
from pixcrawler.domain.identity.errors import InvalidProfile, NotASuperuser
from pixcrawler.domain.identity.key_text import KeyKind
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import ChangedMeanwhile, Unavailable
from tests.unit.application.identity.stage import IdentityStage


@pytest.fixture
def stage() -> IdentityStage:
    return IdentityStage()


async def test_the_first_start_makes_a_superuser_with_a_key_for_everything(stage: IdentityStage) -> None:
    made = await stage.ensure()
    assert made.key is not None
    who = await stage.authenticate(made.key)
    assert (who.id, who.role, who.scopes) == (made.id, Role.SUPERUSER, frozenset({"*"}))


async def test_later_starts_make_nothing(stage: IdentityStage) -> None:
    first = await stage.ensure()
    later = [await stage.ensure() for _ in range(3)]
    assert {(one.id, one.key) for one in later} == {(first.id, None)}
    assert len(stage.tables.tables.api_keys) == len(stage.tables.tables.profiles) == 1


@pytest.mark.parametrize("crawled_before", [True, False])
async def test_it_is_the_user_whose_jobs_the_command_line_makes(
    stage: IdentityStage, *, crawled_before: bool
) -> None:
    find = FindLocalUser(transaction=stage.transaction, clock=stage.clock, new_id=stage.new_id)
    before = await find() if crawled_before else None
    made = await stage.ensure()
    assert made.key is not None
    assert (await find()).actor.id == made.id
    assert before is None or before.actor.id == made.id


async def test_of_starts_at_the_same_moment_one_gets_the_key(stage: IdentityStage) -> None:
    made = await asyncio.gather(*(stage.ensure() for _ in range(5)))
    assert len([one for one in made if one.key is not None]) == 1
    assert len({one.id for one in made}) == 1


async def test_a_start_whose_commit_was_refused_tries_again(stage: IdentityStage) -> None:
    stage.tables.refusals.append(ChangedMeanwhile("Somebody else was first."))
    made = await stage.ensure()
    assert made.key is not None
    assert await stage.opens(made.key)


async def test_a_start_that_lost_the_databases_answer_still_tells_the_key(stage: IdentityStage) -> None:
    stage.tables.lost_answers.append(Unavailable("The connection broke."))
    made = await stage.ensure()
    assert made.key is not None
    assert await stage.opens(made.key)
    assert len(stage.tables.tables.api_keys) == 1


async def test_a_superuser_whose_keys_were_revoked_gets_none_by_starting(stage: IdentityStage) -> None:
    made = await stage.ensure()
    (key,) = stage.tables.tables.api_keys.values()
    await stage.revoke(key.id, by=Actor(made.id, Role.SUPERUSER))
    assert (await stage.ensure()).key is None


async def test_keys_of_the_other_kind_do_not_count(stage: IdentityStage) -> None:
    await stage.ensure()
    stage.ensure = type(stage.ensure)(
        transaction=stage.transaction,
        clock=stage.clock,
        new_id=stage.new_id,
        random=bytes,
        kind=KeyKind.LIVE,
    )
    made = await stage.ensure()
    assert made.key is not None
    assert made.key.startswith("pxc_live_")


async def test_no_repr_shows_the_first_key(stage: IdentityStage) -> None:
    made = await stage.ensure()
    assert made.key is not None
    assert made.key[9:-6] not in repr(made) + str(made) + repr([made]) + pretty_repr(made)
    assert "None" in repr(await stage.ensure())


async def test_another_key_can_be_had_beside_the_first(stage: IdentityStage) -> None:
    first = await stage.ensure()
    second = await stage.make("local")
    assert first.key is not None
    assert (await stage.authenticate(second.key)).id == (await stage.authenticate(first.key)).id == first.id


async def test_a_new_key_can_end_all_earlier_ones_of_the_same_superuser(stage: IdentityStage) -> None:
    other = await stage.make("ann")
    earlier = [await stage.make("local"), await stage.make("local")]
    new = await stage.make("local", revoke_others=True)
    assert [await stage.opens(key.key) for key in earlier] == [False, False]
    assert await stage.opens(new.key)
    assert await stage.opens(other.key)


async def test_a_superuser_by_another_name_is_another(stage: IdentityStage) -> None:
    ann, again, bob = [await stage.make(name) for name in ("ann", "ann", "bob")]
    ids = [(await stage.authenticate(one.key)).id for one in (ann, again, bob)]
    assert ids[0] == ids[1] != ids[2]
    assert {one.role for one in stage.tables.tables.profiles.values()} == {Role.SUPERUSER}


async def test_an_ordinary_user_is_not_made_a_superuser_by_the_way(stage: IdentityStage) -> None:
    user = await stage.somebody()
    with pytest.raises(NotASuperuser, match="no superuser"):
        await stage.make(user.name)
    assert stage.tables.tables.api_keys == {}


async def test_a_name_that_nobody_can_have_makes_nobody(stage: IdentityStage) -> None:
    with pytest.raises(InvalidProfile):
        await stage.make("")
    assert stage.tables.tables.profiles == {}


async def test_what_the_command_line_does_is_written_down_once_whatever_it_takes(
    stage: IdentityStage,
) -> None:
    find = FindLocalUser(transaction=stage.transaction, clock=stage.clock, new_id=stage.new_id)
    stage.tables.refusals.append(ChangedMeanwhile("Somebody else was first."))
    local = await find()
    stage.tables.lost_answers.append(Unavailable("The connection broke."))
    await stage.ensure()
    for _ in range(2):
        await stage.make("local", revoke_others=True)
    written = [one.act.value for one in stage.tables.tables.activity.values()]
    again = ["api_key.revoked", "api_key.created"]
    assert written == ["project.created", "api_key.created", *again, *again]
    who = {(one.actor_id, one.owner_id) for one in stage.tables.tables.activity.values()}
    assert who == {(local.actor.id, local.actor.id)}
