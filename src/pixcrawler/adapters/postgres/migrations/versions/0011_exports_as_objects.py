"""Exports that are objects of a store: their key, digest and tier, and when they were last fetched"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exports", sa.Column("key", sa.Text(), nullable=True))
    op.add_column("exports", sa.Column("digest", sa.Text(), nullable=True))
    op.add_column("exports", sa.Column("tier", sa.Text(), server_default="hot", nullable=False))
    op.alter_column("exports", "tier", server_default=None)
    op.add_column("exports", sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_exports_tier"), "exports", "tier IN ('hot', 'warm')")
    op.create_check_constraint(op.f("ck_exports_object"), "exports", "(key IS NULL) = (digest IS NULL)")
    op.create_index(op.f("ix_exports_key"), "exports", ["key"])


def downgrade() -> None:
    op.drop_index(op.f("ix_exports_key"), table_name="exports")
    op.drop_constraint(op.f("ck_exports_object"), "exports")
    op.drop_constraint(op.f("ck_exports_tier"), "exports")
    for column in ("downloaded_at", "tier", "digest", "key"):
        op.drop_column("exports", column)
