"""The errors of a disk as sentences."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixcrawler.domain.shared.errors import StorageFull, Unavailable


@contextmanager
def told_plainly(where: Path) -> Iterator[None]:
    """Raises StorageFull or Unavailable for what the operating system raises."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(f"The disk that holds {where} is full; make room and try again.") from error
        raise Unavailable(f"The export cannot be written to {where}: {error.strerror}.") from error
