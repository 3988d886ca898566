"""Reading XML from strangers, a piece at a time: sitemaps and feeds.

libxml2 opens no file and no connection here, puts no entity into the text, and gives up on documents that
grow by entities in attributes. What is not well-formed is read as far as it makes sense.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

Element = Any  # lxml has no types

MOST_HELD = 50_000
"""Elements inside one that is wanted; a document of one endless item is not held whole."""

_PIECE = 32 * 1024


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
