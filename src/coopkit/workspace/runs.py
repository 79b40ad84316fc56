"""Sealing a period's figures with all they were made of; running a seal again; explaining why two differ."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from coopkit.archive import Archive, Keeping, Names
from coopkit.display import Display
from coopkit.errors import ArchiveError, NotFound, RunError
from coopkit.field import FieldKind
from coopkit.metrics import Unavailable
from coopkit.metrics.metric import in_force
from coopkit.period import Period
from coopkit.registry import OWN, PluginState, Registry, State
from coopkit.regulation import Regulation
from coopkit.report import Figure, Source, source_from
from coopkit.run import (
    Manifest,
    Outcome,
    Part,
    Plugin,
    code_of,
    environment,
    explain,
    plugin_code,
    run_sealed,
    sealed_snapshot,
)
from coopkit.run.why import ORDER
from coopkit.seal import SealedRun
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang, nfc

UNDECIDED = "place.undecided"
BROKEN = "ledger.verify"
LONGEST: Final = 80
_WITH_UNIT: Final = {FieldKind.MONEY, FieldKind.PERCENT, FieldKind.POINTS}


@frozen
class Obstacle:
    """What stands in the way of a seal: a metric's key or one of a few words, and what is the matter."""

    key: str
    what: Label

    def __str__(self) -> str:
        """Both languages once, also where the matter itself is told in both."""
        return f"{self.key}: {self.what.vi}" + ("" if self.what.en == self.what.vi else f" ({self.what.en})")


def obstacle(key: str, told: str) -> Obstacle:
    """An obstacle told in one text, "Vietnamese (English)" or in no language at all, as a program's own words are."""
    pair = re.fullmatch(r"(.+?) \((.+)\)", told, re.DOTALL)
    return Obstacle(key, Label(pair[1], pair[2]) if pair else Label(told, told))


def unavailable(key: str, value: Unavailable) -> Obstacle:
    """The obstacle of a figure that cannot be computed."""
    why = obstacle(key, value.reason).what
    if why.vi == why.en:
        return Obstacle(key, Label(f"không tính được: {why}", f"không tính được: {why}"))
    return Obstacle(key, Label(f"không tính được: {why.vi}", f"unavailable: {why.en}"))


@frozen
class Again:
    """A sealed run, run again: where it differs from what was sealed, and what has changed around it since.

    `differences` are keys of figures, "table", "export:KEY" and, for a kept file that is missing or spoilt, "file:KEY",
    about which `spoilt` says more; empty where every figure and byte is the same. `changed` names versions and files
    that are not those of the seal.
    """

    name: str
    outcome: Outcome
    differences: tuple[str, ...]
    changed: tuple[str, ...]
    spoilt: Mapping[str, str] = field(factory=dict)


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
    question: Question, snapshot: Snapshot, registry: Registry, regulation: Regulation, archive: Keeping
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
        plugins=tuple(_plugin(state, archive) for state in _running(registry)),
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


def _running(registry: Registry) -> list[PluginState]:
    """The plugins that are loaded, coopkit's own offers aside."""
    return [state for state in registry.states if state.name != OWN and state.state is State.ON]


def _plugin(state: PluginState, archive: Keeping) -> Plugin:
    if not state.module:
        raise ArchiveError(f"Tiện ích {state.name!r} không nằm trong tệp nào (the plugin is in no file)")
    files = plugin_code(state.module, state.distribution, archive)
    return Plugin(state.name, state.module, state.distribution, state.version, files, state.settings)


def good_name(typed: str) -> str:
    """The name of a run as it is kept. Raises `RunError` for one that cannot be typed, shown or told apart later.

    >>> good_name("báo cáo 2023")
    'báo cáo 2023'
    """
    odd = any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or letter in "/\\" for letter in typed)
    name = nfc(typed)
    if not name or odd or typed != typed.strip() or name.startswith(("-", ".")) or len(name) > LONGEST:
        raise RunError(
            f"Tên lần chốt {typed[:LONGEST]!r} không dùng được: viết như bao-cao-2023, 1–{LONGEST} ký tự, một dòng, "
            "không có / hay \\, không có dấu cách ở hai đầu, không bắt đầu bằng - hay . (no good name for a run: write "
            f"one like report-2023, 1–{LONGEST} characters in one line, no / or \\, no blanks around, no - or . first)"
        )
    return name


