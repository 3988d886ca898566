"""The body of a request: JSON, held strictly to the handler's type."""

import functools
import re
from typing import Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler

from pixcrawler.entrypoints.http.choices import with_choices
from pixcrawler.entrypoints.http.errors import Refused, explained
from pixcrawler.entrypoints.http.places import UNNAMED, named

DEEPEST = 32
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_LEAF = re.compile(rb"\[\]|\{\}")


class ApiRequest(Request[Any, Any, Any]):
    """Decodes straight into the type that the handler declares: "1" is no number here, and one pass is
    enough. (Litestar would decode to plain values first and then convert them leniently.)"""

    async def json(self) -> object:
        """Raises Refused: 415 for what is no JSON by its headers, 400 malformed, 422 not of the type."""
        body = await self.body()
        self._refuse_what_is_no_json()
        if depth_exceeds(body, DEEPEST):
            raise Refused(400, "TOO_DEEP", f"The JSON is nested more than {DEEPEST} levels deep.")
        field = self.route_handler.parsed_data_field
        kind = Any if field is None else field.annotation
        decoder = _decoder(kind)
        try:
            if b"\\u0000" in body and (place := _nul(msgspec.json.decode(body))) is not None:
                raise Refused(
                    422, "INVALID", "A text may not hold the character U+0000.", field=place or None
                )
            return _decoded(body, decoder)
        except msgspec.ValidationError as error:
            problem = with_choices(str(error), kind)
            detail = explained(named(decoder, body, problem) if UNNAMED in problem else problem)
            raise Refused(422, detail.error_code, detail.detail, field=detail.field) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refused(400, "MALFORMED_JSON", "The body is no JSON that can be read.") from error

    def _refuse_what_is_no_json(self) -> None:
        kind, _ = self.content_type
        if kind not in ("", "application/json") and not kind.endswith("+json"):
            sentence = f"This takes application/json, not {kind[:100]}."
            raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", sentence)
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body without Content-Encoding.")


async def refuse_null(request: Request[Any, Any, Any]) -> None:
    """A filter that says ``null`` is a mistake of whoever made the address. msgspec would read it as None,
    and the list would come unfiltered. Raises Refused."""
    query = request.scope["query_string"]
    if b"%" not in query and b"null" not in query.lower():
        return
    for name, value in request.query_params.multi_items():
        if value.lower() == "null" and name in _no_texts(request.route_handler):
            raise Refused(
                422, "INVALID", f"{name} is not valid: leave it out where you mean all.", field=name
            )


@functools.lru_cache(maxsize=256)
def _no_texts(handler: HTTPRouteHandler) -> frozenset[str]:
    """Parameters that may be missing and are no plain texts: those of which msgspec believes a null."""
    fields = handler.parsed_fn_signature.parameters
    return frozenset(
        name
        for name, field in fields.items()
        if field.is_optional and str not in {one.annotation for one in field.inner_types}
    )


def _decoded(body: bytes, decoder: msgspec.json.Decoder[object]) -> object:
    """``2.0`` and ``1e2`` are integers in JSON Schema; msgspec takes neither for an int."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        if "got `float`" not in str(error):
            raise
    return decoder.decode(msgspec.json.encode(_whole(msgspec.json.decode(body))))


def _whole(value: object) -> object:
    """The same with integers where a float is one; beyond 2**53 no float is exact."""
    match value:
        case float():
            return int(value) if value.is_integer() and abs(value) <= 2**53 else value
        case list():
            return [_whole(one) for one in value]
        case dict():
            return {key: _whole(one) for key, one in value.items()}
        case _:
            return value


@functools.lru_cache(maxsize=256)
def _decoder(kind: object) -> msgspec.json.Decoder[object]:
    return msgspec.json.Decoder(kind)


def depth_exceeds(body: bytes, most: int) -> bool:
    """Whether arrays and objects are nested deeper than ``most``; for malformed JSON either answer will do.

    Each round takes the innermost brackets away.
    """
    if body.count(b"[") + body.count(b"{") <= most:
        return False
    left = _STRING.sub(b"", body).translate(None, _NOT_BRACKETS)
    for _ in range(most):
        if not left:
            return False
        left = _LEAF.sub(b"", left)
    return bool(left)


def _nul(value: object, place: str = "") -> str | None:
    """Where a text holds U+0000, which Postgres cannot store; None when nowhere."""
    match value:
        case str():
            return place if "\0" in value else None
        case list():
            inside = ((f"{place}[{index}]", one) for index, one in enumerate(value))
        case dict():
            if any("\0" in key for key in value):
                return place
            inside = ((f"{place}.{key}" if place else key, one) for key, one in value.items())
        case _:
            return None
    return next((found for where, one in inside if (found := _nul(one, where)) is not None), None)
