"""`make migration m="what changed"`: write the step from the last migration to the records' fields as they are now."""

import sys

from coopkit.ledger.migrate import write_migration

written = write_migration(" ".join(sys.argv[1:]) or "fields changed")
sys.stdout.write(f"{written or 'Nothing changed: no migration is needed.'}\n")
