"""TIFF 6.0 and BigTIFF."""

import struct
from dataclasses import dataclass

from pixcrawler.adapters.imaging.outline import Outline, truncated
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.shared.reasons import Reason

WIDTH, HEIGHT, ORIENTATION = 256, 257, 274
KIND, PACKING, COLOURS, PARTS, DNG = 254, 259, 262, 330, 50706
PACKINGS = {34661: "JBIG", 34712: "JPEG 2000", 34887: "LERC", 50001: "WebP", 50002: "JPEG XL"}
"""Ways to pack pixels that are not unpacked here."""
REDUCED = 1
SENSOR = frozenset({32803, 34892})
"""Colours of a sensor: one filter for each pixel, or unrendered (TIFF/EP, DNG)."""
SHORT = 3
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class _Shape:
    """How directories are laid out: counts, entries and offsets are wider in BigTIFF."""

    count: struct.Struct
    entry: struct.Struct
    offset: struct.Struct
    first: int


def outline(data: bytes) -> Outline:
    """Walks the chain of pages, which may be long or a ring, and adds up their pixels."""
    order = "<" if data[:2] == b"II" else ">"
    big = b"+" in data[2:4]
    shape = _Shape(
        struct.Struct(order + ("Q" if big else "H")),
        struct.Struct(order + ("HHQQ" if big else "HHII")),
        struct.Struct(order + ("Q" if big else "I")),
        8 if big else 4,
    )
    try:
        pages = _pages(data, shape, order)
    except struct.error:
        raise truncated("a directory lies behind the end of the file") from None
    first = pages[0]
    if (raw := _camera_raw(data, first)) is not None:
        raise Refused(Reason.UNSUPPORTED_FORMAT, raw)
    if first[PACKING] in PACKINGS:
        raise Refused(Reason.UNSUPPORTED_FORMAT, f"TIFF packed as {PACKINGS[first[PACKING]]}")
    pixels = sum(page[WIDTH] * page[HEIGHT] for page in pages)
    orientation = first[ORIENTATION] if 1 <= first[ORIENTATION] <= 8 else 1
    return Outline((first[WIDTH], first[HEIGHT]), len(pages), pixels, orientation, data)


def _pages(data: bytes, shape: _Shape, order: str) -> list[dict[int, int]]:
    """What is asked of each page, by tag; 0 for what a page does not name."""
    pages: list[dict[int, int]] = []
    seen: set[int] = set()
    (at,) = shape.offset.unpack_from(data, shape.first)
    while at and at not in seen:
        if len(pages) == MOST_PAGES:
            raise Refused(Reason.TOO_MANY_PIXELS, f"more than {MOST_PAGES} pages")
        seen.add(at)
        (entries,) = shape.count.unpack_from(data, at)
        start = at + shape.count.size
        end = start + entries * shape.entry.size
        pages.append(_page(data[start:end], shape, order))
        (at,) = shape.offset.unpack_from(data, end)
    if not pages:
        raise Refused(Reason.CORRUPT, "a TIFF file without a page")
    return pages


def _page(directory: bytes, shape: _Shape, order: str) -> dict[int, int]:
    found = dict.fromkeys((WIDTH, HEIGHT, ORIENTATION, KIND, PACKING, COLOURS, PARTS, DNG), 0)
    for at in range(0, len(directory) - shape.entry.size + 1, shape.entry.size):
        tag, kind, _, value = shape.entry.unpack_from(directory, at)
        if tag in found:
            # a two-byte value lies at the start of the field, whatever the byte order
            short = struct.unpack_from(order + "H", directory, at + shape.entry.size - shape.offset.size)
            found[tag] = short[0] if kind == SHORT else value
    return found


def _camera_raw(data: bytes, first: dict[int, int]) -> str | None:
    """The name of what a camera wrote as TIFF: its first page is a thumbnail, or not yet a picture."""
    if first[DNG]:
        return "DNG"
    if data[8:10] == b"CR":
        return "Canon CR2"
    thumbnail = first[KIND] == REDUCED and first[PARTS]
    return "camera raw" if thumbnail or first[COLOURS] in SENSOR else None
