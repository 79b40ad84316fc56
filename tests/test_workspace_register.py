"""The register as a list: what is found, in which order, and how it is narrowed, sorted and paged."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.cooperative import (
    Cooperative,
    CooperativeKind,
    LegalState,
    LegalStatus,
    Membership,
    OperatingState,
    OperatingStatus,
    Sector,
)
from coopkit.place import shipped_index
from coopkit.record import span_of
from coopkit.snapshot import Snapshot
from coopkit.text import fold, name_key, sort_key, words_of
from coopkit.workspace import NOWHERE, Filter, Standing, UnitList
from coopkit.workspace.register import Lack, Order

ON = dt.date(2023, 12, 31)
MAP = shipped_index()
DISTRICTS = MAP.level(ON, "district", within="31")[:3]
COMMUNES = [place for one in DISTRICTS for place in MAP.level(ON, "commune", within=one.code)[:2]]
PLACES = [MAP.get("31", ON), *DISTRICTS, *COMMUNES]
COOPERATIVE = CooperativeKind.COOPERATIVE


def listed(*records, on=ON):
    """The list of a register that holds these records and a small map."""
    return UnitList(Snapshot.of([*PLACES, *records]), on, ON)


def named(*names, codes=()):
    """The list of units with these names, and the tax codes of the first."""
    told = [*codes, *[None] * (len(names) - len(codes))]
    pairs = enumerate(zip(names, told, strict=True))
    return listed(*(Cooperative(id=f"c{n}", name=name, kind=COOPERATIVE, tax_code=code) for n, (name, code) in pairs))


def found(units, text):
    """The names that a text finds, in their order."""
    return [unit.name for unit in units.search(Filter(text))]


def test_the_list_is_in_vietnamese_order():
    """Letters with marks have their own place in the alphabet; units of one name follow their ids."""
    assert found(named("Đức", "Dũng", "Ân", "Ánh", "An", "Bình"), "") == ["An", "Ánh", "Ân", "Bình", "Dũng", "Đức"]
    assert listed(
        Cooperative(id="b", name="An", kind=COOPERATIVE), Cooperative(id="a", name="An", kind=COOPERATIVE)
    ).search().ids == ["a", "b"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hoa binh", ["HTX Hòa Bình"]),
        ("HOÀ BÌNH", ["HTX Hòa Bình"]),
        ("Ðồng-tiến", ["Hợp tác xã Đồng Tiến"]),
        ("rau binh an", ["HTX Rau An Bình"]),
        ("an binh rau xanh", []),
        ("hợp tác xã rau", ["HTX Rau An Bình"]),
        ("htx dong", ["Hợp tác xã Đồng Tiến"]),
        ("ht", ["HTX Hòa Bình", "HTX Rau An Bình"]),
        ("0299000035", ["HTX Rau An Bình"]),
        ("0299.000.035", ["HTX Rau An Bình"]),
        ("rau 0299", ["HTX Rau An Bình"]),
        ("x.y*", []),
        (" - ", ["Hợp tác xã Đồng Tiến", "HTX Hòa Bình", "HTX Rau An Bình"]),
    ],
)
def test_a_text_finds_what_a_person_means(typed, expected):
    """Marks, spellings, abbreviations, punctuation and the order of words do not matter, and every word must occur."""
    units = named("HTX Rau An Bình", "HTX Hòa Bình", "Hợp tác xã Đồng Tiến", codes=["0299000035"])
    assert found(units, typed) == expected


def test_the_best_answer_comes_first():
    """With the marks as typed before without; beginning with it, then a word that does, then within, then apart."""
    names = ["Ấn Bình", "Rau An Bình", "An Bình", "Loan Bình", "Bình An", "Loán Bình", "Án Bình"]
    assert found(named(*names), "An Bình") == [
        "An Bình", "Rau An Bình", "Loan Bình", "Bình An", "Án Bình", "Ấn Bình", "Loán Bình",
    ]  # fmt: skip


def test_a_branch_is_found_by_its_code():
    """A code with a branch's number is found by either part, typed together or apart."""
    units = named("An", "Bình", codes=["0299000035-001", "0299000036"])
    assert found(units, "0299000035-001") == found(units, "035 001") == ["An"]


