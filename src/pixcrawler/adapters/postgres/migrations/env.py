"""Run by Alembic with a connection that ``migrate`` hands over."""

from alembic import context

from pixcrawler.adapters.postgres.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
