"""Who takes part: the pledged units of each block, and those that a rating scheme does not rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from attrs import frozen

from coopkit.campaign import Definition, Pledge
from coopkit.cooperative import Cooperative, OperatingState, OperatingStatus
from coopkit.group import Group, GroupKind, GroupMembership, GroupRole
from coopkit.period import Period
from coopkit.record import span_of
from coopkit.regulation import Regulation
from coopkit.snapshot import Snapshot
from coopkit.text import Label, sort_key

_DAY: Final = dt.timedelta(days=1)


@frozen
class Block:
    """An emulation block on a day: its units by id, the one that leads it, and its deputies.

    >>> Block("k", "Khối nông nghiệp", ("a", "b"), "a").deputies
    ()
    """

    id: str
    name: str
    units: tuple[str, ...]
    lead: str = ""
    deputies: tuple[str, ...] = ()


def blocks_on(snapshot: Snapshot, rules: Definition, on: dt.date) -> list[Block]:
    """The blocks of a campaign as they are on a day, in Vietnamese order: those it names, or every one there is."""
    groups = [group for group in snapshot.records(Group) if group.kind is GroupKind.BLOCK]
    span, held = span_of(GroupMembership), dict[str, list[GroupMembership]]()
    for one in snapshot.records(GroupMembership):
        if span.holds(one, on):
            held.setdefault(one.group, []).append(one)
    made = []
    for group in groups:
        if rules.blocks and group.name not in rules.blocks:
            continue
        members = held.get(group.id, [])
        by_role = {role: tuple(one.cooperative for one in members if one.role is role) for role in GroupRole}
        units = tuple(sorted({one.cooperative for one in members}))
        lead = next(iter(sorted(by_role[GroupRole.LEAD])), "")
        made.append(Block(group.id, group.name, units, lead, tuple(sorted(by_role[GroupRole.DEPUTY]))))
    return sorted(made, key=lambda block: (sort_key(block.name), block.id))


def entrants(snapshot: Snapshot, rules: Definition, campaign: str, on: dt.date) -> list[Block]:
    """The blocks with only those of their units that signed the pledge; one of several blocks is in the first."""
    pledged = {one.cooperative for one in snapshot.records(Pledge) if one.campaign == campaign}
    made = []
    for block in blocks_on(snapshot, rules, on):
        units = tuple(unit for unit in block.units if unit in pledged)
        pledged -= set(units)
        made.append(Block(block.id, block.name, units, block.lead, block.deputies))
    return made


def unrated(snapshot: Snapshot, rules: Definition, regulation: Regulation) -> Mapping[str, Label]:
    """Why a unit is not rated, by unit, where the campaign takes on a rating scheme's own rule; else nobody.

    TT 01/2020/TT-BKHĐT: in operation for under 12 months at the period's end, or stopped for more than 3 months in it.
    """
    if not rules.not_rated:
        return {}
    period = rules.span
    scheme = regulation.pack("rating", period.end, rules.not_rated)
    found: dict[str, Label] = {}
    for unit in snapshot.records(Cooperative):
        if unit.founded is not None and _months(unit.founded, period.end) < scheme["months_at_least"]:
            found[unit.id] = Label(
                f"hoạt động chưa đủ {scheme['months_at_least']} tháng", f"under {scheme['months_at_least']} months old"
            )
    for of, months in _stopped(snapshot, period).items():
        if months > scheme["stopped_at_most"]:
            most = scheme["stopped_at_most"]
            found[of] = Label(f"ngừng hoạt động trên {most} tháng", f"stopped for more than {most} months")
    return found


def _months(since: dt.date, on: dt.date) -> int:
    """Whole months from one day to the end of another."""
    after = on + _DAY
    return (after.year - since.year) * 12 + after.month - since.month - (after.day < since.day)


def _stopped(snapshot: Snapshot, period: Period) -> dict[str, Fraction]:
    """For how many months of the period each unit was stopped: whole months, then 30 days a month (Civil Code Art 146).

    Stops that follow one another without a day between are one.
    """
    spans: dict[str, list[tuple[dt.date, dt.date]]] = {}
    for one in snapshot.records(OperatingStatus):
        first, last = max(one.since or period.start, period.start), min(one.until or period.end, period.end)
        if one.state is OperatingState.STOPPED and first <= last:
            spans.setdefault(one.cooperative, []).append((first, last))
    found: dict[str, Fraction] = {}
    for unit, stops in spans.items():
        for first, last in _joined(stops):
            whole = _months(first, last)
            rest = (last + _DAY - _later(first, whole)).days
            found[unit] = found.get(unit, Fraction(0)) + whole + Fraction(rest, 30)
    return found


def _joined(spans: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """The spans in order, those that touch or overlap as one."""
    made: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(spans):
        if made and first <= made[-1][1] + _DAY:
            made[-1] = made[-1][0], max(last, made[-1][1])
        else:
            made.append((first, last))
    return made


def _later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th day")  # pragma: no cover - every month has one
