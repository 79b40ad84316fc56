"""The journal at an actor's desk: found, told without what the reader may not see, and a batch taken back once."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from tests.ledgers import CLUB, COOPERATIVE, PERSON

from coopkit.access import NOBODY, OFFICE, SECRETARY, Action, Actor, Role
from coopkit.cooperative import Contact, Membership
from coopkit.errors import AccessDenied, BadText, CannotUndo, NotFound
from coopkit.ledger import Batch, Change, Removal
from coopkit.registry import Registry
from coopkit.text import Label
from coopkit.workspace import Workspace
from coopkit.workspace.journal import EVERYTHING, Asked, Deed, TakenBack, Trail

NOON = dt.datetime(2024, 3, 1, 5, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
GROUP = evolve(CLUB, id="g-7f3")
UNIT = evolve(COOPERATIVE, tax_code="0200000001")
WHO = evolve(PERSON, id="p-7f3")
MEMBER = Membership("m", "c", dt.date(2020, 1, 1))
READER = Role("reader", Label("Người xem", "Reader"), frozenset({Action.VIEW, Action.HISTORY}))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Batch 1 is the shipped map; 2 to 5 are somebody's."""
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(), clock=lambda: NOON) as opened:
        phone = evolve(WHO, phone="0900009901")
        opened.ledger.write(
            Batch("an", "Nhập", NOON - 3 * DAY, "a.xlsx", (Change(UNIT), Change(MEMBER), Change(GROUP))),
            Batch(
                "an", "=Liên hệ", NOON - 2 * DAY, "", (Change(WHO), Change(Contact("k-7f3", "c", WHO.id, "director")))
            ),
            Batch("binh", "Đổi số", NOON - DAY, "", (Change(phone, 1),)),
            Batch(
                "binh", "Giải thể", NOON, "", (Removal("group", GROUP.id, 1), Change(evolve(UNIT, name="HTX Mới"), 1))
            ),
        )
        yield opened


@pytest.fixture
def trail(workspace: Workspace) -> Trail:
    return Trail(workspace.as_(Actor.office("an")))


def numbers(trail: Trail, asked: Asked = EVERYTHING) -> list[int]:
    return [one.number for one in trail.find(asked).batches]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(actor="binh"), [5, 4]),
        (Asked(since=dt.date(2024, 2, 28), until=dt.date(2024, 2, 28)), [3]),
        (Asked(until=dt.date(2024, 2, 27)), [2]),
        (Asked(table="membership"), [2]),
        (Asked(record="HTX moi"), [5, 3, 2]),
        (Asked(record="0200000001"), [5, 3, 2]),
        (Asked(record="g-7f3"), [5, 2]),
        (Asked(record="k-7f3"), [3]),
        (Asked(record=WHO.id), [4, 3]),
        (Asked(record="không có gì tên thế"), []),
        (Asked(record="Nguyễn Thị Không"), []),
    ],
)
def test_what_is_asked_for_is_found(trail, asked, found):
    """Days are Vietnam's; a record by its id, also one that is gone; a unit with what is recorded of it."""
    assert numbers(trail, asked) == found


def test_a_day_begins_at_midnight_in_vietnam(workspace, trail):
    """17:00 in Greenwich is the next day."""
    late = dt.datetime(2024, 3, 5, 17, 0, tzinfo=dt.UTC)
    workspace.ledger.write(Batch("an", "muộn", late, changes=(Change(evolve(CLUB, id="h")),)))
    assert numbers(trail, Asked(since=dt.date(2024, 3, 6))) == [6]
    assert numbers(trail, Asked(since=dt.date(2024, 3, 5), until=dt.date(2024, 3, 5))) == []


def test_days_the_wrong_way_round_are_told(trail):
    """Nothing could be found; the reader is told why."""
    with pytest.raises(BadText, match="02/03/2024"):
        trail.find(Asked(since=dt.date(2024, 3, 2), until=dt.date(2024, 3, 1)))


def test_pages(trail):
    """A page past the end is the last one; nothing found is one empty page."""
    second = trail.find(page=2, size=2)
    assert ([one.number for one in second.batches], second.total, second.pages) == ([3, 2], 5, 3)
    assert (trail.find(page=9, size=2).page, trail.find(page=0, size=2).page) == (3, 1)
    empty = trail.find(Asked(actor="dung"))
    assert (empty.total, empty.page, empty.pages, empty.batches) == (0, 1, 1, ())


def test_a_line_is_told_for_people(trail):
    """By name, also what is gone; what was done; the fields before and after; the unit it is about."""
    gone, renamed = trail.lines(5)
    assert (gone.title, gone.deed, gone.unit) == ("Câu lạc bộ OCOP", Deed.DELETE, "")
    assert (renamed.title, renamed.deed, renamed.unit) == ("HTX Mới", Deed.UPDATE, "c")
    assert [(one.before, one.after) for one in renamed.changed] == [("HTX An Bình", "HTX Mới")]
    assert [(one.kind.vi, one.unit) for one in trail.lines(2)][:2] == [
        ("Hợp tác xã", "c"),
        ("Thành viên Liên minh", "c"),
    ]
    assert trail.lines(5, page=2) == []


