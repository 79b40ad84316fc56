"""The ledger: batches go in whole or not at all, Snapshots come out, records keep their revisions."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledgers import CLUB, COOPERATIVE, PERSON, TIME, batch, by_hand, erase, undo
from tests.strategies import registers

from coopkit.cooperative import Membership
from coopkit.errors import CannotUndo, CoopkitError, LedgerError, NotFound, StaleBase
from coopkit.event import Participation
from coopkit.group import Group, GroupKind
from coopkit.ledger import Batch, Change, Ledger, Removal
from coopkit.record import record_type
from coopkit.seal import SealedRun
from coopkit.snapshot import RECORD_TYPES, TABLES, Snapshot

FORM, OTHER_FORM = "form-1", "form-2"
RENAMED = evolve(CLUB, name="Câu lạc bộ Làng nghề")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "so.db"


@pytest.fixture
def ledger(path: Path):
    with Ledger.open(f"sqlite:///{path}") as opened:
        yield opened


# ── In and out ──────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25)
@given(registers(20).filter(bool).flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_))), st.data())
def test_what_was_written_is_what_is_read(both, data):
    """Records → ledger → Snapshot holds the facts of the records, in one batch or several, in any order."""
    register, shuffled = both
    cut = data.draw(st.integers(0, len(shuffled)))
    with TemporaryDirectory() as folder, Ledger.open(f"sqlite:///{folder}/so.db") as ledger:
        ledger.write(*(batch(*part) for part in (shuffled[:cut], shuffled[cut:]) if part))
        snapshot = ledger.snapshot()
        assert snapshot.content_hash == Snapshot.of(register).content_hash
        for declared in RECORD_TYPES:
            cls: type[Any] = declared.cls
            mine = {item.id: item for item in register if type(item) is cls}
            read = snapshot.records(cls)
            assert {item.id: item for item in read} == mine
            assert all(ledger.get(cls, record) == (item, 1) for record, item in mine.items())
        assert snapshot.tables["event"].schema == Snapshot.of([]).tables["event"].schema
        assert ledger.verify() == []


def test_a_receipt_counts_what_was_done(ledger):
    """Number, chain link, and how many records were added, changed and removed."""
    first, second = ledger.write(
        batch(CLUB, COOPERATIVE), batch(Change(RENAMED, base=1), Removal("cooperative", "c", 1), PERSON)
    )
    assert (first.number, first.inserted, first.updated, first.deleted) == (1, 2, 0, 0)
    assert (second.number, second.inserted, second.updated, second.deleted) == (2, 1, 1, 1)
    assert first.hash != second.hash
    assert ledger.get(Group, "g") == (RENAMED, 2)
    assert ledger.snapshot().records(type(COOPERATIVE)) == []
    assert ledger.verify() == []


def test_batches_say_who_why_when_and_whence(ledger):
    """The list of batches tells what each was, oldest first, also how many records it touched."""
    ledger.write(batch(CLUB, COOPERATIVE, reason="đăng ký mới"))
    undo(ledger, 1)
    told = [(b.number, b.actor, b.reason, b.source, b.time, b.undoes, b.records) for b in ledger.batches()]
    assert told == [
        (1, "van-phong", "đăng ký mới", "an-lao.xlsx", "2024-01-05T08:00:00+00:00", None, 2),
        (2, "van-phong", "nhập nhầm", "an-lao.xlsx", "2024-01-05T08:00:00+00:00", 1, 2),
    ]


def test_a_large_batch_is_one_batch(ledger):
    """More changes than are handled at a time are still one batch, with its lines in order, and verify."""
    turns = [Participation(f"p{n}", "e", f"c{n}") for n in range(12_001)]
    (receipt,) = ledger.write(batch(*turns))
    assert (receipt.inserted, ledger.batches()[0].records) == (12_001, 12_001)
    assert ledger.verify() == []
    undo(ledger, 1)
    assert ledger.snapshot().content_hash == Snapshot.of([]).content_hash
    assert ledger.verify() == []


# ── All or nothing ──────────────────────────────────────────────────────────────────────────────────────────────────


def refused(ledger: Ledger, error: type[Exception], said: str, *batches: Batch) -> None:
    """The write is refused, and the ledger is as it was."""
    before, numbers = ledger.snapshot().content_hash, ledger.batches()
    with pytest.raises(error, match=said):
        ledger.write(*batches)
    assert (ledger.snapshot().content_hash, ledger.batches()) == (before, numbers)
    assert ledger.verify() == []


def test_a_stale_base_is_refused_with_both_versions(ledger):
    """Who started from an old version is shown it and the one that stands there now; nothing is written."""
    ledger.write(batch(CLUB), batch(Change(RENAMED, base=1)))
    late = batch(COOPERATIVE, Change(evolve(CLUB, decision="12/QĐ"), base=1))
    refused(ledger, StaleBase, "OCOP.*Làng nghề", late)
    with pytest.raises(StaleBase) as caught:
        ledger.write(late)
    stale = caught.value
    assert (stale.table, stale.record_id, stale.base, stale.current) == ("group", "g", 1, 2)
    assert stale.yours is not None
    assert stale.theirs is not None
    assert (stale.yours["decision"], stale.theirs["name"]) == ("12/QĐ", RENAMED.name)


def test_new_means_new(ledger):
    """A record that is there is no new one, one that is not there cannot be changed or removed."""
    ledger.write(batch(CLUB))
    refused(ledger, StaleBase, "None → 1", batch(RENAMED))
    refused(ledger, StaleBase, "1 → None", batch(Change(COOPERATIVE, base=1)))
    refused(ledger, StaleBase, "3 → None", batch(Removal("cooperative", "c", 3)))


def test_a_record_that_comes_back_counts_on(ledger):
    """A writer who read the record before it was removed and made anew is stale."""
    ledger.write(batch(CLUB), batch(Removal("group", "g", 1)), batch(RENAMED))
    assert ledger.get(Group, "g") == (RENAMED, 3)
    refused(ledger, StaleBase, "1 → 3", batch(Change(CLUB, base=1)))


def test_several_batches_are_all_or_nothing(ledger):
    """When the last of several batches is stale, the first is not written either."""
    ledger.write(batch(CLUB))
    refused(ledger, StaleBase, "7 → 1", batch(COOPERATIVE), batch(PERSON), batch(Change(RENAMED, base=7)))


def test_a_token_writes_once(ledger):
    """A form handed in again, from wherever, gives the receipt of the first time, and the ledger stays as it was."""
    [first] = ledger.write(evolve(batch(CLUB, COOPERATIVE), token=FORM))
    again = ledger.write(
        evolve(batch(Change(RENAMED, base=1)), token=FORM), evolve(batch(CLUB, COOPERATIVE), token=FORM)
    )
    assert not first.again
    assert again == [evolve(first, again=True)] * 2
    [other] = ledger.write(evolve(batch(Change(RENAMED, base=1)), token=OTHER_FORM))
    assert (other.number, other.updated, other.again) == (2, 1, False)
    assert (len(ledger.batches()), ledger.verify()) == (2, [])


def test_a_token_of_a_batch_that_was_refused_may_be_used(ledger):
    """What was refused wrote nothing, so the form may be mended and handed in again."""
    ledger.write(batch(CLUB))
    with pytest.raises(StaleBase):
        ledger.write(evolve(batch(Change(RENAMED, base=7)), token=FORM))
    assert not ledger.write(evolve(batch(Change(RENAMED, base=1)), token=FORM))[0].again


def test_a_later_batch_may_build_on_an_earlier_one(ledger):
    """Batches of one write see each other, in order."""
    ledger.write(batch(CLUB), batch(Change(RENAMED, base=1)), batch(Removal("group", "g", 2)))
    assert ledger.snapshot().table("group").num_rows == 0
    assert len(ledger.history("group", "g")) == 3


def test_what_makes_no_sense_is_refused(ledger):
    """An empty batch, a record changed twice, a table that is none, a thing that is no record, a value that fits no
    column: each is said clearly, and nothing is written.
    """
    refused(ledger, LedgerError, "there is nothing to write", batch(COOPERATIVE), batch())
    refused(ledger, LedgerError, "once only", batch(CLUB, RENAMED))
    refused(ledger, NotFound, "'clubs'", batch(Removal("clubs", "g", 1)))
    refused(ledger, CoopkitError, "@record", batch(COOPERATIVE, Change(object())))
    refused(ledger, CoopkitError, "name: thiếu", batch(COOPERATIVE, evolve(CLUB, name=cast("str", None))))


# ── Snapshots ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unchanged_ledger_gives_the_same_snapshot(ledger):
    """While nothing changed, asking again costs nothing: it is the same object, at the position of the last batch."""
    assert ledger.snapshot().position == 0
    ledger.write(batch(CLUB))
    first = ledger.snapshot()
    assert ledger.snapshot() is first
    assert first.position == 1


def test_only_changed_tables_are_read_again(ledger):
    """A batch on one table leaves the other tables of the last Snapshot in use, and the old Snapshot as it was."""
    ledger.write(batch(CLUB, COOPERATIVE))
    before = ledger.snapshot()
    ledger.write(batch(Change(RENAMED, base=1)))
    after = ledger.snapshot()
    assert {name for name in TABLES if after.tables[name] is not before.tables[name]} == {"group"}
    assert (before.records(Group), after.records(Group)) == ([CLUB], [RENAMED])


def test_threads_share_a_ledger(ledger):
    """Several threads may read and write through one ledger at the same time, as a server's do."""

    def work(number):
        ledger.write(batch(Group(f"g{number}", GroupKind.CLUB, f"Câu lạc bộ {number}")))
        return ledger.snapshot().table("group").num_rows

    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(work, range(16))) == 16
    assert ledger.snapshot().table("group").num_rows == 16
    assert ledger.verify() == []


