"""Whether somebody could listen there."""

import socket

import pytest

from pixcrawler.bootstrap.address import AddressUnavailable, check_address, shown


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::1", "::1")],
)
def test_a_free_port_is_fine_and_stays_free_and_its_address_is_known(host: str, address: str) -> None:
    port = free_port()
    assert check_address(host, port) == address
    assert check_address(host, port) == address


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("shared", [True, False])
def test_a_taken_port_is_told_also_when_its_owner_would_share_it(host: str, shared: bool) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AddressUnavailable, match="is taken by another process"):
            check_address(host, taken.getsockname()[1])


def test_a_port_whose_connections_have_just_ended_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = server.accept()
            accepted.close()  # the side that closes first keeps the port in TIME_WAIT
    check_address("127.0.0.1", port)


def test_an_address_that_is_not_this_machine_s_is_told() -> None:
    with pytest.raises(AddressUnavailable, match=r"192\.0\.2\.1:8000 is no address of this machine"):
        check_address("192.0.2.1", 8000)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 300, "a..b", "not a host"])
def test_a_name_that_means_nothing_is_told(host: str) -> None:
    with pytest.raises(AddressUnavailable, match="8000 cannot be listened on"):
        check_address(host, 8000)


def test_an_ipv6_address_is_shown_as_in_a_url() -> None:
    assert shown("::1", 80) == "[::1]:80"
    assert shown("127.0.0.1", 80) == "127.0.0.1:80"
