"""The OpenAPI document as a Postman collection (format v2.1.0 of schema.postman.com).

Ids and the token are variables of the collection. A request that makes something keeps its id there, so that
the next one finds it; each checks that it was answered as the document says.
"""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("post", "get", "put", "patch", "delete")
BASE, TOKEN = "base_url", "token"
MADE = ("200", "201", "202")
LOGOUT = "/auth/logout"
"""Ends the token that all others are sent with."""

Json = Mapping[str, Any]


def collection(document: Json) -> dict[str, Any]:
    """A folder per tag, a request per operation, with the document's own examples. What deletes has a folder
    of its own, the last one, which ends with the logout, so that all of them can be run in turn."""
    start = {BASE: "http://127.0.0.1:8000", TOKEN: "", **dict(sorted(_ids(document).items()))}
    about = document["info"]
    return {
        "info": {
            "name": about["title"],
            "description": about.get("description", ""),
            "version": about["version"],
            "schema": SCHEMA,
        },
        "auth": {"type": "bearer", "bearer": [_pair("token", f"{{{{{TOKEN}}}}}", type="string")]},
        "variable": [_pair(name, value) for name, value in start.items()],
        "item": [*_folders(document), _deletions(document)],
    }


def _folders(document: Json) -> Iterator[dict[str, Any]]:
    for tag in document["tags"]:
        staying = [path for path in sorted(document["paths"]) if not path.endswith(LOGOUT)]
        found = list(_requests(document, staying, METHODS[:-1], tag["name"]))
        yield {"name": tag["name"], "description": tag.get("description", ""), "item": found}


def _deletions(document: Json) -> dict[str, Any]:
    ends = [path for path in document["paths"] if path.endswith(LOGOUT)]
    found = [
        *_requests(document, sorted(document["paths"]), METHODS[-1:]),
        *_requests(document, ends, METHODS[:-1]),
    ]
    return {"name": "Delete", "description": "What was made, and the login.", "item": found}


def _ids(document: Json) -> dict[str, str]:
    """Path parameters, each with what it is until something was made; fields of bodies of the same name hold
    the same things."""
    return {
        one["name"]: _placeholder(one["schema"])
        for path in document["paths"].values()
        for method in METHODS
        for one in path.get(method, {}).get("parameters", ())
        if one["in"] == "path"
    }


def _placeholder(schema: Json) -> str:
    if schema.get("format") == "uuid":
        return str(UUID(int=0))
    return "1" if schema.get("type") == "integer" else "none"


def _requests(
    document: Json, paths: Sequence[str], methods: Sequence[str], tag: str | None = None
) -> Iterator[dict[str, Any]]:
    """Those of a tag, or of all: what makes a thing before what reads it."""
    ids = _ids(document)
    for path in paths:
        for method in methods:
            operation = document["paths"][path].get(method)
            if operation is not None and tag in (None, operation["tags"][0]):
                yield _request(document, path, method, operation, ids)


def _request(document: Json, path: str, method: str, operation: Json, ids: Container[str]) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "method": method.upper(),
        "description": operation.get("description", ""),
        "header": list(_headers(operation)),
        "url": _url(path, operation),
    }
    if (body := _body(operation, ids)) is not None:
        asked["body"] = body
    if not operation.get("security"):
        asked["auth"] = {"type": "noauth"}
    return {
        "name": operation["summary"],
        "request": asked,
        "event": [{"listen": "test", "script": {"exec": list(_checks(document, path, method, operation))}}],
    }


def _headers(operation: Json) -> Iterator[dict[str, Any]]:
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        yield _pair("Content-Type", "application/json")
    for one in operation.get("parameters", ()):
        if one["in"] == "header":
            value = "{{$guid}}" if one["name"] == "Idempotency-Key" else ""
            yield _pair(one["name"], value, description=one.get("description", ""), disabled=True)


