"""What images show, by whom it is said."""

from datetime import datetime
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Base, not_negative, one_of
from pixcrawler.domain.imaging.labels import LabelSource


class LabelRow(Base):
    """``model`` is empty where no model said it; ``by`` is the person."""

    __tablename__ = "labels"
    __table_args__ = (
        one_of("source", LabelSource),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("label <> ''", name="label"),
        Index("ix_labels_by", "by", postgresql_where=text("by IS NOT NULL")),
    )

    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text, primary_key=True)
    model: Mapped[str] = mapped_column(Text, primary_key=True, server_default="")
    rank: Mapped[int]
    confidence: Mapped[float | None] = mapped_column(Double)
    by: Mapped[UUID | None] = mapped_column(ForeignKey("profiles.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))


class LabellingRow(Base):
    """How many pictures of a job were sent to a model, ever, and whether its task is still at it."""

    __tablename__ = "labellings"
    __table_args__ = (not_negative("sent"),)

    job_id: Mapped[UUID] = mapped_column(ForeignKey("crawl_jobs.id", ondelete="CASCADE"), primary_key=True)
    sent: Mapped[int]
    open: Mapped[bool]
