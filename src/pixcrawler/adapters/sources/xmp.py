"""What a picture file says of its own licence: the XMP packet (ISO 16684-1), found by its mark in any format.

Nothing is decoded here: the packet is plain text near the start of the file, and only its XML is read.
"""

from typing import Any

from lxml import etree

from pixcrawler.adapters.fetching.references import absolute
from pixcrawler.adapters.sources.described import Described

READ = 256 * 1024
"""Bytes from the start of a file in which the packet is looked for."""
LONGEST = 64 * 1024

_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"
_DC = "{http://purl.org/dc/elements/1.1/}"
_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
_CC = "{http://creativecommons.org/ns#}"
_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"


def from_xmp(start: bytes, url: str) -> Described:
    """``start`` is the beginning of the file. Never raises; a file without a packet says nothing."""
    said = Described(url=url)
    begin = start.find(_BEGIN)
    end = start.find(_END, begin)
    if begin < 0 or not 0 < end - begin <= LONGEST:
        return said
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(start[begin : end + len(_END)], parser)
    except etree.LxmlError:
        return said
    if root is None:
        return said
    said.title = _first(root, _DC + "title")
    said.author = _first(root, _DC + "creator", _CC + "attributionName")
    said.author_url = _address(_first(root, _CC + "attributionURL"))
    license_ = _first(root, _CC + "license", _RIGHTS + "WebStatement")
    said.license_url = _address(license_)
    said.license = _first(root, _RIGHTS + "UsageTerms", _DC + "rights") or license_
    return said


def _first(root: Any, *names: str) -> str | None:  # noqa: ANN401  lxml has no types
    """A property is an element with text or an ``rdf:resource``, or an attribute of its description."""
    for name in names:
        for element in root.iter(name):
            text = element.get(_RESOURCE) or " ".join("".join(element.itertext()).split())
            if text:
                return str(text)
        for element in root.iter():
            if isinstance(element.tag, str) and element.get(name):
                return str(element.get(name))
    return None


def _address(said: str | None) -> str | None:
    return absolute("", said) if said and said.startswith(("http://", "https://")) else None
