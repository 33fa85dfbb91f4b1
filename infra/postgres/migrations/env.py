"""Alembic's way in; the connection comes from `preparing.migrate`, there is no alembic.ini."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, version_table_schema="state", transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
