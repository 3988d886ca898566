"""Ids in the order in which they were asked for."""

from itertools import count
from uuid import UUID


class CountingIds:
    """UUIDs of version 7 in shape; the same ones in every run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> UUID:
        return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + next(self._numbers))
