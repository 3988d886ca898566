"""A file of every kind that people meet: written by Pillow where it can, else byte by byte."""

import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from pixcrawler.domain.imaging.facts import Format
from tests.unit.adapters.imaging.pictures import chunk, gif_of, packed, photograph, png

PHOTO = photograph(96, 72)
GREY = PHOTO.convert("L")
JPEG = packed(PHOTO, "JPEG")


def several(form: str) -> bytes:
    """Three frames, pages or pictures, made anew: Pillow leaves its options on them."""
    first, *others = (photograph(48, 36, seed=seed) for seed in range(3))
    return packed(first, form, save_all=True, append_images=others)


Make = Callable[[], bytes]
Accepted = tuple[Make, Format, str, int]
"""The file; and what is said of it: format, mode, frames."""


def interlaced_png() -> bytes:
    """Adam7: seven passes over the pixels, each a picture of its own."""
    pixels = np.asarray(GREY)
    passes = (
        (0, 0, 8, 8),
        (0, 4, 8, 8),
        (4, 0, 8, 4),
        (0, 2, 4, 4),
        (2, 0, 4, 2),
        (0, 1, 2, 2),
        (1, 0, 2, 1),
    )
    rows = [b"\0" + row.tobytes() for y, x, down, right in passes for row in pixels[y::down, x::right]]
    header = struct.pack(">IIBBBBB", GREY.width, GREY.height, 8, 0, 0, 0, 1)
    data = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def ycck() -> bytes:
    """CMYK with the mark that says that its colours were turned to luma and chroma first."""
    cmyk = bytearray(packed(PHOTO.convert("CMYK"), "JPEG"))
    cmyk[cmyk.index(b"Adobe") + 11] = 2
    return bytes(cmyk)


def os2_bmp() -> bytes:
    """The header of 12 bytes."""
    pixels = bytes(range(240)) * 2
    head = struct.pack("<2sIHHI", b"BM", 26 + len(pixels), 0, 0, 26)
    return head + struct.pack("<IHHHH", 12, 16, 10, 1, 24) + pixels


def rle_bmp() -> bytes:
    """A run of 8 for each of 8 rows."""
    rows = b"".join(bytes((8, row, 0, 0)) for row in range(8)) + b"\0\1"
    palette = bytes(4 * 256)
    start = 14 + 40 + len(palette)
    head = struct.pack("<2sIHHI", b"BM", start + len(rows), 0, 0, start)
    return head + struct.pack("<IiiHHIIiiII", 40, 8, 8, 1, 8, 1, len(rows), 0, 0, 256, 0) + palette + rows


def upside_down_bmp() -> bytes:
    """The top row first: a negative height."""
    data = bytearray(packed(PHOTO, "BMP"))
    struct.pack_into("<i", data, 22, -PHOTO.height)
    return bytes(data)


def marked(jpeg: bytes, marker: int) -> bytes:
    """The JPEG with another process in its frame header."""
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 1] + bytes([marker]) + jpeg[at + 2 :]


def deep_jpeg() -> bytes:
    at = JPEG.index(b"\xff\xc0")
    return JPEG[: at + 4] + b"\x0c" + JPEG[at + 5 :]


def tiff_with(*tags: tuple[int, int, int]) -> bytes:
    """One page of 8 x 8 grey pixels, with further entries (tag, type, value)."""
    plain = [(256, 3, 8), (257, 3, 8), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1)]
    named = {tag: (tag, kind, value) for tag, kind, value in [*plain, (278, 3, 8), (279, 4, 64), *tags]}
    entries = b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in sorted(named.values())
    )
    return b"II*\0" + struct.pack("<I", 72) + bytes(64) + struct.pack("<H", len(named)) + entries + bytes(4)


def ftyp(brand: bytes, *others: bytes) -> bytes:
    names = brand + bytes(4) + b"".join(others)
    return struct.pack(">I", 8 + len(names)) + b"ftyp" + names + bytes(64)


def tiff(mode: str, compression: str | None = None, **options: object) -> Make:
    return lambda: packed(PHOTO.convert(mode), "TIFF", compression=compression, **options)


