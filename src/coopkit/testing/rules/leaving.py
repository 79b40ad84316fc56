"""The rule that what a plugin left behind can be read once it is gone: sealed figures, files, events of its kinds."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import evolve

from coopkit.access import Actor
from coopkit.errors import CoopkitError
from coopkit.event import EventKind
from coopkit.ledger import Batch, Change
from coopkit.registry import OWN, Modes, Registry
from coopkit.testing.case import PRINTED, REPORT_OF, Case, fault_of
from coopkit.testing.finding import Finding
from coopkit.testing.register import register
from coopkit.workspace import Desk, Sealing, Workspace

_NOW: Final = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)
_RUN: Final = "mau"


def uninstall(case: Case) -> Iterator[Finding]:
    """A year is sealed with the plugin; without it the figures, records and files of the seal open, and its events."""
    kinds: list[EventKind] = case.offered("event_kinds")
    if case.name == OWN or not (case.metrics or case.exporters or kinds):
        return
    with TemporaryDirectory(prefix="coopkit-leaving-") as folder:
        url = f"sqlite:///{(Path(folder) / 'so.db').as_posix()}"
        try:
            with Workspace.open(url, registry=case.registry, clock=lambda: _NOW) as workspace:
                told = _seal(case, workspace)
        except CoopkitError as error:
            yield Finding("uninstall", "", f"không chốt được (cannot be sealed): {error}")
            return
        module = next(one.module for one in case.registry.states if one.name == case.name)
        with _gone(module), Workspace.open(url, registry=Registry.load(modes=Modes()), clock=lambda: _NOW) as workspace:
            desk = workspace.as_(Actor.office("van-phong"))
            yield from _sealed(case, desk, told)
            yield from _events(desk, kinds)


def _seal(case: Case, workspace: Workspace) -> dict[str, str]:
    """Write the made-up register and seal a year of it; gives the label of each figure."""
    kinds = list(case.registry.event_kinds().values())
    records = tuple(Change(one) for one in register(case.units, kinds, [REPORT_OF.year]))
    workspace.ledger.write(Batch("van-phong", "Dữ liệu mẫu", _NOW, changes=records))
    sealing = Sealing(workspace.as_(Actor.office("van-phong")))
    asked = sealing.question(REPORT_OF, date=PRINTED)
    exporters = tuple(one.key for one in case.exporters)
    # An exporter may name any figure; where there is none, the plugin's own are enough, and quicker.
    only = None if exporters else tuple(one.key for one in case.counted)
    question = evolve(asked, exporters=exporters, only=only)
    waived = {one.key: "dữ liệu mẫu" for one in sealing.obstacles(question)}
    sealing.seal(question, _RUN, waive=waived)
    return {one.key: one.label.vi for one in case.metrics}


def _sealed(case: Case, desk: Desk, told: dict[str, str]) -> Iterator[Finding]:
    sealing = Sealing(desk)
    results = sealing.results(_RUN)
    for key, label in told.items():
        fact = results.facts.get(key)
        if fact is None or fact.get("label") != label or not fact.get("text"):
            yield Finding("uninstall", key, f"số liệu đã chốt không mở được: {fact} (the sealed figure does not open)")
        elif fact.get("qualifier") != "unavailable":
            try:
                sealing.records(_RUN, key)
            except Exception as error:  # noqa: BLE001 - this is what is looked for
                yield Finding("uninstall", key, f"bản ghi đã chốt (sealed records): {fault_of(error)}")
    for one in case.exporters:
        try:
            sealing.file(_RUN, one.key)
        except CoopkitError as error:
            yield Finding("uninstall", one.key, f"tệp đã chốt (sealed file): {error}")


def _events(desk: Desk, kinds: Sequence[EventKind]) -> Iterator[Finding]:
    """Events of the plugin's kinds keep their labels and their fields' values."""
    snapshot = desk.snapshot()
    events = snapshot.table("event")
    for kind in kinds:
        held = snapshot.kinds.get(kind.key)
        if held is None or held.label != kind.label:
            yield Finding("uninstall", kind.key, "tên loại hoạt động không còn (its label is gone)")
            continue
        of_kind = [row for row in events.to_pylist() if row["kind"] == kind.key]
        filled = {name for row in of_kind for name in row["details"] and _names(row["details"])}
        lost = [name for name in sorted(filled) if all(row.get(f"{kind.key}.{name}") is None for row in of_kind)]
        if lost:
            yield Finding("uninstall", kind.key, f"không đọc được trường {lost} (fields that cannot be read)")


def _names(details: str) -> list[str]:
    import json

    return list(json.loads(details))


class _Gone(MetaPathFinder):
    """Finds that a module is not installed."""

    def __init__(self, root: str) -> None:
        self.root = root

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002 - asked so
        if name.partition(".")[0] == self.root:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


@contextmanager
def _gone(module: str) -> Iterator[None]:
    """As if the plugin's module were not installed."""
    root = module.partition(".")[0]
    held = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == root}
    finder = _Gone(root)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.modules.update(held)
