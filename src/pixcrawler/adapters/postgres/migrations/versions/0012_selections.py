"""Datasets as selections from several jobs; what each version was made of, its numbers and its objects"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column("datasets", sa.Column("description", sa.Text(), server_default="", nullable=False))
    op.alter_column("datasets", "description", server_default=None)
    op.create_check_constraint(
        op.f("ck_datasets_description_length"), "datasets", "length(description) <= 2000"
    )
    op.add_column("datasets", sa.Column("jobs", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.execute(
        "UPDATE datasets SET jobs = ARRAY(SELECT CAST(j AS uuid)"
        " FROM jsonb_array_elements_text(selection -> 'jobs') AS j)"
    )
    op.alter_column("datasets", "jobs", nullable=False)
    op.create_index(op.f("ix_datasets_jobs"), "datasets", ["jobs"], postgresql_using="gin")
    op.drop_index(op.f("ix_datasets_owner_id"), table_name="datasets")
    op.create_index("ix_datasets_owner_id", "datasets", ["owner_id", "id"])
    op.drop_index(op.f("ix_datasets_project_id"), table_name="datasets")
    op.create_index("ix_datasets_project_id", "datasets", ["project_id", "id"])
    _describe_versions()
    _make_objects()


def _describe_versions() -> None:
    op.add_column("dataset_versions", sa.Column("selection", JSON, nullable=True))
    op.execute(
        "UPDATE dataset_versions v SET selection = d.selection FROM datasets d WHERE d.id = v.dataset_id"
    )
    op.alter_column("dataset_versions", "selection", nullable=False)
    op.add_column("dataset_versions", sa.Column("changelog", sa.Text(), server_default="", nullable=False))
    op.alter_column("dataset_versions", "changelog", server_default=None)
    op.add_column("dataset_versions", sa.Column("changes", JSON, nullable=True))
    op.add_column("dataset_versions", sa.Column("stats", JSON, nullable=True))


def _make_objects() -> None:
    op.create_table(
        "dataset_version_objects",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["dataset_versions.id"],
            name=op.f("fk_dataset_version_objects_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "key", name=op.f("pk_dataset_version_objects")),
    )
    # Which of a job's pictures an older version took is in its manifest only: all that it can have taken.
    op.execute(
        "INSERT INTO dataset_version_objects (version_id, key)"
        " SELECT DISTINCT v.id, i.key FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id"
        " JOIN images i ON i.job_id = ANY(d.jobs)"
        " WHERE v.status <> 'failed' AND (i.state = 'accepted' OR i.updated_at > v.created_at)"
    )
    op.create_index(op.f("ix_dataset_version_objects_key"), "dataset_version_objects", ["key"])


def downgrade() -> None:
    """Nothing but whole jobs can be told to older programs: other datasets are of all their jobs' images."""
    op.drop_index(op.f("ix_dataset_version_objects_key"), table_name="dataset_version_objects")
    op.drop_table("dataset_version_objects")
    for column in ("stats", "changes", "changelog", "selection"):
        op.drop_column("dataset_versions", column)
    op.execute("UPDATE datasets SET selection = jsonb_build_object('jobs', to_jsonb(jobs))")
    op.drop_index("ix_datasets_project_id", table_name="datasets")
    op.create_index(op.f("ix_datasets_project_id"), "datasets", ["project_id"])
    op.drop_index("ix_datasets_owner_id", table_name="datasets")
    op.create_index(op.f("ix_datasets_owner_id"), "datasets", ["owner_id", "created_at"])
    op.drop_index(op.f("ix_datasets_jobs"), table_name="datasets")
    op.drop_column("datasets", "jobs")
    op.drop_constraint(op.f("ck_datasets_description_length"), "datasets")
    op.drop_column("datasets", "description")
