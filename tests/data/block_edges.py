"""Addresses at the edges of blocks, judged without any cleverness."""

from ipaddress import ip_address, ip_network


def edges(blocks: tuple[tuple[str, str], ...]) -> list[tuple[str, bool]]:
    """First and last address of each block, and its neighbours; with each, whether it is open."""
    networks = [ip_network(block) for block, _ in blocks]
    found: dict[str, bool] = {}
    for network in networks:
        first, last = int(network.network_address), int(network.broadcast_address)
        top = 2**network.max_prefixlen - 1
        for number in (first, last, first - 1, last + 1):
            if 0 <= number <= top:
                one = ip_address(number) if network.version == 4 else ip_address(number.to_bytes(16))
                inside = any(one in other for other in networks)
                global_unicast = one.version == 4 or int(one) >> 125 == 0b001
                found[str(one)] = global_unicast and not inside
    return sorted(found.items())
