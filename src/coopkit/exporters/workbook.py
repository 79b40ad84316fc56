"""The register's records as a workbook in the same sheets that importers read; an empty register gives a template."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from coopkit.cooperative import Cooperative
from coopkit.errors import BadText, CoopkitError
from coopkit.event import Event
from coopkit.exporters.places import PlaceNames
from coopkit.field import Field, FieldKind
from coopkit.group import Group
from coopkit.period import parse_date
from coopkit.quantity import ITEMS, Quantity, exact, format_quantity
from coopkit.sheet import Column, Part, Role, Sheet
from coopkit.snapshot import Snapshot
from coopkit.text import name_key

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

_DIGITS: Final = 10**15
"""A spreadsheet keeps fifteen digits of a number; a longer one is written as text."""
FIRST_DAY: Final = dt.date(1900, 3, 1)
"""Excel's calendar has a 29 February 1900, so that earlier dates are written as text."""
NUMBER_FORMATS: Final = {
    FieldKind.DATE: "dd/mm/yyyy",
    FieldKind.MONEY: "#,##0",
    FieldKind.QUANTITY: "#,##0",
    FieldKind.COUNT: "0",
    FieldKind.PERCENT: '0.##"%"',
    FieldKind.POINTS: "0.##",
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(
    snapshot: Snapshot,
    sheets: Sequence[Sheet],
    *,
    info: Mapping[str, str],
    created: dt.date,
    only: Collection[str] | None = None,
) -> bytes:
    """The records of a Snapshot, laid out in these sheets, as the bytes of an xlsx workbook.

    `info` is what the paper says of itself: by the key of a field of the information sheet ("sender", "paper_date",
    "note"), or under a label of its own. Places are named as on the map of `paper_date`, or of `created`. `only` lays
    out the records with these ids and names the others where they are referred to. Text stays text, whatever it begins
    with; the same Snapshot gives the same bytes.

    >>> from coopkit.sheet import register_sheets
    >>> write_workbook(Snapshot.of([]), register_sheets([]), info={}, created=dt.date(2024, 1, 1))[:2]
    b'PK'

    Raises `CoopkitError` when an event is of a kind for which there is no sheet, and when `paper_date` is not a date.
    """
    import xlsxwriter

    day = _paper_date(info, created)
    rows = _Rows(_Records(snapshot), PlaceNames.of(snapshot, day), only)
    _check_kinds(rows.records, sheets)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": dt.datetime.combine(created, dt.time(), dt.UTC)})
        page = _Page(book)
        for sheet in sheets:
            if sheet.paper:
                page.pairs(sheet, _pairs(sheet, rows, {"paper_date": f"{day:%d/%m/%Y}", **info}))
            else:
                page.table(sheet, rows.of(sheet))
    return out.getvalue()


def _paper_date(info: Mapping[str, str], created: dt.date) -> dt.date:
    try:
        return parse_date(info["paper_date"]) if info.get("paper_date") else created
    except BadText as bad:
        raise CoopkitError(f"paper_date {info['paper_date']!r}: {bad}") from bad


class _Records:
    """The Snapshot's records by type, by id and by what they refer to; each type read when first asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._all: dict[type, list[Any]] = {}
        self._grouped: dict[tuple[type, str], dict[Any, list[Any]]] = {}

    def all(self, cls: type) -> list[Any]:
        if cls not in self._all:
            self._all[cls] = sorted(self._snapshot.records(cls), key=lambda one: str(one.id))
        return self._all[cls]

    def by(self, cls: type, key: str) -> dict[Any, list[Any]]:
        if (cls, key) not in self._grouped:
            grouped = self._grouped.setdefault((cls, key), {})
            for one in self.all(cls):
                value = getattr(one, key)
                grouped.setdefault(name_key(value) if key == "name" else value, []).append(one)
        return self._grouped[cls, key]

    def get(self, cls: type, of: str | None) -> Any:
        return next(iter(self.by(cls, "id").get(of, ())), None)


def _check_kinds(records: _Records, sheets: Sequence[Sheet]) -> None:
    known = {kind.key for sheet in sheets for kind in sheet.kinds}
    homeless = sorted({one.kind for one in records.all(Event)} - known)
    if homeless:
        raise CoopkitError(
            f"không có trang nào cho loại hoạt động {', '.join(homeless)}: đưa cả các loại trong snapshot.kinds vào "
            f"register_sheets (no sheet carries these events: give register_sheets the kinds of snapshot.kinds)"
        )


_Row = dict[str, Any]
"""The records of one row by the key of their part; several of a part as a list."""


@frozen(eq=False)
class _Rows:
    """The rows of a sheet: which records stand together, and what each cell says."""

    records: _Records
    places: PlaceNames
    only: Collection[str] | None = None
    _written: set[tuple[type, str]] = field(factory=set)

    def of(self, sheet: Sheet) -> Iterator[list[Any]]:
        for row in self._together(sheet):
            yield [self.cell(sheet.part(column.part), column, row.get(column.part)) for column in sheet.columns]

    def _together(self, sheet: Sheet) -> Iterator[_Row]:
        """Each record of the first part with those that hang on it; where these are several, on further rows."""
        main = sheet.parts[0]
        for one in filter(self._is_on(main), self.records.all(main.cls)):
            hanging = {part.key: self._hanging(sheet, part, one) for part in sheet.parts[1:]}
            many = {part.key for part in sheet.parts if part.many}
            self._written.update((type(other), other.id) for others in hanging.values() for other in others if other)
            height = max([1, *(len(others) for key, others in hanging.items() if key not in many)])
            for at in range(height):
                row: _Row = {main.key: one}
                for key, others in hanging.items():
                    if key in many:
                        row[key] = others if at == 0 else None
                    else:
                        row[key] = others[at] if at < len(others) else None
                yield row

    def _is_on(self, part: Part) -> Any:
        kinds = {kind.key for kind in part.kinds}

        def is_on(one: Any) -> bool:
            fits = all(getattr(one, key) == value for key, value in part.fixed.items())
            fits = fits and (self.only is None or one.id in self.only)
            return fits and (not kinds or one.kind in kinds) and (part.cls, one.id) not in self._written

        return is_on

    def _hanging(self, sheet: Sheet, part: Part, one: Any) -> list[Any]:
        main = sheet.parts[0]
        if part.named_by:  # a person stands beside what names it: their role, or their honour
            naming = sheet.part(part.named_by)
            [to] = (key for key, linked in naming.links.items() if linked == part.key)
            beside = [one] if naming is main else self._hanging(sheet, naming, one)
            return [self.records.get(part.cls, getattr(other, to)) for other in beside]  # None once erased
        link = next(key for key, to in part.links.items() if to == main.key)
        return self.records.by(part.cls, link).get(one.id, [])

    # -- one cell

    def cell(self, part: Part, column: Column, told: Any) -> Any:
        """What a column says of a record, or of several."""
        if isinstance(told, list):
            return "; ".join(str(text) for one in told if (text := self.cell(part, column, one)) is not None) or None
        if told is None:
            return None
        value = part.kind.values(told.details)[column.field.key] if column.own and part.kind else None
        value = value if column.own else getattr(told, column.field.key)
        return None if value is None else self._say(column, value)

    def _say(self, column: Column, value: Any) -> Any:
        if column.role is Role.UNIT:
            return value.unit.label.vi
        if column.role in {Role.DISTRICT, Role.COMMUNE}:
            return self.places.two(value)[column.role is Role.COMMUNE]
        if column.role is Role.PLACE:
            return self.places.whole(value)
        if column.role is not Role.VALUE:
            return self._named(column, value)
        return _plain(column.field, value)

    def _named(self, column: Column, of: str) -> Any:
        """What names the record referred to; its id where the name would leave a doubt, or where it is not held."""
        cls = {"cooperative": Cooperative, "event": Event, "group": Group}[column.field.refers]
        one = self.records.get(cls, of)
        if one is None:
            return None if column.role is Role.TAX_CODE else of
        if column.role is Role.NAME:
            alike = self.records.by(cls, "name")[name_key(one.name)]
            return one.name if len(alike) == 1 or getattr(one, "tax_code", None) else one.id
        return one.tax_code if column.role is Role.TAX_CODE else one.code


def _plain(of: Field, value: Any) -> Any:
    """The value as a cell keeps it: a number, a date or text."""
    if of.kind is FieldKind.CHOICE:
        option = of.option(str(value))
        return option.label.vi if option else str(value)
    if of.kind is FieldKind.FLAG:
        return "Có" if value else "Không"
    if of.kind in {FieldKind.PERCENT, FieldKind.POINTS}:
        return value / 100
    if of.kind in {FieldKind.QUANTITY, FieldKind.COUNT, FieldKind.MONEY}:
        quantity = value if isinstance(value, Quantity) else exact(value, of.unit or ITEMS)
        return quantity.low if quantity.is_exact and -_DIGITS < quantity.low < _DIGITS else format_quantity(quantity)
    if isinstance(value, dt.date) and value < FIRST_DAY:
        return f"{value.day:02}/{value.month:02}/{value.year}"
    return value


def _pairs(sheet: Sheet, rows: _Rows, info: Mapping[str, str]) -> Iterator[tuple[str, Any, bool]]:
    """The lines of the information sheet: label, value, and whether it is a date."""
    rest = dict(info)
    for column in sheet.columns:
        if column.part:
            part = sheet.part(column.part)
            yield column.label.vi, rows.cell(part, column, next(iter(rows.records.all(part.cls)), None)), False
        else:
            told = rest.pop(column.field.key, None)
            is_day = column.field.kind is FieldKind.DATE and bool(told)
            yield column.label.vi, parse_date(told) if is_day and told else told, is_day
    yield from ((label, text, False) for label, text in rest.items())


class _Page:
    """Writes laid-out rows into the workbook, and gives them their looks."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._titles: set[str] = set()
        looks = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
        self._header = book.add_format({**looks, "bg_color": "#E7EEF7"})
        self._required = book.add_format({**looks, "bg_color": "#FCE8C8"})
        self._bold = book.add_format({"bold": True})
        self._text = book.add_format({"num_format": "@"})
        # A text that begins like a formula stays text also when a person edits its cell.
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._numbers = {kind: book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}

    def _add(self, sheet: Sheet) -> Any:
        title = "".join(" " if letter in "[]:*?/\\" else letter for letter in sheet.title.vi)[:31].strip()
        if title.casefold() in self._titles:
            raise CoopkitError(f"hai trang cùng tên {title!r}: đổi tên một loại hoạt động (two sheets have one title)")
        self._titles.add(title.casefold())
        return self._book.add_worksheet(title)

    def table(self, sheet: Sheet, rows: Iterable[list[Any]]) -> None:
        """A sheet with its header frozen, required columns in another colour."""
        page = self._add(sheet)
        page.freeze_panes(1, 1)
        page.set_row(0, 32)
        formats = [self._format(column) for column in sheet.columns]
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, min(44, max(14, len(column.label.vi) + 2)), formats[at])
            page.write_string(0, at, column.label.vi, self._required if column.required else self._header)
        for number, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                self._write(page, number, at, value, formats[at])

    def pairs(self, sheet: Sheet, lines: Iterable[tuple[str, Any, bool]]) -> None:
        """A sheet of labels and values."""
        page = self._add(sheet)
        page.set_column(0, 0, 28, self._bold)
        page.set_column(1, 1, 60)
        for number, (label, value, is_day) in enumerate(lines):
            page.write_string(number, 0, label, self._bold)
            self._write(page, number, 1, value, self._numbers[FieldKind.DATE] if is_day else self._text)

    def _format(self, column: Column) -> Format:
        return self._numbers.get(column.field.kind, self._text) if column.role is Role.VALUE else self._text

    def _write(self, page: Any, row: int, at: int, value: Any, look: Format) -> None:
        if value is None:
            return
        if isinstance(value, str):
            page.write_string(row, at, value, self._quoted if value.startswith(_FORMULA) else look)
        elif isinstance(value, dt.date):
            page.write_datetime(row, at, dt.datetime.combine(value, dt.time()), look)
        else:
            page.write_number(row, at, value, look)
