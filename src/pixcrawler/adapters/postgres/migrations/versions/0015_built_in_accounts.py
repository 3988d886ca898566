"""Accounts and sessions of the built-in provider; who is gone; what a provider calls people"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("profiles", sa.Column("given_name", sa.Text(), nullable=True))
    op.create_table(
        "deleted_profiles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.Column("forgotten", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_profiles")),
    )
    op.create_index(
        "ix_deleted_profiles_unforgotten",
        "deleted_profiles",
        ["deleted_at"],
        postgresql_where=sa.text("NOT forgotten"),
    )
    _make_accounts()
    _make_sessions()
    op.create_table(
        "built_in_attempts",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_built_in_attempts")),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_built_in_attempts_digest_is_sha256")),
    )


def _make_accounts() -> None:
    op.create_table(
        "built_in_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("last_login_at", TIME, nullable=True),
        sa.Column("created_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_built_in_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_built_in_accounts_email")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_built_in_accounts_email_form")),
    )


def _make_sessions() -> None:
    op.create_table(
        "built_in_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_built_in_sessions")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["built_in_accounts.id"],
            name=op.f("fk_built_in_sessions_account_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_built_in_sessions_account_id", "built_in_sessions", ["account_id"])
    op.create_table(
        "built_in_tokens",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_built_in_tokens")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["built_in_sessions.id"],
            name=op.f("fk_built_in_tokens_session_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("kind IN ('access', 'refresh')", name=op.f("ck_built_in_tokens_kind")),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_built_in_tokens_digest_is_sha256")),
    )
    op.create_index("ix_built_in_tokens_session_id", "built_in_tokens", ["session_id"])
    op.create_index("ix_built_in_tokens_expires_at", "built_in_tokens", ["expires_at"])


def downgrade() -> None:
    for table in ("attempts", "tokens", "sessions", "accounts"):
        op.drop_table(f"built_in_{table}")
    op.drop_table("deleted_profiles")
    op.drop_column("profiles", "given_name")
