"""Cát Hải's figures by fishing season, and of its guests.

A season counts in the period that its last day lies in. The northern season spans the turn of the year, and so counts
for the year in which it ends: that of 2023–2024 for 2024. By then it is known whole, while on 31 December the one that
has just begun is half a season; and a year's figures hold one season of each kind, October to September, in which each
trip is counted once. Southern seasons and those of tourism follow the same rule. A season without a last day is still
going on, and counts nowhere yet.
"""

from __future__ import annotations

from coopkit import PERCENT, Flow, Label, Metric, Ratio, RatioForm, Unit, total
from coopkit_cathai.kinds import BOATS, FISHING_SEASON, GUESTS, KILOGRAMS, TOUR_SEASON, TRIPS, Season

FISHERY = Label("Khai thác thủy sản theo vụ", "Fishery by season")
TOURISM = Label("Du lịch", "Tourism")
ENDED = Flow("event.end")

CAUGHT = (
    ("catch", Label("sản lượng", "catch"), KILOGRAMS),
    ("trips", Label("số chuyến biển", "trips"), TRIPS),
    ("boats", Label("số tàu ra khơi", "boats"), BOATS),
)
"""What is counted of a fishing season: the field, what it is called, its unit.

No boats are counted over both seasons: it would be the same boats twice.
"""


def figures(south_first_month: int) -> list[Metric | Ratio]:
    """The plugin's metrics; the southern season is the six months from this one (1–12), the northern one the others.

    >>> [metric.key for metric in figures(4)][:4]
    ['cathai.south_catch', 'cathai.south_trips', 'cathai.south_boats', 'cathai.north_catch']
    """
    first_month = {Season.SOUTH: south_first_month, Season.NORTH: south_first_month + 6}
    fishing = [_caught(season, half_year(first_month[season]), *caught) for season in Season for caught in CAUGHT]
    return [*fishing, *GUEST_FIGURES]


def half_year(first_month: int) -> list[int]:
    """The six months from one on; a month above 12 is one of the next year.

    >>> half_year(10)
    [10, 11, 12, 1, 2, 3]
    """
    return [(first_month - 1 + n) % 12 + 1 for n in range(6)]


def _caught(season: Season, months: list[int], field: str, label: Label, unit: Unit) -> Metric:
    """What cooperatives told of one season: the one they named, else the one in whose months they began."""
    told = f"event.{FISHING_SEASON.key}.season"
    return Metric(
        key=f"cathai.{season.value}_{field}",
        label=Label(f"{season.label.vi}: {label.vi}", f"{season.label.en}: {label.en}"),
        unit=unit,
        topic=FISHERY,
        table="participation",
        timing=ENDED,
        where=lambda row: (
            (row["event.kind"] == FISHING_SEASON.key)
            & ((row[told] == season.value) | (row[told].is_null() & row["event.start"].dt.month().is_in(months)))
        ),
        measure=total(f"event.{FISHING_SEASON.key}.{field}"),
    )


def _received(field: str, vi: str, en: str) -> Metric:
    """Guests of the tourist seasons that ended in the period."""
    return Metric(
        key=f"cathai.{field}",
        label=Label(vi, en),
        unit=GUESTS,
        topic=TOURISM,
        table="participation",
        timing=ENDED,
        where=lambda row: row["event.kind"] == TOUR_SEASON.key,
        measure=total(f"event.{TOUR_SEASON.key}.{field}"),
    )


GUEST_FIGURES: tuple[Metric | Ratio, ...] = (
    _received("guests", "Lượt khách du lịch", "Guests"),
    _received("foreign_guests", "Lượt khách quốc tế", "Guests from abroad"),
    Ratio(
        key="cathai.foreign_share",
        label=Label("Tỷ lệ khách quốc tế", "Share of guests from abroad"),
        unit=PERCENT,
        topic=TOURISM,
        numerator="cathai.foreign_guests",
        denominator="cathai.guests",
        form=RatioForm.PERCENT,
    ),
)
"""The metrics of tourism."""
