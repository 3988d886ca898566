"""Alembic's environment and revisions. Each revision goes up and down."""
