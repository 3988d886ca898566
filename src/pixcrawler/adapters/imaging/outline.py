"""The outline of a picture, and the limits that it is held against before anything is decoded."""

from dataclasses import dataclass

from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.shared.reasons import Reason

MOST_PIXELS = 50_000_000
MOST_PIXELS_OF_ALL_FRAMES = 200_000_000
LONGEST_SIDE = 65_499  # JPEG's own limit is 65,500 in libjpeg


@dataclass(frozen=True, slots=True)
class Outline:
    """Size as stored (the orientation not applied), pixels over all frames, and what to hand the decoder.

    ``body`` is the file, or what of it the decoder needs. ``mode`` is Pillow's word for the pixels; empty
    where only Pillow can tell.
    """

    size: tuple[int, int]
    frames: int
    pixels: int
    orientation: int
    body: bytes
    mode: str = ""

    def __post_init__(self) -> None:
        hold_to_limits(self.size, self.pixels)


def hold_to_limits(size: tuple[int, int], pixels: int) -> None:
    """Raise Refused for a picture without area, and for one that would unfold to too many pixels."""
    width, height = size
    if width < 1 or height < 1:
        raise Refused(Reason.CORRUPT, f"the header says {width} x {height} pixels")
    if max(size) > LONGEST_SIDE:
        raise Refused(Reason.TOO_MANY_PIXELS, f"{width} x {height}, a side may have {LONGEST_SIDE}")
    if width * height > MOST_PIXELS:
        raise Refused(Reason.TOO_MANY_PIXELS, f"{width} x {height}, {MOST_PIXELS} pixels are allowed")
    if pixels > MOST_PIXELS_OF_ALL_FRAMES:
        limit = MOST_PIXELS_OF_ALL_FRAMES
        raise Refused(Reason.TOO_MANY_PIXELS, f"{pixels} pixels over all frames, {limit} are allowed")


def truncated(evidence: str) -> Refused:
    """The verdict on a file that ends too early."""
    return Refused(Reason.TRUNCATED, evidence)
