"""Candidates and images of a job, in bulk: a batch is a few statements, whatever its size."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Row, Text, any_, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres import bulk
from pixcrawler.adapters.postgres.blocks import barring
from pixcrawler.adapters.postgres.job_record import read_record
from pixcrawler.adapters.postgres.removal import job_of, remove_picture
from pixcrawler.adapters.postgres.settlement import write_settlement
from pixcrawler.adapters.postgres.tables import CandidateRow, ImageRow, SightingRow
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.application.ports.blocks import without_barred
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.repositories import (
    Bad,
    Good,
    JobRecord,
    KnownImage,
    PendingCandidate,
    Recorded,
    Removed,
    Sighting,
    Verdict,
)
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.ids import CandidateId, ChunkId, CrawlJobId, ImageId, UserId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation

ROWS_A_STATEMENT = 500
PROVENANCE = tuple(
    name for name in Candidate.__struct_fields__ if name != "image_url" and hasattr(SightingRow, name)
)
FACTS = Facts.__struct_fields__
T = TypeVar("T")

IMAGES, CANDIDATES, SIGHTINGS = table_of(ImageRow), table_of(CandidateRow), table_of(SightingRow)
KNOWN = select(IMAGES.c.sha256, IMAGES.c.key, *(IMAGES.c[name] for name in FACTS)).where(
    IMAGES.c.owner_id == bindparam("owner"),
    IMAGES.c.sha256 == any_(bindparam("digests", type_=ARRAY(Text))),  # one statement for any number
    IMAGES.c.validation == bindparam("level"),
    IMAGES.c.reason.is_distinct_from(Reason.REMOVED),
)
PENDING = (
    select(CANDIDATES.c.id, CANDIDATES.c.url, SIGHTINGS.c.sha256)
    .join(SIGHTINGS, SIGHTINGS.c.candidate_id == CANDIDATES.c.id)
    .where(
        CANDIDATES.c.chunk_id == bindparam("chunk"),
        CANDIDATES.c.state == "pending",
        SIGHTINGS.c.chunk_id == bindparam("chunk"),
        SIGHTINGS.c.refused.is_(None),
    )
    .order_by(SIGHTINGS.c.rank)
)
"""Built once: to build one takes longer than Postgres takes to answer it."""

NAMED = text(
    """
    SELECT key FROM images i WHERE key = ANY(CAST(:keys AS text[])) AND (
        reason IS DISTINCT FROM 'removed'
        OR EXISTS (SELECT FROM dataset_versions v
                   WHERE v.owner_id = i.owner_id AND v.status IN ('pending', 'building')
                     AND v.created_at < i.updated_at
                     AND jsonb_path_exists(v.selection, '$.**.jobs[*] ? (@ == $job)',
                                           jsonb_build_object('job', CAST(i.job_id AS text)))))
    UNION SELECT o.key FROM dataset_version_objects o JOIN dataset_versions v ON v.id = o.version_id
          WHERE o.key = ANY(CAST(:keys AS text[])) AND v.status <> 'failed'
    UNION SELECT key FROM exports WHERE key = ANY(CAST(:keys AS text[]))
    UNION SELECT manifest_key FROM dataset_versions WHERE manifest_key = ANY(CAST(:keys AS text[]))
    UNION SELECT i.value
          FROM (SELECT spec FROM crawl_jobs UNION ALL SELECT spec FROM crawl_schedules) AS j,
               jsonb_each_text(j.spec -> 'inputs') AS i
          WHERE i.value = ANY(CAST(:keys AS text[]))
            AND array_to_string(CAST(:keys AS text[]), ' ') LIKE '%inputs/%'
    """
)
"""A removed picture is named as long as a version may be taking it in; from then on that version's own
objects name it. One statement: no version becomes ready between the two looks. All jobs and schedules are
gone through only for keys that can be uploads."""


def signed(number: int) -> int:
    """A 64-bit hash as Postgres's bigint holds it."""
    return number - (1 << 64) if number >= 1 << 63 else number


def unsigned(number: int) -> int:
    return number + (1 << 64) if number < 0 else number


def hexadecimal(number: int) -> str:
    """A 64-bit hash as people see it: 16 digits."""
    return f"{unsigned(number):016x}"


def clean(text_from_outside: str | None) -> str | None:
    """Postgres's text holds no NUL, and UTF-8 no lone surrogates."""
    if text_from_outside is None:
        return None
    return text_from_outside.replace("\x00", "").encode("utf-8", "replace").decode()


