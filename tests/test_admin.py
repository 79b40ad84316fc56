"""Each page over a real ledger with the example loaded."""

import datetime as dt

import pytest
from attrs import evolve
from streamlit.testing.v1 import AppTest

from coopkit.access import Actor
from coopkit.cooperative import Membership
from coopkit.demo import load_demo
from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.workspace import Filter, Workspace

SCRIPT = """
from coopkit.admin import {page}
from coopkit.admin.ctx import context
{page}.show(context("{lang}", {on_map}){more})
"""
OLD_MAP = "__import__('datetime').date(2023, 12, 31)"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('admin')}/so.db"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        load_demo(workspace.as_(Actor.office("an")))
    return url


@pytest.fixture(scope="module")
def desk(ledger):
    with Workspace.open(ledger) as workspace:
        yield workspace.as_(Actor.office("an"))


@pytest.fixture
def page(ledger, monkeypatch):
    """Run one page; gives the AppTest."""
    monkeypatch.setenv("COOPKIT_LEDGER", ledger)

    def run(name, lang="vi", on_map=None, **query):
        more = ", print" if name == "cooperatives" else ""
        shown = AppTest.from_string(SCRIPT.format(page=name, lang=lang, more=more, on_map=on_map), default_timeout=60)
        for key, value in query.items():
            shown.query_params[key.replace("_", "-")] = value
        shown.run()
        assert not shown.exception
        return shown

    return run


def test_register_is_searched_without_marks(page):
    """A search typed without marks finds the name, and the list says how many."""
    shown = page("cooperatives")
    assert "307" in shown.caption[0].value
    shown.text_input(key="q").set_value("sao").run()
    assert not shown.exception
    assert 0 < int(shown.caption[0].value.split()[0]) < 307
    shown.text_input(key="q").set_value("không có ai tên thế").run()
    assert "bớt điều kiện" in shown.info[0].value


def test_the_register_is_narrowed_by_what_stands_in_the_url(page):
    """Place and membership are kept by their codes, so that a reload and a link show the same list."""
    shown = page("cooperatives", on_map=OLD_MAP, dia_ban="316", thanh_vien="member")
    assert shown.caption[0].value == "43 đơn vị, trong đó 43 thành viên"
    assert shown.selectbox(key="url:dia-ban:vi").value == "316"
    shown.selectbox(key="url:thanh-vien:vi").set_value("known").run()
    assert shown.query_params["thanh-vien"] == "known"
    assert shown.caption[0].value.endswith("trong đó 0 thành viên")
    shown.selectbox(key="url:thanh-vien:vi").set_value("").run()
    assert "thanh-vien" not in shown.query_params


def test_the_register_is_narrowed_to_those_that_nobody_placed(page):
    """On today's map some units are placed nowhere: they can be listed."""
    listed = page("cooperatives", dia_ban="?")
    assert 0 < int(listed.caption[0].value.split()[0]) < 307


def test_a_waiting_record_is_decided_once(page, tmp_path, monkeypatch):
    """Choosing nothing writes nothing; a choice is one batch, and the record waits no longer."""
    url = f"sqlite:///{tmp_path}/so.db"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        load_demo(workspace.as_(Actor.office("an")))
        case = workspace.as_(Actor.office("an")).waiting(dt.date(2025, 7, 1))[0]
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    shown = page("places", on_map="__import__('datetime').date(2025, 7, 1)")
    waiting = int(shown.caption[0].value.split()[0])
    shown.selectbox(key="waiting").select_index(0).run()
    shown.button[0].click().run()
    assert "chọn một đơn vị" in shown.error[0].value
    shown.radio[0].set_value(case.candidates[0].id)
    shown.text_input[0].set_value("Địa chỉ trụ sở")
    shown.button[0].click().run()
    assert not shown.exception
    assert "lô" in shown.success[0].value
    assert int(shown.caption[0].value.split()[0]) == waiting - 1
    with Workspace.open(url) as workspace:
        assert workspace.as_(Actor.office("an")).batches()[-1].reason == "Địa chỉ trụ sở"


