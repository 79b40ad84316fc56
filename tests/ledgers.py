"""What the ledger's tests share: a time, a few records, batches of them, and a file to look into."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coopkit.cooperative import Cooperative, CooperativeKind, Person
from coopkit.group import Group, GroupKind
from coopkit.ledger import Batch, Change, Ledger, Removal

TIME = dt.datetime(2024, 1, 5, 8, tzinfo=dt.UTC)
CLUB = Group(id="g", kind=GroupKind.CLUB, name="Câu lạc bộ OCOP", founded=dt.date(2023, 5, 1))
COOPERATIVE = Cooperative(id="c", name="HTX An Bình", kind=CooperativeKind.COOPERATIVE, charter_capital=500_000_000)
PERSON = Person(id="p", name="Nguyễn Thị Không Có Thật", phone="0900000001", email="khong.co.that@example.org")


def batch(*changes: Any, reason: str = "nhập") -> Batch:
    """A batch of changes; a bare record is a new one."""
    made = (item if isinstance(item, Change | Removal) else Change(item) for item in changes)
    return Batch("van-phong", reason, TIME, "an-lao.xlsx", tuple(made))


def undo(ledger: Ledger, number: int) -> None:
    """Take a batch back."""
    ledger.undo(number, actor="van-phong", reason="nhập nhầm", time=TIME)


def erase(ledger: Ledger, person: str) -> None:
    """Erase a person."""
    ledger.erase(person, actor="van-phong", reason="theo yêu cầu", time=TIME)


@contextmanager
def by_hand(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as any SQLite program sees it; what is changed there is committed."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()
