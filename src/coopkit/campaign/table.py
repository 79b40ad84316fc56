"""A definition's criteria as a flat table that people edit, and back: every cell a text, every fault in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve, field, frozen

from coopkit.campaign.parts import Criterion, Points, Rule, RuleKind
from coopkit.campaign.points import format_points, parse_points
from coopkit.errors import BadText
from coopkit.field import Choice
from coopkit.text import Label


class Role(Choice):
    """What a row of the table is.

    >>> Role.PENALTY.label.vi
    'Điểm trừ'
    """

    GROUP = "group", "Nhóm", "Group"
    SCORED = "scored", "Tiêu chí", "Criterion"
    PENALTY = "penalty", "Điểm trừ", "Penalty"
    EXCLUDES = "excludes", "Loại trừ", "Disqualifies"


BY_HAND: Final = "hand"
"""How a criterion is scored that no metric feeds."""


@frozen
class Line:
    """A criterion as a row of texts; `under` is the key of its group, "" at the top. `how` is `BY_HAND` or a rule's.

    >>> [line] = lines([Criterion("1", Label("Họp", "Meetings"), maximum=Points(1000))])
    >>> (line.key, line.name, line.role.value, line.maximum, line.how)
    ('1', 'Họp', 'scored', '10', 'hand')
    """

    key: str = ""
    under: str = ""
    name: str = ""
    english: str = ""
    role: Role = Role.SCORED
    maximum: str = ""
    bonus: str = ""
    step: str = ""
    how: str = BY_HAND
    metric: str = ""
    detail: str = ""
    evidence: str = ""
    deadline: str = ""
    unknown: bool = field(default=False)


COLUMNS: Final[Mapping[str, Label]] = {
    "key": Label("Mã", "Code"),
    "under": Label("Thuộc nhóm", "In group"),
    "name": Label("Tên tiêu chí", "Name"),
    "role": Label("Loại", "Kind"),
    "maximum": Label("Điểm tối đa", "Maximum"),
    "bonus": Label("Thưởng", "Bonus"),
    "step": Label("Bước điểm", "Step"),
    "how": Label("Cách chấm", "Scored by"),
    "metric": Label("Chỉ tiêu của sổ", "Metric"),
    "detail": Label("Mức tính", "Levels"),
    "evidence": Label("Minh chứng", "Evidence"),
    "deadline": Label("Hạn", "Deadline"),
    "english": Label("Tên tiếng Anh", "Name in English"),
}
"""The columns of the table, in order."""


@frozen
class Misfit:
    """What is wrong in a cell: the row's number from 1 and its code, the column, and how to mend it.

    `row` is 0 for what is wrong with the table as a whole.
    """

    row: int
    key: str
    column: str
    what: Label

    @property
    def where(self) -> Label:
        """The row and the column in words; empty for the whole table."""
        if not self.row:
            return Label("", "")
        column, key = COLUMNS[self.column], f" ({self.key})" if self.key else ""
        return Label(f"Dòng {self.row}{key} · {column.vi}", f"Row {self.row}{key} · {column.en}")


def lines(criteria: Iterable[Criterion], under: str = "") -> list[Line]:
    """The criteria as rows, each group before its own.

    >>> group = Criterion("I", Label("Nhóm", "Group"), Points(500), criteria=(
    ...     Criterion("1", Label("Họp", "Meetings"), Points(500)),))
    >>> [(line.key, line.under) for line in lines([group])]
    [('I', ''), ('1', 'I')]
    """
    made = []
    for one in criteria:
        made += [_line(one, under), *lines(one.criteria, one.key)]
    return made


def _line(one: Criterion, under: str) -> Line:
    role = (
        Role.GROUP
        if one.criteria
        else Role.EXCLUDES
        if one.disqualifies
        else Role.PENALTY
        if one.penalty
        else Role.SCORED
    )
    return Line(
        one.key,
        under,
        one.name.vi,
        "" if one.name.en == one.name.vi else one.name.en,
        role,
        "" if role is Role.EXCLUDES and not one.maximum else _points(one.maximum),
        _points(one.bonus) if one.bonus else "",
        _points(one.step) if one.step != 100 else "",
        one.rule.how.value if one.rule else BY_HAND,
        one.rule.metric if one.rule else "",
        _detail(one.rule) if one.rule else "",
        one.evidence,
        one.deadline.isoformat() if one.deadline else "",
        one.unknown,
    )


def points_or_none(text: str) -> Points | None:
    """The points a cell says; None where it is no number of points."""
    try:
        return parse_points(text.strip() or 0)
    except BadText:
        return None


def _points(points: int) -> str:
    """Points as they can be typed: with a decimal comma, thousands not apart."""
    return format_points(points).replace(".", "")


def _detail(rule: Rule) -> str:
    """A rule's numbers as text: the target; "value: points" of each node; the points of each place."""
    if rule.how is RuleKind.RANK:
        return "; ".join(map(_points, rule.places))
    if rule.how in (RuleKind.LINEAR, RuleKind.STEPS):
        return "; ".join(f"{_number(value)}: {_points(points)}" for value, points in rule.nodes)
    return _number(rule.target) if rule.target is not None else ""