def test_a_unit_shows_all_that_is_recorded_of_it(page, desk):
    """Its fields, statuses, figures, activities and history; people are masked until somebody asks."""
    unit = desk.units().search(Filter("Trúc Biếc"))[0]
    shown = page("unit", ma=unit.id)
    assert shown.title[0].value == unit.name
    titles = [heading.value for heading in shown.markdown]
    assert {
        "**Địa bàn qua các thời kỳ**",
        "**Thành viên Liên minh**",
        "**Số liệu năm**",
        "**Lượt tham gia**",
        "**Khen thưởng**",
    } <= set(titles)
    contact = next(table.value for table in shown.table if "Điện thoại" in table.value.columns)
    assert "•" in contact["Điện thoại"].iloc[0]
    shown.toggle[0].set_value(True).run()
    contact = next(table.value for table in shown.table if "Điện thoại" in table.value.columns)
    assert contact["Họ và tên"].iloc[0].startswith("Người mẫu")
    first = shown.table[-1].value
    assert (first.index.name, list(first.columns), first.loc["Tên đơn vị", "Sau"]) == ("Trường", ["Sau"], unit.name)


def test_a_unit_there_is_not_is_told(page):
    """A link to a unit that is gone says so."""
    assert page("unit", ma="gone").title[0].value == "Không có đơn vị này"


def test_figures_are_sealed_run_again_and_explained(page, tmp_path, monkeypatch):
    """Nothing is sealed without a reason for what stands in the way; a later correction is told with its record."""
    url = f"sqlite:///{tmp_path}/so.db"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        load_demo(workspace.as_(Actor.office("an")))
        held = workspace.ledger.snapshot().records(Membership)
        [chosen] = [one for one in held if one.left is None][:1]
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    shown = page("reports")
    seal = next(button for button in shown.button if button.label == "Chốt")
    seal.click().run()
    assert "place.undecided" in shown.error[0].value
    shown.text_input(key="waive:place.undecided").set_value("Đơn vị toàn thành phố")
    next(button for button in shown.button if button.label == "Chốt").click().run()
    assert not shown.exception
    assert "Đã chốt bao-cao-2023" in shown.success[0].value
    shown.button(key="again").click().run()
    assert "từng byte" in shown.success[0].value
    with Workspace.open(url, registry=Registry.load()) as workspace:
        change = Change(evolve(chosen, left=dt.date(2023, 11, 30)), base=1)
        workspace.ledger.write(Batch("an", "sửa", dt.datetime(2024, 1, 5, tzinfo=dt.UTC), changes=(change,)))
    shown = page("reports")
    shown.button(key="why").click().run()
    causes = next(table.value for table in shown.table if "Nguyên nhân" in table.value.columns)
    assert set(causes["Nguyên nhân"]) == {"Bản ghi được sửa"}
    assert causes.loc["Tổng số thành viên cuối kỳ", "Sau"] == "273 đơn vị"


def test_every_exporter_is_offered(page, desk):
    """One button for each, those of plugins too."""
    shown = page("reports")
    assert len(shown.get("download_button")) == len(desk.exporters())


def test_report_opens_a_figure(page):
    """The report lists its sections and opens a figure to as many records as it counted."""
    shown = page("reports")
    assert "Thành viên Liên minh" in [heading.value for heading in shown.subheader]
    assert shown.caption[0].value == "274 bản ghi"


@pytest.mark.parametrize("name", ["cooperatives", "reports"])
def test_an_empty_ledger_says_what_to_do_next(page, tmp_path, monkeypatch, name):
    """Without a cooperative every page says how to bring them in."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/leer.db")
    shown = page(name)
    assert not shown.exception
    assert "coopkit import" in shown.info[0].value