def name_key(name: str) -> str:
    """What two names share that nobody could tell apart: that differ by case, or in how their marks are composed.

    >>> name_key("Bao-Cao") == name_key("bao-cao")
    True
    """
    return nfc(nfc(name).casefold())


def with_reasons(waive: Mapping[str, str]) -> dict[str, str]:
    """The waivers, each with its reason. Raises `RunError` for one without."""
    if blank := sorted(key for key, reason in waive.items() if not reason.strip()):
        raise RunError(f"Bỏ qua {', '.join(blank)} cần một lý do (a waiver needs a reason): --because …")
    return {key: reason.strip() for key, reason in waive.items()}


def require_waived(obstacles: Sequence[Obstacle], waived: Mapping[str, str], later: Iterable[str] = ()) -> None:
    """Let pass what is waived. Raises `RunError` that lists every other obstacle, and each waiver that waives nothing.

    `later` are keys of what only the run itself can tell.
    """
    standing = [one for one in obstacles if one.key not in waived]
    idle = sorted(waived.keys() - {one.key for one in obstacles} - set(later))
    told = []
    if standing:
        listed = "; ".join(map(str, standing))
        told.append(
            f"Chưa chốt được (not sealed): {listed}. Sửa, hoặc bỏ qua từng điểm với một lý do "
            f"(mend it, or waive each with a reason): --waive {standing[0].key} --because …"
        )
    if idle:
        told.append(f"Không có gì để bỏ qua (there is nothing to waive): {', '.join(idle)}")
    if told:
        raise RunError(". ".join(told))


def with_notes(manifest: Manifest, obstacles: Sequence[Obstacle], waived: Mapping[str, str]) -> Manifest:
    """The manifest with a printed note for each obstacle, all of which are waived."""
    notes = [
        [
            f"Bỏ qua {one.key}: {one.what.vi}. Lý do: {waived[one.key]}",
            f"Waived {one.key}: {one.what.en}. {waived[one.key]}",
        ]
        for one in obstacles
    ]
    return evolve(manifest, settings={**manifest.settings, "notes": notes}) if notes else manifest


def surprises(outcome: Outcome, figures: Mapping[str, Figure]) -> list[Obstacle]:
    """Where the run itself, with the code that is kept, gave other than the figures that were checked."""
    found = [obstacle(f"plugin.{name}", what) for name, what in sorted(outcome.failed.items())]
    for key in [*figures, *sorted(outcome.facts.keys() - figures)]:
        here, there = figures.get(key), outcome.facts.get(key)
        if here and there and {here.qualifier, there["qualifier"]} == {"unavailable"}:
            continue
        mine, kept = here.text() if here else None, there["text"] if there else None
        if here is None or there is None or (mine, here.rows) != (kept, there["records"]):
            vi = f"ở đây là {mine or 'không có'}, chạy riêng với mã sẽ lưu thì là {kept or 'không có'}"
            en = f"here it is {mine or 'not there'}, run on its own with the code to be kept {kept or 'not there'}"
            found.append(Obstacle(key, Label(vi, en)))
    problems = {key: made["problem"] for key, made in outcome.exports.items() if "problem" in made}
    return found + [obstacle(f"export.{key}", what) for key, what in problems.items()]