def _number(value: Fraction) -> str:
    """A fraction as people write it: with a decimal comma where that is exact.

    >>> _number(Fraction(5, 2)), _number(Fraction(2, 3))
    ('2,5', '2/3')
    """
    for digits in range(7):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            text = f"{abs(scaled.numerator):0{digits + 1}}"
            whole = f"{text[: len(text) - digits]},{text[len(text) - digits :]}" if digits else text
            return f"-{whole}" if value < 0 else whole
    return str(value)


def criteria_of(rows: Sequence[Line]) -> tuple[tuple[Criterion, ...], list[Misfit]]:
    """The criteria that the rows say, in the rows' order; and every fault. With a fault there are no criteria.

    >>> criteria_of([Line("1", name="Họp", maximum="mười")])[1][0].where.vi
    'Dòng 1 (1) · Điểm tối đa'
    """
    found, made = list(_misplaced(rows)), dict[str, Criterion]()
    for number, row in enumerate(rows, 1):
        reader = _Reader(number, row.key, found)
        made[row.key] = reader.criterion(row)
    if found:
        return (), sorted(found, key=lambda one: (one.row, list(COLUMNS).index(one.column)))

    def below(group: str) -> tuple[Criterion, ...]:
        return tuple(evolve(made[row.key], criteria=below(row.key)) for row in rows if row.under == group)

    return below(""), []


def _misplaced(rows: Sequence[Line]) -> Iterator[Misfit]:
    """Codes that are missing or twice, groups that there are not, that are no groups, hold nothing, or each other."""
    keys, over = [row.key for row in rows], {row.key: row.under for row in rows}
    roles = {row.key: row.role for row in rows}
    for number, row in enumerate(rows, 1):
        if not row.key:
            yield Misfit(number, "", "key", Label("thiếu mã: ghi 1.1, 2.3 …", "write a code: 1.1, 2.3 …"))
        elif keys.count(row.key) > 1:
            yield Misfit(number, row.key, "key", Label("mã này có hai lần", "this code is there twice"))
        if row.under and row.under not in roles:
            told = Label(f"không có nhóm {row.under}", f"there is no group {row.under}")
            yield Misfit(number, row.key, "under", told)
        elif row.under and roles[row.under] is not Role.GROUP:
            told = Label(f"{row.under} không phải là nhóm", f"{row.under} is no group")
            yield Misfit(number, row.key, "under", told)
        elif row.under and row.key in _above(row.under, over):
            yield Misfit(number, row.key, "under", Label("nhóm này nằm trong chính nó", "this group lies in itself"))
        if row.role is Role.GROUP and row.key not in over.values():
            told = Label("nhóm chưa có tiêu chí nào: thêm một dòng thuộc nhóm", "the group has no criterion: add one")
            yield Misfit(number, row.key, "role", told)


