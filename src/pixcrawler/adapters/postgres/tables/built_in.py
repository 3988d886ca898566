"""What the built-in auth provider keeps. Empty where people log in through Supabase."""

from datetime import datetime
from uuid import UUID

from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pixcrawler.adapters.postgres.tables.base import Audited, Base, Identified, one_of
from pixcrawler.domain.identity.token_text import TokenKind


class BuiltInAccountRow(Audited):
    """``password`` is an argon2id hash in PHC form."""

    __tablename__ = "built_in_accounts"
    __table_args__ = (UniqueConstraint("email"), CheckConstraint("email = lower(email)", name="email_form"))

    email: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    password: Mapped[str] = mapped_column(Text)
    last_login_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


class BuiltInSessionRow(Identified):
    __tablename__ = "built_in_sessions"
    __table_args__ = (Index("ix_built_in_sessions_account_id", "account_id"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("built_in_accounts.id", ondelete="CASCADE"))
    begun_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))


class BuiltInTokenRow(Base):
    """A token by its SHA-256. A refresh token that was used stays until it expires, so that a second use is
    noticed."""

    __tablename__ = "built_in_tokens"
    __table_args__ = (
        one_of("kind", TokenKind),
        CheckConstraint("octet_length(digest) = 32", name="digest_is_sha256"),
        Index("ix_built_in_tokens_session_id", "session_id"),
        Index("ix_built_in_tokens_expires_at", "expires_at"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("built_in_sessions.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


class BuiltInAttemptsRow(Base):
    """How often somebody tried to log in with an address, which need not have an account: by its SHA-256."""

    __tablename__ = "built_in_attempts"
    __table_args__ = (CheckConstraint("octet_length(digest) = 32", name="digest_is_sha256"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
