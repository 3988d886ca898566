"""``Idempotency-Key``: the same request sent again gets the same answer, and has no second effect."""

import contextlib
import hashlib
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import HeaderParameter

from pixcrawler.domain.shared.once import Once

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[ -~]+$",
        description="A text of your own, new for each thing that you create. The request sent again with the "
        "same key within 24 hours gets the same answer and creates nothing more.",
    ),
]


async def once(request: Request[Any, Any, Any], idempotency_key: IdempotencyKey = None) -> Once | None:
    """None without the header."""
    if idempotency_key is None:
        return None
    path = request.scope["path_template"].removeprefix("/api/v1")
    return Once(
        key=idempotency_key,
        route=f"{request.method} {path}",
        fingerprint=_fingerprint(request, path, await request.body()),
    )


def _fingerprint(request: Request[Any, Any, Any], path: str, body: bytes) -> bytes:
    """SHA-256 of what the request asks for; blanks and the order of keys in JSON do not count, nor does a
    password, which could be guessed from a hash that is as quick as this one."""
    with contextlib.suppress(msgspec.DecodeError):
        wanted = msgspec.json.decode(body)
        if isinstance(wanted, dict):
            wanted.pop("password", None)
        body = msgspec.json.encode(wanted, order="sorted")
    parameters = {name: str(value) for name, value in request.path_params.items()}
    asked = (request.method, path, sorted(parameters.items()), request.scope["query_string"], body)
    return hashlib.sha256(msgspec.msgpack.encode(asked)).digest()
