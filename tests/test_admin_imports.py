"""The page that brings files into the register: chosen, checked, written once; found again by the job in its URL."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from tests.admin_pages import example_ledger, page_of
from tests.papers import HOA_SEN, HTX, SAO_MAI, A, B, workbook

from coopkit.access import Actor
from coopkit.admin.jobs import jobs
from coopkit.demo import switch_on_plugins
from coopkit.registry import Registry
from coopkit.text import Label
from coopkit.workspace import Workspace
from coopkit.workspace import intake as room

OFFICE, SOON = "van-phong", 60.0
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OCOP = Path(__file__).parents[1] / "examples" / "vinhbao" / "danh-sach-ocop.xlsx"
BAD = ("HTX Hoa Sen", "Trại", HOA_SEN, "Quận Hải An")
CAPITAL = (*HTX, "Vốn điều lệ (triệu đồng)")


@pytest.fixture(autouse=True)
def ledger(tmp_path, monkeypatch):
    url = example_ledger(tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    return url


@pytest.fixture
def desk(ledger):
    with Workspace.open(ledger, registry=Registry.load()) as workspace:
        yield workspace.as_(Actor.office("an"))


def paper(*rows, header=HTX):
    return workbook(Hợp_tác_xã=[header, *rows])


@pytest.fixture(autouse=True)
def nothing_begun():
    """No import of another test's is left."""
    over()
    for job in jobs().of(OFFICE):
        jobs().drop(job.id, OFFICE)


def over():
    """Every job of the page is over."""
    for job in jobs().of(OFFICE):
        jobs().wait(job.id, SOON)


def chosen(data, name="a.xlsx", lang="vi"):
    """The page once the file was chosen and read."""
    shown = page_of("imports", lang=lang)
    shown.file_uploader[0].upload(name, data, XLSX).run()
    over()
    shown.run()
    assert not shown.exception
    return shown


def said(shown):
    """All that the page says, outside its tables."""
    kinds = (shown.title, shown.subheader, shown.markdown, shown.caption, shown.info, shown.warning, shown.success)
    return "\n".join(one.value for kind in (*kinds, shown.error) for one in kind)


def counts(shown):
    """The numbers of the cards."""
    return [one.value.lstrip("# ") for one in shown.markdown if one.value.startswith("#### ")]


def write(shown):
    button(shown, "Ghi vào sổ").click().run()
    over()
    return shown.run()


def button(shown, label):
    return next(one for one in shown.button if one.label == label)


def test_the_page_begins_with_a_template_and_a_box():
    """Every sheet is chosen at first; without any there is nothing to download."""
    shown = page_of("imports")
    pills = shown.get("button_group")[0]
    assert "cooperative" in pills.value
    assert "info" not in pills.value
    assert len(shown.get("download_button")) == 1
    pills.set_value([]).run()
    assert "Chọn ít nhất một trang." in said(shown)


def test_a_good_file_is_checked_and_written_once(desk):
    """It says how many records in how many batches; it becomes one batch, with its reason."""
    before = len(desk.batches())
    shown = chosen(paper(A, B))
    assert "Sẽ ghi **2 bản ghi** trong **1 lô**" in said(shown)
    assert counts(shown)[:4] == ["2", "0", "0", "0"]
    assert len(desk.batches()) == before
    shown.text_input[0].set_value("Nhập tháng 11").run()
    assert shown.query_params["ly-do"] == "Nhập tháng 11"
    write(shown)
    assert not shown.exception
    assert "Đã ghi vào sổ 2 bản ghi trong 1 lô." in said(shown)
    [last] = desk.batches()[before:]
    assert (last.reason, last.source, last.records) == ("Nhập tháng 11", "a.xlsx", 2)
    assert f"Lô {last.number}" in said(shown)


def test_a_reload_finds_the_import_and_two_tabs_make_one(desk):
    """Two pages over one job, pressed at once: one batch, which both of them and a reload show."""
    before = len(desk.batches())
    first = chosen(paper(A))
    job = first.query_params["viec"]
    second = page_of("imports", viec=job)
    assert "**a.xlsx**" in said(second)
    for tab in (first, second):
        button(tab, "Ghi vào sổ").click().run()
    over()
    assert len(desk.batches()) == before + 1
    for _ in range(2):
        shown = page_of("imports", viec=job)
        assert "Đã ghi vào sổ 1 bản ghi" in said(shown)
    button(shown, "Chọn tệp khác").click().run()
    assert "viec" not in shown.query_params
    assert shown.file_uploader


