"""Summing up what is written, beside the writing."""

import hashlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

BEHIND = 2
"""Blocks that may wait: neither side stops for the other when one of them takes a little longer."""


class Summed:
    """SHA-256 of blocks, ``BEHIND`` of them behind at most, in a thread of its own: it takes as long as all
    else, and others work meanwhile. ``size`` is the bytes of all blocks. Everything here blocks."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1, "sha256")
        self._summing: deque[Future[None]] = deque()
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def add(self, block: Sequence[bytes]) -> None:
        """Its pieces, in their order, while the caller goes on; they must stay as they are."""
        self._settle(BEHIND - 1)
        self.size += sum(map(len, block))
        self._summing.append(self._thread.submit(self._update, block))

    def hexdigest(self) -> str:
        """Of all that was added."""
        self._settle(0)
        return self._sum.hexdigest()

    def _settle(self, left: int) -> None:
        while len(self._summing) > left:
            self._summing.popleft().result()

    def _update(self, block: Sequence[bytes]) -> None:
        for piece in block:
            self._sum.update(piece)