def _above(key: str, over: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    while key and key not in found:
        found.add(key)
        key = over.get(key, "")
    return found


@frozen
class _Reader:
    """Reads one row; what cannot be read goes to the faults."""

    number: int
    key: str
    found: list[Misfit]

    def criterion(self, row: Line) -> Criterion:
        if not row.name.strip():
            self.wrong("name", Label("thiếu tên", "it has no name"))
        maximum, bonus = self.points("maximum", row.maximum), self.points("bonus", row.bonus)
        step = self.points("step", row.step or "1")
        leaf = row.role is not Role.GROUP
        if leaf and row.role is not Role.EXCLUDES:
            self.bounds(maximum, bonus, step)
        if not leaf and row.bonus:
            self.wrong("bonus", Label("điểm thưởng thuộc về tiêu chí, không thuộc nhóm", "a group has no bonus"))
        if (not leaf or row.role is Role.EXCLUDES) and row.how != BY_HAND:
            self.wrong("how", Label("dòng này không có luật tính", "this row has no rule"))
        return Criterion(
            row.key,
            Label(row.name.strip(), row.english.strip() or row.name.strip()),
            maximum,
            step,
            bonus,
            row.role is Role.PENALTY,
            row.role is Role.EXCLUDES,
            row.evidence.strip(),
            self.day(row.deadline),
            self.rule(row, maximum or bonus)
            if row.role in (Role.SCORED, Role.PENALTY) and row.how != BY_HAND
            else None,
            (),
            row.unknown,
        )

    def wrong(self, column: str, what: Label) -> None:
        self.found.append(Misfit(self.number, self.key, column, what))

    def bounds(self, maximum: int, bonus: int, step: int) -> None:
        if maximum < 0 or bonus < 0:
            self.wrong("maximum", Label("điểm không âm", "points are not negative"))
        elif maximum <= 0 and bonus <= 0 and not any(one.row == self.number for one in self.found):
            self.wrong("maximum", Label("thiếu điểm tối đa", "it has no maximum"))
        if step <= 0:
            self.wrong("step", Label("bước điểm phải lớn hơn 0", "the step must be above 0"))
        elif maximum % step or bonus % step:
            told = format_points(step)
            self.wrong("step", Label(f"điểm phải là bội của bước {told}", f"points must be multiples of {told}"))

    def points(self, column: str, text: str) -> Points:
        read = points_or_none(text)
        if read is None:
            told = Label(f"«{text}» không phải là điểm: ghi 10 hoặc 7,5", f"{text!r} is no number of points: write 10")
            self.wrong(column, told)
        return read or Points(0)

    def day(self, text: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(text.strip()) if text.strip() else None
        except ValueError:
            self.wrong("deadline", Label(f"«{text}» không phải là ngày", f"{text!r} is no day"))
            return None

    def rule(self, row: Line, most: int) -> Rule | None:
        if not row.metric:
            self.wrong("metric", Label("chọn chỉ tiêu của sổ để tính", "choose the metric that feeds it"))
            return None
        how = RuleKind(row.how)
        before = len(self.found)
        made = self._numbers(how, row.metric, [part.strip() for part in row.detail.split(";") if part.strip()])
        if len(self.found) == before:
            self._within(made, most)
        return made

    def _numbers(self, how: RuleKind, metric: str, parts: list[str]) -> Rule:
        if how is RuleKind.RANK:
            if not parts:
                self.wrong("detail", Label("ghi điểm của từng hạng: 15; 14; 13", "write each place's points: 15; 14"))
            return Rule(metric, how, places=tuple(self.points("detail", one) for one in parts))
        if how in (RuleKind.LINEAR, RuleKind.STEPS):
            pairs = [one.partition(":") for one in parts]
            if not pairs or not all(colon for _, colon, _ in pairs):
                self.wrong("detail", Label("ghi các mốc «giá trị: điểm»: 0: 0; 10: 5", "write «value: points»: 0: 0"))
                return Rule(metric, how)
            nodes = tuple((self._value(value), self.points("detail", points)) for value, _, points in pairs)
            return Rule(metric, how, nodes=nodes)
        if len(parts) > 1 or (how is RuleKind.RATIO and not parts):
            self.wrong("detail", Label("ghi một mục tiêu: 4", "write one target: 4"))
            return Rule(metric, how)
        return Rule(metric, how, target=self._value(parts[0]) if parts else None)

    def _within(self, rule: Rule, most: int) -> None:
        """What a rule's numbers must hold."""
        values = [value for value, _ in rule.nodes]
        if values != sorted(set(values)):
            self.wrong("detail", Label("các mốc phải tăng dần", "the values must rise"))
        if rule.how is RuleKind.RATIO and rule.target is not None and rule.target <= 0:
            self.wrong("detail", Label("mục tiêu phải lớn hơn 0", "the target must be above 0"))
        given = [*(points for _, points in rule.nodes), *rule.places]
        if any(not 0 <= points <= most for points in given):
            told = format_points(most)
            self.wrong("detail", Label(f"điểm phải từ 0 đến {told}", f"points lie between 0 and {told}"))

    def _value(self, text: str) -> Fraction:
        try:
            return Fraction(text.strip().replace(",", "."))
        except (ValueError, ZeroDivisionError):
            told = Label(f"«{text.strip()}» không phải là số", f"{text.strip()!r} is no number")
            self.wrong("detail", told)
            return Fraction(0)


@frozen
class Altered:
    """A cell that differs between two tables; for a row that came or went `column` is "" and one side empty."""

    key: str
    name: str
    column: str
    before: str
    after: str


def altered(before: Sequence[Line], after: Sequence[Line]) -> list[Altered]:
    """What changed from one table to the other, by row: rows that came, changed, moved or went.

    >>> one = Line("1", name="Họp", maximum="10")
    >>> [(a.column, a.before, a.after) for a in altered([one], [evolve(one, maximum="5")])]
    [('maximum', '10', '5')]
    """
    old, new = {row.key: row for row in before}, {row.key: row for row in after}
    found = []
    for key, row in new.items():
        if key not in old:
            found.append(Altered(key, row.name, "", "", row.name))
            continue
        for one in COLUMNS:
            was, now = getattr(old[key], one), getattr(row, one)
            if was != now:
                found.append(Altered(key, row.name, one, str(was), str(now)))
    found += [Altered(key, row.name, "", row.name, "") for key, row in old.items() if key not in new]
    return found + _moved(list(old), list(new), new)


def _moved(old: Sequence[str], new: Sequence[str], rows: Mapping[str, Line]) -> list[Altered]:
    """The rows that stand in another order among those of both tables, as one change of the table's order."""
    kept_before, kept_after = [key for key in old if key in rows], [key for key in new if key in old]
    if kept_before == kept_after:
        return []
    return [Altered("", "", "order", ", ".join(kept_before), ", ".join(kept_after))]
