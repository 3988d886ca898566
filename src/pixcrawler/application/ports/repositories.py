"""Aggregates by id. All methods belong to the unit of work that hands out the repository."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.chunk import Chunk
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import Query
from pixcrawler.domain.crawling.settle import Picture, Record
from pixcrawler.domain.crawling.standing import Standing
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.imaging.prints import Printed
from pixcrawler.domain.imaging.validation import DefaultLevel
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.ids import (
    ApiKeyId,
    CandidateId,
    ChunkId,
    CrawlJobId,
    ImageId,
    ProjectId,
    QueryId,
    UserId,
)
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation

S = TypeVar("S")
I_contra = TypeVar("I_contra", contravariant=True)


class Repository(Protocol[S, I_contra]):
    """What every aggregate's repository can do. A missing id raises the aggregate's NotFound."""

    async def get(self, key: I_contra) -> S: ...

    async def locked(self, key: I_contra) -> S:
        """The row stays locked until the unit of work ends."""
        ...

    async def add(self, item: S) -> None: ...

    async def save(self, item: S) -> None:
        """Raise ChangedMeanwhile when the item has a ``version`` and somebody saved it first."""
        ...

    async def delete(self, key: I_contra) -> None: ...


class Profiles(Repository[Profile, UserId], Protocol):
    async def named(self, name: str) -> Profile | None:
        """Of those without an e-mail address."""
        ...

    async def running_jobs(self, user_id: UserId) -> int:
        """Of this owner; none can start until the unit of work ends."""
        ...

    async def delete(self, key: UserId) -> None:
        """With everything that is theirs, and its tasks. The id is remembered, and makes no profile again."""
        ...


class ApiKeys(Repository[ApiKey, ApiKeyId], Protocol):
    async def of_owner(self, owner: UserId) -> list[ApiKey]:
        """Also those that are revoked or expired, oldest first."""
        ...


class Projects(Repository[Project, ProjectId], Protocol):
    """``delete`` takes its jobs and datasets along, and their open tasks."""

    async def named(self, name: str, *, owner: UserId) -> Project | None: ...

    async def running_jobs(self, project: ProjectId) -> int:
        """How many; all of its jobs stay locked until the unit of work ends."""
        ...

    async def with_level(self, key: ProjectId, *, of: UserId) -> tuple[Project, DefaultLevel | None]:
        """A project, and the level that this person chose for new jobs, if they did, at once."""
        ...


class CrawlJobs(Repository[CrawlJob, CrawlJobId], Protocol):
    """``delete`` takes all that the job found along, and its tasks."""

    async def add_last(self, item: CrawlJob) -> None:
        """As ``add``, with the commit and cheaper: for a job that nothing before the commit refers to, but
        its log, its tasks and a kept answer."""
        ...

    async def running_of(self, owner: UserId) -> int:
        """How many of the owner's jobs run on the platform's workers. Nobody else counts them until the unit
        of work ends."""
        ...

    async def standings(self, job: CrawlJob) -> list[Standing]:
        """How far each keyword has come, in keyword order."""
        ...


class Queries(Repository[Query, QueryId], Protocol):
    async def add_all(self, queries: Sequence[Query]) -> None: ...

    async def of_job(self, job: CrawlJobId) -> list[Query]:
        """In position order."""
        ...


class Chunks(Repository[Chunk, ChunkId], Protocol):
    async def add_all(self, chunks: Sequence[Chunk]) -> None: ...

    async def next_position(self, job: CrawlJobId, keyword: int) -> int: ...

    async def take_candidates(self, chunk: ChunkId) -> int:
        """Give the chunk the pending candidates that it sighted, not refused there, and nobody works on;
        how many."""
        ...

    async def cancel_unfinished(self, job: CrawlJobId) -> dict[str, int]:
        """Chunks that are pending or active become cancelled, and candidates without a fate rejected as
        ``cancelled``; how many, by reason."""
        ...

    async def reopen(self, job: CrawlJobId, retryable: Sequence[Reason]) -> Mapping[str, int]:
        """Retry: candidates that were rejected for one of these reasons, or never finished, are pending
        and free again, and chunks that sighted one of them are pending. Returns the reasons undone."""
        ...


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate at its place in a query's results. ``digest`` is the candidate's identity in the job.

    ``refused`` is why it is not wanted as it is described here; elsewhere it may be.
    """

    chunk: ChunkId
    rank: int
    digest: bytes
    url: str
    candidate: Candidate
    refused: Reason | None


class PendingCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker needs to know of a candidate; the rest waits in the database."""

    id: CandidateId
    url: str
    sha256: str | None


class Good(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate whose picture was accepted and stored."""

    candidate: CandidateId
    image: ImageId
    sha256: str
    key: str
    bytes: int
    facts: Facts
    content_type: str | None
    final_url: str
    retrieved_at: datetime


class Bad(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate that was rejected. ``evidence`` is one short line."""

    candidate: CandidateId
    reason: Reason
    evidence: str
    retrieved_at: datetime


class Recorded(msgspec.Struct, frozen=True):
    """What a batch really changed: fates recorded for the first time, new pictures, rejections by reason."""

    done: int
    good: int
    rejected: dict[str, int]


class JobRecord(msgspec.Struct, frozen=True):
    """Everything that settling looks at. Indices in ``records`` point into ``candidates`` and ``images``."""

    records: Sequence[Record]
    candidates: Sequence[CandidateId]
    images: Sequence[ImageId]
    pictures: Sequence[Picture]
    prints: Sequence[Printed]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """An image that stays: its candidate, and the keyword whose label it gets."""

    image: ImageId
    candidate: CandidateId
    chunk: int
    keyword: int


class Removed(msgspec.Struct, frozen=True):
    """A picture that was taken out: whether it stood until now, and its rejected candidates by the
    reason that they had."""

    stood: bool
    undone: dict[str, int]


class Candidates(Protocol):
    """Candidates of a job, in bulk. Their states are the checkpoint of the work."""

    async def add_sightings(self, job: CrawlJobId, sightings: Sequence[Sighting]) -> int:
        """Add what was found; known candidates gain provenance only. How many were new."""
        ...

    async def pending_of(self, chunk: ChunkId) -> list[PendingCandidate]:
        """In rank order."""
        ...

    async def record(
        self, job: CrawlJob, chunk: ChunkId, good: Sequence[Good], bad: Sequence[Bad]
    ) -> Recorded:
        """Write fates of pending candidates; those that have one already are left as they are."""
        ...

    async def fail_chunk(self, chunk: ChunkId, reason: Reason, evidence: str) -> dict[str, int]:
        """All that are still pending in the chunk are rejected; how many, by reason."""
        ...

    async def job_of(self, candidate: CandidateId) -> CrawlJobId:
        """Raise ImageNotFound for one that is not there, or was removed."""
        ...

    async def remove_picture(self, job: CrawlJob, candidate: CandidateId) -> Removed:
        """Reject all candidates that show this one's picture as ``removed``, for all time: no later run
        elects it, whichever address brings it again, and the job no longer names its object.

        Raise ImageHasNoFile when the candidate has no picture.
        """
        ...

    async def record_of(self, job: CrawlJob) -> JobRecord: ...

    async def settle(
        self,
        job: CrawlJob,
        kept: Iterable[Verdict],
        holders: Iterable[tuple[ImageId, CandidateId]],
        near: Mapping[ImageId, ImageId],
        contested: Sequence[ImageId] = (),
    ) -> dict[str, int]:
        """Write the decision; all that is neither kept nor rejected already gets its final reason: what was
        refused wherever it was sighted, the reason of the best-ranked of these sightings; ``contested``
        images, the conflict of their labels. Returns the rejected candidates by reason."""
        ...


class KnownImage(msgspec.Struct, frozen=True):
    """A picture that was looked at before."""

    sha256: str
    key: str
    facts: Facts


class Images(Protocol):
    async def known(
        self, owner: UserId, digests: Sequence[str], level: Validation = Validation.STANDARD
    ) -> dict[str, KnownImage]:
        """Pictures of this owner with these SHA-256 (hex), from any job; not those that were removed,
        and only those looked at on exactly this level: what a job finds hangs on no earlier job."""
        ...

    async def unnamed(self, keys: Sequence[str]) -> set[str]:
        """Those of these object keys that no row names."""
        ...
