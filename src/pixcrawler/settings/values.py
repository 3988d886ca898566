"""Kinds of values that plain types do not cover."""

import ipaddress
import re
from ipaddress import IPv4Network, IPv6Network

import msgspec


class Secret:
    """A text that shows in no log, error or ``repr``; only ``reveal()`` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


class Network(msgspec.Struct, frozen=True):
    """Addresses of machines."""

    network: IPv4Network | IPv6Network

    @classmethod
    def parse(cls, text: str) -> "Network":
        """``10.0.0.0/8``, ``192.0.2.1``, ``2001:db8::/32``. Raise ValueError when it is none of these."""
        return cls(ipaddress.ip_network(text))

    def __str__(self) -> str:
        return str(self.network)


_NETWORK = re.compile(r"\[(?P<six>.+)\](:(?P<port6>\d+))?|(?P<four>[\d./]+)(:(?P<port4>\d+))?|.+")


class PrivateNetwork(msgspec.Struct, frozen=True):
    """Addresses that may be fetched although they are not public; ``port`` None means every port."""

    network: IPv4Network | IPv6Network
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PrivateNetwork":
        """``127.0.0.0/8``, ``127.0.0.1:8080``, ``10.0.0.0/8:80``, ``::1``, ``[::1]:8080``, ``[fd00::/8]:80``.

        Raises:
            ValueError: the text is none of these, or has bits set behind its prefix length.
        """
        parts = _NETWORK.fullmatch(text.strip())
        if parts is None:
            raise ValueError(text)
        address = parts["six"] or parts["four"] or parts[0]
        port = parts["port6"] or parts["port4"]
        number = int(port) if port else None
        if number is not None and not 1 <= number <= 65535:
            raise ValueError(text)
        return cls(ipaddress.ip_network(address), number)

    def __str__(self) -> str:
        if self.port is None:
            return str(self.network)
        bracketed = f"[{self.network}]" if self.network.version == 6 else str(self.network)
        return f"{bracketed}:{self.port}"
