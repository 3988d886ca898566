"""The folder in which the processes of one API keep what they count.

Counters of a process that died stay part of the sum; what it was doing (requests under way, listeners) does
not. A process is there as long as it holds the lock on its file, which also a kill gives back.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable in which prometheus-client looks for it, in this process and those that it forks."""


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A new one for each start, gone at the end."""
    folder = tempfile.mkdtemp(prefix="pixcrawler-metrics-")
    os.environ[FOLDER] = folder
    try:
        yield Path(folder)
    finally:
        del os.environ[FOLDER]
        shutil.rmtree(folder, ignore_errors=True)


class Present:
    """This process is there until it closes this, or ends."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / f"alive-{os.getpid()}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def close(self) -> None:
        os.close(self._file)


def forget_the_dead(folder: Path) -> None:
    """What they were doing."""
    from prometheus_client.multiprocess import mark_process_dead

    for mark in folder.glob("alive-*"):
        if not _locked(mark):
            mark_process_dead(int(mark.name.removeprefix("alive-")), str(folder))  # type: ignore[no-untyped-call]
            mark.unlink(missing_ok=True)


def _locked(mark: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        file = os.open(mark, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
    return False
