"""`Timelines`: what holds of each owner from day to day: one record at a time, and a state ends as the next begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from attrs import evolve

from coopkit.importers.faults import dates_overlap, dates_reversed
from coopkit.importers.register import Register, filled
from coopkit.period import format_date
from coopkit.problem import Problem
from coopkit.record import Span, span_of


class Timelines:
    """The dated records of the ledger, and of the good rows so far; those of a type are read when first asked for."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._known: dict[type, dict[tuple[object, ...], dict[str, Any]]] = {}

    def know(self, one: Any) -> None:
        """Know a record; what it leaves empty stays as another version of it told."""
        known = self._of(type(one)).setdefault(span_of(type(one)).owner(one), {})
        known[one.id] = filled(one, known[one.id]) if one.id in known else one

    def stated(self, cls: type, owner: tuple[object, ...], day: dt.date, state: object) -> Any:
        """The record that a state told without any day speaks of: one without a first day, or else what holds that day.

        None if there is neither. What is given may have another state: then the paper and the register disagree.
        """
        span = span_of(cls)
        known = self._of(cls).get(owner, {}).values()
        same = (one for one in known if getattr(one, span.first) is None and getattr(one, span.state) == state)
        holding = (one for one in known if span.holds(one, day))
        return next(same, None) or max(holding, key=span.first_day, default=None)

    def fault(self, one: Any) -> tuple[str, Problem] | None:
        """What is wrong with the days of a record, and the field to mend; None if it stands well beside all others."""
        span = span_of(type(one))
        known = self._of(type(one)).get(span.owner(one), {})
        one = filled(one, known[one.id]) if one.id in known else one
        first, last = getattr(one, span.first), getattr(one, span.last)
        if first and last and last < first:
            return span.last, dates_reversed(format_date(last), format_date(first))
        for other in known.values():
            if other.id != one.id and _overlap(span, one, other):
                return span.first, dates_overlap(format_date(first) if first else "", _days(span, other))
        return None

    def ended(self, told: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """The states that end because a later one begins: each with its last day, and the one that ends it.

        Only the owners of the records told are looked at; all of these are of dated types.
        """
        owners = {(type(one), span_of(type(one)).owner(one)) for one in told if span_of(type(one)).state}
        for cls, owner in owners:
            span = span_of(cls)
            in_order = sorted(self._of(cls)[owner].values(), key=span.first_day)
            for one, following in pairwise(in_order):
                if getattr(one, span.last) is None:
                    last = getattr(following, span.first) - dt.timedelta(days=1)
                    yield evolve(one, **{span.last: last}), following

    def _of(self, cls: type) -> dict[tuple[object, ...], dict[str, Any]]:
        if cls not in self._known:
            known = self._known.setdefault(cls, {})
            span = span_of(cls)
            held: list[Any] = self._register.snapshot.records(cls)
            for one in held:
                known.setdefault(span.owner(one), {})[one.id] = one
        return self._known[cls]


def _overlap(span: Span, one: Any, other: Any) -> bool:
    earlier, later = sorted((one, other), key=span.first_day)
    if span.state and getattr(earlier, span.last) is None:
        return False  # it ends as the later one begins
    return span.first_day(later) <= span.last_day(earlier)


def _days(span: Span, one: Any) -> str:
    first, last = (getattr(one, key) for key in (span.first, span.last))
    return f"{format_date(first) if first else '…'} – {format_date(last) if last else '…'}"
