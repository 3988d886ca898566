"""PNG and APNG (PNG specification, third edition)."""

import struct
import zlib

from pixcrawler.adapters.imaging.exif import orientation_of
from pixcrawler.adapters.imaging.outline import Outline, truncated
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.shared.reasons import Reason

CHUNK = struct.Struct(">I4s")
SIGNATURE = 8
NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
LARGEST_PROFILE = 1 << 20


def outline(data: bytes) -> Outline:
    """Only the chunks that make the picture are handed on: texts, profiles and later frames can be bombs."""
    size, frames, orientation = (0, 0), 1, 1
    kept = [data[:SIGNATURE]]
    for kind, start, end in chunks(data):
        if kind == b"IHDR" and end - start >= 20:
            size = struct.unpack_from(">II", data, start + 8)
        elif kind == b"acTL" and end - start >= 20:
            frames = max(1, int.from_bytes(data[start + 8 : start + 12], "big"))
        elif kind == b"eXIf":
            orientation = orientation_of(data[start + 8 : end - 4])
        if kind in NEEDED:
            kept.append(data[start:end])
    return Outline(size, frames, size[0] * size[1] * frames, orientation, b"".join(kept))


def profile(data: bytes) -> bytes | None:
    """The ICC profile, unless it is broken or unfolds to more than 1 MiB."""
    for kind, start, end in chunks(data):
        if kind == b"iCCP":
            _, _, packed = data[start + 8 : end - 4].partition(b"\0")
            inflate = zlib.decompressobj()
            try:
                unfolded = inflate.decompress(packed[1:], LARGEST_PROFILE)
            except zlib.error:
                return None
            return unfolded if inflate.eof else None
    return None


def exif(data: bytes) -> bytes:
    """The EXIF block; empty where there is none."""
    found = (data[start + 8 : end - 4] for kind, start, end in chunks(data) if kind == b"eXIf")
    return next(found, b"")


def chunks(data: bytes) -> list[tuple[bytes, int, int]]:
    """Type, start and end of each chunk up to IEND; what follows is not part of the picture."""
    chunks = []
    at = SIGNATURE
    while at + CHUNK.size <= len(data):
        length, kind = CHUNK.unpack_from(data, at)
        end = at + CHUNK.size + length + 4
        if end > len(data):
            raise truncated(f"{_name(kind)} chunk at byte {at} ends behind the file")
        chunks.append((kind, at, end))
        if kind == b"IEND":
            return chunks
        at = end
    raise truncated("the file ends before the IEND chunk")


def _name(kind: bytes) -> str:
    if not kind.isalpha():
        raise Refused(Reason.CORRUPT, f"a chunk of type {kind.hex()}")
    return kind.decode()
