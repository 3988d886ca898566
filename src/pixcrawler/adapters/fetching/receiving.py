"""Reading one body from the wire into a Body: counted, hashed and timed as it comes."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from pixcrawler.adapters.fetching.misses import Miss
from pixcrawler.application.ports.object_store import Body
from pixcrawler.domain.shared.reasons import Reason

OFTEN = 0.1
"""Share of the window after which a body that came fast enough gets a new one: most come in less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """``most`` bytes on the wire; ``floor`` bytes at least in every ``window`` seconds."""

    most: int
    floor: int
    window: float


@dataclass(frozen=True, slots=True)
class Received:
    body: Body
    sha256: str
    size: int


def refuse_by_headers(response: aiohttp.ClientResponse, most: int) -> None:
    """Raises Miss for a body that need not be read to be refused."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise Miss(Reason.BAD_ENCODING, f"Content-Encoding: {encoding}"[:200])
    length = response.content_length
    if length is not None and length > most:
        raise Miss(Reason.BODY_TOO_LARGE, f"Content-Length: {length}")
    if length == 0 or response.status == 204:
        raise Miss(Reason.EMPTY_BODY, f"status {response.status}, no bytes")


async def received(
    response: aiohttp.ClientResponse, receive: Callable[[], Body], limits: BodyLimits
) -> Received:
    """Raises Miss, StorageFull, or TimeoutError at the caller's deadline; the body is discarded then."""
    body = receive()
    try:
        return await _filled(body, response, limits)
    except aiohttp.ClientError as error:
        body.discard()
        raise Miss(Reason.INCOMPLETE_BODY, _cut(response, error), again=True) from error
    except BaseException:
        body.discard()
        raise


async def _filled(body: Body, response: aiohttp.ClientResponse, limits: BodyLimits) -> Received:
    digest = hashlib.sha256()
    content = response.content
    now = asyncio.get_running_loop().time
    size = counted = 0
    since = now()
    patience = asyncio.timeout(limits.window)
    try:
        async with patience:
            while data := await content.readany():
                size += len(data)
                if size > limits.most:
                    raise Miss(Reason.BODY_TOO_LARGE, f"more than {limits.most} bytes")
                digest.update(data)
                body.write(data)
                if size - counted >= limits.floor and now() - since >= limits.window * OFTEN:
                    counted, since = size, now()
                    patience.reschedule(since + limits.window)
    except TimeoutError:
        if not patience.expired():
            raise
        raise Miss(Reason.TOO_SLOW, f"under {limits.floor} bytes in {limits.window:g} s") from None
    if size == 0:
        raise Miss(Reason.EMPTY_BODY, f"status {response.status}, no bytes")
    return Received(body, digest.hexdigest(), size)


def _cut(response: aiohttp.ClientResponse, error: aiohttp.ClientError) -> str:
    promised = response.content_length
    if promised is not None:
        return f"broke off before Content-Length: {promised}"
    return f"broke off: {type(error).__name__}"
