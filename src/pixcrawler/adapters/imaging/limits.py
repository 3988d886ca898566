"""What the kernel holds a child to. Linux only, as all of this is."""

import contextlib
import ctypes
import math
import os
import resource
import signal
from pathlib import Path

SET_PARENT_DEATH_SIGNAL = 1
SET_NO_NEW_PRIVILEGES = 38
DESCRIPTORS = 32
NOBODY = 65534
FIRST_TO_GO = b"800"


def die_with(parent: int) -> None:
    """Be killed when the parent process ends, however it ends; end at once when it has ended already."""
    _prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def confine(memory_bytes: int) -> None:
    """Limits that this process cannot lift again: on memory, descriptors, files (none grows), rights.

    Root becomes nobody, so that what takes over a decoder owns nothing.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_bytes(FIRST_TO_GO)
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # a user namespace may know no nobody
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    _prctl(SET_NO_NEW_PRIVILEGES, 1)
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def allow_cpu(seconds: int) -> None:
    """From now on so many seconds of processor time; then the kernel ends the process (SIGXCPU).

    The limit counts whole seconds from the process's start, so up to one more may pass.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
