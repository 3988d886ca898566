"""What a process remembers of the keys that it saw."""

from datetime import datetime, timedelta

from pixcrawler.application.identity.recent import Recent
from pixcrawler.application.ports.key_ring import KeyHolder
from pixcrawler.domain.shared.ids import ApiKeyId

APART = timedelta(minutes=1)
"""A key's last use is written at most this often."""


class RecentKeys(Recent[bytes, KeyHolder]):
    """Holders of keys that were good a moment ago, by digest."""


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
