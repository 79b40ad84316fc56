"""The first page over a real ledger with the example loaded."""

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest

from coopkit.access import Actor
from coopkit.admin import charts
from coopkit.demo import load_demo
from coopkit.metrics import RatioForm, Unavailable
from coopkit.quantity import TURNS, VND, about, at_least, between, exact, more_than
from coopkit.registry import Registry
from coopkit.report import Figure
from coopkit.text import Label
from coopkit.workspace import Workspace
from coopkit.workspace.overview import Point

SCRIPT = """
from coopkit.admin import overview
from tests.admin_pages import context
overview.show(context("{lang}", {on_map!r}))
"""
NOUN = Label("lượt", "turns")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('overview')}/so.db"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        load_demo(workspace.as_(Actor.office("an")))
    return url


@pytest.fixture
def page(ledger, monkeypatch):
    """Run the page; gives the AppTest."""
    monkeypatch.setenv("COOPKIT_LEDGER", ledger)

    def run(lang="vi", on_map=None, **query):
        script = SCRIPT.format(lang=lang, on_map=on_map).replace("datetime.date", "__import__('datetime').date")
        shown = AppTest.from_string(script, default_timeout=60)
        for key, value in query.items():
            shown.query_params[key.replace("_", "-")] = value
        shown.run()
        assert not shown.exception
        return shown

    return run


def texts(shown):
    return [one.value for one in shown.markdown]


def test_cards_carry_the_figures_as_they_were_published(page):
    """The recap's figures with their qualifiers; the year of the example is the first to be shown."""
    shown = page()
    assert "ky" not in shown.query_params
    assert {"#### 274 đơn vị", "#### hơn 200 học viên", "#### từ 500 đến 700 triệu đồng"} <= set(texts(shown))
    assert ":small[:gray[Tại ngày 31/12/2023]]" in texts(shown)


def test_figures_stand_against_the_year_before(page):
    """A difference and a percent between exact numbers; else only what it was."""
    told = texts(page())
    assert [one for one in told if "tăng 38 (65,5%)" in one]
    assert ":small[:gray[Năm trước: 58]]" in told
    after = told[told.index("#### hơn 200 học viên") + 1 :]
    assert after[0] == ":small[:gray[Năm trước: 132]]"


def test_in_english(page):
    """The same page in English, numbers too."""
    shown = page("en")
    assert shown.title[0].value == "Overview"
    assert "#### more than 200 trainees" in texts(shown)
    assert [one for one in texts(shown) if "up 38 (65.5%)" in one]


def test_a_quarter_is_chosen_by_its_key_and_by_hand(page):
    """The URL names the period; another kind begins with the fullest year's last; nonsense shows the first."""
    shown = page(ky="2023-Q3")
    assert shown.selectbox(key="period:quarter:vi").value.key == "2023-Q3"
    assert "#### 270 đơn vị" in texts(shown)
    shown.segmented_control(key="kind:vi").set_value("half").run()
    assert not shown.exception
    assert shown.query_params["ky"] == "2023-H2"
    assert page(ky="linh tinh").query_params["ky"] == "2023"


def test_what_cannot_be_made_is_a_gap_that_says_why(page):
    """In 2020 there was no loan to be averaged: nothing recorded is no 0 and no failure."""
    shown = page(ky="2020", chi_tieu="loans.average")
    assert "#### Chưa có số liệu" in texts(shown)
    assert "không tính được" in shown.info[0].value


def test_every_place_has_a_tile_and_the_undecided_are_named(page):
    """On the map of the period the districts of 2023; on today's the communes, with those nobody placed."""
    assert [one for one in texts(page()) if "Theo quận, huyện" in one]
    shown = page(on_map=dt.date(2025, 7, 1))
    assert [one for one in texts(shown) if "Theo xã, phường" in one]
    table = shown.table[-1].value
    assert table["Giá trị"].str.replace(".", "").astype(int).sum() == 274
    assert table.loc["Chưa xác định địa bàn", "Cách xác định"] == "Chưa xác định"
    assert [one.value for one in shown.caption if "chưa xác định được địa bàn" in one.value]


def test_another_figure_is_seen_from_all_three_sides(page):
    """The figure chosen stands in the URL; one of records without a sector says so."""
    shown = page(chi_tieu="fairs.turns")
    assert shown.table[0].value.loc["2023", "Giá trị"] == "96"
    shown.selectbox(key="url:chi-tieu:vi").set_value("meetings.districts").run()
    assert not shown.exception
    assert shown.query_params["chi-tieu"] == "meetings.districts"
    assert [one.value for one in shown.caption if "không chia được theo lĩnh vực" in one.value]


def test_what_waits_is_told_with_its_text_and_its_units(page):
    """The members without figures, by number; a button shows who; the rest of the tasks on demand."""
    shown = page()
    assert "Việc cần làm" in [one.value for one in shown.subheader]
    assert [one for one in texts(shown) if "hạn" in one and "chưa có số liệu năm báo cáo" in one]
    assert [one.value for one in shown.caption if "TT\u00a009/2024/TT-BKHĐT\u00a0Điều\u00a06" in one.value]
    button = next(one for one in shown.button if "đơn vị" in one.label)
    button.click().run()
    assert not shown.exception
    assert len(shown.dataframe[0].value) == 50


def test_an_empty_ledger_says_what_to_do_next(page, tmp_path, monkeypatch):
    """Without a cooperative the page says how to bring them in."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/leer.db")
    assert "nhập tệp Excel" in page().info[0].value


def point(value, form=None, key="k"):
    return Point(key, Label("An Bình", "An Binh"), Figure("a.b", NOUN, NOUN, value, noun=NOUN, rows=1, form=form))


@pytest.mark.parametrize(
    ("value", "form", "vi", "en", "unit"),
    [
        (exact(1234, TURNS), None, "1.234", "1,234", "lượt"),
        (more_than(200, TURNS), None, "> 200", "> 200", "lượt"),
        (at_least(5, TURNS), None, "≥ 5", "≥ 5", "lượt"),
        (about(50, TURNS), None, "≈ 50", "≈ 50", "lượt"),
        (between(500_000_000, 700_000_000, VND), None, "500–700", "500–700", "triệu đồng"),
        (exact(1_700_470_000_000, VND), None, "1.700,5", "1,700.5", "tỷ đồng"),
        (exact(900, VND), None, "900", "900", "đồng"),
        (exact(1, TURNS), RatioForm.PAIR, "100", "100", "%"),
        (Unavailable("x", "y"), None, "–", "–", "lượt"),
    ],
)
def test_a_chart_writes_numbers_short_and_as_they_were_said(value, form, vi, en, unit):
    """As the language writes them, with what keeps them from being exact, money in triệu or tỷ."""
    shown = [point(value, form)]
    assert charts.unit_of(shown, "vi") == unit
    for lang, said in (("vi", vi), ("en", en)):
        assert charts.bars(shown, lang)["data"].column("text").to_pylist() == [said]


def test_charts_are_drawn_of_nothing_too():
    """No point at all, or only some that have no number, still make a chart."""
    for points in ([], [point(Unavailable("x", "y"))], [point(exact(0, TURNS), key="")]):
        assert charts.tiles(points, "vi")["layer"]
        assert charts.bars(points, "vi")["layer"]
        assert charts.line(points, "vi", from_zero=True)["layer"]
