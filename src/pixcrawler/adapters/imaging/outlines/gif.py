"""GIF (GIF89a specification)."""

from pixcrawler.adapters.imaging.outline import Outline, truncated
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.shared.reasons import Reason

IMAGE, EXTENSION, TRAILER = 0x2C, 0x21, 0x3B


def outline(data: bytes) -> Outline:
    """Walks all blocks, to count the frames and to see that the last one is whole.

    A file that ends between two blocks without the closing byte is common and shown by every viewer.
    """
    if len(data) < 13:
        raise truncated("the file ends in the header")
    size = (int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))
    frames, at = 0, 13 + _table(data[10])
    while at < len(data) and data[at] != TRAILER:
        if data[at] == IMAGE:
            frames += 1
            if at + 10 > len(data):
                raise truncated("the file ends in a frame's header")
            at = _past_blocks(data, at + 11 + _table(data[at + 9]))
        elif data[at] == EXTENSION:
            at = _past_blocks(data, at + 2)
        elif frames:
            break  # viewers stop here and show what came before
        else:
            raise Refused(Reason.CORRUPT, f"no GIF block at byte {at}")
    if not frames:
        raise truncated("the file ends before the first frame")
    return Outline(size, frames, size[0] * size[1] * frames, 1, data)


def _table(flags: int) -> int:
    """Bytes of the colour table that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _past_blocks(data: bytes, at: int) -> int:
    """The offset behind a chain of data blocks."""
    end = len(data)
    while at < end:
        length = data[at]
        at += length + 1
        if not length:
            return at
    raise truncated("the file ends inside a frame")
