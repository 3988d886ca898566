"""The key that comes with a request: found by its digest, with its owner, in one question."""

from datetime import datetime, timedelta
from typing import Any

from pixcrawler.application.ports.key_ring import KeyHolder, KeyUse
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ApiKeyId
from tests.contract.stages import Stage
from tests.fakes.aggregates import AT

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


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
        found = await tx.api_keys.get(key.id)
        return found.last_used_at, found.last_address


async def test_a_key_is_found_with_its_owner(stage: Stage) -> None:
    times: dict[str, Any] = {"expires_at": AT + MINUTE, "revoked_at": AT + 2 * MINUTE, "hourly_limit": 7}
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
    assert holder.actor == Actor(key.owner_id, Role.SUPERUSER, frozenset({"read", "write"}), key.id, 7)


async def test_an_unknown_digest_is_nobodys(stage: Stage) -> None:
    await kept(stage)
    assert await stage.key_ring.holder(bytes(32)) is None


async def test_a_deleted_owners_key_is_nobodys(stage: Stage) -> None:
    key = await kept(stage)
    async with stage.transaction() as tx:
        await tx.profiles.delete(key.owner_id)
        await tx.commit()
    assert await stage.key_ring.holder(key.digest) is None


def used(key: ApiKeyId, at: datetime, *, requests: int = 1, address: str | None = "192.0.2.7") -> KeyUse:
    hour = at.replace(minute=0, second=0, microsecond=0)
    return KeyUse(key_id=key, hour=hour, requests=requests, at=at, address=address)


async def test_the_last_use_is_kept_whoever_tells_of_it_first(stage: Stage) -> None:
    fresh, later, earlier = [await kept(stage, last_used_at=at) for at in (None, AT, AT)]
    gone = used(ApiKeyId(stage.make.new_id()), AT)
    uses = [used(fresh.id, AT), used(later.id, AT + MINUTE), used(earlier.id, AT - MINUTE)]
    await stage.key_ring.used([*uses, gone])
    assert await last_use(stage, fresh) == (AT, "192.0.2.7")
    assert await last_use(stage, later) == (AT + MINUTE, "192.0.2.7")
    assert await last_use(stage, earlier) == (AT, None)


async def test_of_two_hours_told_at_once_the_later_use_is_the_last(stage: Stage) -> None:
    key = await kept(stage)
    await stage.key_ring.used([used(key.id, AT + HOUR, address="::1"), used(key.id, AT)])
    assert await last_use(stage, key) == (AT + HOUR, "::1")


async def test_nothing_used_is_nothing_kept(stage: Stage) -> None:
    key = await kept(stage)
    await stage.key_ring.used([])
    assert await last_use(stage, key) == (None, None)


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
