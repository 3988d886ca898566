import asyncio
from collections.abc import Sequence

import pytest

from pixcrawler.adapters.fetching.addresses import CLOSED_BLOCKS
from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.domain.shared.reasons import Reason
from tests.data.address_answers import ANSWERS
from tests.data.address_vectors import ALLOWED, REFUSED
from tests.data.block_edges import edges
from tests.fakes.resolvers import TableResolver
from tests.networks import allowed_network


def guard_of(
    *allowed: str, answers: object = ANSWERS, ttl: float = 60.0
) -> tuple[AddressGuard, TableResolver]:
    resolver = TableResolver(answers)  # type: ignore[arg-type]
    return AddressGuard(allowed=map(allowed_network, allowed), resolver=resolver, ttl=ttl), resolver


def test_the_table_of_vectors_is_long_enough() -> None:
    assert len(ALLOWED) + len(REFUSED) >= 150
    assert len({url for url, _ in REFUSED} | set(ALLOWED)) == len(ALLOWED) + len(REFUSED)


@pytest.mark.parametrize("url", ALLOWED)
async def test_allows(url: str) -> None:
    guard, resolver = guard_of()
    hop = await guard.admit(url)
    assert set(hop.addresses) <= {"93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", hop.place.host}
    assert len(resolver.asked) <= 1


@pytest.mark.parametrize(("url", "reason"), REFUSED)
async def test_refuses(url: str, reason: Reason) -> None:
    guard, resolver = guard_of()
    with pytest.raises(Denied) as caught:
        await guard.admit(url)
    assert caught.value.reason is reason, caught.value.evidence
    assert caught.value.evidence
    assert "\n" not in caught.value.evidence
    assert len(resolver.asked) <= 1


@pytest.mark.parametrize(("text", "is_open"), edges(CLOSED_BLOCKS))
async def test_block_edges_get_the_same_verdict_as_literals_and_as_answers(text: str, is_open: bool) -> None:
    guard, _ = guard_of(answers={"edge.test": [text]})
    literal = f"[{text}]" if ":" in text else text
    for url in (f"http://{literal}/", "http://edge.test/"):
        if is_open:
            assert (await guard.admit(url)).addresses == (text,)
        else:
            with pytest.raises(Denied):
                await guard.admit(url)


async def test_answers_are_tried_with_ipv4_first() -> None:
    guard, _ = guard_of(answers={"both.test": ["2606:4700::1", "1.1.1.1"]})
    assert (await guard.admit("http://both.test/")).addresses == ("1.1.1.1", "2606:4700::1")


async def test_a_name_that_rebinds_is_asked_once_and_dialled_at_its_first_answer() -> None:
    guard, resolver = guard_of(answers={"rebind.test": [["1.1.1.1"], ["127.0.0.1"]]})
    for _ in range(1000):
        assert (await guard.admit("http://rebind.test/")).addresses == ("1.1.1.1",)
    assert resolver.asked == ["rebind.test"]


async def test_a_name_that_rebinds_is_refused_as_soon_as_it_is_asked_again() -> None:
    guard, _ = guard_of(answers={"rebind.test": [["1.1.1.1"], ["127.0.0.1"]]}, ttl=0.0)
    await guard.admit("http://rebind.test/")
    with pytest.raises(Denied) as caught:
        await guard.admit("http://rebind.test/")
    assert caught.value.reason is Reason.ADDRESS_DENIED


async def test_many_at_once_ask_a_name_once() -> None:
    guard, resolver = guard_of()
    await asyncio.gather(*(guard.admit(f"http://good.test/{n}") for n in range(50)))
    assert resolver.asked == ["good.test"]


@pytest.mark.parametrize(("ttl", "asked"), [(60.0, 1), (0.0, 2)])
async def test_a_name_without_an_answer_is_asked_again_only_after_a_while(ttl: float, asked: int) -> None:
    guard, resolver = guard_of(ttl=ttl)
    for _ in range(2):
        with pytest.raises(Denied) as caught:
            await guard.admit("http://nowhere.test/")
        assert caught.value.reason is Reason.DNS
    assert len(resolver.asked) == asked


class Silent:
    async def resolve(self, _host: str, /) -> Sequence[str]:
        await asyncio.Event().wait()
        return ["1.1.1.1"]


async def test_a_name_system_that_is_silent_is_a_passing_failure_at_the_deadline() -> None:
    guard = AddressGuard(resolver=Silent(), deadline=0.05)
    with pytest.raises(Denied) as caught:
        await guard.admit("http://good.test/")
    assert caught.value.reason is Reason.DNS
    assert caught.value.passing


async def test_one_waiter_that_gives_up_does_not_take_the_answer_from_the_other() -> None:
    release = asyncio.Event()

    class Slow:
        async def resolve(self, _host: str, /) -> Sequence[str]:
            await release.wait()
            return ["1.1.1.1"]

    guard = AddressGuard(resolver=Slow())
    hasty = asyncio.create_task(guard.admit("http://good.test/"))
    patient = asyncio.create_task(guard.admit("http://good.test/"))
    await asyncio.sleep(0)
    hasty.cancel()
    release.set()
    assert (await patient).addresses == ("1.1.1.1",)
    assert hasty.cancelled() or hasty.cancelling()


async def test_an_allowed_network_opens_its_addresses_at_any_port() -> None:
    guard, _ = guard_of("127.0.0.0/8", "::1/128")
    for url in (
        "http://127.0.0.1:1/",
        "http://127.9.9.9:65535/",
        "http://[::1]:6379/",
        "http://loop.test:5000/",
    ):
        assert (await guard.admit(url)).addresses


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:8001/", Reason.ADDRESS_DENIED),
        ("http://127.0.0.1/", Reason.ADDRESS_DENIED),
        ("http://127.0.0.2:8000/", Reason.ADDRESS_DENIED),
        ("http://[::1]:8000/", Reason.ADDRESS_DENIED),
        ("http://localhost:8000/", Reason.ADDRESS_DENIED),
        ("http://2130706433:8000/", Reason.ADDRESS_DENIED),
        ("http://mixed-first.test:8000/", Reason.BAD_URL),
        ("http://private.test:8000/", Reason.ADDRESS_DENIED),
        ("http://good.test:8000/", Reason.BAD_URL),
    ],
)
async def test_an_allowed_network_with_a_port_opens_nothing_else(url: str, reason: Reason) -> None:
    guard, _ = guard_of("127.0.0.1/32:8000")
    assert (await guard.admit("http://127.0.0.1:8000/")).addresses == ("127.0.0.1",)
    with pytest.raises(Denied) as caught:
        await guard.admit(url)
    assert caught.value.reason is reason


def test_a_peer_that_is_not_the_checked_address_is_refused() -> None:
    guard, _ = guard_of()
    guard.check_peer(("1.1.1.1", 80), "1.1.1.1")
    guard.check_peer(("2606:4700::1", 80, 0, 0), "2606:4700::1")
    for peer in (("127.0.0.1", 80), (), None, "1.1.1.1"):
        with pytest.raises(Denied):
            guard.check_peer(peer, "1.1.1.1")
