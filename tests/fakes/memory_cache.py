"""A cache in this process."""

import time
from typing import TypeVar

import msgspec

from pixcrawler.application.ports.cache import Shelf

V = TypeVar("V")


class MemoryCache:
    """``kept`` is what is in it, by shelf and name, encoded, with its end."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, type, str], tuple[float, bytes]] = {}

    async def get(self, shelf: Shelf[V], name: str) -> V | None:
        until, body = self.kept.get((shelf.name, shelf.kind, name), (0.0, b""))
        return msgspec.msgpack.decode(body, type=shelf.kind) if time.monotonic() < until else None

    async def put(self, shelf: Shelf[V], name: str, value: V, *, seconds: float) -> None:
        body = msgspec.msgpack.encode(value)
        if len(body) > shelf.largest:
            self.kept.pop((shelf.name, shelf.kind, name), None)
        else:
            self.kept[shelf.name, shelf.kind, name] = time.monotonic() + seconds, body
