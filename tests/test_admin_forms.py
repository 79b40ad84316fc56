"""The drawer over a stored draft, in AppTest over a ledger: what is kept, told, written, and asked."""

from __future__ import annotations

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest
from tests.ledgers import CLUB, COOPERATIVE

from coopkit.access import Actor
from coopkit.cooperative import Contact, Cooperative, YearFigures
from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.workspace import Editing, Workspace

NOW = dt.datetime(2024, 3, 1, 8, tzinfo=dt.UTC)
SCRIPT = """
import streamlit as st
from coopkit.admin import forms
from coopkit.admin.ctx import show_told
from tests.admin_pages import context
c = context("{lang}")
show_told()
forms.show_drafts(c)
if st.button("open", key="open"):
    forms.open_form(c, "{table}", "{record}", preset={preset})
forms.show_form(c)
"""


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/so.db"
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    with Workspace.open(url, registry=Registry.load(), clock=lambda: NOW) as opened:
        opened.ledger.write(Batch("an", "nhập", NOW, changes=(Change(COOPERATIVE), Change(CLUB))))
        yield opened


def drawer(table="cooperative", record="", *, lang="vi", preset=None):
    """The page with the drawer of that record open."""
    script = SCRIPT.format(table=table, record=record, lang=lang, preset=preset)
    shown = AppTest.from_string(script, default_timeout=60).run()
    return run(shown.button(key="open").click())


def run(widget):
    shown = widget.run()
    assert not shown.exception
    return shown


def again(shown):
    """The same address in a new session, as after F5."""
    script = SCRIPT.format(table="cooperative", record="", lang="vi", preset=None)
    fresh = AppTest.from_string(script, default_timeout=60)
    fresh.query_params["sua"] = shown.query_params["sua"]
    return run(fresh)


def box(shown, label):
    """The box of that label."""
    [found] = [one for one in (*shown.text_input, *shown.selectbox) if one.label == label]
    return found


def click(shown, label):
    """The first button of that label, clicked."""
    return run(next(one for one in shown.button if one.label == label).click())


def alerts(shown):
    return [one.value for one in (*shown.error, *shown.warning, *shown.success)]


def test_every_change_of_a_box_is_kept(workspace):
    """A new session at the same address shows what was typed; the reason too."""
    shown = run(box(drawer(record="c"), "Địa chỉ").set_value("Số 1"))
    shown = run(box(shown, "Lĩnh vực").select("services"))
    shown = run(box(shown, "Lý do, căn cứ").set_value("theo đơn"))
    fresh = again(shown)
    values = [box(fresh, label).value for label in ("Địa chỉ", "Lĩnh vực", "Lý do, căn cứ", "Tên đơn vị *")]
    assert values == ["Số 1", "services", "theo đơn", COOPERATIVE.name]
    click(fresh, "Lưu")
    assert workspace.ledger.get(Cooperative, "c")[0].address == "Số 1"
    assert workspace.ledger.batches()[-1].reason == "theo đơn"


@pytest.mark.parametrize(
    ("lang", "summary", "fault"),
    [
        ("vi", "Chưa ghi: còn 1 ô cần sửa (Ngày thành lập).", "không có ngày này trong lịch"),
        ("en", "Not saved: 1 box needs mending (Founded).", "is not a day of the calendar"),
    ],
)
def test_a_fault_is_told_at_its_box_and_on_top(workspace, lang, summary, fault):
    """Nothing is written or lost; the fault goes with the next change of its box."""
    day, save = ("Ngày thành lập", "Lưu") if lang == "vi" else ("Founded", "Save")
    shown = run(box(drawer(record="c", lang=lang), day).set_value("31/2/2020"))
    shown = click(shown, save)
    assert alerts(shown) == [summary]
    [told] = [one.body for one in shown.get("html") if 'role="alert"' in one.body]
    assert fault in told
    assert box(shown, day).value == "31/2/2020"
    assert workspace.ledger.get(Cooperative, "c")[1] == 1
    shown = run(box(shown, day).set_value("1/6/2024"))
    assert alerts(shown) == []
    assert alerts(click(shown, save))[0].startswith(("Đã ghi", "Saved"))


@pytest.mark.usefixtures("workspace")
def test_what_is_typed_is_never_read_as_html():
    """A fault that quotes the user's own text escapes it."""
    shown = run(box(drawer(record="c"), "Vốn điều lệ").set_value("<b>nhiều</b>"))
    shown = click(shown, "Lưu")
    assert not any("<b>" in one.body for one in shown.get("html"))


