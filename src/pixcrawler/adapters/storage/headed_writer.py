"""A large object whose first bytes are known last, for a store that takes objects front to back."""

from collections.abc import Callable
from contextlib import closing, suppress
from typing import BinaryIO

from pixcrawler.adapters.storage.head import Head
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectWriter
from pixcrawler.domain.shared.errors import Unavailable

BLOCK = 1 << 20
"""Bytes that are copied at once."""


class HeadedWriter:
    """An ``ObjectWriter``. What follows the head is an object of its own, ``rest``, until ``keep`` copies it
    behind the head into the ``whole``. A process that is killed meanwhile leaves it for ``sweep``."""

    def __init__(
        self,
        head: Head,
        *,
        rest: ObjectWriter,
        whole: ObjectWriter,
        read: Callable[[], BinaryIO],
        remove: Callable[[], None],
    ) -> None:
        """``read`` and ``remove`` what ``rest`` has kept; both block, and raise Unavailable."""
        self._head = head
        self._rest, self._whole = rest, whole
        self._read, self._remove = read, remove
        self._lies_there = False

    def write(self, data: bytes | memoryview) -> int:
        return self._rest.write(data)

    def keep(self, head: bytes = b"") -> None:
        self._head.check(head)
        self._lies_there = True  # perhaps also when that is not certain
        self._rest.keep()
        self._whole.write(head)
        try:
            with closing(self._read()) as rest:
                while block := rest.read(BLOCK):
                    self._whole.write(block)
        except ObjectMissing as error:
            raise Unavailable("What was written is gone from the store; try again.") from error
        self._whole.keep()
        self._clear()

    def discard(self) -> None:
        self._rest.discard()
        self._whole.discard()
        self._clear()

    def _clear(self) -> None:
        """What cannot be removed now is swept later."""
        if self._lies_there:
            with suppress(Unavailable):
                self._remove()
                self._lies_there = False
