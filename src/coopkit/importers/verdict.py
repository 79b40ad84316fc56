"""`RecordCheck`: a rule of a plugin's own that a record must hold before it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from coopkit.snapshot import Snapshot
from coopkit.text import Label


@frozen
class RecordCheck:
    """A rule for the records of one table: its key, its label, and the function that says what is wrong, or None.

    The function takes the record and the part of the register that the plugin may see. What it says keeps the record
    from being written; so does its failing (nobody can say then that the rule holds).

    >>> rule = RecordCheck("vinhbao.sao", Label("Sao OCOP", "OCOP stars"), "event", lambda event, register: None)
    >>> rule.table
    'event'
    """

    key: str
    label: Label
    table: str
    check: Callable[[Any, Snapshot], Label | None]
    plugin: str = ""
