"""Sending an object of the store: whole, in part, or not at all because the client has it."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.background_tasks import BackgroundTask
from litestar.openapi import ResponseSpec
from litestar.response import Stream

from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.shared.attachment import attachment
from pixcrawler.entrypoints.http.conditions import Part, not_modified, part_of

ASK_AGAIN = "private, no-cache"
"""Whoever kept the file asks whether it may still be shown; the ETag makes that cheap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """``etag`` without its quotes; ``bytes`` > 0 is the size. ``filename`` is what the download is called:
    the file never opens in a browser."""

    key: str
    bytes: int
    etag: str
    media_type: str
    filename: str


def bytes_answer(media_type: str, meaning: str) -> ResponseSpec:
    """For the document."""
    return ResponseSpec(bytes, media_type=media_type, description=meaning, generate_examples=False)


def kept(tag: str) -> dict[str, str]:
    return {"etag": tag, "cache-control": ASK_AGAIN}


async def sent(request: Request[Any, Any, Any], store: ObjectStore, file: Sent) -> Response[Any]:
    """200, 206 or 304, to GET and HEAD. Raises ObjectMissing, PreconditionFailed and RangeNotSatisfiable."""
    tag = f'"{file.etag}"'
    if not_modified(request.headers, tag):
        return Response(None, status_code=304, headers=kept(tag))
    head = request.method == "HEAD" or not file.bytes
    part = Part(0, file.bytes, whole=True) if head else part_of(request.headers, tag, file.bytes)
    pieces = await store.stream(file.key, part.start, 0 if head else part.length)
    return Stream(
        pieces,
        status_code=200 if part.whole else 206,
        media_type=file.media_type,
        headers=kept(tag) | _told(file, part),
        background=BackgroundTask(pieces.aclose),  # also when the connection broke off
    )


def _told(file: Sent, part: Part) -> dict[str, str]:
    headers = {
        "accept-ranges": "bytes",
        "content-length": str(part.length),
        "content-disposition": attachment(file.filename),
    }
    if not part.whole:
        headers["content-range"] = f"bytes {part.start}-{part.start + part.length - 1}/{file.bytes}"
    return headers
