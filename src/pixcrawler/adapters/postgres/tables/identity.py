"""Profiles, what they can spend, their API keys, and projects."""

from datetime import datetime
from typing import Any
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, Base, Identified, one_of
from pixcrawler.domain.identity.key_text import KeyKind
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.plans import Plan


class ProfileRow(Audited):
    __tablename__ = "profiles"
    __table_args__ = (
        one_of("role", Role),
        one_of("plan", Plan),
        Index("uq_profiles_local_name", "name", unique=True, postgresql_where=text("email IS NULL")),
        Index("ix_profiles_email", "email"),
    )

    name: Mapped[str] = mapped_column(Text)
    given_name: Mapped[str | None] = mapped_column(Text)
    """What the auth provider last called them: when it changes, ``name`` follows."""
    email: Mapped[str | None] = mapped_column(Text)
    avatar_url: Mapped[str | None] = mapped_column(Text)
    onboarded: Mapped[bool] = mapped_column(server_default="false")
    role: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text, server_default=Plan.FREE.value)


class CreditAccountRow(Audited):
    """What a profile can spend; its id is the profile's."""

    __tablename__ = "credit_accounts"
    __table_args__ = (CheckConstraint("balance >= 0", name="balance"),)

    id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    balance: Mapped[int] = mapped_column(BigInteger, server_default="100")


class ApiKeyRow(Identified):
    """A key is looked up by its digest on every request, so that index is the one that matters."""

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("digest"),
        one_of("kind", KeyKind),
        CheckConstraint("octet_length(digest) = 32", name="digest_is_sha256"),
        CheckConstraint("length(last4) = 4", name="last4_length"),
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("cardinality(scopes) > 0", name="has_scopes"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
        CheckConstraint("hourly_limit > 0", name="hourly_limit"),
        Index("ix_api_keys_owner_id", "owner_id", "id"),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    last4: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    hourly_limit: Mapped[int | None]
    last_used_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    last_address: Mapped[str | None] = mapped_column(Text)
    replaced_by: Mapped[UUID | None]


class ApiKeyUseRow(Base):
    """How many requests came with a key in the hour that began then."""

    __tablename__ = "api_key_uses"
    __table_args__ = (
        CheckConstraint("requests > 0", name="requests"),
        Index("ix_api_key_uses_hour", "hour"),
    )

    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True), primary_key=True)
    requests: Mapped[int] = mapped_column(BigInteger)


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
    defaults: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    status: Mapped[str] = mapped_column(Text)
    version: Mapped[int]


class DeletedProfileRow(Base):
    """A person who is gone. What is left of their tokens makes no new profile."""

    __tablename__ = "deleted_profiles"
    __table_args__ = (
        Index("ix_deleted_profiles_unforgotten", "deleted_at", postgresql_where=text("NOT forgotten")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True), server_default=func.now())
    forgotten: Mapped[bool] = mapped_column(server_default="false")
    """Whether their account at the auth provider is gone too."""
