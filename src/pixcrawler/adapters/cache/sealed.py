"""How values are written into a cache that others can write into too: what is not ours is not read.

A value is msgpack behind a keyed BLAKE2b (RFC 7693) over its key and itself. So garbage, what was cut short
or copied from another key, and what somebody without the secret put there, are no values.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import cache, cached_property
from typing import TypeVar

import msgspec

from pixcrawler.application.ports.cache import Shelf

V = TypeVar("V")
SEAL = 32
"""Bytes."""
PURPOSE = b"pixcrawler cache"
"""The secret serves other purposes too; each has a key of its own."""


class Sealed:
    """``prefix`` starts every key. ``secret`` is the same in all processes; it is asked for when it is first
    needed."""

    def __init__(self, prefix: str, secret: Callable[[], bytes]) -> None:
        self._prefix = prefix
        self._find_secret = secret

    def key(self, shelf: Shelf[V], name: str) -> str:
        shape = _shape(shelf.kind)  # type: ignore[arg-type]  # mypy: a type of anything has no hash
        return f"{self._prefix}:cache:{shelf.name}:{shape}:{name}"

    def seal(self, key: str, value: object) -> bytes:
        body = msgspec.msgpack.encode(value)
        return self._mark(key, body) + body

    def open(self, key: str, kept: bytes, kind: type[V]) -> V | None:
        """None for what is not ours."""
        mark, body = kept[:SEAL], kept[SEAL:]
        if not hmac.compare_digest(mark, self._mark(key, body)):
            return None
        try:
            return msgspec.msgpack.decode(body, type=kind)
        except msgspec.MsgspecError:
            return None

    def _mark(self, key: str, body: bytes) -> bytes:
        mark = hashlib.blake2b(key.encode("utf-8", "surrogateescape"), key=self._key, digest_size=SEAL)
        mark.update(b"\0")
        mark.update(body)
        return mark.digest()

    @cached_property
    def _key(self) -> bytes:
        return hmac.digest(self._find_secret(), PURPOSE, "sha256")


@cache
def _shape(kind: type[object]) -> str:
    """Another one for every other shape, and for other docstrings, which is harmless."""
    schema = msgspec.json.encode(msgspec.json.schema(kind), order="sorted")
    return hashlib.sha256(schema).hexdigest()[:12]
