"""Every limit that the OpenAPI document tells, tried at the limit and one beyond it.

What is sent is made from the document, so that a new field is tried without anybody thinking of it.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from pixcrawler.domain.shared.actor import Role
from tests.api import drawn
from tests.api.conftest import Api, OpenApi, Somebody, problem
from tests.api.good_bodies import BODIES, PROJECT
from tests.api.wall_rows import ROWS

DOCUMENT: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(drawn.DOCUMENT))
JSON = "application/json"
OTHERS = {"string": 7, "integer": "1", "number": "1", "array": {}, "object": [], "boolean": "true", "null": 7}
"""A value of another type, by type."""
TINY: dict[str, Any] = {"integer": 1, "array": [], "object": {}, "boolean": True, "null": None}


@dataclass(frozen=True)
class Case:
    """``value`` at ``path`` of a good body; ``field`` is its name, ``good`` whether it is within limits."""

    operation: str
    body: dict[str, Any]
    path: tuple[str | int, ...]
    value: Any
    good: bool
    why: str

    @property
    def field(self) -> str:
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)[1:]

    @property
    def sent(self) -> Any:
        whole = copy.deepcopy(self.body)
        *above, last = self.path
        holder: Any = whole
        for step in above:
            holder = holder[step]
        holder[last] = self.value
        return whole

    def __str__(self) -> str:
        return f"{self.operation} {self.field} {self.why}"


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Where a ``$ref`` leads, and of several forms the one that is not null and says most."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return resolved({**DOCUMENT["components"]["schemas"][name], "required": []})
    if "anyOf" in schema:
        kinds = [resolved(one) for one in schema["anyOf"] if one != {"type": "null"}]
        return max(kinds, key=lambda kind: kind.get("type") == "object")
    return schema


def text(length: int, schema: dict[str, Any]) -> str:
    if schema.get("pattern", "").startswith("^[Hh][Tt][Tt][Pp]"):
        return ("http://a" if length < 20 else "http://a.example/").ljust(length, "a")[:length]
    return ("a" if "pattern" in schema else "x") * length


def tries(schema: dict[str, Any], good: Any, *, broken: str = "\0") -> Iterator[tuple[Any, bool, str]]:
    """Values, whether they are within the limits, and what they try. ``broken`` is tried where a pattern is
    against it."""
    kind = schema.get("type") or ("string" if "enum" in schema else "object")
    yield OTHERS[kind], False, "of another type"
    if "enum" in schema:
        yield "nothing of the kind", False, "of no such value"
        yield from ((value, True, str(value)) for value in schema["enum"])
    for limit, step in (("maximum", 1), ("minimum", -1)):
        if limit in schema:
            yield schema[limit], True, limit
            yield schema[limit] + step, False, f"{limit} {step:+}"
    for limit, step in (("maxLength", 1), ("minLength", -1)):
        if limit in schema:
            yield text(schema[limit], schema), True, limit
            yield text(schema[limit] + step, schema), False, f"{limit} {step:+}"
    if "pattern" in schema and not re.search(schema["pattern"], broken):
        yield broken, False, "against its pattern"
    for limit, step in (("maxItems", 1), ("minItems", -1)):
        if limit in schema and isinstance(good, list):
            yield (good * schema[limit])[: schema[limit]], True, limit
            yield (good * (schema[limit] + 1))[: schema[limit] + step], False, f"{limit} {step:+}"
    if schema.get("format") == "uuid":
        yield "7", False, "that is no UUID"


def cases(
    operation: str, body: Any, schema: dict[str, Any], value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[Case]:
    if isinstance(value, dict) and (told := schema.get("discriminator")) is not None:
        schema = {"$ref": told["mapping"][value[told["propertyName"]]]}
    schema = resolved(schema)
    if path:
        for tried, good, why in tries(schema, value):
            if not (good and why == "minLength" and "pattern" in schema and tried == ""):
                yield Case(operation, body, path, tried, good, why)
    if isinstance(value, dict):
        if schema.get("additionalProperties") is False:
            yield Case(operation, body, (*path, "nope"), 1, good=False, why="that is unknown")
        for name, inside in value.items():
            below = schema.get("properties", {}).get(name) or schema["additionalProperties"]
            yield from cases(operation, body, below, inside, (*path, name))
    elif isinstance(value, list) and value:
        below = schema["prefixItems"][0] if "prefixItems" in schema else schema["items"]
        yield from cases(operation, body, below, value[0], (*path, 0))


def forms() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation["requestBody"]["content"][JSON]["schema"]
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
    }


CASES = [
    case
    for operation, schema in forms().items()
    for body in BODIES[operation]
    for case in cases(operation, body, {"$ref": schema["$ref"]}, body)
]
PARAMETERS = [
    (method.upper(), path, parameter, value, good, why)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "head"  # whose refusals have no body
    for parameter in operation.get("parameters", [])
    if parameter["in"] in {"query", "header"}
    for value, good, why in tries(resolved(parameter["schema"]), None, broken="\xe9")
    if why != "of another type"  # all are texts
]


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all(
        SOURCE_OPENVERSE_ENABLED="false", SOURCE_WIKIMEDIA_ENABLED="false", SOURCE_WEB_ENABLED="false"
    )


@pytest.fixture(scope="module")
async def root(api: Api) -> Somebody:
    return await api.person(Role.SUPERUSER)


def test_every_field_of_every_body_is_tried() -> None:
    assert BODIES.keys() == forms().keys()
    for operation, schema in forms().items():
        there = set(resolved(schema)["properties"])
        assert set().union(*(body.keys() for body in BODIES[operation])) == there
    assert len(CASES) > 150


@pytest.mark.parametrize("operation", BODIES)
async def test_a_field_within_its_limits_is_taken_and_beyond_them_it_is_named(
    api: Api, root: Somebody, operation: str
) -> None:
    method, path = operation.split()
    client = root.client if ROWS[operation].people else api.client
    path = re.sub(r"\{\w+_id\}", PROJECT, path)
    for case in (one for one in CASES if one.operation == operation):
        answer = await client.request(method, path, json=case.sent)
        told = problem(answer) if answer.is_error else (answer.status_code, None, None)
        if case.good:
            assert told[:2] != (422, "INVALID"), f"{case}: {told}"
        else:
            assert told == (422, "INVALID", case.field), f"{case}: {told}"
        assert answer.status_code < 500


async def test_a_parameter_within_its_limits_is_taken_and_beyond_them_it_is_named(
    api: Api, root: Somebody
) -> None:
    assert len(PARAMETERS) > 60
    for method, path, parameter, value, good, why in PARAMETERS:
        others = DOCUMENT["paths"][path][method.lower()]["parameters"]
        query = {one["name"]: 1 for one in others if one["in"] == "query" and one["required"]}
        query |= {parameter["name"]: value} if parameter["in"] == "query" else {}
        in_header = parameter["in"] == "header"
        headers = {parameter["name"]: str(value).encode("latin-1")} if in_header else {}
        where = re.sub(r"\{\w+_id\}", PROJECT, path)
        body = BODIES.get(f"{method} {path}", [None])[0]
        client = root.client if ROWS[f"{method} {path}"].people else api.client
        answer = await client.request(method, where, params=query, headers=headers, json=body)
        told = problem(answer) if answer.is_error else (answer.status_code, None, None)
        name = f"{method} {path} {parameter['name']} {why}"
        if good:
            assert told != (422, "INVALID", parameter["name"]), f"{name}: {told}"
        else:
            assert told == (422, "INVALID", parameter["name"]), f"{name}: {told}"
