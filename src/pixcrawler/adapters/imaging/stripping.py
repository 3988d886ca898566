"""Files without what they tell beside their picture, taken apart and put together again, no pixel decoded.

What stays is what a viewer needs to show the picture: pixels, profile, frames, and the orientation in a block
that says nothing else. What is not known goes, and so does what stands behind the picture's end: phones put
whole pictures and films there.
"""

import re
import struct
import zlib
from collections.abc import Callable

from pixcrawler.adapters.imaging.exif import NAME, saying
from pixcrawler.adapters.imaging.outline import truncated
from pixcrawler.adapters.imaging.outlines import png
from pixcrawler.domain.imaging.facts import Format

UPRIGHT = 1

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
_JFIF, _ICC, _ADOBE = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"
_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_SCAN, _END = 0xDA, 0xD9

_OF_THE_PICTURE = frozenset(
    b"IHDR PLTE tRNS IDAT IEND gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT".split()
)
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_WEBP = frozenset({b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})
_FRAME, _EXTENSION = b"\x2c", b"\x21"
_GIF_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def jpeg(data: bytes, orientation: int) -> bytes:
    """JPEG (ITU-T T.81): without comments and APPn but JFIF, the ICC profile and Adobe's colour transform."""
    kept, at, coded = [], 2, False
    while (found := _MARKER.search(data, at)) is not None:
        marker, start = found[1][0], found.end()
        if coded:  # what stands before the next marker belongs to the scan; elsewhere it is junk
            kept.append(data[at : found.start()])
        if marker == _END:
            if orientation != UPRIGHT:
                jfif = bool(kept) and kept[0].startswith(bytes((0xFF, _APP0)))  # must be the first
                kept.insert(int(jfif), _segment(_APP1, NAME + saying(orientation)))
            return b"".join([b"\xff\xd8", *kept, b"\xff\xd9"])
        at = start + int.from_bytes(data[start : start + 2], "big")
        kept.append(_kept_segment(marker, data[start + 2 : at]))
        coded = marker == _SCAN
    raise truncated("the file ends before the picture does")


def _kept_segment(marker: int, body: bytes) -> bytes:
    if marker == _APP0:
        return _segment(marker, body[:12] + b"\0\0") if body.startswith(_JFIF) else b""  # no preview
    if marker == _APP2:
        return _segment(marker, body) if body.startswith(_ICC) else b""
    if marker == _APP14:
        return _segment(marker, body[:12]) if body.startswith(_ADOBE) else b""
    if _APP0 <= marker <= _APP15 or marker == _COMMENT:
        return b""
    return _segment(marker, body)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def portable_network_graphics(data: bytes, orientation: int) -> bytes:
    """PNG and APNG: the chunks that make the picture, and its profile."""
    kept = [data[: png.SIGNATURE]]
    for kind, start, end in png.chunks(data):
        if kind == b"IDAT" and orientation != UPRIGHT:
            kept.append(_chunk(b"eXIf", saying(orientation)))
            orientation = UPRIGHT  # once
        if kind in _OF_THE_PICTURE:
            kept.append(data[start:end])
    return b"".join(kept)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def webp(data: bytes, orientation: int) -> bytes:
    """WebP (RFC 9649). An orientation is told where the file has the header for it."""
    kept, at, end = [], 12, 8 + int.from_bytes(data[4:8], "little")
    told = orientation != UPRIGHT and data[12:16] == b"VP8X"
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        body, at = data[at + 8 : at + 8 + length], at + 8 + length + length % 2
        if kind == b"VP8X" and body:
            flags = body[0] & ~(_EXIF_FLAG | _XMP_FLAG) | (_EXIF_FLAG if told else 0)
            body = bytes((flags,)) + body[1:]
        if kind in _WEBP:
            kept.append(_riff(kind, body))
    if told:
        kept.append(_riff(b"EXIF", saying(orientation)))
    return _riff(b"RIFF", b"WEBP" + b"".join(kept))


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def gif(data: bytes, orientation: int) -> bytes:
    """GIF89a: frames and their timing, without comments, plain text and what programs add. It has no
    orientation. It may end behind any whole block, and what is no block ends it, as viewers have it."""
    del orientation
    at = 13 + _colours(data[10:11])
    kept = [data[:at]]
    while data[at : at + 1] in (_FRAME, _EXTENSION):
        start, extension = at, data[at : at + 1] == _EXTENSION
        at += 2 if extension else 10 + _colours(data[at + 9 : at + 10]) + 1
        first = at + 1
        while length := (data[at : at + 1] or b"\0")[0]:
            at += 1 + length
        if at >= len(data):
            raise truncated("the file ends before the picture does")
        at += 1
        if not extension or data[start + 1] == 0xF9 or _animates(data, start, first):
            kept.append(data[start:at])
    return b"".join([*kept, b"\x3b"])


def _colours(flags: bytes) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _animates(data: bytes, start: int, first: int) -> bool:
    return data[start + 1] == 0xFF and data[first : first + 11] in _GIF_APPLICATIONS


def bmp(data: bytes, orientation: int) -> bytes:
    """BMP tells nothing beside its picture; what stands behind it goes."""
    del orientation
    size = int.from_bytes(data[2:6], "little")
    start = int.from_bytes(data[10:14], "little")
    return data[:size] if start < size < len(data) else data


STRIPPED: dict[Format, Callable[[bytes, int], bytes]] = {
    Format.JPEG: jpeg,
    Format.PNG: portable_network_graphics,
    Format.WEBP: webp,
    Format.GIF: gif,
    Format.BMP: bmp,
}
"""TIFF and AVIF are written anew: their directories point anywhere in the file."""
