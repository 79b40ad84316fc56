"""The made-up units of the example: who they are, when they joined, how they fare, whom to call.

Names are put together from poetic words and never taken from a commune. Tax codes are valid but lie in a range that the
tax office is far from giving out: 0299 (Hải Phòng's prefix 02, then 99). People are "Người mẫu 001", their telephones
0000 000 001.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count

from attrs import evolve, frozen
from stdnum.vn import mst

from coopkit import (
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
    Place,
    YearFigures,
    shipped_index,
)

from .dice import Dice
from .tables import (
    CITY,
    DAY,
    DISTRICTS,
    FARMING,
    FIGURES_OF,
    FIRST_WORDS,
    FOUNDED_OUTSIDE,
    FOUNDED_THE_SAME_YEAR,
    JOINED,
    KIND_NAMES,
    LEFT,
    LINES,
    MILLION,
    NEVER_JOINED,
    OFFICE,
    SECOND_WORDS,
    TRADE,
    WITH_ENTERPRISE,
    WITH_GROUP,
    Line,
)


@frozen
class Unit:
    """A unit with all that is known of it, and who sends it."""

    sender: str
    line: Line
    cooperative: Cooperative
    memberships: tuple[Membership, ...]
    legal: tuple[LegalStatus, ...]
    operating: tuple[OperatingStatus, ...]
    figures: tuple[YearFigures, ...] = ()
    people: tuple[Person | Contact, ...] = ()

    @property
    def id(self) -> str:
        """The unit's own id."""
        return self.cooperative.id

    def is_member(self, on: dt.date) -> bool:
        """Whether it is a member of the alliance on that day."""
        return any(one.joined <= on and (one.left is None or on < one.left) for one in self.memberships)

    def is_operating(self, on: dt.date) -> bool:
        """Whether it is seen to operate on that day."""
        return next((one.state for one in reversed(self.operating) if (one.since or on) <= on), "") == "operating"

    @property
    def records(self) -> list[object]:
        """All its records."""
        own = (*self.memberships, *self.legal, *self.operating, *self.figures, *self.people)
        return [self.cooperative, *own]


@frozen
class Life:
    """The days that make a unit's story."""

    founded: dt.date
    joined: tuple[dt.date, ...] = ()
    left: tuple[dt.date, ...] = ()


@frozen
class Seat:
    """A unit still without a name or a story: who sends it, what it does, where."""

    sender: str
    line: Line
    kind: CooperativeKind
    place: str | None
    address: str | None


# ── Where ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _address(dice: Dice, place: Place, district: Place) -> str:
    if place is district:
        return f"Khu dân cư số {dice.whole(1, 3)}, {district.title}"
    hamlet = "Thôn" if place.type == "xã" else "Tổ dân phố"
    return f"{hamlet} {dice.whole(1, 12)}, {place.title}, {district.title}"


def _seats_of_district(dice: Dice, sender: str, code: str, numbers: tuple[int, ...]) -> Iterator[Seat]:
    index = shipped_index()
    district = index.get(code, FIGURES_OF)
    assert district is not None
    communes = dice.shuffled(index.children(code, FIGURES_OF) or (district,))
    turn = count()
    for line, number in zip(LINES, numbers, strict=True):
        for n in range(number):
            kind = line.kind
            if n == 0 and line is FARMING and sender in WITH_GROUP:
                kind = CooperativeKind.GROUP
            if n == 0 and line is TRADE and sender in WITH_ENTERPRISE:
                kind = CooperativeKind.ENTERPRISE
            place = communes[next(turn) % len(communes)]
            yield Seat(sender, line, kind, place.id, _address(dice, place, district))


def _seats(dice: Dice) -> list[Seat]:
    """Everybody's seat; the office keeps the units that work all over the city, and one whose place nobody noted."""
    city = shipped_index().get(CITY, FIGURES_OF)
    assert city is not None
    wide = [
        Seat(OFFICE, TRADE, kind, place, address)
        for kind, place, address in (
            (CooperativeKind.UNION, city.id, "Khu văn phòng mẫu, Thành phố Hải Phòng"),
            (CooperativeKind.ENTERPRISE, city.id, "Khu thương mại mẫu, Thành phố Hải Phòng"),
            (CooperativeKind.ENTERPRISE, city.id, "Khu kho bãi mẫu, Thành phố Hải Phòng"),
            (CooperativeKind.COOPERATIVE, None, None),
        )
    ]
    return wide + [seat for row in DISTRICTS for seat in _seats_of_district(dice, *row)]


# ── When ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _in(dice: Dice, year: int, first_month: int = 1, last_month: int = 12) -> dt.date:
    return dt.date(year, dice.whole(first_month, last_month), dice.whole(1, 28))


def _newcomers(dice: Dice) -> Iterator[Life]:
    """Those who joined since 2021; in January 2024 only the first weeks are known."""
    for year, number in JOINED.items():
        late = (1, 1) if year == FIGURES_OF.year + 1 else (7, 12)
        for n in range(number):
            if n < FOUNDED_THE_SAME_YEAR[year]:
                founded = _in(dice, year, 1, 6) if late != (1, 1) else dt.date(year, 1, 4)
            else:
                founded = _in(dice, dice.whole(2013, 2019))
            yield Life(founded, (max(_in(dice, year, *late), founded + 7 * DAY),))


