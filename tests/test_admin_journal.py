"""The page Nhật ký and a record's history, over a real ledger."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from streamlit.testing.v1 import AppTest
from tests.ledgers import CLUB, COOPERATIVE, PERSON, by_hand

from coopkit.ledger import Batch, Change, Removal
from coopkit.registry import Registry
from coopkit.workspace import Workspace

NOON = dt.datetime(2024, 3, 1, 5, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MANY = 60
PAGE = """
from coopkit.admin import journal
from tests.admin_pages import context
import streamlit as st
journal.show(context("{lang}"), lambda unit: st.session_state.__setitem__("opened", unit))
"""
HISTORY = """
from coopkit.admin import versions
from coopkit.admin.ctx import show_told
from tests.admin_pages import context
show_told()
versions.show_versions(context("{lang}"), "{table}", "{record}")
"""


@pytest.fixture
def url(tmp_path):
    """Batch 1 is the shipped map; then a club, a cooperative with a person, 60 groups at once, and a change of both."""
    url = f"sqlite:///{tmp_path}/so.db"
    groups = tuple(Change(evolve(CLUB, id=f"g{n}", name=f"Nhóm số {n}")) for n in range(MANY))
    renamed = Change(evolve(COOPERATIVE, name="HTX *Mới*"), 1)
    with Workspace.open(url, registry=Registry.load()) as workspace:
        workspace.ledger.write(
            Batch("an", "Nhập câu lạc bộ", NOON - 3 * DAY, "clb.xlsx", (Change(CLUB),)),
            Batch("binh", "Nhập HTX", NOON - 2 * DAY, "htx.xlsx", (Change(COOPERATIVE), Change(PERSON))),
            Batch("an", "Nhập nhóm", NOON - DAY, "", groups),
            Batch("binh", "Đổi tên", NOON, "", (renamed, Removal("group", "g", 1))),
        )
    return url


@pytest.fixture
def page(url, monkeypatch):
    """Run a script; gives the AppTest."""
    monkeypatch.setenv("COOPKIT_LEDGER", url)

    def run(script=PAGE, lang="vi", query=None, **more):
        shown = AppTest.from_string(script.format(lang=lang, **more), default_timeout=60)
        for key, value in (query or {}).items():
            shown.query_params[key] = value
        shown.run()
        assert not shown.exception
        return shown

    return run


def listed(shown):
    return shown.dataframe[0].value["Lô"].tolist()


def batches(url):
    with Workspace.open(url) as workspace:
        return workspace.ledger.trail()[1]


def test_the_list_is_newest_first(page):
    """Each batch with when, who, why, what it changed and the file."""
    table = page().dataframe[0].value
    assert table["Lô"].tolist() == [5, 4, 3, 2, 1]
    first = table.iloc[0]
    assert (first["Thời gian"], first["Người ghi"], first["Lý do"]) == ("01/03/2024 12:00", "binh", "Đổi tên")
    assert table["Thay đổi"].tolist()[:4] == ["sửa 1, xóa 1", "thêm 60", "thêm 2", "thêm 1"]
    assert table["Tệp nguồn"].iloc[2] == "htx.xlsx"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"ai": "an"}, [4, 2]),
        ({"loai": "person"}, [3]),
        ({"tu-ngay": "2024-02-28", "den-ngay": "2024-02-29"}, [4, 3]),
        ({"tep": "CLB"}, [2]),
        ({"ly-do": "doi ten"}, [5]),
        ({"ban-ghi": "htx moi"}, [5, 3]),
        ({"ban-ghi": "g7"}, [4]),
        ({"ai": "nobody", "tu-ngay": "hôm qua", "trang": "x"}, [5, 4, 3, 2, 1]),
    ],
)
def test_filters_stand_in_the_url(page, query, found):
    """A link shows the same list again; what makes no sense in it narrows nothing."""
    assert listed(page(query=query)) == found


def test_what_is_typed_goes_into_the_url(page):
    """And is taken out of it again."""
    shown = page(query={"ai": "binh"})
    shown.text_input(key="url:ly-do").set_value("nhap").run()
    assert listed(shown) == [3]
    assert dict(shown.query_params) == {"ai": "binh", "ly-do": "nhap"}
    shown.text_input(key="url:ly-do").set_value("").run()
    shown.date_input(key="url:tu-ngay").set_value(dt.date(2024, 3, 1)).run()
    assert listed(shown) == [5]
    assert dict(shown.query_params) == {"ai": "binh", "tu-ngay": "2024-03-01"}


def test_nothing_found_and_days_the_wrong_way_round(page):
    """Both say what to do."""
    assert "bớt điều kiện" in page(query={"ly-do": "không có"}).info[0].value
    wrong = page(query={"tu-ngay": "2024-03-02", "den-ngay": "2024-03-01"})
    assert "Từ ngày 02/03/2024" in wrong.error[0].value
    assert not wrong.dataframe


def test_pages_and_a_new_filter(page, url):
    """50 a page; another filter begins at its first page."""
    with Workspace.open(url) as workspace:
        for n in range(MANY):
            changes = (Change(evolve(CLUB, id=f"x{n}")),)
            workspace.ledger.write(Batch("cuc", f"lần {n}", NOON + DAY, changes=changes))
    shown = page(query={"trang": "2"})
    assert "**65 lô**" in [one.value for one in shown.markdown]
    assert listed(shown) == list(range(15, 0, -1))
    shown.selectbox(key="url:ai:vi").set_value("cuc").run()
    assert listed(shown)[0] == 65
    assert "trang" not in shown.query_params


def test_a_batch_is_opened(page):
    """Its facts, each record by name, the fields before and after; values stand as they are."""
    shown = page(query={"lo": "5"})
    assert shown.title[0].value == "Lô 5"
    titles = [one.label for one in shown.expander]
    assert "Hợp tác xã · **HTX \\*Mới\\***" in titles[0]
    assert "Câu lạc bộ OCOP" in titles[1]
    assert shown.table[0].value.iloc[0].tolist() == ["HTX An Bình", "HTX \\*Mới\\*"]
    assert list(shown.table[1].value.columns) == ["Trước"]
    shown.button(key="unit:5:cooperative:c").click().run()
    assert shown.session_state["opened"] == "c"


def test_personal_values_are_masked_on_the_page(page):
    """Nothing on the page has the number."""
    shown = page(query={"lo": "3"})
    told = str([table.value.to_dict() for table in shown.table])
    assert PERSON.phone not in told
    assert "••" in told


def test_lines_are_paged_and_the_way_back_keeps_the_filter(page):
    """20 records a page; back to the list as it was narrowed."""
    shown = page(query={"lo": "4", "trang-lo": "3", "ai": "an"})
    assert len(shown.expander) == 20
    assert "Nhóm số 40" in shown.expander[0].label
    shown.button(key="journal:back").click().run()
    assert listed(shown) == [4, 2]
    assert dict(shown.query_params) == {"ai": "an"}


@pytest.mark.parametrize("number", ["99", "x", "-1", "9" * 40])
def test_a_batch_there_is_not(page, number):
    """A link to nothing says so."""
    assert page(query={"lo": number}).title[0].value == "Không có lô này"


def test_a_batch_is_undone_once_with_its_reason(page, url):
    """What will happen is told; no reason, no undo; then one batch, and the button is gone."""
    shown = page(query={"lo": "5"})
    shown.button(key="undo:5:open").click().run()
    told = "\n".join(one.value for one in shown.markdown)
    assert "- trả 1 bản ghi về như trước khi sửa\n- khôi phục 1 bản ghi đã xóa" in told
    shown.button(key="undo:5:go").click().run()
    assert "hãy ghi lý do" in shown.error[0].value
    assert len(batches(url)) == 5
    shown.text_input(key="undo:5:why").set_value("Nhầm đơn vị")
    shown.button(key="undo:5:go").click().run()
    assert not shown.exception
    assert shown.success[0].value == "Đã hoàn tác lô 5 bằng lô 6."
    assert any("Đã được hoàn tác bởi lô 6" in one.value for one in shown.markdown)
    assert not [one for one in shown.button if one.key.startswith("undo:")]
    assert (batches(url)[0].reason, len(batches(url))) == ("Nhầm đơn vị", 6)


def test_an_undo_may_be_left(page, url):
    """Nothing is written, and the question is gone."""
    shown = page(query={"lo": "5"})
    shown.button(key="undo:5:open").click().run()
    shown.button(key="undo:5:cancel").click().run()
    assert "undo:5:open" in [one.key for one in shown.button]
    assert len(batches(url)) == 5


def test_what_stands_against_an_undo_is_told(page):
    """Before anybody writes a reason."""
    shown = page(query={"lo": "3"})
    shown.button(key="undo:3:open").click().run()
    assert "ở lô 5" in shown.warning[0].value
    assert "undo:3:go" not in [one.key for one in shown.button]


def test_somebody_else_was_faster(page, url):
    """The page that was open says by which batch it was undone, and writes nothing."""
    shown = page(query={"lo": "5"})
    shown.button(key="undo:5:open").click().run()
    with Workspace.open(url) as workspace:
        workspace.ledger.undo(5, actor="cuc", reason="nhanh hơn", time=NOON)
    shown.text_input(key="undo:5:why").set_value("Nhầm")
    shown.button(key="undo:5:go").click().run()
    assert not shown.exception
    assert any("Đã được hoàn tác bởi lô 6" in one.value for one in shown.markdown)
    assert len(batches(url)) == 6


def test_the_ledger_is_verified(page, tmp_path):
    """A sound one is told; one that was altered is told with where."""
    shown = page()
    shown.button(key="journal:verify").click().run()
    assert "Sổ nguyên vẹn" in shown.success[0].value
    with by_hand(tmp_path / "so.db") as file:
        file.execute("UPDATE batch SET reason = 'khác' WHERE number = 3")
    shown.button(key="journal:verify").click().run()
    assert "1 chỗ sai" in shown.error[0].value
    assert shown.table[0].value.index.tolist() == ["3"]


def test_the_history_of_one_record(page):
    """The latest version first, each with its batch and the fields; it can be undone from there."""
    shown = page(HISTORY, table="cooperative", record="c")
    assert shown.caption[0].value == "2 lần ghi"
    assert [one.value for one in shown.caption][1:] == ["Lô 5", "Lô 3 · htx.xlsx"]
    assert list(shown.table[0].value.columns) == ["Trước", "Sau"]
    shown.button(key="undo:5:open").click().run()
    shown.text_input(key="undo:5:why").set_value("Nhầm")
    shown.button(key="undo:5:go").click().run()
    assert "bằng lô 6" in shown.success[0].value
    assert shown.caption[0].value == "3 lần ghi"
    assert "chưa có" in page(HISTORY, table="cooperative", record="x").info[0].value
