"""Places from one map to another: acts, successions, decisions, figures without records; and any chain of acts."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.cooperative import Cooperative, CooperativeKind, Membership
from coopkit.errors import CoopkitError, NotFound
from coopkit.event import OWN_KINDS
from coopkit.metrics.engine import evaluate
from coopkit.metrics.own import OWN_METRICS
from coopkit.metrics.parts import At
from coopkit.period import Period
from coopkit.place import (
    Act,
    Atlas,
    Change,
    Extent,
    Link,
    Place,
    PlaceDecision,
    PlaceIndex,
    State,
    enact,
    read_maps,
    shipped,
    shipped_atlas,
)
from coopkit.snapshot import Snapshot

BEFORE, HALF, AFTER = dt.date(2023, 12, 31), dt.date(2025, 3, 1), dt.date(2025, 7, 1)
BEGINS = dt.date(1900, 1, 1)


def lies(code: str, on: dt.date, level: str | None = "commune", since: str = "1900-01-01") -> tuple[str, list[str]]:
    """State and titles of where a place lies on the map of a day."""
    found = shipped_atlas().locate(f"{code}@{since}", on, level)
    return found.state.value, [one.title for one in found.candidates]


# ── What is shipped ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "districts", "communes", "types"),
    [
        (BEFORE, 15, 217, {"phường": 66, "thị trấn": 10, "xã": 141}),
        (HALF, 15, 167, {"phường": 79, "thị trấn": 7, "xã": 81}),
        (AFTER, 0, 114, {"phường": 45, "xã": 67, "đặc khu": 2}),
    ],
)
def test_the_three_maps_have_their_counts(day: dt.date, districts: int, communes: int, types: dict[str, int]):
    """Of Hải Phòng: until 31/12/2024, from 1/1/2025, and from 1/7/2025 together with the former Hải Dương."""
    index = shipped_atlas().index
    there = index.level(day, "commune", within="31")
    assert (len(there), {kind: sum(one.type == kind for one in there) for kind in types}) == (communes, types)
    if districts:
        assert len(index.level(day, "district", within="31")) == districts
    else:
        with pytest.raises(NotFound, match="province, commune"):
            index.level(day, "district")


def test_the_acts_are_told_with_their_day():
    """Three resolutions; two of them change the map on one day."""
    acts = {act.number: act.in_force.isoformat() for act in shipped().acts}
    assert acts == {
        "1232/NQ-UBTVQH15": "2025-01-01",
        "202/2025/QH15": "2025-07-01",
        "1669/NQ-UBTVQH15": "2025-07-01",
    }
    assert shipped_atlas().maps() == (
        (None, dt.date(2024, 12, 31)),
        (dt.date(2025, 1, 1), dt.date(2025, 6, 30)),
        (dt.date(2025, 7, 1), None),
    )


def test_every_place_that_ended_leads_somewhere():
    """No commune of Hải Phòng or Hải Dương is lost between the maps, and 71 of 374 were split on 1/7/2025."""
    atlas, split = shipped_atlas(), 0
    for day, later in ((BEFORE, HALF), (BEFORE, AFTER), (HALF, AFTER)):
        for one in (*atlas.index.level(day, "commune"), *atlas.index.level(day, "district")):
            assert atlas.locate(one.id, later, "commune").candidates or later == HALF, one.id
    communes = atlas.index.level(HALF, "commune")
    split = sum(len(atlas.locate(one.id, AFTER, "commune").candidates) > 1 for one in communes)
    assert (len(communes), split) == (374, 71)


@pytest.mark.parametrize(
    ("code", "since", "on", "state", "titles"),
    [
        pytest.param("11890", "1900-01-01", AFTER, "exact", ["Xã Nguyễn Bỉnh Khiêm"], id="Hòa Bình of Vĩnh Bảo"),
        pytest.param("10798", "2025-01-01", AFTER, "undecided", ["Xã Kim Thành", "Xã Hà Nam"], id="and of Kim Thành"),
        pytest.param("318", "1900-01-01", AFTER, "exact", ["Đặc khu Bạch Long Vĩ"], id="a district without communes"),
        pytest.param("317", "1900-01-01", AFTER, "exact", ["Đặc khu Cát Hải"], id="a district that became one commune"),
        pytest.param("11587", "1900-01-01", HALF, "exact", ["Phường Đại Bản"], id="Đại Bản"),
        pytest.param("11602", "1900-01-01", HALF, "exact", ["Phường An Hồng"], id="An Hồng"),
        pytest.param("11599", "1900-01-01", HALF, "exact", ["Phường An Hưng"], id="An Hưng"),
        pytest.param("11587", "2025-01-01", AFTER, "undecided", ["Phường An Phong", "Phường Hồng An"], id="split"),
        pytest.param("10507", "2025-01-01", BEFORE, "undecided", [], id="Hải Dương before 2025 is not covered"),
    ],
)
def test_hard_cases(code: str, since: str, on: dt.date, state: str, titles: list[str]):
    """Homonyms, islands, communes that changed their district and kept their code, splits."""
    found = lies(code, on, since=since)
    assert (found[0], sorted(found[1])) == (state, sorted(titles))


def test_the_types_of_two_communes_follow_their_full_names():
    """The source's column of types has them the other way round."""
    index = shipped_atlas().index
    assert [one.title for code in ("11848", "10543") if (one := index.get(code, AFTER))] == [
        "Xã Vĩnh Hòa",
        "Phường Việt Hòa",
    ]


