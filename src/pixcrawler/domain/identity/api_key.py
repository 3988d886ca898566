"""API keys: who holds one, what it is good for, until when."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from pixcrawler.domain.identity.errors import ApiKeyEnded, ApiKeyReplaced, UnusableApiKey
from pixcrawler.domain.identity.key_text import KeyKind, key_digest, write_key
from pixcrawler.domain.shared.actor import SCOPES
from pixcrawler.domain.shared.ids import ApiKeyId, UserId

LONGEST_NAME = 100
SHOWN = 4
MOST_LIVE = 50
"""Keys of one person that live. Those that others follow do not count."""


class ApiKey(msgspec.Struct, kw_only=True):
    """What is kept of a key: enough to know it again, too little to use it.

    ``digest`` is the SHA-256 of its text, ``last4`` the end of it. ``hourly_limit`` None is the platform's
    own. ``last_used_at`` and ``last_address`` may be ten seconds late. ``replaced_by`` is the key that
    followed it.
    """

    id: ApiKeyId
    owner_id: UserId
    name: str
    kind: KeyKind
    digest: bytes
    last4: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    hourly_limit: int | None
    last_used_at: datetime | None
    last_address: str | None
    replaced_by: ApiKeyId | None

    @property
    def shown(self) -> str:
        """For lists: tells keys apart and opens nothing."""
        return shown(self.kind, self.last4)

    def revoke(self, *, at: datetime) -> None:
        """For good. A second time changes nothing."""
        self.revoked_at = self.revoked_at or at

    def is_live(self, *, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    def successor(self, *, at: datetime) -> "KeyRequest":
        """The same for as long again as this one was made for.

        Raises ApiKeyEnded, and ApiKeyReplaced when it has a successor.
        """
        if not self.is_live(at=at):
            raise ApiKeyEnded("This key has ended, so nothing can follow it; make a new one.")
        if self.replaced_by is not None:
            raise ApiKeyReplaced("Another key follows this one already; rotate that one.")
        return KeyRequest(
            name=self.name,
            scopes=frozenset(self.scopes),
            lasts=None if self.expires_at is None else self.expires_at - self.created_at,
            hourly_limit=self.hourly_limit,
        )

    def give_way(self, new: ApiKeyId, *, at: datetime, overlap: timedelta) -> None:
        """It goes on for the overlap, and no longer than it would have; without one it ends now."""
        self.replaced_by = new
        if not overlap:
            self.revoke(at=at)
        elif self.expires_at is None or at + overlap < self.expires_at:
            self.expires_at = at + overlap


def shown(kind: KeyKind, last4: str) -> str:
    """See ``ApiKey``."""
    return f"{kind.prefix}…{last4}"


class KeyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a key shall be: it lives until ``expires_at``, or as long as it ``lasts``, or for ever;
    ``hourly_limit`` None is as many requests as the platform lets any key make."""

    name: str
    scopes: frozenset[str]
    expires_at: datetime | None = None
    lasts: timedelta | None = None
    hourly_limit: int | None = None


class IssuedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A new key with its text, which is shown this once; ``repr`` does not show it."""

    id: ApiKeyId
    name: str
    key: str
    shown: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None

    def __repr__(self) -> str:
        return f"IssuedKey({self.shown!r}, name={self.name!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("shown", self.shown), ("name", self.name)]


def issue(
    key: ApiKeyId, wanted: KeyRequest, *, kind: KeyKind, random: bytes, owner: UserId, at: datetime
) -> tuple[ApiKey, IssuedKey]:
    """What is kept, and what its maker gets to see once. ``random``: see ``write_key``.

    Raises UnusableApiKey: no name or too long a one, no or unknown scopes, expired from the start, no request
    in an hour.
    """
    expires = wanted.expires_at if wanted.lasts is None else at + wanted.lasts
    if expires is not None and expires <= at:
        raise UnusableApiKey("A key must expire in the future, or never.", field="expires_at")
    if wanted.hourly_limit is not None and wanted.hourly_limit < 1:
        raise UnusableApiKey("A key may make at least one request in an hour.", field="hourly_limit")
    text = write_key(kind, random)
    made = ApiKey(
        id=key,
        owner_id=owner,
        name=_checked_name(wanted.name),
        kind=kind,
        digest=key_digest(text),
        last4=text[-SHOWN:],
        scopes=_checked_scopes(wanted.scopes),
        created_at=at,
        expires_at=expires,
        revoked_at=None,
        hourly_limit=wanted.hourly_limit,
        last_used_at=None,
        last_address=None,
        replaced_by=None,
    )
    seen = IssuedKey(
        id=key,
        name=made.name,
        key=text,
        shown=made.shown,
        scopes=made.scopes,
        created_at=at,
        expires_at=made.expires_at,
    )
    return made, seen


def _checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise UnusableApiKey(f"A key's name has 1 to {LONGEST_NAME} characters.", field="name")
    return name


def _checked_scopes(scopes: frozenset[str]) -> tuple[str, ...]:
    if not scopes or not scopes <= SCOPES:
        known = ", ".join(sorted(SCOPES))
        raise UnusableApiKey(f"A key's scopes are one or more of: {known}.", field="scopes")
    return tuple(sorted(scopes))
