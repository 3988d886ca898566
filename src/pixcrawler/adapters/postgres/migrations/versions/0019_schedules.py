"""Crawls that repeat, and what a project's crawls start from"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "projects",
        sa.Column("defaults", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
    )
    op.create_table(
        "crawl_schedules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("max_images", sa.Integer(), nullable=False),
        sa.Column("spec", postgresql.JSONB(), nullable=False),
        sa.Column("cadence", postgresql.JSONB(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("max_runs", sa.Integer(), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("last_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_job_id", sa.Uuid(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure_code", sa.Text(), nullable=True),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "runs >= 0 AND failures >= 0 AND version >= 0", name=op.f("ck_crawl_schedules_counts")
        ),
        sa.CheckConstraint("max_images > 0", name=op.f("ck_crawl_schedules_max_images")),
        sa.CheckConstraint("max_runs > 0", name=op.f("ck_crawl_schedules_max_runs")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_crawl_schedules_name_length")),
        sa.CheckConstraint("enabled OR next_at IS NULL", name=op.f("ck_crawl_schedules_off_is_never_due")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["profiles.id"], name=op.f("fk_crawl_schedules_owner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_crawl_schedules_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_schedules")),
    )
    op.create_index("ix_crawl_schedules_owner_id", "crawl_schedules", ["owner_id", "id"])
    op.create_index("ix_crawl_schedules_project_id", "crawl_schedules", ["project_id", "id"])
    op.create_index(
        "ix_crawl_schedules_next_at",
        "crawl_schedules",
        ["next_at"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("crawl_schedules")
    op.drop_column("projects", "defaults")
