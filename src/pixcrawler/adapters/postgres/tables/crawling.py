"""Crawl jobs, and what they found."""

from datetime import datetime
from typing import Any
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, Base, Identified, not_negative, one_of
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.log import Level
from pixcrawler.domain.crawling.query import QueryStatus

ACCEPTED = text("state = 'accepted'")
REJECTED = "state = 'rejected' AND reason <> 'removed'"
PHASH_SHIFTS = (0, 16, 32, 48)
"""Where the four sixteen-bit pieces of a phash begin, each with an index."""


def _job() -> Mapped[UUID]:
    return mapped_column(ForeignKey("crawl_jobs.id", ondelete="CASCADE"))


class CrawlJobRow(Audited):
    __tablename__ = "crawl_jobs"
    __table_args__ = (
        one_of("status", JobStatus),
        not_negative("found", "good", "accepted", "run", "version"),
        CheckConstraint("max_images > 0", name="max_images"),
        CheckConstraint("accepted <= max_images", name="never_more_than_asked"),
        Index("ix_crawl_jobs_owner_id", "owner_id", "id"),
        Index("ix_crawl_jobs_project_id", "project_id", "id"),
        Index("ix_crawl_jobs_running", "owner_id", postgresql_where=text("status = 'running'")),
        Index("ix_crawl_jobs_large", "id", postgresql_where=text("status = 'completed' AND found >= 10000")),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    lane: Mapped[str] = mapped_column(Text)
    max_images: Mapped[int]
    spec: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text)
    run: Mapped[int]
    version: Mapped[int]
    found: Mapped[int]
    good: Mapped[int]
    accepted: Mapped[int]
    reasons: Mapped[dict[str, int]] = mapped_column(JSONB)
    lost: Mapped[list[int]] = mapped_column(JSONB)
    settling: Mapped[bool]
    failure_code: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    run_started_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    run_good: Mapped[int]


class CrawlJobLogRow(Identified):
    """A milestone or a trouble of a job, written by the commit of what it tells."""

    __tablename__ = "crawl_job_logs"
    __table_args__ = (one_of("level", Level), Index("ix_crawl_job_logs_job_id", "job_id", "id"))

    job_id: Mapped[UUID] = _job()
    run: Mapped[int]
    level: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))


class QueryRow(Identified):
    __tablename__ = "queries"
    __table_args__ = (
        UniqueConstraint("job_id", "position"),
        one_of("status", QueryStatus),
        not_negative("position", "keyword", "pages", "found", "barren"),
    )

    job_id: Mapped[UUID] = _job()
    position: Mapped[int]
    keyword: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    cursor: Mapped[str | None] = mapped_column(Text)
    pages: Mapped[int]
    found: Mapped[int]
    barren: Mapped[int]
    searching: Mapped[bool]
    status: Mapped[str] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)


class ChunkRow(Identified):
    __tablename__ = "chunks"
    __table_args__ = (
        UniqueConstraint("job_id", "keyword", "position"),
        one_of("status", ChunkStatus),
        not_negative("position", "keyword", "span", "size", "done", "good", "run"),
        CheckConstraint("good <= done AND done <= size", name="adds_up"),
    )

    job_id: Mapped[UUID] = _job()
    query_id: Mapped[UUID] = mapped_column(ForeignKey("queries.id", ondelete="CASCADE"), index=True)
    run: Mapped[int]
    keyword: Mapped[int]
    position: Mapped[int]
    span: Mapped[int]
    size: Mapped[int]
    done: Mapped[int]
    good: Mapped[int]
    status: Mapped[str] = mapped_column(Text)


