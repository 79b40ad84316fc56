"""Why two runs differ: one ingredient is swapped at a time, in a fixed order, and each difference goes to its swap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from coopkit.archive import Archive
from coopkit.metrics.dimensions import references
from coopkit.period import format_date
from coopkit.run.again import Outcome
from coopkit.run.manifest import BOUNDARY, PLUGINS, Manifest
from coopkit.text import Label

ORDER: Final = ("plugin", "setting", "metric", "regulation", "boundary", "corrections", "late")
"""The order of the swaps: the code and how it was set first, on the old data; then the law, the map, and the data."""

LABELS: Final[Mapping[str, Label]] = {
    "plugin": Label("Phiên bản tiện ích", "Plugin version"),
    "setting": Label("Thiết đặt tiện ích", "Plugin settings"),
    "metric": Label("Phiên bản chỉ tiêu", "Metric version"),
    "regulation": Label("Phiên bản quy định", "Regulation version"),
    "boundary": Label("Thay đổi địa giới", "Boundary act"),
    "corrections": Label("Bản ghi được sửa", "Corrections"),
    "late": Label("Bản ghi đến muộn", "Late records"),
    "asked": Label("Điều được hỏi", "What was asked"),
}

SETTINGS: Final[Mapping[str, Label]] = {
    "period": Label("kỳ", "period"),
    "on_map": Label("bản đồ", "map"),
    "date": Label("ngày ký", "date"),
    "title": Label("tên báo cáo", "title"),
    "organisation": Label("đơn vị lập", "organisation"),
    "exporters": Label("cách xuất", "exporters"),
    "locale": Label("ngôn ngữ", "language"),
    "only": Label("chỉ tiêu được chọn", "chosen figures"),
    "campaign": Label("phong trào", "campaign"),
    "stages": Label("giai đoạn chấm", "scoring stages"),
    "notes": Label("điểm được bỏ qua", "waived"),
}
"""What a run is asked, by the key of the manifest's settings."""


Records: TypeAlias = "tuple[tuple[str, str], ...]"
"""Records by their table and id."""


@frozen
class Part:
    """What one ingredient did to one figure: its value before and after the swap, and the records it is about.

    Records are (table, id): `came` are rows that the figure counts since the swap, `went` those it counted until then,
    `swapped` those that were corrected or arrived late and are neither, but which the figure's rows are or refer to.

    >>> Part("late", "fairs.turns", "95 lượt", "96 lượt", (("participation", "t96"),)).label.vi
    'Bản ghi đến muộn'
    """

    kind: str
    figure: str
    before: str
    after: str
    came: Records = ()
    went: Records = ()
    swapped: Records = ()

    @property
    def label(self) -> Label:
        """The kind on screen."""
        return LABELS[self.kind]


@frozen
class Asked:
    """One thing that two runs were asked differently: the setting, and each side's as a reader sees it.

    >>> Asked("on_map", "31/12/2023", "01/07/2025").label.vi
    'bản đồ'
    """

    setting: str
    before: str
    after: str

    @property
    def label(self) -> Label:
        """The setting on screen."""
        return SETTINGS.get(self.setting, Label(self.setting, self.setting))


def asked(old: Manifest, new: Manifest) -> list[Asked]:
    """What two runs were asked differently; empty where both answer the same question."""
    keys = [*SETTINGS, *sorted({*old.settings, *new.settings} - SETTINGS.keys())]
    sides = ((key, *(_told(key, one.settings.get(key)) for one in (old, new))) for key in keys)
    return [Asked(key, _read(key, then), _read(key, now)) for key, then, now in sides if then != now]


def _told(key: str, value: Any) -> Any:
    """A setting, None where nothing was asked; no chosen figures (an empty `only`) is not the same as all of them."""
    return value if key == "only" else value or None


