"""What a tree of processes holds and uses."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

import psutil

EVERY = 0.1


class MemoryWatch:
    """Samples the proportional set size (PSS: shared pages divided among those who share them) of process
    trees every 100 ms, and keeps the highest sum. ``roots`` is asked each time for the trees' first pids.
    """

    def __init__(self, roots: Callable[[], Iterable[int]]) -> None:
        self._roots = roots
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-watch", daemon=True)
        self.peak = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(due - time.monotonic(), 0)):
            due = time.monotonic() + EVERY
            self.peak = max(self.peak, sum(_pss(pid) for pid in self._pids()))

    def _pids(self) -> set[int]:
        return {process.pid for root in self._roots() for process in _tree(root)}


def cpu_of(root: int) -> float:
    """Processor seconds of a tree so far, with those of its members that have ended."""
    total = 0.0
    for process in _tree(root):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return total


def held_by(root: int) -> int:
    """Bytes of PSS that a tree holds now."""
    return sum(_pss(process.pid) for process in _tree(root))


def _tree(root: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        first = psutil.Process(root)
        return [first, *first.children(recursive=True)]
    return []


def _pss(pid: int) -> int:
    """Bytes; 0 for a process that has just gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
