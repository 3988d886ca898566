"""What generators of clients do not know is said in other words."""

import json
from typing import Any

import msgspec

from pixcrawler.entrypoints.http.plain_schemas import make_plain
from tests.api.drawn import DOCUMENT, OPERATIONS


class Sized(msgspec.Struct):
    size: tuple[int, int]
    mixed: tuple[int, str]
    any_length: tuple[int, ...] = ()


def plain(kind: type) -> dict[str, Any]:
    schema = json.loads(json.dumps(msgspec.json.schema(kind)))  # defaults are as in JSON: lists, no tuples
    make_plain(schema)
    (found,) = schema["$defs"].values()
    properties: dict[str, Any] = found["properties"]
    return properties


def test_a_tuple_of_alike_parts_is_a_list_of_that_length() -> None:
    assert plain(Sized)["size"] == {
        "type": "array",
        "items": {"type": "integer"},
        "minItems": 2,
        "maxItems": 2,
    }


def test_other_tuples_and_lists_stay_as_they_are() -> None:
    assert plain(Sized)["mixed"]["prefixItems"] == [{"type": "integer"}, {"type": "string"}]
    assert plain(Sized)["any_length"] == {"type": "array", "items": {"type": "integer"}, "default": []}


def test_a_choice_of_one_is_that_one_and_keeps_what_stands_beside_it() -> None:
    schema = {"oneOf": [{"type": "string", "description": "inner"}], "description": "outer"}
    make_plain(schema)
    assert schema == {"type": "string", "description": "outer"}


def test_what_is_always_true_is_a_boolean() -> None:
    schema: dict[str, Any] = {"enum": [True], "default": True}
    make_plain(schema)
    assert schema == {"type": "boolean", "const": True, "default": True}


def test_other_choices_stay_as_they_are() -> None:
    schema: dict[str, Any] = {"properties": {"enum": {"enum": ["one"]}}}
    make_plain(schema)
    assert schema == {"properties": {"enum": {"enum": ["one"]}}}


def test_the_document_holds_nothing_that_a_generator_stumbles_over() -> None:
    text = json.dumps(DOCUMENT)
    assert '"items": false' not in text
    assert all("security" in operation for operation in OPERATIONS.values())


def test_times_say_that_they_are_times() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["JobDetail"]["properties"]["created_at"] == {"type": "string", "format": "date-time"}
    started = schemas["JobDetail"]["properties"]["started_at"]
    assert {"type": "string", "format": "date-time"} in started["anyOf"]
    untold = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, told in schema.get("properties", {}).items()
        if field.endswith("_at") and "date-time" not in json.dumps(told)
    ]
    assert untold == ["ImageTold.retrieved_at", "VersionImage.taken_down_at"]  # texts of a manifest
