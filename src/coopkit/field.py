"""A field is declared once: its label, meaning, unit, checks and personal-data class.

From this one declaration follow the Arrow schema (`snapshot`), the SQL column (`ledger`), the Excel header and its
parser (`sheet`, `importers`), the exported cell (`exporters`) and, on the page, the form. A record declares its fields
as annotations, one line each:

    founded: Annotated[date | None, day("Ngày thành lập", "Founded")] = None

The annotation's own type says whether the field is required: without `| None` it is.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Self

from attrs import evolve, frozen
from attrs import field as attribute

from coopkit.quantity import Unit
from coopkit.text import Label


class FieldKind(StrEnum):
    """What the values of a field mean, and so how they are stored, read, checked and shown.

    >>> FieldKind.MONEY.storage
    <Storage.INT: 'int'>
    """

    TEXT = "text"
    DATE = "date"
    COUNT = "count"
    MONEY = "money"
    """Whole đồng."""
    PERCENT = "percent"
    """Hundredths of a percent: 12,5 % is 1250. Engines add integers only."""
    POINTS = "points"
    """Hundredths of a point: 7,5 is 750."""
    FLAG = "flag"
    CHOICE = "choice"
    TAX_CODE = "tax_code"
    PERIOD = "period"
    """The key of a Period: "2023", "2023-H1", "2023-HTX"."""
    PLACE = "place"
    """The id of a Place, "code@valid-from"."""
    REFERENCE = "reference"
    """The id of a record of the table named by `refers`."""
    QUANTITY = "quantity"
    """A Quantity: four columns (low, high, strict, about), and a fifth (unit) where the field fixes no unit."""
    DETAILS = "details"
    """A flat mapping kept as checked JSON: the fields of an event's kind."""

    @property
    def storage(self) -> Storage:
        """How one value lies in a column."""
        return _STORAGE.get(self, Storage.TEXT)


class Storage(StrEnum):
    """The few column types that every store and file format can keep."""

    TEXT = "text"
    INT = "int"
    DATE = "date"
    FLAG = "flag"


_STORAGE = {
    FieldKind.DATE: Storage.DATE,
    FieldKind.COUNT: Storage.INT,
    FieldKind.MONEY: Storage.INT,
    FieldKind.PERCENT: Storage.INT,
    FieldKind.POINTS: Storage.INT,
    FieldKind.FLAG: Storage.FLAG,
    FieldKind.QUANTITY: Storage.INT,
}


class Personal(StrEnum):
    """The class of personal data a field holds (Law 91/2025/QH15): basic, or sensitive."""

    BASIC = "basic"
    SENSITIVE = "sensitive"


