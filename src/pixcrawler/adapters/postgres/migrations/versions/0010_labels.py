"""Labels as rows, with their source and confidence; how far a model has come with a job's images"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SOURCES = "source IN ('query', 'category', 'source_tag', 'taxon', 'model', 'person')"


def upgrade() -> None:
    op.create_table(
        "labels",
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(SOURCES, name=op.f("ck_labels_source")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_labels_confidence")),
        sa.CheckConstraint("label <> ''", name=op.f("ck_labels_label")),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_labels_image_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by"], ["profiles.id"], name=op.f("fk_labels_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("image_id", "source", "label", "model", name=op.f("pk_labels")),
    )
    op.create_index(op.f("ix_labels_by"), "labels", ["by"], postgresql_where=sa.text("by IS NOT NULL"))
    op.create_table(
        "labellings",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sent >= 0", name=op.f("ck_labellings_counts")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["crawl_jobs.id"], name=op.f("fk_labellings_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_labellings")),
    )
    op.execute(
        "INSERT INTO labels (image_id, source, label, rank, created_at)"
        " SELECT id, 'query', label, 0, updated_at FROM images WHERE state = 'accepted' AND label <> ''"
    )


def downgrade() -> None:
    op.drop_table("labellings")
    op.drop_index(op.f("ix_labels_by"), table_name="labels")
    op.drop_table("labels")
