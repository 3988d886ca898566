"""Profiles of people who log in, what they can spend and want to be told, and who did what"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profiles", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("profiles", sa.Column("avatar_url", sa.Text(), nullable=True))
    op.add_column("profiles", sa.Column("onboarded", sa.Boolean(), server_default="false", nullable=False))
    op.drop_constraint("uq_profiles_name", "profiles")
    op.create_index(
        "uq_profiles_local_name",
        "profiles",
        ["name"],
        unique=True,
        postgresql_where=sa.text("email IS NULL"),
    )
    op.create_index("ix_profiles_email", "profiles", ["email"])
    _make_of_profile(
        "credit_accounts",
        sa.Column("balance", sa.BigInteger(), server_default="100", nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_credit_accounts_balance")),
    )
    _make_of_profile("notification_preferences")
    op.execute("INSERT INTO credit_accounts (id) SELECT id FROM profiles")
    op.execute("INSERT INTO notification_preferences (id) SELECT id FROM profiles")
    _make_activity()


def _make_of_profile(table: str, *own: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *own,
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["id"], ["profiles.id"], name=op.f(f"fk_{table}_id"), ondelete="CASCADE"),
    )


def _make_activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("about", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["profiles.id"], name=op.f("fk_activity_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["profiles.id"], name=op.f("fk_activity_actor_id"), ondelete="SET NULL"
        ),
    )
    op.create_index("ix_activity_owner_id", "activity", ["owner_id", "id"])
    op.create_index("ix_activity_actor_id", "activity", ["actor_id", "id"])


def downgrade() -> None:
    """Older programs know people by name: a name that is there twice gets its id."""
    for table in ("activity", "notification_preferences", "credit_accounts"):
        op.drop_table(table)
    op.drop_index("ix_profiles_email", "profiles")
    op.drop_index("uq_profiles_local_name", "profiles")
    op.execute(
        "UPDATE profiles p SET name = name || ' ' || id"
        " WHERE EXISTS (SELECT FROM profiles o WHERE o.name = p.name AND o.id < p.id)"
    )
    op.create_unique_constraint("uq_profiles_name", "profiles", ["name"])
    for column in ("onboarded", "avatar_url", "email"):
        op.drop_column("profiles", column)
