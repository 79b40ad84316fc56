"""The made-up register that plugins are looked at with: a few units, years of events, two reforms of the map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from attrs import frozen

from coopkit.cooperative import (
    Contact,
    ContactRole,
    Cooperative,
    CooperativeKind,
    LegalState,
    LegalStatus,
    Membership,
    OperatingState,
    OperatingStatus,
    Person,
    Sector,
    YearFigures,
)
from coopkit.event import (
    Award,
    Event,
    EventKind,
    EventOrganiser,
    EventPlace,
    Giver,
    Honour,
    Participation,
    RecipientKind,
)
from coopkit.field import Field, FieldKind
from coopkit.group import Alliance, Group, GroupKind, GroupMembership, GroupRole
from coopkit.quantity import UNITS, VND, exact

YEARS: Final = (2023, 2024, 2025)
LATER: Final = 2026
"""The year after those that are asked about: what it brings must not change these."""

BEGAN: Final = dt.date(2020, 1, 1)
CLOSED: Final = "v4"
CLOSED_ON: Final = dt.date(2024, 9, 30)
_SECTORS: Final = tuple(Sector)


@frozen
class Unit:
    """A made-up unit: its id, its name, and the place it was recorded with."""

    id: str
    name: str
    place: str
    founded: dt.date = BEGAN


UNITS_OF_THE_TOWN: Final = (
    Unit("v1", "HTX mẫu Vĩnh Bảo Một", "11824@1900-01-01"),
    Unit("v2", "HTX mẫu Dũng Tiến", "11827@1900-01-01"),
    Unit("v3", "HTX mẫu Giang Biên", "11830@1900-01-01"),
    Unit("v4", "HTX mẫu Thắng Thủy", "11833@1900-01-01"),
    Unit("t1", "HTX mẫu Minh Đức", "11473@1900-01-01"),
    Unit("t2", "HTX mẫu Núi Đèo", "11470@1900-01-01"),
    Unit("c1", "HTX mẫu Cát Bà", "11914@1900-01-01"),
    Unit("n1", "HTX mẫu Thủy Nguyên mới", "11473@2025-07-01", dt.date(2025, 8, 1)),
)
"""Four in Vĩnh Bảo, of which `CLOSED` has closed; three in Thủy Nguyên, the second in a commune that was split on
1/7/2025, the third recorded after that; one in Cát Hải, none in Bạch Long Vĩ.
"""


def register(units: Sequence[Unit], kinds: Iterable[EventKind], years: Iterable[int] = YEARS) -> Iterator[Any]:
    """The alliance, its units, and in each year events of every kind, figures, honours and who was in which group."""
    kinds, years = list(kinds), list(years)
    yield Alliance("lm", "Liên minh HTX mẫu", "31@1900-01-01")
    yield Person("p1", "Người mẫu 001", phone="0900000001", email="mau@example.org")
    yield Person("p2", "Người mẫu 002", phone="0900000002")
    for kind in GroupKind:
        yield Group(f"g-{kind.value}", kind, f"Nhóm mẫu {kind.label.vi}", dt.date(2022, 1, 1))
    for number, unit in enumerate(units):
        yield from _unit(unit, number)
    for year in years:
        yield from of_year(units, kinds, year)


def _unit(unit: Unit, number: int) -> Iterator[Any]:
    closed = CLOSED_ON if unit.id == CLOSED else None
    kind = CooperativeKind.COOPERATIVE if number % 3 else CooperativeKind.CREDIT_FUND
    sector = _SECTORS[number % len(_SECTORS)]
    capital = 500_000_000 * (number + 1)
    yield Cooperative(unit.id, unit.name, kind, None, unit.place, None, sector, unit.founded, capital)
    yield Membership(f"m-{unit.id}", unit.id, unit.founded, closed, "giải thể" if closed else None)
    yield LegalStatus(f"l-{unit.id}", unit.id, LegalState.ACTIVE, unit.founded, closed)
    yield OperatingStatus(f"o-{unit.id}", unit.id, OperatingState.OPERATING, unit.founded, closed)
    if closed:
        after = closed + dt.timedelta(days=1)
        yield LegalStatus(f"l2-{unit.id}", unit.id, LegalState.ENDED, after)
        yield OperatingStatus(f"o2-{unit.id}", unit.id, OperatingState.STOPPED, after)
    # The second and third have one chair: a conflict of interest.
    yield Contact(f"k-{unit.id}", unit.id, "p1" if number in (1, 2) else "p2", _role(number), unit.founded)
    for group in GroupKind if number < 3 else (GroupKind.BLOCK,):
        role = GroupRole.LEAD if number == 0 else GroupRole.MEMBER
        began = max(unit.founded, dt.date(2022, 1, 1))
        yield GroupMembership(f"gm-{group.value}-{unit.id}", f"g-{group.value}", unit.id, role, began, closed)


def _role(number: int) -> ContactRole:
    return ContactRole.CHAIR if number in (1, 2) else ContactRole.CONTACT


def of_year(units: Sequence[Unit], kinds: Iterable[EventKind], year: int) -> Iterator[Any]:
    """Two events of every kind, figures of every unit, and an honour."""
    for number, kind in enumerate(kinds):
        for turn, day in enumerate((dt.date(year, 3, 5), dt.date(year, 8, 20))):
            yield from _event(_open(units, day), kind, number + turn, day)
    open_ = _open(units, dt.date(year, 12, 14))
    for number, one in enumerate(open_):
        yield YearFigures(
            f"f-{one.id}-{year}", one.id, f"{year}-HTX", 40 + number, 5, 10 + number, 10**9 * (number + 1), 10**7
        )
    for number, award in enumerate(Award if open_ else (), 1):
        unit = open_[number % len(open_)].id
        honoured = RecipientKind.COLLECTIVE
        day = dt.date(year, 12, 20)
        yield Honour(f"h-{year}-{number}", f"{year}/QĐ", number, award, Giver.CITY, honoured, day, unit)


def _open(units: Sequence[Unit], day: dt.date) -> list[Unit]:
    return [one for one in units if one.founded <= day and (one.id != CLOSED or day <= CLOSED_ON)]


def _event(units: Sequence[Unit], kind: EventKind, number: int, day: dt.date) -> Iterator[Any]:
    key = f"{kind.key}-{day:%Y%m}"
    taking = units[number % 2 :: 2] if not kind.single else units[number % max(1, len(units)) :][:1]
    told = {own.key: value for own in kind.fields if (value := sample(own, day)) is not None}
    details = kind.details(told)
    yield Event(key, key, kind.key, f"{kind.label.vi} mẫu", day, day, "Hội trường mẫu", str(kind.version), details)
    yield EventOrganiser(f"eo-{key}", key, "Đơn vị phối hợp mẫu")
    # A place that an event was for is the district then, the commune where there are no districts.
    for place in dict.fromkeys(one.place for one in taking[:2]):
        yield EventPlace(f"ep-{key}-{place}", key, place)
    for at, one in enumerate(taking):
        amount = exact(10**8 * (at + 1), VND)
        yield Participation(f"tg-{key}-{one.id}", key, one.id, at + 1, amount, "tốt")


def sample(own: Field, day: dt.date) -> Any:
    """A value that a field of an event kind may have; None where only the register could tell one."""
    number = max(own.minimum or 0, 12 if own.maximum is None else min(12, own.maximum))
    made: dict[FieldKind, Any] = {
        FieldKind.TEXT: "mẫu",
        FieldKind.DATE: day,
        FieldKind.FLAG: True,
        FieldKind.PERIOD: str(day.year),
        FieldKind.PLACE: UNITS_OF_THE_TOWN[0].place,
        FieldKind.QUANTITY: exact(number, own.unit or UNITS),
        FieldKind.CHOICE: own.options[0].value if own.options else None,
    }
    counted = {FieldKind.COUNT, FieldKind.MONEY, FieldKind.PERCENT, FieldKind.POINTS}
    return number if own.kind in counted else made.get(own.kind)


def later(units: Sequence[Unit], kinds: Iterable[EventKind]) -> Iterator[Any]:
    """What the year `LATER` brings: a new unit, and of everything else more."""
    fresh = Unit("x-later", "HTX mẫu mới", units[0].place, dt.date(LATER, 2, 1))
    yield from _unit(fresh, 7)
    yield from of_year([*units, fresh], kinds, LATER)
