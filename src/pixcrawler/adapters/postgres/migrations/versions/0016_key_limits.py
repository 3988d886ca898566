"""API keys with hourly limits, their use by hour; activity found by what it was about"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("hourly_limit", sa.Integer(), nullable=True))
    op.add_column("api_keys", sa.Column("last_address", sa.Text(), nullable=True))
    op.add_column("api_keys", sa.Column("replaced_by", sa.Uuid(), nullable=True))
    op.create_check_constraint(op.f("ck_api_keys_hourly_limit"), "api_keys", "hourly_limit > 0")
    op.create_table(
        "api_key_uses",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "hour", name=op.f("pk_api_key_uses")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_keys.id"], name=op.f("fk_api_key_uses_key_id"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("requests > 0", name=op.f("ck_api_key_uses_requests")),
    )
    op.create_index("ix_api_key_uses_hour", "api_key_uses", ["hour"])
    op.create_index("ix_activity_subject_id", "activity", ["subject_id", "id"])
    op.create_index("ix_activity_act", "activity", ["act", "id"])
    op.create_index("ix_activity_project", "activity", [sa.text("(about ->> 'project_id')"), "id"])


def downgrade() -> None:
    for index in ("ix_activity_project", "ix_activity_act", "ix_activity_subject_id"):
        op.drop_index(index, "activity")
    op.drop_table("api_key_uses")
    op.drop_constraint(op.f("ck_api_keys_hourly_limit"), "api_keys")
    for column in ("replaced_by", "last_address", "hourly_limit"):
        op.drop_column("api_keys", column)