def test_the_versions_of_a_record(trail):
    """The latest first; none of a record that never was."""
    assert [(one.entry.batch, one.deed) for one in trail.versions("group", GROUP.id)] == [
        (5, Deed.DELETE),
        (2, Deed.INSERT),
    ]
    assert trail.versions("group", "x") == []


def test_personal_values_are_masked(trail):
    """Neither a line nor what hangs on it has a telephone number; that one changed is told, though both look alike."""
    told = str([trail.lines(3), trail.lines(4), trail.versions("person", WHO.id)])
    assert PERSON.phone not in told
    assert PERSON.name not in told
    assert "••••" in told
    [line] = trail.lines(4)
    assert not line.withheld
    assert [(one.label.vi, one.before == one.after) for one in line.changed] == [("Điện thoại", True)]


@pytest.mark.parametrize("role", [SECRETARY, READER])
def test_who_may_not_see_people_sees_that_they_changed(workspace, role):
    """The line is counted and its kind is told; who it is, and what it says, is not, and an id finds nothing."""
    trail = Trail(workspace.as_(Actor("cuc", role)))
    person, contact = trail.lines(3)
    assert (person.kind.vi, person.withheld, person.title, person.entry.record, person.changed) == (
        "Người",
        True,
        "",
        "",
        (),
    )
    assert not contact.withheld
    assert numbers(trail, Asked(record=WHO.id)) == []


@pytest.mark.parametrize("role", [NOBODY, Role("viewer", Label("Xem", "Viewer"), frozenset({Action.VIEW}))])
@pytest.mark.parametrize(
    "look",
    [
        lambda trail: trail.find(),
        lambda trail: trail.actors(),
        lambda trail: trail.batch(1),
        lambda trail: trail.lines(1),
        lambda trail: trail.versions("group", GROUP.id),
        lambda trail: trail.csv(),
        lambda trail: trail.taken_back(2),
        lambda trail: trail.undo(2, "thử"),
    ],
)
def test_who_may_not_look_sees_nothing(workspace, role, look):
    """Every method asks first."""
    with pytest.raises(AccessDenied):
        look(Trail(workspace.as_(Actor("khach", role))))


def test_who_may_look_may_not_undo(workspace):
    """Looking into the journal, taking back and taking home are three rights."""
    trail = Trail(workspace.as_(Actor("cuc", READER)))
    assert not trail.may_undo
    for act in (lambda: trail.undo(2, "thử"), lambda: trail.taken_back(2), trail.csv):
        with pytest.raises(AccessDenied):
            act()
    assert len(workspace.ledger.batches()) == 5


def test_a_batch_is_taken_back_once(trail):
    """What would happen is told before; then it happens, with its reason; a second time is refused with why."""
    assert trail.may_undo
    assert trail.taken_back(5) == TakenBack(removed=0, changed=1, restored=1)
    receipt = trail.undo(5, "  Nhầm đơn vị ")
    done = trail.batch(receipt.number)
    assert (done.undoes, done.reason, done.actor, trail.batch(5).undone_by) == (5, "Nhầm đơn vị", "an", 6)
    for again in (lambda: trail.undo(5, "lại"), lambda: trail.taken_back(5)):
        with pytest.raises(CannotUndo, match="đã được hoàn tác bởi lô 6"):
            again()
    with pytest.raises(NotFound, match="99"):
        trail.batch(99)


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_no_undo_without_a_reason(trail, reason):
    """Nothing is written."""
    with pytest.raises(BadText, match="vì sao"):
        trail.undo(5, reason)
    assert trail.find().total == 5


def test_the_list_as_a_file(trail):
    """All that was found, not one page; times are Vietnam's; a text that looks like a formula stays text."""
    rows = list(csv.reader(io.StringIO(trail.csv(Asked(actor="an")).decode("utf-8-sig"))))
    assert rows[0][:4] == ["Lô", "Thời gian", "Ai", "Lý do"]
    assert [row[:4] for row in rows[1:]] == [
        ["3", "28/02/2024 12:00", "an", "'=Liên hệ"],
        ["2", "27/02/2024 12:00", "an", "Nhập"],
    ]
    assert trail.csv(lang="en").decode("utf-8-sig").startswith("Batch,Time,Who")


def test_office_sees_every_kind(workspace):
    """Whatever a kind needs, the office has."""
    trail = Trail(workspace.as_(Actor("an", OFFICE)))
    assert not any(line.withheld for batch in trail.find().batches for line in trail.lines(batch.number))
    assert trail.kinds()["cooperative"] == "Hợp tác xã"
