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


def check_address(host: str, port: int) -> str:
    """Find out before anything else is started. Granian alone would not tell: its processes share a port
    with whoever else shares it. The answer is the address without a name; of several, one of IPv4.

    Raises:
        AddressUnavailable: nobody could listen there now.
    """
    try:
        kind, address = _resolved(host, port)
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that just ended
            probe.bind(address)
            probe.listen(1)
    except (OSError, UnicodeError) as error:
        number, text = getattr(error, "errno", None), getattr(error, "strerror", None)
        why = _WHY.get(number or 0, f"cannot be listened on ({text or error})")
        raise AddressUnavailable(f"{shown(host, port)} {why}.") from error
    return str(address[0])


def _resolved(host: str, port: int) -> tuple[int, tuple[object, ...]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    kind, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    return kind, address


def shown(host: str, port: int) -> str:
    """As it stands in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
