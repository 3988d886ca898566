"""How much free memory glibc's malloc keeps: mallopt(3). Other libraries have their own way; nothing happens
there."""

import contextlib
import ctypes
import functools
import sys
from collections.abc import Iterator

KEPT = 64 << 20
"""Bytes of free memory that are kept while blocks come and go."""
LARGEST = 32 << 20
"""Bytes; the largest block that may lie among the others. More is not taken."""

_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3
_ARENA_MAX = -8
"""Of malloc.h."""


class _Thrift:
    """What holds in this process."""

    least: int | None = None
    blocks = 0


def give_back(least: int) -> None:
    """From now on, blocks and free ends of as many bytes go back at once, and all threads share them."""
    _Thrift.least = least
    _set(_ARENA_MAX, 1)  # what one thread has freed serves the next; few of ours run at once
    _keep(least, least)


@contextlib.contextmanager
def blocks_kept() -> Iterator[None]:
    """Blocks of some MB come and go in here: asking the kernel for each anew, and touching its pages for the
    first time, would take as long as filling it. What was kept goes back at the end of the last such time."""
    if _Thrift.least is None:
        yield
        return
    _Thrift.blocks += 1
    _keep(KEPT, LARGEST)
    try:
        yield
    finally:
        _Thrift.blocks -= 1
        if not _Thrift.blocks:
            _keep(_Thrift.least, _Thrift.least)
            trim()


def trim() -> None:
    """Free pages in the midst of others go back, too. Some milliseconds."""
    _call("malloc_trim", 0)


def _keep(free: int, block: int) -> None:
    _set(_TRIM_THRESHOLD, free)
    _set(_MMAP_THRESHOLD, block)


def _set(option: int, value: int) -> None:
    _call("mallopt", option, value)


def _call(name: str, *numbers: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl has no such functions
            getattr(_libc(), name)(*numbers)


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
