"""What looking at a picture found out."""

from enum import StrEnum

import msgspec

from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.validation import Validation


class Format(StrEnum):
    """The formats that are accepted; the value is the usual file name extension."""

    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    AVIF = "avif"


class Facts(msgspec.Struct, frozen=True):
    """Facts of one decodable picture.

    ``width`` and ``height`` are in pixels after the EXIF orientation (1 to 8) has been applied, as a
    viewer shows them. ``phash`` and ``dhash`` are the 64-bit hashes of the ``imagehash`` library as
    unsigned integers, the first row in the most significant byte. ``detail`` tells how much structure
    phash rests on, 0 (a flat or smooth picture, whose phash is noise) to 255. ``validation`` is how closely
    the picture was looked at: after a basic look the hashes and ``detail`` are 0, as there are none, and only
    a strict one gives ``scores``.
    """

    format: Format
    width: int
    height: int
    frames: int
    mode: str
    orientation: int
    phash: int
    dhash: int
    detail: int
    validation: Validation = Validation.STANDARD
    scores: Scores | None = None
