"""Bytes on their way into one file."""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from pixcrawler.adapters.archives.container import BLOCK


class Sink:
    """Gathers pieces to blocks of about a MB and hands them on; counts them, and sums them up in a thread of
    its own: SHA-256 takes about as long as all else together, and lets other threads run meanwhile."""

    def __init__(self, write: Callable[[bytes], object], *, summed: bool) -> None:
        self._write = write
        self._pieces: list[bytes] = []
        self._held = 0
        self._sum = hashlib.sha256() if summed else None
        self._thread = ThreadPoolExecutor(1, "sha256") if summed else None
        self._summing: Future[None] | None = None
        self.size = 0

    def __call__(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held >= BLOCK:
            self.flush()

    def flush(self) -> None:
        """Hand on what was gathered."""
        block = b"".join(self._pieces) if len(self._pieces) != 1 else self._pieces[0]
        self._pieces.clear()
        self._held = 0
        self.size += len(block)
        self._wait()
        if self._sum is not None and self._thread is not None:
            self._summing = self._thread.submit(self._sum.update, block)
        self._write(block)

    def _wait(self) -> None:
        if self._summing is not None:
            self._summing.result()
            self._summing = None

    def finish(self) -> str | None:
        """Hand on what is left; the SHA-256 (hex) of all, if it was to be summed up."""
        self.flush()
        self.close()
        return None if self._sum is None else self._sum.hexdigest()

    def close(self) -> None:
        """End the thread; harmless at any time."""
        if self._thread is not None:
            self._thread.shutdown()
        self._wait()
