"""Looks at pictures that are there already, and what they found"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COUNTS = ("chunks", "chunks_done", "images", "valid", "invalid", "damaged", "gone", "failed", "quarantined")
LEVEL = "level IN ('basic', 'standard', 'strict')"


def upgrade() -> None:
    _make_runs()
    _make_results()
    op.create_table(
        "validation_levels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), server_default="standard", nullable=False),
        sa.Column("mode", sa.Text(), server_default="reject", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(LEVEL, name=op.f("ck_validation_levels_level")),
        sa.CheckConstraint("mode IN ('reject', 'report')", name=op.f("ck_validation_levels_mode")),
        sa.ForeignKeyConstraint(
            ["id"], ["profiles.id"], name=op.f("fk_validation_levels_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validation_levels")),
    )


def _make_runs() -> None:
    op.create_table(
        "validations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("thresholds", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        *[sa.Column(count, sa.Integer(), nullable=False) for count in COUNTS],
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(LEVEL, name=op.f("ck_validations_level")),
        sa.CheckConstraint("mode IN ('report', 'quarantine')", name=op.f("ck_validations_mode")),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed')", name=op.f("ck_validations_status")
        ),
        sa.CheckConstraint(
            " AND ".join(f"{count} >= 0" for count in COUNTS), name=op.f("ck_validations_counts")
        ),
        sa.CheckConstraint(
            "valid + invalid + damaged + gone + failed <= images", name=op.f("ck_validations_adds_up")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["profiles.id"], name=op.f("fk_validations_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validations")),
    )
    op.create_index("ix_validations_owner_id", "validations", ["owner_id", "id"])
    op.create_index(
        "ix_validations_open",
        "validations",
        ["owner_id"],
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_table(
        "validation_chunks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("validation_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("images", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "done >= 0 AND done <= cardinality(images)", name=op.f("ck_validation_chunks_adds_up")
        ),
        sa.ForeignKeyConstraint(
            ["validation_id"],
            ["validations.id"],
            name=op.f("fk_validation_chunks_validation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validation_chunks")),
    )
    op.create_index("ix_validation_chunks_validation_id", "validation_chunks", ["validation_id"])


def _make_results() -> None:
    op.create_table(
        "validation_results",
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("validation_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("checks", postgresql.JSONB(), nullable=False),
        sa.Column("scores", postgresql.JSONB(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(LEVEL, name=op.f("ck_validation_results_level")),
        sa.CheckConstraint(
            "verdict IN ('valid', 'invalid', 'damaged')", name=op.f("ck_validation_results_verdict")
        ),
        sa.CheckConstraint(
            "(verdict = 'valid') = (reason IS NULL)", name=op.f("ck_validation_results_reason")
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_validation_results_image_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["validation_id"],
            ["validations.id"],
            name=op.f("fk_validation_results_validation_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("image_id", "level", name=op.f("pk_validation_results")),
    )
    op.create_index("ix_validation_results_validation_id", "validation_results", ["validation_id"])
    op.create_table(
        "quarantine",
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_quarantine_image_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_quarantine")),
    )


def downgrade() -> None:
    for table in (
        "validation_levels",
        "quarantine",
        "validation_results",
        "validation_chunks",
        "validations",
    ):
        op.drop_table(table)
