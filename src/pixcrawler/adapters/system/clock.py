"""The machine's clock, and ids made from it."""

import os
import threading
import time
from datetime import UTC, datetime
from uuid import UUID


class SystemClock:
    """The present, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Uuid7:
    """UUIDs of version 7, rising within a process.

    RFC 9562, method 3: the 12 bits behind the milliseconds are a finer clock.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> UUID:
        nanoseconds = time.time_ns()
        milliseconds, rest = divmod(nanoseconds, 1_000_000)
        stamp = milliseconds << 12 | rest * 4096 // 1_000_000
        with self._lock:
            stamp = self._last = max(stamp, self._last + 1)
        high = (stamp >> 12) << 16 | 0x7000 | (stamp & 0xFFF)
        low = 0x8000_0000_0000_0000 | int.from_bytes(os.urandom(8), "big") >> 2
        return UUID(int=high << 64 | low)
