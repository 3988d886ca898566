"""Reading XML from strangers, a piece at a time: sitemaps and feeds.

libxml2 opens no file and no connection here, puts no entity into the text, and gives up on documents that
grow by entities in attributes. What is not well-formed is read as far as it makes sense. Behind the first
fault libxml2 drops every ``&amp;`` and ``&lt;``, so the faults that people make are mended before.
"""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree

Element = Any  # lxml has no types

MOST_HELD = 50_000
"""Elements inside one that is wanted; a document of one endless item is not held whole."""

_PIECE = 32 * 1024
_MOST_FAULTS = 100_000
_NAMED = (b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;")
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
_FAULT = re.compile(
    rb"(<!\[CDATA\[.*?(?:\]\]>|\Z))"
    rb"|(&#(?:0{0,9}(?:[0-8]|1[124-9]|2\d|3[01])|x0{0,9}(?:[0-8bcef]|1[0-9a-f]));|[\x00-\x08\x0b\x0c\x0e-\x1f])"
    rb"|&(?!(?:amp|lt|gt|quot|apos|#\d{1,9}|#x[0-9a-f]{1,9});)(?:([a-z]\w{0,40});)?",
    re.DOTALL | re.IGNORECASE,
)
"""What is left alone; characters that XML has none of; an ampersand that begins nothing, or an HTML name."""


class NoXml(Exception):
    """It has no root element, or holds more than anybody reads."""


def local(element: Element) -> str:
    """The name without its namespace, in lower case; a prefix that nobody declared counts as one."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def prefixed(element: Element, words: str) -> bool:
    """Whether its namespace, or its prefix where none was declared, has one of these words in it."""
    tag = element.tag if isinstance(element.tag, str) else ""
    space = tag.rpartition("}")[0] or tag.rpartition(":")[0]
    return any(word in space.lower() for word in words.split())


def root_name(body: bytes) -> str | None:
    """The local name of the root element, or None for what is no XML."""
    parser = _parser("start")
    try:
        for at in range(0, min(len(body), 4 * _PIECE), _PIECE):
            parser.feed(body[at : at + _PIECE])
            for _, element in parser.read_events():
                return local(element)
    except etree.LxmlError:
        pass
    return None


def elements(body: bytes, wanted: frozenset[str]) -> Iterator[tuple[Element, bool]]:
    """Each element as it ends, and whether it is outside of all ``wanted`` ones (by local name).

    Inside a wanted one its parts are given to nobody; it comes whole, and is emptied after the caller has
    seen it. Raises NoXml.
    """
    body = _mended(body)
    parser = _parser("start", "end")
    inside = held = 0
    try:
        for at in range(0, len(body) + _PIECE, _PIECE):
            parser.feed(body[at : at + _PIECE]) if at < len(body) else parser.close()
            for event, element in parser.read_events():
                name = local(element)
                held += event == "start"
                if held > MOST_HELD:
                    raise NoXml(f"more than {MOST_HELD} elements in one entry")
                if name in wanted:
                    inside += 1 if event == "start" else -1
                if event == "end" and inside == 0:
                    yield element, name not in wanted
                    if name in wanted:
                        held = 0
                        _forget(element)
    except etree.LxmlError as error:
        raise NoXml(str(error)[:200]) from error


def text_of(element: Element) -> str | None:
    """All its words on one line."""
    return " ".join("".join(element.itertext()).split()) or None


def _mended(body: bytes) -> bytes:
    """Without the first ``_MOST_FAULTS`` faults; UTF-16 is left as it is."""
    if b"\x00" in body[:4] or _is_sound(body):
        return body
    return _FAULT.sub(_fixed, body, count=_MOST_FAULTS)


def _is_sound(body: bytes) -> bool:
    """A quick look, for almost all of them are."""
    known = sum(map(body.count, _NAMED))
    return body.count(b"&") == known and len(body.translate(None, _CONTROLS)) == len(body)


def _fixed(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return found[1]
    if found[2] is not None:
        return b" "
    meant = html5.get(found[3].decode("ascii", "replace") + ";") if found[3] else None
    if meant is None:
        return b"&amp;" + found[0][1:]
    return "".join(f"&#{ord(character)};" for character in meant).encode()


def _parser(*events: str) -> Any:  # noqa: ANN401
    return etree.XMLPullParser(
        events=events, resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip


def _forget(element: Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