def test_a_code_given_to_another_place_is_not_the_same_place():
    """11341 was Lạc Viên: what was recorded there lies somewhere in Ngô Quyền, and nobody says in which commune."""
    state, titles = lies("11341", HALF)
    assert (state, titles[0]) == ("undecided", "Phường Gia Viên")
    assert set(titles) == {one.title for one in shipped_atlas().index.children("304", HALF)}
    assert lies("11341", HALF, "district") == ("exact", ["Quận Ngô Quyền"])
    assert lies("11341", AFTER, "province") == ("exact", ["Thành phố Hải Phòng"])


def test_districts_whose_bounds_changed():
    """An Dương lost three communes to Hồng Bàng, Hải An a part of Đông Hải 1 to Thủy Nguyên."""
    assert lies("311", HALF, "district") == ("exact", ["Thành phố Thủy Nguyên"])
    assert lies("312", HALF, "district")[0] == "undecided"
    assert lies("11410", HALF, "district") == ("undecided", ["Quận Hải An", "Thành phố Thủy Nguyên"])
    assert lies("303", HALF, "district") == ("exact", ["Quận Hồng Bàng"])


def test_the_old_district_of_a_new_commune_is_mixed_where_it_is():
    """Phường Hồng Bàng has land of two old districts, phường Gia Viên of one."""
    atlas = shipped_atlas()
    mixed = atlas.locate("11311@2025-07-01", HALF, "district")
    assert [one.title for one in mixed.candidates] == ["Quận Hồng Bàng", "Quận Ngô Quyền"]
    assert atlas.locate("11359@2025-07-01", HALF, "district").place == atlas.index.get("304", HALF)


# ── Figures by place ────────────────────────────────────────────────────────────────────────────────────────────────


def unit(of: str, place: str) -> list[Any]:
    return [
        Cooperative(of, f"HTX {of}", CooperativeKind.COOPERATIVE, place=place),
        Membership(f"m-{of}", of, dt.date(2020, 1, 1)),
    ]


GROUND = [*shipped().acts, *shipped().places, *shipped().successions, *(kind.stored() for kind in OWN_KINDS)]
UNITS = [
    *unit("a", "11890@1900-01-01"),
    *unit("b", "11587@1900-01-01"),
    *unit("c", "11341@1900-01-01"),
    *unit("d", "318@1900-01-01"),
]
YEAR = Period.parse("2023")


def members(snapshot: Snapshot, level: str, on: dt.date) -> dict[str, tuple[int, str]]:
    """By place: how many members, and how they came there; places without any left out."""
    found = evaluate(OWN_METRICS, snapshot, [YEAR], by=f"place:{level}", on_map=on)
    cells = found.places("members.total")
    return {cell.place or "": (int(cell.value.low), cell.state) for cell in cells if cell.value.low}


