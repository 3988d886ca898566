"""Child processes that do not outlive the keeper."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from pixcrawler.adapters.embedded.place import Account

Ladder = tuple[tuple[float, signal.Signals], ...]
AT_ONCE: Final[Ladder] = ((0, signal.SIGTERM), (1, signal.SIGKILL))
_PR_SET_PDEATHSIG: Final = 1
_THRIFT: Final = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}
"""Bytes. Else glibc has a process keep up to twice the largest block that it ever gave back: a backend that
has settled a large job stays as large as it was then."""


class Command(msgspec.Struct, frozen=True):
    """``ladder``: which signal to send how many seconds after the end was asked for."""

    argv: list[str]
    stdin: str = ""
    ladder: Ladder = AT_ONCE


def spawn(command: Command, *, account: Account | None, log: Path, hand_on: int) -> "subprocess.Popen[bytes]":
    """Start it in ``/``, with a bare environment, its output at the end of ``log``, ``hand_on`` left open."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command.argv,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **_THRIFT},
            pass_fds=(hand_on,),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_dies_with_us(command.ladder[0][1]),  # noqa: PLW1509  the keeper has no threads
        )
    assert child.stdin
    with contextlib.suppress(BrokenPipeError):  # it has ended already; its exit status says so
        child.stdin.write(command.stdin.encode())
        child.stdin.close()
    return child


def _dies_with_us(death: signal.Signals) -> Callable[[], None] | None:
    """Linux sends ``death`` when the keeper is killed. Elsewhere the next keeper ends what it finds."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    keeper = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(death))
        if os.getppid() != keeper:
            os._exit(1)

    return ask


def holders(file: Path) -> list[int]:
    """The processes of ours that have the file open. Linux only: elsewhere none is found."""
    try:
        wanted = file.stat()
        pids = [int(process.name) for process in Path("/proc").iterdir() if process.name.isdigit()]
    except FileNotFoundError:
        return []
    return [pid for pid in pids if pid != os.getpid() and _has_open(pid, (wanted.st_dev, wanted.st_ino))]


def _has_open(pid: int, wanted: tuple[int, int]) -> bool:
    try:
        found = [fd.stat() for fd in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:  # it has ended, or it is not ours
        return False
    return wanted in {(file.st_dev, file.st_ino) for file in found}