def test_faults_are_told_cell_by_cell_and_handed_back():
    """Each with its column, its value and what to do; the good row can be written all the same."""
    shown = chosen(paper(A, BAD, ("HTX Sao Mai", "HTX", SAO_MAI[:-1], "Quận Hải An")))
    assert counts(shown)[3] == ":red[2]"
    table = shown.table[0].value
    told = [tuple(row) for row in table[["Ô", "Cột", "Giá trị", "Sai ở đâu"]].to_numpy()]
    assert told[0] == ("B3", "Loại hình", "Trại", "Không có trong danh sách")
    assert told[1][:3] == ("C4", "Mã số thuế", SAO_MAI[:-1])
    [marked] = shown.get("download_button")
    assert marked.proto.label == "Tải a.xlsx đã đánh dấu lỗi"
    assert "2 dòng bị loại không được ghi" in said(shown)
    assert "Sẽ ghi **1 bản ghi**" in said(shown)


def test_a_large_file_is_marked_beside_the_page(monkeypatch):
    """Asked for with a button; the workbook is there once it is made."""
    monkeypatch.setattr("coopkit.admin.import_check.AT_ONCE", 0)
    shown = chosen(paper(A, BAD))
    assert not shown.get("download_button")
    button(shown, "Lập a.xlsx đã đánh dấu lỗi").click().run()
    over()
    shown.run()
    assert shown.get("download_button")[0].proto.label == "Tải a.xlsx đã đánh dấu lỗi"


def test_doubts_stand_apart_from_faults():
    """A row with a doubt is imported; its list is one of its own, kept in the URL."""
    shown = chosen(paper(A, BAD))
    job = shown.query_params["viec"]
    shown = page_of("imports", viec=job, xem="ngo")
    assert list(shown.table[0].value["Ô"]) == ["D2"]
    assert list(page_of("imports", viec=job, xem="loai").table[0].value["Ô"]) == ["B3"]


def test_an_old_font_is_named_with_what_to_do():
    """The page says how it is converted."""
    shown = chosen(workbook(Hợp_tác_xã=[HTX, *((f"Hîp t¸c x· sè {n}", "HTX", "", "Quận Lê Chân") for n in "123")]))
    warning = shown.warning[0].value
    assert "TCVN3" in warning
    assert "UniKey" in warning
    assert "Không có gì để ghi" in said(shown)


def test_what_is_no_table_is_told():
    """A PDF that calls itself a CSV: nothing to write, and what it is."""
    shown = chosen(b"%PDF-1.7 x", "a.csv")
    assert shown.table[0].value["Sai ở đâu"].tolist() == ["Là tệp PDF, không phải bảng tính"]


def test_a_file_that_is_too_large_is_refused_here_too(monkeypatch):
    """Whatever the browser let through: the box is empty again, and says why."""
    monkeypatch.setattr(room, "_MEGA", 1)
    begun = len(jobs().of(OFFICE))
    shown = page_of("imports")
    shown.file_uploader[0].upload("to.xlsx", paper(A), XLSX).run()
    assert "tệp quá 20 MB" in shown.error[0].value
    assert "viec" not in shown.query_params
    assert len(jobs().of(OFFICE)) == begun


def test_lists_are_paged_on_the_server():
    """Fifty a page; the second stands in the URL."""
    shown = chosen(paper(*((f"HTX mẫu số {n}", "HTX", "", "Quận Lê Chân") for n in range(1, 61))))
    job = shown.query_params["viec"]
    assert len(shown.table[0].value) == 50
    second = page_of("imports", viec=job, xem="moi", trang="2")
    assert len(second.table[0].value) == 10
    assert "HTX mẫu số 51" in second.table[0].value.iloc[0].tolist()
    assert len(page_of("imports", viec=job, xem="lạ", trang="abc").table[0].value) == 50


def test_changes_show_before_and_after(desk):
    """A line for each field that changes."""
    desk.import_files({"a.xlsx": paper((*A, 20), header=CAPITAL)})
    shown = chosen(paper((*A, 30), header=CAPITAL))
    [row] = shown.table[0].value[["Trường", "Trước", "Sau"]].to_numpy().tolist()
    assert row == ["Vốn điều lệ", "20 triệu đồng", "30 triệu đồng"]


