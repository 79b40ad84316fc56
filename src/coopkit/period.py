"""Periods that figures are given for: year, half, quarter, month and the reporting year of cooperatives; and dates.

Three years stand side by side in an alliance's work, so a figure always names its period:

- the calendar year, its halves, quarters and months: emulation, the alliance's own reports, and the support fund
  (whose half-year and year are the calendar's, TT 52/2022/TT-BTC Art 11);
- the reporting year of cooperatives, 15 December to 14 December (TT 09/2024/TT-BKHĐT Art 6, NĐ 77/2019/NĐ-CP Art 29,
  TT 124/2021/TT-BTC Art 17).
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from functools import total_ordering
from typing import Final, Literal, TypeAlias

from attrs import evolve, field, frozen

from coopkit.errors import BadText
from coopkit.text import Label, Lang, fold, nfc

PeriodKind: TypeAlias = Literal["year", "half", "quarter", "month", "cooperative_year"]
"""What a period is: of the calendar, or the reporting year of cooperatives."""

_MONTHS: Final[dict[PeriodKind, int]] = {"year": 12, "half": 6, "quarter": 3, "month": 1, "cooperative_year": 12}
_ROMAN: Final = ("I", "II", "III", "IV")
_MONTH_NAMES: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2999

_WRITE_PERIOD: Final = (
    "viết như 2023, 2023-H1, 2023-Q3, 2023-05, 2023-HTX hoặc quý III/2023",
    "write it like 2023, 2023-H1, 2023-Q3, 2023-05, 2023-HTX or quý III/2023",
)
_WRITE_DATE: Final = ("viết đủ ngày/tháng/năm, như 05/03/2023", "write day/month/year, like 05/03/2023")

_DATE_FORMS: Final[dict[Lang, str]] = {
    "vi": "{0.day:02}/{0.month:02}/{0.year:04}",
    "en": "{0.day:02}/{0.month:02}/{0.year:04}",  # the same: both languages stand side by side on screen and paper
}


def format_date(day: dt.date, lang: Lang = "vi") -> str:
    """The date as dd/mm/yyyy, in English too.

    >>> format_date(dt.date(2023, 3, 5))
    '05/03/2023'
    """
    return _DATE_FORMS[lang].format(day)


_DAY_FIRST: Final = re.compile(r"(?P<d>[0-9]{1,2})([/.-])(?P<m>[0-9]{1,2})\2(?P<y>[0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_IN_WORDS: Final = re.compile(r"(?:ngay )?(?P<d>[0-9]{1,2}) thang (?P<m>[0-9]{1,2}) nam (?P<y>[0-9]{4})")
_TWO_DIGIT_YEAR: Final = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}")


def format_moment(moment: str | dt.datetime) -> str:
    """A moment as clocks in Vietnam show it (UTC+7, no summer time): dd/mm/yyyy HH:MM. ISO texts are read too.

    >>> format_moment("2024-01-05T18:30:00+00:00")
    '06/01/2024 01:30'
    """
    told = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    aware = told if told.tzinfo else told.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.timezone(dt.timedelta(hours=7))).strftime("%d/%m/%Y %H:%M")


def parse_date(text: str) -> dt.date:
    """The date written day first (5/3/2023, 05-03-2023, 5.3.2023, ngày 5 tháng 3 năm 2023) or as ISO (2023-03-05).

    >>> parse_date("5/3/2023") == parse_date("2023-03-05") == dt.date(2023, 3, 5)
    True

    Raises BadText where a part is missing, the year has two digits, or the calendar has no such day.
    """
    clean = nfc(text).removeprefix("ngày ").removeprefix("Ngày ")
    found = _DAY_FIRST.fullmatch(clean) or _YEAR_FIRST.fullmatch(clean) or _IN_WORDS.fullmatch(fold(clean))
    if found is None:
        if _TWO_DIGIT_YEAR.fullmatch(clean):
            raise BadText(("năm chỉ có hai chữ số", "has a year of two digits"), _WRITE_DATE)
        raise BadText(("không phải là ngày đầy đủ", "is not a full date"), _WRITE_DATE)
    year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        years = f"{_FIRST_YEAR}–{_LAST_YEAR}"
        raise BadText((f"năm nằm ngoài {years}", f"has a year outside {years}"), _WRITE_DATE)
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise BadText(("không có ngày này trong lịch", "is not a day of the calendar"), _WRITE_DATE)
    return dt.date(year, month, day)


def _months_earlier(day: dt.date, months: int) -> dt.date:
    """The same day so many months before; the last day of a month gives the last day of the other."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    month_is_over = day.day == monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, last if month_is_over else min(day.day, last))


