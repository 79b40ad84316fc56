"""Sealing a period's figures with all they were made of; running a seal again; explaining why two differ."""

from __future__ import annotations

import datetime as dt
import importlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from coopkit.archive import Archive
from coopkit.display import Display
from coopkit.errors import ArchiveError, NotFound, RunError
from coopkit.metrics.metric import in_force
from coopkit.period import Period
from coopkit.registry import OWN, PluginState, Registry
from coopkit.regulation import Regulation
from coopkit.report import Source, source_from
from coopkit.run import (
    Manifest,
    Outcome,
    Part,
    Plugin,
    code_of,
    environment,
    explain,
    run_sealed,
    sealed_snapshot,
)
from coopkit.seal import SealedRun
from coopkit.snapshot import Snapshot
from coopkit.text import Label, Lang

UNDECIDED = "place.undecided"
BROKEN = "ledger.verify"


@frozen
class Obstacle:
    """What stands in the way of a seal: a metric's key or one of a few words, and what is the matter."""

    key: str
    what: Label


@frozen
class Again:
    """A sealed run, run again: where it differs from what was sealed, and what has changed around it since.

    `differences` are keys of figures, "table", and "export:KEY"; empty where every figure and byte is the same.
    `changed` names versions and files that are not those of the seal.
    """

    name: str
    outcome: Outcome
    differences: tuple[str, ...]
    changed: tuple[str, ...]


@frozen
class Question:
    """What a run is asked: the period, the day printed on it, its title, the map, and the exporters.

    `only` these metrics are counted; None for all. A run that closes a stage of a `campaign` makes its board from the
    scoring `stages` that count.
    """

    period: Period
    date: dt.date
    title: Label
    organisation: str
    on_map: dt.date | None = None
    exporters: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    campaign: str = ""
    stages: tuple[str, ...] = ()


def gather(
    question: Question, snapshot: Snapshot, registry: Registry, regulation: Regulation, archive: Archive
) -> Manifest:
    """Keep all that a run is made of in the archive; persons' own data is left out, for it can be erased.

    Raises `ArchiveError` for a plugin whose code is in no file.
    """
    told = {name: table for name, table in snapshot.tables.items() if name != "sealed_run"}
    told["person"] = told["person"].slice(0, 0)
    return Manifest(
        position=snapshot.position,
        tables={name: archive.put_table(table) for name, table in sorted(told.items())},
        regulation={name: archive.put(text.encode()) for name, text in sorted(regulation.texts.items())},
        code=code_of(importlib.import_module("coopkit"), archive),
        plugins=tuple(_plugin(state, archive) for state in registry.states if state.name != OWN and not state.problem),
        settings={
            "period": question.period.key,
            "on_map": question.on_map.isoformat() if question.on_map else None,
            "date": question.date.isoformat(),
            "title": [question.title.vi, question.title.en],
            "organisation": question.organisation,
            "exporters": sorted(question.exporters),
            "locale": "vi_VN",
            "only": None if question.only is None else sorted(question.only),
            "campaign": question.campaign,
            "stages": list(question.stages),
        },
        environment=environment(),
        metrics={
            key: f"{one.plugin}:{in_force(one, question.period.end).version}"
            for key, one in sorted(registry.metrics().items())
        },
    )


def _plugin(state: PluginState, archive: Archive) -> Plugin:
    root = importlib.import_module(state.module.partition(".")[0]) if state.module else None
    if root is None:
        raise ArchiveError(f"Tiện ích {state.name!r} không nằm trong tệp nào (the plugin is in no file)")
    return Plugin(state.name, state.module, state.distribution, state.version, code_of(root, archive))


def with_waivers(manifest: Manifest, obstacles: Sequence[Obstacle], waived: Mapping[str, str]) -> Manifest:
    """The manifest with a printed note for each obstacle that is waived.

    Raises `RunError` that lists every other obstacle, and a waiver that waives nothing.
    """
    open_ = [one for one in obstacles if one.key not in waived]
    if open_:
        told = "; ".join(f"{one.key}: {one.what.vi} ({one.what.en})" for one in open_)
        raise RunError(f"Chưa chốt được, cần sửa trước (not sealed; mend first): {told}")
    idle = sorted(waived.keys() - {one.key for one in obstacles})
    if idle:
        raise RunError(f"Không có gì để bỏ qua (there is nothing to waive): {', '.join(idle)}")
    notes = [
        [
            f"Bỏ qua {one.key}: {one.what.vi}. Lý do: {waived[one.key]}",
            f"Waived {one.key}: {one.what.en}. {waived[one.key]}",
        ]
        for one in obstacles
    ]
    return evolve(manifest, settings={**manifest.settings, "notes": notes}) if notes else manifest


