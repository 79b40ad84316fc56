"""The council: who may vote on whom, who is there, and what totals come to while they are typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.award_office import SEATS, campaign_at
from tests.campaigns import reopened

from coopkit.access import COUNCIL, SECRETARY, Actor
from coopkit.campaign import Nomination, Stage, StageKind
from coopkit.campaign.parts import Base
from coopkit.errors import AccessDenied, CampaignError
from coopkit.event import RecipientKind
from coopkit.text import Label
from coopkit.workspace import Awarding, Ballot, CampaignDesk
from coopkit.workspace.council import BallotLine, Council, Electorate, judge, rule_told

STAGE = Stage("hd", StageKind.COUNCIL, Label("Hội đồng", "Council"))
ONE = Nomination("n", "p", "flag", RecipientKind.COLLECTIVE, "a")


@contextmanager
def opened(folder: Path, stage: str) -> Iterator[CampaignDesk]:
    """The small campaign at that stage, in a ledger of its own."""
    campaign_at(folder, stage)
    with reopened(folder) as desk:
        yield CampaignDesk.of(desk, "2024")


def line(members: int = 9, present: int | None = 8) -> BallotLine:
    return BallotLine(ONE, members, present)


@pytest.mark.parametrize(
    ("members", "present", "typed", "passed", "wrong"),
    [
        (9, 8, (6, 2, None), True, []),
        (9, 8, (4, 4, None), False, []),
        (9, 8, (5, 3, None), True, []),
        (9, 5, (5, 0, None), False, []),
        (9, 8, (9, None, None), None, ["in_favour"]),
        (9, 8, (6, 3, None), None, ["against"]),
        (9, None, (6, 2, 10), None, ["present"]),
        (9, None, (6, 2, 8), True, []),
        (9, None, (6, 2, None), None, []),
        (9, 8, (6, None, None), None, []),
    ],
)
def test_what_totals_come_to(members, present, typed, passed, wrong):
    """More than half of those there pass, a meeting below its quorum passes nobody, and a fault stands at its box."""
    in_favour, against, there = typed
    told = judge(line(members, present), STAGE, in_favour, against, there)
    assert list(told.faults) == wrong
    assert (told.verdict.passed if told.verdict else None) == passed


@given(*(st.none() | st.integers(0, 12) for _ in range(3)))
def test_totals_that_cannot_be_are_never_judged(in_favour, against, present):
    """A verdict is told only where the totals are whole and fit those who are there."""
    told = judge(line(9, None), STAGE, in_favour, against, present)
    can_be = None not in (in_favour, against, present) and present <= 9 and in_favour + against <= present
    assert (told.verdict is not None) == can_be
    assert not (told.verdict and told.faults)


def test_rules_are_told_as_people_say_them():
    """A half is "more than", a share of fifths is in percent, and the base is named."""
    most = evolve(STAGE, threshold=Fraction(4, 5), base=Base.MEMBERS)
    assert rule_told(STAGE).vi.startswith("quá 1/2 số người có mặt")
    assert rule_told(most).vi.startswith("từ 80% ")
    assert rule_told(most).en.startswith("at least 80% of ")


def test_a_conflict_takes_a_seat_out():
    """Neither the unit's own seat nor one in conflict with it votes on it."""
    electorate = Electorate({"x": None, "y": "a1", "z": "a2"}, frozenset("xz"), frozenset({("a2", "a1"), ("a1", "a2")}))
    assert electorate.voters("a1") == (1, 1)
    assert electorate.voters("b1") == (3, 2)
    assert Electorate({}, blocks={"a1": 4}).voters("a1") == (4, None)
    assert Electorate({}, blocks={"a1": 4}).voters("b1") == (0, None)


def test_who_is_there_is_exactly_who_is_told(tmp_path):
    """Who was ticked by mistake is taken out again; nobody, or a seat there is not, is refused; a token writes once."""
    with opened(tmp_path, "council") as at:
        council = Council(at)
        assert {seat.name for seat in council.seats() if seat.there} == set(SEATS)
        first = council.gather(["Chủ tịch", "Thư ký"], token="hop-1" * 4)
        assert {seat.name for seat in council.seats() if seat.there} == {"Chủ tịch", "Thư ký"}
        again = council.gather(["Ủy viên"], token="hop-1" * 4)
        assert (again.number, again.again) == (first.number, True)
        assert {seat.name for seat in council.seats() if seat.there} == {"Chủ tịch", "Thư ký"}
        for wrong in ([], ["Ai đó"]):
            with pytest.raises(CampaignError, match="by their seats"):
                council.gather(wrong)
        assert at.desk.verify() == []


def test_a_seat_goes_until_the_council_has_voted(tmp_path):
    """With its attendance; afterwards the electorate stands."""
    with opened(tmp_path, "council") as at:
        council, awarding = Council(at), Awarding(at)
        council.unseat("Thư ký")
        assert [seat.name for seat in council.seats()] == ["Chủ tịch", "Ủy viên"]
        [first, *_] = council.lines()
        awarding.vote([Ballot(first.nomination.id, first.present or 0, 0)])
        with pytest.raises(CampaignError, match="voted already"):
            council.unseat("Chủ tịch")
        assert council.counted()


def test_half_a_line_is_no_vote(tmp_path):
    """A block's meeting votes on units only; each line says how many may vote, and who is there comes with it."""
    with opened(tmp_path, "block") as at:
        awarding = Awarding(at)
        awarding.nominate("flag", [one.unit for one in awarding.suggest("flag")])
        awarding.nominate_others("paper", RecipientKind.UNSPLIT, 1)
        lines = Council(at).lines()
        assert {(one.members, one.present) for one in lines} == {(4, None)}
        assert all(one.nomination.cooperative for one in lines)


@pytest.mark.parametrize(("role", "sees"), [(COUNCIL, False), (SECRETARY, True)])
def test_lines_are_for_who_runs_the_campaign(tmp_path, role, sees):
    """A member of the council sees what was counted, not the sheet that the secretary fills in."""
    with opened(tmp_path, "council") as at:
        own = Council(CampaignDesk(at.desk.workspace.as_(Actor("binh", role)), at.campaign))
        assert own.counted() == []
        if sees:
            assert own.lines()
        else:
            with pytest.raises(AccessDenied):
                own.lines()
            with pytest.raises(AccessDenied):
                own.gather(["Chủ tịch"])
