"""What every kind of archive can do. Everything here blocks: it is used in a thread, by one at a time."""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

from zlib_ng.zlib_ng import crc32

from pixcrawler.application.ports.target import Reading

BLOCK = 1 << 20
"""Bytes in memory of a member that goes by in pieces."""


READ_AHEAD = 1 << 18
"""Bytes that are read of a member at once."""


class Known(NamedTuple):
    """A member before it is written: its size in bytes and the CRC-32 of its content."""

    name: str
    size: int
    crc: int


Crc = Callable[[], int]
"""Gives the CRC-32 of a content that is about to come."""


class Packer(Protocol):
    """Writes members one after another. What comes out depends on their names and contents alone, not on
    the way they come in: repacking gives the same bytes again."""

    def add(self, name: str, data: bytes) -> None:
        """A member that is in memory."""
        ...

    def begin(self, name: str, size: int, crc: Crc | None = None) -> None:
        """A member of exactly ``size`` bytes, which follow by ``write``, and then ``end``. ``crc`` is asked
        for where it spares holding them; ``end`` then raises BrokenArchive when they had another."""
        ...

    def write(self, piece: bytes) -> None: ...

    def end(self) -> None: ...

    def close(self) -> bytes:
        """Write what stands behind the members; nothing can be added any more. The head: what stands in
        front of all that was written, and is known only now."""
        ...


class ArchiveReading(Reading, Protocol):
    """An archive that was opened. What is damaged raises BrokenArchive where it is met."""

    def known(self) -> Iterator[Known]:
        """All members in their order. Contents are read where the archive does not tell their CRCs."""
        ...

    def close(self) -> None:
        """Harmless twice. The file that it reads from is its opener's."""
        ...


class Container(Protocol):
    """One kind of archive."""

    @property
    def packer(self) -> Callable[[Callable[[bytes], object]], Packer]:
        """Writes front to back, so that an archive can go into a store as it is made."""
        ...

    @property
    def head(self) -> int:
        """Bytes of the head; mostly none."""
        ...

    def read(self, file: BinaryIO) -> ArchiveReading:
        """Raises BrokenArchive."""
        ...


def in_blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def crc_of(file: BinaryIO) -> int:
    crc = 0
    for block in in_blocks(file):
        crc = crc32(block, crc)
    return crc


def known_by_reading(archive: Reading) -> Iterator[Known]:
    for name, size in archive.files():
        with archive.open(name) as content:
            yield Known(name, size, crc_of(content))


def copy(packer: Packer, name: str, size: int, pieces: Iterable[bytes], *, crc: Crc | None = None) -> None:
    """A member of ``size`` bytes, a piece in memory at a time; ``crc`` as ``begin`` takes it."""
    packer.begin(name, size, crc)
    for piece in pieces:
        packer.write(piece)
    packer.end()
