"""Pictures in a page's own metadata: JSON-LD (schema.org ImageObject), Open Graph, Twitter cards."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pixcrawler.adapters.fetching.references import absolute
from pixcrawler.adapters.sources.addresses import pixels
from pixcrawler.adapters.sources.described import Described

DEEPEST = 20
MOST_NODES = 20_000

Node = dict[str, Any]

_VOCABULARY = re.compile(r"\A(?:https?://(?:www\.)?schema\.org/|schema:)")

_BEFORE = re.compile(r"(?:\s|<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)*")
_AFTER = re.compile(
    r"(?:\s|;|(?://\s*)?-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)*+\Z"
)  # never goes back: see _LAST
_LAST = 100
"""What hid scripts from browsers and XML parsers once, and what is left of JavaScript: among the last
characters."""


def from_json_ld(script: str, base: str) -> Iterator[Described]:
    """The ImageObjects of one script, however deep, and what ``image`` names; broken JSON has none."""
    text = script.strip().removeprefix("\ufeff")
    begin, end = _BEFORE.match(text), _AFTER.search(text, max(0, len(text) - _LAST))
    try:
        read = json.loads(text[begin.end() if begin else 0 : end.start() if end else None], strict=False)
    except (ValueError, RecursionError):
        return
    for node in _nodes(read):
        yield from _pictures(node, base)


def from_metas(metas: Iterable[Mapping[str, str]], base: str) -> list[Described]:
    """Open Graph (https://ogp.me: what follows an ``og:image`` is about it) and Twitter cards."""
    found: list[Described] = []
    twitter: list[Described] = []
    for meta in metas:
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        content = meta.get("content", "")
        if name in {"twitter:image", "twitter:image:src"}:
            twitter += _at(base, content)
        elif name == "og:image":
            found += _at(base, content)
        elif name == "twitter:image:alt" and twitter:
            twitter[-1].title = content
        elif name.startswith("og:image:"):
            _og_property(name.removeprefix("og:image:"), content, base, found)
    return [*found, *twitter]


def _at(base: str, reference: str) -> list[Described]:
    url = absolute(base, reference)
    return [Described(url=url)] if url else []


def _og_property(name: str, content: str, base: str, found: list[Described]) -> None:
    if not found:
        found += _at(base, content) if name in {"url", "secure_url"} else []
    elif name == "secure_url":
        found[-1].url = absolute(base, content) or found[-1].url
    elif name == "alt":
        found[-1].title = content
    elif name in {"width", "height"}:
        setattr(found[-1], name, pixels(content))


def _nodes(read: object) -> Iterator[Node]:
    """Every object in it, parents before children, in the order of the text."""
    waiting: list[tuple[object, int]] = [(read, 0)]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        one, depth = waiting.pop()
        if isinstance(one, dict):
            yield one
        children = list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else []
        if depth < DEEPEST:
            waiting += [(child, depth + 1) for child in reversed(children)]


def _pictures(node: Node, base: str) -> Iterator[Described]:
    if _is_image_object(node):
        url = absolute(base, _text(node.get("contentUrl")) or _text(node.get("url")))
        if url is not None:
            yield _image_object(node, url, base)
    for url in (absolute(base, one) for one in _plain(node.get("image"))):
        if url is not None:
            yield Described(url=url)


def _is_image_object(node: Node) -> bool:
    """By its type, which may be written with its vocabulary: ``schema:ImageObject``, ``https://schema.org/…``."""
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _VOCABULARY.sub("", kind) == "ImageObject" for kind in named)


def _image_object(node: Node, url: str, base: str) -> Described:
    author = _first(node.get("creator")) or _first(node.get("author"))
    license_ = _text(node.get("license"))
    terms = absolute(
        base, license_ if license_ and "/" in license_ else _text(node.get("acquireLicensePage"))
    )
    return Described(
        url=url,
        title=_text(node.get("caption")) or _text(node.get("name")),
        author=_text(author) or _text(node.get("creditText")),
        author_url=absolute(base, author.get("url"))
        if isinstance(author, dict) and _is_text(author, "url")
        else None,
        license=license_ or _text(node.get("copyrightNotice")),
        license_url=terms,
        width=_pixels(node.get("width")),
        height=_pixels(node.get("height")),
    )


def _is_text(node: Node, key: str) -> bool:
    return isinstance(node.get(key), str)


def _first(said: object) -> object:
    return next(iter(said), None) if isinstance(said, list) else said


def _text(said: object) -> str | None:
    """Words, or the name of a thing, or where it is."""
    one = _first(said)
    if isinstance(one, dict):
        one = next((one[key] for key in ("name", "@id", "url", "@value") if _is_text(one, key)), None)
    return one.strip() or None if isinstance(one, str) else None


def _plain(said: object) -> Sequence[str]:
    return [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)]


def _pixels(said: object) -> int | None:
    one = _first(said)
    return pixels(one.get("value") if isinstance(one, dict) else one)
