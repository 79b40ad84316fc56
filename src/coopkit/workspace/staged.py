"""A list of who took part, each line matched to the register: what it would add, and what must be mended first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen

from coopkit.display import Display
from coopkit.errors import BadText
from coopkit.event import Participation
from coopkit.field import Choice
from coopkit.importers import parse_text
from coopkit.importers.amounts import quantity_of
from coopkit.importers.text import Doubtful
from coopkit.quantity import VND
from coopkit.record import identify, to_row
from coopkit.text import Label, Lang, fold, name_key, words_of
from coopkit.workspace.event_list import TURN
from coopkit.workspace.events import TOLD
from coopkit.workspace.pasted import Entry, is_code
from coopkit.workspace.register import Unit, UnitList
from coopkit.workspace.search import Names, Rows, names_of

_NEAR: Final = 5
"""So many units are offered for a name that no unit has."""

_LIKE: Final = 0.6
"""Names that share one word only are offered where they are so much alike."""

_MANY: Final = 300
"""A word that more names than this have, or than a quarter of all, tells nothing of which is meant."""

_FEW: Final = 3
"""A word that no more names than this have does tell, also in a small register."""


class State(Choice):
    """What became of a line of the list.

    >>> [one.value for one in State if one.mend]
    ['several', 'unknown', 'faulty']
    """

    READY = "ready", "Sẽ thêm", "Will be added"
    DOUBLE = "double", "Lặp lại trong danh sách", "Twice in the list"
    THERE = "there", "Đã có trong sự kiện", "Already there"
    SEVERAL = "several", "Nhiều đơn vị như vậy", "Several such units"
    UNKNOWN = "unknown", "Không tìm thấy", "Not found"
    FAULTY = "faulty", "Cần sửa ô", "To be mended"

    @property
    def mend(self) -> bool:
        """Whether somebody must mend the line before the list is written."""
        return self in (State.SEVERAL, State.UNKNOWN, State.FAULTY)


@frozen
class Line:
    """A line of the list: its number, what was told, what became of it, the unit meant, and why or with what doubt.

    `candidates` are the units it may mean, the likeliest first. `texts` are people, amount and result as they were
    understood. `faults` tells of each cell that cannot be read.
    """

    number: int
    entry: Entry
    state: State
    unit: Unit | None = None
    candidates: tuple[Unit, ...] = ()
    note: Label | None = None
    faults: Mapping[str, Label] = field(factory=dict)
    texts: tuple[str, ...] = ("", "", "")
    record: Participation | None = None


@frozen
class Staged:
    """The list of an event as it stands. `turns` and `units` are what it adds; `before` and `after` what the event has.

    A unit is one turn of an event, however often it is told, and however many people it sent.
    """

    token: str
    event: str
    lines: tuple[Line, ...]
    before: tuple[int, int]

    @property
    def turns(self) -> int:
        """The turns (lượt) that would be added."""
        return len(self._ready)

    @property
    def units(self) -> int:
        """The distinct units (đơn vị) in them."""
        return len({one.record.cooperative for one in self._ready if one.record})

    @property
    def after(self) -> tuple[int, int]:
        """The turns and units that the event would have: none of those added is there yet."""
        return self.before[0] + self.turns, self.before[1] + self.units

    @property
    def counts(self) -> Mapping[State, int]:
        """How many lines are in each state, those that are in none left out."""
        found = Counter(one.state for one in self.lines)
        return {state: found[state] for state in State if found[state]}

    @property
    def to_mend(self) -> list[Line]:
        """The lines that somebody must mend first."""
        return [one for one in self.lines if one.state.mend]

    @property
    def sound(self) -> list[Line]:
        """The lines that need nothing."""
        return [one for one in self.lines if not one.state.mend]

    @property
    def _ready(self) -> list[Line]:
        return [one for one in self.lines if one.state is State.READY]


def match(units: UnitList, event: str, entries: Sequence[Entry], there: Iterable[str], lang: Lang) -> tuple[Line, ...]:
    """The lines of a list for an event, in which the units `there` have their turns already.

    A unit that is told twice, or is there, adds nothing.
    """
    known, display, seen, held = _known(units), Display(units.snapshot, lang), dict[str, int](), set(there)
    lines = []
    for number, entry in enumerate(entries, 1):
        line = _line(known, display, event, Line(number, entry, State.UNKNOWN))
        if line.unit and line.unit.id in held:
            line = evolve(line, state=State.THERE, note=_THERE)
        elif line.unit and (first := seen.setdefault(line.unit.id, number)) != number:
            line = evolve(line, state=State.DOUBLE, note=_double(first))
        lines.append(line)
    return tuple(lines)


def _line(known: _Known, display: Display, event: str, line: Line) -> Line:
    entry = line.entry
    found = known.matched(entry)
    if len(found) != 1:
        rows = found or known.near(entry)
        candidates = tuple(map(known.units.unit, rows))
        return evolve(
            line,
            state=State.SEVERAL if found else State.UNKNOWN,
            candidates=candidates,
            note=_which(entry, candidates, several=bool(found)),
        )
    unit = known.units.unit(found[0])
    values, faults, doubts = _values(entry)
    if entry.tax_code and entry.name and _folded(entry.name) != _folded(unit.name):
        doubts.append(Label(f"mã số thuế này là của «{unit.name}»", f"this tax code is that of “{unit.name}”"))
    identity = {"event": event, "cooperative": unit.id}
    record = Participation(identify(Participation, identity), event, unit.id, **values)
    texts = display.row(TURN, to_row(record), *TOLD)
    note = Label("; ".join(one.vi for one in doubts), "; ".join(one.en for one in doubts)) if doubts else None
    state = State.FAULTY if faults else State.READY
    return evolve(line, state=state, unit=unit, note=note, faults=faults, texts=texts, record=record)


def _values(entry: Entry) -> tuple[dict[str, Any], dict[str, Label], list[Label]]:
    """What a line tells of a turn, by field; the cells that cannot be read; and what a person should look at."""
    values: dict[str, Any] = {}
    faults: dict[str, Label] = {}
    doubts: list[Label] = []
    for key in TOLD:
        if not (text := getattr(entry, key).strip()):
            continue
        try:
            read = quantity_of(text, VND) if key == "amount" else parse_text(TURN.field(key), text)
        except BadText as bad:
            faults[key] = Label(*(f"«{text}» {what}: {mend}" for what, mend in zip(bad.what, bad.mend, strict=True)))
            continue
        if isinstance(read, Doubtful):
            doubts.append(
                Label(*(f"{read.problem.seen} {what}" for what in (read.problem.what.vi, read.problem.what.en)))
            )
            read = read.value
        values[key] = read
    return values, faults, doubts


_THERE: Final = Label("đã có lượt trong sự kiện này, không ghi thêm", "has its turn at this event, adds none")


def _double(first: int) -> Label:
    return Label(
        f"đã có ở dòng {first}: một đơn vị chỉ tính một lượt trong một sự kiện",
        f"stands in line {first}: a unit is one turn of an event",
    )


def _which(entry: Entry, candidates: Sequence[Unit], *, several: bool) -> Label:
    """What to do about a line that means no unit, or several."""
    if several:
        return Label("Nhiều đơn vị có tên này: chọn một.", "Several units have this name: choose one.")
    if not entry.name:
        return Label(
            "Không đơn vị nào có mã số thuế này: viết tên, hoặc thêm đơn vị ở trang Hợp tác xã.",
            "No unit has this tax code: write its name, or add the unit on the page Cooperatives.",
        )
    if candidates:
        return Label(
            "Không đơn vị nào có đúng tên này: chọn đơn vị gần giống, hoặc viết lại tên.",
            "No unit has just this name: choose a similar one, or write it otherwise.",
        )
    return Label(
        "Không đơn vị nào có tên gần như vậy: viết lại tên, hoặc thêm đơn vị ở trang Hợp tác xã.",
        "No unit has a name like this: write it otherwise, or add the unit on the page Cooperatives.",
    )


@frozen(eq=False, slots=False)
class _Known:
    """The units of the register by what a line may tell of them, each as its row."""

    units: UnitList
    _near: dict[str, tuple[int, ...]] = field(factory=dict, init=False)

    def matched(self, entry: Entry) -> tuple[int, ...]:
        """The rows of the units that a line means: by tax code, else by name, told apart by place."""
        if entry.unit:
            return tuple(row for row in (self._ids.get(entry.unit),) if row is not None)
        if entry.tax_code:
            found = self._codes.get(_code(entry.tax_code))
            return () if found is None else (found,)
        named = self._keys.get(_key(entry.name)) or self._folded.get(_folded(entry.name)) or ()
        there = tuple(row for row in named if entry.place and self._lies(row, entry.place))
        return there or named

    def near(self, entry: Entry) -> tuple[int, ...]:
        """The rows of the units whose names are like what was told: those that share most words, the likest first."""
        text = entry.name
        if text and text not in self._near:
            shared, many = Counter[int](), min(_MANY, max(_FEW, len(self.units) // 4))
            for word in set(words_of(text)):
                rows = self._names.find(word, self._all)
                shared.update(rows.tolist() if len(rows) <= many else ())
            rated = [(count, self._like(text, row), row) for row, count in shared.most_common(_MANY)]
            rated = [one for one in rated if one[0] > 1 or one[1] > _LIKE]
            best = [row for _, _, row in sorted(rated, key=lambda one: (-one[0], -one[1], one[2]))]
            all_words = self._names.find(text, self._all)[:_NEAR].tolist()
            self._near[text] = tuple(dict.fromkeys([*all_words, *best]))[:_NEAR]
        return self._near.get(text, ())

    def _like(self, text: str, row: int) -> float:
        return SequenceMatcher(None, _folded(text), _folded(self.names[row])).ratio()

    @property
    def _names(self) -> Names:
        return names_of(self.units.snapshot)

    @cached_property
    def _all(self) -> Rows:
        return np.arange(len(self.units), dtype=np.int64)

    @cached_property
    def names(self) -> list[str]:
        """The name of each unit."""
        names: list[str] = self.units.table.column("name").to_pylist()
        return names

    @cached_property
    def _ids(self) -> Mapping[str, int]:
        return {of: row for row, of in enumerate(self.units.table.column("id").to_pylist())}

    @cached_property
    def _codes(self) -> Mapping[str, int]:
        return {code: row for row, code in enumerate(self.units.table.column("tax_code").to_pylist()) if code}

    @cached_property
    def _keys(self) -> Mapping[str, tuple[int, ...]]:
        return self._by(_key)

    @cached_property
    def _folded(self) -> Mapping[str, tuple[int, ...]]:
        return self._by(_folded)

    def _by(self, key: Any) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for row, name in enumerate(self.names):
            found[key(name)] = (*found.get(key(name), ()), row)
        return found

    def _lies(self, row: int, place: str) -> bool:
        """Whether a unit lies where it was told to: its own place is named there, or the area around it."""
        unit, told = self.units.unit(row), f" {fold(place)} "
        titles = (unit.place, self.units.areas.get(unit.area or "", ""))
        return any(f" {fold(title)} " in told or told in f" {fold(title)} " for title in titles if title)


_key = lru_cache(maxsize=1 << 17)(name_key)


@lru_cache(maxsize=1 << 17)  # after one edit all other names are as they were
def _folded(name: str) -> str:
    return fold(_key(name))


@lru_cache(maxsize=4)
def _known(units: UnitList) -> _Known:
    """What is known of a list of units; made once while the register stays the same."""
    return _Known(units)


def _code(text: str) -> str:
    """A tax code as the register holds it, with the leading zero that Excel takes off."""
    digits = "".join(filter(str.isdigit, text))
    return f"0{digits}" if len(digits) in {9, 12} and is_code(digits) else digits
