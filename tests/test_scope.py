"""What a plugin may see: whose rows, through every map; which tables; and no way round."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopkit.campaign import Nomination, Revocation, VoteCount
from coopkit.cooperative import Contact, ContactRole, Cooperative, CooperativeKind, Membership, Person
from coopkit.errors import NotFound
from coopkit.event import Award, Event, EventOrganiser, EventPlace, Giver, Honour, Participation, RecipientKind
from coopkit.group import Alliance, Group, GroupKind
from coopkit.place import Extent, Place, PlaceDecision, Succession, place_id, shipped
from coopkit.scope import Owner, codes, narrowed
from coopkit.snapshot import TABLES, Snapshot

IN_2023, IN_MARCH, IN_JULY = dt.date(2023, 12, 31), dt.date(2025, 3, 1), dt.date(2025, 7, 1)
THUY_NGUYEN, VINH_BAO, CAT_HAI = Owner("311", IN_2023), Owner("316", IN_2023), Owner("317", IN_2023)
MAPS: list[Any] = [*shipped().places, *shipped().successions]


def unit(name: str, place: str | None) -> Cooperative:
    return Cooperative(id=name, name=name, kind=CooperativeKind.COOPERATIVE, place=place)


def register(*records: Any) -> Snapshot:
    return Snapshot.of([*MAPS, *records])


def ids(snapshot: Snapshot, table: str) -> list[str]:
    data: Any = snapshot.tables[table]
    held = data if isinstance(data, pa.Table) else data.to_table()
    return sorted(held.column("id").to_pylist())


# ── Owners ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("owner", "last"),
    [
        (Owner("311"), "311@2025-01-01"),
        (Owner("311", IN_2023), "311@2025-01-01"),
        (Owner("311", IN_MARCH), "311@2025-01-01"),
        (Owner("316", IN_2023), "316@1900-01-01"),
        (Owner("11473", IN_2023), "11473@2025-01-01"),
        (Owner("11473", IN_JULY), "11473@2025-07-01"),
        (Owner("11473"), "11473@2025-07-01"),
        (Owner("303", IN_2023), "303@2025-01-01"),
        (Owner("312", IN_2023), "312@1900-01-01"),
        (Owner("11914", IN_2023), "11914@1900-01-01"),
    ],
    ids=str,
)
def test_an_owner_is_a_place_with_its_history(owner: Owner, last: str):
    """A huyện that became a thành phố, a thị trấn that became a phường, go on; what was merged or split ends there."""
    assert owner.of(register()).id == last


@pytest.mark.parametrize("owner", [Owner("311", IN_JULY), Owner("316", IN_JULY), Owner("9999"), Owner("")], ids=str)
def test_an_owner_that_no_map_knows_is_named(owner: Owner):
    """A code that is on no map, or on none of that day, is told with the code and the day."""
    with pytest.raises(NotFound, match=f"{owner.place!r}"):
        owner.of(register())
    with pytest.raises(NotFound):
        narrowed(register(), (owner,))


def used_twice() -> list[Any]:
    """A code that one commune of district D1 had to 2019, and from 2022 another one of D2."""

    def place(code: str, level: str, parent: str | None, first: dt.date, last: dt.date | None = None) -> Place:
        return Place(place_id(code, first), code, first, last, code, level, level, parent)

    long_ago = dt.date(1900, 1, 1)
    return [
        place("P", "province", None, long_ago),
        place("D1", "district", "P", long_ago),
        place("D2", "district", "P", long_ago),
        place("77", "commune", "D1", long_ago, dt.date(2019, 12, 31)),
        place("78", "commune", "D1", dt.date(2020, 1, 1)),
        place("77", "commune", "D2", dt.date(2022, 1, 1)),
        Succession("s", "a", "77@1900-01-01", "78@2020-01-01", Extent.WHOLE),
        unit("old", "77@1900-01-01"),
        unit("new", "77@2022-01-01"),
        unit("heir", "78@2020-01-01"),
    ]


@pytest.mark.parametrize(
    ("owner", "kept"),
    [
        (Owner("77", dt.date(2015, 1, 1)), ["heir", "old"]),
        (Owner("77", dt.date(2022, 6, 1)), ["new"]),
        (Owner("77"), ["new"]),
        (Owner("78"), ["heir", "old"]),
        (Owner("D1"), ["heir", "old"]),
        (Owner("D2"), ["new"]),
    ],
    ids=str,
)
def test_a_code_that_two_places_used(owner: Owner, kept: list[str]):
    """The day says which of the two is meant; the other one's rows are not seen."""
    assert ids(narrowed(Snapshot.of(used_twice()), (owner,)), "cooperative") == kept