class ImageRow(Audited):
    """A distinct picture of a job. The object under ``key`` was stored before the row."""

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("job_id", "sha256"),
        CheckConstraint("state IN ('good', 'accepted', 'rejected')", name="state"),
        CheckConstraint("(state = 'rejected') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("width > 0 AND height > 0 AND bytes > 0 AND frames > 0", name="sizes"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        Index("ix_images_owner_id_sha256", "owner_id", "sha256"),
        Index("ix_images_key", "key"),
        Index("ix_images_keyword", "job_id", "keyword", "candidate_id", postgresql_where=ACCEPTED),
        Index("ix_images_label", "job_id", "label", "candidate_id", postgresql_where=ACCEPTED),
        Index(
            "ix_images_accepted",
            "job_id",
            "candidate_id",
            postgresql_include=["format", "width", "height"],
            postgresql_where=ACCEPTED,
        ),
        Index("ix_images_format", "job_id", "format", "candidate_id", postgresql_where=ACCEPTED),
        CheckConstraint("review IN ('apart', 'preferred')", name="review"),
        Index(
            "ix_images_group",
            "owner_id",
            "duplicate_group",
            postgresql_where=text("duplicate_group IS NOT NULL"),
        ),
        *(
            Index(
                f"ix_images_phash_{shift}",
                "owner_id",
                text(f"(((phash >> {shift}) & 65535)::int)"),
                postgresql_include=["phash", "id"],
                postgresql_where=ACCEPTED,
            )
            for shift in PHASH_SHIFTS
        ),
    )

    job_id: Mapped[UUID] = _job()
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[str] = mapped_column(Text)
    width: Mapped[int]
    height: Mapped[int]
    frames: Mapped[int]
    mode: Mapped[str] = mapped_column(Text)
    orientation: Mapped[int]
    phash: Mapped[int] = mapped_column(BigInteger)
    dhash: Mapped[int] = mapped_column(BigInteger)
    detail: Mapped[int]
    validation: Mapped[str] = mapped_column(Text)
    scores: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    duplicate_of: Mapped[UUID | None] = mapped_column(
        ForeignKey("images.id", ondelete="SET NULL"), index=True
    )
    duplicate_group: Mapped[UUID | None] = mapped_column()
    review: Mapped[str | None] = mapped_column(Text)
    candidate_id: Mapped[UUID | None] = mapped_column()
    keyword: Mapped[int | None]
    position: Mapped[int | None]
    label: Mapped[str | None] = mapped_column(Text)
    retrieved_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))


class CandidateRow(Base):
    """One normalised image URL of a job. ``digest`` identifies it; ``chunk_id`` is who fetches it."""

    __tablename__ = "candidates"
    __table_args__ = (
        UniqueConstraint("job_id", "digest"),
        CheckConstraint("state IN ('pending', 'good', 'rejected')", name="state"),
        CheckConstraint("(state = 'rejected') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("state <> 'good' OR image_id IS NOT NULL", name="good_has_image"),
        Index("ix_candidates_chunk_id", "chunk_id"),
        Index("ix_candidates_image_id", "image_id"),
        Index("ix_candidates_good", "job_id", "id", postgresql_where=text("state = 'good'")),
        Index("ix_candidates_rejected", "job_id", "id", postgresql_where=text(REJECTED)),
        Index(
            "ix_candidates_copies",
            "job_id",
            "id",
            postgresql_where=text("state = 'rejected' AND reason IN ('duplicate_exact', 'duplicate_near')"),
        ),
        Index(
            "ix_candidates_fileless",
            "job_id",
            "id",
            postgresql_where=text(f"{REJECTED} AND image_id IS NULL"),
        ),
        Index("ix_candidates_reason", "job_id", "reason", "id", postgresql_where=text("state = 'rejected'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-10)
    job_id: Mapped[UUID] = _job()
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    url: Mapped[str] = mapped_column(Text)
    chunk_id: Mapped[UUID | None] = mapped_column(ForeignKey("chunks.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    image_id: Mapped[UUID | None] = mapped_column(ForeignKey("images.id", ondelete="SET NULL"))
    final_url: Mapped[str | None] = mapped_column(Text)
    content_type: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int]
    retrieved_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


class SightingRow(Base):
    """A candidate at one place of one query's results, with the provenance that it had there. ``refused``:
    why it is not wanted as it is described there."""

    __tablename__ = "sightings"
    __table_args__ = (
        CheckConstraint("rank >= 0", name="rank"),
        Index("ix_sightings_candidate_id", "candidate_id"),
        Index("ix_sightings_source", "job_id", "source", "candidate_id"),
        Index("ix_sightings_license", "job_id", "license", "candidate_id"),
    )

    chunk_id: Mapped[UUID] = mapped_column(ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = _job()
    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    page_url: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    author_url: Mapped[str | None] = mapped_column(Text)
    license: Mapped[str] = mapped_column(Text)
    license_raw: Mapped[str | None] = mapped_column(Text)
    license_url: Mapped[str | None] = mapped_column(Text)
    attribution: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    label: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    refused: Mapped[str | None] = mapped_column(Text)
