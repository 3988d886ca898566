"""Schemas in words that generators of clients know, too. They allow and refuse the same as before."""

from typing import Any


def make_plain(drawn: Any) -> None:  # noqa: ANN401 -- any part of a document
    """In place, all the way down.

    A tuple of alike parts is a list of a fixed length: openapi-python-client cannot read ``prefixItems`` with
    ``items: false``, and knows no ``enum`` of a boolean. A choice of one is that one.
    """
    match drawn:
        case dict():
            _alike_parts(drawn)
            _only_choice(drawn)
            _only_boolean(drawn)
            for part in drawn.values():
                make_plain(part)
        case list():
            for part in drawn:
                make_plain(part)


def _alike_parts(schema: dict[str, Any]) -> None:
    parts = schema.get("prefixItems")
    if schema.get("items") is False and parts and all(part == parts[0] for part in parts):
        del schema["prefixItems"]
        schema |= {"items": parts[0], "minItems": len(parts), "maxItems": len(parts)}


def _only_choice(schema: dict[str, Any]) -> None:
    for word in ("oneOf", "anyOf"):
        if isinstance(schema.get(word), list) and len(schema[word]) == 1:
            (only,) = schema.pop(word)
            schema |= {key: value for key, value in only.items() if key not in schema}


def _only_boolean(schema: dict[str, Any]) -> None:
    match schema.get("enum"):
        case [bool() as only]:
            del schema["enum"]
            schema |= {"type": "boolean", "const": only}
