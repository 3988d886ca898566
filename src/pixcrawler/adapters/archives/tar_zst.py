"""tar.zst: a tar in Zstandard frames (RFC 8878) of equal content, each with its checksum.

Frames behind one another are one stream to every decompressor. To us each is a place to begin at, so that a
file in the middle is found without unpacking all that stands before it.
"""

import io
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import BinaryIO

from pixcrawler.adapters.archives.container import BLOCK
from pixcrawler.adapters.archives.damage import SENTENCE, told
from pixcrawler.adapters.archives.tar import TarPacker, TarReading
from pixcrawler.adapters.archives.zstd import CompressionParameter, ZstdDecompressor, compress
from pixcrawler.domain.datasets.errors import BrokenArchive

FRAME = 8 << 20
"""Bytes of tar in a frame; the last one has what is left."""

_OPTIONS: dict[int, int] = {CompressionParameter.compression_level: 3, CompressionParameter.checksum_flag: 1}


class TarZstPacker(TarPacker):
    """A tar that is compressed a frame at a time."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        super().__init__(self._gather)
        self._out = sink
        self._frame = bytearray()

    def close(self) -> bytes:
        head = super().close()
        if self._frame:
            self._out(compress(self._frame, options=_OPTIONS))
        return head

    def _gather(self, piece: bytes) -> None:
        self._frame += piece
        while len(self._frame) >= FRAME:
            self._out(compress(memoryview(self._frame)[:FRAME], options=_OPTIONS))
            del self._frame[:FRAME]


class Frames(io.RawIOBase):
    """The content of a file of frames, which can seek to what it has passed before. A frame's beginning is
    remembered when it is met: sixteen bytes for some MB."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._starts = [(0, 0)]  # of content, of file
        self._at = 0
        self._ahead = b""
        self._end: int | None = None
        self._begin(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self._at
        elif whence == io.SEEK_END:
            raise io.UnsupportedOperation("Where it ends is known when all was read.")
        frame = bisect_right(self._starts, offset, key=lambda start: start[0]) - 1
        if offset < self._at or self._starts[frame][0] > self._at:
            self._begin(frame)
        while self._at < offset and self._read(min(BLOCK, offset - self._at)):
            pass
        return self._at

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _begin(self, frame: int) -> None:
        self._at, self._where = self._starts[frame]
        self._file.seek(self._where)
        self._ahead = b""
        self._unpacker = ZstdDecompressor()

    def _read(self, wanted: int) -> bytes:
        """Some of what follows; nothing at the end."""
        while True:
            if self._unpacker.eof and not self._next_frame():
                return b""
            data = self._unpacked(wanted)
            if data:
                self._at += len(data)
                return data

    def _unpacked(self, wanted: int) -> bytes:
        with told():
            if not self._unpacker.needs_input:
                return self._unpacker.decompress(b"", wanted)
            packed = self._ahead or self._file.read(BLOCK)
            self._ahead = b""
            if not packed:
                raise BrokenArchive(SENTENCE)
            self._where += len(packed)
            return self._unpacker.decompress(packed, wanted)

    def _next_frame(self) -> bool:
        """Whether there is one."""
        self._ahead = self._unpacker.unused_data or self._file.read(BLOCK)
        self._where -= len(self._unpacker.unused_data)
        if not self._ahead:
            return False
        if self._at > self._starts[-1][0]:
            self._starts.append((self._at, self._where))
        self._unpacker = ZstdDecompressor()
        return True


class TarZstReading(TarReading):
    """Reads to the very end, so that every checksum was compared once."""

    def __init__(self, file: BinaryIO) -> None:
        self._frames = Frames(file)
        super().__init__(io.BufferedReader(self._frames, BLOCK))

    def files(self) -> Iterator[tuple[str, int]]:
        yield from super().files()
        while self._file.read(BLOCK):
            pass


class TarZst:
    packer = TarZstPacker
    head = 0
    read = TarZstReading
