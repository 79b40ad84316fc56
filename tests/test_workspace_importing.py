"""What an import would do, page by page: records before and after, rows that were left out, and all that is wrong."""

import pytest
from tests.papers import AN_BINH, HOA_SEN, HTX, SAO_MAI, A, workbook

from coopkit.access import Actor
from coopkit.importers import OLD_FONT
from coopkit.workspace import State, Workspace
from coopkit.workspace.preview import Page

EVENTS = ("Mã hoạt động", "Tên hoạt động", "Loại hoạt động", "Từ ngày")
TURNS = ("Mã hoạt động", "Mã số thuế", "Số người")
FAIR = ("hc-01", "Hội chợ xuân", "Hội chợ, chương trình xúc tiến thương mại", "05/03/2023")


@pytest.fixture
def office(tmp_path):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db") as workspace:
        yield workspace.as_(Actor.office("an"))


def look(office, **sheets):
    return office.import_files({"a.xlsx": workbook(**sheets)}, dry_run=True)


def many(count):
    return [(f"HTX mẫu {number}", "HTX", "", "Quận Lê Chân") for number in range(1, count + 1)]


def test_new_records_show_what_they_fill(office):
    """With names for what they refer to, also where that is as new as they are."""
    seen = look(office, Hợp_tác_xã=[HTX, A], Hoạt_động=[EVENTS, FAIR], Tham_gia=[TURNS, ("hc-01", AN_BINH, 5)])
    shown = {one.table.vi: one for one in seen.page(State.NEW).items}
    turn = shown["Lượt tham gia"]
    assert turn.title == "Hội chợ xuân · HTX An Bình"
    assert turn.origin == "a.xlsx · Tham gia · dòng 2"
    assert [(one.label.vi, one.before, one.after) for one in turn.changed] == [
        ("Hoạt động", "", "Hội chợ xuân"),
        ("Đơn vị", "", "HTX An Bình"),
        ("Số người", "", "5 người"),
    ]


def test_changed_records_show_before_and_after(office):
    """Only the fields that change, as people read them, in the language asked for."""
    office.import_files({"a.xlsx": workbook(Hợp_tác_xã=[HTX, A])})
    header = (*HTX, "Vốn điều lệ (triệu đồng)")
    seen = look(office, Hợp_tác_xã=[header, (A[0], "Liên hiệp hợp tác xã", AN_BINH, A[3], 20)])
    [one] = seen.page(State.CHANGED, lang="en").items
    assert one.title == "HTX An Bình"
    assert [(change.label.en, change.before, change.after) for change in one.changed] == [
        ("Kind", "Cooperative", "Cooperative union"),
        ("Charter capital", "", "20 million VND"),
    ]
    assert seen.page(State.UNCHANGED).total == seen.count(State.UNCHANGED)


def test_an_event_is_told_with_its_kind(office):
    """The kind by its name, and the fields of its own that change."""
    header = ("Mã hoạt động", "Tên hoạt động", "Từ ngày", "Số học viên")
    [class_] = look(office, Đào_tạo=[header, ("dt-1", "Lớp kế toán", "05/03/2023", 40)]).page(State.NEW).items
    assert {change.label.vi: change.after for change in class_.changed} == {
        "Mã hoạt động": "dt-1",
        "Loại hoạt động": "Lớp dạy nghề, bồi dưỡng",
        "Tên hoạt động": "Lớp kế toán",
        "Từ ngày": "05/03/2023",
        "Số học viên": "40 người",
    }


def test_personal_values_are_masked(office):
    """Unless whoever looks may see them."""
    header = (*HTX, "Họ và tên", "Chức vụ")
    seen = look(office, Hợp_tác_xã=[header, (*A, "Người Mẫu Một", "Giám đốc")])
    masked, plain = (
        {change.after for one in seen.page(State.NEW, personal=personal).items for change in one.changed}
        for personal in (False, True)
    )
    assert "Người Mẫu Một" in plain
    assert "Người Mẫu Một" not in masked


@pytest.mark.parametrize(("number", "first", "shown"), [(1, 1, 50), (3, 101, 20), (0, 1, 50), (9, 101, 20)])
def test_a_long_list_comes_in_pages(office, number, first, shown):
    """In the order of the file; a page beyond the ends is the nearest there is."""
    seen = look(office, Hợp_tác_xã=[HTX, *many(120)])
    page = seen.page(State.NEW, number)
    assert (page.total, page.pages, len(page.items)) == (120, 3, shown)
    assert page.items[0].title == f"HTX mẫu {first}"


def test_rows_left_out_are_counted_and_told(office):
    """A row with two errors is one row; what is wrong with a whole sheet stands for no row."""
    rows = [A, ("HTX Sao Mai", "Trại", SAO_MAI[:-1], ""), ("HTX Hoa Sen", "Nhà", HOA_SEN, "Quận Hải An")]
    seen = look(office, Hợp_tác_xã=[HTX, *rows], Tham_gia=[("Mã hoạt động", "Số người"), ("hc-01", 5)])
    assert (seen.rejected, seen.rejected_rows) == (4, 2)
    told = [(one.sheet, one.row, [problem.cell for problem in one.problems]) for one in seen.rejected_page().items]
    assert told == [("Tham gia", 0, ["A1"]), ("Hợp tác xã", 3, ["B3", "C3"]), ("Hợp tác xã", 4, ["B4"])]
    assert seen.rejected_page(2, 1) == Page(seen.rejected_page().items[1:2], 2, 3, 3)


def test_rows_in_an_old_font_are_each_told_why(office):
    """The problem is told once for the column; each of its rows still says what is the matter with it."""
    seen = look(office, Hợp_tác_xã=[HTX, *((f"Hîp t¸c x· sè {number}", "HTX", "", "Quận Lê Chân") for number in "123")])
    assert (seen.rejected, seen.rejected_rows) == (1, 3)
    assert [(one.row, one.problems[0].code) for one in seen.rejected_page().items] == [
        (2, OLD_FONT),
        (3, OLD_FONT),
        (4, OLD_FONT),
    ]