def test_figures_of_2023_on_the_map_of_today():
    """Undecided ones stand in a row of their own, and the sum is that of the map of 2023."""
    snapshot = Snapshot.of([*GROUND, *UNITS])
    assert members(snapshot, "commune", AFTER) == {
        "11911": (1, "exact"),
        "11948": (1, "exact"),
        "": (2, "undecided"),
    }
    assert members(snapshot, "district", BEFORE) == dict.fromkeys(("304", "312", "316", "318"), (1, "exact"))


def test_a_decision_is_used_from_then_on():
    """It counts as by address on its own map, and on another only where it leaves no doubt."""
    decided = PlaceDecision("d", "cooperative", "b", AFTER, "11593@2025-07-01")
    snapshot = Snapshot.of([*GROUND, *UNITS, decided])
    assert members(snapshot, "commune", AFTER)["11593"] == (1, "by_address")
    assert members(snapshot, "commune", AFTER)[""] == (1, "undecided")
    assert members(snapshot, "commune", HALF)["11587"] == (1, "exact")
    [metric] = [one for one in OWN_METRICS if one.key == "members.total"]
    opened = metric.records(snapshot, YEAR, At("11593", AFTER))  # type: ignore[union-attr]
    assert opened.column("cooperative").to_pylist() == ["b"]
    waiting = metric.records(snapshot, YEAR, At("", AFTER, "commune"))  # type: ignore[union-attr]
    assert waiting.column("cooperative").to_pylist() == ["c"]


def test_a_decision_that_no_longer_fits_is_not_used():
    """Once the record's own place leads elsewhere, the old decision says nothing."""
    stale = PlaceDecision("d", "cooperative", "c", AFTER, "11593@2025-07-01")
    assert members(Snapshot.of([*GROUND, *UNITS, stale]), "commune", AFTER)[""] == (2, "undecided")


def test_a_level_that_the_map_does_not_have_is_named():
    """Since 1/7/2025 there are no districts."""
    with pytest.raises(NotFound, match=r"01/07/2025 .*province, commune"):
        evaluate(OWN_METRICS, Snapshot.of(GROUND), [YEAR], by="place:district", on_map=AFTER)


# ── Series without records ──────────────────────────────────────────────────────────────────────────────────────────


def small(*links: Link, begun: tuple[str, ...] = ("B", "C")) -> Atlas:
    """Commune A of one province, and what an act of 1/7/2025 made of it."""
    top = Place.of("P", BEGINS, name="P", type="tỉnh", level="province")
    old = Place.of("A", BEGINS, name="A", type="xã", level="commune", parent="P")
    new = tuple(Place.of(code, AFTER, name=code, type="xã", level="commune", parent="P") for code in begun)
    places, successions = enact([top, old], [Change(Act("a", "1/NQ", "Nghị quyết", AFTER), new, links)])
    return Atlas(PlaceIndex(places), successions)


def test_a_series_is_shared_out_only_as_a_source_cites():
    """Cited shares that make up the whole are used if asked for; otherwise the figure waits, with its candidates."""
    halves = small(Link("A", "B", Extent.PART, 6_000), Link("A", "C", Extent.PART, 4_000))
    moved = halves.translate({"A": 10}, BEFORE, AFTER, apportion=True)
    assert [(one.place.code if one.place else "", one.value, one.state) for one in moved.shares] == [
        ("B", 6, State.APPORTIONED),
        ("C", 4, State.APPORTIONED),
    ]
    for atlas, asked in (
        (halves, False),
        (small(Link("A", "B", Extent.PART, 6_000), Link("A", "C", Extent.PART)), True),
    ):
        waits = atlas.translate({"A": 10}, BEFORE, AFTER, apportion=asked)
        assert [(one.place, one.value, one.state) for one in waits.shares] == [(None, 10, State.UNDECIDED)]
        [problem] = waits.problems
        assert (problem.seen, problem.mend.vi) == ("Xã A", "chọn một trong: Xã B; Xã C")


