"""Addresses at which files can be had without any other credentials, for a while."""

from typing import Protocol

import msgspec

from pixcrawler.domain.shared.errors import Forbidden

LONGEST = 15 * 60
"""Seconds that an address may hold: whoever has it gets the file."""


class LinkRefused(Forbidden):
    """The signature is not for this, or its time is over."""

    code = "LINK_REFUSED"


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What an address of our own says. ``expires`` is in seconds since 1970."""

    key: str
    filename: str
    expires: int
    signature: str


class Links(Protocol):
    """For the objects of the hot store. Who may have one is the caller's to know."""

    async def to(self, key: str, *, filename: str, seconds: int = LONGEST) -> str:
        """Where a GET (at the API a HEAD, too) gives the object as a download of that name: at the store
        itself, or, as an absolute path (``/api/v1/…``), at the API. It ends with the object. Raises Invalid
        unless 1 <= seconds <= 900.
        """
        ...

    def check(self, signed: Signed) -> None:
        """Raises LinkRefused."""
        ...
