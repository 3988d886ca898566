"""Scores: how closely a picture was looked at, and what the strict look measured"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("images", sa.Column("validation", sa.Text(), server_default="standard", nullable=False))
    op.alter_column("images", "validation", server_default=None)
    op.add_column("images", sa.Column("scores", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("images", "scores")
    op.drop_column("images", "validation")
