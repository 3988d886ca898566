"""The key that comes with a request: found by its digest, with its owner, in one question."""

from datetime import timedelta
from typing import Any

from pixcrawler.application.ports.key_ring import KeyHolder
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ApiKeyId
from tests.contract.stages import Stage
from tests.fakes.aggregates import AT

MINUTE = timedelta(minutes=1)


async def kept(stage: Stage, role: Role = Role.USER, **changes: Any) -> ApiKey:
    owner = stage.make.profile(role=role)
    key = stage.make.api_key(owner, **changes)
    async with stage.transaction() as tx:
        await tx.profiles.add(owner)
        await tx.api_keys.add(key)
        await tx.commit()
    return key


async def last_use(stage: Stage, key: ApiKey) -> Any:
    async with stage.transaction() as tx:
        return (await tx.api_keys.get(key.id)).last_used_at


async def test_a_key_is_found_with_its_owner(stage: Stage) -> None:
    times = {"expires_at": AT + MINUTE, "revoked_at": AT + 2 * MINUTE, "last_used_at": AT + 3 * MINUTE}
    key = await kept(stage, Role.SUPERUSER, scopes=("read", "write"), **times)
    await kept(stage)
    holder = await stage.key_ring.holder(key.digest)
    assert holder == KeyHolder(
        key_id=key.id,
        owner_id=key.owner_id,
        role=Role.SUPERUSER,
        scopes=frozenset({"read", "write"}),
        **times,
    )
    assert holder.actor == Actor(key.owner_id, Role.SUPERUSER, frozenset({"read", "write"}), key.id)


async def test_an_unknown_digest_is_nobodys(stage: Stage) -> None:
    await kept(stage)
    assert await stage.key_ring.holder(bytes(32)) is None


async def test_a_deleted_owners_key_is_nobodys(stage: Stage) -> None:
    key = await kept(stage)
    async with stage.transaction() as tx:
        await tx.profiles.delete(key.owner_id)
        await tx.commit()
    assert await stage.key_ring.holder(key.digest) is None


async def test_a_use_is_kept_unless_one_was_kept_shortly_before(stage: Stage) -> None:
    fresh, soon, late = [await kept(stage, last_used_at=at) for at in (None, AT, AT)]
    uses = {fresh.id: AT, soon.id: AT + MINUTE - timedelta(microseconds=1), late.id: AT + MINUTE}
    await stage.key_ring.used({**uses, ApiKeyId(stage.make.new_id()): AT}, apart=MINUTE)
    assert await last_use(stage, fresh) == AT
    assert await last_use(stage, soon) == AT
    assert await last_use(stage, late) == AT + MINUTE


async def test_nothing_used_is_nothing_kept(stage: Stage) -> None:
    key = await kept(stage)
    await stage.key_ring.used({}, apart=MINUTE)
    assert await last_use(stage, key) is None


async def test_keys_of_an_owner_come_oldest_first(stage: Stage) -> None:
    first = await kept(stage)
    async with stage.transaction() as tx:
        owner = await tx.profiles.get(first.owner_id)
        second = stage.make.api_key(owner, revoked_at=AT)
        await tx.api_keys.add(second)
        await tx.commit()
    await kept(stage)
    async with stage.transaction() as tx:
        assert await tx.api_keys.of_owner(owner.id) == [first, second]
