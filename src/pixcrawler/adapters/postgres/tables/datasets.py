"""Datasets, their versions and exports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, Base, not_negative, one_of
from pixcrawler.domain.datasets.splits import SPLITS
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.tier import Move, Tier

Counts = dict[str, dict[str, int]]


class _Counts(TypeDecorator[Counts]):
    """Images per split and class in the order in which people look for them: jsonb orders keys by length."""

    impl = JSONB
    cache_ok = True

    def process_result_value(self, value: Counts | None, dialect: Dialect) -> Counts | None:
        del dialect
        if value is None:
            return None
        return {split: dict(sorted(value[split].items())) for split in SPLITS if split in value}


class DatasetRow(Audited):
    __tablename__ = "datasets"
    __table_args__ = (
        not_negative("versions", "version"),
        CheckConstraint("length(description) <= 2000", name="description_length"),
        Index("ix_datasets_owner_id", "owner_id", "id"),
        Index("ix_datasets_project_id", "project_id", "id"),
        Index("ix_datasets_jobs", "jobs", postgresql_using="gin"),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    selection: Mapped[dict[str, Any]] = mapped_column(JSONB)
    jobs: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    versions: Mapped[int]
    version: Mapped[int]


class DatasetVersionRow(Audited):
    __tablename__ = "dataset_versions"
    __table_args__ = (
        UniqueConstraint("dataset_id", "number"),
        one_of("status", BuildStatus),
        not_negative("images", "bytes"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "status <> 'ready' OR (digest IS NOT NULL AND manifest_key IS NOT NULL)", name="ready"
        ),
    )

    dataset_id: Mapped[UUID] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    status: Mapped[str] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(Text)
    manifest_key: Mapped[str | None] = mapped_column(Text, index=True)
    images: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    selection: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changelog: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    stats: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    failure_code: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)


class DatasetVersionObjectRow(Base):
    """A stored object that the version needs, from before it is ready until it is deleted."""

    __tablename__ = "dataset_version_objects"

    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("dataset_versions.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(Text, primary_key=True, index=True)


class ExportRow(Audited):
    __tablename__ = "exports"
    __table_args__ = (
        one_of("status", BuildStatus),
        one_of("tier", Tier),
        one_of("moving", Move),
        CheckConstraint("(tier = 'warm') = (warm_bytes IS NOT NULL)", name="warm_bytes"),
        not_negative("images", "bytes"),
        CheckConstraint("(key IS NULL) = (digest IS NULL)", name="object"),
    )

    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("dataset_versions.id", ondelete="CASCADE"), index=True
    )
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), index=True)
    format: Mapped[str] = mapped_column(Text)
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text)
    images: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    counts: Mapped[Counts] = mapped_column(_Counts)
    key: Mapped[str | None] = mapped_column(Text, index=True)
    digest: Mapped[str | None] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    downloaded_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    moving: Mapped[str | None] = mapped_column(Text)
    move_failure: Mapped[str | None] = mapped_column(Text)
    warm_bytes: Mapped[int | None] = mapped_column(BigInteger)
    failure_code: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
