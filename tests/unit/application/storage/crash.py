"""Processes that end at a step: before or right after the nth call of a port."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from pixcrawler.application.ports.lease import Lease
from tests.fakes.memory_transaction import MemoryTransaction, MemoryUnitOfWork
from tests.unit.application.storage.room import Room


class Crash(BaseException):
    """The process ended here."""


class Fuse:
    """Burns down with each call of a port; the process ends before the last one, or right after it."""

    def __init__(self, calls: int, *, after: bool) -> None:
        self.left, self.after = calls, after

    async def around(self, act: Callable[[], Awaitable[Any]]) -> Any:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Crash
        result = await act()
        if self.left == 0:
            raise Crash
        return result


class Fused:
    """Any port whose methods are awaited."""

    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner, self._fuse = inner, fuse

    def keys(self, prefix: str) -> Any:
        """Looking changes nothing."""
        return self._inner.keys(prefix)

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any, **named: Any) -> Any:
            return await self._fuse.around(lambda: getattr(self._inner, name)(*args, **named))

        return call


class FusedTransaction(MemoryTransaction):
    """Whose commits are calls."""

    fuse: Fuse

    @asynccontextmanager
    async def __call__(
        self, *, fenced_by: Lease | None = None, brief: bool = False
    ) -> AsyncIterator[MemoryUnitOfWork]:
        async with super().__call__(fenced_by=fenced_by, brief=brief) as tx:
            commit = tx.commit

            async def fused(*, closing: Lease | None = None) -> None:
                await self.fuse.around(lambda: commit(closing=closing))

            tx.commit = fused  # type: ignore[method-assign]
            yield tx


async def crashed(room: Room, name: str, fuse: Fuse) -> bool:
    """Whether the process ended before its task did."""
    real = room.stores
    room.stores = type(real)(Fused(room.hot, fuse), Fused(room.warm, fuse))
    transaction = FusedTransaction(room.database, new_id=room.new_id)
    transaction.fuse = fuse
    room.wire(transaction)
    payload, lease = room.claimed(name)
    try:
        await room.act(name)(payload, lease=lease)
    except Crash:
        return True
    finally:
        room.stores = real
        room.wire()
    return False
