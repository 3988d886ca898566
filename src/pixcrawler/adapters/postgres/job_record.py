"""Reading everything that settling looks at: as a stream, into columns of some hundred bytes a picture."""

from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.tables import CandidateRow, ChunkRow, ImageRow, QueryRow, SightingRow
from pixcrawler.application.ports.repositories import JobRecord
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.crawling.settle import Picture, Record, Review, Sighted
from pixcrawler.domain.imaging.prints import Print, Prints
from pixcrawler.domain.shared.ids import CandidateId, ImageId
from pixcrawler.domain.shared.lazy import Lazy
from pixcrawler.domain.shared.ordering import ordered
from pixcrawler.domain.shared.reasons import Reason

AT_ONCE = 1_000
"""Rows that are in memory together."""
NONE = -1


class _Ids:
    """Keys by number, sixteen bytes each."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def append(self, key: UUID) -> None:
        self._bytes += key.bytes

    def __len__(self) -> int:
        return len(self._bytes) // 16

    def __getitem__(self, number: int) -> bytes:
        if number >= len(self):
            raise IndexError
        return bytes(self._bytes[16 * number : 16 * number + 16])

    def key(self, number: int) -> UUID:
        return UUID(bytes=self[number])


class _Images:
    """The pictures of a job, in the order of their digests."""

    def __init__(self) -> None:
        self.ids = _Ids()
        self.prints = Prints()
        self._digests = bytearray()
        self._sizes = array("Q")
        self._reviews: dict[int, Review] = {}
        self._sorted = array("i")

    def append(self, row: Row[Any]) -> None:
        if row.review is not None:
            self._reviews[len(self.ids)] = Review(row.review)
        self.ids.append(row.id)
        self._digests += bytes.fromhex(row.sha256)
        self._sizes.append(row.bytes)
        self.prints.append(
            Print(row.width, row.height, row.phash % (1 << 64), row.dhash % (1 << 64), row.detail)
        )

    def end(self) -> None:
        """All are there."""
        self._sorted = array("i", ordered(range(len(self.ids)), self.ids.__getitem__))

    def number(self, key: UUID | None) -> int:
        if key is None:
            return NONE
        at = bisect_left(self._sorted, key.bytes, key=self.ids.__getitem__)
        there = at < len(self._sorted) and self.ids[self._sorted[at]] == key.bytes
        return self._sorted[at] if there else NONE

    def picture(self, number: int) -> Picture:
        look = self.prints[number]
        digest = self._digests[32 * number : 32 * number + 32].hex()
        return Picture(look.width * look.height, self._sizes[number], digest, self._reviews.get(number))


class _Candidates:
    """The candidates of a job, in the order of their ids: the picture of each, and whether it has a fate."""

    def __init__(self) -> None:
        self.ids = _Ids()
        self.pictures = array("i")
        self.known = bytearray()

    def append(self, row: Row[Any], picture: int) -> None:
        self.ids.append(row.id)
        self.pictures.append(picture)
        self.known.append(row.state != "pending")

    def number(self, key: UUID) -> int:
        at = bisect_left(self.ids, key.bytes)
        return at if at < len(self.ids) and self.ids[at] == key.bytes else NONE


class _Sightings:
    """Candidates at their places, and the labels that they have there."""

    def __init__(self, candidates: _Candidates) -> None:
        self._candidates = candidates
        self._numbers = array("i")
        self._labels = array("i")
        self._names: list[str] = []
        self._known_names: dict[str, int] = {}
        self._chunks: dict[UUID, tuple[int, int]] = {}

    def append(self, row: Row[Any]) -> None:
        """They come chunk by chunk."""
        number = self._candidates.number(row.candidate_id)
        if number == NONE:
            return
        start, _ = self._chunks.get(row.chunk_id, (len(self._numbers), 0))
        self._numbers.append(number)
        self._labels.append(NONE if row.label is None else self._name(row.label))
        self._chunks[row.chunk_id] = (start, len(self._numbers))

    def of(self, chunk: UUID) -> Lazy[Sighted]:
        start, end = self._chunks.get(chunk, (0, 0))
        return Lazy(end - start, lambda rank: self._sighted(start + rank))

    def _sighted(self, place: int) -> Sighted:
        number, label = self._numbers[place], self._labels[place]
        picture = self._candidates.pictures[number]
        return Sighted(
            number,
            None if picture == NONE else picture,
            bool(self._candidates.known[number]),
            None if label == NONE else self._names[label],
        )

    def _name(self, label: str) -> int:
        number = self._known_names.setdefault(label, len(self._names))
        if number == len(self._names):
            self._names.append(label)
        return number


async def read_record(session: AsyncSession, job: CrawlJob) -> JobRecord:
    """A consistent picture needs no lock: what decides is closed, and closed chunks do not change."""
    images, candidates = _Images(), _Candidates()
    columns = ("id", "sha256", "bytes", "review", "width", "height", "phash", "dhash", "detail")
    async for row in _streamed(
        session,
        select(*(getattr(ImageRow, name) for name in columns))
        .where(ImageRow.job_id == job.id, ImageRow.reason.is_distinct_from(Reason.REMOVED))
        .order_by(ImageRow.sha256),
    ):
        images.append(row)
    images.end()
    async for row in _streamed(
        session,
        select(CandidateRow.id, CandidateRow.state, CandidateRow.image_id)
        .where(CandidateRow.job_id == job.id)
        .order_by(CandidateRow.id),
    ):
        candidates.append(row, images.number(row.image_id))
    return JobRecord(
        records=await _records(session, job, await _sightings(session, job, candidates)),
        candidates=Lazy(len(candidates.ids), lambda number: CandidateId(candidates.ids.key(number))),
        images=Lazy(len(images.ids), lambda number: ImageId(images.ids.key(number))),
        pictures=Lazy(len(images.ids), images.picture),
        prints=Lazy(len(images.ids), images.prints.__getitem__),
    )


async def _sightings(session: AsyncSession, job: CrawlJob, candidates: _Candidates) -> _Sightings:
    sightings = _Sightings(candidates)
    async for row in _streamed(
        session,
        select(SightingRow.chunk_id, SightingRow.candidate_id, SightingRow.label)
        .where(SightingRow.job_id == job.id, SightingRow.refused.is_(None))
        .order_by(SightingRow.chunk_id, SightingRow.rank),
    ):
        sightings.append(row)
    return sightings


async def _records(session: AsyncSession, job: CrawlJob, sightings: _Sightings) -> list[Record]:
    chunks = list(
        await session.execute(
            select(ChunkRow.id, ChunkRow.keyword, ChunkRow.status, ChunkRow.good)
            .where(ChunkRow.job_id == job.id)
            .order_by(ChunkRow.keyword, ChunkRow.position)
        )
    )
    queries = list(
        await session.execute(select(QueryRow.keyword, QueryRow.status).where(QueryRow.job_id == job.id))
    )
    records = []
    for number in range(len(job.spec.keywords)):
        mine = [row for row in chunks if row.keyword == number]
        open_queries = any(row.keyword == number and row.status == QueryStatus.OPEN for row in queries)
        records.append(
            Record(
                chunks=[sightings.of(row.id) for row in mine],
                closed=[ChunkStatus(row.status).closed for row in mine],
                counted=[row.good for row in mine],
                exhausted=not open_queries,
            )
        )
    return records


async def _streamed(session: AsyncSession, statement: Executable) -> AsyncIterator[Row[Any]]:
    """Asked for one by one, each row would cost a change of SQLAlchemy's greenlets."""
    found = await session.stream(statement.execution_options(yield_per=AT_ONCE))
    async for rows in found.partitions():
        for row in rows:
            yield row
