"""The page of events over a real ledger: found, opened, listed, copied, taken out."""

from __future__ import annotations

import pytest
from tests.admin_pages import example_ledger, page_of

from coopkit.access import Actor
from coopkit.event import Event
from coopkit.registry import Registry
from coopkit.workspace import Workspace
from coopkit.workspace.attendance import Attendance
from coopkit.workspace.event_list import Asked
from coopkit.workspace.events import Events


@pytest.fixture
def url(tmp_path, monkeypatch):
    found = example_ledger(tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", found)
    return found


@pytest.fixture
def fair(url):
    """The latest fair of the example."""
    with Workspace.open(url) as workspace:
        return Events(workspace.as_(Actor.office("an"))).find(Asked(kind="fair", year=2023)).page(1)[0]


def batches(url):
    with Workspace.open(url) as workspace:
        return workspace.ledger.batches()


def told(shown):
    return [one.value for one in shown.caption]


@pytest.mark.usefixtures("url")
def test_the_list_is_narrowed_by_what_stands_in_the_url():
    """Kind, year, days, words: a reload and a link show the same list, with turns and units of all of it."""
    shown = page_of("events", loai="fair", nam="2023")
    assert told(shown)[0] == "17 sự kiện · 96 lượt tham gia của 60 đơn vị khác nhau"
    assert set(shown.dataframe[0].value["Loại"]) == {"Hội chợ, chương trình xúc tiến thương mại"}
    later = page_of("events", loai="fair", tu="2023-12-01", den="2023-12-31")
    assert len(later.dataframe[0].value) == int(told(later)[0].split()[0]) < 17
    later.text_input(key="url:tim").set_value("quang binh").run()
    assert later.query_params["tim"] == "quang binh"
    assert told(later)[0].startswith("1 sự kiện")
    later.text_input(key="url:tim").set_value("không có tên này").run()
    assert "bớt điều kiện" in later.info[0].value
    assert not page_of("events", tu="hôm qua", nam="x", trang="99").exception


@pytest.mark.usefixtures("url")
def test_the_list_turns_its_pages():
    """Fifty events a page, the last page for a number beyond; figures are of all pages."""
    first, last = page_of("events"), page_of("events", trang="99")
    assert told(first) == told(last)
    assert len(first.dataframe[0].value) == 50
    assert first.dataframe[0].value["Tên sự kiện"].tolist() != last.dataframe[0].value["Tên sự kiện"].tolist()


def test_an_empty_register_says_what_to_do(tmp_path, monkeypatch):
    """No event yet: add one, or import."""
    found = f"sqlite:///{tmp_path}/so.db"
    Workspace.open(found, registry=Registry.load()).close()
    monkeypatch.setenv("COOPKIT_LEDGER", found)
    assert "chưa có sự kiện nào" in page_of("events").info[0].value


def test_an_event_is_opened(fair):
    """Its figures, its turns, its fields, its places, its history; one there is not says so."""
    shown = page_of("events", ma=fair.id)
    assert shown.title[0].value == fair.name
    assert [one.value for one in shown.metric][:2] == [f"{fair.turns} lượt", f"{fair.units} đơn vị"]
    assert len(shown.dataframe[0].value) == fair.turns
    assert "HC-2023-17" in shown.table[0].value["Giá trị"].tolist()
    assert "Không có sự kiện này" in page_of("events", ma="không-có").title[0].value
    english = page_of("events", lang="en", ma=fair.id)
    assert "Fair or trade promotion" in told(english)[0]


@pytest.mark.usefixtures("url")
def test_a_new_event_begins_with_its_kind():
    """The kind is chosen first; then the drawer asks what that kind asks."""
    shown = page_of("events")
    shown.selectbox(key="su-kien:loai:vi").set_value("training").run()
    shown.button(key="su-kien:moi").click().run()
    assert not shown.exception
    assert shown.query_params["sua"]
    assert "Số học viên" in [box.label for box in shown.text_input]


def list_of(fair):
    """The page of a new list for the fair."""
    shown = page_of("events", ma=fair.id)
    shown.button(key="sk:add").click().run()
    assert not shown.exception
    return shown


def paste(shown, text):
    shown.text_area[0].set_value(text).run()
    assert not shown.exception


def test_pasted_lines_are_counted_mended_and_written(url, fair):
    """What is unknown is mended by its neighbours, what cannot be read in its box; turns and units are told."""
    shown = list_of(fair)
    token = shown.query_params["them"]
    assert "còn trống" in shown.info[0].value
    paste(shown, "Trúc Biếc\t2\nHTX Cơ khí Trăng Tím\nHTX Chăn nuôi Sao Mơ\tba\nHTX Chăn nuôi Sao Mơ")
    assert [one.value for one in shown.metric] == ["0 lượt · 0 đơn vị", "6 lượt · 6 đơn vị", "6 lượt · 6 đơn vị"]
    assert shown.text_area[0].value == ""
    assert shown.button(key=f"ds:{token}:go").disabled
    which = next(box for box in shown.selectbox if box.label == "Là đơn vị")
    which.select_index(0).run()
    people = next(box for box in shown.text_input if box.label == "Số người")
    people.set_value("3").run()
    assert shown.metric[0].value == "2 lượt · 2 đơn vị"
    before = len(batches(url))
    shown.button(key=f"ds:{token}:go").click().run()
    assert not shown.exception
    assert shown.success[0].value.startswith("Đã ghi 2 lượt tham gia (lô")
    assert shown.metric[0].value == "8 lượt"
    assert len(batches(url)) == before + 1
    assert page_of("events", ma=fair.id, them=token).success[0].value == shown.success[0].value


def test_units_are_ticked_in_a_search(fair):
    """Several at once; the boxes are empty again afterwards."""
    shown = list_of(fair)
    token = shown.query_params["them"]
    shown.text_input(key=f"ds:tim:{token}").set_value("sao").run()
    for box in shown.checkbox[:2]:
        box.check()
    next(one for one in shown.button if one.label == "Đưa vào danh sách").click().run()
    assert not shown.exception
    assert shown.metric[0].value == "2 lượt · 2 đơn vị"
    assert not any(box.value for box in shown.checkbox[:2])
    shown.text_input(key=f"ds:tim:{token}").set_value("không có ai tên thế").run()
    assert "thử ít chữ hơn" in shown.info[0].value


def test_a_whole_group_is_taken_and_thrown_away(url, fair):
    """A club's members come in one click, those already there are told; the list can be thrown away."""
    shown = list_of(fair)
    token = shown.query_params["them"]
    shown.selectbox(key=f"ds:nhom:{token}").select_index(0).run()
    shown.button(key=f"ds:nhom:{token}:go").click().run()
    assert shown.subheader[0].value == "20 dòng nhận ra"
    with Workspace.open(url) as workspace:
        lines = Attendance(workspace.as_(Actor.office("van-phong"))).staged(token).sound
    key = f"ds:{token}:bang:vi:{hash(tuple((one.number, one.entry) for one in lines))}"
    edits = {0: {"Bỏ": True}, 1: {"Số người": "4"}}
    shown.session_state[key] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    shown.run()
    assert not shown.exception
    shown.button(key=f"ds:{token}:bo").click().run()
    assert shown.title[0].value == fair.name
    assert list_of(fair).query_params["them"] != token


def test_an_event_is_copied(url, fair):
    """The days are shown before and after; a taken code is told at its box; what is written is opened."""
    shown = page_of("events", ma=fair.id)
    shown.button(key="sk:copy").click().run()
    token = shown.query_params["nhan-ban"]
    assert shown.table[0].value["Sau"].tolist() == ["Thứ ba 10/12/2024", "Thứ năm 12/12/2024"]
    shown.radio(key=f"nb:{token}:how:vi").set_value("same_weekday").run()
    assert shown.table[0].value["Sau"].tolist() == ["Chủ nhật 08/12/2024", "Thứ ba 10/12/2024"]
    shown.checkbox(key=f"nb:{token}:turns").check().run()
    code = next(box for box in shown.text_input if box.label == "Mã sự kiện mới")
    code.set_value("HC-2023-17").run()
    shown.button(key=f"nb:{token}:go").click().run()
    assert any("mã này đã có" in one.value for one in shown.get("html"))
    next(box for box in shown.text_input if box.label == "Mã sự kiện mới").set_value("HC-2024-99").run()
    before = len(batches(url))
    shown.button(key=f"nb:{token}:go").click().run()
    assert not shown.exception
    assert "Đã ghi bản sao" in shown.success[0].value
    assert shown.metric[0].value == "6 lượt"
    assert len(batches(url)) == before + 1


def test_an_event_goes_with_its_turns_or_not_at_all(url, fair):
    """Without the tick it stays and says why; with it, it goes in one batch, and the list is shown."""
    shown = page_of("events", ma=fair.id)
    shown.button(key="sk:drop").click().run()
    assert "6 lượt" in shown.warning[0].value
    shown.button(key="su-kien:xoa:go").click().run()
    assert "xóa cả các lượt" in shown.error[0].value
    shown.checkbox[0].check().run()
    shown.button(key="su-kien:xoa:go").click().run()
    assert not shown.exception
    assert "Đã xóa" in shown.success[0].value
    assert "ma" not in shown.query_params
    with Workspace.open(url) as workspace:
        assert fair.id not in {one.id for one in workspace.ledger.snapshot().records(Event)}


def test_a_place_of_an_event_is_taken_out(fair):
    """It is asked about by its name, and only it goes."""
    shown = page_of("events", ma=fair.id)
    next(
        one for one in shown.button if one.key.startswith("sk:event_place:") and one.key.endswith(":drop")
    ).click().run()
    shown.button(key="su-kien:xoa:leave").click().run()
    next(
        one for one in shown.button if one.key.startswith("sk:event_place:") and one.key.endswith(":drop")
    ).click().run()
    shown.button(key="su-kien:xoa:go").click().run()
    assert not shown.exception
    assert "khỏi sự kiện (lô" in shown.success[0].value
    assert shown.metric[0].value == "6 lượt"
