"""Crawls that repeat."""

from datetime import datetime
from typing import Any
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, not_negative


class CrawlScheduleRow(Audited):
    """One schedule. Its next time moves on in the commit that makes a task of the last."""

    __tablename__ = "crawl_schedules"
    __table_args__ = (
        not_negative("runs", "failures", "version"),
        CheckConstraint("max_images > 0", name="max_images"),
        CheckConstraint("max_runs > 0", name="max_runs"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name_length"),
        CheckConstraint("enabled OR next_at IS NULL", name="off_is_never_due"),
        Index("ix_crawl_schedules_owner_id", "owner_id", "id"),
        Index("ix_crawl_schedules_project_id", "project_id", "id"),
        Index("ix_crawl_schedules_next_at", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    job_id: Mapped[UUID | None]
    max_images: Mapped[int]
    spec: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cadence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    enabled: Mapped[bool]
    next_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    ends_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    max_runs: Mapped[int | None]
    runs: Mapped[int]
    last_due_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    last_job_id: Mapped[UUID | None]
    failures: Mapped[int]
    last_failure_code: Mapped[str | None] = mapped_column(Text)
    last_failure: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int]
