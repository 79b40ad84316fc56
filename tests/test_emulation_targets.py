"""How far a target is by the calendar; who takes part in a campaign, and who is too young or stopped too long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.campaign import Campaign, CampaignVersion, Definition, Move, Pledge, StageStep
from coopkit.cooperative import Cooperative, CooperativeKind, OperatingState, OperatingStatus
from coopkit.emulation import (
    Block,
    Progress,
    Reach,
    blocks_on,
    campaign_of,
    entrants,
    progress,
    rules_of,
    standing_of,
    unrated,
    versions_of,
)
from coopkit.errors import NotFound
from coopkit.group import Group, GroupKind, GroupMembership, GroupRole
from coopkit.period import Period
from coopkit.quantity import UNITS, Quantity, at_least, between, exact, more_than
from coopkit.regulation import shipped_regulation
from coopkit.snapshot import Snapshot

YEAR = Period.parse("2024")
END = dt.date(2024, 12, 31)
GOAL = between(20, 30, UNITS)


def done(value: int, on: dt.date = END, goal: Quantity = GOAL, period: str = "2024", **more: bool) -> Progress:
    return progress(exact(value, UNITS), goal, Period.parse(period), on, **more)


# ── Targets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "goal", "reach"),
    [
        (0, GOAL, Reach.BELOW), (19, GOAL, Reach.BELOW), (20, GOAL, Reach.WITHIN), (30, GOAL, Reach.WITHIN),
        (31, GOAL, Reach.ABOVE),
        (20, at_least(20, UNITS), Reach.WITHIN), (999, at_least(20, UNITS), Reach.WITHIN),  # no end to go beyond
        (20, more_than(20, UNITS), Reach.BELOW), (21, more_than(20, UNITS), Reach.WITHIN),
        (20, exact(20, UNITS), Reach.WITHIN), (21, exact(20, UNITS), Reach.ABOVE), (0, exact(0, UNITS), Reach.WITHIN),
    ],
)  # fmt: skip
def test_where_a_number_lies_against_a_range(value: int, goal: Quantity, reach: Reach):
    """Both bounds belong to it; at the period's end what is expected is what is there."""
    told = done(value, goal=goal)
    assert (told.reach, told.expected) == (reach, reach)
    assert told.elapsed == 1
    assert told.forecast == value


@pytest.mark.parametrize(
    ("period", "on", "elapsed"),
    [
        ("2024", dt.date(2024, 1, 1), Fraction(1, 366)),
        ("2024", dt.date(2024, 2, 29), Fraction(60, 366)),
        ("2024", dt.date(2024, 6, 30), Fraction(182, 366)),
        ("2024", dt.date(2024, 12, 30), Fraction(365, 366)),
        ("2023", dt.date(2023, 2, 28), Fraction(59, 365)),
        ("2023", dt.date(2023, 6, 30), Fraction(181, 365)),
        ("2024@2024-06-30", dt.date(2024, 6, 30), Fraction(182, 366)),  # a part of the year, not the whole of a part
        ("2024-Q1", dt.date(2024, 2, 29), Fraction(60, 91)),
        ("2024-HTX", dt.date(2023, 12, 15), Fraction(1, 366)),
        ("2024", dt.date(2023, 12, 1), Fraction(1, 366)),  # before it began: as on its first day
        ("2024", dt.date(2025, 6, 30), Fraction(1)),  # and after it ended, as on its last
    ],
)
def test_how_much_of_the_period_is_over(period: str, on: dt.date, elapsed: Fraction):
    """By days, the day itself among them, in a year of 366 as in one of 365; the forecast goes on like that."""
    told = done(10, on, period=period)
    assert told.elapsed == elapsed
    assert told.forecast == 10 / elapsed


