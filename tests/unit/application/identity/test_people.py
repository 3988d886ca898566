"""Who a token stands for, and what it costs to know."""

import pytest

from pixcrawler.application.identity.recent import LIFE
from pixcrawler.domain.identity.errors import InvalidToken
from pixcrawler.domain.identity.profile import ProfileChange
from pixcrawler.domain.shared.actor import Actor, Role
from tests.unit.application.identity.people_stage import PASSWORD, PeopleStage


@pytest.fixture
def stage() -> PeopleStage:
    return PeopleStage()


async def test_a_token_stands_for_its_person_with_every_scope_and_no_key(stage: PeopleStage) -> None:
    session = await stage.somebody()
    assert await stage.know(session.access_token) == Actor(session.account.id, Role.USER)


async def test_a_role_is_asked_for_once_in_a_while(stage: PeopleStage) -> None:
    session = await stage.somebody()
    before = stage.people.asked
    for _ in range(100):
        await stage.know(session.access_token)
    assert stage.people.asked == before + 1
    stage.pass_by(LIFE)
    await stage.know(session.access_token)
    assert stage.people.asked == before + 2


async def test_a_new_role_is_in_force_everywhere_within_five_seconds(stage: PeopleStage) -> None:
    root, session = await stage.superuser(), await stage.somebody()
    processes = [stage.know, stage.process()]
    for know in processes:
        assert (await know(session.access_token)).role is Role.USER
    await stage.change_user(session.account.id, ProfileChange(role=Role.SUPERUSER), by=root)
    stage.pass_by(5)
    for know in processes:
        assert (await know(session.access_token)).role is Role.SUPERUSER


async def test_a_login_that_ended_opens_nothing_at_once(stage: PeopleStage) -> None:
    session = await stage.somebody()
    await stage.know(session.access_token)
    await stage.provider.log_out(session.access_token)
    with pytest.raises(InvalidToken):
        await stage.know(session.access_token)


async def test_an_access_token_ends_after_an_hour_and_a_login_after_thirty_days(stage: PeopleStage) -> None:
    session = await stage.somebody()
    stage.pass_by(3600)
    with pytest.raises(InvalidToken):
        await stage.know(session.access_token)
    stage.pass_by(29 * 86_400)
    newer = await stage.provider.refresh(session.refresh_token)
    await stage.know(newer.access_token)
    stage.pass_by(30 * 86_400)
    with pytest.raises(InvalidToken):
        await stage.provider.refresh(newer.refresh_token)


async def test_what_is_no_token_of_ours_is_refused_without_a_look(stage: PeopleStage) -> None:
    token = (await stage.somebody()).access_token
    stage.store.tokens.clear()
    for text in ("", "x", token[:-1], token + "0", token.swapcase(), token.replace("pxs_", "pxt_")):
        with pytest.raises(InvalidToken):
            await stage.know(text)


async def test_old_parameters_of_a_hash_are_renewed_at_the_next_login(stage: PeopleStage) -> None:
    session = await stage.somebody()
    old = stage.store.accounts[session.account.id].password
    updated = stage.provider_with(passes=2)
    await updated.log_in("eve@example.org", PASSWORD)
    new = stage.store.accounts[session.account.id].password
    assert ("t=1" in old, "t=2" in new) == (True, True)
    await updated.log_in("eve@example.org", PASSWORD)
    assert stage.store.accounts[session.account.id].password == new