@pytest.mark.parametrize("by", list(Order))
def test_a_column_sorts_both_ways_with_the_empty_last(by):
    """Descending turns the values around; those that say nothing stay at the end, and names decide among equals."""
    units = listed(
        Cooperative(id="1", name="Đức", kind=CooperativeKind.UNION, tax_code="03", place=COMMUNES[0].id),
        Cooperative(id="2", name="Dũng", kind=COOPERATIVE, tax_code="04", sector=Sector.FINANCE, place=COMMUNES[4].id),
        Cooperative(id="3", name="Ân", kind=COOPERATIVE, sector=Sector.AGRICULTURE),
        Cooperative(id="4", name="An", kind=COOPERATIVE, tax_code="01", place=COMMUNES[0].id),
        Membership(id="m", cooperative="2", joined=dt.date(2020, 1, 1)),
        LegalStatus(id="l", cooperative="3", state=LegalState.ENDED),
        OperatingStatus(id="o", cooperative="1", state=OperatingState.STOPPED),
    )
    first = sort_key(DISTRICTS[0].title) < sort_key(DISTRICTS[2].title)
    up, down = {
        Order.NAME: ("4321", "1234"),
        Order.TAX_CODE: ("4123", "2143"),
        Order.KIND: ("4321", "1432"),
        Order.SECTOR: ("3241", "2341"),
        Order.PLACE: ("4123", "2413") if first else ("2413", "4123"),
        Order.STANDING: ("2431", "4312"),
        Order.LEGAL: ("3421", "3421"),
        Order.OPERATING: ("1432", "1432"),
    }[by]
    assert "".join(units.search(by=by).ids) == up
    assert "".join(units.search(by=by, descending=True).ids) == down


def test_areas_are_told_with_their_units():
    """Each area of the map's level with how many units lie in it, and those that nobody placed."""
    places = [COMMUNES[0], COMMUNES[1], COMMUNES[2], None]
    units = listed(
        *(Cooperative(id=f"c{n}", name="x", kind=COOPERATIVE, place=one and one.id) for n, one in enumerate(places))
    )
    first, second = DISTRICTS[:2]
    assert units.level == "district"
    assert units.counts == {first.code: 2, second.code: 1, NOWHERE: 1}
    assert list(units.areas) == [code for code in units.counts if code != NOWHERE]
    assert units.areas[first.code] == first.title
    assert units.search(Filter(area=NOWHERE)).ids == ["c3"]
    assert units.search(Filter(area="none such")).ids == []


def test_without_a_map_no_area_is_told():
    """A register without places lists its units, each nowhere."""
    units = UnitList(Snapshot.of([Cooperative(id="c", name="An", kind=COOPERATIVE)]), ON, ON)
    assert (units.level, units.areas, units.counts) == ("", {}, {NOWHERE: 1})
    assert units.search()[0].area is None


def test_an_empty_register_has_no_unit():
    """A list without units is false, finds nothing, and has one empty page."""
    units = listed()
    assert not units
    nothing = units.search(Filter("an", area=NOWHERE), Order.PLACE)
    assert (len(nothing), nothing.members, nothing.ids, nothing.pages(), nothing.page(1)) == (0, 0, [], 1, [])


def test_pages_are_turned_within_what_was_found():
    """A page holds as many units as asked for; a number beyond is the last page, as after a narrower search."""
    units = named(*"abcdefg").search()
    assert units.pages(3) == 3
    assert ["".join(unit.name for unit in units.page(number, 3)) for number in (0, 1, 2, 3, 9)] == [
        "abc", "abc", "def", "g", "g",
    ]  # fmt: skip
    assert (units[-1].name, [unit.name for unit in units[:2]]) == ("g", ["a", "b"])


