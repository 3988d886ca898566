"""Comparing what was written with what stands there, in a few bytes."""

_SPACE = 1 << 64


class Bag:
    """What was put in, each as often as it was, whatever the order: a sum of hashes (MSet-Add-Hash of Clarke
    et al., "Incremental Multiset Hash Functions", 2003). Bags of equal ``state`` hold the same. The hash is
    Python's own, SipHash with a key that is this process's secret: states are not to be kept."""

    def __init__(self) -> None:
        self._count = 0
        self._sum = 0

    def add(self, *parts: str) -> None:
        """``parts`` are one thing, in this order."""
        self._sum = (self._sum + hash(parts)) % _SPACE
        self._count += 1

    @property
    def state(self) -> tuple[int, int]:
        return self._count, self._sum
