"""`Typed`: what somebody has typed into a table and not written yet. Kept in the ledger, seen by its owner alone."""

from __future__ import annotations

import hashlib
from typing import Any

from attrs import frozen

from coopkit.ledger import StoredDraft
from coopkit.workspace.workspace import Desk


@frozen
class Typed:
    """What the actor of a desk has typed into one table; `of` names the table, and what of it is open.

    There is one for each table and actor, so that it is found again without an address: after a reload, from another
    page, and the next day. It is plain data, and let go 30 days after it was last kept.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db") as workspace:
    ...     mine, other = (Typed(workspace.as_(Actor.office(name)), "criteria:2024") for name in ("an", "binh"))
    ...     mine.keep({"1": "12"})
    ...     mine.read(), other.read()
    ...     mine.keep(None)
    ...     mine.read() is None
    ({'1': '12'}, None)
    True
    """

    desk: Desk
    of: str

    @property
    def _token(self) -> str:
        return hashlib.sha256(f"{self.desk.actor.name}\n{self.of}".encode()).hexdigest()[:24]

    def read(self) -> Any:
        """What was kept last; None where nothing was, or nothing is left to be written."""
        found = self.desk.workspace.ledger.drafts.find(self.desk.actor.name, self._token)
        return found.told["cells"] if found else None

    def keep(self, cells: Any) -> None:
        """Keep what stands in the table now, as plain data; None lets it go."""
        office = self.desk.workspace
        if cells is None:
            office.ledger.drafts.drop(self.desk.actor.name, self._token)
            return
        told = StoredDraft(self._token, self.desk.actor.name, {"of": self.of, "cells": cells}, office.clock())
        if not office.ledger.drafts.keep(told):
            office.ledger.drafts.add(told)
