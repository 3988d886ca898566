"""Reading a URL strictly, once. What two parsers could read differently is refused, not guessed."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urljoin

import can_ada
import idna

from pixcrawler.adapters.fetching.addresses import Address, address
from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.domain.shared.reasons import Reason

LONGEST_URL = 8192  # bytes
DEFAULT_PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that send on to another URL."""

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_AUTHORITY = re.compile(r"(https?)://([^/?#]*)", re.IGNORECASE | re.ASCII)
_HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::([0-9]{0,5}))?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_OTHER_DOTS = re.compile("[\u3002\uff0e\uff61]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
_LOCAL_SUFFIXES = frozenset(
    {"localhost", "local", "localdomain", "internal", "home.arpa", "onion", "invalid", "svc", "cluster"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A URL in parts. ``host`` is lower-case ASCII (A-labels) or an IP in canonical form, no brackets.

    ``target`` is path and query, percent-encoded. ``literal`` is the host's address when it is an IP.
    """

    scheme: str
    host: str
    port: int
    target: str
    literal: Address | None

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """What goes into the Host header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return self.origin + self.target

    @property
    def paced_as(self) -> str:
        """Whose pace it is: the host's. Servers on this machine are told apart by their ports, as they have
        nothing to do with each other."""
        own = self.literal is not None and self.literal.is_loopback
        return self.authority if own else self.host


def read_url(url: str) -> Place:
    """Raises Denied: BAD_URL for what is malformed, ADDRESS_DENIED for hosts that are never fetched."""
    _refuse_characters(url)
    match = _AUTHORITY.match(url)
    if match is None:
        raise Denied(Reason.BAD_URL, "not an http or https URL")
    scheme, authority = match[1].lower(), match[2]
    if "@" in authority or "%" in authority:
        raise Denied(Reason.BAD_URL, "@ or % before the path")
    parts = _HOST_AND_PORT.fullmatch(authority)
    if parts is None:
        raise Denied(Reason.BAD_URL, "no valid host and port")
    host, literal = _host(parts[1])
    port = int(parts[2]) if parts[2] else DEFAULT_PORTS[scheme]
    target = _second_opinion(url, host, literal, port)
    return Place(scheme, host, port, target, literal)


def join_url(base: Place, location: str) -> str:
    """Where a redirect leads. Raises Denied where joining would hide characters from ``read_url``.

    Blanks are encoded, as browsers do: many servers send names of files as they are. In a host they are
    refused in this form, too.
    """
    location = location.replace(" ", "%20")
    _refuse_characters(location)
    try:
        return urljoin(base.url, location)
    except ValueError:
        raise Denied(Reason.BAD_URL, "a redirect to a malformed URL") from None


def _refuse_characters(url: str) -> None:
    if len(url) > LONGEST_URL:
        raise Denied(Reason.BAD_URL, "longer than 8 KiB")
    if _FORBIDDEN.search(url):
        raise Denied(Reason.BAD_URL, "a control character, space or backslash")
    if url.isascii():
        return
    if any(unicodedata.category(character) in _INVISIBLE for character in url):
        raise Denied(Reason.BAD_URL, "an invisible character")
    if len(url.encode()) > LONGEST_URL:
        raise Denied(Reason.BAD_URL, "longer than 8 KiB")


def _host(raw: str) -> tuple[str, Address | None]:
    if raw.startswith("["):
        literal = address(raw[1:-1])
        # A dotted tail is canonical or not depending on the Python release: never, here.
        if literal is None or "." in raw:
            raise Denied(Reason.ADDRESS_DENIED, "an IPv6 address that is not written as in RFC 5952")
        return raw[1:-1], literal
    host = raw.lower() if raw.isascii() else _a_labels(raw)
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        literal = address(host)
        if literal is None:
            raise Denied(Reason.ADDRESS_DENIED, "an IPv4 address that is not a plain dotted quad")
        return host, literal
    _refuse_labels(host, labels)
    return host, None


def _a_labels(raw: str) -> str:
    if unicodedata.normalize("NFKC", raw) != raw or _OTHER_DOTS.search(raw):
        raise Denied(Reason.BAD_URL, "a host name of compatibility characters")
    try:
        return idna.encode(raw, uts46=True).decode("ascii")
    except UnicodeError:
        raise Denied(Reason.BAD_URL, "an invalid international host name") from None


def _refuse_labels(host: str, labels: list[str]) -> None:
    if len(host) > 254 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Denied(Reason.BAD_URL, "an invalid host name")
    try:
        for label in labels:
            if label.startswith("xn--"):
                idna.ulabel(label)
    except UnicodeError:
        raise Denied(Reason.BAD_URL, "an invalid international host name") from None
    if len(labels) == 1:
        raise Denied(Reason.ADDRESS_DENIED, "a host name of a single label")
    if labels[-1] in _LOCAL_SUFFIXES or ".".join(labels[-2:]) in _LOCAL_SUFFIXES:
        raise Denied(Reason.ADDRESS_DENIED, f"a local host name (.{labels[-1]})")


def _second_opinion(url: str, host: str, literal: Address | None, port: int) -> str:
    """Path and query, when the WHATWG parser reads the same host and port; browsers would ask for it."""
    try:
        other = can_ada.parse(url)
    except ValueError:
        raise Denied(Reason.BAD_URL, "not a valid URL (WHATWG)") from None
    written = f"[{host}]" if literal is not None and literal.version == 6 else host
    other_port = int(other.port) if other.port else DEFAULT_PORTS[other.protocol.removesuffix(":")]
    if (other.hostname, other_port) != (written, port):
        raise Denied(Reason.BAD_URL, "two parsers read it differently")
    return f"{other.pathname}{other.search}"