@pytest.mark.parametrize(
    ("value", "on", "expected"),
    [
        (9, dt.date(2024, 6, 30), Reach.BELOW),  # 18.1
        (10, dt.date(2024, 6, 30), Reach.WITHIN),  # 20.1
        (15, dt.date(2024, 6, 30), Reach.ABOVE),  # 30.2
        (10, dt.date(2024, 7, 1), Reach.WITHIN),  # just 20
        (10, dt.date(2024, 7, 2), Reach.BELOW),
        (15, dt.date(2024, 7, 1), Reach.WITHIN),  # just 30
    ],
)
def test_what_the_period_leads_to(value: int, on: dt.date, expected: Reach):
    """1 July is the 183rd day of 366."""
    told = done(value, on)
    assert (told.reach, told.expected) == (Reach.BELOW, expected)


@pytest.mark.parametrize(
    ("value", "on", "on_pace"),
    [
        (10, dt.date(2024, 7, 1), True),
        (10, dt.date(2024, 7, 2), False),
        (9, dt.date(2024, 7, 1), False),
        (20, END, True),
    ],
)
def test_whether_as_much_is_reached_as_is_over(value: int, on: dt.date, on_pace: bool):
    """Of the lower bound, by that day."""
    assert done(value, on).on_pace is on_pace
    assert done(value, on).share == Fraction(value, 20)


def test_a_stock_is_not_extrapolated():
    """There will be as many members at the year's end as there are in June, not twice as many."""
    june = dt.date(2024, 6, 30)
    assert (done(15, june).forecast > 30, done(15, june).expected) == (True, Reach.ABOVE)
    told = done(15, june, flow=False)
    assert (told.forecast, told.expected, told.elapsed) == (Fraction(15), Reach.BELOW, Fraction(182, 366))


def test_a_goal_of_nothing_is_reached():
    """Whatever the day."""
    told = done(0, dt.date(2024, 1, 1), between(0, 3, UNITS))
    assert (told.share, told.on_pace, told.reach) == (Fraction(1), True, Reach.WITHIN)


def test_a_value_that_is_a_bound_counts_from_below():
    """More than 19 may be 20, but nobody said so."""
    assert progress(more_than(19, UNITS), GOAL, YEAR, END).reach is Reach.BELOW


@given(st.integers(0, 60), st.dates(dt.date(2023, 12, 1), dt.date(2025, 1, 31)), st.booleans())
def test_a_forecast_is_never_below_what_is_there(value: int, on: dt.date, flow: bool):
    """And within the range just where the range covers it."""
    told = done(value, on, flow=flow)
    assert told.forecast >= value
    assert 0 < told.elapsed <= 1
    assert (told.expected is Reach.WITHIN) is GOAL.covers(told.forecast)
    assert (told.reach is Reach.WITHIN) is GOAL.covers(value)


# ── Who takes part ──────────────────────────────────────────────────────────────────────────────────────────────────

RULES: dict[str, Any] = {"name": "Thử", "period": "2024", "launched": "2023-12-20"}
GROUPS = [
    Group("k1", GroupKind.BLOCK, "Khối Đồng bằng"),
    Group("k2", GroupKind.BLOCK, "Khối Dịch vụ"),
    Group("k3", GroupKind.BLOCK, "Khối Công nghiệp"),
    Group("c", GroupKind.CLUB, "Câu lạc bộ"),
]


def rules(**more: Any) -> Definition:
    return Definition.of({**RULES, **more})


def member(
    unit: str,
    group: str = "k1",
    role: GroupRole = GroupRole.MEMBER,
    joined: dt.date | None = None,
    left: dt.date | None = None,
) -> GroupMembership:
    return GroupMembership(f"{group}{unit}{joined}", group, unit, role, joined, left)


def blocks(*members: GroupMembership, on: dt.date = END, **more: Any) -> list[Block]:
    return blocks_on(Snapshot.of([*GROUPS, *members]), rules(**more), on)


