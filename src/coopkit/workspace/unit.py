"""What the page of one unit shows beside its profile: how it stands, its figures over the years, its campaigns."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow.compute as pc
from attrs import frozen

from coopkit.access import Action, can
from coopkit.campaign import Campaign, Definition, format_points
from coopkit.cooperative import YearFigures
from coopkit.display import Display
from coopkit.emulation import Line
from coopkit.errors import NotFound
from coopkit.event import Honour
from coopkit.field import Field, FieldKind
from coopkit.period import Period
from coopkit.quantity import ITEMS, exact
from coopkit.record import record_type
from coopkit.report import Figure
from coopkit.text import Label, Lang
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.overview import Point
from coopkit.workspace.register import Unit
from coopkit.workspace.workspace import Desk

_FIGURES = record_type(YearFigures)


def unit_today(desk: Desk, unit: str) -> Unit:
    """The unit as the register's list has it today: kind, place, what it is to the alliance. Raises `NotFound`."""
    units = desk.units()
    row = pc.index(units.table.column("id"), unit).as_py()
    if row < 0:
        raise NotFound(f"Không có đơn vị {unit!r} trong sổ (no such unit in the register)")
    return units.unit(row)


def yearly(desk: Desk, unit: str) -> Mapping[str, list[Point]]:
    """The unit's figures over the years, by field, each of two years or more; the earliest year first."""
    table = desk.snapshot().table(_FIGURES.table)
    rows = table.filter(pc.equal(table.column("cooperative"), unit)).sort_by("window").to_pylist()
    windows = [Period.parse(row["window"]) for row in rows]
    years = [window.end.year for window in windows]
    names = [_year(one, alone=years.count(one.end.year) == 1) for one in windows]
    found = {}
    for own in _FIGURES.fields:
        if own.kind in {FieldKind.COUNT, FieldKind.MONEY}:
            told = [(name, row[own.key]) for name, row in zip(names, rows, strict=True) if row[own.key] is not None]
            if len(told) > 1:
                found[own.key] = [_point(own, name, value) for name, value in told]
    return found


def figure_labels(keys: Mapping[str, object], lang: Lang) -> dict[str, str]:
    """What these figures of a year are called."""
    return {key: _FIGURES.field(key).label.in_(lang) for key in keys}


def _year(window: Period, *, alone: bool) -> tuple[str, Label]:
    """The key and name of a window, as short as an axis wants it: of a year with several, which one it is."""
    year = str(window.end.year)
    if alone:
        return year, Label(year, year)
    if window.kind == "cooperative_year":
        return window.key, Label(f"Năm HTX {year}", f"Reporting year {year}")
    return window.key, window.label


def _point(own: Field, name: tuple[str, Label], value: int) -> Point:
    unit = own.unit or ITEMS
    figure = Figure(own.key, own.label, _FIGURES.label, exact(value, unit), noun=unit.label, rows=1)
    return Point(*name, figure)


@frozen
class TookPart:
    """A campaign that a unit took part in: how it stood there as far as the actor may see, and what it was awarded.

    `line` is None where how it stands may not be seen yet; `rivals` are the units of its block that may be seen, itself
    too; `awards` are texts: the award, its giver, its decision.
    """

    campaign: Campaign
    rules: Definition
    line: Line | None
    rivals: int
    published: bool
    awards: tuple[str, ...]

    def points(self, lang: Lang) -> str:
        """The total as points are written: "95,5 / 100"; "" where it may not be seen."""
        if self.line is None:
            return ""
        return f"{format_points(self.line.total, lang)} / {format_points(self.rules.maximum, lang)}"

    def grade(self, lang: Lang) -> str:
        """What its grade is called; "" where it has none."""
        told = self.line.grade if self.line else ""
        return next((one.name.in_(lang) for one in self.rules.grades if one.key == told), "")


def took_part(desk: Desk, unit: str, lang: Lang = "vi") -> list[TookPart]:
    """The campaigns that the unit took part in, the latest first, as far as the actor may see."""
    can(desk.actor, Action.VIEW, unit).require()
    if pc.index(desk.snapshot().table("cooperative").column("id"), unit).as_py() < 0:
        return []  # not in the actor's places: as if it were not there
    found = []
    for campaign in CampaignDesk.all(desk):
        at = CampaignDesk(desk, campaign.id)
        if unit in at.units():
            awards = tuple(_awards(desk, unit, campaign.id, lang))
            board = at.board()
            line = board.line(unit)
            rivals = len(board.of_block(line.block)) if line else 0
            found.append(TookPart(campaign, at.rules, line, rivals, at.standing.published, awards))
    return found


def _awards(desk: Desk, unit: str, campaign: str, lang: Lang) -> list[str]:
    snapshot, declared = desk.snapshot(), record_type(Honour)
    table, display = snapshot.table(declared.table), Display(snapshot, lang)
    given = pc.and_(pc.equal(table.column("cooperative"), unit), pc.equal(table.column("campaign"), campaign))
    rows = table.filter(given).to_pylist()
    return [" · ".join(display.row(declared, row, "award", "giver", "decision")) for row in rows]
