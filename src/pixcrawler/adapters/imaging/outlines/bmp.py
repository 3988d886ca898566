"""BMP, with the headers of OS/2 and of Windows."""

import struct

from pixcrawler.adapters.imaging.outline import Outline, truncated

OS2_HEADER = 12


def outline(data: bytes) -> Outline:
    """A negative height means that the top row comes first."""
    if len(data) < 26:
        raise truncated("the file ends in the header")
    layout = "<HH" if data[14] == OS2_HEADER else "<ii"
    width, height = struct.unpack_from(layout, data, 18)
    size = (width, abs(height))
    return Outline(size, 1, size[0] * size[1], 1, data)