def test_blocks_stand_in_vietnamese_order():
    """C, D, Đ; every block there is, and no club; or those the campaign names."""
    found = blocks(member("a"), member("b", "c"))
    assert [(one.id, one.units) for one in found] == [("k3", ()), ("k2", ()), ("k1", ("a",))]
    assert [one.name for one in blocks(blocks=["Khối Đồng bằng", "Câu lạc bộ"])] == ["Khối Đồng bằng"]


@pytest.mark.parametrize(
    ("joined", "left", "there"),
    [
        (None, None, True),
        (END, None, True),
        (dt.date(2025, 1, 1), None, False),
        (None, dt.date(2025, 1, 1), True),
        (None, END, False),  # it is out from the day it left
        (dt.date(2024, 3, 1), dt.date(2024, 9, 1), False),
    ],
)
def test_a_block_has_the_members_of_the_day(joined: dt.date | None, left: dt.date | None, there: bool):
    """By their dated membership; its lead and deputies too."""
    roles = (GroupRole.MEMBER, GroupRole.LEAD, GroupRole.DEPUTY)
    [block] = blocks(
        *(member(role.value, role=role, joined=joined, left=left) for role in roles), blocks=["Khối Đồng bằng"]
    )
    assert block.units == (("deputy", "lead", "member") if there else ())
    assert (block.lead, block.deputies) == (("lead", ("deputy",)) if there else ("", ()))


def test_a_unit_that_moved_is_where_it_was_that_day():
    """It left one block as it joined another."""
    moved = dt.date(2024, 7, 1)
    records = [member("a", "k1", left=moved), member("a", "k2", joined=moved)]
    where = [
        [block.id for block in blocks(*records, on=day) if block.units]
        for day in (dt.date(2024, 6, 30), moved)
    ]  # fmt: skip
    assert where == [["k1"], ["k2"]]


def test_lead_and_deputies_do_not_hang_on_the_order():
    """Of two leads, as of two deputies, the first by id is the first."""
    records = [member(unit, role=GroupRole.DEPUTY) for unit in "dbc"] + [
        member(unit, role=GroupRole.LEAD) for unit in "ea"
    ]
    one, other = (blocks(*order, blocks=["Khối Đồng bằng"]) for order in (records, records[::-1]))
    assert one == other == [Block("k1", "Khối Đồng bằng", tuple("abcde"), "a", ("b", "c", "d"))]


def taking_part(*members: GroupMembership, pledged: Iterable[str]) -> dict[str, tuple[str, ...]]:
    pledges = [Pledge(f"g{unit}", "p", unit, dt.date(2024, 1, 10)) for unit in pledged]
    records = [*GROUPS, *members, *pledges, Pledge("x", "another", "x", dt.date(2024, 1, 10))]
    return {block.id: block.units for block in entrants(Snapshot.of(records), rules(), "p", END)}


def test_only_who_signed_the_pledge_takes_part():
    """In this campaign; a pledge without a block is none."""
    found = taking_part(member("a"), member("b"), member("x"), member("c", "k2"), pledged="acz")
    assert found == {"k3": (), "k2": ("c",), "k1": ("a",)}


def test_a_unit_of_several_blocks_takes_part_once():
    """In the first of them, so that it has one line and one place."""
    found = taking_part(member("a"), member("a", "k2"), member("b"), pledged="ab")
    assert found == {"k3": (), "k2": ("a",), "k1": ("b",)}


def test_a_block_keeps_its_lead_though_it_has_not_pledged():
    """It leads the meeting all the same."""
    records = [*GROUPS, member("a", role=GroupRole.LEAD), member("b"), Pledge("g", "p", "b", dt.date(2024, 1, 10))]
    block = entrants(Snapshot.of(records), rules(), "p", END)[-1]
    assert (block.units, block.lead) == (("b",), "a")


# ── Who is not rated (TT 01/2020/TT-BKHĐT) ──────────────────────────────────────────────────────────────────────────


def left_out(*records: object, period: str = "2024", scheme: str = "tt-01-2020") -> dict[str, str]:
    """Why each unit is not rated."""
    found = unrated(Snapshot.of(records), rules(period=period, not_rated=scheme), shipped_regulation())
    return {unit: why.vi for unit, why in found.items()}


