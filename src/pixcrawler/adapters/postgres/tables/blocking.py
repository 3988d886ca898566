"""What may not come back."""

from datetime import datetime

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Identified, one_of
from pixcrawler.domain.crawling.blocking import BlockKind


class BlockRow(Identified):
    """An entry of the block-list. A lifted one stays: what was taken down while it stood is gone."""

    __tablename__ = "blocks"
    __table_args__ = (
        one_of("kind", BlockKind),
        Index("ix_blocks_kind", "kind", "value", unique=True, postgresql_where=text("lifted_at IS NULL")),
        Index("ix_blocks_taken_down", "value", postgresql_where=text("taken_down")),
    )

    kind: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    taken_down: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    lifted_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
