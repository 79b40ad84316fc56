"""The ledger: current tables and the append-only journal, in one SQLite file. The only room that speaks SQL."""

from coopkit.ledger.batch import Batch, Change, Removal
from coopkit.ledger.connect import file_of as ledger_file
from coopkit.ledger.drafts import StoredDraft
from coopkit.ledger.journal import Entry, Fault
from coopkit.ledger.ledger import BatchHeader, Ledger
from coopkit.ledger.logins import StoredPassword, StoredSession
from coopkit.ledger.schema import DECLARED
from coopkit.ledger.write import Receipt

__all__ = [
    "DECLARED",
    "Batch",
    "BatchHeader",
    "Change",
    "Entry",
    "Fault",
    "Ledger",
    "Receipt",
    "Removal",
    "StoredDraft",
    "StoredPassword",
    "StoredSession",
    "ledger_file",
]
