"""The steps from the first tables to those of today. `python -m coopkit.ledger.migrations "what changed"` adds one."""
