"""What somebody's things take in the stores."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.domain.shared.tier import Tier


class FileKind(StrEnum):
    EXPORT = "export"
    PICTURE = "picture"


class Amount(msgspec.Struct, frozen=True):
    """How many objects, and their bytes in all."""

    objects: int
    bytes: int


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """``pictures`` counts one that several jobs found once; ``archived`` are exports in the warm store.
    Manifests and thumbnails are not counted."""

    pictures: Amount
    exports: Amount
    archived: Amount
    total: Amount


class FileLine(msgspec.Struct, frozen=True):
    """One object. ``id`` is its export's, or that of one of the images that show it; ``name`` is what its
    download is called."""

    kind: FileKind
    id: UUID
    key: str
    name: str
    tier: Tier
    bytes: int
    created_at: datetime


class StorageReads(Protocol):
    async def usage(self, *, visible_to: Actor) -> Usage:
        """Of whoever asks; a superuser's is everybody's."""
        ...

    async def files(self, kind: FileKind, window: Window, *, visible_to: Actor) -> Found[FileLine]:
        """Exports newest first, pictures by SHA-256."""
        ...

    async def file(self, key: str, *, visible_to: Actor) -> FileLine:
        """Raises FileNotFound."""
        ...
