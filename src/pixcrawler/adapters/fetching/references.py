"""What a reference on a page points to, as a browser reads it (WHATWG URL)."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import can_ada

LONGEST = 8192  # characters
PICTURES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic"}
)

NO_PAGES = frozenset(
    {".pdf", ".zip", ".gz", ".tgz", ".7z", ".rar", ".tar", ".exe", ".dmg", ".apk", ".iso", ".mp3", ".mp4",
     ".m4a", ".ogg", ".wav", ".avi", ".mov", ".webm", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx",
     ".csv", ".json", ".css", ".js", ".svg", ".ico", ".woff", ".woff2", ".ics"}
)  # fmt: skip

_BLANKS = "".join(map(chr, range(0x21)))
_BREAKS = re.compile(r"[\t\r\n]")


def absolute(base: str, reference: str | None) -> str | None:
    """The absolute http(s) URL without its fragment; None for what is empty or no URL, and other schemes."""
    if reference is None:
        return None
    plain = _BREAKS.sub("", reference.strip(_BLANKS))
    if not plain or len(plain) > LONGEST or plain.startswith("#"):
        return None
    head, mark, query = plain.partition("?")
    try:
        found = can_ada.parse(urljoin(base, head.replace("\\", "/") + mark + query))
    except (ValueError, TypeError):  # TypeError: text that no encoding can hold
        return None
    if found.protocol not in {"http:", "https:"} or not found.hostname:
        return None
    return str(found.href).partition("#")[0]


def names_picture(url: str) -> bool:
    """Whether the file that a URL names is a picture by its extension.

    ``/wiki/File:Fox.jpg`` is a page about one, on every MediaWiki.
    """
    name = _name(url)
    return ":" not in name and PurePosixPath(name).suffix in PICTURES


def names_no_page(url: str) -> bool:
    """Whether the file that a URL names is something that no page is, by its extension."""
    return PurePosixPath(_name(url)).suffix in NO_PAGES


def _name(url: str) -> str:
    return unquote(urlsplit(url).path).rpartition("/")[2].lower()
