from ipaddress import ip_address

import pytest

from pixcrawler.adapters.fetching.addresses import CLOSED_BLOCKS, closed_block
from tests.data.block_edges import edges
from tests.networks import allowed_network


@pytest.mark.parametrize(("text", "is_open"), edges(CLOSED_BLOCKS))
def test_every_block_is_closed_from_its_first_to_its_last_address_and_no_further(
    text: str, is_open: bool
) -> None:
    assert (closed_block(ip_address(text)) is None) is is_open


@pytest.mark.parametrize("block", [block for block, _ in CLOSED_BLOCKS])
def test_every_block_of_the_table_is_written_as_a_network(block: str) -> None:
    assert allowed_network(block).port is None


@pytest.mark.parametrize(
    ("entry", "inside", "outside"),
    [
        ("127.0.0.1/32:8080", ("127.0.0.1", 8080), ("127.0.0.1", 8081)),
        ("127.0.0.1/32:8080", ("127.0.0.1", 8080), ("127.0.0.2", 8080)),
        ("127.0.0.1", ("127.0.0.1", 1), ("127.0.0.2", 1)),
        ("127.0.0.1:9", ("127.0.0.1", 9), ("127.0.0.1", 10)),
        ("10.0.0.0/8", ("10.255.255.255", 6379), ("11.0.0.0", 80)),
        ("::1/128", ("::1", 65535), ("::2", 80)),
        ("::1", ("::1", 80), ("127.0.0.1", 80)),
        ("[::1/128]:8080", ("::1", 8080), ("::1", 80)),
        ("[::1]:8080", ("::1", 8080), ("::1", 80)),
        ("[fd00::/8]:443", ("fdff::1", 443), ("fc00::1", 443)),
        (" 10.0.0.0/8 ", ("10.0.0.1", 80), ("9.255.255.255", 80)),
    ],
)
def test_an_allowed_network_holds_what_it_says(
    entry: str, inside: tuple[str, int], outside: tuple[str, int]
) -> None:
    network = allowed_network(entry)
    assert network.holds(ip_address(inside[0]), inside[1])
    assert not network.holds(ip_address(outside[0]), outside[1])


@pytest.mark.parametrize(
    "entry",
    ["", "localhost", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1/32:0", "127.0.0.1/32:65536", "127.0.0.1:x",
     "[::1]/129:80", "[::1]/128", "::1/128:80:", "example.com:80", "10.0.0.0/8:80:90", "127.0.0.1/32:-1"],
)  # fmt: skip
def test_a_wrong_entry_allows_nothing(entry: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the settings say what is valid
        allowed_network(entry)
