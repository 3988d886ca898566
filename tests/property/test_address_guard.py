"""Whatever is written before the path: what is allowed leads to an open address, however it is read."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from yarl import URL

from pixcrawler.adapters.fetching.addresses import CLOSED_BLOCKS, Address
from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.adapters.fetching.guard import OPEN_PORTS, AddressGuard, Admitted

CLOSED = [ip_network(block) for block, _ in CLOSED_BLOCKS]


def is_open(address: Address) -> bool:
    """The same question, answered the slow way."""
    if any(address in block for block in CLOSED):
        return False
    return address.version == 4 or address in ip_network("2000::/3")


class OneAnswer:
    def __init__(self, *answers: str) -> None:
        self.answers = answers

    async def resolve(self, _host: str, /) -> Sequence[str]:
        return self.answers


numbers = st.one_of(
    st.integers(0, 2**32 - 1).map(str),
    st.integers(0, 2**32 - 1).map(hex),
    st.integers(0, 2**32 - 1).map(oct),
    st.sampled_from(["127", "0177", "0x7f", "0", "10", "192", "168", "1", "169", "254", "255", "256", ""]),
)
dotted = st.lists(numbers, min_size=1, max_size=5).map(".".join)
six = st.integers(0, 2**128 - 1).map(lambda n: f"[{IPv6Address(n)}]")
closed_six = st.sampled_from([b for b in CLOSED if b.version == 6]).flatmap(
    lambda b: st.integers(int(b.network_address), int(b.broadcast_address)).map(
        lambda n: f"[{IPv6Address(n)}]"
    )
)
names = st.sampled_from(
    [
        "good.test",
        "localhost",
        "x.local",
        "xn--a.test",
        "bücher.test",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "a",
        "[::1]",
        "[::",
    ]
)
pieces = st.one_of(
    dotted, six, closed_six, names, st.text(max_size=6), st.sampled_from(list("@%\\/?#:[].\t "))
)
authorities = st.one_of(
    dotted,
    six,
    closed_six,
    st.lists(pieces, min_size=1, max_size=4).map("".join),
    st.tuples(st.one_of(dotted, names, six), st.integers(-1, 70_000)).map(
        lambda pair: f"{pair[0]}:{pair[1]}"
    ),
)
any_address = st.one_of(
    st.integers(0, 2**32 - 1).map(lambda n: str(IPv4Address(n))),
    st.integers(0, 2**128 - 1).map(lambda n: str(IPv6Address(n))),
    st.sampled_from(CLOSED).flatmap(
        lambda b: st.sampled_from([str(b.network_address), str(b.broadcast_address)])
    ),
)


async def admitted(url: str, *answers: str) -> Admitted | None:
    try:
        return await AddressGuard(resolver=OneAnswer(*answers)).admit(url)
    except Denied:
        return None


PARSERS: tuple[Callable[[str], str | None], ...] = (
    lambda url: urlsplit(url).hostname,
    lambda url: httpx.URL(url).host,
    lambda url: URL(url).host,
)


def readings(url: str) -> list[str]:
    """The host as other parsers read it."""
    found: list[str] = []
    for parser in PARSERS:
        try:
            host = parser(url)
        except (ValueError, httpx.InvalidURL):
            continue
        if host:
            found.append(host)
    return found


def as_libc_dials_it(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        return None


async def judge(authority: str) -> None:
    url = f"http://{authority}/"
    hop = await admitted(url, "93.184.215.14")
    if hop is None:
        return
    assert hop.place.port in OPEN_PORTS
    for address in hop.addresses:
        assert is_open(ip_address(address))
    for host in readings(url):
        dialled = as_libc_dials_it(host)
        assert dialled is None or is_open(dialled), host


@settings(max_examples=2_000)
@given(authorities)
@example("good.test\\@127.0.0.1")
@example("127.0.0.1:80\\@good.test")
@example("①②⑦.⓪.⓪.①")
@example("%31%32%37.0.0.1")
@example("127。0。0。1")
@example("2130706433")
async def test_no_authority_is_allowed_that_any_parser_takes_to_a_closed_address(authority: str) -> None:
    await judge(authority)


@pytest.mark.long
@settings(max_examples=20_000)
@given(authorities)
async def test_nor_is_any_of_twenty_thousand(authority: str) -> None:
    await judge(authority)


@settings(max_examples=1_000)
@given(st.lists(any_address, min_size=1, max_size=4))
async def test_a_name_is_allowed_if_and_only_if_all_its_answers_are_open(answers: list[str]) -> None:
    hop = await admitted("http://some.test/", *answers)
    assert (hop is not None) is all(is_open(ip_address(answer)) for answer in answers)
    if hop is not None:
        assert sorted(hop.addresses) == sorted(str(ip_address(answer)) for answer in answers)


@pytest.mark.parametrize("block", [str(block) for block in CLOSED])
@given(data=st.data())
@settings(max_examples=20)
async def test_no_address_of_a_closed_block_is_allowed(block: str, data: st.DataObject) -> None:
    network = ip_network(block)
    number = data.draw(st.integers(int(network.network_address), int(network.broadcast_address)))
    one = IPv4Address(number) if network.version == 4 else IPv6Address(number)
    literal = str(one) if network.version == 4 else f"[{one}]"
    assert await admitted(f"http://{literal}/") is None
    assert await admitted("http://some.test/", str(one)) is None
