"""The EXIF orientation, and nothing else of EXIF."""

import struct

ORIENTATION = 274
NAME = b"Exif\0\0"
MOST_ENTRIES = 512  # of one directory; cameras write fewer than 100


def orientation_of(exif: bytes) -> int:
    """1 to 8, as EXIF 2.32 defines them; 1 whenever the block is missing, broken or says something else.

    Reads the first directory only and follows no offset but the one to it, so no block can make it loop.
    """
    exif = exif.removeprefix(NAME)
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


def saying(orientation: int) -> bytes:
    """A block, without the name before it, that says the orientation and nothing else."""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def without_orientation(exif: bytes) -> bytes:
    """The block as it is, but for pixels that stand upright, with ``Exif`` before it; empty for none. What
    other directories say (a preview, the place) stays."""
    block = bytearray(exif.removeprefix(NAME))
    order = {b"II": "<", b"MM": ">"}.get(bytes(block[:2]))
    if order is None:
        return b""
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (entries,) = struct.unpack_from(order + "H", block, start)
        for entry in range(start + 2, start + 2 + 12 * min(entries, MOST_ENTRIES), 12):
            if struct.unpack_from(order + "H", block, entry)[0] == ORIENTATION:
                struct.pack_into(order + "HHIHH", block, entry, ORIENTATION, 3, 1, 1, 0)
    except struct.error:
        return b""
    return NAME + bytes(block)


def turned(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """The size as a viewer shows it: orientations 5 to 8 lie on their side."""
    return (size[1], size[0]) if orientation >= 5 else size