def keep(name: str, manifest: Manifest, outcome: Outcome, archive: Archive, waived: Mapping[str, str]) -> SealedRun:
    """Keep manifest, results and exported files; gives the record of the seal."""
    for data in outcome.files.values():
        archive.put(data)
    return SealedRun(
        id=f"sealed_run-{name_key(name)}",
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


def opened(
    run: SealedRun,
    figure: str,
    archive: Archive,
    lang: Lang = "vi",
    *,
    plain: bool = False,
    seen: Callable[[Snapshot], Snapshot] = lambda snapshot: snapshot,
) -> list[Source]:
    """The records that a sealed figure counted, as they were sealed: one `Source` for each table they are of.

    Money and percents are written as a report prints them, or with `plain` left as the numbers they are stored as.
    `seen` gives what the reader may see of the sealed register.

    Raises `NotFound` for a figure the run has not, `RunError` where the archive lacks what was sealed.
    """
    results = results_of(run, archive)
    if figure not in results.facts:
        raise NotFound(
            f"Lần chốt {run.name!r} không có chỉ tiêu {figure!r} (no such figure): {', '.join(results.facts)}"
        )
    try:
        snapshot = seen(sealed_snapshot(manifest_of(run, archive), archive))
    except (NotFound, ArchiveError) as error:
        raise RunError(f"Thiếu dữ liệu đã chốt (sealed data is missing): {error}") from error
    display = Display(snapshot, lang)
    return [
        _source(figure, table, _only(snapshot.tables[table], ids), display, plain=plain)
        for table, ids in results.records.get(figure, {}).items()
    ]


def _source(figure: str, table: str, rows: pa.Table, display: Display, *, plain: bool) -> Source:
    source = source_from(figure, table, rows, display)
    if plain:
        return source
    columns = [own for own in TABLES[table].fields if not own.derived and own.personal is None]
    told = []
    for cells, row in zip(source.rows, rows.to_pylist(), strict=True):
        pairs = zip(columns, cells[:-1], strict=True)
        named = (display.text(own, row) if own.kind in _WITH_UNIT else cell for own, cell in pairs)
        told.append((*named, cells[-1]))
    return Source(figure, source.columns, tuple(told))


def _only(table: pa.Table, ids: Iterable[str]) -> pa.Table:
    return table.filter(pc.is_in(table.column("id"), value_set=pa.array(ids, pa.string()))).sort_by("id")


def again(
    run: SealedRun, archive: Archive, registry: Registry, regulation: Regulation, *, current_code: bool = False
) -> Again:
    """Run a seal again and compare every figure and byte with what was kept; the kept files are looked at too."""
    manifest = manifest_of(run, archive)
    outcome = run_sealed(manifest, archive, current_code=current_code)
    kept = results_of(run, archive)
    exports = {f"file:{key}": made["sha256"] for key, made in kept.exports.items() if "sha256" in made}
    spoilt = {key: fault for key, at in exports.items() if (fault := archive.fault(at))}
    changed = tuple(_changed(manifest, registry, regulation))
    return Again(run.name, outcome, (*kept.differences(outcome), *spoilt), changed, spoilt)


def _changed(manifest: Manifest, registry: Registry, regulation: Regulation) -> Iterator[str]:
    """What is not as it was at the seal: libraries, coopkit's own files, laws, plugins."""
    now = environment()
    for name, then in sorted(manifest.environment.items()):
        if now.get(name) != then:
            yield f"{name} {then} → {now.get(name) or '–'}"
    yield from _files("coopkit", manifest.code, code_of(importlib.import_module("coopkit"), Names()))
    laws = {name: Names().put(text.encode()) for name, text in regulation.texts.items()}
    yield from _files("regulation", manifest.regulation, laws)
    states = {state.name: state for state in _running(registry)}
    for one in manifest.plugins:
        if one.name not in states:
            yield f"{one.name} {one.version} → – ({one.distribution or one.module})"
            continue
        try:
            now_has = _plugin(states[one.name], Names()).files
        except ArchiveError as error:
            yield f"{one.name}: {error}"
            continue
        yield from _files(one.name, one.files, now_has)
        if one.settings not in ("", states[one.name].settings):
            yield f"{one.name}: thiết đặt (settings)"


def _files(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> Iterable[str]:
    return (f"{name}: {path}" for path in sorted({*then, *now}) if then.get(path) != now.get(path))


Progress: TypeAlias = Callable[[int, int, Label], None]
"""What is told how far long work is: steps done, steps in all, and what is being done."""


def silent(_: int, __: int, ___: Label) -> None:
    """Progress that nobody watches.

    >>> silent(1, 2, Label("chạy", "running"))
    """


def why(
    old: Manifest, new: Manifest, archive: Archive, progress: Progress = silent
) -> tuple[list[Part], list[Outcome]]:
    """The parts of every difference between two runs, each run with its own code; `progress` is told of each run."""
    most, done = len(ORDER) + 2, count(0)

    def run(manifest: Manifest) -> Outcome:
        number = next(done)
        progress(number, most, Label(f"Tính lần {number + 1}…", f"Counting, turn {number + 1} …"))
        return run_sealed(manifest, archive)

    return explain(old, new, archive, run)


def archive_beside(file: Path) -> Archive:
    """The archive of a ledger: a folder beside its file, to be backed up together with it."""
    return Archive(file.with_name(f"{file.name}.archive"))
