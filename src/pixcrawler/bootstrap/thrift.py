"""A process that has begun and runs for long: what it needs no more, it gives back soon."""

import contextlib
import ctypes
import gc
import sys

THRESHOLD = (5_000, 5, 5)
"""What is left in cycles stays until it is collected: tens of MiB with thresholds for loading. What was there
at the beginning is never looked at, so looking often costs little."""

LARGE = 1024 * 1024
"""Bytes. glibc begins with an eighth of this and goes up, as far as 32 MiB, with the largest block that was
ever given back: who has settled a large job would keep its columns' room for good."""

M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
"""Of malloc.h; mallopt(3)."""


def be_thrifty() -> None:
    """Once, when all is loaded."""
    gc.freeze()
    gc.set_threshold(*THRESHOLD)
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl has no such options, and gives back by itself
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(M_MMAP_THRESHOLD, LARGE)
            mallopt(M_TRIM_THRESHOLD, LARGE)
            mallopt(M_ARENA_MAX, 1)  # what one thread has freed serves the next; few of ours run at once
