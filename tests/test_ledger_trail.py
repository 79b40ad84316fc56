"""The journal looked through in SQL: what a filter finds, what a page holds, and what is told of each batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledgers import CLUB, COOPERATIVE, PERSON, TIME, erase, undo

from coopkit.errors import CannotUndo, NotFound
from coopkit.group import Group, GroupKind
from coopkit.ledger import Batch, Change, Ledger, Removal
from coopkit.ledger.trail import EVERYTHING, Wanted, find

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Six batches, an hour apart: the fifth takes the fourth back."""
    with Ledger.open(f"sqlite:///{tmp_path}/so.db") as opened:
        new = Change(CLUB), Change(COOPERATIVE)
        opened.write(
            Batch("an", "Nhập danh sách", TIME, "An-Lão.xlsx", new),
            Batch("binh", "Đổi tên câu lạc bộ", TIME + HOUR, "", (Change(evolve(CLUB, name="Làng nghề"), 1),)),
            Batch("an", "Thêm người liên hệ", TIME + 2 * HOUR, "Kiến Thuỵ.xlsx", (Change(PERSON),)),
            Batch("binh", "Giải thể", TIME + 3 * HOUR, "", (Removal("group", "g", 2),)),
        )
        opened.undo(4, actor="an", reason="Xóa nhầm", time=TIME + 4 * HOUR)
        moved = dt.datetime(2024, 1, 5, 20, tzinfo=dt.timezone(dt.timedelta(hours=7)))
        change = Change(evolve(COOPERATIVE, charter_capital=1), 1)
        opened.write(Batch("cúc", "Sửa vốn 100%_đúng", moved, "", (change, Change(evolve(CLUB, id="h")))))
        yield opened


def numbers(ledger: Ledger, wanted: Wanted) -> list[int]:
    total, found = ledger.trail(wanted)
    assert total == len(found)
    return [one.number for one in found]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EVERYTHING, [6, 5, 4, 3, 2, 1]),
        (Wanted(number=3), [3]),
        (Wanted(number=7), []),
        (Wanted(actor="an"), [5, 3, 1]),
        (Wanted(actor="a"), []),
        (Wanted(since=TIME + HOUR, before=TIME + 3 * HOUR), [3, 2]),
        (Wanted(since=TIME + 5 * HOUR), [6]),
        (Wanted(table="group"), [6, 5, 4, 2, 1]),
        (Wanted(table="person"), [3]),
        (Wanted(table="event"), []),
        (Wanted(source="an lao"), [1]),
        (Wanted(source="KIEN THUY"), [3]),
        (Wanted(reason="xoa"), [5]),
        (Wanted(reason="lạc Đổi"), [2]),
        (Wanted(reason="100%"), [6]),
        (Wanted(reason="' OR 1=1"), []),
        (Wanted(records=()), []),
        (Wanted(records=(("group", "g"),)), [5, 4, 2, 1]),
        (Wanted(records=(("group", "c"),)), []),
        (Wanted(records=(("group", "h"), ("person", "p"))), [6, 3]),
        (Wanted(actor="an", table="group", reason="nhap"), [1]),
    ],
)
def test_what_a_filter_finds(ledger, wanted, found):
    """Each condition alone and together, texts with and without marks, moments whatever their offset."""
    assert numbers(ledger, wanted) == found


def test_what_is_told_of_a_batch(ledger):
    """How many records it added, changed and removed, what it took back and what took it back."""
    by_number = {one.number: one for one in ledger.trail()[1]}
    counts = {number: (one.inserted, one.updated, one.deleted) for number, one in by_number.items()}
    assert counts == {1: (2, 0, 0), 2: (0, 1, 0), 3: (1, 0, 0), 4: (0, 0, 1), 5: (1, 0, 0), 6: (1, 1, 0)}
    assert [(one.undoes, one.undone_by) for one in by_number.values()] == [
        (None, None),
        (4, None),
        (None, 5),
        (None, None),
        (None, None),
        (None, None),
    ]
    assert (by_number[1].source, by_number[1].reason) == ("An-Lão.xlsx", "Nhập danh sách")
    assert ledger.actors() == ["an", "binh", "cúc"]


