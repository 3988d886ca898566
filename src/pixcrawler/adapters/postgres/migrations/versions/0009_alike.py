"""Duplicates across the jobs of one owner: groups, what people said about copies, an index by phash.

The index is of accepted images alone, so it is filled by the statement that settles a job, and emptied by
whatever takes an image away. Each sixteenth of a million pictures' hashes finds some 15 of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SHIFTS = (0, 16, 32, 48)


def upgrade() -> None:
    op.add_column("images", sa.Column("duplicate_group", sa.Uuid()))
    op.add_column("images", sa.Column("review", sa.Text()))
    op.create_check_constraint(op.f("ck_images_review"), "images", "review IN ('apart', 'preferred')")
    grouped = sa.text("duplicate_group IS NOT NULL")
    op.create_index("ix_images_group", "images", ["owner_id", "duplicate_group"], postgresql_where=grouped)
    for shift in SHIFTS:
        op.create_index(
            f"ix_images_phash_{shift}",
            "images",
            ["owner_id", sa.text(f"(((phash >> {shift}) & 65535)::int)")],
            postgresql_include=["phash", "id"],
            postgresql_where=sa.text("state = 'accepted'"),
        )


def downgrade() -> None:
    for shift in SHIFTS:
        op.drop_index(f"ix_images_phash_{shift}", table_name="images")
    op.drop_index("ix_images_group", table_name="images")
    op.drop_constraint(op.f("ck_images_review"), "images")
    op.drop_column("images", "review")
    op.drop_column("images", "duplicate_group")