@pytest.mark.parametrize(
    ("on", "standing", "legal", "operating"),
    [
        (dt.date(2019, 12, 31), Standing.KNOWN, LegalState.ACTIVE, None),
        (dt.date(2020, 1, 1), Standing.MEMBER, LegalState.SUSPENDED, None),
        (dt.date(2021, 12, 31), Standing.MEMBER, LegalState.SUSPENDED, OperatingState.STOPPED),
        (dt.date(2022, 1, 1), Standing.LEFT, None, OperatingState.STOPPED),
    ],
)
def test_what_a_unit_is_follows_the_day(on, standing, legal, operating):
    """On the day it leaves it is no member any more; a status holds on its first and its last day."""
    new_year = dt.date(2020, 1, 1)
    units = listed(
        Cooperative(id="c", name="An", kind=COOPERATIVE),
        Membership(id="m", cooperative="c", joined=new_year, left=dt.date(2022, 1, 1)),
        LegalStatus(id="l", cooperative="c", state=LegalState.ACTIVE, until=dt.date(2019, 12, 31)),
        LegalStatus(id="k", cooperative="c", state=LegalState.SUSPENDED, since=new_year, until=dt.date(2021, 12, 31)),
        OperatingStatus(id="o", cooperative="c", state=OperatingState.STOPPED, since=dt.date(2021, 1, 1)),
        on=on,
    )
    [unit] = units.search()
    assert (unit.standing, unit.legal, unit.operating) == (standing, legal, operating)
    assert units.search().members == (standing is Standing.MEMBER)
    for field, values in (("standing", Standing), ("legal", LegalState), ("operating", OperatingState)):
        kept = [value for value in values if units.search(Filter(**{field: value}))]
        assert kept == [one for one in (getattr(unit, field),) if one is not None]


def test_who_joined_again_is_a_member():
    """A unit that left once and joined again is a member, whichever record stands first."""
    units = listed(
        Cooperative(id="c", name="An", kind=COOPERATIVE),
        Membership(id="n", cooperative="c", joined=dt.date(2022, 1, 1)),
        Membership(id="m", cooperative="c", joined=dt.date(2010, 1, 1), left=dt.date(2015, 1, 1)),
    )
    assert units.search()[0].standing is Standing.MEMBER


# -- the same, written plainly

