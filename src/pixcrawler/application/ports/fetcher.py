"""Getting the bytes of one candidate."""

from datetime import datetime
from typing import Protocol

import msgspec

from pixcrawler.application.ports.object_store import Body
from pixcrawler.domain.shared.reasons import Reason


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file came. ``body`` is the receiver's to keep or discard; ``sha256`` is hex."""

    final_url: str
    body: Body
    sha256: str
    size: int
    content_type: str | None
    retrieved_at: datetime


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """It did not come. ``evidence`` is one short line: a status, a header, an address."""

    reason: Reason
    evidence: str
    retrieved_at: datetime


class Fetcher(Protocol):
    """Fetches files from the open web, politely and safely. Failure is a value, never an exception; only
    StorageFull and Unavailable are raised, because no other file would fare better."""

    async def fetch(self, url: str) -> Fetched | Missed: ...
