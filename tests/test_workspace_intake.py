"""Files on their way into the register: looked at, then just that is written, once; handed back with their faults."""

from __future__ import annotations

import io

import openpyxl
import pytest
from tests.papers import AN_BINH, HTX, A, B, workbook

from coopkit.access import Actor
from coopkit.cooperative import Cooperative
from coopkit.errors import CoopkitError, WorkbookError
from coopkit.importers import OLD_FONT
from coopkit.workspace import State, Workspace
from coopkit.workspace import intake as room
from coopkit.workspace.intake import Intake

CAPITAL = (*HTX, "Vốn điều lệ (triệu đồng)")


@pytest.fixture
def office(tmp_path):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db") as workspace:
        yield workspace.as_(Actor.office("an"))


@pytest.fixture
def intake(office):
    return Intake(office)


def paper(*rows, header=HTX):
    return {"a.xlsx": workbook(Hợp_tác_xã=[header, *rows])}


def names(office):
    return sorted(one.name for one in office.snapshot().records(Cooperative))


def test_what_was_looked_at_is_written_once(office, intake):
    """Looking writes nothing; handed in three times with one token there is one batch a file, and its receipt."""
    look = intake.look({**paper(A), "b.xlsx": workbook(Hợp_tác_xã=[HTX, B])})
    assert names(office) == []
    written = [intake.write(look, "t", reason="nhập tháng 1") for _ in range(3)]
    assert names(office) == ["HTX An Bình", "HTX Sao Mai"]
    assert [(one.reason, one.source) for one in office.batches()[1:]] == [
        ("nhập tháng 1", "a.xlsx"),
        ("nhập tháng 1", "b.xlsx"),
    ]
    numbers = [{file: one.number for file, one in done.batches.items()} for done in written]
    assert numbers == [{"a.xlsx": 2, "b.xlsx": 3}] * 3
    assert written[0].to_write == {"a.xlsx": 1, "b.xlsx": 1}


def test_another_token_of_the_same_files_writes_nothing(office, intake):
    """Two people look at one file and both write it: for the second everything is in the register."""
    first, second = intake.look(paper(A)), intake.look(paper(A))
    intake.write(first, "t1")
    now = intake.write(second, "t2")
    assert (now.receipts, now.count(State.NEW), now.count(State.UNCHANGED)) == ((), 0, 1)
    assert len(office.batches()) == 2


def test_a_register_that_moved_elsewhere_does_not_matter(office, intake):
    """Somebody wrote another record meanwhile: the files would still do the same, and they do."""
    look = intake.look(paper(A))
    office.import_files(paper(B))
    assert intake.write(look, "t").receipts
    assert names(office) == ["HTX An Bình", "HTX Sao Mai"]


def test_a_register_that_moved_under_the_files_is_shown_first(office, intake):
    """Nothing is written then; the preview of now tells what is otherwise, and is written when that was seen."""
    office.import_files(paper(A))
    look = intake.look(paper((*A, 20), header=CAPITAL))
    office.import_files(paper((*A, 30), header=CAPITAL), reason="đồng nghiệp")
    now = intake.write(look, "t1")
    assert (now.receipts, len(office.batches())) == ((), 3)
    [other] = now.since(look.seen).page(None).items
    assert [(one.label.vi, one.before, one.after) for one in other.changed] == [
        ("Vốn điều lệ", "30 triệu đồng", "20 triệu đồng")
    ]
    assert intake.write(look.in_(now), "t2").receipts
    [held] = office.snapshot().records(Cooperative)
    assert held.charter_capital == 20_000_000


def test_somebody_writes_while_the_batch_is_made(office, intake):
    """Between the comparison and the writing: nobody's change is written over, the files are compared once more."""
    office.import_files(paper(A))
    look = intake.look(paper((*A, 20), header=CAPITAL))
    between = iter([lambda: office.import_files(paper((*A, 30), header=CAPITAL))])

    def step(*_):
        next(between, lambda: None)()

    assert intake.write(look, "t", progress=step).receipts == ()
    [held] = office.snapshot().records(Cooperative)
    assert held.charter_capital == 30_000_000


def test_a_stopped_import_writes_nothing(office, intake):
    """Not even when it is stopped at its last step."""

    class Enough(Exception):
        """Somebody stopped it."""

    def stop(done, total, _):
        if done == total - 1:
            raise Enough

    look = intake.look(paper(A))
    with pytest.raises(Enough):
        intake.write(look, "t", progress=stop)
    assert names(office) == []
    assert intake.write(look, "t").receipts