@pytest.mark.parametrize(("first", "size", "found"), [(0, 2, [6, 5]), (4, 4, [2, 1]), (6, 4, []), (5, 1, [1])])
def test_a_page_holds_its_part_of_all(ledger, first, size, found):
    """The total is that of all pages."""
    total, shown = ledger.trail(first=first, size=size)
    assert (total, [one.number for one in shown]) == (6, found)


def test_the_lines_of_a_batch(ledger):
    """In the order they were written, page by page; a record's other versions are no part of it."""
    assert [(one.record, one.action) for one in ledger.lines(6)] == [("c", "update"), ("h", "insert")]
    [second] = ledger.lines(6, first=1, size=1)
    assert (second.record, second.before, second.actor) == ("h", None, "cúc")
    [renamed] = ledger.lines(2)
    assert (renamed.before["name"], renamed.after["name"]) == ("Câu lạc bộ OCOP", "Làng nghề")
    assert ledger.lines(7) == []


def test_an_erased_person_stays_erased(ledger):
    """The line is there, the personal values are not."""
    erase(ledger, "p")
    [line] = ledger.lines(3)
    assert (line.record, line.after["name"], line.after["phone"]) == ("p", None, None)


def test_an_undo_is_known_before_it_is_written(ledger):
    """The inverse says what would be written and writes nothing; what cannot be undone says why."""
    [change] = ledger.inverse(3).changes
    assert (change.table, change.record_id) == ("person", "p")
    assert ledger.trail()[0] == 6
    with pytest.raises(CannotUndo, match="bởi lô 5"):
        ledger.inverse(4)
    with pytest.raises(CannotUndo, match="ở lô 6"):
        ledger.inverse(1)
    with pytest.raises(NotFound, match="9"):
        ledger.inverse(9)


def test_a_batch_undone_is_told_on_any_page(ledger):
    """What took it back may stand on another page."""
    undo(ledger, 3)
    _, [shown] = ledger.trail(first=4, size=1)
    assert (shown.number, shown.undone_by) == (3, 7)


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["an", "binh", "cuc"]), min_size=1, max_size=12), st.integers(1, 5))
def test_pages_together_hold_all_once(writers, size):
    """Whoever is asked for, and whatever a page holds: every batch stands on one page, the newest first."""
    with TemporaryDirectory() as folder, Ledger.open(f"sqlite:///{folder}/so.db") as ledger:
        for at, actor in enumerate(writers):
            ledger.write(Batch(actor, "", TIME, changes=(Change(Group(f"g{at}", GroupKind.CLUB, "Nhóm")),)))
        for actor in ("", *writers):
            wanted = Wanted(actor=actor)
            total, _ = ledger.trail(wanted, size=size)
            pages = [ledger.trail(wanted, first, size)[1] for first in range(0, total, size)]
            expected = [at for at, name in enumerate(writers, 1) if actor in {"", name}][::-1]
            assert [one.number for page in pages for one in page] == expected


def test_an_import_of_any_size_is_not_walked_through(ledger):
    """How many a batch added follows from its last line; what it changed and removed stands in an index of its own."""
    asked, engine = [], sa.create_engine(f"sqlite:///{ledger.file}")

    def note(_connection, _cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    with engine.connect() as connection:
        sa.event.listen(connection, "before_cursor_execute", note)
        assert sum(one.records for one in find(connection, EVERYTHING, 0, 50)[1]) == 8
        [counting] = [one for one in asked if "count(*) AS count_1 \nFROM journal" in one[0]]
        [plan] = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + counting[0], counting[1]).all()
    engine.dispose()
    assert "ix_journal_changed" in plan.detail
