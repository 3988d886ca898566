"""Comparing what was written with what stands there, in a few bytes."""

import hashlib

_SPACE = 1 << 128


class Bag:
    """What was put in, each as often as it was, whatever the order: a sum of hashes (MSet-Add-Hash of Clarke
    et al., "Incremental Multiset Hash Functions", 2003). Bags of equal ``state`` hold the same."""

    def __init__(self) -> None:
        self._count = 0
        self._sum = 0

    def add(self, *parts: str) -> None:
        """``parts`` are one thing, in this order, and hold no NUL."""
        digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()
        self._sum = (self._sum + int.from_bytes(digest)) % _SPACE
        self._count += 1

    @property
    def state(self) -> tuple[int, int]:
        return self._count, self._sum
