"""The EXIF orientation, and nothing else of EXIF."""

import struct

ORIENTATION = 274
MOST_ENTRIES = 512  # of one directory; cameras write fewer than 100


def orientation_of(exif: bytes) -> int:
    """1 to 8, as EXIF 2.32 defines them; 1 whenever the block is missing, broken or says something else.

    Reads the first directory only and follows no offset but the one to it, so no block can make it loop.
    """
    if exif.startswith(b"Exif\0\0"):
        exif = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (entries,) = struct.unpack_from(order + "H", exif, start)
        for entry in range(start + 2, start + 2 + 12 * min(entries, MOST_ENTRIES), 12):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, entry)
            if tag == ORIENTATION:
                return value if kind == 3 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def turned(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """The size as a viewer shows it: orientations 5 to 8 lie on their side."""
    return (size[1], size[0]) if orientation >= 5 else size