def in_parts(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while part := list(islice(iterator, ROWS_A_STATEMENT)):
        yield part


def facts_of(row: Row[Any]) -> Facts:
    values = {name: getattr(row, name) for name in FACTS}
    values |= {"phash": unsigned(row.phash), "dhash": unsigned(row.dhash), "scores": scores_of(row.scores)}
    return msgspec.convert(values, Facts)


def scores_of(stored: str | dict[str, Any] | None) -> Scores | None:
    """A statement that is text gives JSON as it is written, others give what it means."""
    if stored is None:
        return None
    if isinstance(stored, str):
        return msgspec.json.decode(stored, type=Scores)
    return msgspec.convert(stored, Scores)


class PostgresCandidates:
    """See the port."""

    def __init__(self, session: AsyncSession, new_id: NewId) -> None:
        self._session = session
        self._new_id = new_id

    async def add_sightings(self, job: CrawlJobId, sightings: Sequence[Sighting]) -> int:
        added = 0
        for part in in_parts(sightings):
            new = {s.digest: s.url for s in part}
            rows = [
                {"id": self._new_id(), "digest": digest.hex(), "url": clean(url)}
                for digest, url in new.items()
            ]
            found = await self._session.execute(bulk.ADD_CANDIDATES, {"job": job, "rows": bulk.rows(rows)})
            added += found.scalar_one()
            places = [_sighting(s) for s in part]
            await self._session.execute(bulk.ADD_SIGHTINGS, {"job": job, "rows": bulk.rows(places)})
        return added

    async def pending_of(self, chunk: ChunkId) -> list[PendingCandidate]:
        found: dict[CandidateId, PendingCandidate] = {}
        for row in await self._session.execute(PENDING, {"chunk": chunk}):
            key = CandidateId(row.id)
            found.setdefault(key, PendingCandidate(id=key, url=row.url, sha256=row.sha256))
        return list(found.values())

    async def record(
        self, job: CrawlJob, chunk: ChunkId, good: Sequence[Good], bad: Sequence[Bad]
    ) -> Recorded:
        good, barred = without_barred(await barring(self._session, [g.sha256 for g in good]), good)
        new = await self._add_images(job, good)
        fates = [_bad_fate(b) for b in (*bad, *barred)]
        for g in good:
            fates.append(_good_fate(g, first=g.sha256 in new))
            new.discard(g.sha256)
        values = {"job": job.id, "chunk": chunk, "rows": bulk.rows(fates)}
        rejected: dict[str, int] = {}
        done = accepted = 0
        for row in await self._session.execute(bulk.RECORD_FATES, values):
            done += 1
            accepted += row.state == "good"
            if row.reason is not None:
                rejected[row.reason] = rejected.get(row.reason, 0) + 1
        return Recorded(done, accepted, rejected)

    async def _add_images(self, job: CrawlJob, good: Sequence[Good]) -> set[str]:
        """Insert what is new; the digests inserted."""
        if not good:
            return set()
        rows = [_image(g) for g in {g.sha256: g for g in reversed(good)}.values()]
        values = {"job": job.id, "owner": job.owner_id, "rows": bulk.rows(rows)}
        return set((await self._session.scalars(bulk.ADD_IMAGES, values)).all())

    async def fail_chunk(self, chunk: ChunkId, reason: Reason, evidence: str) -> dict[str, int]:
        failed = await self._session.execute(
            update(CandidateRow)
            .where(CandidateRow.chunk_id == chunk, CandidateRow.state == "pending")
            .values(state="rejected", reason=reason, evidence=clean(evidence[:500]))
            .returning(CandidateRow.id)
        )
        number = len(failed.all())
        return {reason.value: number} if number else {}

    async def job_of(self, candidate: CandidateId) -> CrawlJobId:
        return await job_of(self._session, candidate)

    async def remove_picture(self, job: CrawlJob, candidate: CandidateId) -> Removed:
        return await remove_picture(self._session, job, candidate)

    async def record_of(self, job: CrawlJob) -> JobRecord:
        return await read_record(self._session, job)

    async def settle(
        self,
        job: CrawlJob,
        kept: Iterable[Verdict],
        holders: Iterable[tuple[ImageId, CandidateId]],
        near: Mapping[ImageId, ImageId],
        contested: Sequence[ImageId] = (),
    ) -> dict[str, int]:
        await write_settlement(self._session, job, kept, holders, near, contested=contested)
        counted = await self._session.execute(
            select(CandidateRow.reason, func.count())
            .where(CandidateRow.job_id == job.id, CandidateRow.state == "rejected")
            .group_by(CandidateRow.reason)
        )
        return {str(reason): number for reason, number in counted}


class PostgresImages:
    """See the port."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def known(
        self, owner: UserId, digests: Sequence[str], level: Validation = Validation.STANDARD
    ) -> dict[str, KnownImage]:
        values = {"owner": owner, "digests": list(digests), "level": level}
        found = await self._session.execute(KNOWN, values)
        return {row.sha256: KnownImage(row.sha256, row.key, facts_of(row)) for row in found}

    async def unnamed(self, keys: Sequence[str]) -> set[str]:
        named = await self._session.scalars(NAMED, {"keys": list(keys)})
        return set(keys) - set(named)


def _sighting(sighting: Sighting) -> dict[str, Any]:
    provenance = {name: getattr(sighting.candidate, name) for name in PROVENANCE}
    cleaned = {name: clean(v) if isinstance(v, str) else v for name, v in provenance.items()}
    cleaned["tags"] = [clean(tag) for tag in sighting.candidate.tags]
    place = {"chunk_id": sighting.chunk, "rank": sighting.rank, "digest": sighting.digest.hex()}
    return place | cleaned | {"refused": sighting.refused}


def _image(good: Good) -> dict[str, Any]:
    facts = {name: getattr(good.facts, name) for name in FACTS}
    facts |= {"phash": signed(good.facts.phash), "dhash": signed(good.facts.dhash)}
    own = {"id": good.image, "sha256": good.sha256, "key": good.key, "bytes": good.bytes}
    return own | facts | {"retrieved_at": good.retrieved_at}


def _good_fate(good: Good, *, first: bool) -> dict[str, Any]:
    """The first candidate of a new picture stands for it; others of the same bytes are duplicates."""
    return {
        "id": good.candidate,
        "state": "good" if first else "rejected",
        "reason": None if first else Reason.DUPLICATE_EXACT,
        "sha256": good.sha256,
        "final_url": clean(good.final_url),
        "content_type": clean(good.content_type),
        "retrieved_at": good.retrieved_at,
    }


def _bad_fate(bad: Bad) -> dict[str, Any]:
    return {
        "id": bad.candidate,
        "state": "rejected",
        "reason": bad.reason,
        "evidence": clean(bad.evidence[:500]),
        "retrieved_at": bad.retrieved_at,
    }
