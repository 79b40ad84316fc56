"""Alembic runs this to migrate one ledger; the engine comes from `coopkit.ledger.migrate.config`."""

from alembic import context

from coopkit.ledger.schema import METADATA

# As a writer, so that of two processes that open a ledger at once the second waits, and finds the work done.
with context.config.attributes["engine"].execution_options(writes=True).begin() as connection:
    # SQLite cannot alter most things in place; batch mode copies the table instead.
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
