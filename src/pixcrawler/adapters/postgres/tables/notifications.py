"""What people are told, and what they want to be told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, Identified, one_of
from pixcrawler.domain.activity.notification import NoticeKind
from pixcrawler.domain.activity.preferences import Digest


class NotificationRow(Identified):
    """One notice in somebody's list."""

    __tablename__ = "notifications"
    __table_args__ = (
        one_of("kind", NoticeKind),
        Index("ix_notifications_owner_id", "owner_id", "id"),
        Index("ix_notifications_unread", "owner_id", "id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notifications_created_at", "created_at"),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))


class NotificationPreferencesRow(Audited):
    """One profile's; its id is the profile's."""

    __tablename__ = "notification_preferences"
    __table_args__ = (one_of("digest", Digest),)

    id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    muted: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    email: Mapped[bool] = mapped_column(server_default="true")
    push: Mapped[bool] = mapped_column(server_default="false")
    sms: Mapped[bool] = mapped_column(server_default="false")
    slack: Mapped[bool] = mapped_column(server_default="false")
    webhook: Mapped[bool] = mapped_column(server_default="false")
    quiet_hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    digest: Mapped[str] = mapped_column(Text, server_default=Digest.OFF.value)
