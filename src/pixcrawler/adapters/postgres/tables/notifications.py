"""What people want to be told."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited


class NotificationPreferencesRow(Audited):
    """One profile's; its id is the profile's."""

    __tablename__ = "notification_preferences"

    id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
