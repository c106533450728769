"""Alembic's entry: one transaction for each migration, on the connection that ``los migrate`` hands over."""

from alembic import context

from los_adapters.shared.schema import load_tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=load_tables(), transaction_per_migration=True, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
