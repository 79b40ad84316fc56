"""Who scores whom: all alike, nobody itself or one in conflict; and what a conflict is, on which day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from coopkit.campaign import Conflict, ConflictKind, ConflictState
from coopkit.cooperative import Contact, ContactRole
from coopkit.emulation import Tension, barred, draw_pairs, tensions
from coopkit.errors import CampaignError
from coopkit.group import Group, GroupKind, GroupMembership, GroupRole
from coopkit.snapshot import Snapshot

# ── The draw ────────────────────────────────────────────────────────────────────────────────────────────────────────


def symmetric(pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    return {*pairs, *((other, one) for one, other in pairs)}


def names(size: int) -> list[str]:
    return [f"u{n:02}" for n in range(size)]


@st.composite
def draws(draw: st.DrawFn, most: int = 12) -> tuple[list[str], int, set[tuple[str, str]], str]:
    """Units, how many score each, conflicts among them, a seed."""
    units = names(draw(st.integers(2, most)))
    pairs = list(combinations(units, 2))
    conflicts = draw(st.lists(st.sampled_from(pairs), max_size=len(units) // 2, unique=True))
    return units, draw(st.integers(0, min(3, len(units) - 1))), symmetric(conflicts), draw(st.text(max_size=4))


@given(draws())
def test_all_score_and_are_scored_alike(drawn: tuple[list[str], int, set[tuple[str, str]], str]):
    """Every unit by so many different others, none by itself or one in conflict; every unit as many."""
    units, scorers, conflicts, seed = drawn
    try:
        pairs = draw_pairs(units, scorers, conflicts, seed)
    except CampaignError:
        assume(False)
    assert len(set(pairs)) == len(pairs) == len(units) * scorers
    assert not set(pairs) & conflicts
    assert all(scorer != scored for scorer, scored in pairs)
    if scorers:
        assert Counter(scorer for scorer, _ in pairs) == Counter(dict.fromkeys(units, scorers))
        assert Counter(scored for _, scored in pairs) == Counter(dict.fromkeys(units, scorers))


@given(draws(), st.randoms(use_true_random=False))
def test_the_draw_does_not_hang_on_the_order(drawn: tuple[list[str], int, set[tuple[str, str]], str], chance: Any):
    """The same units, conflicts and seed give the same pairs, however they come."""
    units, scorers, conflicts, seed = drawn
    shuffled = list(units)
    chance.shuffle(shuffled)

    def outcome(of: list[str]) -> object:
        try:
            return draw_pairs(of, scorers, conflicts, seed)
        except CampaignError as error:
            return str(error)

    assert outcome(units) == outcome(shuffled)


def can_be(units: list[str], scorers: int, conflicts: set[tuple[str, str]], room: dict[str, int]) -> bool:
    """Whether there are such pairs at all, by trying everything."""
    if not units:
        return True
    first, *rest = units
    free = [one for one, left in room.items() if left and one != first and (first, one) not in conflicts]
    return any(
        can_be(rest, scorers, conflicts, {one: left - (one in chosen) for one, left in room.items()})
        for chosen in combinations(free, scorers)
    )


@given(draws(most=6))
def test_pairs_are_found_wherever_there_are_any(drawn: tuple[list[str], int, set[tuple[str, str]], str]):
    """What earlier turns drew stands in nobody's way; where none can be, a unit is named."""
    units, scorers, conflicts, seed = drawn
    possible = can_be(units, scorers, conflicts, dict.fromkeys(units, scorers))
    try:
        draw_pairs(units, scorers, conflicts, seed)
    except CampaignError as error:
        assert not possible
        assert any(repr(unit) in str(error) for unit in units)  # noqa: PT017
    else:
        assert possible


