"""A conversion as one number, for the wire."""

from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat

FORMATS = (None, *PictureFormat)
_SIDE, _QUALITY, _STRIP, _FORMAT = 0, 14, 21, 22
"""The first bit of each: 14 bits are the longest side, 7 the quality (0 of both: not asked for)."""


def packed(conversion: Conversion) -> int:
    """Below 2**25."""
    return (
        (conversion.max_side or 0) << _SIDE
        | (conversion.quality or 0) << _QUALITY
        | conversion.strip_metadata << _STRIP
        | FORMATS.index(conversion.format) << _FORMAT
    )


def unpacked(number: int) -> Conversion:
    """What ``packed`` made this of."""
    return Conversion(
        max_side=number >> _SIDE & 0x3FFF or None,
        quality=number >> _QUALITY & 0x7F or None,
        strip_metadata=bool(number >> _STRIP & 1),
        format=FORMATS[number >> _FORMAT],
    )
