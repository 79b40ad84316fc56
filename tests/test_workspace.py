"""The use cases, with a real ledger in a temporary folder."""

import datetime as dt
import io

import pytest
import xlsxwriter

from coopkit.access import NOBODY, SECRETARY, Actor
from coopkit.cooperative import Cooperative, Person
from coopkit.errors import AccessDenied, CannotUndo, NotFound, WorkbookError
from coopkit.group import Group
from coopkit.ledger import Batch, Change
from coopkit.period import Period
from coopkit.registry import Registry
from coopkit.workspace import State, Workspace

NOON = dt.datetime(2024, 1, 5, 5, tzinfo=dt.UTC)
HEADINGS = ["Mã số thuế", "Tên đơn vị", "Loại hình", "Quận/huyện", "Xã/phường/thị trấn", "Ngày kết nạp"]
GOOD = ["0299000035", "Hợp tác xã Sao Khuê", "Hợp tác xã", "Huyện Vĩnh Bảo", "", dt.date(2023, 5, 4)]


def workbook(*rows, title="Hợp tác xã", headings=HEADINGS):
    """A district's workbook with one sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet(title)
        for number, row in enumerate([headings, *rows]):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    return out.getvalue()


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(), clock=lambda: NOON) as opened:
        yield opened


@pytest.fixture
def office(workspace):
    return workspace.as_(Actor.office("an"))


def test_a_new_ledger_has_the_map_and_the_kinds(office):
    """The first batch brings the shipped places and the event kinds; opening again adds nothing."""
    office.prepare()
    assert [batch.number for batch in office.batches()] == [1]
    assert office.snapshot().table("event_kind").num_rows == 13


def test_import_counts_and_is_idempotent(office):
    """A workbook's records become new, the figure follows; the same workbook again changes nothing."""
    seen = office.import_files({"vinh-bao.xlsx": workbook(GOOD)})
    assert seen.rejected == 0
    assert seen.count(State.NEW) == len(seen.rows) >= 2
    assert office.evaluate(Period.parse("2023")).cell("members.total").value.low == 1
    again = office.import_files({"vinh-bao.xlsx": workbook(GOOD)})
    assert again.count(State.UNCHANGED) == len(again.rows)
    assert again.receipts == ()
    assert len(office.batches()) == 2


def test_dry_run_writes_nothing(office):
    """A dry run tells what would be, and the journal stays as it was."""
    seen = office.import_files({"vinh-bao.xlsx": workbook(GOOD)}, dry_run=True)
    assert seen.count(State.NEW) >= 2
    assert len(office.batches()) == 1


def test_good_rows_are_kept_and_bad_ones_told(office):
    """A row with a wrong tax code is left out and told by its cell; the others are there."""
    bad = ["0299000036", *GOOD[1:]]
    bad[1] = "Hợp tác xã Bình Minh"
    seen = office.import_files({"vinh-bao.xlsx": workbook(GOOD, bad)})
    assert [(problem.sheet, problem.cell) for problem in seen.problems] == [("Hợp tác xã", "A3")]
    assert [one.name for one in office.snapshot().records(Cooperative)] == ["Hợp tác xã Sao Khuê"]


def test_what_is_no_workbook_is_refused(office):
    """Bytes that are no workbook raise, and nothing is written."""
    with pytest.raises(WorkbookError):
        office.import_files({"a.xlsx": b"not a workbook", "b.xlsx": workbook(GOOD)})
    assert len(office.batches()) == 1


def test_history_says_who_when_and_from_which_row(office):
    """A cooperative's history is found by tax code or name and names the file and row."""
    office.import_files({"vinh-bao.xlsx": workbook(GOOD)})
    for asked in ("0299000035", "hợp tác xã sao khuê"):
        (entry,) = office.history(asked)
        assert (entry.actor, entry.batch, entry.source) == ("an", 2, "vinh-bao.xlsx")
        assert "vinh-bao.xlsx" in entry.origin
    with pytest.raises(NotFound):
        office.history("không có")


def test_undo_takes_an_import_back(office):
    """Undoing an import's batch is a batch of its own; a second time it is refused."""
    office.import_files({"vinh-bao.xlsx": workbook(GOOD)})
    office.undo(2)
    assert office.snapshot().table("cooperative").num_rows == 0
    assert office.verify() == []
    with pytest.raises(CannotUndo):
        office.undo(2)