@pytest.mark.parametrize(
    ("owner", "counts"),
    [("311", (38, 22, 8)), ("316", (31, 21, 7)), ("317", (13, 13, 1))],
)
def test_codes_on_three_maps(owner: str, counts: tuple[int, ...]):
    """The districts with their communes of 2023 and of March 2025; the communes that came of them from July 2025."""
    own = (Owner(owner, IN_2023),)
    found = [codes(register_of_maps(), own, on) for on in (IN_2023, IN_MARCH, IN_JULY)]
    assert tuple(map(len, found)) == counts
    assert [owner in one for one in found] == [True, True, False]
    assert not found[0] & codes(register_of_maps(), (Owner("303"),), IN_2023)


_MAPS = Snapshot.of(MAPS)


def register_of_maps() -> Snapshot:
    return _MAPS


def test_thuy_nguyen_has_its_eight_in_july():
    """The eight communes and wards by their codes."""
    told = {"11473", "11488", "11503", "11506", "11533", "11542", "11557", "11560"}
    assert codes(_MAPS, (THUY_NGUYEN,), IN_JULY) == told


# ── Whose rows ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("place", "of"),
    [
        ("311@1900-01-01", "311"),  # at district level
        ("311@2025-01-01", "311"),
        ("11470@1900-01-01", "311"),  # a commune that ended at the end of 2024
        ("11473@1900-01-01", "311"),
        ("11473@2025-01-01", "311"),
        ("11473@2025-07-01", "311"),  # a ward of the new map
        ("11824@2025-07-01", "316"),
        ("316@1900-01-01", "316"),
        ("11914@2025-07-01", "317"),  # the special zone
        ("11914@1900-01-01", "317"),
        ("303@1900-01-01", None),
        ("31@1900-01-01", None),  # somewhere in the city
        (None, None),
    ],
)
def test_a_cooperative_belongs_where_its_place_lies(place: str | None, of: str | None):
    """By whatever map it was recorded, at whatever level; what nobody can place belongs to none of them."""
    snapshot = register(unit("c", place))
    seen = [code for code in ("311", "316", "317") if ids(narrowed(snapshot, (Owner(code, IN_2023),)), "cooperative")]
    assert seen == ([of] if of else [])


def split() -> list[Any]:
    """A commune of district D1 that was split: a part of it went to D2."""
    long_ago, cut = dt.date(1900, 1, 1), dt.date(2025, 1, 1)
    ended = cut - dt.timedelta(days=1)

    def place(code: str, level: str, parent: str | None, first: dt.date, last: dt.date | None = None) -> Place:
        return Place(place_id(code, first), code, first, last, code, level, level, parent)

    return [
        place("P", "province", None, long_ago),
        place("D1", "district", "P", long_ago, ended),
        place("D1", "district", "P", cut),
        place("D2", "district", "P", cut),
        place("50", "commune", "D1", long_ago, ended),
        place("51", "commune", "D1", cut),
        place("52", "commune", "D2", cut),
        Succession("s1", "a", "50@1900-01-01", "51@2025-01-01", Extent.PART),
        Succession("s2", "a", "50@1900-01-01", "52@2025-01-01", Extent.PART),
        unit("c", "50@1900-01-01"),
        unit("d", "50@1900-01-01"),
    ]


