"""Each page over a real ledger with the example loaded."""

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest

from coopkit.access import Actor
from coopkit.demo import load_demo
from coopkit.registry import Registry
from coopkit.workspace import Workspace

SCRIPT = """
from coopkit.admin import {page}
from tests.admin_pages import context
{page}.show(context("{lang}", {on_map}))
"""


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
        shown = AppTest.from_string(SCRIPT.format(page=name, lang=lang, on_map=on_map), default_timeout=60)
        for key, value in query.items():
            shown.query_params[key.replace("_", "-")] = value
        shown.run()
        assert not shown.exception
        return shown

    return run


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


@pytest.mark.parametrize("name", ["reports"])
def test_an_empty_ledger_says_what_to_do_next(page, tmp_path, monkeypatch, name):
    """Without a cooperative every page says how to bring them in."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/leer.db")
    shown = page(name)
    assert not shown.exception
    assert "nhập tệp Excel" in shown.info[0].value