# ── One record ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_history_tells_every_version(ledger):
    """Who, why, when, from which file and row; before and after, with the empty cells."""
    ledger.write(batch(Change(CLUB, origin="an-lao.xlsx · Câu lạc bộ · dòng 7")), batch(Change(RENAMED, base=1)))
    ledger.write(batch(Removal("group", "g", 2)))
    history = ledger.history("group", "g")
    assert [(e.batch, e.revision, e.action) for e in history] == [(1, 1, "insert"), (2, 2, "update"), (3, 3, "delete")]
    assert (history[0].origin, history[0].reason) == ("an-lao.xlsx · Câu lạc bộ · dòng 7", "nhập")
    assert history[0].before is None
    assert history[1].before == history[0].after
    assert history[1].after is not None
    assert (history[1].after["name"], history[1].after["decision"]) == (RENAMED.name, None)
    assert history[2].after is None
    assert ledger.history("group", "nobody") == []


def test_history_of_a_person_shows_their_values(ledger):
    """While a person is kept, their history reads in clear."""
    ledger.write(batch(PERSON), batch(Change(evolve(PERSON, phone=None), base=1)))
    first, second = ledger.history("person", "p")
    assert first.after == {"id": "p", "name": PERSON.name, "phone": PERSON.phone, "email": PERSON.email}
    assert second.after is not None
    assert second.after["phone"] is None