def decided(record: str, chosen: str) -> PlaceDecision:
    return PlaceDecision(f"d-{record}", "cooperative", record, dt.date(2025, 1, 1), chosen, "theo địa chỉ")


def test_a_split_commune_belongs_to_none_until_it_is_decided():
    """Without a decision neither half has the unit; with one, the half it was decided to lie in has it alone."""
    halves = (Owner("51", dt.date(2025, 1, 1)),), (Owner("52", dt.date(2025, 1, 1)),)
    plain = Snapshot.of(split())
    assert [ids(narrowed(plain, half), "cooperative") for half in halves] == [[], []]
    told = Snapshot.of([*split(), decided("c", "52@2025-01-01"), decided("d", "51@2025-01-01")])
    assert [ids(narrowed(told, half), "cooperative") for half in halves] == [["d"], ["c"]]
    assert ids(narrowed(told, (Owner("D1", IN_2023),)), "cooperative") == ["c", "d"]


def test_a_decision_is_seen_by_whose_record_it_is():
    """Where another district's unit was decided to lie, and why, is not told."""
    told = Snapshot.of([*split(), decided("c", "52@2025-01-01"), decided("d", "51@2025-01-01")])
    assert ids(narrowed(told, (Owner("52", dt.date(2025, 1, 1)),)), "place_decision") == ["d-c"]
    assert ids(narrowed(told, (Owner("51", dt.date(2025, 1, 1)),)), "place_decision") == ["d-d"]


def event(code: str) -> Event:
    return Event(code, code, "fair", code, dt.date(2023, 5, 1))


def honour(name: str, **more: Any) -> Honour:
    told = {"award": Award.MERIT, "giver": Giver.CITY, "recipient_kind": RecipientKind.COLLECTIVE}
    return Honour(id=name, decision="1/QĐ", number=1, decided=IN_2023, **{**told, **more})


def rich() -> list[Any]:
    """Two districts with a unit each, a third unit nobody placed, and what happened to each of them."""
    return [
        *MAPS,
        Alliance("a", "Liên minh", "31@1900-01-01"),
        Group("g", GroupKind.CLUB, "Câu lạc bộ"),
        unit("vb", "11824@1900-01-01"),
        unit("ch", "317@1900-01-01"),
        unit("nowhere", None),
        Membership("m-vb", "vb", IN_2023),
        Membership("m-ch", "ch", IN_2023),
        *(event(code) for code in ("covers-vb", "covers-ch", "covers-both", "gathers-vb", "gathers-none")),
        EventPlace("p1", "covers-vb", "316@1900-01-01"),
        EventPlace("p2", "covers-ch", "317@1900-01-01"),
        EventPlace("p3", "covers-both", "316@1900-01-01"),
        EventPlace("p4", "covers-both", "317@1900-01-01"),
        EventPlace("p5", "gathers-vb", "303@1900-01-01"),
        EventOrganiser("o1", "covers-vb", "Hội Nông dân"),
        EventOrganiser("o2", "covers-ch", "Hội Phụ nữ"),
        Participation("t1", "gathers-vb", "vb"),
        Participation("t2", "covers-ch", "ch"),
        Participation("t3", "gathers-none", "nowhere"),
        Person("dir-vb", "Người Thử Một", "0900000001"),
        Person("dir-ch", "Người Thử Hai", "0900000002"),
        Person("hon-vb", "Người Thử Ba"),
        Person("alone", "Người Thử Bốn"),
        Contact("k1", "vb", "dir-vb", ContactRole.DIRECTOR),
        Contact("k2", "ch", "dir-ch", ContactRole.DIRECTOR),
        honour("h-vb", cooperative="vb", person="hon-vb"),
        honour("h-ch", cooperative="ch"),
        honour("h-alone", person="alone"),
        Revocation("r-vb", "h-vb", "2/QĐ", IN_2023, "thử"),
        Revocation("r-ch", "h-ch", "2/QĐ", IN_2023, "thử"),
    ]


