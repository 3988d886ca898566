"""Policies, their executions, and what each execution acted on."""

from datetime import datetime
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, Base, Identified, not_negative, one_of
from pixcrawler.domain.storage.execution import ExecutionStatus, PolicyKind
from pixcrawler.domain.storage.policy import Age, Target


class PolicyRow(Audited):
    __abstract__ = True

    name: Mapped[str] = mapped_column(Text)
    enabled: Mapped[bool]
    every_hours: Mapped[int]
    after_days: Mapped[int]
    project_id: Mapped[UUID | None]
    dataset_id: Mapped[UUID | None]
    format: Mapped[str | None] = mapped_column(Text)
    next_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    version: Mapped[int]


class ArchivalPolicyRow(PolicyRow):
    __tablename__ = "archival_policies"
    __table_args__ = (
        UniqueConstraint("name"),
        one_of("age", Age),
        not_negative("every_hours", "after_days", "version"),
    )

    age: Mapped[str] = mapped_column(Text)


class CleanupPolicyRow(PolicyRow):
    __tablename__ = "cleanup_policies"
    __table_args__ = (
        UniqueConstraint("name"),
        one_of("target", Target),
        not_negative("every_hours", "after_days", "version"),
    )

    target: Mapped[str] = mapped_column(Text)
    keep_newest: Mapped[int]


class PolicyExecutionRow(Identified):
    """The log: it outlives its policy."""

    __tablename__ = "policy_executions"
    __table_args__ = (
        one_of("kind", PolicyKind),
        one_of("status", ExecutionStatus),
        not_negative("items", "bytes"),
        Index("ix_policy_executions_policy_id", "policy_id", "id"),
    )

    policy_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    dry_run: Mapped[bool]
    by: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(Text)
    items: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    more: Mapped[bool]
    failure_code: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


class PolicyExecutionItemRow(Base):
    """One thing, once: a repeated task logs nothing twice."""

    __tablename__ = "policy_execution_items"
    __table_args__ = (
        not_negative("number", "bytes"),
        Index("ix_policy_execution_items_number", "execution_id", "number"),
    )

    execution_id: Mapped[UUID] = mapped_column(
        ForeignKey("policy_executions.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    tier: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int]
    owner_id: Mapped[UUID | None]
    key: Mapped[str | None] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    why: Mapped[str] = mapped_column(Text)
    fate: Mapped[str] = mapped_column(Text)
