"""Refused sightings: descriptions are judged one by one, when they are found"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sightings", sa.Column("refused", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("sightings", "refused")