def test_a_person_is_erased_and_the_chain_holds(workspace, office):
    """After erasing, the person is gone from the register and the ledger still verifies."""
    person = Person(id="p1", name="Người mẫu 001")
    workspace.ledger.write(Batch("an", "thử", NOON, changes=(Change(person),)))
    office.erase("p1", reason="theo yêu cầu")
    assert office.snapshot().records(Person) == []
    assert office.history("p1")[0].after["name"] is None
    assert office.verify() == []


def test_a_persons_history_is_for_whom_personal_values_are_shown(workspace, office):
    """The secretary of the council does not look into what the journal holds of people; the office sees it masked."""
    workspace.ledger.write(Batch("an", "thử", NOON, changes=(Change(Person(id="p1", name="Người mẫu 001")),)))
    assert office.history("p1")[0].after["name"] == "Ng•••••••••01"
    secretary = workspace.as_(Actor("chi", SECRETARY))
    with pytest.raises(AccessDenied):
        secretary.history("p1")
    workspace.ledger.write(Batch("an", "thử", NOON, changes=(Change(Group(id="g", kind="club", name="OCOP")),)))
    assert secretary.history("g")[0].after["name"] == "OCOP"


def test_a_ratio_opens_to_its_numerator(office):
    """Opening a ratio shows the records of what it divides."""
    assert office.records("meetings.districts", Period.parse("2023")).figure == "meetings.districts_covered"
    with pytest.raises(NotFound, match=r"members\.total"):
        office.records("no.such", Period.parse("2023"))


def test_report_and_export(office):
    """A report carries the journal position and content it was made of; an exporter is found by key or extension."""
    report = office.report(Period.parse("2023"), date=dt.date(2023, 12, 31))
    assert report.manifest["position"] == 1
    assert report.manifest["content"] == office.snapshot().content_hash
    assert office.export(report, "csv").startswith(b"\xef\xbb\xbf")
    with pytest.raises(NotFound, match="xlsx"):
        office.export(report, "pdf")


def test_without_rights_nothing_is_seen_or_done(workspace):
    """Every door is the same door: an actor without rights is refused at each, with the reason."""
    nobody = workspace.as_(Actor("khach", NOBODY))
    doors = [
        nobody.snapshot,
        nobody.batches,
        nobody.verify,
        nobody.plugins,
        lambda: nobody.import_files({}),
        lambda: nobody.undo(1),
        lambda: nobody.erase("p", reason=""),
        lambda: nobody.history("x"),
        lambda: nobody.report(Period.parse("2023")),
        lambda: nobody.records("members.total", Period.parse("2023")),
    ]
    for door in doors:
        with pytest.raises(AccessDenied, match="khach"):
            door()


def test_progress_is_told_step_by_step(tmp_path):
    """Whoever imports may be told which file and sheet is read, how many rows it has, and what comes after."""
    told = []
    with Workspace.open(f"sqlite:///{tmp_path}/so.db") as workspace:
        office = workspace.as_(Actor.office("an"))
        files = {"a.xlsx": workbook(GOOD), "b.xlsx": workbook(GOOD)}
        office.import_files(files, progress=lambda done, total, step: told.append((done, total, step.vi)))
    assert told == [
        (0, 4, "a.xlsx"),
        (0, 4, "a.xlsx · Hợp tác xã · 2 dòng"),
        (1, 4, "b.xlsx"),
        (1, 4, "b.xlsx · Hợp tác xã · 2 dòng"),
        (2, 4, "Đối chiếu với sổ"),
        (2, 4, "Đối chiếu với sổ · Hợp tác xã · 1 dòng"),
        (2, 4, "Đối chiếu với sổ · Hợp tác xã · 1 dòng"),
        (3, 4, "Ghi vào sổ · 2 bản ghi"),
    ]


@pytest.mark.parametrize("last", range(8))
def test_an_import_is_stopped_at_any_step(tmp_path, last):
    """Whoever is told of a step may stop the import there: nothing of it is written."""
    with Workspace.open(f"sqlite:///{tmp_path}/so.db") as workspace:
        office = workspace.as_(Actor.office("an"))
        steps = iter(range(8))

        def stop(*_):
            if next(steps) == last:
                raise KeyboardInterrupt

        before = len(office.batches())
        with pytest.raises(KeyboardInterrupt):
            office.import_files({"a.xlsx": workbook(GOOD), "b.xlsx": workbook(GOOD)}, progress=stop)
        assert len(office.batches()) == before
        assert office.snapshot().table("cooperative").num_rows == 0
