"""Hồ sơ đơn vị in AppTest: what is recorded of a unit, tab by tab, each record opened in the drawer."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.admin_pages import example_ledger, page_of

from coopkit.access import Actor
from coopkit.cooperative import Cooperative, YearFigures
from coopkit.disclosure import Purpose
from coopkit.registry import Registry
from coopkit.workspace import Filter, Workspace

TABS = ("thong-tin", "so-lieu", "su-kien", "thi-dua", "dia-ban", "lich-su")


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    url = example_ledger(tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    with Workspace.open(url, registry=Registry.load(), clock=lambda: dt.datetime(2024, 3, 1, 8, tzinfo=dt.UTC)) as held:
        yield held


@pytest.fixture
def unit(workspace):
    """One with much to show."""
    [found, *_] = workspace.as_(Actor.office("an")).units().search(Filter("Trúc Biếc"))
    return found


def click(shown, label):
    """The first button of that label, clicked."""
    after = next(one for one in shown.button if one.label == label).click().run()
    assert not after.exception
    return after


def test_the_head_says_what_the_unit_is_today(unit):
    """Its name, what it is to the alliance, its kind and its place, each once."""
    shown = page_of("unit", ma=unit.id)
    assert shown.title[0].value == unit.name
    badges = next(one.value for one in shown.markdown if "-badge[" in one.value)
    assert badges.startswith(":green-badge[Thành viên] :gray-badge[Hợp tác xã] :gray-badge[Đang hoạt động]")
    assert badges.count("Đang hoạt động") == 1
    assert unit.place in badges


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_by_its_address(unit, tab, lang):
    """Only the open tab is drawn; a tab that is nowhere is the first."""
    shown = page_of("unit", lang=lang, ma=unit.id, muc=tab)
    assert shown.query_params["muc"] == tab
    assert page_of("unit", ma=unit.id, muc="gì đó").query_params["muc"] == "thong-tin"


@pytest.mark.parametrize(
    ("tab", "titles"),
    [
        ("thong-tin", ["Thành viên Liên minh", "Tình trạng pháp lý", "Tình trạng hoạt động", "Đầu mối liên hệ"]),
        ("so-lieu", ["Số liệu năm"]),
        ("su-kien", ["Lượt tham gia"]),
        ("thi-dua", ["Phong trào đã tham gia", "Khen thưởng"]),
        ("dia-ban", ["Địa bàn qua các thời kỳ"]),
    ],
)
def test_every_section_stands_in_its_tab(unit, tab, titles):
    """All that is recorded of a unit is somewhere."""
    headings = [one.value for one in page_of("unit", ma=unit.id, muc=tab).markdown]
    assert [one for one in titles if f"**{one}**" not in headings] == []


def test_people_are_masked_until_somebody_asks(unit):
    """Names and telephones, on the page of the unit alone; another purpose must be told in words."""
    shown = page_of("unit", ma=unit.id)
    [masked] = [one.value for one in shown.dataframe if "Điện thoại" in one.value.columns]
    assert "•" in masked["Điện thoại"].iloc[0]
    [purpose] = [one for one in shown.selectbox if one.label == "Để làm gì"]
    purpose.set_value(Purpose.OTHER)
    shown = click(shown, "Hiện")
    assert "Chưa ghi rõ mục đích" in shown.error[0].value
    shown.selectbox(purpose.key).set_value(Purpose.CONTACT)
    shown = click(shown, "Hiện")
    [told] = [one.value for one in shown.dataframe if "Điện thoại" in one.value.columns]
    assert told["Họ và tên"].iloc[0].startswith("Người mẫu")


def test_the_first_version_is_told_whole(unit):
    """The history of the unit, the latest version first."""
    first = page_of("unit", ma=unit.id, muc="lich-su").table[-1].value
    assert (first.index.name, list(first.columns), first.loc["Tên đơn vị", "Sau"]) == ("Trường", ["Sau"], unit.name)


def test_the_unit_is_edited_in_the_drawer(workspace, unit):
    """The button opens it; what is saved stands on the page."""
    shown = click(page_of("unit", ma=unit.id), "Sửa")
    [address] = [one for one in shown.text_input if one.label == "Địa chỉ"]
    shown = click(address.set_value("Số 1 phố Mẫu").run(), "Lưu")
    assert shown.success[0].value.startswith(f"Đã ghi {unit.name}")
    assert workspace.ledger.get(Cooperative, unit.id)[0].address == "Số 1 phố Mẫu"
    assert "Số 1 phố Mẫu" in shown.table[0].value["Giá trị"].tolist()


def test_a_year_is_added_for_this_unit(workspace, unit):
    """The section's own button opens a form for this unit, which cannot be changed there."""
    shown = click(page_of("unit", ma=unit.id, muc="so-lieu"), "Thêm")
    assert next(one for one in shown.text_input if one.label == "Đơn vị *").value == unit.name
    [window] = [one for one in shown.selectbox if one.label == "Kỳ số liệu *"]
    shown = click(window.select("2021").run(), "Lưu")
    assert shown.success
    assert [one.window for one in workspace.ledger.snapshot().records(YearFigures) if one.cooperative == unit.id][-1]


def test_figures_of_several_years_are_a_line(unit):
    """Revenue first, of every year that tells it, the earliest first; the numbers stand in a table too."""
    shown = page_of("unit", ma=unit.id, muc="so-lieu")
    [chosen] = [one for one in shown.selectbox if one.label == "Qua các năm"]
    assert chosen.value == "revenue"
    assert shown.table[-1].value.index.tolist() == ["2022", "2023"]


def test_who_is_no_unit_has_no_page():
    """The reader is told where to choose one."""
    shown = page_of("unit", ma="không có")
    assert shown.title[0].value == "Không có đơn vị này"
