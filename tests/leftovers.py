"""Which processes of a run outlive it."""

import contextlib
import os
import time
from pathlib import Path

import psutil

MARK = "PYTHON_PIXCRAWLER_TEST_RUN"
"""An environment variable that every process started by a run inherits; also from the keeper of the embedded
servers, which hands on only what begins with PYTHON."""


def leftovers(mark: str, home: Path) -> list[psutil.Process]:
    """Processes that carry the run's mark, work in its folder, or descend from this process.

    The mark is not enough: Postgres overwrites the memory in which its environment can be read.
    """
    own = psutil.Process()
    found = {child.pid: child for child in own.children(recursive=True)}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            marked = process.environ().get(MARK) == mark
            if (marked or str(home) in " ".join(process.cmdline())) and process.pid != os.getpid():
                found[process.pid] = process
    return [process for process in found.values() if is_running(process)]


def is_running(process: psutil.Process) -> bool:
    """A zombie does not run; not every init collects its orphans."""
    with contextlib.suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def end_leftovers(mark: str, home: Path, *, patience: float) -> list[str]:
    """Give what is ending ``patience`` seconds, then kill what is left and say what it was."""
    deadline = time.monotonic() + patience
    while (left := leftovers(mark, home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    told = []
    for process in left:
        with contextlib.suppress(psutil.Error):
            told.append(f"{process.pid}: {' '.join(process.cmdline()) or process.name()}")
            process.kill()
    return told