def test_a_code_that_the_map_does_not_have_is_kept_aside():
    """Nothing of a series is lost."""
    moved = small(Link("A", "B")).translate({"A": 3, "?": 4}, BEFORE, AFTER)
    assert [(one.state.value, one.value) for one in moved.shares] == [("exact", 3), ("undecided", 4)]
    assert [problem.seen for problem in moved.problems] == ["?"]


@pytest.mark.parametrize(
    ("links", "begun", "told"),
    [
        ((Link("X", "B"),), ("B",), "X"),
        ((Link("A", "X"),), ("B",), "X"),
        ((), ("A",), "A"),
    ],
)
def test_an_act_that_does_not_fit_the_map_is_refused(links: tuple[Link, ...], begun: tuple[str, ...], told: str):
    """An older place there was not, a newer one there is not, a code that is still borne."""
    with pytest.raises(CoopkitError, match=told):
        small(*links, begun=begun)


def test_another_province_is_added_with_files_only(tmp_path: Path):
    """A list of its places and a folder for its act; a broken line is told with its file."""
    act = tmp_path / "acts/nq-1"
    act.mkdir(parents=True)
    head = "code,valid_from,valid_to,name,type,level,parent"
    (tmp_path / "99").mkdir()
    (tmp_path / "99/communes.csv").write_text(f"{head}\n1,1900-01-01,,Cũ,xã,commune,\n", encoding="utf-8")
    (act / "act.toml").write_text('number = "1/NQ"\ntitle = "x"\nin_force = 2025-07-01\n', encoding="utf-8")
    (act / "places.csv").write_text("code,name,type,level,parent\n2,Mới,xã,commune,\n", encoding="utf-8")
    links = act / "links.csv"
    links.write_text("old,new,extent,share,basis\n1,2,whole,,\n", encoding="utf-8")
    made = read_maps(tmp_path)
    atlas = Atlas(PlaceIndex(made.places), made.successions)
    assert atlas.locate("1@1900-01-01", AFTER).place == atlas.index.get("2", AFTER)
    for broken, told in (("1,2,half,,", "line 2"), ("1,2,whole", "line 2"), ("9,2,whole,,", "9")):
        links.write_text(f"old,new,extent,share,basis\n{broken}\n", encoding="utf-8")
        with pytest.raises(CoopkitError, match=told):
            read_maps(tmp_path)


# ── Any chain of acts ───────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def chains(draw: st.DrawFn, acts: int = 4) -> tuple[list[Place], list[Change]]:
    """Two districts with communes, and up to four acts: communes merge, split, move or are renamed, districts end."""
    top = Place.of("P", BEGINS, name="P", type="tỉnh", level="province")
    outer = [Place.of(code, BEGINS, name=code, type="huyện", level="district", parent="P") for code in ("D1", "D2")]
    current = {f"C{n}": draw(st.sampled_from(["D1", "D2"])) for n in range(draw(st.integers(2, 6)))}
    places = [top, *outer, *(_commune(code, BEGINS, parent) for code, parent in current.items())]
    districts, changes, serial = True, [], 0
    for number in range(draw(st.integers(1, acts))):
        act = Act(f"a{number}", f"{number}/NQ", "Nghị quyết", dt.date(2025 + number, 1, 1))
        ends = districts and draw(st.booleans())
        chosen = list(current) if ends else draw(st.lists(st.sampled_from(sorted(current)), unique=True, min_size=1))
        parents = ["P"] if ends or not districts else ["D1", "D2"]
        fresh = []
        for _ in range(draw(st.integers(1, 3))):
            reuse = draw(st.booleans()) and next((code for code in chosen if code not in fresh), None)
            serial += 1
            fresh.append(reuse or f"N{serial}")
        begun = tuple(_commune(code, act.in_force, draw(st.sampled_from(parents))) for code in fresh)
        after = {parent for code, parent in current.items() if code not in chosen} | {one.parent for one in begun}
        within = [one for one in parents if one == "P" or one in after]  # land goes to no district without a commune
        links = {
            (code, new): Extent.PART
            for code in chosen
            for new in draw(st.lists(st.sampled_from([*fresh, *(within if draw(st.booleans()) else [])]), min_size=1))
        }
        links |= {(draw(st.sampled_from(chosen)), new): Extent.PART for new in fresh}  # none comes from nowhere
        told = tuple(Link(old, new, extent) for (old, new), extent in links.items())
        changes.append(Change(act, begun, told, ("D1", "D2") if ends else ()))
        current = {code: parent for code, parent in current.items() if code not in chosen}
        current |= {one.code: one.parent or "" for one in begun}
        districts = districts and not ends
    return places, changes


