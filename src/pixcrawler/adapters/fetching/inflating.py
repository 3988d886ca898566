"""Undoing a Content-Encoding without letting it grow beyond a bound."""

import zlib

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_BARE = -zlib.MAX_WBITS
_GZIP = b"\x1f\x8b"
_PIECE = 16 * 1024
_MOST_MEMBERS = 10_000


def inflated(data: bytes, encoding: str, most: int, *, cut: bool = False) -> bytes:
    """Raises ValueError for another encoding than gzip or deflate, for broken data, and for more than
    ``most`` bytes; with ``cut`` these are the first ``most`` of a longer text.

    Gzip may come in several members (RFC 1952, 2.2). Deflate may come without the zlib header that
    RFC 9110 asks for: servers send it so, and browsers take it.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return data
    if name not in ("gzip", "x-gzip", "deflate"):
        raise ValueError(f"Content-Encoding: {name[:40]}")
    for form in (_GZIP_OR_ZLIB, _BARE) if name == "deflate" else (_GZIP_OR_ZLIB,):
        try:
            plain = _members(data, form, most + 1)
        except zlib.error:
            continue
        if len(plain) > most and not cut:
            raise ValueError(f"more than {most} bytes after inflating")
        return plain[:most]
    raise ValueError(f"broken {name} data")


def _members(data: bytes, form: int, most: int) -> bytes:
    """At most the first ``most`` bytes of them all. Raises zlib.error, ValueError."""
    plain = bytearray()
    at = 0
    for _ in range(_MOST_MEMBERS):
        stream = zlib.decompressobj(form)
        while at < len(data) and len(plain) < most and not stream.eof:
            piece = data[at : at + _PIECE]
            plain += stream.decompress(piece, most - len(plain))
            at += len(piece) - len(stream.unused_data)
        if form == _BARE and not stream.eof and len(plain) < most:
            raise zlib.error("nothing marks it as deflate, and it has no end")
        if len(plain) >= most or not data.startswith(_GZIP, at):
            return bytes(plain)
    raise ValueError(f"more than {_MOST_MEMBERS} gzip members")
