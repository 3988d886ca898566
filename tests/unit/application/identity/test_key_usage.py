"""How much a key is used, and what is left of its limit."""

from datetime import timedelta

import pytest

from pixcrawler.adapters.limits.process_limiter import ProcessLimiter
from pixcrawler.application.identity.show_key_usage import ShowKeyUsage
from pixcrawler.application.ports.limiter import Left, Limiter, LimiterAway, Quota
from pixcrawler.domain.identity.api_key import KeyRequest
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.shared.actor import Actor
from tests.fakes.memory_keys import MemoryApiKeyReads
from tests.unit.application.identity.stage import MOST_HOURLY, IdentityStage

HOUR = 3600


class Away(ProcessLimiter):
    async def look(self, *_: object) -> list[Left]:
        raise LimiterAway


@pytest.fixture
def stage() -> IdentityStage:
    return IdentityStage()


@pytest.fixture
async def owner(stage: IdentityStage) -> Actor:
    return (await stage.somebody()).actor


def show(stage: IdentityStage, limiter: Limiter | None) -> ShowKeyUsage:
    reads = MemoryApiKeyReads(stage.tables)
    return ShowKeyUsage(reads=reads, limiter=limiter, clock=stage.clock, most_hourly=MOST_HOURLY)


async def test_hours_are_told_as_far_back_as_is_asked_for(stage: IdentityStage, owner: Actor) -> None:
    key = await stage.key(owner)
    for requests in (3, 2, 1):
        for _ in range(requests):
            await stage.authenticate(key.key, address="192.0.2.7")
        stage.pass_by(timedelta(days=1).total_seconds())
    await stage.record()
    usage = show(stage, None)
    told = {days: (await usage(key.id, days=days, by=owner)).requests for days in (1, 2, 3)}
    assert told == {1: 1, 2: 3, 3: 6}
    found = await usage(key.id, days=7, by=owner)
    assert [hour.requests for hour in found.by_hour] == [3, 2, 1]
    assert (found.last_address, found.remaining, found.reset) == ("192.0.2.7", None, None)


async def test_what_is_left_is_of_the_keys_own_limit_or_of_the_platforms(
    stage: IdentityStage, owner: Actor
) -> None:
    limiter = ProcessLimiter(lambda: stage.ticked)
    own = await stage.issue(KeyRequest(name="x", scopes=frozenset({"*"}), hourly_limit=5), by=owner)
    other = await stage.key(owner)
    for key, limit in ((own.id, 5), (other.id, MOST_HOURLY)):
        await limiter.take([Quota(name="key", who=str(key), most=limit, seconds=HOUR)])
        for _ in range(2):
            found = await show(stage, limiter)(key, days=1, by=owner)
            assert (found.hourly_limit, found.remaining, found.reset) == (limit, limit - 1, HOUR)


async def test_where_nobody_counts_the_rest_is_told(stage: IdentityStage, owner: Actor) -> None:
    key = await stage.key(owner)
    found = await show(stage, Away(lambda: 0))(key.id, days=1, by=owner)
    assert (found.hourly_limit, found.remaining, found.reset) == (MOST_HOURLY, None, None)


async def test_use_is_told_to_the_owner_alone(stage: IdentityStage, owner: Actor) -> None:
    key = await stage.key(owner)
    with pytest.raises(ApiKeyNotFound):
        await show(stage, None)(key.id, days=1, by=(await stage.somebody()).actor)
