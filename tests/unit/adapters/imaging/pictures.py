"""Pictures made at run time: good ones, odd ones, and bytes that pose as pictures."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def photograph(width: int = 320, height: int = 240, *, seed: int = 0) -> Image.Image:
    """Like a photograph to a hash: several octaves of smooth noise, no symmetry."""
    dice = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), 128.0)
    for octave in (3, 6, 12, 24):
        for channel in range(3):
            noise = Image.fromarray(dice.normal(0, 160 / octave**0.5, (octave, octave)).astype(np.float32))
            pixels[:, :, channel] += np.asarray(noise.resize((width, height), Image.Resampling.BICUBIC))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def packed(image: Image.Image, form: str, **options: object) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *extra: bytes, bits: int = 1, colour: int = 0) -> bytes:
    """A black PNG of any size in few bytes; ``extra`` chunks come before the pixels."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = 1 + (width * bits * samples + 7) // 8
    pixels = _zeros(row * height)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), *extra, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _zeros(count: int) -> bytes:
    """So many of them, packed by zlib (RFC 1950): one packed MiB is repeated, so any count takes no time."""
    pack = zlib.compressobj(9, wbits=-15)
    mebibyte = pack.compress(bytes(2**20)) + pack.flush(zlib.Z_FULL_FLUSH)
    pack = zlib.compressobj(9, wbits=-15)
    rest = pack.compress(bytes(count % 2**20)) + pack.flush()
    check = struct.pack(">I", count % 65521 << 16 | 1)  # Adler-32
    return b"\x78\xda" + mebibyte * (count >> 20) + rest + check


def exif(orientation: int, *, kind: int = 3) -> bytes:
    """An EXIF block that says nothing but the orientation."""
    entry = struct.pack(">HHIHH", 274, kind, 1, orientation, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def with_exif(jpeg: bytes, block: bytes) -> bytes:
    """The JPEG with this block as its first segment."""
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def with_size(jpeg: bytes, width: int, height: int) -> bytes:
    """The JPEG with another size in its frame header."""
    at = next(jpeg.index(mark) for mark in (b"\xff\xc0", b"\xff\xc2") if mark in jpeg)
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def gif_of(frames: int, side: int = 1, *, seed: int = 0) -> bytes:
    """An animated GIF."""
    dice = np.random.default_rng(seed)
    pictures = [Image.fromarray(dice.integers(0, 256, (side, side), dtype=np.uint8)) for _ in range(frames)]
    return packed(pictures[0], "GIF", save_all=True, append_images=pictures[1:])


def repeated(gif: bytes, frames: int) -> bytes:
    """A GIF of one frame, with that frame so many times."""
    first = 13 + (3 << ((gif[10] & 7) + 1) if gif[10] & 0x80 else 0)
    return gif[:first] + gif[first:-1] * frames + gif[-1:]


def gif_bomb(frames: int, side: int) -> bytes:
    """Frames that unfold to ``side`` x ``side`` pixels each, in a few bytes a frame."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + frame * frames + b"\x3b"


def tiff_of_directories(pages: int, entries: int = 65_535) -> bytes:
    """Pages whose long directories lie inside one another: a megabyte that takes minutes to read."""
    step = 16
    length = 2 + 12 * entries
    data = bytearray(step * pages + length + 64)
    data[:8] = b"II*\0" + struct.pack("<I", 16)
    for page in range(pages):
        start = 16 + step * page
        struct.pack_into("<H", data, start, entries)
        following = start + step if page + 1 < pages else 0
        struct.pack_into("<I", data, start + length, following)
    return bytes(data)
