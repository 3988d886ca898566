"""Profiles and projects."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, one_of
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.actor import Role


class ProfileRow(Audited):
    __tablename__ = "profiles"
    __table_args__ = (UniqueConstraint("name"), one_of("role", Role))

    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)


class ProjectRow(Audited):
    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("owner_id", "name"),
        one_of("status", ProjectStatus),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name_length"),
        CheckConstraint("length(description) <= 2000", name="description_length"),
        Index("ix_projects_owner_id", "owner_id", "id"),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
