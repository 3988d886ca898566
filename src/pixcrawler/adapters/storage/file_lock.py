"""Files whose lock says that somebody is alive: the kernel frees it with the process, however that ends."""

import fcntl
import os
from pathlib import Path


def hold(path: Path) -> int | None:
    """A descriptor that holds the file, which is made if it is not there; None while somebody else does.

    Whoever removes the file does so while holding it. Raises OSError.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink:  # else it was removed before we held it
            return descriptor
    except BlockingIOError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def let_go(path: Path, descriptor: int) -> None:
    """Remove the file, then free it."""
    try:
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
