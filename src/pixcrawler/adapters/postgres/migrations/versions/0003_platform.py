"""Projects and jobs over HTTP"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_answers()
    _make_log()
    op.add_column("projects", sa.Column("description", sa.Text(), server_default="", nullable=False))
    op.alter_column("projects", "description", server_default=None)
    op.create_check_constraint(
        op.f("ck_projects_description_length"), "projects", "length(description) <= 2000"
    )
    op.add_column("crawl_jobs", sa.Column("run_started_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("crawl_jobs", sa.Column("run_good", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("crawl_jobs", "run_good", server_default=None)
    op.execute("UPDATE crawl_jobs SET run_started_at = started_at")
    op.create_index("ix_projects_owner_id", "projects", ["owner_id", "id"])
    op.drop_index("ix_crawl_jobs_owner_id", "crawl_jobs")
    op.create_index("ix_crawl_jobs_owner_id", "crawl_jobs", ["owner_id", "id"])
    op.drop_index("ix_crawl_jobs_project_id", "crawl_jobs")
    op.create_index("ix_crawl_jobs_project_id", "crawl_jobs", ["project_id", "id"])


def _make_answers() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(key) BETWEEN 1 AND 255", name=op.f("ck_idempotency_keys_key_length")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["profiles.id"], name=op.f("fk_idempotency_keys_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "route", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _make_log() -> None:
    op.create_table(
        "crawl_job_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('info', 'warning', 'error')", name=op.f("ck_crawl_job_logs_level")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["crawl_jobs.id"], name=op.f("fk_crawl_job_logs_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_job_logs")),
    )
    op.create_index("ix_crawl_job_logs_job_id", "crawl_job_logs", ["job_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_crawl_jobs_project_id", "crawl_jobs")
    op.create_index("ix_crawl_jobs_project_id", "crawl_jobs", ["project_id"])
    op.drop_index("ix_crawl_jobs_owner_id", "crawl_jobs")
    op.create_index("ix_crawl_jobs_owner_id", "crawl_jobs", ["owner_id", "created_at"])
    op.drop_index("ix_projects_owner_id", "projects")
    op.drop_column("crawl_jobs", "run_good")
    op.drop_column("crawl_jobs", "run_started_at")
    op.drop_column("projects", "description")
    op.drop_table("crawl_job_logs")
    op.drop_table("idempotency_keys")
