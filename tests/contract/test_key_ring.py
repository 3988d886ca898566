"""The key that comes with a request: found by its digest, with its owner, in one question."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pixcrawler.application.ports.api_keys import HourOfUse, KeyFilter, KeyStatus, detail_of
from pixcrawler.application.ports.key_ring import KeyHolder, KeyUse
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ApiKeyId
from pixcrawler.domain.shared.paging import Window
from tests.contract.stages import Stage
from tests.fakes.aggregates import AT

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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


def used(key: ApiKeyId, at: datetime, *, requests: int = 1, address: str = "192.0.2.7") -> KeyUse:
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


async def test_counts_of_an_hour_add_up(stage: Stage) -> None:
    key, other = await kept(stage), await kept(stage)
    owner = Actor(key.owner_id, Role.USER)
    await stage.key_ring.used([used(key.id, AT, requests=2), used(other.id, AT, requests=9)])
    await stage.key_ring.used([used(key.id, AT + HOUR), used(key.id, AT, requests=3)])
    hour = AT.replace(minute=0, second=0, microsecond=0)
    reads = stage.api_key_reads
    assert await reads.uses(key.id, since=AT, visible_to=owner) == [
        HourOfUse(hour, 5),
        HourOfUse(hour + HOUR, 1),
    ]
    assert await reads.uses(key.id, since=AT + HOUR, visible_to=owner) == [HourOfUse(hour + HOUR, 1)]
    assert await reads.uses(other.id, since=AT, visible_to=owner) == []


async def test_counts_of_long_ago_are_forgotten(stage: Stage) -> None:
    key, now = await kept(stage), datetime.now(UTC)
    times = [now - 91 * DAY - number * HOUR for number in range(3)]
    await stage.key_ring.used([used(key.id, at) for at in (*times, now)])
    assert await stage.key_ring.forget_uses(older_than=90 * DAY, most=2) == 2
    assert await stage.key_ring.forget_uses(older_than=90 * DAY, most=2) == 1
    assert await stage.key_ring.forget_uses(older_than=90 * DAY, most=2) == 0
    left = await stage.api_key_reads.uses(
        key.id, since=now - 200 * DAY, visible_to=Actor(key.owner_id, Role.USER)
    )
    assert [one.requests for one in left] == [1]


async def test_keys_are_seen_by_their_owner_and_by_superusers(stage: Stage) -> None:
    now = datetime.now(UTC)
    key, foreign = await kept(stage, scopes=("read",), hourly_limit=7), await kept(stage)
    owner, superuser = Actor(key.owner_id, Role.USER), Actor(foreign.owner_id, Role.SUPERUSER)
    async with stage.transaction() as tx:
        person = await tx.profiles.get(key.owner_id)
        ended = stage.make.api_key(person, created_at=now - 2 * DAY, expires_at=now - DAY)
        gone = stage.make.api_key(person, revoked_at=now, created_at=now - DAY, expires_at=now + DAY)
        for one in (ended, gone):
            await tx.api_keys.add(one)
        await tx.commit()
    reads = stage.api_key_reads
    mine = await reads.keys(KeyFilter(), Window(), visible_to=owner)
    assert mine.items == [detail_of(one, at=now) for one in (gone, ended, key)]
    assert [one.status for one in mine.items] == ["revoked", "expired", "live"]
    assert mine.total == 3
    for status, one in ((KeyStatus.LIVE, key), (KeyStatus.EXPIRED, ended), (KeyStatus.REVOKED, gone)):
        found = await reads.keys(KeyFilter(status=status), Window(), visible_to=owner)
        assert [line.id for line in found.items] == [one.id]
    assert (await reads.keys(KeyFilter(), Window(2, 2), visible_to=owner)).items == mine.items[2:]
    assert {one.id for one in (await reads.keys(KeyFilter(), Window(), visible_to=superuser)).items} >= {
        key.id,
        foreign.id,
    }
    assert await reads.key(key.id, visible_to=owner) == detail_of(key, at=now)
    assert (await reads.key(key.id, visible_to=superuser)).id == key.id
    for nobodys in (foreign.id, gone.id, ApiKeyId(stage.make.new_id())):
        with pytest.raises(ApiKeyNotFound):
            await reads.key(nobodys, visible_to=owner)