def _commune(code: str, since: dt.date, parent: str) -> Place:
    return Place.of(code, since, name=code, type="xã", level="commune", parent=parent)


DAYS = [dt.date(2024 + n, 6, 30) for n in range(6)]


@given(chains(), st.randoms(use_true_random=False))
def test_the_order_of_loading_acts_does_not_matter(chain: tuple[list[Place], list[Change]], dice: Any):
    """Places and successions are the same."""
    places, changes = chain
    shuffled = dice.sample(places, len(places)), dice.sample(changes, len(changes))
    assert enact(*shuffled) == enact(places, changes)


@given(chains(acts=1), st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_there_and_back_never_invents_a_place(chain: tuple[list[Place], list[Change]], here: dt.date, there: dt.date):
    """Over an act, where a place may lie is on that day's map; from each of these the way back leads to it too."""
    places, successions = enact(*chain)
    atlas = Atlas(PlaceIndex(places), successions)
    for one in atlas.index.level(here, "commune"):
        found = atlas.locate(one.id, there, "commune")
        assert found.candidates, one.id
        for other in found.candidates:
            assert other.in_force(there)
            back = atlas.locate(other.id, here, "commune").candidates
            # A place that goes on is itself on both maps, also where "somewhere within" may have meant it. Over several
            # acts the way back follows the history of each place that went on, which may be another's.
            assert one in back or back == (other,), (one.id, other.id)


@given(chains(), st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_over_several_acts_nothing_leaves_the_map(
    chain: tuple[list[Place], list[Change]], here: dt.date, there: dt.date
):
    """Wherever a place may lie, or whence it may come, is a commune of that day's map; on its own day it is itself."""
    places, successions = enact(*chain)
    atlas = Atlas(PlaceIndex(places), successions)
    for one in atlas.index.level(here, "commune"):
        assert atlas.locate(one.id, here, "commune").candidates == (one,)
        for other in atlas.locate(one.id, there, "commune").candidates:
            assert other in atlas.index.level(there, "commune")
            assert all(each.in_force(here) for each in atlas.locate(other.id, here, "commune").candidates)


@given(chains(), st.data())
def test_no_record_is_lost_or_counted_twice(chain: tuple[list[Place], list[Change]], data: st.DataObject):
    """On every map the figures by commune, with those undecided, add up to the number of records."""
    places, successions = enact(*chain)
    communes = [one.id for one in places if one.level == "commune"]
    recorded = data.draw(st.lists(st.sampled_from(communes), min_size=1, max_size=8))
    chosen = [
        PlaceDecision(f"d{n}", "cooperative", f"u{n}", BEGINS, data.draw(st.sampled_from(communes)))
        for n in range(len(recorded))
        if data.draw(st.booleans())
    ]
    units = [one for n, place in enumerate(recorded) for one in unit(f"u{n}", place)]
    acts = [change.act for change in chain[1]]
    snapshot = Snapshot.of([*places, *acts, *successions, *chosen, *units])
    day = data.draw(st.sampled_from(DAYS))
    [metric] = [one for one in OWN_METRICS if one.key == "members.total"]
    found = evaluate([metric], snapshot, [YEAR], by="place:commune", on_map=day)
    assert sum((cell.value.low for cell in found.places("members.total")), Fraction(0)) == len(recorded)
    assert found.cell("members.total").value.low == len(recorded)
