"""Copying an event to other days: how its days move, what it is called then, and what it does not take along."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import evolve, frozen

from coopkit.errors import BadForm
from coopkit.event import Event, EventKind, Participation
from coopkit.field import Choice, Field, FieldKind
from coopkit.period import format_date
from coopkit.record import identify, record_type
from coopkit.text import Label

_EVENT = record_type(Event)


class Moving(Choice):
    """How the days of a copied event are moved.

    >>> Moving.SAME_WEEKDAY.label.vi
    'Sang năm sau, cùng thứ trong tuần'
    """

    SAME_DATE = "same_date", "Sang năm sau, cùng ngày tháng", "To the next year, on the same date"
    SAME_WEEKDAY = "same_weekday", "Sang năm sau, cùng thứ trong tuần", "To the next year, on the same weekday"
    DAYS = "days", "Dời một số ngày", "By a number of days"


@frozen
class Move:
    """How the days of a copied event are moved; `days` counts for `Moving.DAYS` only, and may be below zero."""

    how: Moving = Moving.SAME_DATE
    days: int = 0

    def of(self, start: dt.date) -> Callable[[dt.date], dt.date]:
        """What becomes of each day of an event that begins on `start`; the 29th of February becomes the 28th.

        On the same weekday means the nearest such day to the same date, and every other day as far from the first.

        >>> Move(Moving.SAME_WEEKDAY).of(dt.date(2023, 2, 1))(dt.date(2023, 2, 1))
        datetime.date(2024, 1, 31)
        """
        if self.how is Moving.SAME_DATE:
            return _next_year
        days = self.days
        if self.how is Moving.SAME_WEEKDAY:
            there = _next_year(start)
            days = (there - start).days + (start.weekday() - there.weekday() + 3) % 7 - 3
        return lambda day: day + dt.timedelta(days)


@frozen
class CopyAsked:
    """What is wanted of a copy. Where no code or name is told, one is proposed: with the year of the new days.

    `with_turns`: its units take part again, with as many people; what became of it, amounts and results, stays empty.
    """

    event: str
    move: Move = Move()
    code: str | None = None
    name: str = ""
    with_turns: bool = False


@frozen
class Copy:
    """What a copy of an event would be: itself, its days before and after, and how many turns go along.

    `former` are the places that the map of its first day no longer has.
    """

    event: Event
    dates: tuple[tuple[Label, Label, Label], ...]
    turns: int
    former: tuple[str, ...]


def copy_of(held: Event, kind: EventKind | None, move: Move) -> tuple[Event, tuple[tuple[Label, Label, Label], ...]]:
    """The event on its new days, in its name and code the new year for the old; and each day before and after.

    Raises `BadForm` where the calendar has no such days.
    """
    of = move.of(held.start)
    try:
        pairs = [(own.label, day, of(day)) for own, day in _days(held, kind)]
        details = {**held.details, **{own.key: of(day).isoformat() for own, day in _days_of_kind(held, kind)}}
        start, end = of(held.start), held.end and of(held.end)
    except (OverflowError, ValueError) as error:
        fault = ("lịch không có ngày như vậy: dời ít ngày hơn", "the calendar has no such day: move it by fewer days")
        raise BadForm({"days": fault}) from error
    code, name = (_in_year(text, held.start.year, start.year) for text in (held.code, held.name))
    made = evolve(held, code=code, name=name, start=start, end=end, details=details)
    return renamed(made, code, name), tuple((label, told(was), told(now)) for label, was, now in pairs)


def renamed(event: Event, code: str, name: str) -> Event:
    """The event under another code, and so with another id."""
    return evolve(event, id=identify(Event, {"code": code}), code=code, name=name)


def belonging(one: Any, event: str) -> Any:
    """A part of an event, or a turn at it, as one of another event; of a turn without what became of it."""
    if isinstance(one, Participation):
        one = evolve(one, amount=None, result=None)
    made = evolve(one, event=event)
    keys = record_type(type(one)).identity
    return evolve(made, id=identify(type(one), {key: getattr(made, key) for key in keys}))


def told(day: dt.date) -> Label:
    """A day with its day of the week.

    >>> told(dt.date(2023, 12, 10)).vi
    'Chủ nhật 10/12/2023'
    """
    name, shown = _WEEKDAYS[day.weekday()], format_date(day)
    return Label(f"{name.vi} {shown}", f"{name.en} {shown}")


_WEEKDAYS: Final = (
    Label("Thứ hai", "Monday"),
    Label("Thứ ba", "Tuesday"),
    Label("Thứ tư", "Wednesday"),
    Label("Thứ năm", "Thursday"),
    Label("Thứ sáu", "Friday"),
    Label("Thứ bảy", "Saturday"),
    Label("Chủ nhật", "Sunday"),
)


def _next_year(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


def _days(held: Event, kind: EventKind | None) -> Iterator[tuple[Field, dt.date]]:
    yield _EVENT.field("start"), held.start
    if held.end:
        yield _EVENT.field("end"), held.end
    yield from _days_of_kind(held, kind)


def _days_of_kind(held: Event, kind: EventKind | None) -> Iterator[tuple[Field, dt.date]]:
    for own in kind.fields if kind else ():
        if own.kind is FieldKind.DATE and (told := held.details.get(own.key)):
            yield own, dt.date.fromisoformat(told)


def _in_year(text: str, old: int, new: int) -> str:
    """The text with the new year wherever the old one stands."""
    return re.sub(rf"(?<!\d){old}(?!\d)", str(new), text)
