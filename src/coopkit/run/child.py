"""What runs in the child process: a manifest's inputs out of the archive, through the engine, into figures and files.

It is started with the sealed code first on the path, so what is imported here is the coopkit of the seal. Its input and
output are JSON of one form, which later versions keep.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coopkit.archive import Archive
from coopkit.emulation import board_of, rules_of
from coopkit.errors import CoopkitError
from coopkit.exporters.plain import figure_data
from coopkit.metrics import AnyMetric, Evaluation
from coopkit.metrics.engine import evaluate
from coopkit.period import Period
from coopkit.plugin import PluginSetting
from coopkit.registry import Modes, Registry
from coopkit.registry.inside import Asked, Inside, written
from coopkit.regulation import Regulation
from coopkit.report import Report
from coopkit.run.inputs import sealed_snapshot
from coopkit.run.manifest import Manifest
from coopkit.snapshot import Snapshot, table_hash
from coopkit.text import Label


def main() -> None:
    """Read a job from standard input, print what came of it."""
    told = json.loads(sys.stdin.read())
    manifest = Manifest.of_bytes(json.dumps(told["manifest"]).encode())
    archive = Archive(Path(told["archive"]))
    sys.stdout.write(json.dumps(results(manifest, archive, Path(told["out"])), ensure_ascii=False))


def results(manifest: Manifest, archive: Archive, out: Path) -> dict[str, Any]:
    """The figures by key, the hash of the tidy table, and of each exported file; the files themselves in `out`."""
    settings = manifest.settings
    snapshot = sealed_snapshot(manifest, archive)
    registry = Registry.load(
        modules={one.name: one.module for one in manifest.plugins},
        settings=snapshot.records(PluginSetting),
        modes=Modes(),
    )
    regulation = Regulation({name: archive.get(at).decode() for name, at in manifest.regulation.items()})
    on_map = dt.date.fromisoformat(settings["on_map"]) if settings.get("on_map") else None
    period = Period.parse(settings["period"])
    metrics = registry.metrics()
    only = settings.get("only")
    gone = registry.missing()
    asked = [one for key, one in metrics.items() if key not in gone and (only is None or key in only)]
    evaluation = evaluate(asked, snapshot, [period], on_map=on_map, regulation=regulation)
    question = Asked(
        period,
        dt.date.fromisoformat(settings["date"]),
        Label(*settings["title"]),
        settings["organisation"],
        on_map,
        only,
        tuple(Label(*note) for note in settings.get("notes", ())),
    )
    inside = Inside(registry, snapshot, regulation)
    report = inside.report_of(asked, question)
    exports = _exports(inside, report, question, settings["exporters"], out)
    facts = {figure.key: figure_data(figure) for figure in report.figures}
    failed = {state.name: state.problem for state in registry.plugins() if state.problem}
    return {
        "facts": facts,
        "table": table_hash(evaluation.table),
        "exports": exports,
        "failed": failed,
        "records": _records(evaluation, period),
        "board": _board(manifest, snapshot, metrics, regulation),
    }


def _board(
    manifest: Manifest, snapshot: Snapshot, metrics: Mapping[str, AnyMetric], regulation: Regulation
) -> dict[str, Any]:
    """The board of the campaign whose stage is closed with this run, with the stages that count; empty for a report."""
    campaign = manifest.settings.get("campaign")
    if not campaign:
        return {}
    rules = rules_of(snapshot, campaign)
    return board_of(snapshot, rules, campaign, manifest.settings["stages"], metrics, regulation).data


def _records(evaluation: Evaluation, period: Period) -> dict[str, dict[str, list[str]]]:
    """The ids of the rows that each figure counted, by table: its own, or those of what it is made of."""
    found: dict[str, dict[str, list[str]]] = {}
    counted: dict[tuple[str, Any], list[str]] = {}
    for key in evaluation.metrics:
        tables: dict[str, set[str]] = {}
        try:
            for one in evaluation.counted(key):
                asked = one.key, one.scope.owners if one.scope else ()
                if asked not in counted:
                    rows = one.records(evaluation.snapshot, period, regulation=evaluation.regulation)
                    counted[asked] = rows.column("id").to_pylist()
                tables.setdefault(one.table, set()).update(counted[asked])
        except CoopkitError:  # the figure itself is unavailable, and says why
            continue
        found[key] = {table: sorted(ids) for table, ids in sorted(tables.items())}
    return found


def _exports(inside: Inside, report: Report, question: Asked, wanted: list[str], out: Path) -> dict[str, Any]:
    offered, made = inside.registry.exporters(), {}
    for key in wanted:
        if key not in offered:
            made[key] = {"problem": "không có cách xuất này (there is no such exporter)"}
            continue
        try:
            own = inside.report(offered[key], question) if inside.needs_own(offered[key]) else report
            data = written(offered[key], own, twice=True)
        except Exception as error:  # noqa: BLE001 - whatever a plugin's exporter raised is told beside its key
            made[key] = {"problem": f"{type(error).__name__}: {error}"}
            continue
        (out / key).write_bytes(data)
        made[key] = {"sha256": hashlib.sha256(data).hexdigest(), "extension": offered[key].extension}
    return made


if __name__ == "__main__":
    importlib.invalidate_caches()
    main()