WORDS = st.sampled_from(
    ["An", "Án", "Ân", "an", "AN", "bình", "Bình", "hoà", "hòa", "Thuỷ", "Đ", "HTX", "Hợp", "tác", "xã", "2", "()", "ß"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
DAYS = st.sampled_from([dt.date(2020, 1, 1), ON, dt.date(2024, 1, 1)])
CODES = st.none() | st.sampled_from(["0299000035", "0299000036-001", "2"])


def maybe(choices):
    """One of the choices, or none."""
    return st.none() | st.sampled_from(list(choices))


def dated(cls, one, state, days):
    """A record of a unit between two days."""
    span = span_of(cls)
    told = {"state": state} if span.state else {}
    first, last = sorted(days)
    return cls(id=one, cooperative=one, **{span.first: first, span.last: last}, **told)


@st.composite
def registers(draw):
    """A small register: units, and what some of them were from one day to another."""
    records = []
    for n in range(draw(st.integers(0, 6))):
        unit = Cooperative(
            id=f"c{n}",
            name=draw(NAMES | st.text(min_size=1, max_size=6)),
            kind=draw(st.sampled_from(CooperativeKind)),
            tax_code=draw(CODES),
            sector=draw(maybe(Sector)),
            place=draw(maybe(place.id for place in [*DISTRICTS, *COMMUNES])),
        )
        records.append(unit)
        for cls, states in ((Membership, "-"), (LegalStatus, LegalState), (OperatingStatus, OperatingState)):
            if draw(st.booleans()):
                records.append(dated(cls, unit.id, draw(st.sampled_from(list(states))), draw(st.tuples(DAYS, DAYS))))
    return records


FILTERS = st.builds(
    Filter,
    NAMES | st.text(max_size=4) | st.sampled_from(["", "h", "99", "35 an", "htx an"]),
    maybe(CooperativeKind),
    maybe(Sector),
    st.sampled_from(["", NOWHERE, *(place.code for place in DISTRICTS)]),
    maybe(Standing),
    maybe(LegalState),
    maybe(OperatingState),
    maybe(Lack),
)


class Plain:
    """One unit as a person would look it up: all that is known of it, then a question at a time."""

    def __init__(self, unit, records):
        self.unit = unit
        self.owned = {type(one): one for one in records if getattr(one, "cooperative", None) == unit.id}
        place = next((place for place in PLACES if place.id == unit.place), None)
        self.title = place.title if place else ""
        district = place and (place if place.level == "district" else MAP.parent(place, ON, "district"))
        self.area = district.code if district else NOWHERE

    def state(self, cls):
        one = self.owned.get(cls)
        return one.state if one and span_of(cls).holds(one, ON) else None

    @property
    def standing(self):
        one, span = self.owned.get(Membership), span_of(Membership)
        if one and span.holds(one, ON):
            return Standing.MEMBER
        return Standing.LEFT if one and span.last_day(one) < ON else Standing.KNOWN

    def passes(self, wanted):
        asked = [
            (wanted.kind, self.unit.kind),
            (wanted.sector, self.unit.sector),
            (wanted.area or None, self.area),
            (wanted.standing, self.standing),
            (wanted.legal, self.state(LegalStatus)),
            (wanted.operating, self.state(OperatingStatus)),
        ]
        lacks = wanted.lacking is None or getattr(self.unit, wanted.lacking.value) is None
        return lacks and all(one is None or one == own for one, own in asked)

    def answers(self, text):
        """How well it answers a text, or None."""
        full, written = name_key(self.unit.name), " ".join(words_of(self.unit.name))
        line = f" {full} {' '.join(words_of(self.unit.tax_code or ''))}" + (f" {written}" if written != full else "")
        bare = " ".join(["", *map(fold, line.split())])
        words, phrase = words_of(text), fold(name_key(text))
        if not all(fold(word) in bare or fold(name_key(word)) in bare for word in words):
            return None
        marked = all(word in line or name_key(word) in line for word in words)
        stands = [bare.startswith(f" {phrase}"), f" {phrase}" in bare, phrase in bare, True].index(True)
        return (not marked, stands) if words else (False, 0)

    def column(self, by):
        """What it has in a column, as it sorts; None where it has nothing."""
        area = MAP.get(self.area, ON) if self.area != NOWHERE else None
        states = {Order.LEGAL: LegalStatus, Order.OPERATING: OperatingStatus}
        if by in states:
            state = self.state(states[by])
            return None if state is None else list(type(state)).index(state)
        return {
            Order.NAME: None,
            Order.TAX_CODE: self.unit.tax_code,
            Order.KIND: list(CooperativeKind).index(self.unit.kind),
            Order.SECTOR: self.unit.sector and list(Sector).index(self.unit.sector),
            Order.PLACE: area and sort_key(area.title),
            Order.STANDING: list(Standing).index(self.standing),
        }[by]


@given(registers(), FILTERS, maybe(Order), st.booleans())
def test_the_search_is_the_plain_one(records, wanted, by, descending):
    """What is found, its order, its members and its areas are those of a search written as a plain loop."""
    plain = [Plain(one, records) for one in records if isinstance(one, Cooperative)]
    plain.sort(key=lambda one: (sort_key(one.unit.name), one.unit.id))
    kept = [one for one in plain if one.passes(wanted) and one.answers(wanted.text) is not None]
    if by is None:
        kept.sort(key=lambda one: one.answers(wanted.text))
    elif by is Order.NAME:
        kept = kept[::-1] if descending else kept
    else:
        told = [one for one in kept if one.column(by) is not None]
        told.sort(key=lambda one: one.column(by), reverse=descending)  # keeps the order of equals either way
        kept = [*told, *(one for one in kept if one.column(by) is None)]
    units = listed(*records)
    seen = units.search(wanted, by, descending=descending)
    assert seen.ids == [one.unit.id for one in kept]
    assert seen.members == sum(one.standing is Standing.MEMBER for one in kept)
    assert [(unit.name, unit.place, unit.area or NOWHERE) for unit in seen] == [
        (one.unit.name, one.title, one.area) for one in kept
    ]
    assert units.counts.get(NOWHERE) == sum(one.area == NOWHERE for one in plain)


FEW = st.sampled_from(["An", "Án", "Loan", "Bình", "HTX", "Hợp tác xã", "2"])
FEW_WORDS = st.lists(FEW, min_size=1, max_size=3).map(" ".join)


@given(st.lists(st.tuples(FEW_WORDS, CODES), min_size=3, max_size=12), st.lists(FEW, min_size=1, max_size=2))
def test_a_text_is_answered_as_a_plain_loop_would(told, typed):
    """Among many names of the same few words, what is found and which answer is the better are those of a loop."""
    text = " ".join(typed)
    units = [Cooperative(id=f"c{n}", name=name, kind=COOPERATIVE, tax_code=code) for n, (name, code) in enumerate(told)]
    plain = sorted((Plain(one, units) for one in units), key=lambda one: (sort_key(one.unit.name), one.unit.id))
    kept = sorted((one for one in plain if one.answers(text)), key=lambda one: one.answers(text))
    assert listed(*units).search(Filter(text)).ids == [one.unit.id for one in kept]
