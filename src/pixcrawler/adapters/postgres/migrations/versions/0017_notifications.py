"""Notifications, and what people want to be told"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('job_completed', 'job_failed', 'version_ready', 'version_failed', 'export_ready',"
    " 'export_failed', 'schedule_failed', 'schedule_disabled', 'api_key_created', 'api_key_revoked',"
    " 'password_changed')"
)
PREFERENCES = "notification_preferences"
CHANNELS = {"email": "true", "push": "false", "sms": "false", "slack": "false", "webhook": "false"}


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_notifications_kind")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["profiles.id"], name=op.f("fk_notifications_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index("ix_notifications_owner_id", "notifications", ["owner_id", "id"])
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["owner_id", "id"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.add_column(
        PREFERENCES,
        sa.Column("muted", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    for channel, usual in CHANNELS.items():
        op.add_column(PREFERENCES, sa.Column(channel, sa.Boolean(), server_default=usual, nullable=False))
    op.add_column(PREFERENCES, sa.Column("quiet_hours", postgresql.JSONB(), nullable=True))
    op.add_column(PREFERENCES, sa.Column("digest", sa.Text(), server_default="off", nullable=False))
    op.create_check_constraint(
        op.f("ck_notification_preferences_digest"), PREFERENCES, "digest IN ('off', 'daily', 'weekly')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_notification_preferences_digest"), PREFERENCES)
    for column in ("digest", "quiet_hours", *CHANNELS, "muted"):
        op.drop_column(PREFERENCES, column)
    op.drop_table("notifications")
