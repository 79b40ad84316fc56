"""Rules on what a plugin looks at, and whether it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from coopkit.campaign import Definition
from coopkit.errors import PluginError
from coopkit.metrics import Metric, Unavailable
from coopkit.metrics.combine import NO_DENOMINATOR
from coopkit.metrics.declared import require_declared
from coopkit.scope import limited, undeclared
from coopkit.snapshot import Snapshot
from coopkit.testing.case import BY, Case, fault_of, has_streamlit, quietly
from coopkit.testing.finding import Finding
from coopkit.text import Label

_CAMPAIGN = Definition.of({"name": "Mẫu", "period": "2024", "launched": "2023-12-20", "maximum": 1000})


def reads(case: Case) -> Iterator[Finding]:
    """Metrics, checks and pages read only the tables that the manifest declares, and no personal data without it."""
    for one in case.metrics:
        told: Metric | None = one if isinstance(one, Metric) else None
        while told is not None:
            try:
                require_declared(told.scope, told)
            except PluginError as error:
                yield Finding("reads", one.key, str(error))
                break
            except Exception:  # noqa: BLE001 - a condition that fails is told by the rule `answers`
                break
            told = told.before
    for key, spy in _looked(case):
        yield from (Finding("reads", key, undeclared(table)) for table in dict.fromkeys(spy.refused))


class _Spy(Mapping[str, Any]):
    """The tables that a plugin may read, which remembers those that it was refused."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.tables, self.refused = tables, list[str]()

    def __getitem__(self, name: str) -> Any:
        try:
            return self.tables[name]
        except PluginError:
            self.refused.append(name)
            raise

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def _looked(case: Case) -> Iterator[tuple[str, _Spy]]:
    """Every check and page that was let look at the register, by its key, with what it was refused."""
    seen = limited(case.world, case.scope)
    for check in case.checks:
        spy = _Spy(seen.tables)
        for record in case.records(case.world, check.table):
            quietly(check.check, record, Snapshot(seen.position, spy))
        yield check.key, spy
    for page in case.pages if has_streamlit() else ():
        spy = _Spy(seen.tables)
        view = case.inside(case.world).view(page, "vi")
        quietly(page.show, evolve(view, snapshot=Snapshot(seen.position, spy)))
        yield page.key, spy


def answers(case: Case) -> Iterator[Finding]:
    """Every offer answers: to a register with everything in it, with nothing, with one unit, with a closed one."""
    ordinary = Label("sổ bình thường", "an ordinary register")
    told: set[str] = set()
    for where, snapshot in ((ordinary, case.world), *case.edges()):
        for key, what in (*_figures(case, snapshot), *_files(case, snapshot), *_verdicts(case, snapshot)):
            if key not in told:
                told.add(key)
                yield Finding("answers", key, f"{where.vi} ({where.en}): {what}")
    yield from _pages(case)
    yield from _criteria(case)


def _figures(case: Case, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for by in BY:
        for cell in case.cells(snapshot, by):
            if isinstance(cell.value, Unavailable) and cell.value.reason != NO_DENOMINATOR:
                yield cell.metric, f"{cell.period.key}: {cell.value}"


def _files(case: Case, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for one in case.exporters:
        try:
            data: object = one.write(case.report(one, snapshot))
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            yield one.key, fault_of(error)
            continue
        if not isinstance(data, bytes):
            yield one.key, f"write cho {type(data).__name__}, cần bytes (must give bytes)"


def _verdicts(case: Case, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    seen = limited(snapshot, case.scope)
    for one in case.checks:
        for record in case.records(snapshot, one.table):
            try:
                verdict: object = one.check(record, seen)
            except Exception as error:  # noqa: BLE001 - this is what is looked for
                yield one.key, fault_of(error)
                break
            if verdict is not None and not isinstance(verdict, Label):
                yield one.key, f"check cho {type(verdict).__name__}, cần Label hoặc None (must give a Label or None)"
                break


def _pages(case: Case) -> Iterator[Finding]:
    if not case.pages:
        return
    if not has_streamlit():
        yield Finding(
            "answers", "", "chưa cài streamlit nên không xem trang (no streamlit: pages unseen)", skipped=True
        )
        return
    empty = case.register(())
    for page in case.pages:
        for lang, snapshot in (("vi", case.world), ("en", empty)):
            try:
                page.show(case.inside(snapshot).view(page, lang))  # type: ignore[arg-type]
            except Exception as error:  # noqa: BLE001 - this is what is looked for
                # A page may stop or rerun itself: Streamlit does that by raising.
                if type(error).__name__ not in {"StopException", "RerunException"}:
                    yield Finding("answers", page.key, fault_of(error))
                    break


def _criteria(case: Case) -> Iterator[Finding]:
    known = case.registry.metrics()
    for one in case.offered("criteria"):
        try:
            leaves = one.put_into(_CAMPAIGN).leaves
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            yield Finding("answers", one.key, fault_of(error))
            continue
        for leaf in leaves:
            if leaf.rule and leaf.rule.metric and leaf.rule.metric not in known:
                yield Finding(
                    "answers", one.key, f"{leaf.key}: không có chỉ tiêu {leaf.rule.metric!r} (no such metric)"
                )
