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


PREFIX: Final = "pixcrawler-metrics-"
IN_USE: Final = "in-use"


@contextmanager
def shared_folder(place: Path) -> Iterator[Path]:
    """A new one in ``place`` for each start, gone at the end. What killed ones left there goes first. Where
    nothing can be written, it is where temporary files are, which some systems tidy up after days."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    held = _hold(folder / IN_USE)
    _sweep(folder.parent)
    os.environ[FOLDER] = str(folder)
    try:
        yield folder
    finally:
        os.environ.pop(FOLDER, None)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _sweep(place: Path) -> None:
    for left in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            mark = left / IN_USE
            if mark.stat().st_uid == os.getuid() and not _locked(mark):
                shutil.rmtree(left, ignore_errors=True)


class Present:
    """This process is there until it closes this, or ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)  # whoever tidied it up stops no process from starting
        self._held = _hold(folder / f"alive-{os.getpid()}")

    def close(self) -> None:
        os.close(self._held)


def _hold(mark: Path) -> int:
    """Nobody ever sees it without its lock."""
    hidden = mark.with_name(f".{mark.name}")
    descriptor = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    hidden.rename(mark)
    return descriptor


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
