"""What a folder and every archive have in common for whoever looks through them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import BinaryIO, NamedTuple, Protocol

from pixcrawler_sdk.errors import InvalidDatasetError, PixCrawlerError

PIECE = 1 << 20
"""Bytes read at once."""


class Broken(Exception):
    """It cannot be read on from here; the sentence says why."""


def told(error: Exception) -> str:
    """A sentence about what a library raised."""
    return str(error) if isinstance(error, Broken) else f"it cannot be read ({type(error).__name__}: {error})"


@contextmanager
def told_plainly(what: str) -> Iterator[None]:
    """InvalidDatasetError for whatever a library raises about a broken file; KeyError stays."""
    try:
        yield
    except (KeyError, PixCrawlerError):
        raise
    except Exception as error:
        raise InvalidDatasetError(f"{what}: {told(error)}") from error


class Kind(Enum):
    FILE = auto()
    FOLDER = auto()
    OTHER = auto()
    """A link, a device, a pipe, a file with holes: nothing that a dataset has."""


class Member(NamedTuple):
    """``size`` is what the container says, in bytes. ``open`` works until the next member is asked for.
    ``start`` is where a tar has the content."""

    name: str
    kind: Kind
    size: int
    open: Callable[[], BinaryIO]
    start: int = 0


class Container(Protocol):
    """Files by their names. One of the two methods is used at a time."""

    @property
    def kind(self) -> str:
        """``folder``, ``zip``, ``tar``, ``tar.zst`` or ``7z``."""
        ...

    @property
    def size(self) -> int:
        """Bytes on disk: of an archive all of them, of a folder those of its files."""
        ...

    @property
    def rewinds(self) -> bool:
        """Whether ``open`` has to read everything that stands before."""
        ...

    def members(self) -> Iterator[Member]:
        """In their order. Raises Broken, or whatever the library raises that reads it."""
        ...

    def open(self, name: str) -> BinaryIO:
        """The content from its start. Raises KeyError where there is no such file."""
        ...

    def position(self, read: int) -> int:
        """How far of ``size`` one is after reading so many bytes of contents."""
        ...

    def close(self) -> None: ...
