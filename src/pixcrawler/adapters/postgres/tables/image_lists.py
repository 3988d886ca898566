"""What large jobs' images are, as bitmaps. Derived: made from the images again whenever it is missing."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, BIT
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Base

BITS = 8_192
"""Images in one part of a bitmap."""


def _list() -> Mapped[UUID]:
    return mapped_column(ForeignKey("image_lists.job_id", ondelete="CASCADE"), primary_key=True)


class ImageListRow(Base):
    """How far the list of a job's images has come: ``places`` of them, up to ``last``. It holds for that run
    alone."""

    __tablename__ = "image_lists"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("crawl_jobs.id", ondelete="CASCADE"), primary_key=True)
    run: Mapped[int]
    places: Mapped[int]
    last: Mapped[UUID]
    done: Mapped[bool]


class ImagePlaceRow(Base):
    """Who has the places from ``place`` on; ``first`` is the first of ``ids``, which are in their order."""

    __tablename__ = "image_places"
    __table_args__ = (Index("ix_image_places_first", "job_id", "first"),)

    job_id: Mapped[UUID] = _list()
    place: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[UUID]
    ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class ImageMarkRow(Base):
    """Of which images something is true: the bit of each place from ``part`` × BITS on. No row: of none."""

    __tablename__ = "image_marks"

    job_id: Mapped[UUID] = _list()
    mark: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    bits: Mapped[str] = mapped_column(BIT(BITS))
