"""Ctrl-C while a program loads and while Python takes it down: there is nothing to keep then, and Python
would show a traceback, or print one and go on."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
"""The exit code: 128 and the number of SIGINT, as shells have it."""


def end_at_once() -> None:
    """From now on Ctrl-C ends the process on the spot, unless somebody else sees to it: who ignores it
    (``nohup``, a job in the background), or a program that set a handler of its own."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def as_usual() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt again: there is something to put in order."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def become(module: str, *arguments: str) -> NoReturn:
    """Go on as ``python -m module``, which calls ``end_at_once`` first: a Ctrl-C waits for that."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    os.write(2, b"Interrupted.\n")
    os._exit(INTERRUPTED)