def test_a_register_that_moved_is_shown_before_it_is_written(desk):
    """Nothing is written then; the difference has a list of its own, and the next press writes."""
    desk.import_files({"a.xlsx": paper((*A, 20), header=CAPITAL)})
    shown = chosen(paper((*A, 30), header=CAPITAL))
    desk.import_files({"b.xlsx": paper((*A, 25), header=CAPITAL)})
    before = len(desk.batches())
    write(shown)
    assert "**Chưa ghi gì.**" in shown.warning[0].value
    assert len(desk.batches()) == before
    assert shown.table[0].value[["Trước", "Sau"]].to_numpy().tolist() == [["25 triệu đồng", "30 triệu đồng"]]
    assert "**Chưa ghi gì.**" in page_of("imports", viec=shown.query_params["viec"]).warning[0].value
    write(shown)
    assert "Đã ghi vào sổ 1 bản ghi" in said(shown)
    assert len(desk.batches()) == before + 1


def test_nobody_sees_anothers_import_and_one_that_is_no_more_says_so():
    """The same words for both, with what to do next."""
    theirs = jobs().start("bình", Label("a.xlsx", "a.xlsx"), lambda _: None)
    for job in (theirs.id, "khong-co"):
        shown = page_of("imports", viec=job)
        assert "Không còn lần nhập này" in shown.warning[0].value
        button(shown, "Chọn tệp khác").click().run()
        assert shown.file_uploader


def test_an_import_under_way_is_found_again_and_stopped(monkeypatch):
    """Its progress is shown in words; after Dừng nothing is written, and the page says so."""
    begun, go_on = threading.Event(), threading.Event()
    look = room.Intake.look

    def slow(self, files, importer="", *, progress=None):
        progress(0, 3, Label("a.xlsx · Hợp tác xã · 1 dòng", "a.xlsx"))
        begun.set()
        assert go_on.wait(SOON)
        return look(self, files, importer, progress=progress)

    monkeypatch.setattr(room.Intake, "look", slow)
    shown = page_of("imports")
    shown.file_uploader[0].upload("a.xlsx", paper(A), XLSX).run()
    assert begun.wait(SOON)
    again = page_of("imports", viec=shown.query_params["viec"])
    assert "Hợp tác xã · 1 dòng" in again.get("progress")[0].proto.text
    assert "Đang dở: a.xlsx" in said(page_of("imports"))
    button(again, "Dừng").click().run()
    assert button(again, "Dừng").disabled
    go_on.set()
    over()
    again.run()
    assert "Đã dừng, chưa ghi gì vào sổ." in said(again)
    assert button(again, "Chọn tệp khác")


def test_an_import_that_is_not_finished_can_be_given_up():
    """It is offered on the first page; "Chọn tệp khác" gives up the one that is open."""
    shown = chosen(paper(A), "do-dang.xlsx")
    first = page_of("imports")
    assert "Đang dở: do-dang.xlsx" in said(first)
    button(shown, "Chọn tệp khác").click().run()
    assert "do-dang.xlsx" not in said(shown)
    assert "do-dang.xlsx" not in said(page_of("imports"))


def test_work_that_breaks_says_so(monkeypatch):
    """In the user's words where it is known, with its name where nobody foresaw it; the page goes on."""

    def broken(*_, **__):
        raise ZeroDivisionError("chia cho 0")

    monkeypatch.setattr(room.Intake, "look", broken)
    shown = chosen(paper(A))
    assert "ZeroDivisionError" in shown.error[0].value
    assert button(shown, "Chọn tệp khác")


def test_without_rows_it_says_what_to_do():
    """An empty template is no fault; somebody has to fill it in."""
    assert "điền vào mẫu rồi chọn lại tệp" in said(chosen(paper()))


def test_the_page_speaks_english():
    """Every sentence of the four steps."""
    shown = chosen(paper(A, BAD), lang="en")
    assert "This writes **1 record** in **1 batch**" in said(shown)
    assert {"Cell", "Column", "How to mend it"} <= set(shown.table[0].value.columns)


def test_a_plugins_importer_reads_the_list_its_office_sends(desk):
    """Chosen in the box, it reads a layout that is not coopkit's; what it read is one batch with the file's name."""
    assert switch_on_plugins(desk) == {}
    data = OCOP.read_bytes()
    shown = page_of("imports", cach="vinhbao.danh_sach_ocop")
    assert shown.selectbox(key="url:cach:vi").value == "vinhbao.danh_sach_ocop"
    shown.file_uploader[0].upload("danh-sach-ocop.xlsx", data, XLSX).run()
    over()
    shown.run()
    assert not shown.exception
    assert "Cách đọc tệp" in said(shown)
    before = len(desk.batches())
    write(shown)
    assert not shown.exception
    [last] = desk.batches()[before:]
    assert last.source == "danh-sach-ocop.xlsx"
    assert f"Đã ghi vào sổ {last.records} bản ghi" in said(shown)
