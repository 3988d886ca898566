"""What a process remembers of the keys that it saw."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from pixcrawler.application.identity.recent import Recent
from pixcrawler.application.ports.key_ring import KeyHolder, KeyUse
from pixcrawler.domain.shared.ids import ApiKeyId

MOST_KEYS = 100_000
"""Keys and hours that wait to be written down, while nobody can. Then no more are taken in."""


class RecentKeys(Recent[bytes, KeyHolder]):
    """Holders of keys that were good a moment ago, by digest."""


class KeyUses:
    """Uses that nobody has written down yet, so that no request waits for that: one entry for each key and
    hour, however many requests come."""

    def __init__(self) -> None:
        self._noted: dict[tuple[ApiKeyId, datetime], KeyUse] = {}

    def note(self, key_id: ApiKeyId, *, at: datetime, address: str) -> None:
        hour = at.replace(minute=0, second=0, microsecond=0)
        self._add(KeyUse(key_id=key_id, hour=hour, requests=1, at=at, address=address))

    def take(self) -> list[KeyUse]:
        """They are the caller's now."""
        taken, self._noted = self._noted, {}
        return list(taken.values())

    def give_back(self, uses: Iterable[KeyUse]) -> None:
        """Added to what came meanwhile."""
        for use in uses:
            self._add(use)

    def _add(self, use: KeyUse) -> None:
        place = (use.key_id, use.hour)
        there = self._noted.get(place)
        if there is not None:
            newer = max(there, use, key=lambda one: one.at)
            self._noted[place] = msgspec.structs.replace(newer, requests=there.requests + use.requests)
        elif len(self._noted) < MOST_KEYS:
            self._noted[place] = use