@pytest.mark.parametrize("seed", [str(n) for n in range(20)])
def test_earlier_turns_give_way(seed: str):
    """Two of five that may not score one another leave the other three one way only: drawn turn by turn it is lost."""
    units = ["a", "b", "c", "d", "e"]
    pairs = draw_pairs(units, 3, symmetric([("a", "b")]), seed)
    assert {scored for scorer, scored in pairs if scorer == "a"} == {"c", "d", "e"}
    assert {scorer for scorer, scored in pairs if scored == "b"} == {"c", "d", "e"}


def test_another_seed_draws_other_pairs():
    """Usually: hardly two of twenty draws are alike."""
    drawn = {tuple(draw_pairs(names(10), 2, set(), f"seed {n}")) for n in range(20)}
    assert len(drawn) >= 19


def test_two_units_score_one_another():
    """There is no other way."""
    assert draw_pairs(["b", "a"], 1, set(), "x") == [("a", "b"), ("b", "a")]
    assert draw_pairs(["a"], 0, set(), "x") == draw_pairs([], 1, set(), "x") == []


@pytest.mark.parametrize(
    ("size", "scorers", "conflicts", "named"),
    [
        (1, 1, [], ["u00"]),
        (2, 1, [("u00", "u01")], ["u00", "u01"]),
        (2, 2, [], ["u00", "u01"]),
        (4, 1, [("u00", "u01"), ("u00", "u02"), ("u00", "u03")], ["u00"]),
        (5, 3, [("u03", "u00"), ("u03", "u01")], ["u03"]),
        (4, 4, [], names(4)),
    ],
)
def test_what_cannot_be_drawn_names_a_unit(size: int, scorers: int, conflicts: list[tuple[str, str]], named: list[str]):
    """One for which no scorer is left, and what can be done. A unit that everybody is in conflict with is the one."""
    with pytest.raises(CampaignError, match="waive a conflict") as told:
        draw_pairs(names(size), scorers, symmetric(conflicts), "x")
    message = str(told.value)
    assert any(repr(unit) in message for unit in named)


def test_a_large_block_is_drawn():
    """As long as a path may be, it is followed: nothing is stacked too deep."""
    pairs = draw_pairs([f"u{n}" for n in range(700)], 1, set(), "x")
    assert len({scorer for scorer, _ in pairs}) == len({scored for _, scored in pairs}) == 700


# ── Conflicts ───────────────────────────────────────────────────────────────────────────────────────────────────────

DAY = dt.date(2024, 12, 31)
BEFORE, AFTER = dt.date(2024, 12, 30), dt.date(2025, 1, 1)
UNION = Group("lh", GroupKind.UNION, "Liên hiệp HTX Đồng Tâm")
BLOCK = Group("k", GroupKind.BLOCK, "Khối 1")


def contact(unit: str, person: str = "p", role: ContactRole = ContactRole.REPRESENTATIVE) -> Contact:
    return Contact(f"{unit}{person}{role}", unit, person, role)


def member(unit: str, group: str = "lh") -> GroupMembership:
    return GroupMembership(f"{unit}{group}", group, unit, GroupRole.MEMBER)


def said(state: ConflictState, kind: ConflictKind = ConflictKind.PERSON, one: str = "a", other: str = "b") -> Conflict:
    return Conflict(f"{one}{other}{kind}", "c", one, other, kind, state, "lý do")


def found(*records: object, on: dt.date = DAY) -> list[Tension]:
    return tensions(Snapshot.of(records), "c", on)


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        ({}, True),
        ({"since": DAY}, True),
        ({"since": AFTER}, False),
        ({"until": DAY}, True),
        ({"until": BEFORE}, False),
        ({"since": BEFORE, "until": AFTER}, True),
        ({"since": DAY, "until": DAY}, True),
    ],
)
def test_the_same_representative_is_a_conflict_while_both_have_it(dates: dict[str, Any], shown: bool):
    """On that day: not before the person came, nor after it left; its first and last days count."""
    got = found(contact("b"), evolve(contact("a"), **dates))
    assert got == ([Tension("a", "b", ConflictKind.PERSON)] if shown else [])


