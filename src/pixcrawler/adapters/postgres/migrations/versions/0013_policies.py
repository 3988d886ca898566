"""Plans; exports that move between tiers; policies, their executions and what each did"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TARGETS = (
    "target IN ('unused_exports', 'superseded_exports', 'failed_exports', 'rejected_pictures',"
    " 'unreferenced_objects')"
)


def upgrade() -> None:
    op.add_column("profiles", sa.Column("plan", sa.Text(), server_default="free", nullable=False))
    op.create_check_constraint(op.f("ck_profiles_plan"), "profiles", "plan IN ('free', 'pro', 'enterprise')")
    op.execute("UPDATE profiles SET plan = 'enterprise' WHERE role = 'superuser'")
    op.add_column("exports", sa.Column("moving", sa.Text(), nullable=True))
    op.add_column("exports", sa.Column("move_failure", sa.Text(), nullable=True))
    op.add_column("exports", sa.Column("warm_bytes", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_exports_moving"), "exports", "moving IN ('archiving', 'rehydrating')")
    op.create_check_constraint(
        op.f("ck_exports_warm_bytes"), "exports", "(tier = 'warm') = (warm_bytes IS NOT NULL)"
    )
    _make_policies("archival", sa.Column("age", sa.Text(), nullable=False))
    op.create_check_constraint(
        op.f("ck_archival_policies_age"), "archival_policies", "age IN ('unused', 'made')"
    )
    _make_policies(
        "cleanup",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("keep_newest", sa.Integer(), nullable=False),
    )
    op.create_check_constraint(op.f("ck_cleanup_policies_target"), "cleanup_policies", TARGETS)
    _make_executions()


def _make_policies(kind: str, *own: sa.Column[object]) -> None:
    table = f"{kind}_policies"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("dataset_id", sa.Uuid(), nullable=True),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *own,
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "every_hours >= 0 AND after_days >= 0 AND version >= 0", name=f"ck_{table}_counts"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("name", name=f"uq_{table}_name"),
    )


def _make_executions() -> None:
    op.create_table(
        "policy_executions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("more", sa.Boolean(), nullable=False),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('archival', 'cleanup')", name=op.f("ck_policy_executions_kind")),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed')",
            name=op.f("ck_policy_executions_status"),
        ),
        sa.CheckConstraint("items >= 0 AND bytes >= 0", name=op.f("ck_policy_executions_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_executions")),
    )
    op.create_index("ix_policy_executions_policy_id", "policy_executions", ["policy_id", "id"])
    op.create_table(
        "policy_execution_items",
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 0 AND bytes >= 0", name=op.f("ck_policy_execution_items_counts")),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["policy_executions.id"],
            name=op.f("fk_policy_execution_items_execution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "execution_id", "kind", "subject", "tier", name=op.f("pk_policy_execution_items")
        ),
    )
    op.create_index("ix_policy_execution_items_number", "policy_execution_items", ["execution_id", "number"])


def downgrade() -> None:
    """Exports in the warm store are lost to older programs: bring them back first."""
    op.drop_table("policy_execution_items")
    op.drop_table("policy_executions")
    op.drop_table("cleanup_policies")
    op.drop_table("archival_policies")
    op.drop_constraint(op.f("ck_exports_warm_bytes"), "exports")
    op.drop_constraint(op.f("ck_exports_moving"), "exports")
    for column in ("warm_bytes", "move_failure", "moving"):
        op.drop_column("exports", column)
    op.drop_constraint(op.f("ck_profiles_plan"), "profiles")
    op.drop_column("profiles", "plan")