def test_revisions_are_told_for_those_that_are_there(ledger):
    """The bases of the next changes, in bulk; what is not there is left out."""
    ledger.write(batch(CLUB), batch(Change(RENAMED, base=1)))
    wanted = ["g", *(f"other-{n}" for n in range(1200))]
    assert ledger.revisions("group", wanted) == {"g": 2}
    with pytest.raises(NotFound, match="'clubs'"):
        ledger.revisions("clubs", ["g"])


def test_an_unknown_record_is_named(ledger):
    """Asking for a record that is not there says which kind and id was asked for."""
    with pytest.raises(NotFound, match="nhóm mã 'x'"):
        ledger.get(Group, "x")


def test_days_before_the_year_1000_come_back(ledger):
    """The first day of our calendar, often "since ever", is kept as it is."""
    old = evolve(CLUB, founded=dt.date(1, 1, 1))
    ledger.write(batch(old))
    ledger.write(batch(Change(evolve(old, founded=dt.date(999, 12, 31)), base=1)))
    assert ledger.get(Group, "g")[0].founded == dt.date(999, 12, 31)
    assert ledger.verify() == []


# ── Undo ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _references(item):
    """The records, by table and id, that a record refers to."""
    return {(own.refers, getattr(item, own.key)) for own in record_type(type(item)).fields if own.refers}


@settings(max_examples=20)
@given(registers(10).filter(bool), st.data())
def test_an_undone_batch_leaves_what_was_before(register, data):
    """A batch of new, changed and removed records, taken back, leaves the very facts that were there before it.

    One that brought what a record before it refers to is refused. A seal is for good, so none is among them.
    """
    register = [one for one in register if not isinstance(one, SealedRun)]
    kept = data.draw(st.integers(0, len(register)))
    with TemporaryDirectory() as folder, Ledger.open(f"sqlite:///{folder}/so.db") as ledger:
        if register[:kept]:
            ledger.write(batch(*register[:kept]))
        before = ledger.snapshot()
        removed = data.draw(st.sets(st.integers(0, kept - 1))) if kept else set()
        ledger.write(
            batch(
                Group("one of its own", GroupKind.UNION, "Liên hiệp"),
                *(Removal(record_type(type(item)).table, item.id, 1) for item in map(register.__getitem__, removed)),
                *register[kept:],
            )
        )
        staying = [item for at, item in enumerate(register[:kept]) if at not in removed]
        brought = {(record_type(type(item)).table, item.id) for item in register[kept:]}
        position, written = ledger.snapshot().position, ledger.snapshot().content_hash
        if any(_references(item) & brought for item in staying):
            with pytest.raises(CannotUndo):
                undo(ledger, position)
            assert ledger.snapshot().content_hash == written
        else:
            undo(ledger, position)
            assert ledger.snapshot().content_hash == before.content_hash
        assert ledger.verify() == []