def _others(dice: Dice) -> Iterator[Life]:
    """Those who left, and those who never joined."""
    for year, number in LEFT.items():
        for _ in range(number):
            founded = _in(dice, dice.whole(2001, 2012))
            yield Life(founded, (_in(dice, dice.whole(2013, 2018)),), (_in(dice, year, 2, 11),))
    outside = [year for year, number in FOUNDED_OUTSIDE.items() for _ in range(number)]
    for n in range(NEVER_JOINED):
        yield Life(_in(dice, outside[n] if n < len(outside) else dice.whole(1999, 2019)))


def _old_member(dice: Dice) -> Life:
    founded = _in(dice, dice.whole(1996, 2017))
    return Life(founded, (_in(dice, dice.whole(max(founded.year + 1, 1998), 2020)),))


def _lives(dice: Dice, seats: list[Seat]) -> list[Life]:
    """A story for every seat; the office's units and those of the island are old members."""
    lives = [_old_member(dice) for _ in seats]
    ordinary = [n for n, seat in enumerate(seats) if seat.sender not in {OFFICE, "15-bach-long-vi"}]
    special = [*_newcomers(dice), *_others(dice)]
    drawn = dice.some([n for n in ordinary if seats[n].kind == CooperativeKind.COOPERATIVE], len(special))
    for n, life in zip(drawn, special, strict=True):
        lives[n] = life
    returned = next(n for n in ordinary if n not in drawn)
    lives[returned] = Life(dt.date(2003, 4, 9), (dt.date(2006, 5, 16), dt.date(2018, 9, 12)), (dt.date(2013, 10, 21),))
    return lives


# ── Who ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

REASONS = ("Giải thể tự nguyện", "Tự nguyện xin ra khỏi Liên minh", "Chuyển đổi thành doanh nghiệp")
REPRESENTATIVE = ContactRole.REPRESENTATIVE


def _own_names(dice: Dice) -> Iterator[str]:
    yield from dice.shuffled([f"{first} {second}" for first in FIRST_WORDS for second in SECOND_WORDS])


def tax_codes() -> Iterator[str]:
    """Valid tax codes in the made-up range 0299; a serial whose check digit would be 10 is passed over."""
    for serial in count(10_007, 137):
        check = mst.calc_check_digit(f"0299{serial}")
        if len(check) == 1:
            yield f"0299{serial}{check}"


