"""JPEG (ITU-T T.81), with EXIF from its application segments."""

import struct
from collections.abc import Iterator

from pixcrawler.adapters.imaging.exif import orientation_of
from pixcrawler.adapters.imaging.outline import Outline, truncated
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.shared.reasons import Reason

APP0, APP1, START_OF_SCAN, END_OF_IMAGE = 0xE0, 0xE1, 0xDA, 0xD9
ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})  # markers without a segment
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
KINDS = {0xC3: "lossless JPEG", 0xF7: "JPEG-LS", 0xC9: "JPEG with arithmetic coding"}
KINDS |= {0xCA: KINDS[0xC9], 0xCB: KINDS[0xC9]}
KINDS |= dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "hierarchical JPEG")
"""Coding processes that few programs can read, by the marker of their frames."""
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD, 0xEE})  # Huffman, arithmetic, quantisation, restarts, Adobe
MODES = {1: "L", 3: "RGB", 4: "CMYK"}


def outline(data: bytes) -> Outline:
    """Walks the segments up to the first scan; what the decoder does not need of them is left out.

    Profiles, EXIF and junk between the segments are broken in many good pictures, and a strict decoder
    would take offence. Further pictures in the file (MPO) are not counted.
    """
    kept, size, mode, orientation = [data[:2]], (0, 0), "", 0
    for marker, start, end in _segments(data):
        if marker in FRAMES:
            size, mode = _frame(marker, data[start:end])
        elif marker == APP1 and not orientation and data[start + 4 : start + 10] == b"Exif\0\0":
            orientation = orientation_of(data[start + 10 : end])
        if marker in FRAMES or marker in TABLES or (marker == APP0 and _is_jfif(data[start:end])):
            kept.append(data[start:end])
        elif marker == START_OF_SCAN:
            kept.append(data[start:])
    if not mode:
        raise Refused(Reason.CORRUPT, "no frame header before the first scan")
    return Outline(size, 1, size[0] * size[1], orientation or 1, b"".join(kept), mode)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start (of the marker) and end of each segment up to the first scan's header."""
    at = 2
    while True:
        at = data.find(b"\xff", at)
        while 0 <= at < len(data) and data[at] == 0xFF:
            at += 1
        if at < 0 or at + 3 > len(data):
            raise truncated("the file ends before the first scan")
        marker, at = data[at], at + 1
        if marker in ALONE:
            continue
        if marker == END_OF_IMAGE:
            raise Refused(Reason.CORRUPT, "the picture ends before the first scan")
        end = at + int.from_bytes(data[at : at + 2], "big")
        yield marker, at - 2, end
        if marker == START_OF_SCAN:
            return
        at = end


def _frame(marker: int, segment: bytes) -> tuple[tuple[int, int], str]:
    """Size and mode of a frame header."""
    if marker in KINDS:
        raise Refused(Reason.UNSUPPORTED_FORMAT, KINDS[marker])
    if len(segment) < 10:
        raise truncated("the file ends in the frame header")
    precision, components = segment[4], segment[9]
    if precision != 8:
        raise Refused(Reason.UNSUPPORTED_FORMAT, f"JPEG with {precision} bits a sample")
    if components not in MODES:
        raise Refused(Reason.CORRUPT, f"JPEG with {components} components")
    height, width = struct.unpack_from(">HH", segment, 5)
    return (width, height), MODES[components]


def _is_jfif(segment: bytes) -> bool:
    """A JFIF segment of a version that libjpeg knows; it settles the colour space."""
    return segment[4:9] == b"JFIF\0" and segment[9:10] in (b"\1", b"\2")
