"""What a plugin is given to work on: figures and reports of its own places, and what it declared of the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from coopkit.errors import PluginError
from coopkit.metrics import AnyMetric, Evaluation
from coopkit.metrics.engine import evaluate
from coopkit.page import Page, PageView
from coopkit.period import Period
from coopkit.registry.registry import OWN, Registry
from coopkit.regulation import Regulation
from coopkit.report import Exporter, Report, make_report
from coopkit.scope import Scope, limited
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang


@frozen
class Asked:
    """What a report is asked for: its period, map and day, what stands at its head, and which metrics (None: all)."""

    period: Period
    date: dt.date
    title: Label
    organisation: str
    on_map: dt.date | None = None
    only: tuple[str, ...] | None = None
    notes: tuple[Label, ...] = ()


@frozen
class Inside:
    """A Snapshot and the laws, as plugins may look at them.

    >>> Inside(Registry.load(), Snapshot.of([]), Regulation({})).metrics("coopkit")[0].plugin
    'coopkit'
    """

    registry: Registry
    snapshot: Snapshot
    regulation: Regulation

    def metrics(self, plugin: str) -> list[AnyMetric]:
        """All metrics as a plugin's exporter or page sees them: coopkit's own counted in its places, and its own."""
        offered = self.registry.metrics().values()
        scope = self.registry.scope(plugin)
        if scope is None or not scope.owners:
            return list(offered)
        whole = evolve(scope, tables=frozenset(TABLES))
        return [
            evolve(one, scope=whole) if one.plugin == OWN else one for one in offered if one.plugin in (OWN, plugin)
        ]

    def evaluate(
        self, plugin: str, periods: Sequence[Period], *, by: str = "", on_map: dt.date | None = None
    ) -> Evaluation:
        """The figures as a plugin sees them, over the part of the register that it may see."""
        found = evaluate(self.metrics(plugin), self.snapshot, periods, by=by, on_map=on_map, regulation=self.regulation)
        scope = self.registry.scope(plugin)
        return evolve(found, snapshot=limited(self.snapshot, scope)) if scope else found

    def report(self, exporter: Exporter, asked: Asked) -> Report:
        """The report that an exporter is given: of its plugin's places, by the groups it asks for."""
        offered = self.metrics(exporter.plugin)
        metrics = [one for one in offered if asked.only is None or one.key in asked.only]
        return self.report_of(metrics, asked, exporter.by)

    def report_of(self, metrics: Iterable[AnyMetric], asked: Asked, by: str = "") -> Report:
        """The report of these metrics."""
        evaluation = evaluate(
            metrics, self.snapshot, [asked.period], by=by, on_map=asked.on_map, regulation=self.regulation
        )
        told = {"title": asked.title, "organisation": asked.organisation, "date": asked.date, "notes": asked.notes}
        return make_report(evaluation, **told)  # type: ignore[arg-type]

    def needs_own(self, exporter: Exporter) -> bool:
        """Whether an exporter is given another report than the city's: of its places, or by groups."""
        scope = self.registry.scope(exporter.plugin)
        return bool(exporter.by) or bool(scope and scope.owners)

    def view(self, page: Page, lang: Lang) -> PageView:
        """What a plugin's page is given."""
        scope = self.registry.scope(page.plugin) or Scope(page.plugin, (), frozenset(TABLES), personal=False)

        def figures(*periods: Period, by: str = "", on_map: dt.date | None = None) -> Evaluation:
            return self.evaluate(page.plugin, periods, by=by, on_map=on_map)

        return PageView(limited(self.snapshot, scope), lang, self.registry.settings(page.plugin), figures)


def written(exporter: Exporter, report: Report, *, twice: bool = False) -> bytes:
    """What an exporter makes of a report; with `twice` it must give the same bytes again, as a seal needs.

    Raises `PluginError`, naming plugin and exporter, where it fails.
    """
    if exporter.plugin == OWN:
        return exporter.write(report)
    where = f"plugin {exporter.plugin!r}, {exporter.key!r}"
    try:
        data = exporter.write(report)
        again = exporter.write(report) if twice else data
    except (Exception, SystemExit) as error:
        raise PluginError(f"{where}: {type(error).__name__}: {error}") from error
    got = type(data).__name__
    if got != "bytes":
        raise PluginError(f"{where}: write cho {got}, cần bytes (must give bytes)")
    if again != data:
        raise PluginError(f"{where}: ghi hai lần cho hai tệp khác nhau (written twice, it gives two files)")
    return data