def unit(founded: dt.date | None) -> Cooperative:
    return Cooperative("a", "HTX A", CooperativeKind.COOPERATIVE, founded=founded)


@pytest.mark.parametrize(
    ("period", "founded", "rated"),
    [
        ("2024", dt.date(2024, 1, 1), True),
        ("2024", dt.date(2024, 1, 2), False),
        ("2024", dt.date(2010, 5, 5), True),
        ("2024", dt.date(2025, 3, 1), False),
        ("2024", None, True),  # nobody knows since when: nothing is held against it
        ("2023-HTX", dt.date(2022, 12, 15), True),
        ("2023-HTX", dt.date(2022, 12, 16), False),
        ("2024-02", dt.date(2023, 3, 1), True),  # to the end of a February of 29 days
        ("2024-02", dt.date(2023, 3, 2), False),
        ("2023-02", dt.date(2022, 3, 1), True),
        ("2023-02", dt.date(2022, 3, 2), False),
    ],
)
def test_twelve_months_are_enough_and_a_day_less_is_not(period: str, founded: dt.date | None, rated: bool):
    """In operation at the period's end."""
    assert left_out(unit(founded), period=period) == ({} if rated else {"a": "hoạt động chưa đủ 12 tháng"})


def stop(
    first: str | None, last: str | None, of: str = "a", state: OperatingState = OperatingState.STOPPED
) -> OperatingStatus:
    since, until = (dt.date.fromisoformat(day) if day else None for day in (first, last))
    return OperatingStatus(f"{of}{first}{last}", of, state, since, until)


@pytest.mark.parametrize(
    ("stops", "rated"),
    [
        ([("2024-01-01", "2024-03-31")], True),
        ([("2024-01-01", "2024-04-01")], False),
        ([("2024-01-15", "2024-04-14")], True),
        ([("2024-01-15", "2024-04-15")], False),
        ([("2024-02-01", "2024-04-30")], True),  # 90 days or 92: three months are three months
        ([("2024-07-01", "2024-09-30")], True),
        ([("2024-07-01", "2024-10-01")], False),
        ([("2024-08-31", "2024-11-29")], True),
        ([("2024-08-31", "2024-12-01")], False),
        ([("2023-06-01", "2024-03-31")], True),  # only what lies in the period counts
        ([("2023-06-01", "2024-04-01")], False),
        ([(None, "2024-03-31")], True),
        ([(None, "2024-04-01")], False),
        ([("2024-10-01", None)], True),
        ([("2024-09-30", None)], False),
        ([("2024-10-01", "2025-12-31")], True),
        ([("2020-01-01", "2023-12-31"), ("2025-01-01", None)], True),
        ([(None, None)], False),
        # Several stops add up: months, then 30 days a month (Civil Code 2015 Art 146).
        ([("2024-01-01", "2024-02-14"), ("2024-05-01", "2024-06-16")], True),  # 1 + 14 days, 1 + 16 days
        ([("2024-01-01", "2024-02-14"), ("2024-05-01", "2024-06-17")], False),
        ([("2024-01-01", "2024-02-28"), ("2024-05-01", "2024-06-29")], False),  # nearly four
        ([(f"2024-{month:02}-10", f"2024-{month:02}-10") for month in range(1, 10)], True),  # nine single days
        ([("2024-01-01", "2024-01-31"), ("2024-03-01", "2024-03-31"), ("2024-05-01", "2024-05-31")], True),
        # What follows without a day between is one stop, and so is what overlaps.
        ([("2024-01-01", "2024-02-15"), ("2024-02-16", "2024-03-31")], True),
        ([("2024-02-16", "2024-04-01"), ("2024-01-01", "2024-02-15")], False),
        ([("2024-01-01", "2024-03-31"), ("2024-02-01", "2024-02-15")], True),
    ],
)  # fmt: skip
def test_three_months_stopped_are_allowed_and_a_day_more_is_not(
    stops: list[tuple[str | None, str | None]], rated: bool
):
    """Within the period, together."""
    told = left_out(unit(None), *(stop(first, last) for first, last in stops))
    assert told == ({} if rated else {"a": "ngừng hoạt động trên 3 tháng"})


