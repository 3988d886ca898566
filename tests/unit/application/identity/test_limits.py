from uuid import UUID

import pytest

from pixcrawler.adapters.limits.process_limiter import ProcessLimiter
from pixcrawler.application.identity.limit_request import LimitRequest
from pixcrawler.application.identity.limit_stranger import LimitStranger, home_of
from pixcrawler.application.ports.limiter import LimiterAway, RateLimited
from pixcrawler.domain.identity.rates import Rate, Rates
from pixcrawler.domain.shared.actor import ALL, Actor, Role
from pixcrawler.domain.shared.ids import ApiKeyId, UserId
from tests.fakes.limiters import AwayLimiter

RATES = Rates(user=6, write=4, costly=2, stranger=3, login=1, key=5)
ANN = Actor(UserId(UUID(int=1)), Role.USER)
BOB = Actor(UserId(UUID(int=2)), Role.USER)
HER_KEY = Actor(ANN.id, Role.USER, frozenset({ALL}), ApiKeyId(UUID(int=3)))


def counting(*, ticks: list[float] | None = None) -> LimitRequest:
    times = [0.0] if ticks is None else ticks
    return LimitRequest(limiter=ProcessLimiter(lambda: times[-1]), rates=RATES, lenient=False)


async def times(limit: LimitRequest, rate: Rate, by: Actor, *, tried: int = 20) -> int:
    """How many pass before one does not."""
    for passed in range(tried):
        try:
            await limit(rate, by=by)
        except RateLimited:
            return passed
    return tried


@pytest.mark.parametrize(("rate", "most"), [(Rate.READ, 6), (Rate.WRITE, 4), (Rate.COSTLY, 2)])
async def test_each_kind_of_request_has_its_limit(rate: Rate, most: int) -> None:
    assert await times(counting(), rate, ANN) == most


async def test_all_that_a_user_asks_for_counts_for_the_user() -> None:
    limit = counting()
    assert await times(limit, Rate.COSTLY, ANN) == 2
    assert await times(limit, Rate.WRITE, ANN) == 4
    assert await times(limit, Rate.READ, ANN) == 0
    assert await times(limit, Rate.READ, BOB) == 6


async def test_a_key_has_a_limit_of_its_own_and_shares_its_owners() -> None:
    limit = counting()
    assert await times(limit, Rate.READ, HER_KEY) == 5
    assert await times(limit, Rate.READ, ANN) == 1


@pytest.mark.parametrize(("own", "most"), [(3, 3), (1000, 5), (None, 5)])
async def test_a_keys_own_limit_can_only_be_less(own: int | None, most: int) -> None:
    actor = Actor(ANN.id, Role.USER, frozenset({ALL}), HER_KEY.key_id, own)
    assert await times(counting(), Rate.READ, actor) == most


async def test_whoever_is_refused_is_told_when_to_come_back() -> None:
    ticks = [0.0]
    limit = counting(ticks=ticks)
    assert await times(limit, Rate.COSTLY, ANN) == 2
    ticks.append(45.5)
    with pytest.raises(RateLimited, match="2 in 60 seconds is the limit 'costly'") as told:
        await limit(Rate.COSTLY, by=ANN)
    assert told.value.retry_after == 15
    assert [left.quota.name for left in told.value.lefts] == ["user", "costly"]
    ticks.append(60.0)
    assert await times(limit, Rate.COSTLY, ANN) == 2


async def test_where_nobody_counts_all_goes_on_but_what_costs() -> None:
    limit = LimitRequest(limiter=AwayLimiter(), rates=RATES, lenient=False)
    for rate in (Rate.READ, Rate.WRITE):
        assert await limit(rate, by=ANN) == ()
    with pytest.raises(LimiterAway):
        await limit(Rate.COSTLY, by=ANN)
    lenient = LimitRequest(limiter=AwayLimiter(), rates=RATES, lenient=True)
    assert await lenient(Rate.COSTLY, by=ANN) == ()


async def test_passwords_are_never_tried_without_limit() -> None:
    limit = LimitStranger(limiter=AwayLimiter(), alone=ProcessLimiter(lambda: 0.0), rates=RATES)
    await limit(Rate.LOGIN, address="192.0.2.1")
    with pytest.raises(RateLimited):
        await limit(Rate.LOGIN, address="192.0.2.1")
    await limit(Rate.LOGIN, address="192.0.2.2")
    await limit(Rate.STRANGER, address="192.0.2.1")


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_home_is_counted_once_whatever_addresses_it_has(address: str, home: str) -> None:
    assert home_of(address) == home


async def test_the_memory_of_a_process_is_bounded() -> None:
    limiter = ProcessLimiter(lambda: 0.0, most_counters=2)
    limit = LimitStranger(limiter=limiter, alone=limiter, rates=RATES)
    for number in (1, 2, 3):
        await limit(Rate.LOGIN, address=f"192.0.2.{number}")
    with pytest.raises(RateLimited):
        await limit(Rate.LOGIN, address="192.0.2.3")
    await limit(Rate.LOGIN, address="192.0.2.1")
