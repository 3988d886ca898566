"""Looks at pictures that are stored already. All methods belong to the unit of work that hands it out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from pixcrawler.application.ports.repositories import Repository
from pixcrawler.domain.imaging.judgement import Judgement
from pixcrawler.domain.imaging.validation import DefaultLevel, ValidationChunk, ValidationRun
from pixcrawler.domain.shared.ids import (
    CandidateId,
    CrawlJobId,
    ImageId,
    UserId,
    ValidationChunkId,
    ValidationId,
)
from pixcrawler.domain.shared.reasons import Reason


class Named(msgspec.Struct, frozen=True):
    """An image as people name it: the address ``candidate`` of a job, and the picture that it showed."""

    candidate: CandidateId
    image: ImageId | None
    job: CrawlJobId
    owner: UserId


class StoredPicture(msgspec.Struct, frozen=True):
    """``accepted``: it is one of those that its job has decided for."""

    image: ImageId
    key: str
    sha256: str
    accepted: bool


class Page(NamedTuple):
    """Pictures of a job in order, and where to go on after them; None at the end."""

    images: tuple[ImageId, ...]
    after: str | None


class Validations(Repository[ValidationRun, ValidationId], Protocol):
    async def open_of(self, owner: UserId) -> int:
        """How many runs of this owner have not ended."""
        ...


class ValidationChunks(Repository[ValidationChunk, ValidationChunkId], Protocol):
    async def add_all(self, chunks: Sequence[ValidationChunk]) -> None: ...

    async def forget(self, validation: ValidationId) -> None:
        """All of a run that is over: what they came to is in its counts."""
        ...


class Looks(Protocol):
    """A picture that was removed from its job is in none of these answers."""

    async def named(self, candidates: Sequence[CandidateId]) -> dict[CandidateId, Named]:
        """Those of them that are there."""
        ...

    async def of_job(self, job: CrawlJobId, *, after: str, most: int) -> Page:
        """All pictures of the job that have a file, by SHA-256, behind this one; empty is the start."""
        ...

    async def stored(self, images: Sequence[ImageId]) -> list[StoredPicture]:
        """Those of them that are there, in this order."""
        ...

    async def record(
        self, run: ValidationRun, judgements: Mapping[ImageId, Judgement], *, at: datetime
    ) -> None:
        """One result per image and level: what an earlier run found on this level is replaced."""
        ...

    async def quarantine(self, images: Mapping[ImageId, Reason], *, at: datetime) -> int:
        """Keep accepted images out of later dataset versions; how many were not kept out before. What a
        person has released stays released."""
        ...

    async def hold_back(self, image: ImageId, *, at: datetime) -> bool:
        """A person says so: also what was released is kept out again. Whether it was not kept out."""
        ...

    async def release(self, image: ImageId, *, at: datetime) -> bool:
        """For good, or until a person says otherwise: no run keeps it out from now on, whether one had or
        not. False when it was released already."""
        ...


class ValidationLevels(Protocol):
    async def of(self, owner: UserId) -> DefaultLevel: ...

    async def set(self, owner: UserId, level: DefaultLevel) -> None: ...