ACCEPTED: dict[str, Accepted] = {
    "jpeg": (lambda: JPEG, Format.JPEG, "RGB", 1),
    "jpeg, progressive": (lambda: packed(PHOTO, "JPEG", progressive=True), Format.JPEG, "RGB", 1),
    "jpeg, grey": (lambda: packed(GREY, "JPEG"), Format.JPEG, "L", 1),
    "jpeg, cmyk": (lambda: packed(PHOTO.convert("CMYK"), "JPEG"), Format.JPEG, "CMYK", 1),
    "jpeg, ycck": (ycck, Format.JPEG, "CMYK", 1),
    "jpeg, 4:4:4": (lambda: packed(PHOTO, "JPEG", subsampling=0), Format.JPEG, "RGB", 1),
    "jpeg, rgb kept": (lambda: packed(PHOTO, "JPEG", keep_rgb=True), Format.JPEG, "RGB", 1),
    "jpeg, with restarts": (lambda: packed(PHOTO, "JPEG", restart_marker_rows=1), Format.JPEG, "RGB", 1),
    "jpeg, several pictures": (lambda: several("MPO"), Format.JPEG, "RGB", 1),
    "gif": (lambda: packed(PHOTO, "GIF"), Format.GIF, "P", 1),
    "gif, old": (lambda: packed(PHOTO, "GIF").replace(b"GIF89a", b"GIF87a", 1), Format.GIF, "P", 1),
    "gif, interlaced": (lambda: packed(PHOTO.quantize(16), "GIF", interlace=1), Format.GIF, "P", 1),
    "gif, transparent": (lambda: packed(PHOTO.quantize(16), "GIF", transparency=3), Format.GIF, "P", 1),
    "gif, animated": (lambda: gif_of(5, 20), Format.GIF, "P", 5),
    "webp": (lambda: packed(PHOTO, "WEBP"), Format.WEBP, "RGB", 1),
    "webp, lossless": (lambda: packed(PHOTO, "WEBP", lossless=True), Format.WEBP, "RGB", 1),
    "webp, alpha": (lambda: packed(PHOTO.convert("RGBA"), "WEBP", exact=True), Format.WEBP, "RGB", 1),
    "webp, animated": (lambda: several("WEBP"), Format.WEBP, "RGB", 3),
    "avif": (lambda: packed(PHOTO, "AVIF"), Format.AVIF, "RGB", 1),
    "avif, animated": (lambda: several("AVIF"), Format.AVIF, "RGB", 3),
    "bmp": (lambda: packed(PHOTO, "BMP"), Format.BMP, "RGB", 1),
    "bmp, 32 bits": (lambda: packed(PHOTO.convert("RGBA"), "BMP"), Format.BMP, "RGB", 1),
    "bmp, 1 bit": (lambda: packed(PHOTO.convert("1"), "BMP"), Format.BMP, "1", 1),
    "bmp, palette": (lambda: packed(PHOTO.quantize(256), "BMP"), Format.BMP, "P", 1),
    "bmp, os/2": (os2_bmp, Format.BMP, "RGB", 1),
    "bmp, run lengths": (rle_bmp, Format.BMP, "P", 1),
    "bmp, top row first": (upside_down_bmp, Format.BMP, "RGB", 1),
    "png, interlaced": (interlaced_png, Format.PNG, "L", 1),
    "png, animated": (lambda: several("PNG"), Format.PNG, "RGB", 3),
    "tiff, big": (tiff("RGB", big_tiff=True), Format.TIFF, "RGB", 1),
    "tiff, tiles": (tiff("RGB", tiffinfo={322: 64, 323: 64}), Format.TIFF, "RGB", 1),
    "tiff, pages": (lambda: several("TIFF"), Format.TIFF, "RGB", 3),
    "tiff, jpeg": (tiff("RGB", "jpeg"), Format.TIFF, "RGB", 1),
    "tiff, lzw": (tiff("RGB", "tiff_lzw"), Format.TIFF, "RGB", 1),
    "tiff, deflate": (tiff("RGB", "tiff_adobe_deflate"), Format.TIFF, "RGB", 1),
    "tiff, packbits": (tiff("RGB", "packbits"), Format.TIFF, "RGB", 1),
    "tiff, zstd": (tiff("RGB", "zstd"), Format.TIFF, "RGB", 1),
    "tiff, fax": (tiff("1", "group4"), Format.TIFF, "1", 1),
    "tiff, grey": (tiff("L"), Format.TIFF, "L", 1),
    "tiff, palette": (tiff("P"), Format.TIFF, "P", 1),
    "tiff, alpha": (tiff("RGBA"), Format.TIFF, "RGBA", 1),
    "tiff, cmyk": (tiff("CMYK"), Format.TIFF, "CMYK", 1),
    "tiff, ycbcr": (tiff("YCbCr"), Format.TIFF, "YCbCr", 1),
    "tiff, 16 bits": (lambda: packed(GREY.convert("I;16"), "TIFF"), Format.TIFF, "I;16", 1),
    "tiff, floats": (lambda: packed(GREY.convert("F"), "TIFF"), Format.TIFF, "F", 1),
    "tiff, by hand": (tiff_with, Format.TIFF, "L", 1),
}
for bits, colour, pixels in (
    (1, 0, "1"), (2, 0, "L"), (4, 0, "L"), (8, 0, "L"), (16, 0, "I;16"), (8, 2, "RGB"), (16, 2, "RGB"),
    (1, 3, "P"), (2, 3, "P"), (4, 3, "P"), (8, 3, "P"), (8, 4, "LA"), (16, 4, "RGBA"), (8, 6, "RGBA"),
    (16, 6, "RGBA"),
):  # fmt: skip
    palette = [chunk(b"PLTE", bytes(3 << bits)), chunk(b"tRNS", b"\0")] if colour == 3 else []
    made = png(40, 30, *palette, bits=bits, colour=colour)
    ACCEPTED[f"png, {bits} bits, type {colour}"] = ((lambda made=made: made), Format.PNG, pixels, 1)  # type: ignore[misc]

