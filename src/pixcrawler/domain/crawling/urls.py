"""When two URLs are the same candidate."""

import re
import unicodedata
from hashlib import sha256
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_NOT_IN_A_URL = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")


def normalise_url(url: str) -> str:
    """The form by which a candidate is told apart (RFC 3986 §6.2.2 and §6.2.3); not the form to fetch.

    Scheme and host in lower case, an international name by its A-labels, no default port, no dot segments,
    no fragment, an empty path as ``/``, percent-encoding in upper case and only where needed. The query
    keeps its order and all its parameters, ``utm_*`` too: a server may answer differently for any of them,
    and a signed URL breaks without one. URLs of other schemes (``file``) and those that cannot be parsed are
    left as they are.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc:
        return url
    path = _without_dot_segments(_percent_encoding(parts.path)) or "/"
    query = f"?{_percent_encoding(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{_authority(parts)}{path}{query}"


def url_digest(normalised: str) -> bytes:
    """The first 16 bytes of SHA-256: the unique key of a candidate within its job."""
    return sha256(normalised.encode("utf-8", "surrogatepass")).digest()[:16]


def _authority(parts: SplitResult) -> str:
    user, at, place = parts.netloc.rpartition("@")
    if not place.isascii():
        name, colon, rest = place.partition(":")
        place = f"{_a_labels(name)}{colon}{rest}"
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]") or not (port == "" or (port.isascii() and port.isdigit())):
        return f"{user}{at}{place.lower()}"
    if ":" in host and not host.endswith("]"):
        return f"{user}{at}{place.lower()}"
    number = port and (port.lstrip("0") or "0")
    if number in {"", _DEFAULT_PORTS[parts.scheme]}:
        return f"{user}{at}{host.lower()}"
    return f"{user}{at}{host.lower()}:{number}"


def _a_labels(name: str) -> str:
    """An international host name as it is looked up (RFC 5891), by the plain part of UTS 46."""
    labels = unicodedata.normalize("NFC", name.lower()).split(".")
    return ".".join(
        one if one.isascii() else f"xn--{one.encode('punycode', 'replace').decode()}" for one in labels
    )


def _percent_encoding(text: str) -> str:
    """Decode what needs no encoding, encode what does; a stray ``%`` becomes ``%25``."""
    plain = _PERCENT.sub(_octet, text)
    return _NOT_IN_A_URL.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass")), plain
    )


def _octet(found: re.Match[str]) -> str:
    if found[1] is None:
        return "%25"
    byte = int(found[1], 16)
    return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"


def _without_dot_segments(path: str) -> str:
    """RFC 3986 §5.2.4, for a path that is empty or starts with a slash."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept) or "/"