@given(st.dates(dt.date(2024, 1, 1), END), st.integers(0, 400))
def test_a_longer_stop_is_never_forgiven(first: dt.date, days: int):
    """One that is too long stays so with a day more; up to 89 days are never too long, 93 always are."""
    last = first + dt.timedelta(days=days)
    inside = (min(last, END) - first).days + 1
    too_long = bool(left_out(unit(None), stop(first.isoformat(), last.isoformat())))
    longer = bool(left_out(unit(None), stop(first.isoformat(), (last + dt.timedelta(days=1)).isoformat())))
    assert longer or not too_long
    assert too_long or inside <= 92
    assert not too_long or inside > 89


def test_a_unit_that_operates_is_not_stopped():
    """Nor does another's stop count."""
    assert left_out(unit(None), stop("2024-01-01", None, state=OperatingState.OPERATING)) == {}
    assert left_out(unit(None), stop("2024-01-01", None, of="b")) == {"b": "ngừng hoạt động trên 3 tháng"}


def test_a_campaign_that_takes_on_no_scheme_rates_all():
    """The rule is that of the scheme; one there is not is refused."""
    assert left_out(unit(END), stop("2024-01-01", None), scheme="") == {}
    with pytest.raises(NotFound, match="iso-9001"):
        left_out(scheme="iso-9001")


# ── The campaign as the register has it ─────────────────────────────────────────────────────────────────────────────


def version(number: int, *, applied: bool) -> CampaignVersion:
    stages = [{"key": "self", "kind": "self", "name": f"Tự chấm {number}"}]
    declared = rules(stages=stages).declaration
    return CampaignVersion(f"v{number}", "p", number, declared, END if applied else None)


@pytest.mark.parametrize(
    ("versions", "in_force"),
    [
        ([version(1, applied=False)], "Tự chấm 1"),
        ([version(2, applied=True), version(1, applied=True)], "Tự chấm 2"),
        ([version(1, applied=True), version(2, applied=False)], "Tự chấm 1"),  # a draft changes nothing
        ([version(10, applied=True), version(9, applied=True)], "Tự chấm 10"),
    ],
)
def test_the_newest_definition_that_is_applied_holds(versions: list[CampaignVersion], in_force: str):
    """Or the draft, where none is."""
    snapshot = Snapshot.of([*versions, StageStep("s", "p", 1, "self", Move.OPEN, END)])
    assert rules_of(snapshot, "p").stage("self").name.vi == in_force
    assert [one.number for one in versions_of(snapshot, "p")] == sorted(one.number for one in versions)
    standing = standing_of(snapshot, "p")
    assert standing.current is not None
    assert standing.current.name.vi == in_force


def test_a_campaign_without_a_definition_stands_nowhere():
    """It says what to do."""
    with pytest.raises(NotFound, match="coopkit campaign new"):
        standing_of(Snapshot.of([]), "p")


def test_a_campaign_is_found_by_id_name_or_period():
    """With marks or without; one that two bear is none, and those there are are named."""
    first = Campaign("p", "Phong trào Đồng khởi", "2024", END)
    second = Campaign("q", "Phong trào khác", "2024", END)
    both = Snapshot.of([first, second])
    assert [campaign_of(both, told).id for told in ("p", "phong trao dong khoi", "Phong trào khác")] == ["p", "p", "q"]
    assert campaign_of(Snapshot.of([first]), "2024").id == "p"
    with pytest.raises(NotFound, match="Phong trào Đồng khởi; Phong trào khác"):
        campaign_of(both, "2024")