def _url(path: str, operation: Json) -> dict[str, Any]:
    parameters = operation.get("parameters", ())
    steps = [f":{step[1:-1]}" if step.startswith("{") else step for step in path.strip("/").split("/")]
    query = [
        _pair(
            one["name"],
            _shown(one),
            description=one.get("description", ""),
            disabled=not one.get("required", False),
        )
        for one in parameters
        if one["in"] == "query"
    ]
    told = "&".join(f"{one['key']}={one['value']}" for one in query if not one["disabled"])
    url: dict[str, Any] = {
        "raw": f"{{{{{BASE}}}}}/{'/'.join(steps)}" + (f"?{told}" if told else ""),
        "host": [f"{{{{{BASE}}}}}"],
        "path": steps,
    }
    variables = [
        _pair(one["name"], f"{{{{{one['name']}}}}}", description=one.get("description", ""))
        for one in parameters
        if one["in"] == "path"
    ]
    return url | ({"query": query} if query else {}) | ({"variable": variables} if variables else {})


def _shown(parameter: Json) -> str:
    """A value to begin with: the default, the first that is allowed, the least, or none."""
    schema = parameter["schema"]
    first = next(iter(schema.get("enum", ())), schema.get("minimum", ""))
    value = schema.get("default", first)
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _body(operation: Json, ids: Container[str]) -> dict[str, Any] | None:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        if kind == "application/json":
            example: object = next((one["value"] for one in content.get("examples", {}).values()), {})
            text = json.dumps(_with_variables(example, ids), indent=2, ensure_ascii=False)
            return {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
        return {"mode": "file", "file": {}}
    return None


def _with_variables(value: Any, ids: Container[str]) -> Any:  # noqa: ANN401 -- any JSON
    match value:
        case dict():
            return {
                key: f"{{{{{key}}}}}" if key in ids and isinstance(one, str) else _with_variables(one, ids)
                for key, one in value.items()
            }
        case list():
            return [_with_variables(one, ids) for one in value]
        case _:
            return value


def _checks(document: Json, path: str, method: str, operation: Json) -> Iterator[str]:
    known = ", ".join(sorted(operation["responses"]))
    yield 'pm.test("answered as documented", function () {'
    yield f"    pm.expect([{known}]).to.include(pm.response.code);"
    yield "});"
    kept = list(_kept(document, path, method, operation))
    if kept:
        yield "if (pm.response.code < 300) {"
        yield "    const answer = pm.response.json();"
        yield from (f"    pm.collectionVariables.set('{name}', answer.{place});" for name, place in kept)
        yield "}"


def _kept(document: Json, path: str, method: str, operation: Json) -> Iterator[tuple[str, str]]:
    """What the answer brings that other requests need: (variable, place in the answer)."""
    if method != "post":
        return
    example: dict[str, Any] = {}
    for status in MADE:
        example |= _example(operation, status)
    if "access_token" in example:
        yield TOKEN, "access_token"
    made = _made_by(document)
    name = made.get(path)
    place = next(_ids_in(example, name), None)
    if name is not None and place is not None:
        yield name, place
    yield from ((key, key) for key in example if key in _ids(document) and key not in made.values())


def _made_by(document: Json) -> dict[str, str]:
    """By the path that things are posted to: the parameter of the path that they have from then on."""
    return {
        path: child[len(path) + 2 : -1]
        for path, methods in document["paths"].items()
        for child in document["paths"]
        if "post" in methods and _is_child(child, f"{path}/{{")
    }


def _is_child(path: str, start: str) -> bool:
    return path.startswith(start) and path.endswith("}") and "/" not in path[len(start) :]


def _ids_in(example: Json, name: str | None) -> Iterator[str]:
    """Where an answer holds the id of what was made: beside the rest, or one level down."""
    yield from (key for key in ("id", name) if key is not None and key in example)
    yield from (f"{key}.id" for key, one in example.items() if isinstance(one, dict) and "id" in one)


def _example(operation: Json, status: str) -> dict[str, Any]:
    content = operation["responses"].get(status, {}).get("content", {}).get("application/json", {})
    value: object = next((one["value"] for one in content.get("examples", {}).values()), {})
    return value if isinstance(value, dict) else {}


def _pair(key: str, value: str, **more: object) -> dict[str, Any]:
    return {"key": key, "value": value, **more}
