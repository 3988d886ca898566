"""Making and ending keys, and knowing when they were used."""

from datetime import timedelta

import pytest

from pixcrawler.domain.identity.api_key import KeyRequest
from pixcrawler.domain.identity.errors import ApiKeyNotFound, UnusableApiKey
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import Forbidden, Unavailable
from pixcrawler.domain.shared.ids import ApiKeyId
from tests.unit.application.identity.stage import IdentityStage


@pytest.fixture
def stage() -> IdentityStage:
    return IdentityStage()


async def test_two_keys_live_at_once_so_that_one_can_follow_the_other(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    old, new = await stage.key(owner), await stage.key(owner)
    assert {(await stage.authenticate(one.key)).id for one in (old, new)} == {owner.id}
    await stage.revoke(old.id, by=owner)
    stage.pass_by(5)
    assert await stage.opens(new.key)


async def test_a_key_is_never_allowed_more_than_its_maker(stage: IdentityStage) -> None:
    owner = await stage.somebody()
    reader = Actor(owner.id, owner.role, frozenset({"read"}))
    assert (await stage.key(reader, "read")).made.scopes == ("read",)
    for more in ("write", "*"):
        with pytest.raises(Forbidden) as caught:
            await stage.key(reader, "read", more)
        assert caught.value.code == "SCOPE_MISSING"
    assert len(stage.tables.tables.api_keys) == 1


async def test_an_unusable_key_is_not_kept(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    with pytest.raises(UnusableApiKey):
        await stage.issue(KeyRequest(name="", scopes=frozenset({"*"})), by=owner)
    assert stage.tables.tables.api_keys == {}


async def test_a_key_is_revoked_once_and_for_good(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    issued = await stage.key(owner)
    await stage.revoke(issued.id, by=owner)
    at = stage.clock.now()
    stage.pass_by(60)
    with pytest.raises(ApiKeyNotFound):
        await stage.revoke(issued.id, by=owner)
    assert stage.kept(issued.id).revoked_at == at


async def test_other_peoples_keys_are_not_there(stage: IdentityStage) -> None:
    issued = await stage.key((await stage.somebody()).actor)
    stranger, nobodys = (await stage.somebody()).actor, ApiKeyId(stage.new_id())
    for key in (issued.id, nobodys):
        with pytest.raises(ApiKeyNotFound) as caught:
            await stage.revoke(key, by=stranger)
        assert caught.value.code == "API_KEY_NOT_FOUND"
    assert stage.kept(issued.id).revoked_at is None
    await stage.revoke(issued.id, by=(await stage.somebody(Role.SUPERUSER)).actor)
    assert stage.kept(issued.id).revoked_at is not None


async def test_the_request_does_not_write_that_its_key_was_used(stage: IdentityStage) -> None:
    issued = await stage.key((await stage.somebody()).actor)
    await stage.authenticate(issued.key, address="::1")
    assert stage.kept(issued.id).last_used_at is None
    await stage.record()
    assert stage.kept(issued.id).last_used_at == stage.clock.now()


async def test_requests_are_counted_by_the_hour_and_written_together(stage: IdentityStage) -> None:
    issued = await stage.key((await stage.somebody()).actor)
    hour = stage.clock.now().replace(minute=0, second=0, microsecond=0)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"):
        await stage.authenticate(issued.key, address=address)
    stage.pass_by(3600)
    await stage.authenticate(issued.key, address="::1")
    asked = stage.ring.asked
    await stage.record()
    assert stage.ring.asked == asked + 1
    uses = {(issued.id, hour): 4, (issued.id, hour + timedelta(hours=1)): 1}
    assert stage.tables.tables.api_key_uses == uses
    assert stage.kept(issued.id).last_address == "::1"


async def test_who_only_asks_whose_it_is_has_not_used_it(stage: IdentityStage) -> None:
    issued = await stage.key((await stage.somebody()).actor)
    await stage.authenticate(issued.key)
    await stage.record()
    assert stage.tables.tables.api_key_uses == {}
    assert stage.kept(issued.id).last_used_at is None


async def test_a_refused_key_counts_nothing(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    issued = await stage.key(owner)
    await stage.revoke(issued.id, by=owner)
    assert not await stage.opens(issued.key)
    await stage.record()
    assert stage.tables.tables.api_key_uses == {}


async def test_without_uses_nobody_is_asked(stage: IdentityStage) -> None:
    await stage.record()
    assert stage.ring.asked == 0


async def test_uses_that_could_not_be_written_are_written_later(stage: IdentityStage) -> None:
    owner = (await stage.somebody()).actor
    first, second = await stage.key(owner), await stage.key(owner)
    await stage.authenticate(first.key, address="::1")
    await stage.authenticate(second.key, address="::1")
    began = stage.clock.now()
    stage.ring.refusals.append(Unavailable("It is away."))
    with pytest.raises(Unavailable):
        await stage.record()
    stage.pass_by(10)
    await stage.authenticate(second.key, address="::1")
    await stage.record()
    assert stage.kept(first.id).last_used_at == began
    assert stage.kept(second.id).last_used_at == stage.clock.now()
    assert sorted(stage.tables.tables.api_key_uses.values()) == [1, 2]
