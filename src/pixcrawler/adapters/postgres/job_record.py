"""Reading everything that settling looks at."""

from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.tables import CandidateRow, ChunkRow, ImageRow, QueryRow, SightingRow
from pixcrawler.application.ports.repositories import JobRecord
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.crawling.settle import Picture, Record, Review, Sighted
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.ids import CandidateId, ImageId
from pixcrawler.domain.shared.reasons import Reason

FACTS = Facts.__struct_fields__


async def read_record(session: AsyncSession, job: CrawlJob) -> JobRecord:
    """A consistent picture needs no lock: what decides is closed, and closed chunks do not change."""
    images = list(
        await session.execute(
            select(
                ImageRow.id,
                ImageRow.sha256,
                ImageRow.bytes,
                ImageRow.review,
                *(getattr(ImageRow, name) for name in FACTS),
            )
            .where(ImageRow.job_id == job.id, ImageRow.reason.is_distinct_from(Reason.REMOVED))
            .order_by(ImageRow.sha256)
        )
    )
    number_of_image = {row.id: number for number, row in enumerate(images)}
    candidates = list(
        await session.execute(
            select(CandidateRow.id, CandidateRow.state, CandidateRow.image_id)
            .where(CandidateRow.job_id == job.id)
            .order_by(CandidateRow.id)
        )
    )
    sighted = {
        row.id: Sighted(number, number_of_image.get(row.image_id), row.state != "pending")
        for number, row in enumerate(candidates)
    }
    records = await _records(session, job, sighted)
    return JobRecord(
        records=records,
        candidates=[CandidateId(row.id) for row in candidates],
        images=[ImageId(row.id) for row in images],
        pictures=[
            Picture(row.width * row.height, row.bytes, row.sha256, row.review and Review(row.review))
            for row in images
        ],
        facts=[_facts(row) for row in images],
    )


async def _records(session: AsyncSession, job: CrawlJob, sighted: dict[Any, Sighted]) -> list[Record]:
    pages: dict[Any, list[Sighted]] = {}
    sightings = await session.execute(
        select(SightingRow.chunk_id, SightingRow.candidate_id, SightingRow.label)
        .where(SightingRow.job_id == job.id, SightingRow.refused.is_(None))
        .order_by(SightingRow.chunk_id, SightingRow.rank)
    )
    for row in sightings:
        if row.candidate_id in sighted:
            seen = sighted[row.candidate_id]
            labelled = seen if row.label is None else msgspec.structs.replace(seen, label=row.label)
            pages.setdefault(row.chunk_id, []).append(labelled)
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
                chunks=[pages.get(row.id, []) for row in mine],
                closed=[ChunkStatus(row.status).closed for row in mine],
                counted=[row.good for row in mine],
                exhausted=not open_queries,
            )
        )
    return records


def _facts(row: Row[Any]) -> Facts:
    values = {name: getattr(row, name) for name in FACTS}
    for name in ("phash", "dhash"):
        values[name] = values[name] % (1 << 64)
    return msgspec.convert(values, Facts)
