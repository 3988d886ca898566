"""What a tree of processes holds and uses."""

import contextlib
import threading
import time
from pathlib import Path
from typing import Self

import psutil

EVERY = 0.1
KINDS = {"zygote": "decoding", "postgres": "postgres", "valkey": "valkey", "keeper": "keeper"}


class Watch:
    """Samples process trees every 100 ms, each process by its kind. ``follow`` adds the tree of a pid; the
    first that is followed, unless ``keeper`` is given, is what all is compared with.

    ``peak`` is the highest sum of PSS (shared pages divided among those who share them), ``peaks`` that of
    each kind, in bytes; ``samples`` are the sums of each kind, and when they were so, in seconds since 1970;
    ``cpu`` holds the processor seconds that each kind used while it was watched.
    """

    def __init__(self, keeper: int | None = None) -> None:
        self._roots = [] if keeper is None else [keeper]
        self._keeper = keeper
        self._kinds: dict[int, str] = {}
        self._used: dict[int, tuple[float, float]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)
        self.samples: list[tuple[float, dict[str, int]]] = []

    def follow(self, pid: int) -> None:
        self._kinds[pid] = "command"
        self._used[pid] = (0.0, 0.0)
        self._roots.append(pid)

    @property
    def peak(self) -> int:
        return max((sum(held.values()) for _, held in self.samples), default=0)

    @property
    def peaks(self) -> dict[str, int]:
        kinds = {kind for _, held in self.samples for kind in held}
        return {kind: max(held.get(kind, 0) for _, held in self.samples) for kind in kinds}

    @property
    def cpu(self) -> dict[str, float]:
        sums: dict[str, float] = {}
        for pid, (first, last) in self._used.items():
            sums[self._kinds[pid]] = sums.get(self._kinds[pid], 0.0) + last - first
        return sums

    def __enter__(self) -> Self:
        self._sample()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(due - time.monotonic(), 0)):
            due = time.monotonic() + EVERY
            self._sample()

    def _sample(self) -> None:
        held: dict[str, int] = {}
        at = time.time()
        # Whoever is forked meanwhile shares pages with who is older, which would be counted whole and again.
        youngest_first = sorted(self._all(), key=lambda process: process.pid, reverse=True)
        for process in youngest_first:
            try:
                kind, used = self._kind(process), sum(process.cpu_times()[:2])
            except psutil.Error:
                continue
            # What began while it was watched is counted from its beginning.
            old = self._keeper == process.pid or not self._thread.is_alive()
            first, _ = self._used.get(process.pid, (used if old else 0.0, used))
            self._used[process.pid] = (first, used)
            held[kind] = held.get(kind, 0) + _pss(process.pid)
        self.samples.append((at, held))

    def _all(self) -> set[psutil.Process]:
        return {process for root in self._roots for process in _tree(root)}

    def _kind(self, process: psutil.Process) -> str:
        known = self._kinds.get(process.pid)
        if known is None or (known == "command" and process.pid not in self._roots):
            line = " ".join(process.cmdline())
            kinds = (
                ("zygote", "decoding"),
                ("postgres", "postgres"),
                ("valkey", "valkey"),
                ("keeper", "keeper"),
            )
            found = (kind for sign, kind in kinds if sign in line)
            known = self._kinds[process.pid] = next(found, "worker")
        return known


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
