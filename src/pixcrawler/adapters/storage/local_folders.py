"""Folders of the local store: made when they are needed and removed when they are empty, by many at once."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

TRIES = 100
"""How often a folder is made again that others remove as fast."""


def put_at(path: str | Path, put: Callable[[], None]) -> None:
    """Run ``put``, which moves a file there. Until it is there, whoever finds its folder empty may remove
    that, with those above it: then again. Raises OSError."""
    with suppress(FileNotFoundError):
        return put()
    folder = Path(path).parent
    for _ in range(TRIES):
        with suppress(FileNotFoundError, FileExistsError):  # either may come when others remove it meanwhile
            folder.mkdir(parents=True, exist_ok=True)
            return put()
    folder.mkdir(parents=True, exist_ok=True)
    return put()


def remove_empty(folder: Path, *, below: Path) -> None:
    """The folder and those above it, up to the first that holds anything or cannot be removed. It is the
    system that looks and removes in one: nothing that is put there meanwhile is lost."""
    while folder != below:
        try:
            folder.rmdir()
        except FileNotFoundError:  # somebody else was quicker
            pass
        except OSError:
            return
        folder = folder.parent
