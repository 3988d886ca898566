from ipaddress import ip_network

import pytest

from pixcrawler.entrypoints.http.client_address import ClientAddress

PROXIES = ("10.0.0.0/8", "2001:db8:f::/48", "127.0.0.1")


def seen(peer: str | None, *forwarded: str, proxies: tuple[str, ...] = PROXIES) -> str:
    headers = [(b"accept", b"*/*"), *((b"x-forwarded-for", one.encode("latin-1")) for one in forwarded)]
    client = ClientAddress([ip_network(one) for one in proxies])
    return client.of(None if peer is None else (peer, 4711), headers)


@pytest.mark.parametrize("peer", ["192.0.2.9", "2001:db8::9", "11.0.0.1"])
def test_what_an_untrusted_peer_says_is_not_believed(peer: str) -> None:
    assert seen(peer, "198.51.100.1") == peer


def test_nobody_is_believed_where_no_proxy_is_named() -> None:
    assert seen("127.0.0.1", "198.51.100.1", proxies=()) == "127.0.0.1"
    assert seen("::1", "198.51.100.1", proxies=()) == "::1"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        (["198.51.100.1"], "198.51.100.1"),
        (["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        (["203.0.113.66, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),  # the first one is made up
        (["10.9.9.9, 198.51.100.1"], "198.51.100.1"),
        (["203.0.113.66", "198.51.100.1", "10.0.0.2"], "198.51.100.1"),  # several headers are one list
        (["198.51.100.1:55555, 10.0.0.2:80"], "198.51.100.1"),
        (["[2001:db8::7]:443"], "2001:db8::7"),
        (["2001:DB8::0007, 2001:db8:f::1"], "2001:db8::7"),
        (["::ffff:198.51.100.1"], "198.51.100.1"),
        (["10.0.0.3, 10.0.0.2"], "10.0.0.3"),  # all of it is ours
        ([], "10.0.0.1"),
        ([""], "10.0.0.1"),
        (["nonsense"], "10.0.0.1"),
        (["198.51.100.1, nonsense, 10.0.0.2"], "10.0.0.2"),
        (["198.51.100.1, "], "10.0.0.1"),
        (["unknown, _hidden"], "10.0.0.1"),
        (["é, 10.0.0.2"], "10.0.0.2"),
    ],
)
def test_the_client_is_the_last_one_that_is_no_proxy_of_ours(forwarded: list[str], client: str) -> None:
    assert seen("10.0.0.1", *forwarded) == client


def test_a_peer_is_the_same_in_either_spelling() -> None:
    assert seen("::ffff:10.0.0.1", "198.51.100.1") == "198.51.100.1"
    assert seen("::ffff:192.0.2.9", "198.51.100.1") == "192.0.2.9"


def test_only_so_many_hops_are_looked_at() -> None:
    assert seen("10.0.0.1", ", ".join(["198.51.100.1", *["10.0.0.2"] * 31])) == "198.51.100.1"
    assert seen("10.0.0.1", ", ".join(["198.51.100.1", *["10.0.0.2"] * 32])) == "10.0.0.2"


def test_a_header_too_long_to_be_remembered_is_read_all_the_same() -> None:
    assert seen("10.0.0.1", "x" * 60_000 + ", 198.51.100.1, 10.0.0.2") == "198.51.100.1"


def test_who_comes_through_a_socket_file_has_no_address() -> None:
    assert seen(None, "198.51.100.1") == "unknown"
