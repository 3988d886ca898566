"""What the OpenAPI document says beside its routes."""

from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Request, Response, Router
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Example, License, SecurityScheme, Tag
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from pixcrawler.entrypoints.http.document import document
from pixcrawler.entrypoints.http.errors import Detail, ErrorBody
from pixcrawler.entrypoints.http.security import SCHEME

FAILURES = {
    400: ("The request is malformed.", "MALFORMED_JSON", "The body is no JSON that can be read.", None),
    401: ("No token or API key, or none that is good.", "AUTHENTICATION_REQUIRED", "Log in first.", None),
    402: ("The credits do not cover it.", "PAYMENT_REQUIRED", "Your credits do not cover this.", None),
    403: ("The key may not do this.", "SCOPE_MISSING", "This key lacks the scope write.", None),
    404: ("There is no such thing, or it is not yours.", "NOT_FOUND", "There is no such thing.", None),
    409: ("The state of things does not allow this.", "CONFLICT", "It is in another state.", None),
    412: ("The file is another.", "PRECONDITION_FAILED", "The file has another ETag.", "If-Match"),
    413: ("The body is too large.", "BODY_TOO_LARGE", "The body is larger than this server takes.", None),
    415: ("The body is of a type that this does not take.", "UNSUPPORTED_MEDIA_TYPE", "Send JSON.", None),
    416: ("The range begins behind the end.", "RANGE_NOT_SATISFIABLE", "The file has 9 bytes.", "Range"),
    422: ("Something is not valid; `field` says which part.", "INVALID", "There is no field size.", "size"),
    429: (
        "Too much; `Retry-After` says when to come back.",
        "RATE_LIMITED",
        "Too many requests: 6000 in 60 seconds is the limit 'user'. Come back in 7 seconds.",
        None,
    ),
    503: ("Something needed is away; `Retry-After` is sent.", "UNAVAILABLE", "Try again later.", None),
}
"""By status: what it means, and one example."""
WITH_BODY = (413, 415, 422)


def failures(*statuses: int, body: bool = False) -> dict[int, ResponseSpec]:
    """The error answers of a route: these, 400 and 503; with ``body``, also those that a body can cause; and
    429 where one must be known, as all of these routes are limited."""
    limited = (429,) if 401 in statuses else ()
    every = sorted({400, *statuses, *limited, 503, *(WITH_BODY if body else ())})
    return {status: _failure(*FAILURES[status]) for status in every}


def _failure(meaning: str, code: str, sentence: str, field: str | None) -> ResponseSpec:
    example = ErrorBody(sentence, [Detail(sentence, code, field)], "6f1f0c7c2b0e4e0c9b6d3a52f3b1c8aa")
    return _spec(ErrorBody, example, meaning)


def success(status: int, kind: type[Any], example: object, meaning: str = "Done.") -> dict[int, ResponseSpec]:
    """The good answer of a route, with an example of the kind."""
    return {status: _spec(kind, example, meaning)}


def _spec(kind: type[Any], example: object, meaning: str) -> ResponseSpec:
    return ResponseSpec(
        kind,
        description=meaning,
        generate_examples=False,
        examples=[Example(value=msgspec.to_builtins(example))],
    )


def openapi_config() -> OpenAPIConfig:
    """The document is at ``/schema/openapi.json``."""
    key = SecurityScheme(
        type="http",
        scheme="bearer",
        description="The access token of a login (`POST /api/v1/auth/login`), or an API key: `pxc_live_…`.",
    )
    return OpenAPIConfig(
        title="PixCrawler",
        version=version("pixcrawler"),
        summary="Keywords in, a clean, licensed, ML-ready image dataset out.",
        description=(
            "Every error has the same form, `ErrorBody`. Every answer carries `X-Request-ID`. Lists take "
            "`page` and `size`. `Idempotency-Key` makes a repeated POST harmless."
        ),
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        components=Components(security_schemes={SCHEME: key}),
        tags=[
            Tag(name="Auth", description="Signing up, logging in, and one's own profile."),
            Tag(name="Users", description="Accounts, and what is kept about oneself."),
            Tag(name="API keys", description="Keys for programs; people make, rotate, watch and end them."),
            Tag(name="Projects", description="Groups of jobs and datasets."),
            Tag(name="Jobs", description="Crawl jobs: create, start, watch, stop, retry."),
            Tag(name="Schedules", description="Crawls that repeat."),
            Tag(name="Sources", description="Places where images are found."),
            Tag(name="Images", description="What a job found, file by file."),
            Tag(name="Datasets", description="Selections of images, and their versions."),
            Tag(name="Exports", description="Versions in the formats that others read."),
            Tag(name="Validation", description="Looking again at pictures that are stored."),
            Tag(name="Storage", description="What is stored, links to it, and letting go of it."),
            Tag(name="Policies", description="What is archived and let go, when, and what that did."),
            Tag(name="Activity", description="Who did what, and when."),
            Tag(name="Notifications", description="What you are told, and what you want to be told."),
            Tag(name="Dashboard", description="What you have, in numbers."),
            Tag(name="Ops", description="The health of this installation."),
        ],
        render_plugins=[_Exact(path="/openapi.json")],
        openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, after_request=_no_page),
        use_handler_docstrings=True,
        operation_id_creator=_operation,
    )


class _Exact(JsonRenderPlugin):
    """Serves our document in place of Litestar's."""

    _made: bytes = b""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        self._made = self._made or msgspec.json.encode(document(request.app))
        return self._made


def _operation(handler: HTTPRouteHandler, method: Method, path: list[str | PathParameterDefinition]) -> str:
    """The handler's name; programs made from the document call their functions so."""
    name = handler.handler_name.rpartition(".")[2]
    if method == "HEAD":
        name = f"head_{name}"
    return f"{name}_v1" if len(handler.paths) > 1 and "api" in path else name


def _no_page(response: Response[object]) -> Response[object]:
    """Litestar would answer other paths with a page of its own."""
    if response.status_code == 404:
        raise NotFoundException
    return response
