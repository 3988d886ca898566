"""Bytes on their way into one file."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from pixcrawler.adapters.archives.container import BLOCK

ENOUGH = 128 << 10
"""Bytes that are handed on together."""
_LARGE = 1 << 16
"""Bytes of a piece that is written by itself: copying it takes longer than one more system call."""


def one_by_one(write: Callable[[bytes], object]) -> Callable[[Sequence[bytes]], None]:
    """For who takes one piece at a time: small ones that follow each other are joined."""

    def hand_on(pieces: Sequence[bytes]) -> None:
        small: list[bytes] = []
        for piece in pieces:
            if len(piece) < _LARGE:
                small.append(piece)
                continue
            if small:
                write(b"".join(small))
                small = []
            write(piece)
        if small:
            write(b"".join(small))

    return hand_on


class Sink:
    """Gathers pieces and hands them on; counts them, and sums them up in a thread of its own: SHA-256 takes
    about as long as all else together, and lets other threads run meanwhile."""

    def __init__(self, write: Callable[[Sequence[bytes]], object], *, summed: bool) -> None:
        self._write = write
        self._waiting: list[bytes] = []
        self._held = 0
        self._sum = _Sum() if summed else None
        self.size = 0

    def __call__(self, piece: bytes) -> None:
        self.size += len(piece)
        if self._sum is not None:
            self._sum.add(piece)
        self._waiting.append(piece)
        self._held += len(piece)
        if self._held >= ENOUGH:
            self.flush()

    def flush(self) -> None:
        """Hand on what was gathered."""
        if self._waiting:
            pieces, self._waiting, self._held = self._waiting, [], 0
            self._write(pieces)

    def finish(self) -> str | None:
        """Hand on what is left; the SHA-256 (hex) of all, if it was to be summed up."""
        self.flush()
        return None if self._sum is None else self._sum.hexdigest()

    def close(self) -> None:
        """End the thread; harmless at any time."""
        if self._sum is not None:
            self._sum.close()


class _Sum:
    """SHA-256, a block behind."""

    def __init__(self) -> None:
        self._summed = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1, "sha256")
        self._summing: Future[None] | None = None
        self._waiting: list[bytes] = []
        self._held = 0

    def add(self, piece: bytes) -> None:
        self._waiting.append(piece)
        self._held += len(piece)
        if self._held >= BLOCK:
            self._hand_on()

    def _hand_on(self) -> None:
        self._wait()
        pieces, self._waiting, self._held = self._waiting, [], 0
        self._summing = self._thread.submit(self._update, pieces)

    def _update(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._summed.update(piece)

    def _wait(self) -> None:
        if self._summing is not None:
            self._summing.result()
            self._summing = None

    def hexdigest(self) -> str:
        self._hand_on()
        self._wait()
        return self._summed.hexdigest()

    def close(self) -> None:
        self._thread.shutdown()