@pytest.mark.parametrize("role", list(ContactRole))
def test_whoever_runs_a_unit_may_be_in_conflict(role: ContactRole):
    """Representative, chair, director and head of control; who only answers the phone is not."""
    got = found(contact("a"), contact("b", role=role))
    assert bool(got) is (role is not ContactRole.CONTACT)


def test_two_persons_or_two_roles_in_one_unit_are_none():
    """And three units with one person are three conflicts, each told once."""
    assert found(contact("a"), contact("b", "q")) == []
    assert found(contact("a"), contact("a", role=ContactRole.CHAIR)) == []
    three = found(*(contact(unit) for unit in "cab"), contact("b", role=ContactRole.DIRECTOR))
    assert [(one.one, one.other) for one in three] == [("a", "b"), ("a", "c"), ("b", "c")]


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        ({}, True),
        ({"joined": DAY}, True),
        ({"joined": AFTER}, False),
        ({"left": AFTER}, True),
        ({"left": DAY}, False),  # it is out from the day it left
    ],
)
def test_the_same_union_is_a_conflict_while_both_are_in_it(dates: dict[str, Any], shown: bool):
    """By dated membership."""
    got = found(UNION, member("a"), evolve(member("b"), **dates))
    assert got == ([Tension("a", "b", ConflictKind.UNION)] if shown else [])


def test_the_same_block_or_another_union_is_none():
    """Units of a block compete; those of different unions have nothing to do with one another."""
    other = Group("lh2", GroupKind.UNION, "Liên hiệp HTX khác")
    assert found(BLOCK, member("a", "k"), member("b", "k")) == []
    assert found(UNION, other, member("a"), member("b", "lh2")) == []


@pytest.mark.parametrize(
    ("state", "holds"),
    [
        (ConflictState.DECLARED, True),
        (ConflictState.PINNED, True),
        (ConflictState.DISMISSED, False),
        (ConflictState.WAIVED, False),
    ],
)
@pytest.mark.parametrize("shown", [True, False])
def test_what_was_said_of_a_conflict_goes_before_what_the_register_shows(
    state: ConflictState, holds: bool, shown: bool
):
    """Pinned it holds though the register no longer shows it; dismissed or waived it does not though it does."""
    records = [contact("a"), contact("b")] if shown else []
    [got] = found(*records, said(state))
    assert (got.state, got.reason, got.holds) == (state, "lý do", holds)
    assert barred([got]) == ({("a", "b"), ("b", "a")} if holds else set())


def test_one_kind_dismissed_leaves_the_other():
    """Two units with one director in one union: the union still bars them, until that is waived too."""
    records = [UNION, contact("a"), contact("b"), member("a"), member("b"), said(ConflictState.DISMISSED)]
    assert barred(found(*records)) == {("a", "b"), ("b", "a")}
    assert barred(found(*records, said(ConflictState.WAIVED, ConflictKind.UNION))) == frozenset()


def test_a_declaration_counts_for_its_campaign_in_either_order():
    """Whoever declared it of whom; another campaign's does not count."""
    declared = said(ConflictState.DECLARED, ConflictKind.DECLARED, "b", "a")
    assert [(one.one, one.other) for one in found(declared)] == [("a", "b")]
    assert tensions(Snapshot.of([declared]), "another", DAY) == []


def test_what_is_found_is_in_order():
    """Whatever the order of the register."""
    records = [UNION, *(contact(unit) for unit in "cab"), *(member(unit) for unit in "bca")]
    got = found(*records)
    assert got == found(*reversed(records))
    assert [(one.one, one.other, one.kind.value) for one in got] == sorted(
        (one, other, kind) for one, other in combinations("abc", 2) for kind in ("person", "union")
    )
    assert {(one, one) for one in "abc"}.isdisjoint(barred(got))