@total_ordering
@frozen
class Period:
    """A span of days with a name: `kind`, `year`, its `number` in the year, and `until`, its last day if cut short.

    Ordered by start, then end. The `key` is the short text for tables and files, which `Period.parse` reads.

    >>> quarter = Period("quarter", 2023, 3)
    >>> print(quarter, quarter.key, quarter.start, quarter.end)
    Quý III năm 2023 2023-Q3 2023-07-01 2023-09-30
    >>> print(Period.parse("2023-HTX"))
    Năm báo cáo HTX 2023 (15/12/2022–14/12/2023)

    Raises BadText where the year lies outside 1900–2999, or has no period of that number, or `until` lies outside.
    """

    kind: PeriodKind
    year: int
    number: int = 1
    until: dt.date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.kind not in _MONTHS:
            raise BadText(
                (f"không có loại kỳ {self.kind!r}", f"there is no kind of period {self.kind!r}"), _WRITE_PERIOD
            )
        if not _FIRST_YEAR <= self.year <= _LAST_YEAR:
            raise BadText((f"không dùng năm {self.year}", f"the year {self.year} is out of range"), _WRITE_PERIOD)
        if not 1 <= self.number <= 12 // _MONTHS[self.kind]:
            raise BadText(("năm không có kỳ mang số này", "the year has no period of that number"), _WRITE_PERIOD)
        if self.until is not None and not self.start <= self.until < self.whole.end:
            raise BadText(
                ("ngày cắt không nằm trong kỳ", "the day it is cut at lies outside the period"),
                ("dùng to_date(ngày)", "use to_date(day)"),
            )

    @classmethod
    def of(cls, kind: PeriodKind, day: dt.date) -> Period:
        """The period of that kind the day falls in.

        >>> print(Period.of("cooperative_year", dt.date(2023, 12, 15)).key)
        2024-HTX
        """
        if kind == "cooperative_year":
            return cls(kind, day.year + ((day.month, day.day) >= (12, 15)))
        return cls(kind, day.year, (day.month - 1) // _MONTHS.get(kind, 12) + 1)

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period a key or a Vietnamese phrase names.

        Keys: 2023, 2023-H1, 2023-Q3, 2023-05, 2023-HTX, and 2023@2023-09-30 for a period up to a day. Phrases: năm
        2023, quý III/2023, tháng 5 năm 2023, 05/2023, 6 tháng đầu năm 2023, 9 tháng đầu năm 2023 (the year up to 30
        September), năm báo cáo HTX 2023.

        >>> Period.parse("quý III/2023").key, Period.parse("9 tháng đầu năm 2023").key
        ('2023-Q3', '2023@2023-09-30')

        Raises BadText.
        """
        named, cut, last_day = nfc(text).partition("@")
        if not cut:
            named, cut, last_day = nfc(text).partition(", đến ")
        period = _named(fold(named))
        return period.to_date(parse_date(last_day)) if cut else period

    @property
    def start(self) -> dt.date:
        """The first day."""
        if self.kind == "cooperative_year":
            return dt.date(self.year - 1, 12, 15)
        return dt.date(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def end(self) -> dt.date:
        """The last day, itself within the period."""
        if self.until is not None:
            return self.until
        if self.kind == "cooperative_year":
            return dt.date(self.year, 12, 14)
        month = self.number * _MONTHS[self.kind]
        return dt.date(self.year, month, monthrange(self.year, month)[1])

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def whole(self) -> Period:
        """The same period not cut short."""
        return evolve(self, until=None) if self.until else self

    @property
    def key(self) -> str:
        """The short text that names it in tables and files."""
        suffix = {
            "year": "",
            "half": f"-H{self.number}",
            "quarter": f"-Q{self.number}",
            "month": f"-{self.number:02}",
            "cooperative_year": "-HTX",
        }[self.kind]
        return f"{self.year}{suffix}" + (f"@{self.until.isoformat()}" if self.until else "")

    @property
    def label(self) -> Label:
        """Its name on screen.

        >>> Period.parse("2023-05").label
        Label(vi='Tháng 05/2023', en='May 2023')
        """
        year, number = self.year, self.number
        if self.kind == "year":
            vi, en = f"Năm {year}", f"Year {year}"
        elif self.kind == "half":
            vi = f"6 tháng {'đầu' if number == 1 else 'cuối'} năm {year}"
            en = f"{'First' if number == 1 else 'Second'} half of {year}"
        elif self.kind == "quarter":
            vi, en = f"Quý {_ROMAN[number - 1]} năm {year}", f"Quarter {_ROMAN[number - 1]} of {year}"
        elif self.kind == "month":
            vi, en = f"Tháng {number:02}/{year}", f"{_MONTH_NAMES[number - 1]} {year}"
        else:
            span = f"({format_date(self.start)}–{format_date(self.whole.end)})"
            vi, en = f"Năm báo cáo HTX {year} {span}", f"Cooperative reporting year {year} {span}"
        if self.until:
            vi, en = f"{vi}, đến {format_date(self.until)}", f"{en}, up to {format_date(self.until, 'en')}"
        return Label(vi, en)

    def __str__(self) -> str:
        return self.label.vi

    def __lt__(self, other: Period) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.start, self.end, self.kind) < (other.start, other.end, other.kind)

    def contains(self, day: dt.date) -> bool:
        """Whether the day lies within, first and last day included."""
        return self.start <= day <= self.end

    def _earlier(self, months: int) -> Period:
        if self.kind == "cooperative_year":
            whole = Period(self.kind, self.year - 1)
        else:
            whole = Period.of(self.kind, _months_earlier(self.start, months))
        return whole.to_date(_months_earlier(self.until, months)) if self.until else whole

    def before(self) -> Period:
        """The period just before, of the same kind; one cut short gives one cut at the same place.

        The place is the same day of the month, or the month's last day where it was the last or there is none such:
        the year up to 29/02/2024 is compared with the year up to 28/02/2023, and the other way round.

        >>> Period.parse("2024-Q1").before().key, Period.parse("2024@2024-02-29").before().key
        ('2023-Q4', '2023@2023-02-28')
        """
        return self._earlier(_MONTHS[self.kind])

    def year_before(self) -> Period:
        """The same period of the year before; one cut short gives one cut at the same place (see `before`).

        >>> Period.parse("2024-Q1").year_before().key
        '2023-Q1'
        """
        return self._earlier(12)

    def to_date(self, day: dt.date) -> Period:
        """The period cut short after that day; itself where the day is its last, or later.

        Compare it with its own `before()` or `year_before()`: those are cut at the same place, so that eight months
        are never set against twelve.

        >>> so_far = Period.parse("2023").to_date(dt.date(2023, 8, 31))
        >>> print(so_far, "|", so_far.year_before())
        Năm 2023, đến 31/08/2023 | Năm 2022, đến 31/08/2022

        Raises BadText where the period has not begun by that day.
        """
        if day < self.start:
            raise BadText(
                (f"đến {format_date(day)} kỳ {self.whole} chưa bắt đầu", f"{self.key} had not begun by {day}"),
                ("chọn ngày trong kỳ", "choose a day within the period"),
            )
        return self if day >= self.end else evolve(self, until=day)

    def parts(self, kind: PeriodKind) -> tuple[Period, ...]:
        """The periods of a smaller kind it is made of, in order; where it is cut short, those begun by then.

        >>> [part.key for part in Period.parse("2023-H2").parts("quarter")]
        ['2023-Q3', '2023-Q4']

        Raises BadText where it is not made of such, as the reporting year of cooperatives is not of months.
        """
        if kind == self.kind:
            return (self,)
        size, step = _MONTHS[self.kind], _MONTHS[kind]
        if "cooperative_year" in {kind, self.kind} or step > size:
            raise BadText(
                (f"không chia được {self} thành {kind}", f"{self.key} is not made of periods of kind {kind}"),
                ("chọn loại kỳ nhỏ hơn của năm dương lịch", "choose a smaller kind of the calendar year"),
            )
        first = (self.number - 1) * size // step + 1
        wholes = (Period(kind, self.year, first + at) for at in range(size // step))
        return tuple(part.to_date(self.end) for part in wholes if part.start <= self.end)

    def months(self) -> tuple[Period, ...]:
        """Its months, in order (see `parts`)."""
        return self.parts("month")


_Y: Final = r"(?P<year>[0-9]{4})"
_SPAN: Final = r"(?: 15 12 [0-9]{4} 14 12 [0-9]{4})?"
_PHRASES: Final[tuple[tuple[PeriodKind, str], ...]] = (
    ("year", rf"(?:nam |year )?{_Y}"),
    ("cooperative_year", rf"{_Y} htx"),
    ("cooperative_year", rf"nam (?:bao cao )?htx {_Y}{_SPAN}"),
    ("half", rf"{_Y} h(?P<n>[0-9])"),
    ("half", rf"h(?P<n>[0-9]) {_Y}"),
    ("half", rf"(?:6 thang|sau thang|nua) (?P<n>dau|cuoi)(?: nam)? {_Y}"),
    ("quarter", rf"{_Y} q(?P<n>[0-9])"),
    ("quarter", rf"(?:q|quy |quarter )(?P<n>[0-9]|i|ii|iii|iv)(?: nam)? {_Y}"),
    ("month", rf"{_Y} (?P<n>[0-9]{{2}})"),
    ("month", rf"(?:thang )?(?P<n>[0-9]{{1,2}})(?: nam)? {_Y}"),
)
_NUMBERS: Final = {"dau": 1, "cuoi": 2, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_FIRST_MONTHS: Final = re.compile(rf"(?P<n>[0-9]{{1,2}}) thang dau nam {_Y}")


def _named(folded: str) -> Period:
    """The period a folded phrase names."""
    for kind, pattern in _PHRASES:
        if found := re.fullmatch(pattern, folded):
            parts = found.groupdict()
            number = parts.get("n") or "1"
            return Period(kind, int(parts["year"]), _NUMBERS.get(number) or int(number))
    if found := _FIRST_MONTHS.fullmatch(folded):
        return Period("year", int(found["year"])).to_date(Period("month", int(found["year"]), int(found["n"])).end)
    raise BadText(("không phải là một kỳ", "is not a period"), _WRITE_PERIOD)
