"""Undoing a Content-Encoding without letting it grow beyond a bound."""

import zlib

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


def inflated(data: bytes, encoding: str, most: int) -> bytes:
    """Raises ValueError for another encoding than gzip or deflate, for broken data, and for more than
    ``most`` bytes."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return data
    if name not in ("gzip", "x-gzip", "deflate"):
        raise ValueError(f"Content-Encoding: {name[:40]}")
    stream = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        plain = stream.decompress(data, most)
    except zlib.error:
        raise ValueError(f"broken {name} data") from None
    if stream.unconsumed_tail:
        raise ValueError(f"more than {most} bytes after inflating")
    return plain
