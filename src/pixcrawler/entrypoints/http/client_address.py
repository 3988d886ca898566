"""Where a request comes from, also behind proxies."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

UNKNOWN = "unknown"
"""Of those who come through a socket file."""
MOST_HOPS = 32
"""Entries of X-Forwarded-For that are looked at."""
LONGEST_KEPT = 512
"""Bytes of X-Forwarded-For that are worth remembering: clients write it too, and could fill the memory."""

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Header = tuple[bytes, bytes]


class ClientAddress:
    """Believes X-Forwarded-For as far as ``proxies`` wrote it: read from the right, the first address that is
    none of them is the client's. What stands left of it anybody may have made up.

    RFC 7239's ``Forwarded`` is not read: two headers that may contradict each other are one too many.
    """

    def __init__(self, proxies: Sequence[Network]) -> None:
        self._proxies = proxies
        self._found = lru_cache(maxsize=4096)(self._find)

    def of(self, peer: tuple[str, int] | None, headers: Iterable[Header]) -> str:
        """``peer`` is who connected, as the server says."""
        if peer is None:
            return UNKNOWN
        if not self._proxies and ":" not in peer[0]:
            return peer[0]
        # Several headers are one list (RFC 9110, section 5.3).
        hops = b",".join([value for name, value in headers if name == b"x-forwarded-for"])
        find = self._found if len(hops) <= LONGEST_KEPT else self._find
        return find(peer[0], hops)

    def _find(self, peer: str, hops: bytes) -> str:
        found = _parsed(f"[{peer}]")
        for hop in hops.decode("latin-1").split(",")[: -MOST_HOPS - 1 : -1]:
            address = _parsed(hop)
            if found is None or not self._is_ours(found) or address is None:
                break
            found = address
        return peer if found is None else str(found)

    def _is_ours(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)


def _parsed(text: str) -> Address | None:
    """Of ``192.0.2.1``, ``192.0.2.1:80``, ``2001:db8::1``, ``[2001:db8::1]:80``; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
