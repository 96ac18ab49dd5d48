"""Alembic's entry: runs on the connection that `store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from leadferry.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
