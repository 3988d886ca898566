"""WebP (RFC 9649)."""

import struct

from pixcrawler.adapters.imaging.exif import orientation_of
from pixcrawler.adapters.imaging.outline import Outline, truncated
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.shared.reasons import Reason

CHUNK = struct.Struct("<4sI")


def outline(data: bytes) -> Outline:
    """Size from the first chunk, frames by counting; what follows the RIFF container is left out."""
    if len(data) < 30:
        raise truncated("the file ends in the header")
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise truncated(f"the header announces {end} bytes, the file has {len(data)}")
    size = _size(data)
    frames, orientation, at = 0, 1, 12
    while at + CHUNK.size <= end:
        kind, length = CHUNK.unpack_from(data, at)
        start = at + CHUNK.size
        if start + length > end:
            raise truncated(f"the chunk at byte {at} ends behind the container")
        if kind == b"ANMF":
            frames += 1
        elif kind == b"EXIF":
            orientation = orientation_of(data[start : start + length])
        at = start + length + length % 2
    frames = max(1, frames)
    return Outline(size, frames, size[0] * size[1] * frames, orientation, data[:end])


def _size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise Refused(Reason.CORRUPT, "no WebP picture chunk where one must be")
