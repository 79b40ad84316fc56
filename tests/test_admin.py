"""Each page over a real ledger with the example loaded."""

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coopkit.access import Actor
from coopkit.admin.entry import CONFIG
from coopkit.demo import load_demo
from coopkit.registry import Registry
from coopkit.workspace import Workspace

SCRIPT = """
from coopkit.admin import {page}
from coopkit.admin.ctx import context
{page}.show(context("{lang}"))
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('admin')}/so.db"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        load_demo(workspace.as_(Actor.office("an")))
    return url


@pytest.fixture
def page(ledger, monkeypatch):
    """Run one page; gives the AppTest."""
    monkeypatch.setenv("COOPKIT_LEDGER", ledger)

    def run(name, lang="vi"):
        shown = AppTest.from_string(SCRIPT.format(page=name, lang=lang), default_timeout=60).run()
        assert not shown.exception
        return shown

    return run


def test_overview_shows_the_figures(page):
    """The cards carry the recap's figures with their qualifiers."""
    cards = [card.value for card in page("overview").markdown]
    assert "#### 274 đơn vị" in cards
    assert "#### hơn 200 học viên" in cards
    assert "#### từ 500 đến 700 triệu đồng" in cards


def test_overview_in_english(page):
    """The same page in English."""
    shown = page("overview", "en")
    assert shown.title[0].value == "Overview"
    assert "#### more than 200 trainees" in [card.value for card in shown.markdown]


def test_register_is_searched_without_marks(page):
    """A search typed without marks finds the name, and the list says how many."""
    shown = page("cooperatives")
    assert "307" in shown.caption[0].value
    shown.text_input(key="q").set_value("sao").run()
    assert not shown.exception
    assert 0 < int(shown.caption[0].value.split()[0]) < 307
    shown.text_input(key="q").set_value("không có ai tên thế").run()
    assert "bớt điều kiện" in shown.info[0].value


def test_report_opens_a_figure(page):
    """The report lists its sections and opens a figure to as many records as it counted."""
    shown = page("reports")
    assert "Thành viên Liên minh" in [heading.value for heading in shown.subheader]
    assert shown.caption[0].value == "274 bản ghi"


def test_an_empty_ledger_says_what_to_do_next(tmp_path, monkeypatch):
    """Without a cooperative the first page says how to bring them in."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/leer.db")
    shown = AppTest.from_string(SCRIPT.format(page="overview", lang="vi"), default_timeout=60).run()
    assert not shown.exception
    assert "coopkit import" in shown.info[0].value


def test_every_start_is_set_alike():
    """However the page is started it stays on this machine and reports to nobody."""
    settings = tomllib.loads((Path(__file__).parents[1] / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert {f"{part}.{key}": value for part, keys in settings.items() for key, value in keys.items()} == CONFIG
    assert CONFIG["browser.gatherUsageStats"] is False
