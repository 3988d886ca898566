"""From host names to addresses."""

from collections.abc import Sequence
from typing import Protocol


class Resolver(Protocol):
    async def resolve(self, host: str, /) -> Sequence[str]:
        """All A and AAAA answers, in the order of preference; OSError when there is none."""
        ...
