"""Somebody who looks at a picture and says which class it shows."""

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Judged(msgspec.Struct, frozen=True):
    """``label`` is one of the classes that were given; ``confidence`` is 0 to 1."""

    label: str
    confidence: float


class NotJudged(msgspec.Struct, frozen=True):
    """No usable answer for this picture. ``away``: as nobody answered, others will fare no better."""

    why: str
    away: bool


class Labeler(Protocol):
    """A model. Each call sends one picture, once: repeats cost money and are who asks to decide."""

    @property
    def model(self) -> str: ...

    async def judge(self, jpeg: bytes, classes: Sequence[str]) -> Judged | NotJudged: ...
