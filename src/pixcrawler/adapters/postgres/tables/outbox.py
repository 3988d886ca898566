"""The outbox, whose rows are the tasks; what is due when; and answers that can be had again."""

from datetime import datetime
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
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Base, Identified, not_negative


class OutboxRow(Identified):
    """One task, written by the commit that caused it. Its id is the task id that users see."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'running', 'done', 'failed')", name="state"),
        not_negative("failures", "lost_leases", "token"),
        CheckConstraint("state <> 'running' OR lease_expires_at IS NOT NULL", name="running_is_leased"),
        UniqueConstraint("occasion"),
        Index(
            "ix_outbox_open",
            "lane",
            "queue",
            "priority",
            "id",
            postgresql_where=text("state IN ('pending', 'running')"),
        ),
        Index("ix_outbox_running", "owner_id", postgresql_where=text("state = 'running'")),
        Index("ix_outbox_subject_id", "subject_id"),
        Index("ix_outbox_ended", "ended_at", postgresql_where=text("state IN ('done', 'failed')")),
    )

    name: Mapped[str] = mapped_column(Text)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    queue: Mapped[str] = mapped_column(Text)
    lane: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    owner_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    run: Mapped[int | None]
    request_id: Mapped[str | None] = mapped_column(Text)
    occasion: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="pending")
    failures: Mapped[int] = mapped_column(server_default="0")
    lost_leases: Mapped[int] = mapped_column(server_default="0")
    token: Mapped[int] = mapped_column(BigInteger, server_default="0")
    lease_owner: Mapped[str | None] = mapped_column(Text)
    lease_expires_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    last_error: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True), server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True), server_default=func.now())
    ended_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


class ScheduleRow(Base):
    """A periodic task's next time. Moved on and turned into a task in one commit, by whoever comes first."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    next_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))


class IdempotencyKeyRow(Base):
    """The answer to a request with an Idempotency-Key, as JSON, written by the commit of its effect."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (CheckConstraint("length(key) BETWEEN 1 AND 255", name="key_length"),)

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    route: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(
        DateTimeUTC(timezone=True), server_default=func.now(), index=True
    )