class Choice(StrEnum):
    """A closed list of values, each with its Vietnamese and English label.

    >>> class Sector(Choice):
    ...     FARMING = "farming", "Nông nghiệp", "Agriculture"
    >>> Sector("farming").label.vi
    'Nông nghiệp'
    """

    label: Label

    def __new__(cls, value: str, vi: str = "", en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Label(vi or value, en or value)
        return member


@frozen
class Option:
    """One value of a choice field, with its label."""

    value: str
    label: Label


@frozen
class Column:
    """One stored column of a field: its name, how it lies there, and whether it may be empty."""

    name: str
    storage: Storage
    nullable: bool


@frozen
class Field:
    """One field of a record or of an event kind, declared once for every format.

    `aliases` are other headers it is known by in real workbooks. `minimum` and `maximum` bound counts, money and
    percents. `refers` names the table a reference points to. `personal` marks personal data, which the journal keeps
    as salted digests only. `derived` fields (ids) never stand on a sheet or a form.

    >>> founded = day("Ngày thành lập", "Founded").named("founded")
    >>> [column.name for column in founded.columns]
    ['founded']
    >>> loan = amount("Số tiền vay", "Loan amount").named("loan")
    >>> [column.name for column in loan.columns]
    ['loan_low', 'loan_high', 'loan_strict', 'loan_about', 'loan_unit']
    """

    kind: FieldKind
    label: Label
    key: str = ""
    required: bool = True
    unit: Unit | None = None
    choices: type[Choice] | None = attribute(default=None, eq=False)  # the options say it all, and outlive the class
    options: tuple[Option, ...] = ()
    refers: str = ""
    aliases: tuple[str, ...] = ()
    minimum: int | None = 0
    maximum: int | None = None
    personal: Personal | None = None
    derived: bool = False

    def named(self, key: str, *, required: bool = True) -> Field:
        """The same declaration under the name it has in its record."""
        return evolve(self, key=key, required=required)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The stored columns, in order: one, or four to five for a quantity."""
        if self.kind is not FieldKind.QUANTITY:
            return (Column(self.key, self.kind.storage, not self.required),)
        parts = [("low", Storage.INT), ("high", Storage.INT), ("strict", Storage.FLAG), ("about", Storage.FLAG)]
        if self.unit is None:
            parts.append(("unit", Storage.TEXT))
        return tuple(
            Column(f"{self.key}_{part}", storage, part == "high" or not self.required) for part, storage in parts
        )

    @cached_property
    def values(self) -> frozenset[str]:
        """The values of a choice field."""
        return frozenset(option.value for option in self.options)

    def option(self, value: str) -> Option | None:
        """The option of that value, or None."""
        return next((option for option in self.options if option.value == value), None)


def text(vi: str, en: str, *, aliases: tuple[str, ...] = (), personal: Personal | None = None) -> Field:
    """A free text of one line.

    >>> text("Nơi đến", "Destination").named("destination", required=False).required
    False
    """
    return Field(FieldKind.TEXT, Label(vi, en), aliases=aliases, personal=personal)


def day(vi: str, en: str, *, aliases: tuple[str, ...] = ()) -> Field:
    """A calendar date, written dd/mm/yyyy.

    >>> day("Ngày cấp", "Issued").named("issued").kind.value
    'date'
    """
    return Field(FieldKind.DATE, Label(vi, en), aliases=aliases)


def count(
    vi: str, en: str, unit: Unit | None = None, *, aliases: tuple[str, ...] = (), maximum: int | None = None
) -> Field:
    """A whole number of something, never below zero.

    >>> count("Số tàu", "Boats", maximum=500).maximum
    500
    """
    return Field(FieldKind.COUNT, Label(vi, en), unit=unit, aliases=aliases, maximum=maximum)


def money(vi: str, en: str, *, aliases: tuple[str, ...] = (), minimum: int | None = 0) -> Field:
    """An amount in whole đồng; a profit may be below zero, so its `minimum` is None.

    >>> money("Lợi nhuận", "Profit", minimum=None).unit.key
    'vnd'
    """
    from coopkit.quantity import VND

    return Field(FieldKind.MONEY, Label(vi, en), unit=VND, aliases=aliases, minimum=minimum)


def percent(vi: str, en: str, *, aliases: tuple[str, ...] = (), maximum: int | None = None) -> Field:
    """A share in hundredths of a percent.

    >>> percent("Tỷ lệ", "Share").kind.value
    'percent'
    """
    return Field(FieldKind.PERCENT, Label(vi, en), aliases=aliases, maximum=maximum)


def points(vi: str, en: str, *, minimum: int | None = 0) -> Field:
    """Points of a score, in hundredths."""
    return Field(FieldKind.POINTS, Label(vi, en), minimum=minimum)


def flag(vi: str, en: str, *, aliases: tuple[str, ...] = ()) -> Field:
    """Yes or no ("có", "không").

    >>> flag("Có hợp đồng", "Has a contract").kind.value
    'flag'
    """
    return Field(FieldKind.FLAG, Label(vi, en), aliases=aliases)


def choice(vi: str, en: str, options: type[Choice], *, aliases: tuple[str, ...] = ()) -> Field:
    """One value of a closed list.

    >>> class Season(Choice):
    ...     SOUTH = "south", "Vụ cá Nam", "Southern season"
    >>> [one.label.vi for one in choice("Vụ", "Season", Season).options]
    ['Vụ cá Nam']
    """
    listed = tuple(Option(option.value, option.label) for option in options)
    return Field(FieldKind.CHOICE, Label(vi, en), choices=options, options=listed, aliases=aliases)


def tax_code(vi: str, en: str, *, aliases: tuple[str, ...] = ()) -> Field:
    """A tax code of 10 or 13 digits with a valid check digit; a cooperative's own number (Decree 92/2024 Art 14)."""
    return Field(FieldKind.TAX_CODE, Label(vi, en), aliases=aliases)


def period(vi: str, en: str, *, aliases: tuple[str, ...] = ()) -> Field:
    """The key of a `Period`; on paper also as people write it ("Năm 2023", "quý III/2023")."""
    return Field(FieldKind.PERIOD, Label(vi, en), aliases=aliases)


def place(vi: str, en: str, *, aliases: tuple[str, ...] = ()) -> Field:
    """An administrative unit on the map of the record's day."""
    return Field(FieldKind.PLACE, Label(vi, en), aliases=aliases)


def reference(vi: str, en: str, to: str, *, aliases: tuple[str, ...] = ()) -> Field:
    """A record of the table `to`."""
    return Field(FieldKind.REFERENCE, Label(vi, en), refers=to, aliases=aliases)


def amount(vi: str, en: str, unit: Unit | None = None, *, aliases: tuple[str, ...] = ()) -> Field:
    """A quantity that may be a range, a lower bound or about; in `unit`, or in a unit told with each value.

    >>> [column.name for column in amount("Sản lượng", "Catch").named("catch").columns][:2]
    ['catch_low', 'catch_high']
    """
    return Field(FieldKind.QUANTITY, Label(vi, en), unit=unit, aliases=aliases)


def details(vi: str, en: str) -> Field:
    """The fields of an event's kind, kept as checked JSON."""
    return Field(FieldKind.DETAILS, Label(vi, en), derived=True)


def identifier() -> Field:
    """A record's own id: made from what names the record, never typed by a person."""
    return Field(FieldKind.TEXT, Label("Mã bản ghi", "Record id"), derived=True)


# What a plugin calls them: `coopkit.text` and others would be the rooms of that name.
amount_field, choice_field, count_field, day_field = amount, choice, count, day
flag_field, money_field, percent_field, text_field = flag, money, percent, text