def _read(key: str, value: Any) -> str:
    """A setting as a reader sees it: days day first, of what is in two languages the Vietnamese, lists in a row."""
    if value is None:
        return "–"
    if key in {"on_map", "date"}:
        return format_date(dt.date.fromisoformat(value))
    if key == "title":
        return str(value[0])
    if key == "notes":
        return "; ".join(note[0] for note in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def explain(
    old: Manifest, new: Manifest, archive: Archive, run: Callable[[Manifest], Outcome]
) -> tuple[list[Part], list[Outcome]]:
    """The parts of every difference between two runs, in the order of the swaps; and the outcome of each step.

    `run` runs a manifest (`run_sealed`). What is equal in both is not swapped; what was asked otherwise comes last. The
    first outcome is the old run's, the last the new one's; the parts of a figure lead from one to the other without a
    gap.
    """
    parts: list[Part] = []
    outcomes, current = [run(old)], old
    for kind in ORDER:
        swapped, records = _swap(kind, current, new, archive)
        if swapped == current:
            continue
        outcomes.append(run(swapped))
        parts += _parts(kind, outcomes[-2], outcomes[-1], records)
        current = swapped
    told = evolve(new, environment=current.environment, metrics=current.metrics)
    if current != told:
        outcomes.append(run(new))
        parts += _parts("asked", outcomes[-2], outcomes[-1], ())
    return parts, outcomes


def _parts(kind: str, before: Outcome, after: Outcome, records: Records) -> Iterator[Part]:
    for key in sorted({*before.facts, *after.facts}):
        texts = [_text(outcome.facts.get(key)) for outcome in (before, after)]
        if texts[0] != texts[1]:
            then, now = before.counted(key), after.counted(key)
            tables = {*before.records.get(key, {}), *after.records.get(key, {})}
            referred = {to for table in tables for to in references(table).values()}
            bears = (one for one in records if one not in now ^ then and (one in now or one[0] in referred))
            came, went = tuple(sorted(now - then)), tuple(sorted(then - now))
            yield Part(kind, key, texts[0], texts[1], came, went, tuple(bears))


def _text(fact: Mapping[str, Any] | None) -> str:
    return str(fact["text"]) if fact else "–"


def _swap(kind: str, current: Manifest, new: Manifest, archive: Archive) -> tuple[Manifest, Records]:
    """The manifest with one ingredient of the newer run, and the records that went with it."""
    if kind == "plugin":
        return evolve(current, plugins=new.plugins), ()
    if kind == "metric":
        return evolve(current, code=new.code), ()
    if kind == "regulation":
        return evolve(current, regulation=new.regulation), ()
    if kind in _TABLES:
        taken = {name: at for name, at in new.tables.items() if name in _TABLES[kind]}
        return evolve(current, tables={**current.tables, **taken}), ()
    tables, records = dict(current.tables), []
    for name, at in new.tables.items():
        if not any(name in own for own in _TABLES.values()) and tables.get(name) != at:
            if kind == "late":
                records += [(name, of) for of in _added(tables.get(name), at, archive)]
                tables[name] = at
            else:
                tables[name], touched = _corrected(tables.get(name), at, archive)
                records += [(name, of) for of in touched]
    position = new.position if kind == "late" else current.position
    return evolve(current, tables=tables, position=position), tuple(records)


_TABLES: Final[Mapping[str, frozenset[str]]] = {"boundary": BOUNDARY, "setting": PLUGINS}
"""The ingredients that are whole tables."""


def _added(old: str | None, new: str, archive: Archive) -> list[str]:
    held = set(archive.get_table(old).column("id").to_pylist()) if old else set()
    return [of for of in archive.get_table(new).column("id").to_pylist() if of not in held]


def _corrected(old: str | None, new: str, archive: Archive) -> tuple[str, list[str]]:
    """The older table's records as the newer one has them, without those it has no more; and which these are."""
    later = archive.get_table(new)
    if old is None:
        return archive.put_table(later.slice(0, 0)), []
    earlier = archive.get_table(old)
    ids = earlier.column("id")
    kept = later.filter(pc.is_in(later.column("id"), value_set=ids.combine_chunks()))
    before = {row["id"]: row for row in earlier.to_pylist()}
    after = {row["id"]: row for row in kept.to_pylist()}
    touched = [of for of, row in before.items() if after.get(of) != row]
    return archive.put_table(pa.table(kept)), touched
