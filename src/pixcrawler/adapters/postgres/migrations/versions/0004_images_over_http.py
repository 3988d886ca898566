"""Images over HTTP: each kind of list of a job's images is a range of one index."""

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ACCEPTED = text("state = 'accepted'")
GOOD = text("state = 'good'")
REJECTED = text("state = 'rejected'")


def upgrade() -> None:
    op.drop_index("ix_images_accepted", table_name="images")
    op.create_index(
        "ix_images_keyword", "images", ["job_id", "keyword", "candidate_id"], postgresql_where=ACCEPTED
    )
    op.create_index(
        "ix_images_label", "images", ["job_id", "label", "candidate_id"], postgresql_where=ACCEPTED
    )
    op.create_index("ix_candidates_good", "candidates", ["job_id", "id"], postgresql_where=GOOD)
    op.create_index("ix_candidates_rejected", "candidates", ["job_id", "id"], postgresql_where=REJECTED)
    op.drop_index("ix_candidates_reason", table_name="candidates")
    op.create_index(
        "ix_candidates_reason", "candidates", ["job_id", "reason", "id"], postgresql_where=REJECTED
    )
    op.drop_index("ix_sightings_job_id", table_name="sightings")
    op.create_index("ix_sightings_source", "sightings", ["job_id", "source", "candidate_id"])


def downgrade() -> None:
    """Nothing is lost with an index."""
    op.drop_index("ix_sightings_source", table_name="sightings")
    op.create_index("ix_sightings_job_id", "sightings", ["job_id"])
    op.drop_index("ix_candidates_reason", table_name="candidates")
    op.create_index("ix_candidates_reason", "candidates", ["job_id", "reason"], postgresql_where=REJECTED)
    op.drop_index("ix_candidates_rejected", table_name="candidates")
    op.drop_index("ix_candidates_good", table_name="candidates")
    op.drop_index("ix_images_label", table_name="images")
    op.drop_index("ix_images_keyword", table_name="images")
    op.create_index("ix_images_accepted", "images", ["job_id", "keyword", "id"], postgresql_where=ACCEPTED)
