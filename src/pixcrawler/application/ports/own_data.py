"""Everything that is kept about somebody, for themselves."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from pixcrawler.domain.shared.ids import UserId


class OwnData(Protocol):
    def sections(self) -> Sequence[str]:
        """Names of what there is, in order."""
        ...

    def rows(self, section: str, owner: UserId) -> AsyncIterator[bytes]:
        """Each row as a JSON object, oldest first; no digest of a secret. A part at a time, so
        that nothing is held while somebody slow reads. Raises Unavailable."""
        ...