RICH = Snapshot.of(rich())


@pytest.mark.parametrize(
    ("table", "kept"),
    [
        ("cooperative", ["vb"]),
        ("membership", ["m-vb"]),
        ("event", ["covers-both", "covers-vb", "gathers-vb"]),
        ("event_place", ["p1", "p3"]),
        ("event_organiser", ["o1"]),
        ("participation", ["t1"]),
        ("contact", ["k1"]),
        ("honour", ["h-vb"]),
        ("person", ["dir-vb", "hon-vb"]),
        ("revocation", ["r-vb"]),
        ("group", ["g"]),
        ("alliance", ["a"]),
    ],
)
def test_the_rows_of_a_district(table: str, kept: list[str]):
    """Its units and all that is theirs, the events that cover or gather it, its own people; groups stay whole."""
    assert ids(narrowed(RICH, (VINH_BAO,)), table) == kept


def test_the_map_stays_whole():
    """A plugin finds its way on the map of the whole country."""
    seen = narrowed(RICH, (VINH_BAO,))
    assert all(seen.tables[name] is RICH.tables[name] for name in ("place", "succession", "act", "event_kind"))
    assert seen.position == RICH.position


def test_without_owners_nothing_is_narrowed():
    """A plugin of the whole city sees the whole register."""
    assert narrowed(RICH, ()) is RICH


def test_what_hangs_on_a_nomination_goes_with_it():
    """The votes on another district's unit are not told."""
    of = RecipientKind.COLLECTIVE
    own = [Nomination(f"n-{one}", "pt", "title", of, cooperative=one) for one in ("vb", "ch")]
    votes = [VoteCount(f"v-{one}", "pt", "vote", f"n-{one}", 9, 8, 7, 1) for one in ("vb", "ch")]
    seen = narrowed(Snapshot.of([*rich(), *own, *votes]), (VINH_BAO,))
    assert (ids(seen, "nomination"), ids(seen, "vote_count")) == (["n-vb"], ["v-vb"])


_OWNER = st.sampled_from([THUY_NGUYEN, VINH_BAO, CAT_HAI, Owner("303"), Owner("11824")])
OWNERS = st.lists(_OWNER, min_size=1).map(tuple)
SPOTS = st.sampled_from([None, *sorted(place.id for place in shipped().places if place.id.startswith("11"))][:2500])
_BIG = st.lists(st.tuples(SPOTS, SPOTS, st.integers(0, 4)), max_size=8)


def drawn(rows: list[tuple[str | None, str | None, int]]) -> Snapshot:
    made: list[Any] = [event(f"e{n}") for n in range(5)]
    for n, (home, covered, of) in enumerate(rows):
        made += [unit(f"c{n}", home), Participation(f"t{n}", f"e{of}", f"c{n}")]
        made += [EventPlace(f"p{n}", f"e{(of + 1) % 5}", covered)] if covered else []
    return register(*made)


@given(_BIG, OWNERS)
@settings(max_examples=25)
def test_narrowing_twice_is_narrowing_once(rows: Any, owners: tuple[Owner, ...]):
    """What is left is wholly the owners', so that nothing more falls away."""
    once = narrowed(drawn(rows), owners)
    twice = narrowed(once, owners)
    assert {name: ids(twice, name) for name in TABLES} == {name: ids(once, name) for name in TABLES}


@given(_BIG)
@settings(max_examples=25)
def test_two_districts_never_share_a_row(rows: Any):
    """No unit, and nothing that is a unit's or lies in a place, is seen by two districts."""
    snapshot = drawn(rows)
    seen = [narrowed(snapshot, (one,)) for one in (THUY_NGUYEN, VINH_BAO, CAT_HAI, Owner("303"))]
    for table in ("cooperative", "participation", "event_place"):
        told = [row for one in seen for row in ids(one, table)]
        assert len(told) == len(set(told))
        assert set(told) <= set(ids(snapshot, table))
