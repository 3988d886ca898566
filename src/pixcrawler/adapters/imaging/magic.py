"""Which format a file is, by its first bytes. Names and content types lie; these decide."""

from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.reasons import Reason

ACCEPTED = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"II+\0", Format.TIFF),
    (b"MM\0+", Format.TIFF),
)

# Pictures, but of formats whose decoders are not let near untrusted bytes here.
KNOWN = (
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\2\0", "CUR"),
    (b"8BPS", "PSD"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"II\xbc", "JPEG XR"),
    (b"DDS ", "DDS"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"gimp xcf", "XCF"),
    (b"SIMPLE  =", "FITS"),
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"qoif", "QOI"),
    (b"FLIF", "FLIF"),
    (b"BPG\xfb", "BPG"),
    (b"icns", "ICNS"),
    (b"AT&TFORM", "DjVu"),
    (b"\x01\xda", "SGI"),
    (b"FUJIFILMCCD-RAW", "RAF"),
)
NETPBM = frozenset(b"P%c" % digit for digit in b"1234567")
HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"mif2"})
DIB_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def format_of(data: bytes) -> Format:
    """The accepted format that the file starts like. Raise Refused: not a picture, or not one we accept."""
    for magic, accepted in ACCEPTED:
        if data.startswith(magic):
            return accepted
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format.WEBP
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in DIB_HEADERS:
        return Format.BMP
    if data[4:8] == b"ftyp":
        return _iso_media(data)
    for magic, name in KNOWN:
        if data.startswith(magic):
            raise Refused(Reason.UNSUPPORTED_FORMAT, name)
    if data[:2] in NETPBM and data[2:3].isspace():
        raise Refused(Reason.UNSUPPORTED_FORMAT, "Netpbm")
    raise Refused(Reason.NOT_AN_IMAGE, _looks_like(data))


def _iso_media(data: bytes) -> Format:
    """AVIF, HEIF and films share one container; the brands of its first box tell them apart."""
    size = min(int.from_bytes(data[:4], "big"), 4096)
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, size - 3, 4))}
    if brands & {b"avif", b"avis"}:
        return Format.AVIF
    if brands & HEIF_BRANDS:
        raise Refused(Reason.UNSUPPORTED_FORMAT, "HEIF")
    if data[8:12] == b"crx ":
        raise Refused(Reason.UNSUPPORTED_FORMAT, "Canon CR3")
    raise Refused(Reason.NOT_AN_IMAGE, "ISO media container, such as a film")


def _looks_like(data: bytes) -> str:
    if not data:
        return "the file is empty"
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n\0").lower()
    for sign, name in ((b"<svg", "SVG"), (b"<!doctype html", "HTML"), (b"<html", "HTML"), (b"%pdf", "PDF")):
        if start.startswith(sign):
            return name
    if start.startswith((b"<?xml", b"<!--", b"<!doctype")):
        return "SVG" if b"<svg" in data[:4096].lower() else "XML or HTML"
    for sign, name in ((b"pk\3\4", "ZIP"), (b"\x1f\x8b", "gzip"), (b"{", "JSON"), (b"<", "HTML or XML")):
        if start.startswith(sign):
            return name
    return f"starts with {data[:8].hex(' ')}"
