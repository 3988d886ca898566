"""The OpenAPI document, exact to the limit of each field.

Litestar draws paths and parameters. The forms of bodies and answers come from msgspec, which decodes and
encodes them and so knows every limit, also inside of lists, and which fields may be missing.
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.routes import HTTPRoute

from pixcrawler.entrypoints.http.links import add_links
from pixcrawler.entrypoints.http.plain_schemas import make_plain
from pixcrawler.entrypoints.http.times import mark_times

TEMPLATE = "#/components/schemas/{name}"
JSON = "application/json"
HEADERS = {
    "X-Request-ID": "The id of this request, in every answer and in the log.",
    "Retry-After": "Seconds after which to come back.",
    "WWW-Authenticate": "`Bearer`.",
    "Location": "The path of what was created.",
    "RateLimit-Policy": 'The limits that the request was held against, such as `"user";q=6000;w=60`: a name, '
    "how many requests (`q`), in how many seconds (`w`).",
    "RateLimit": 'How they stand, such as `"user";r=5990;t=59`: how many requests remain (`r`), and after '
    "how many seconds all of them are free again (`t`). Neither is sent where nothing was counted.",
}
LIMITS = ["RateLimit-Policy", "RateLimit"]
SENT_WITH = {"201": ["Location"], "401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}


@dataclass(frozen=True)
class _Form:
    """A place in the document, and the type of what stands there."""

    place: dict[str, Any]
    kind: Any
    examples: list[Any]


def document(litestar: Litestar) -> dict[str, Any]:
    """As plain values, ready for JSON; the same each time."""
    drawn: dict[str, Any] = litestar.openapi_schema.to_schema()
    forms = [form for place, handler in _operations(litestar, drawn) for form in _forms(place, handler)]
    kinds = [form.kind for form in forms]
    schemas, named = msgspec.json.schema_components(kinds, ref_template=TEMPLATE)
    mark_times(kinds, named)
    for form, schema in zip(forms, schemas, strict=True):
        form.place["schema"] = schema
        form.place["examples"] = {
            f"example-{number}": {"value": value} for number, value in enumerate(form.examples, 1)
        }
    for place, _ in _operations(litestar, drawn):
        _add_headers(place["responses"])
        place.setdefault("security", [])  # nobody is asked: said aloud, or linters take it for forgotten
    _add_components(drawn["components"], named)
    _drop_unused(drawn)
    _plain_parameters(drawn["paths"])
    make_plain([drawn["paths"], drawn["components"]])
    add_links(drawn["paths"])
    drawn["paths"] = dict(sorted(drawn["paths"].items()))
    return drawn


def _add_components(components: dict[str, Any], named: dict[str, Any]) -> None:
    components["headers"] = {
        name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in HEADERS.items()
    }
    for schema in named.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"]).replace("``", "`")
    components["schemas"] = dict(sorted({**components.get("schemas", {}), **named}.items()))


def _operations(
    litestar: Litestar, drawn: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], HTTPRouteHandler]]:
    for route in litestar.routes:
        if isinstance(route, HTTPRoute) and route.path_format in drawn["paths"]:
            item = drawn["paths"][route.path_format]
            for handler in route.route_handlers:
                for method in handler.http_methods:
                    if method.lower() in item:
                        yield item[method.lower()], handler


def _forms(operation: dict[str, Any], handler: HTTPRouteHandler) -> Iterator[_Form]:
    body = operation.get("requestBody", {}).get("content", {}).get(JSON)
    field = handler.parsed_data_field
    if body is not None and field is not None:
        given = getattr(field.kwarg_definition, "examples", None) or []
        kind = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        yield _Form(body, kind, [one.value for one in given])
    for status, spec in (handler.responses or {}).items():
        content = operation["responses"][str(status)].get("content", {}).get(JSON)
        if content is not None:
            yield _Form(content, spec.data_container, _examples(spec))


def _examples(spec: ResponseSpec) -> list[Any]:
    return [one.value for one in spec.examples or []]


def _add_headers(responses: dict[str, Any]) -> None:
    responses.get("204", {}).pop("content", None)
    limited = LIMITS if "429" in responses else []
    for status, response in responses.items():
        headers = response.setdefault("headers", {})
        for name in ["X-Request-ID", *limited, *SENT_WITH.get(status, [])]:
            headers[name] = {"$ref": f"#/components/headers/{name}"}


def _plain_parameters(paths: dict[str, Any]) -> None:
    """A parameter that may be missing is not one that may be null: no address and no header can say that."""
    for item in paths.values():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                kinds = [one for one in schema.pop("oneOf", ()) if one != {"type": "null"}]
                if kinds:
                    (kind,) = kinds
                    parameter["schema"] = kind | schema
                for limit in {"minimum", "maximum"} & schema.keys():
                    schema[limit] = int(schema[limit])


def _drop_unused(drawn: dict[str, Any]) -> None:
    """Litestar's own drawings of what msgspec drew better."""
    schemas = drawn["components"]["schemas"]
    while True:
        text = msgspec.json.encode(drawn).decode()
        used = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
        if not (unused := schemas.keys() - used):
            return
        for name in unused:
            del schemas[name]
