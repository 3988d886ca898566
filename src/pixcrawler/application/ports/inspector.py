"""Looking at received files, where they can do no harm."""

from typing import Protocol

import msgspec

from pixcrawler.domain.imaging.appearance import Appearance
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.imaging.prints import Album
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation


class Unreadable(msgspec.Struct, frozen=True):
    """Not a picture that we accept. ``evidence`` is one short line."""

    reason: Reason
    evidence: str


class Readable(Protocol):
    """A file that can be looked at: a body on its way into the store, or an object that is there."""

    def open_for_reading(self) -> int:
        """A new read-only descriptor; the caller closes it."""
        ...


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

    async def inspect(self, body: Readable, level: Validation = Validation.STANDARD) -> Facts | Unreadable:
        """The facts say at which level they were found."""
        ...

    async def glance(self, body: Readable) -> Appearance | Unreadable:
        """Colours and transparency, for jobs that ask for them: a second decoding, small and in colour."""
        ...


class NearDuplicates(Protocol):
    """Finds near-duplicates by Hamming distance without comparing all pairs."""

    def pairs(self, pictures: Album, level: str) -> list[tuple[int, int]]:
        """Index pairs (i < j, sorted) of pictures that count as the same at this level.

        ``level`` is ``none`` (no pairs), ``low``, ``medium`` or ``high``. The best picture comes first: what
        is near to a picture is also paired with those that equal it, so that whoever keeps the first of
        several near ones, in this order, keeps one.
        """
        ...

    def sought(self, pictures: Album, level: str) -> tuple[list[int], int]:
        """The phashes of what may be near to one of these, and in how many bits (0 to 8) it may differ:
        for looking up pictures that are not at hand."""
        ...
