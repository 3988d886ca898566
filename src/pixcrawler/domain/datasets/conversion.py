"""What is done to pictures on their way into an export."""

from enum import StrEnum

import msgspec

from pixcrawler.domain.datasets.errors import InvalidConversion

SMALLEST_SIDE = 16
LARGEST_SIDE = 16_383
"""Pixels; WebP holds no more (RFC 9649)."""


class PictureFormat(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"

    @property
    def extension(self) -> str:
        """As in file names: ``jpg`` of JPEG."""
        return "jpg" if self is PictureFormat.JPEG else self.value


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """``format`` None keeps each picture's own. ``quality`` is 1 to 100, None the format's usual one, and of
    no effect on PNG. ``max_side`` in pixels makes the longer side no longer than that, and never enlarges.
    ``strip_metadata`` drops EXIF, XMP, IPTC and comments, but not what says how the picture is shown: its
    orientation and its colour profile.

    Raises:
        InvalidConversion: a number out of its range, or nothing is asked for.
    """

    format: PictureFormat | None = None
    quality: int | None = None
    max_side: int | None = None
    strip_metadata: bool = False

    def __post_init__(self) -> None:
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise InvalidConversion(f"The quality is {self.quality}; it is 1 to 100.", field="quality")
        if self.max_side is not None and not SMALLEST_SIDE <= self.max_side <= LARGEST_SIDE:
            raise InvalidConversion(
                f"The longest side is {self.max_side}; it is {SMALLEST_SIDE} to {LARGEST_SIDE} pixels.",
                field="max_side",
            )
        if not self.reencodes and not self.strip_metadata:
            raise InvalidConversion("The conversion changes nothing; leave it out.", field="conversion")

    @property
    def reencodes(self) -> bool:
        """Whether pixels are written anew; dropping metadata alone leaves them as they are."""
        return self.format is not None or self.quality is not None or self.max_side is not None