def test_a_new_record_for_a_unit(workspace):
    """The unit that the page opened it for stands fixed; figures are typed as in a workbook."""
    shown = drawer("year_figures", preset={"cooperative": "c"})
    assert (box(shown, "Đơn vị *").value, box(shown, "Đơn vị *").disabled) == (COOPERATIVE.name, True)
    shown = run(box(shown, "Kỳ số liệu *").select("2023-HTX"))
    shown = run(box(shown, "Doanh thu").set_value("1,2 tỷ đồng"))
    assert alerts(click(shown, "Lưu"))[0].startswith("Đã ghi HTX An Bình")
    [made] = workspace.ledger.snapshot().records(YearFigures)
    assert (made.cooperative, made.window, made.revenue) == ("c", "2023-HTX", 1_200_000_000)


def test_a_contact_with_its_person(workspace):
    """One form, two records."""
    shown = drawer("contact", preset={"cooperative": "c"})
    shown = run(box(shown, "Chức vụ *").select("director"))
    shown = run(box(shown, "Họ và tên *").set_value("Người mẫu 001"))
    click(shown, "Lưu")
    assert len(workspace.ledger.snapshot().records(Contact)) == 1


def test_a_record_is_searched_for(workspace):
    """A long list is not sent: what is typed without marks finds it."""
    many = [Change(Cooperative(f"n{n}", f"HTX Số {n}", COOPERATIVE.kind)) for n in range(40)]
    workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(many)))
    shown = drawer("participation")
    assert len(box(shown, "Chọn trong 30 kết quả đầu").options) == 31
    shown = run(box(shown, "Đơn vị *").set_value("an binh"))
    assert box(shown, "Chọn trong 1 kết quả đầu").options == ["–", COOPERATIVE.name]
    assert box(run(box(shown, "Đơn vị *").set_value("không ai")), "Không có kết quả nào").options == ["–"]


def test_leaving_asks_only_where_something_was_typed(workspace):
    """An untouched form closes; of a touched one the draft may be kept, and is told of, or dropped."""
    assert "sua" not in click(drawer(record="c"), "Huỷ").query_params
    shown = click(run(box(drawer(record="c"), "Địa chỉ").set_value("Số 1")), "Huỷ")
    assert alerts(shown) == ["Bỏ những gì đã gõ?"]
    shown = click(click(shown, "Sửa tiếp"), "Huỷ")
    shown = click(shown, "Đóng, giữ bản nháp")
    assert "sua" not in shown.query_params
    assert "HTX An Bình" in next(one.value for one in shown.markdown if "bản nháp" in one.value)
    shown = click(shown, "Mở tiếp")
    assert box(shown, "Địa chỉ").value == "Số 1"
    shown = click(click(shown, "Huỷ"), "Bỏ những gì đã gõ")
    assert not any("bản nháp" in one.value for one in shown.markdown)
    assert workspace.ledger.drafts.of("van-phong") == []


@pytest.mark.parametrize(("way", "kept"), [("Giữ phần của tôi", "Số 1"), ("Lấy phần người khác", "Số 2")])
def test_others_were_faster(workspace, way, kept):
    """Both versions stand side by side; going on editing changes nothing; either version can stand."""
    shown = run(box(drawer(record="c"), "Địa chỉ").set_value("Số 1"))
    theirs = Editing(workspace.as_(Actor.office("bình")))
    theirs.save(theirs.form("cooperative", "c"), {"address": "Số 2"}, token=way, reason="")
    shown = click(shown, "Lưu")
    assert list(shown.table[0].value.columns) == ["Lúc mở", "Người khác đã ghi", "Của bạn"]
    assert shown.table[0].value.loc["Địa chỉ"].tolist() == ["–", "Số 2", "Số 1"]
    shown = click(click(shown, "Sửa tiếp"), "Lưu")
    shown = click(shown, way)
    assert box(shown, "Địa chỉ").value == kept
    click(run(box(shown, "Lĩnh vực").select("services")), "Lưu")
    assert workspace.ledger.get(Cooperative, "c")[0].address == kept


def test_a_record_that_is_gone_is_told(workspace):
    """Removed while its form was open: what was typed stays a draft, and the page says why it cannot be saved."""
    shown = run(box(drawer(record="c"), "Địa chỉ").set_value("Số 1"))
    workspace.ledger.undo(2, actor="an", reason="nhầm", time=NOW)
    shown = click(shown, "Lưu")
    assert any("Không có hợp tác xã" in one for one in alerts(shown))


@pytest.mark.parametrize("token", ["khong-co", "đã ghi"])
def test_an_old_address_closes_the_drawer(workspace, token):
    """Of a draft that never was, or was saved: the page stands as it is, and the address is cleaned."""
    if token == "đã ghi":  # noqa: S105 - a token of a form
        theirs = Editing(workspace.as_(Actor.office("an")))
        theirs.save(theirs.form("group"), {"kind": "club", "name": "CLB"}, token=token, reason="")
    shown = AppTest.from_string(SCRIPT.format(table="group", record="", lang="vi", preset=None), default_timeout=60)
    shown.query_params["sua"] = token
    run(shown)
    assert "sua" not in shown.query_params
    assert ("Bản nháp này không còn" in " ".join(alerts(shown))) == (token == "khong-co")  # noqa: S105
