"""Why builds failed: dataset versions and exports keep a code beside the sentence."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("dataset_versions", "exports")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("failure_code", sa.Text(), nullable=True))
    for table in TABLES:
        op.execute(f"UPDATE {table} SET failure_code = 'INTERNAL' WHERE status = 'failed'")  # noqa: S608


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "failure_code")
