"""Looking at received files, where they can do no harm."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from pixcrawler.application.ports.object_store import Body
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.reasons import Reason


class Unreadable(msgspec.Struct, frozen=True):
    """Not a picture that we accept. ``evidence`` is one short line."""

    reason: Reason
    evidence: str


class Thumbnails(Protocol):
    """Decodes untrusted files in limited child processes.

    A file that kills, hangs or bloats its child is Unreadable; its neighbours are not affected.
    """

    async def thumbnail(self, descriptor: int, side: int) -> bytes | Unreadable:
        """A JPEG (quality 80, sRGB, orientation applied, no metadata) that fits a square of ``side``
        pixels, from an open read-only file descriptor, which stays the caller's to close."""
        ...


class Inspector(Thumbnails, Protocol):
    """Looks at received files, in the same children."""

    async def inspect(self, body: Body) -> Facts | Unreadable: ...


class NearDuplicates(Protocol):
    """Finds near-duplicates by Hamming distance without comparing all pairs."""

    def pairs(self, pictures: Sequence[Facts], level: str) -> list[tuple[int, int]]:
        """Index pairs (i < j, sorted) of pictures that count as the same at this level.

        ``level`` is ``none`` (no pairs), ``low``, ``medium`` or ``high``.
        """
        ...
