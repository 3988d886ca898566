"""Which IP addresses belong to the open internet: a table of our own, pinned here.

``ipaddress.is_global`` is no guard: it calls multicast, NAT64, 6to4 relays and others global, and its
answer depends on the Python release. The table follows the IANA special-purpose address registries
(RFC 6890; IPv4 and IPv6, as of 2026-10) and goes further where a block is marked globally reachable and
yet leads to whichever server is nearest (the anycast services of 192.0.0.0/24, 2001::/23, AS112, AMT).
In IPv6 only 2000::/3 is open at all. An IPv4 address embedded in an IPv6 one is never unwrapped: blocks
that embed one are closed.
"""

from bisect import bisect_right
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CLOSED_BLOCKS: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network (RFC 791)"),
    ("10.0.0.0/8", "private use (RFC 1918)"),
    ("100.64.0.0/10", "shared address space (RFC 6598)"),
    ("127.0.0.0/8", "loopback (RFC 1122)"),
    ("168.63.129.16/32", "Azure's host agent"),
    ("169.254.0.0/16", "link local, cloud metadata (RFC 3927)"),
    ("172.16.0.0/12", "private use (RFC 1918)"),
    ("192.0.0.0/24", "IETF protocol assignments (RFC 6890)"),
    ("192.0.2.0/24", "documentation (RFC 5737)"),
    ("192.31.196.0/24", "AS112 anycast (RFC 7535)"),
    ("192.52.193.0/24", "AMT anycast (RFC 7450)"),
    ("192.88.99.0/24", "6to4 relay anycast (RFC 7526)"),
    ("192.168.0.0/16", "private use (RFC 1918)"),
    ("192.175.48.0/24", "AS112 anycast (RFC 7534)"),
    ("198.18.0.0/15", "benchmarking (RFC 2544)"),
    ("198.51.100.0/24", "documentation (RFC 5737)"),
    ("203.0.113.0/24", "documentation (RFC 5737)"),
    ("224.0.0.0/4", "multicast (RFC 5771)"),
    ("240.0.0.0/4", "reserved, broadcast (RFC 1112)"),
    ("::/128", "unspecified (RFC 4291)"),
    ("::1/128", "loopback (RFC 4291)"),
    ("::/96", "IPv4-compatible (RFC 4291)"),
    ("::ffff:0:0/96", "IPv4-mapped (RFC 4291)"),
    ("::ffff:0:0:0/96", "IPv4-translated (RFC 2765)"),
    ("64:ff9b::/96", "NAT64 (RFC 6052)"),
    ("64:ff9b:1::/48", "local NAT64 (RFC 8215)"),
    ("100::/64", "discard only (RFC 6666)"),
    ("100:0:0:1::/64", "dummy prefix (RFC 9780)"),
    ("2001::/23", "IETF protocol assignments, Teredo among them (RFC 2928, RFC 4380)"),
    ("2001:db8::/32", "documentation (RFC 3849)"),
    ("2002::/16", "6to4 (RFC 3056)"),
    ("2620:4f:8000::/48", "AS112 anycast (RFC 7534)"),
    ("3fff::/20", "documentation (RFC 9637)"),
    ("5f00::/16", "segment routing identifiers (RFC 9602)"),
    ("fc00::/7", "unique local (RFC 4193)"),
    ("fe80::/10", "link local (RFC 4291)"),
    ("fec0::/10", "site local (RFC 3879)"),
    ("ff00::/8", "multicast (RFC 4291)"),
)

_OPEN_IPV6 = IPv6Network("2000::/3")


@dataclass(frozen=True, slots=True)
class _Spans:
    """Disjoint blocks of one IP version, sorted, for one binary search per question."""

    firsts: list[int]
    lasts: list[int]
    names: list[str]

    def holding(self, number: int) -> str | None:
        at = bisect_right(self.firsts, number) - 1
        return self.names[at] if at >= 0 and number <= self.lasts[at] else None


def _spans(version: int) -> _Spans:
    blocks = [(ip_network(block), f"{block}, {name}") for block, name in CLOSED_BLOCKS]
    mine = [(block, name) for block, name in blocks if block.version == version]
    # ::/96 holds ::/128 and ::1/128; those are listed for the reader, the span of ::/96 decides.
    outer = [pair for pair in mine if not any(pair[0] != b and _inside(pair[0], b) for b, _ in mine)]
    outer.sort(key=lambda pair: int(pair[0].network_address))
    return _Spans(
        firsts=[int(block.network_address) for block, _ in outer],
        lasts=[int(block.broadcast_address) for block, _ in outer],
        names=[name for _, name in outer],
    )


def _inside(inner: Network, outer: Network) -> bool:
    return inner.network_address in outer and inner.prefixlen >= outer.prefixlen


_CLOSED_4 = _spans(4)
_CLOSED_6 = _spans(6)


def closed_block(address: Address) -> str | None:
    """The block that keeps this address from being fetched (``CIDR, what it is``), or None: it is open."""
    if isinstance(address, IPv4Address):
        return _CLOSED_4.holding(int(address))
    if address.scope_id is not None:
        return "an address with a zone"
    named = _CLOSED_6.holding(int(address))
    if named is None and address not in _OPEN_IPV6:
        return "outside 2000::/3, not global unicast (RFC 4291)"
    return named


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """An exception made by the operator: this network at this port, or at any port when it is None."""

    network: Network
    port: int | None

    def holds(self, address: Address, port: int) -> bool:
        return address in self.network and self.port in (None, port)


def address(text: str) -> Address | None:
    """The address that this is the one canonical spelling of (dotted quad, RFC 5952), or None."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found if str(found) == text else None
