"""Every page for every role: what a role has in its navigation opens, and does not fail for want of a right."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from tests.admin_pages import campaign_ledger

from coopkit.access import ROLES
from coopkit.access.rules import Action

PAGES = {
    "overview": ("c, {}", Action.VIEW, {}),
    "cooperatives": ("c, print", Action.VIEW, {}),
    "unit": ("c", Action.VIEW, {"ma": "UNIT"}),
    "events": ("c", Action.VIEW, {}),
    "event": ("c", Action.VIEW, {"ma": "EVENT"}),
    "places": ("c", Action.WRITE, {}),
    "campaigns": ("c", Action.VIEW, {}),
    "criteria": ("c", Action.VIEW, {}),
    "scores": ("c", Action.VIEW, {}),
    "board": ("c", Action.VIEW, {}),
    "awards": ("c", Action.VIEW, {}),
    "reports": ("c", Action.VIEW, {}),
    "bulk": ("c", Action.WRITE, {}),
    "imports": ("c", Action.WRITE, {}),
    "persons": ("c", Action.VIEW_PERSONAL, {}),
    "plugins": ("c", Action.PLUGIN, {}),
    "journal": ("c, print", Action.HISTORY, {}),
    "administration": ("c", Action.VERIFY, {}),
}
"""Each page's module, what its `show` is given, what it needs, and its query."""

PLACES = {"city": "None", "district": '(Owner("316"),)', "nowhere": "()"}
ASKED = [
    (page, role.key, place)
    for page, (_, needs, _) in PAGES.items()
    for role in ROLES.values()
    if role.grantable and needs in role.allows
    for place in (PLACES if role.key in {"viewer", "district_officer"} else ("city",))
]
SCRIPT = """
from coopkit.access import ROLES, Actor
from coopkit.admin import {module}
from coopkit.admin.ctx import context
from coopkit.scope import Owner
where = {places}
units = frozenset({units!r}) if {role!r} == "unit" else frozenset()
c = context("vi", actor=Actor("x", ROLES[{role!r}], units, where, where))
{module}.show({given})
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """The example with its campaigns, and the ids of a unit and of an event."""
    url = campaign_ledger(tmp_path_factory.mktemp("vai-tro"))
    from coopkit.access import Actor
    from coopkit.registry import Registry
    from coopkit.workspace import Workspace

    with Workspace.open(url, registry=Registry.load()) as workspace:
        tables = workspace.as_(Actor.office("an")).snapshot().tables
        turn = tables["participation"].slice(0, 1).to_pylist()[0]
    return url, {"UNIT": turn["cooperative"], "EVENT": turn["event"]}


@pytest.mark.parametrize(("page", "role", "place"), ASKED)
def test_a_page_of_the_navigation_opens(ledger, monkeypatch, page, role, place):
    """No exception, whatever the role may not do on it."""
    url, names = ledger
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    given, _, query = PAGES[page]
    module = "events" if page == "event" else page
    script = SCRIPT.format(module=module, role=role, places=PLACES[place], units=[names["UNIT"]], given=given)
    shown = AppTest.from_string(script, default_timeout=60)
    for key, value in query.items():
        shown.query_params[key] = names[value]
    shown.run()
    assert not shown.exception, [one.message for one in shown.exception]
    assert shown.title or shown.header or shown.markdown
