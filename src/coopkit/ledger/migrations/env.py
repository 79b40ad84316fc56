"""Alembic runs this to migrate one ledger; the engine comes from `coopkit.ledger.migrate.config`."""

from alembic import context

from coopkit.ledger.schema import METADATA

with context.config.attributes["engine"].begin() as connection:
    # SQLite cannot alter most things in place; batch mode copies the table instead.
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
