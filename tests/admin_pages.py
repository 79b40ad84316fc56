"""Pages in AppTest over ledgers with the example, each test with a copy of its own."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from tests.made import made

from coopkit.access import Actor
from coopkit.admin import ctx, door
from coopkit.demo import load_campaigns, load_demo
from coopkit.registry import Registry
from coopkit.text import Lang
from coopkit.workspace import Workspace

SCRIPT = """
from coopkit.admin import {page}
from tests.admin_pages import context
{page}.show(context("{lang}"){more})
"""


def context(lang: Lang, on_map: dt.date | None = None) -> ctx.Ctx:
    """The context of a page that the office looks at: in AppTest there is no browser to sign in with."""
    return ctx.context(lang, on_map, actor=Actor.office("van-phong"))


def sit_here(patch: pytest.MonkeyPatch) -> None:
    """Let the office in as a demo does, for a script that asks who looks; the ledger may have no account."""
    patch.setitem(door._held, "door", door.Door(demo=True))


def _example(folder: Path) -> None:
    with Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load()) as workspace:
        load_demo(workspace.as_(Actor.office("an")))


def _with_campaigns(folder: Path) -> None:
    with Workspace.open(example_ledger(folder), registry=Registry.load()) as workspace:
        load_campaigns(workspace.as_(Actor.office("an")))


def example_ledger(folder: Path) -> str:
    """A ledger with the example in this folder, to be written to at will: its url."""
    shutil.copytree(made("example", _example), folder, dirs_exist_ok=True)
    return f"sqlite:///{folder}/so.db"


def campaign_ledger(folder: Path) -> str:
    """As `example_ledger`, with the campaign of 2023 published and that of 2024 in its cross-scoring: its url.

    What the closed stages sealed is in files beside the ledger.
    """
    shutil.copytree(made("example-campaigns", _with_campaigns), folder, dirs_exist_ok=True)
    return f"sqlite:///{folder}/so.db"


def page_of(name: str, *, lang: str = "vi", more: str = "", **query: str) -> AppTest:
    """The page of coopkit.admin of that name, run once without an exception; `_` in a query's key is "-".

    COOPKIT_LEDGER must name the ledger. `more` are further arguments of its `show`.
    """
    shown = AppTest.from_string(SCRIPT.format(page=name, lang=lang, more=more), default_timeout=60)
    for key, value in query.items():
        shown.query_params[key.replace("_", "-")] = value
    shown.run()
    assert not shown.exception
    return shown