UNSUPPORTED: dict[str, tuple[Make, str]] = {
    "heic": (lambda: ftyp(b"heic", b"mif1", b"heic"), "HEIC"),
    "heic, several": (lambda: ftyp(b"mif1", b"mif1", b"heic"), "HEIC"),
    "heic, film": (lambda: ftyp(b"hevc", b"msf1"), "HEIC"),
    "heif": (lambda: ftyp(b"mif1", b"miaf"), "HEIF"),
    "canon cr3": (lambda: ftyp(b"crx ", b"isom"), "Canon CR3"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
    "svg, entity": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        "SVG",
    ),
    "svg, file": (lambda: b'\xef\xbb\xbf <svg><image href="file:///etc/passwd"/></svg>', "SVG"),
    "psd": (lambda: b"8BPS\0\1" + bytes(40), "PSD"),
    "jpeg xl": (lambda: b"\xff\x0a" + bytes(40), "JPEG XL"),
    "jpeg xl, boxed": (lambda: b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(40), "JPEG XL"),
    "jpeg 2000": (lambda: packed(PHOTO, "JPEG2000"), "JPEG 2000"),
    "jpeg 2000, stream": (lambda: packed(PHOTO, "JPEG2000", no_jp2=True), "JPEG 2000"),
    "jpeg xr": (lambda: b"II\xbc\1" + bytes(40), "JPEG XR"),
    "jpeg, 12 bits": (deep_jpeg, "12 bits"),
    "jpeg, lossless": (lambda: marked(JPEG, 0xC3), "lossless JPEG"),
    "jpeg, arithmetic": (lambda: marked(JPEG, 0xC9), "arithmetic"),
    "jpeg, arithmetic, progressive": (lambda: marked(JPEG, 0xCA), "arithmetic"),
    "jpeg, hierarchical": (lambda: marked(JPEG, 0xC5), "hierarchical JPEG"),
    "jpeg-ls": (lambda: marked(JPEG, 0xF7), "JPEG-LS"),
    "ico": (lambda: packed(PHOTO.resize((32, 32)), "ICO"), "ICO"),
    "icns": (lambda: b"icns" + bytes(40), "ICNS"),
    "dds": (lambda: packed(PHOTO, "DDS"), "DDS"),
    "ppm": (lambda: packed(PHOTO, "PPM"), "Netpbm"),
    "pcx": (lambda: packed(PHOTO, "PCX"), "PCX"),
    "sgi": (lambda: packed(PHOTO, "SGI"), "SGI"),
    "qoi": (lambda: packed(PHOTO, "QOI"), "QOI"),
    "eps": (lambda: packed(PHOTO, "EPS"), "PostScript"),
    "xpm": (lambda: b"/* XPM */\nstatic char *x[] = {", "XPM"),
    "djvu": (lambda: b"AT&TFORM" + bytes(40), "DjVu"),
    "wmf": (lambda: b"\xd7\xcd\xc6\x9a" + bytes(40), "WMF"),
    "emf": (lambda: b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(40), "EMF"),
    "dicom": (lambda: bytes(128) + b"DICM" + bytes(40), "DICOM"),
    "fits": (lambda: b"SIMPLE  =" + bytes(71), "FITS"),
    "openexr": (lambda: b"v/1\1" + bytes(40), "OpenEXR"),
    "radiance": (lambda: b"#?RADIANCE\n" + bytes(40), "Radiance HDR"),
    "xcf": (lambda: b"gimp xcf v011\0" + bytes(40), "XCF"),
    "ilbm": (lambda: b"FORM\0\0\0\x20ILBM" + bytes(40), "ILBM"),
    "mng": (lambda: b"\x8aMNG\r\n\x1a\n" + bytes(40), "MNG"),
    "dng": (lambda: tiff_with((50706, 1, 0x0401)), "DNG"),
    "nef or arw": (lambda: tiff_with((254, 4, 1), (330, 4, 8)), "camera raw"),
    "pef": (lambda: tiff_with((262, 3, 32803)), "camera raw"),
    "cr2": (lambda: b"II*\0\x10\0\0\0CR\2\0" + bytes(4) + tiff_with()[72:], "Canon CR2"),
    "orf": (lambda: b"IIRO\x08\0\0\0" + bytes(40), "Olympus ORF"),
    "rw2": (lambda: b"IIU\0\x18\0\0\0" + bytes(40), "Panasonic RW2"),
    "raf": (lambda: b"FUJIFILMCCD-RAW 0201" + bytes(40), "Fujifilm RAF"),
    "x3f": (lambda: b"FOVb" + bytes(40), "Sigma X3F"),
    "tiff, webp": (lambda: tiff_with((259, 3, 50001)), "TIFF packed as WebP"),
    "tga": (lambda: bytes(64) + bytes(8) + b"TRUEVISION-XFILE.\0", "TGA"),
    "fli": (lambda: b"\x40\0\0\0\x11\xaf" + bytes(40), "FLI"),
    "pfm": (lambda: b"PF\n4 4\n-1.0\n" + bytes(192), "Netpbm"),
    "tiff, lab": (lambda: packed(Image.new("LAB", (9, 9)), "TIFF"), "TIFF in LAB colours"),
}

NO_PICTURES: dict[str, tuple[Make, str]] = {
    "nothing": (lambda: b"", "empty"),
    "one byte": (lambda: b"\xff", "ff"),
    "html": (lambda: b"<!DOCTYPE html><html><body><svg/>Not found</body></html>", "HTML"),
    "xml": (lambda: b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "XML"),
    "pdf with a jpeg in it": (lambda: b"%PDF-1.7\n" + JPEG, "PDF"),
    "zip": (lambda: b"PK\3\4" + bytes(60), "ZIP"),
    "json": (lambda: b'{"error": "gone"}', "JSON"),
    "gzip": (lambda: b"\x1f\x8b\x08\0" + bytes(40), "gzip"),
    "mp4": (lambda: ftyp(b"isom", b"mp41"), "film"),
    "webm": (lambda: b"\x1a\x45\xdf\xa3" + bytes(40), "film"),
    "avi": (lambda: b"RIFF\0\0\0\0AVI LIST" + bytes(40), "AVI"),
    "text": (lambda: b"BM is how this begins, and it is not a bitmap at all.", "starts with"),
}
