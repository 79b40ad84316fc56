"""Dữ liệu cá nhân: found by what identifies a person, handed out for a purpose, erased for good after a second yes."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest
from tests.admin_pages import example_ledger, page_of

from coopkit.access import ROLES, Actor, can
from coopkit.access.rules import Action
from coopkit.cooperative import Person
from coopkit.disclosure import Disclosure, Purpose
from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.workspace import Workspace

SOMEBODY = Person("p-mau", "Phạm Thị Mẫu Thử", phone="0900000777")


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """The example with one more person, who is made up."""
    url = example_ledger(tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    with Workspace.open(url, registry=Registry.load()) as workspace:
        workspace.ledger.write(Batch("an", "nhập", workspace.clock(), changes=(Change(SOMEBODY),)))
    return url


def asked(text):
    """The page, asked for somebody."""
    shown = page_of("persons")
    shown.text_input(key="person:asked").input(text).run()
    assert not shown.exception
    return shown


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("text", ["Phạm Thị Mẫu Thử", "pham thi mau thu", "0900000777"])
def test_a_person_is_found_by_what_identifies_them(text):
    """With or without marks, by name or phone; the name itself is not shown."""
    shown = asked(text)
    assert [one.label for one in shown.button] == ["Xóa vĩnh viễn"]
    assert "Mẫu Thử" not in " ".join(one.value for one in shown.markdown)


@pytest.mark.usefixtures("ledger")
def test_a_part_of_a_name_finds_nobody():
    """The page is no directory of people."""
    shown = asked("Phạm Thị")
    assert "Không có ai như vậy" in shown.info[0].value
    assert not shown.button


def test_an_export_says_what_for_and_is_journalled(ledger):
    """Nothing is journalled before a file is asked for; another purpose needs its words."""
    from coopkit.disclosure import Why
    from coopkit.workspace import People

    shown = asked("0900000777")
    shown.selectbox(key="person:why:p-mau:vi").select(Purpose.OTHER).run()
    assert "ghi xem dữ liệu cá nhân để làm gì" in shown.error[0].value
    with Workspace.open(ledger, registry=Registry.load()) as workspace:
        assert workspace.ledger.accounts(Disclosure) == []
        held = People(workspace.as_(Actor.office("an"))).export("p-mau", Why(Purpose.SUBJECT))
        assert [one.record for one in workspace.ledger.accounts(Disclosure)] == ["p-mau"]
    assert json.loads(held.json())["record"]["Điện thoại"] == "0900000777"


def test_a_person_is_erased_for_good(ledger):
    """Not before a reason and a yes; then the ledger's file has the phone nowhere."""
    shown = asked("0900000777")
    assert shown.button(key="erase:p-mau:go").disabled
    shown.text_input(key="erase:p-mau:why").input("Đơn của bà Mẫu Thử ngày 25/11/2026").run()
    assert shown.button(key="erase:p-mau:go").disabled
    shown.checkbox(key="erase:p-mau:sure").check().run()
    shown.button(key="erase:p-mau:go").click().run()
    assert not shown.exception
    assert "Đã xóa" in shown.success[0].value
    with Workspace.open(ledger, registry=Registry.load()) as workspace:
        assert "p-mau" not in workspace.ledger.snapshot().tables["person"].column("id").to_pylist()
        assert workspace.ledger.verify() == []
        file = workspace.ledger.file
    assert b"0900000777" not in file.read_bytes()


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("role", [key for key, role in ROLES.items() if Action.VIEW_PERSONAL not in role.allows])
def test_nobody_else_finds_anybody(role):
    """A role without the right is refused, whatever it asks."""
    script = f"""
from attrs import evolve
from coopkit.access import ROLES, Actor
from coopkit.admin import persons
from coopkit.admin.ctx import context
c = context("vi", actor=Actor("x", ROLES[{role!r}]))
persons.show(c)
"""
    shown = AppTest.from_string(script, default_timeout=60).run()
    shown.text_input(key="person:asked").input("0900000777").run()
    assert not can(Actor("x", ROLES[role]), Action.VIEW_PERSONAL).allowed
    assert not shown.button
    assert shown.exception
