"""Every field of a request has its limits where programs read them: in the OpenAPI document."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.drawn import DOCUMENT, OPERATIONS

SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
CHOICES = ("anyOf", "oneOf", "allOf")
TEXT_LIMITS = {"enum", "const", "maxLength", "format"}
NUMBER_LIMITS = {"enum", "maximum", "exclusiveMaximum"}


def limitless(schema: dict[str, Any], where: str, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Places in a schema that allow texts, numbers, lists or maps of any size, or fields of any name."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        if name not in seen:
            yield from limitless(SCHEMAS[name], where, (*seen, name))
        return
    for choice in (one for word in CHOICES for one in schema.get(word, ())):
        yield from limitless(choice, where, seen)
    match schema.get("type"):
        case "string" if not TEXT_LIMITS & schema.keys() and unbounded(schema.get("pattern", ".*")):
            yield f"{where}: a text of any length"
        case "integer" | "number" if not NUMBER_LIMITS & schema.keys():
            yield f"{where}: a number of any size"
        case "array":
            if "maxItems" not in schema:
                yield f"{where}: a list of any length"
            yield from limitless(schema.get("items", {}), f"{where}[]", seen)
        case "object":
            yield from of_object(schema, where, seen)


def unbounded(pattern: str) -> bool:
    return re.search(r"[*+]|,\}", pattern) is not None


def of_object(schema: dict[str, Any], where: str, seen: tuple[str, ...]) -> Iterator[str]:
    others = schema.get("additionalProperties", True)
    if others is True:
        yield f"{where}: fields of any name"
    elif others is not False:
        if "maxProperties" not in schema:
            yield f"{where}: a map of any size"
        yield from limitless(others, f"{where}.*", seen)
    for name, field in schema.get("properties", {}).items():
        yield from limitless(field, f"{where}.{name}", seen)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_field_that_comes_in_has_a_limit(name: str) -> None:
    operation = OPERATIONS[name]
    found = [
        place
        for one in operation.get("parameters", ())
        if one["in"] != "path"  # as long as the server takes an address at all
        for place in limitless(one["schema"], one["name"])
    ]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None:
        schema = content["schema"]  # beside the form itself stands what fields mean for each other
        found += limitless({"$ref": schema["$ref"]} if "$ref" in schema else schema, "")
    assert not found


def test_a_limit_that_is_missing_is_found() -> None:
    told = list(limitless({"type": "object", "properties": {"name": {"type": "string"}}}, "body"))
    assert told == ["body: fields of any name", "body.name: a text of any length"]
