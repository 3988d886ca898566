"""Indexes for lists of a job's images that are long and filtered"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ACCEPTED = sa.text("state = 'accepted'")
REJECTED = "state = 'rejected' AND reason <> 'removed'"
COPIES = "state = 'rejected' AND reason IN ('duplicate_exact', 'duplicate_near')"


def upgrade() -> None:
    op.drop_index("ix_candidates_rejected", "candidates")
    for name, which in (
        ("rejected", REJECTED),
        ("copies", COPIES),
        ("fileless", f"{REJECTED} AND image_id IS NULL"),
    ):
        op.create_index(
            f"ix_candidates_{name}", "candidates", ["job_id", "id"], postgresql_where=sa.text(which)
        )
    op.create_index(
        "ix_images_accepted",
        "images",
        ["job_id", "candidate_id"],
        postgresql_include=["format", "width", "height"],
        postgresql_where=ACCEPTED,
    )
    op.create_index(
        "ix_images_format", "images", ["job_id", "format", "candidate_id"], postgresql_where=ACCEPTED
    )
    op.create_index("ix_sightings_license", "sightings", ["job_id", "license", "candidate_id"])


def downgrade() -> None:
    op.drop_index("ix_sightings_license", "sightings")
    for name in ("format", "accepted"):
        op.drop_index(f"ix_images_{name}", "images")
    for name in ("fileless", "copies", "rejected"):
        op.drop_index(f"ix_candidates_{name}", "candidates")
    op.create_index(
        "ix_candidates_rejected",
        "candidates",
        ["job_id", "id"],
        postgresql_where=sa.text("state = 'rejected'"),
    )