def keep(name: str, manifest: Manifest, outcome: Outcome, archive: Archive, waived: Mapping[str, str]) -> SealedRun:
    """Keep manifest, results and exported files; gives the record of the seal."""
    for data in outcome.files.values():
        archive.put(data)
    return SealedRun(
        id=f"sealed_run-{name}",
        name=name,
        period=manifest.settings["period"],
        manifest=archive.put(manifest.to_bytes()),
        results=archive.put(outcome.to_bytes()),
        waived=json.dumps(waived, ensure_ascii=False, sort_keys=True) if waived else None,
        campaign=manifest.settings["campaign"] or None,
    )


def manifest_of(run: SealedRun, archive: Archive) -> Manifest:
    """What a sealed run was made of. Raises `RunError` where the archive lacks it."""
    return Manifest.of_bytes(_read(run.manifest, "bản kê (manifest)", archive))


def results_of(run: SealedRun, archive: Archive) -> Outcome:
    """What a sealed run gave, as it was kept; no plugin is needed to read it. Raises `RunError`."""
    return Outcome.of_bytes(_read(run.results, "kết quả (results)", archive))


def _read(at: str, what: str, archive: Archive) -> bytes:
    try:
        return archive.get(at)
    except (NotFound, ArchiveError) as error:
        raise RunError(f"Thiếu {what}: {error}") from error


def opened(run: SealedRun, figure: str, archive: Archive, lang: Lang = "vi") -> list[Source]:
    """The records that a sealed figure counted, as they were sealed: one `Source` for each table they are of.

    Raises `NotFound` for a figure the run has not, `RunError` where the archive lacks what was sealed.
    """
    results = results_of(run, archive)
    if figure not in results.facts:
        raise NotFound(
            f"Lần chốt {run.name!r} không có chỉ tiêu {figure!r} (no such figure): {', '.join(results.facts)}"
        )
    try:
        snapshot = sealed_snapshot(manifest_of(run, archive), archive)
    except (NotFound, ArchiveError) as error:
        raise RunError(f"Thiếu dữ liệu đã chốt (sealed data is missing): {error}") from error
    display = Display(snapshot, lang)
    return [
        source_from(figure, table, _only(snapshot.tables[table], ids), display)
        for table, ids in results.records.get(figure, {}).items()
    ]


def _only(table: pa.Table, ids: Iterable[str]) -> pa.Table:
    return table.filter(pc.is_in(table.column("id"), value_set=pa.array(ids, pa.string()))).sort_by("id")


def again(
    run: SealedRun, archive: Archive, registry: Registry, regulation: Regulation, *, current_code: bool = False
) -> Again:
    """Run a seal again and compare every figure and byte with what was kept."""
    manifest = manifest_of(run, archive)
    outcome = run_sealed(manifest, archive, current_code=current_code)
    differences = tuple(results_of(run, archive).differences(outcome))
    return Again(run.name, outcome, differences, tuple(_changed(manifest, registry, regulation, archive)))


def _changed(manifest: Manifest, registry: Registry, regulation: Regulation, archive: Archive) -> Iterator[str]:
    """What is not as it was at the seal: libraries, coopkit's own files, laws, plugins."""
    now = environment()
    for name, then in sorted(manifest.environment.items()):
        if now.get(name) != then:
            yield f"{name} {then} → {now.get(name) or '–'}"
    yield from _files("coopkit", manifest.code, code_of(importlib.import_module("coopkit"), archive))
    laws = {name: archive.put(text.encode()) for name, text in regulation.texts.items()}
    yield from _files("regulation", manifest.regulation, laws)
    states = {state.name: state for state in registry.states if not state.problem}
    for one in manifest.plugins:
        if one.name not in states:
            yield f"{one.name} {one.version} → – ({one.distribution or one.module})"
        else:
            yield from _files(one.name, one.files, _plugin(states[one.name], archive).files)


def _files(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> Iterable[str]:
    return (f"{name}: {path}" for path in sorted({*then, *now}) if then.get(path) != now.get(path))


def why(old: Manifest, new: Manifest, archive: Archive) -> tuple[list[Part], list[Outcome]]:
    """The parts of every difference between two runs, each run with its own code."""
    return explain(old, new, archive, lambda manifest: run_sealed(manifest, archive))


def archive_beside(file: Path) -> Archive:
    """The archive of a ledger: a folder beside its file, to be backed up together with it."""
    return Archive(file.with_name(f"{file.name}.archive"))
