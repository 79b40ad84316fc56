"""Twelve plugins, each broken in a way of its own; what breaks after it was switched on waits for `BROKEN`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen
from tests.distributions import METRIC, Site, manifest, site_of

from coopkit.access import Actor
from coopkit.demo import load_demo
from coopkit.errors import PluginError
from coopkit.registry import Registry
from coopkit.workspace import Plugins, Workspace

BROKEN = "COOPKIT_TEST_BROKEN"
"""The variable of the environment that lets them break: as a library that is gone since, or a file."""

_IF = f"import os, sys\nif os.environ.get('{BROKEN}'):\n    "
_METRIC = """
from attrs import evolve
from coopkit import TURNS, Derived, Flow, Label, Metric, hookimpl
LABEL = Label("{id}", "{id}")

def turns(**more):
    given = dict(key="{id}.turns", label=LABEL, unit=TURNS, topic=LABEL, table="participation",
                 timing=Flow("event.start"))
    return Metric(**given | more)
"""


@frozen
class Broken:
    """A broken plugin: its id, its code, what its manifest says, what is told of it, and whether `on` refuses it."""

    name: str
    code: str
    told: str
    refused: bool = False
    manifest: dict[str, Any] = field(factory=dict)

    def install(self, site: Site) -> None:
        """Put it where installed distributions lie."""
        code = self.code.replace("{id}", self.name)
        site.install(self.name, code, told=manifest(self.name, **self.manifest))


def _importing(name: str, statement: str, told: str) -> Broken:
    return Broken(name, _IF + statement + "\n" + METRIC, told)


def _offering(name: str, statements: str, told: str, **more: Any) -> Broken:
    return Broken(name, _METRIC + "\n@hookimpl\ndef coopkit_metrics():\n" + statements, told, **more)


PLUGINS: tuple[Broken, ...] = (
    _importing("import_error", "raise ImportError('thư viện đã mất')", "ImportError: thư viện đã mất"),
    _importing("exits", "sys.exit(3)", "SystemExit"),
    Broken("endless", "while True:\n    pass\n", "giây", refused=True),
    Broken(
        "unknown_hook",
        METRIC + _IF + "coopkit_metrix = hookimpl(lambda: [])\n" + "coopkit_metrix_name = 'coopkit_metrix'\n",
        "coopkit_metrix",
    ),
    _offering(
        "wrong_type",
        f"    import os\n    return [7] if os.environ.get('{BROKEN}') else [turns()]\n",
        "mục 1 là int",
    ),
    _offering(
        "not_a_number",
        "    nan = lambda one: evolve(one, low=float('nan'), high=float('nan'))\n"
        "    made = dict(label=LABEL, topic=LABEL, unit=TURNS, of=('{id}.turns',), how=nan)\n"
        "    return [turns(), Derived(key='{id}.nan', **made)]\n",
        "{id}.nan",
        manifest={"provides": '{ metrics = ["not_a_number.turns", "not_a_number.nan"] }'},
    ),
    _offering(
        "twice",
        f"    import os\n    return [turns()] * (2 if os.environ.get('{BROKEN}') else 1)\n",
        "có hai lần",
    ),
    _offering(
        "foreign",
        "    return [turns()]\n",
        "99999",
        refused=True,
        manifest={"owners": '[{ place = "99999" }]'},
    ),
    _offering(
        "personal",
        "    reachable = lambda row: ~row['person.phone'].is_null()\n"
        "    return [turns(table='honour', timing=Flow('decided'), where=reachable)]\n",
        "reads.personal",
        refused=True,
        manifest={"reads": '{ tables = ["honour"] }'},
    ),
    _offering(
        "raises",
        "    def where(row):\n        raise ZeroDivisionError('chia cho 0')\n    return [turns(where=where)]\n",
        "ZeroDivisionError: chia cho 0",
    ),
    Broken(
        "raising_page",
        "from coopkit import Label, Page, hookimpl\n\ndef show(view):\n    raise RuntimeError('trang hỏng')\n\n"
        "@hookimpl\ndef coopkit_pages():\n"
        "    return [Page('raising_page.first', Label('Trang hỏng', 'Broken'), show)]\n",
        "trang hỏng",
        manifest={"provides": '{ pages = ["raising_page.first"] }', "reads": None},
    ),
    Broken("too_new", METRIC, "coopkit>=99", refused=True, manifest={"requires": '"coopkit>=99"'}),
)
"""The twelve."""

NOW = dt.datetime(2024, 1, 15, 8, tzinfo=dt.UTC)


@contextmanager
def twelve(folder: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """A ledger with the example, all twelve installed, those that may be switched on while nothing is broken yet.

    Gives the ledger's address and what `on` said of the others; within the block everything is broken.
    """
    url, refusals = f"sqlite:///{folder}/so.db", {}
    with pytest.MonkeyPatch.context() as patch, site_of(folder / "site", patch) as site:
        for one in PLUGINS:
            one.install(site)
        with Workspace.open(url, registry=Registry.load(), clock=lambda: NOW) as workspace:
            plugins = Plugins(workspace.as_(Actor.office("an")))
            load_demo(plugins.desk)
            plugins.on_together(*(one.name for one in PLUGINS if not one.refused), reason="Thử mười hai tiện ích")
            for one in PLUGINS:
                if one.refused:
                    with pytest.raises(PluginError) as refused:
                        plugins.on(one.name, limit=3)
                    refusals[one.name] = str(refused.value)
        patch.setenv(BROKEN, "1")
        yield url, refusals
