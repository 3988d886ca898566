"""Who did what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Identified


class ActivityRow(Identified):
    """One act. What is left of it when an account is gone names nobody."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_owner_id", "owner_id", "id"),
        Index("ix_activity_actor_id", "actor_id", "id"),
        Index("ix_activity_subject_id", "subject_id", "id"),
        Index("ix_activity_act", "act", "id"),
        Index("ix_activity_project", text("(about ->> 'project_id')"), "id"),
    )

    act: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("profiles.id", ondelete="SET NULL"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("profiles.id", ondelete="SET NULL"))
    key_id: Mapped[UUID | None]
    about: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    request_id: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True), server_default=func.now())
