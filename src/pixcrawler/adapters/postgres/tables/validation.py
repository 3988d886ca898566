"""Looks at pictures that are there already: runs, their chunks, what was found, what is kept apart."""

from datetime import datetime
from typing import Any
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, Base, Identified, not_negative, one_of
from pixcrawler.domain.imaging.validation import RunMode, RunStatus, Verdict
from pixcrawler.domain.shared.validation import Validation, ValidationMode

COUNTS = (
    "chunks",
    "chunks_done",
    "images",
    "valid",
    "invalid",
    "damaged",
    "gone",
    "failed",
    "quarantined",
)


class ValidationRow(Identified):
    """A run. It outlives the crawl job that it looked at."""

    __tablename__ = "validations"
    __table_args__ = (
        one_of("level", Validation),
        one_of("mode", RunMode),
        one_of("status", RunStatus),
        not_negative(*COUNTS),
        CheckConstraint("valid + invalid + damaged + gone + failed <= images", name="adds_up"),
        Index("ix_validations_owner_id", "owner_id", "id"),
        Index("ix_validations_open", "owner_id", postgresql_where=text("status IN ('pending', 'running')")),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    job_id: Mapped[UUID | None]
    level: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    thresholds: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text)
    cut: Mapped[bool]
    after: Mapped[str] = mapped_column(Text)
    chunks: Mapped[int]
    chunks_done: Mapped[int]
    images: Mapped[int]
    valid: Mapped[int]
    invalid: Mapped[int]
    damaged: Mapped[int]
    gone: Mapped[int]
    failed: Mapped[int]
    quarantined: Mapped[int]
    failure_code: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


class ValidationChunkRow(Identified):
    """Pictures of one crawl job. ``job_id`` and ``images`` may be gone by now."""

    __tablename__ = "validation_chunks"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= cardinality(images)", name="adds_up"),
        Index("ix_validation_chunks_validation_id", "validation_id"),
    )

    validation_id: Mapped[UUID] = mapped_column(ForeignKey("validations.id", ondelete="CASCADE"))
    job_id: Mapped[UUID]
    images: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    done: Mapped[int]


class ValidationResultRow(Base):
    """The latest look of an image on a level, since the one that its crawl took."""

    __tablename__ = "validation_results"
    __table_args__ = (
        one_of("level", Validation),
        one_of("verdict", Verdict),
        CheckConstraint("(verdict = 'valid') = (reason IS NULL)", name="reason"),
        Index("ix_validation_results_validation_id", "validation_id"),
    )

    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(Text, primary_key=True)
    validation_id: Mapped[UUID | None] = mapped_column(ForeignKey("validations.id", ondelete="SET NULL"))
    verdict: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    scores: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))


class QuarantineRow(Base):
    """An accepted image that no new dataset version takes; without a reason, a person said so. What a person
    released, only a person puts back."""

    __tablename__ = "quarantine"

    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    released_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


class ValidationLevelRow(Audited):
    """What a profile's new jobs are made with; its id is the profile's."""

    __tablename__ = "validation_levels"
    __table_args__ = (one_of("level", Validation), one_of("mode", ValidationMode))

    id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(Text, server_default=Validation.STANDARD.value)
    mode: Mapped[str] = mapped_column(Text, server_default=ValidationMode.REJECT.value)