def test_a_file_that_is_no_table_does_not_keep_the_others_out(office, intake):
    """A preview tells it as a problem of that file; without one it is refused, and nothing is written."""
    files = {"anh.xlsx": b"%PDF-1.7", **paper(A)}
    look = intake.look(files)
    [problem] = look.seen.problems[:1]
    assert (problem.file, problem.what.vi) == ("anh.xlsx", "là tệp PDF, không phải bảng tính")
    assert problem.mend.en == "send the table as .xlsx, .ods, .xls or .csv"
    with pytest.raises(WorkbookError, match=r"^anh\.xlsx: là tệp PDF, .*\(is of the kind PDF, no workbook: send .*\)$"):
        office.import_files(files)
    assert names(office) == []
    intake.write(look, "t")
    assert names(office) == ["HTX An Bình"]


def test_old_fonts_and_doubts_are_told_apart(intake):
    """A column in an old font once; a doubt about a row that is kept is no fault, and stands with its column."""
    old = workbook(Hợp_tác_xã=[HTX, *((f"Hîp t¸c x· sè {number}", "HTX", "", "Quận Lê Chân") for number in "123")])
    seen = intake.look({**paper(A), "cu.xlsx": old}).seen
    assert [(one.code, one.file) for one in seen.old_fonts] == [(OLD_FONT, "cu.xlsx")]
    [doubt] = seen.doubts_page().items
    assert (doubt.file, doubt.cell, seen.column(doubt).vi) == ("a.xlsx", "D2", "Quận/huyện")
    assert seen.faulty == ("a.xlsx", "cu.xlsx")
    assert {error.code for one in seen.rejected_page().items for error in one.errors} == {OLD_FONT}


def test_a_personal_value_with_a_fault_is_masked(intake):
    """Unless whoever looks may see it; what is nobody's is shown as it is."""
    header = (*HTX, "Họ và tên", "Chức vụ")
    seen = intake.look(paper((*A, "NguyÔn V¨n MÉu", "Giám đốc"), header=header)).seen
    [name] = seen.old_fonts
    assert (seen.column(name).vi, seen.seen(name)) == ("Họ và tên", "Ng••••••••••Éu")
    assert seen.seen(name, personal=True) == "NguyÔn V¨n MÉu"


def test_a_template_filled_in_is_taken(office, intake):
    """With the sheets that were chosen, for the kinds that the register knows."""
    book = openpyxl.load_workbook(io.BytesIO(intake.template(["cooperative", "year_figures"])))
    assert book.sheetnames[:3] == ["Thông tin", "Hợp tác xã", "Số liệu năm"]
    sheet = book["Hợp tác xã"]
    heads = {cell.value.removesuffix(" *"): cell.column for cell in sheet[2] if cell.value}
    for head, text in zip(HTX, A, strict=True):
        sheet.cell(3, heads[head], text)
    filled = io.BytesIO()
    book.save(filled)
    look = intake.look({"mau.xlsx": filled.getvalue()})
    assert look.seen.count(State.NEW) == 1
    intake.write(look, "t")
    assert names(office) == ["HTX An Bình"]
    assert "cooperative" in intake.sheets()


def test_a_file_is_handed_back_with_its_faults(intake):
    """The sender's own workbook, with a comment at the faulty cell."""
    look = intake.look(paper((A[0], "Trại", AN_BINH, A[3])))
    name, data = intake.marked(look, "a.xlsx")
    assert name == intake.marked_name("a.xlsx") == "a - lỗi cần sửa.xlsx"
    assert "không có trong danh sách" in openpyxl.load_workbook(io.BytesIO(data))["Hợp tác xã"]["B2"].comment.text


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([("a.xlsx", b"")], "a.xlsx: tệp rỗng"),
        ([("a.xlsx", b"x" * 11)], "a.xlsx: tệp quá"),
        ([("a.xlsx", b""), ("b.xlsx", b"x" * 11)], "a.xlsx: tệp rỗng.*b.xlsx: tệp quá"),
        ([(f"{n}.xlsx", b"x" * 10) for n in range(4)], "cộng lại quá"),
    ],
)
def test_files_that_cannot_be_taken_are_all_named(intake, monkeypatch, files, told):
    """Empty ones, those that are too large, and where all together are."""
    monkeypatch.setattr(room, "_MEGA", 0.5)
    with pytest.raises(CoopkitError, match=told):
        intake.taken(files)


def test_two_files_of_one_name_are_both_taken(intake):
    """Each has a name of its own: nothing is lost."""
    assert intake.taken([("a.xlsx", b"1"), ("a.xlsx", b"2"), ("a.xlsx", b"3")]) == {
        "a.xlsx": b"1",
        "a (2).xlsx": b"2",
        "a (3).xlsx": b"3",
    }
