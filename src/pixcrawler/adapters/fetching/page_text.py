"""From the bytes of a page to its text, whatever the server says that they are."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE)
_LOOKED_THROUGH = 4096  # bytes; browsers look at the first 1,024 for a <meta charset>

# What browsers take these names for (WHATWG, Encoding).
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
    "utf-16": "utf-16-le", "windows-31j": "cp932", "x-sjis": "cp932", "windows-874": "cp874",
}  # fmt: skip
# Python knows codecs that no page is written in; a page must not be able to choose one of those.
_OF_THE_WEB = frozenset(
    {"utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5", "big5hkscs", "cp932", "cp949", "cp874", "cp866",
     "euc_jp", "iso2022_jp", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"}
    | {f"cp125{number}" for number in range(9)}
    | {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
)  # fmt: skip


def text_of(body: bytes, content_type: str) -> str:
    """The text of an HTML page. Never raises.

    A byte order mark counts first, then the header's charset, the page's own declaration, UTF-8,
    windows-1252: the first of these in which all the bytes make sense. Where UTF-8 is broken in places only,
    it is still UTF-8, with U+FFFD in these places.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    named = [name for name in (_in_header(content_type), _in_body(body)) if name]
    for name in (*named, "utf-8"):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    return text if whole > broken else body.decode("cp1252", "replace")


def _in_header(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return _known(found[1]) if found else None


def _in_body(body: bytes) -> str | None:
    start = body[:_LOOKED_THROUGH]
    found = _DECLARED.search(start) or _META.search(start)
    name = _known(found[1].decode("ascii")) if found else None
    # Bytes that could be read this far as ASCII are not UTF-16, whatever they say.
    return "utf-8" if name and name.startswith("utf-16") else name


def _known(label: str) -> str | None:
    label = label.strip().lower()
    try:
        name = codecs.lookup(_MEANT.get(label, label)).name
    except LookupError:
        return None
    meant = _MEANT.get(name, name)
    return meant if meant in _OF_THE_WEB else None