def test_undo_takes_back_each_kind_of_change(ledger):
    """What was added goes, what was changed turns back, what was removed returns."""
    ledger.write(batch(CLUB, COOPERATIVE))
    ledger.write(batch(Change(RENAMED, base=1), Removal("cooperative", "c", 1), PERSON))
    undo(ledger, 2)
    assert ledger.get(Group, "g") == (CLUB, 3)
    assert ledger.get(type(COOPERATIVE), "c") == (COOPERATIVE, 3)
    assert ledger.snapshot().table("person").num_rows == 0
    assert [entry.origin for entry in ledger.history("group", "g")][-1] == "hoàn tác lô 2"


def test_undo_is_refused_where_a_later_batch_stands_in_the_way(ledger):
    """The message names the record and the batch to undo first; after that, undoing goes on, newest first."""
    ledger.write(batch(CLUB, COOPERATIVE), batch(Change(RENAMED, base=1)))
    with pytest.raises(CannotUndo, match=r"group 'g'.*batch 2: undo that one first"):
        undo(ledger, 1)
    undo(ledger, 2)
    undo(ledger, 1)
    assert ledger.snapshot().content_hash == Snapshot.of([]).content_hash


def test_undo_is_refused_where_other_records_refer_to_what_would_go(ledger):
    """A turn is not left without its cooperative; undone newest first, all of it goes."""
    ledger.write(batch(COOPERATIVE), batch(Membership("m", "c", dt.date(2020, 1, 1))))
    with pytest.raises(CannotUndo, match=r"1 bản ghi «thành viên liên minh».*batch 2 first"):
        undo(ledger, 1)
    undo(ledger, 2)
    undo(ledger, 1)
    assert ledger.snapshot().content_hash == Snapshot.of([]).content_hash


def test_undo_sees_a_record_that_was_made_anew(ledger):
    """A record removed and made anew by later batches is not the one that the first batch made."""
    ledger.write(batch(CLUB), batch(Removal("group", "g", 1)), batch(RENAMED))
    with pytest.raises(CannotUndo, match="batch 3"):
        undo(ledger, 1)
    with pytest.raises(CannotUndo, match="batch 3"):
        undo(ledger, 2)


def test_an_undo_can_be_undone_once(ledger):
    """Undoing the undo brings the change back, and then it stands in the way again; no batch is undone twice."""
    ledger.write(batch(CLUB), batch(Change(RENAMED, base=1)))
    undo(ledger, 2)
    undo(ledger, 3)
    assert ledger.get(Group, "g") == (RENAMED, 4)
    with pytest.raises(CannotUndo, match="already undone by 3"):
        undo(ledger, 2)
    with pytest.raises(CannotUndo, match="batch 2"):
        undo(ledger, 1)
    undo(ledger, 4)
    undo(ledger, 1)
    assert ledger.verify() == []


def test_undo_of_nothing_is_said(ledger):
    """A number that is no batch is named."""
    with pytest.raises(NotFound, match="7"):
        undo(ledger, 7)


def test_undo_does_not_bring_erased_data_back(ledger):
    """A change that would need an erased person's data cannot be taken back, and nothing is written."""
    ledger.write(batch(PERSON, CLUB), batch(Change(evolve(PERSON, phone=None), base=1)))
    erase(ledger, "p")
    with pytest.raises(CannotUndo, match="erased"):
        undo(ledger, 3)
    assert len(ledger.batches()) == 3


def test_a_reader_by_hand_is_not_shut_out(ledger, path):
    """The file is a plain SQLite file: any tool reads the current records."""
    ledger.write(batch(CLUB))
    with by_hand(path) as connection:
        assert connection.execute('SELECT name, founded, revision FROM "group"').fetchall() == [
            (CLUB.name, "2023-05-01", 1)
        ]
    assert TIME.isoformat() == ledger.batches()[0].time
