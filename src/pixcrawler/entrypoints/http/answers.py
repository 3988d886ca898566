"""How success looks. Every handler of the API ends in one of these."""

from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse

from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.entrypoints.http import cursors

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A part of a list. ``total_exact`` is false when counting stopped at 10,000."""

    items: list[T]
    total: int
    page: int
    size: int
    pages: int
    total_exact: bool = True


class CursorPage(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A part of a long list. ``next_cursor`` is null at its end."""

    items: list[T]
    total: int
    page: int
    size: int
    pages: int
    total_exact: bool = True
    next_cursor: str | None = None


def answered(content: T) -> Response[T]:
    """200 and what was asked for."""
    return Response(content)


def always(content: msgspec.Struct) -> ASGIResponse:
    """200 and what never changes: made once, sent every time."""
    return ASGIResponse(body=msgspec.json.encode(content))


def created(content: T, *, at: str) -> Response[T]:
    """201, the new thing, and in ``Location`` the path that it has from now on."""
    return Response(content, status_code=201, headers={"location": at})


def accepted(content: T) -> Response[T]:
    """202: it will be done; the content says under which ids."""
    return Response(content, status_code=202)


def gone() -> Response[None]:
    """204: it is no longer there."""
    return Response(None, status_code=204)


def degraded(content: T) -> Response[T]:
    """503 with a report: it is the answer, not an error."""
    return Response(content, status_code=503, headers={"retry-after": "5"})


def page_of(found: Found[T], window: Window) -> Response[Page[T]]:
    """200 and one page."""
    return Response(Page(**_numbers(found, window)))


def cursor_page_of(found: Found[T], window: Window) -> Response[CursorPage[T]]:
    """200, one page, and the cursor of the next."""
    return Response(CursorPage(**cursor_numbers(found, window)))


def cursor_numbers(found: Found[T], window: Window) -> dict[str, Any]:
    """The fields of a ``CursorPage``."""
    after = found.next_cursor
    return {**_numbers(found, window), "next_cursor": after and cursors.written(UUID(after))}


def _numbers(found: Found[T], window: Window) -> dict[str, Any]:
    return {
        "items": found.items,
        "total": found.total,
        "page": window.page,
        "size": window.size,
        "pages": -(-found.total // window.size),
        "total_exact": found.exact,
    }
