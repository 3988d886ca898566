"""What all stores beyond this machine have in common."""

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from pixcrawler.adapters.storage.keys import checked
from pixcrawler.adapters.storage.local_body import told_plainly
from pixcrawler.adapters.storage.spool import Spool, SpoolBody
from pixcrawler.application.ports import waiting
from pixcrawler.application.ports.object_store import Body, Listed, ObjectWriter, Pieces
from pixcrawler.application.ports.waiting import to_the_end

AT_ONCE = 16
"""Transfers of one call that run together."""

T = TypeVar("T")
A = TypeVar("A")


class RemoteObjectStore(ABC):
    """An ``ObjectStore`` whose objects are elsewhere; bodies on their way wait in a spool on this machine."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def receive(self) -> Body:
        return self._spool.body()

    async def keep(self, body: Body, key: str) -> None:
        if not isinstance(body, SpoolBody) or body.spool is not self._spool:
            raise TypeError("A store keeps only what it received itself.")
        await self._put_file(body.finish(), body.size, checked(key))
        body.discard()

    @abstractmethod
    async def _put_file(self, path: Path, size: int, key: str) -> None: ...

    @abstractmethod
    async def put(self, key: str, data: bytes) -> None: ...

    @abstractmethod
    async def get(self, key: str) -> bytes: ...

    async def read(self, keys: Sequence[str]) -> list[bytes]:
        for key in keys:
            checked(key)
        return await together(self.get, keys)

    @abstractmethod
    async def get_range(self, key: str, start: int, length: int) -> bytes: ...

    @abstractmethod
    async def stream(self, key: str, start: int = 0, length: int | None = None) -> Pieces: ...

    async def open_for_reading(self, key: str) -> int:
        """The file has no name any more when this returns: it goes with its descriptor."""
        with self._spool.one() as body:
            async with aclosing(await self.stream(key)) as pieces:
                async for piece in pieces:
                    await to_the_end(partial(body.write, piece))
            return body.open_for_reading()

    @abstractmethod
    def reader(self, key: str) -> BinaryIO: ...

    @abstractmethod
    def writer(self, key: str, *, head: int = 0) -> ObjectWriter: ...

    async def place(self, *wanted: tuple[str, str | Path]) -> None:
        for key, _ in wanted:
            checked(key)
        await together(self._place, wanted)

    async def _place(self, one: tuple[str, str | Path]) -> None:
        key, target = one[0], Path(one[1])
        part = target.with_name(f".{secrets.token_hex(8)}.part")
        async with aclosing(await self.stream(key)) as pieces:
            with told_plainly(target.parent):
                try:
                    with part.open("xb") as file:
                        async for piece in pieces:
                            await to_the_end(partial(file.write, piece))
                    part.rename(target)
                finally:
                    part.unlink(missing_ok=True)

    @abstractmethod
    async def exists(self, key: str) -> bool: ...

    @abstractmethod
    async def size(self, key: str) -> int: ...

    @abstractmethod
    async def delete(self, key: str) -> None: ...

    @abstractmethod
    def keys(self, prefix: str) -> AsyncIterator[Listed]: ...

    @abstractmethod
    async def check(self) -> None: ...

    async def sweep(self, older_than: float) -> int:
        with told_plainly(self._spool.folder):
            return await asyncio.to_thread(self._spool.sweep, older_than)


async def together(act: Callable[[A], Awaitable[T]], each: Iterable[A]) -> list[T]:
    """A few at once, answers in order. The first failure ends the others."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(item: A) -> T:
        async with room:
            return await act(item)

    return await waiting.together(*map(one, each))
