"""Alembic's entry: runs the chain on the connection that `parley.adapters.database.migrate` hands over."""

from alembic import context

from parley.adapters.database.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
