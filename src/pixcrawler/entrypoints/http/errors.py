"""How failure looks: one table from families to statuses, one envelope."""

import ast
import re
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException, ValidationException

from pixcrawler.domain.shared.errors import (
    Conflict,
    Disabled,
    DomainError,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    PaymentRequired,
    StorageFull,
    Unauthenticated,
    Unavailable,
)
from pixcrawler.entrypoints.http.choices import with_choices

log = structlog.get_logger(__name__)

FAMILIES: dict[type[DomainError], int] = {
    Unauthenticated: 401,
    PaymentRequired: 402,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Disabled: 409,
    Invalid: 422,
    LimitReached: 429,
    Unavailable: 503,
}
HEADERS: dict[int, dict[str, str]] = {
    401: {"www-authenticate": "Bearer"},
    429: {"retry-after": "10"},
    503: {"retry-after": "5"},
}
"""What comes with a status. An error with an attribute ``retry_after`` (seconds) says it better."""

_OF_THE_MACHINE: dict[type[DomainError], str] = {
    StorageFull: "The server has no room left for this. Its operator has to make some.",
    Unavailable: "Something that this needs does not answer now. Try again later.",
}
"""What these say is for who runs the server: it may name its folders."""

CODES = {
    400: "MALFORMED_REQUEST",
    404: "ROUTE_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "BODY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "INVALID",
}
SENTENCES = {
    404: "There is nothing at this path. /docs lists what there is.",
    405: "This path does not take this method; the header Allow says which it takes.",
    413: "The body is larger than this server takes (API_MAX_BODY).",
    500: "Something went wrong here. Tell the operator the request_id.",
}


class Detail(msgspec.Struct, frozen=True):
    """One thing that is wrong. ``field`` is the part of the request that it is about, as it was written."""

    detail: str
    error_code: str
    field: str | None


class ErrorBody(msgspec.Struct, frozen=True):
    """Every error of the API."""

    message: str
    details: list[Detail]
    request_id: str


class Refused(HTTPException):
    """A request that is turned away before any act sees it."""

    def __init__(self, status: int, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(detail=message, status_code=status)
        self.code = code
        self.field = field


def of_domain(request: Request[Any, Any, Any], error: DomainError) -> Response[ErrorBody]:
    """A foreseen failure, with its own sentence. What is away is told to the operator too."""
    status = next(status for family, status in FAMILIES.items() if isinstance(error, family))
    headers = dict(HEADERS.get(status, {}))
    if (seconds := getattr(error, "retry_after", None)) is not None:
        headers["retry-after"] = str(seconds)
    sentence = str(error)
    if isinstance(error, Unavailable):
        log.warning("unavailable", code=error.code, error=sentence)
        sentence = _OF_THE_MACHINE.get(type(error), sentence)
    return _answer(request, status, [Detail(sentence, error.code, error.field)], headers)


def of_litestar(request: Request[Any, Any, Any], error: HTTPException) -> Response[ErrorBody]:
    """A request that the framework refuses: no such route, a wrong parameter, a body too large."""
    match error:
        case Refused():
            details = [Detail(error.detail, error.code, error.field)]
            return _answer(request, error.status_code, details, error.headers)
        case ValidationException():
            return _answer(request, 422, _wrong_parameters(request, error), {})
        case InternalServerException(detail="client disconnected prematurely"):
            return _answer(request, 400, [Detail("The body broke off.", "MALFORMED_REQUEST", None)], {})
        case _ if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return of_nobody(request, error)
    sentence = SENTENCES.get(error.status_code, f"{error.detail}.")
    detail = Detail(sentence, CODES.get(error.status_code, "REFUSED"), None)
    return _answer(request, error.status_code, [detail], error.headers)


def of_nobody(request: Request[Any, Any, Any], error: Exception) -> Response[ErrorBody]:
    """A bug. What it was stands in the log, under the request's id, and nowhere else."""
    log.error("request_failed", route=request.scope.get("path_template"), exc_info=error)
    return _answer(request, 500, [Detail(SENTENCES[500], "INTERNAL", None)], {})


def _answer(
    request: Request[Any, Any, Any], status: int, details: list[Detail], headers: dict[str, str] | None
) -> Response[ErrorBody]:
    body = ErrorBody(details[0].detail, details, request.scope["state"].get("request_id", ""))
    return Response(body, status_code=status, headers=headers, media_type="application/json")


_PLACE = re.compile(r" - at `(?:key` in `)?\$\.?(.*)`$")
_PATTERN = re.compile(r"^Expected `str` matching regex (?P<shown>.*)$", re.DOTALL)
_NAMED = re.compile(r"^Object (?P<what>contains unknown|missing required) field `(?P<name>.+)`$")
_MISSING = re.compile(r"^Missing required \w+ parameter '(.+?)'")


def explained(problem: str, field: str = "") -> Detail:
    """A sentence and the field's name for what msgspec says is wrong (in the part ``field``)."""
    problem, place, _ = (*_PLACE.split(problem), "", "")[:3]
    field = ".".join(part for part in (field, place) if part)
    if named := _NAMED.match(problem):
        field = f"{field}.{named['name']}" if field else named["name"]
        missing = named["what"] == "missing required"
        sentence = f"The field {field} is missing." if missing else f"There is no field {field}."
        return Detail(sentence, "INVALID", field)
    problem = _PATTERN.sub(_unlike, problem).replace("`", "")
    start = f"{field} is not valid" if field else "The body is not valid"
    return Detail(f"{start}: {problem[:1].lower()}{problem[1:]}.", "INVALID", field or None)


def _unlike(found: re.Match[str]) -> str:
    """What a text should have been, in words where the pattern is hard to read."""
    pattern = str(ast.literal_eval(found["shown"]))
    if pattern.startswith("^[Hh][Tt][Tt][Pp]"):
        return "It is no address that begins with http:// or https://"
    if pattern.startswith(("^[^", "^[ -~]")):
        return "It is blank, or has a character that is not allowed here"
    return f"It is not of the form {pattern}"


def _wrong_parameters(request: Request[Any, Any, Any], error: ValidationException) -> list[Detail]:
    if missing := _MISSING.match(error.detail):
        return [Detail(f"The parameter {missing[1]} is missing.", "INVALID", missing[1])]
    found = error.extra if isinstance(error.extra, list) else []
    if any(one.get("key") == "data" for one in found):
        return [Detail("The body is missing: send JSON.", "INVALID", None)]
    kinds = request.route_handler.parsed_fn_signature.parameters
    details = [
        explained(with_choices(one["message"], kinds[key].annotation), _as_written(one))
        if (key := one.get("key")) in kinds
        else explained(one["message"], _as_written(one))
        for one in found
    ]
    return details or [Detail("The request is not valid.", "INVALID", None)]


def _as_written(problem: dict[str, Any]) -> str:
    """Headers have names that no parameter of a function can have; ``from`` is ``from_`` there."""
    name = str(problem.get("key", "")).rstrip("_")
    return (
        "-".join(part.capitalize() for part in name.split("_")) if problem.get("source") == "header" else name
    )
