"""The address that the API is to listen on."""

import errno
import socket

from pixcrawler.domain.shared.errors import Unavailable

_WHY = {
    errno.EADDRINUSE: "is taken by another process; choose another port (API_PORT, or `up --port`)",
    errno.EADDRNOTAVAIL: "is no address of this machine; set API_HOST to one",
    errno.EACCES: "needs rights that this process does not have; choose a port from 1024 on",
}


class AddressUnavailable(Unavailable):
    code = "ADDRESS_UNAVAILABLE"


def check_address(host: str, port: int) -> None:
    """Find out before anything else is started. Granian alone would not tell: its processes share a port
    with whoever else shares it.

    Raises:
        AddressUnavailable: nobody could listen there now.
    """
    try:
        kind, protocol, address = _resolved(host, port)
        with socket.socket(kind, socket.SOCK_STREAM, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that just ended
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        why = _WHY.get(error.errno or 0, f"cannot be listened on ({error.strerror or error})")
        raise AddressUnavailable(f"{shown(host, port)} {why}.") from error


def _resolved(host: str, port: int) -> tuple[int, int, tuple[object, ...]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    kind, _, protocol, _, address = found[0]
    return kind, protocol, address


def shown(host: str, port: int) -> str:
    """As it stands in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
