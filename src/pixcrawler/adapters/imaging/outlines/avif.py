"""AVIF (AV1 image file format) in its box container (ISO/IEC 14496-12)."""

from pixcrawler.adapters.imaging.exif import orientation_of
from pixcrawler.adapters.imaging.opening import opened
from pixcrawler.adapters.imaging.outline import Outline, truncated
from pixcrawler.domain.imaging.facts import Format


def outline(data: bytes) -> Outline:
    """libavif reads sizes and frames from the boxes alone; it decodes when asked for a frame."""
    _all_boxes_are_whole(data)
    with opened(data, Format.AVIF) as image:
        frames = int(getattr(image, "n_frames", 1))
        orientation = orientation_of(image.info.get("exif", b""))
        return Outline(image.size, frames, image.width * image.height * frames, orientation, data)


def _all_boxes_are_whole(data: bytes) -> None:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:
            return  # the last box reaches to the end of the file
        if size < 8 or not data[at + 4 : at + 8].isalnum():
            return  # not a box: junk behind the picture
        if at + size > len(data):
            raise truncated(f"the box at byte {at} ends behind the file")
        at += size
