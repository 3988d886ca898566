"""Waking workers. A bell names a queue, not a task; losing one costs about a second."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Bells(Protocol):
    async def ring(self, lane: str, queue: str, *, wanted: int, most: int) -> None:
        """Add bells until ``wanted`` are outstanding in the lane, never more than ``most``.

        Never raises: without Redis the workers' own looks find the work.
        """
        ...

    def hear(self, lane: str, on_bell: Callable[[str], None]) -> AbstractAsyncContextManager[None]:
        """Call ``on_bell(queue)`` in this event loop for each bell of the lane, until left. Goes on when
        Redis comes back."""
        ...
