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
    (b"\x8aMNG", "MNG"),
    (b"\x8bJNG", "JNG"),
    (b"/* XPM */", "XPM"),
    (b"\x59\xa6\x6a\x95", "Sun raster"),
    (b"BLP1", "BLP"),
    (b"BLP2", "BLP"),
    (b"\xb1\x68\xde\x3a", "DCX"),
    (b"SDPX", "DPX"),
    (b"XPDS", "DPX"),
    (b"\xabKTX ", "KTX"),
    (b"FUJIFILMCCD-RAW", "Fujifilm RAF"),
    (b"IIRO", "Olympus ORF"),
    (b"IIRS", "Olympus ORF"),
    (b"MMOR", "Olympus ORF"),
    (b"IIU\0", "Panasonic RW2"),
    (b"II\x1a\0\0\0HEAPCCDR", "Canon CRW"),
    (b"\0MRM", "Minolta MRW"),
    (b"FOVb", "Sigma X3F"),
)
INSIDE = (
    (40, b" EMF", "EMF"),
    (128, b"DICM", "DICOM"),
    (8, b"ILBM", "ILBM"),
    (8, b"PBM ", "ILBM"),
    (4, b"\x11\xaf", "FLI"),
    (4, b"\x12\xaf", "FLC"),
    (2048, b"PCD_", "Photo CD"),
    (-18, b"TRUEVISION-XFILE.", "TGA"),
)
"""Names that stand further on in the file: at which byte, and what is there."""
NETPBM = frozenset(b"P%c" % digit for digit in b"1234567Ff")
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
HEIF_BRANDS = frozenset({b"mif1", b"msf1", b"mif2", b"mif3", b"miaf", b"avci", b"avcs", b"vvic", b"j2ki"})
PCX_VERSIONS = frozenset({0, 2, 3, 4, 5})
OTHERS = (
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML or HTML"),
    (b"<", "HTML or XML"),
    (b"%pdf", "PDF"),
    (b"pk\3\4", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"{", "JSON"),
    (b"\x1ae\xdf\xa3", "Matroska or WebM film"),
    (b"ogg", "Ogg"),
    (b"id3", "MP3"),
    (b"mz", "Windows program"),
    (b"\x7felf", "Linux program"),
)
"""What often comes instead of a picture, by its start in small letters."""

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
    if (name := _known(data)) is not None:
        raise Refused(Reason.UNSUPPORTED_FORMAT, name)
    raise Refused(Reason.NOT_AN_IMAGE, _looks_like(data))


def _known(data: bytes) -> str | None:
    """The name of a picture format that is not accepted."""
    for magic, name in KNOWN:
        if data.startswith(magic):
            return name
    for at, sign, name in INSIDE:
        if data[at : at + len(sign)] == sign:
            return name
    if data[:2] in NETPBM and data[2:3].isspace():
        return "Netpbm"
    if data[:1] == b"\x0a" and data[1:2] and data[1] in PCX_VERSIONS and data[2:3] in (b"\0", b"\1"):
        return "PCX" if data[3:4] in (b"\1", b"\2", b"\4", b"\x08") else None
    return "SVG" if _is_svg(data) else None


def _iso_media(data: bytes) -> Format:
    """AVIF, HEIF and films share one container; the brands of its first box tell them apart."""
    size = min(int.from_bytes(data[:4], "big"), 4096)
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, size - 3, 4))}
    if brands & {b"avif", b"avis"}:
        return Format.AVIF
    if brands & HEIC_BRANDS:
        raise Refused(Reason.UNSUPPORTED_FORMAT, "HEIC")
    if brands & HEIF_BRANDS:
        raise Refused(Reason.UNSUPPORTED_FORMAT, "HEIF")
    if data[8:12] == b"crx ":
        raise Refused(Reason.UNSUPPORTED_FORMAT, "Canon CR3")
    raise Refused(Reason.NOT_AN_IMAGE, "ISO media container, such as a film")


def _start(data: bytes) -> bytes:
    """In small letters, without what editors put before the first."""
    return data[:512].lstrip(b"\xef\xbb\xbf \t\r\n\0").lower()


def _is_svg(data: bytes) -> bool:
    start = _start(data)
    if start.startswith((b"<!doctype html", b"<html")):
        return False
    wrapped = start.startswith((b"<?xml", b"<!--", b"<!doctype"))
    return start.startswith(b"<svg") or (wrapped and b"<svg" in data[:4096].lower())


def _looks_like(data: bytes) -> str:
    if not data:
        return "the file is empty"
    start = _start(data)
    for sign, name in OTHERS:
        if start.startswith(sign):
            return name
    if start[8:12] in (b"avi ", b"wave"):
        return "AVI or WAV"
    return f"starts with {data[:8].hex(' ')}"
