"""What a process remembers of the keys that it saw."""

from datetime import datetime, timedelta

from pixcrawler.application.ports.clock import Ticks
from pixcrawler.application.ports.key_ring import KeyHolder
from pixcrawler.domain.shared.ids import ApiKeyId

LIFE = 3.0
"""Seconds for which a found key is believed in; a revoked one must be refused everywhere within 5."""
MOST = 1024
APART = timedelta(minutes=1)
"""A key's last use is written at most this often."""


class RecentKeys:
    """Holders of keys that were good a moment ago, by digest. Refusals are not kept, so strangers cannot
    fill it."""

    def __init__(self, ticks: Ticks, *, most: int = MOST) -> None:
        self.ticks = ticks
        self._most = most
        self._found: dict[bytes, tuple[float, KeyHolder]] = {}

    def get(self, digest: bytes) -> KeyHolder | None:
        """None when not known, or not known for sure any more."""
        found = self._found.get(digest)
        return found[1] if found is not None and self.ticks() - found[0] < LIFE else None

    def keep(self, digest: bytes, holder: KeyHolder, *, asked: float) -> None:
        """``asked``: ticks before the question was put; a key may have been revoked since. The one that was
        asked for longest ago makes room."""
        self._found.pop(digest, None)
        if len(self._found) >= self._most:
            del self._found[next(iter(self._found))]
        self._found[digest] = asked, holder


class KeyUses:
    """Uses that nobody has written down yet, so that no request waits for that."""

    def __init__(self) -> None:
        self._noted: dict[ApiKeyId, datetime] = {}

    def note(self, holder: KeyHolder, *, at: datetime) -> None:
        if holder.last_used_at is None or at - holder.last_used_at >= APART:
            self._noted[holder.key_id] = at

    def take(self) -> dict[ApiKeyId, datetime]:
        """They are the caller's now."""
        taken, self._noted = self._noted, {}
        return taken

    def give_back(self, uses: dict[ApiKeyId, datetime]) -> None:
        """Newer ones stay."""
        self._noted = uses | self._noted