def _cooperative(dice: Dice, n: int, seat: Seat, name: str, code: str | None, founded: dt.date) -> Cooperative:
    words = dice.pick(KIND_NAMES.get(seat.kind, seat.line.names))
    capital = dice.whole(seat.line.revenue[0], seat.line.revenue[1], 50) // 2
    return Cooperative(
        id=f"unit-{n:03}",
        name=f"{words} {name}",
        kind=seat.kind,
        tax_code=code,
        place=seat.place,
        address=seat.address,
        sector=seat.line.sector,
        founded=founded,
        charter_capital=None if seat.kind == CooperativeKind.GROUP else max(capital // 50, 2) * 50 * MILLION,
    )


def _memberships(dice: Dice, id_: str, life: Life, reason: str) -> tuple[Membership, ...]:
    found = []
    for n, joined in enumerate(life.joined):
        left = life.left[n] if n < len(life.left) else None
        source = f"Quyết định kết nạp số {dice.whole(1, 60):02}/{joined.year} (mẫu)"
        found.append(Membership(f"membership-{id_}-{n}", id_, joined, left, reason if left else None, source))
    return tuple(found)


@frozen
class Turn:
    """From a day on: the legal status, and whether it is seen to operate."""

    since: dt.date
    legal: LegalState
    operating: OperatingState
    source: str


def _turns(dice: Dice, life: Life, *, ended: bool) -> list[Turn]:
    """The statuses of a unit, one after the other."""
    turns = [Turn(life.founded, LegalState.ACTIVE, OperatingState.OPERATING, "Giấy chứng nhận đăng ký (mẫu)")]
    if ended:
        return [*turns, Turn(life.left[-1], LegalState.ENDED, OperatingState.STOPPED, "Quyết định giải thể (mẫu)")]
    if life.founded.year > 2012:
        return turns
    if dice.chance(0.09):
        pause = _in(dice, dice.whole(life.founded.year + 2, 2019))
        again = pause + dice.whole(150, 420) * DAY
        turns.append(Turn(pause, LegalState.SUSPENDED, OperatingState.STOPPED, "Thông báo tạm ngừng (mẫu)"))
        turns.append(Turn(again, LegalState.ACTIVE, OperatingState.OPERATING, "Thông báo hoạt động trở lại (mẫu)"))
    fate = dice.whole(1, 100)
    last = _in(dice, dice.whole(2021, 2023), 1, 11)
    if fate <= 3:
        turns.append(Turn(last, LegalState.NOT_AT_ADDRESS, OperatingState.STOPPED, "Thông báo của cơ quan thuế (mẫu)"))
    elif fate <= 5:
        turns.append(Turn(last, LegalState.DISSOLVING, OperatingState.STOPPED, "Nghị quyết giải thể (mẫu)"))
    elif fate <= 10:
        turns.append(Turn(last, LegalState.ACTIVE, OperatingState.STOPPED, "Liên minh khảo sát (mẫu)"))
    return turns


def _since_until(turns: list[Turn], states: list[str]) -> Iterator[tuple[Turn, dt.date | None]]:
    """Each change of the state, with the last day it held."""
    changes = [turn for n, turn in enumerate(turns) if n == 0 or states[n] != states[n - 1]]
    for turn, after in zip(changes, [*changes[1:], None], strict=True):
        yield turn, after.since - DAY if after else None


def _legal(id_: str, turns: list[Turn]) -> tuple[LegalStatus, ...]:
    spans = _since_until(turns, [turn.legal for turn in turns])
    return tuple(
        LegalStatus(f"legal-{id_}-{n}", id_, turn.legal, turn.since, until, turn.source)
        for n, (turn, until) in enumerate(spans)
    )


def _operating(id_: str, turns: list[Turn]) -> tuple[OperatingStatus, ...]:
    spans = _since_until(turns, [turn.operating for turn in turns])
    return tuple(
        OperatingStatus(f"operating-{id_}-{n}", id_, turn.operating, turn.since, until, turn.source)
        for n, (turn, until) in enumerate(spans)
    )


def _people(dice: Dice, id_: str, n: int, founded: dt.date) -> tuple[Person | Contact, ...]:
    """The legal representative; of one unit in twelve also somebody to call."""
    person = Person(f"person-{n:03}", f"Người mẫu {n:03}", f"0000 000 {n:03}")
    since = max(founded, _in(dice, dice.whole(2015, 2020)))
    found: list[Person | Contact] = [person, Contact(f"contact-{id_}-0", id_, person.id, REPRESENTATIVE, since)]
    if n % 12 == 0:
        other = Person(f"person-{n + 500}", f"Người mẫu {n + 500}", f"0000 000 {n + 500}", f"mau{n + 500}@example.com")
        found += [other, Contact(f"contact-{id_}-1", id_, other.id, ContactRole.CONTACT, since)]
    return tuple(found)


# ── How they fare ───────────────────────────────────────────────────────────────────────────────────────────────────

WINDOWS = {"2022-HTX": dt.date(2022, 12, 14), "2023-HTX": dt.date(2023, 12, 14)}
"""Reporting years, with the last day of each."""
REPORTING = (CooperativeKind.COOPERATIVE, CooperativeKind.CREDIT_FUND, CooperativeKind.UNION)


def _figures(dice: Dice, unit: Unit) -> Iterator[YearFigures]:
    """The yearly figures of a unit: few of those outside the alliance report, and here and there a cell is empty."""
    line, id_ = unit.line, unit.id
    revenue = dice.whole(*line.revenue, 10)
    members, workers = dice.whole(*line.members), dice.whole(*line.workers)
    share, wage = dice.whole(*line.capital), dice.whole(40_000, 82_000, 100)
    for window, last in WINDOWS.items():
        margin = dice.whole(-15, 95)
        revenue, wage = revenue * dice.whole(94, 117) // 100, wage * dice.whole(99, 109) // 100
        members, workers = max(members + dice.whole(-6, 9), 7), max(workers + dice.whole(-2, 3), 3)
        silent = dice.chance(0.05 if unit.is_member(last) else 0.7)
        if silent or unit.cooperative.kind not in REPORTING or not unit.is_operating(last):
            continue
        capital = revenue * share // 100
        cells = [members, members * dice.whole(0, 40) // 100, workers, revenue * MILLION, revenue * margin * 1_000]
        cells += [capital * MILLION, capital * dice.whole(70, 100) // 100 * MILLION, wage * 1_000]
        told = [None if n > 0 and dice.chance(0.05) else cell for n, cell in enumerate(cells)]
        yield YearFigures(f"figures-{id_}-{window}", id_, window, *told)


def units() -> list[Unit]:
    """Every unit known to the alliance, by sender."""
    dice = Dice(31)
    seats = _seats(dice)
    lives, names, codes = _lives(dice, seats), _own_names(dice), tax_codes()
    found = []
    for n, (seat, life) in enumerate(zip(seats, lives, strict=True), 1):
        code = None if seat.kind == CooperativeKind.GROUP and n % 2 else next(codes)
        cooperative = _cooperative(dice, n, seat, next(names), code, life.founded)
        gone = len(life.left) == len(life.joined) > 0
        reason = dice.pick(REASONS) if gone else "Tạm ngừng hoạt động kéo dài"
        turns = _turns(dice, life, ended=gone and reason == REASONS[0])
        statuses = _legal(cooperative.id, turns), _operating(cooperative.id, turns)
        unit = Unit(seat.sender, seat.line, cooperative, _memberships(dice, cooperative.id, life, reason), *statuses)
        people = _people(dice, cooperative.id, n, life.founded)
        found.append(evolve(unit, figures=tuple(_figures(dice, unit)), people=people))
    return found
