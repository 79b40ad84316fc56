"""Who may be proposed for an award and by which law, whether a vote passes, and what reward goes with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from coopkit.campaign import AwardRule, Base, Definition, Nomination, NominationState, Stage, StageKind, VoteCount
from coopkit.emulation import (
    Board,
    Docket,
    Eligibility,
    Line,
    Verdict,
    eligibility,
    reward,
    suggested,
    verdict,
    votes_needed,
)
from coopkit.errors import CampaignError, NotFound
from coopkit.event import RecipientKind
from coopkit.regulation import shipped_regulation
from coopkit.text import Label

LAWS = shipped_regulation()
DAY = dt.date(2024, 12, 20)

# ── Votes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def meeting(threshold: str = "1/2", base: Base = Base.PRESENT, quorum: str = "2/3") -> Stage:
    label = Label("Hội đồng", "Council")
    return Stage("council", StageKind.COUNCIL, label, quorum=Fraction(quorum), threshold=Fraction(threshold), base=base)


def counted(members: int, present: int, in_favour: int, against: int = 0) -> VoteCount:
    return VoteCount("v", "p", "council", "n", members, present, in_favour, against)


@pytest.mark.parametrize(
    ("threshold", "base", "members", "present", "needed"),
    [
        ("1/2", Base.PRESENT, 9, 8, 5),  # more than half of 8, not half
        ("1/2", Base.PRESENT, 9, 9, 5),
        ("1/2", Base.MEMBERS, 10, 8, 6),
        ("2/3", Base.MEMBERS, 9, 6, 6),  # just two thirds are enough
        ("2/3", Base.MEMBERS, 10, 8, 7),
        ("2/3", Base.PRESENT, 10, 8, 6),
        ("2/3", Base.PRESENT, 10, 7, 5),
        ("4/5", Base.MEMBERS, 10, 10, 8),
        ("1", Base.MEMBERS, 9, 9, 9),
        ("1", Base.PRESENT, 9, 7, 7),
        ("1/100", Base.PRESENT, 9, 9, 1),
        ("1/2", Base.PRESENT, 9, 0, 1),  # nobody there passes nothing
        ("2/3", Base.PRESENT, 9, 0, 1),
    ],
)
def test_how_many_votes_pass(threshold: str, base: Base, members: int, present: int, needed: int):
    """1/2 means more than half, every other share at least that; of all members or of those present."""
    stage = meeting(threshold, base, quorum="0")
    assert votes_needed(counted(members, present, 0), stage) == needed
    if present >= needed:
        assert verdict(counted(members, present, needed), stage).passed
        assert not verdict(counted(members, present, needed - 1, present - needed + 1), stage).passed


@pytest.mark.parametrize(
    ("quorum", "members", "present", "held"),
    [
        ("2/3", 9, 6, True), ("2/3", 9, 5, False), ("2/3", 10, 7, True), ("2/3", 10, 6, False),
        ("1", 9, 9, True), ("1", 9, 8, False), ("0", 9, 1, True), ("0", 0, 0, False),
    ],
)  # fmt: skip
def test_a_meeting_without_its_quorum_passes_nothing(quorum: str, members: int, present: int, held: bool):
    """However many of those present agree; and one of nobody does not pass either."""
    told = verdict(counted(members, present, present), meeting(quorum=quorum))
    assert told.passed is held
    assert told.why.en.startswith(f"no quorum: {present}/{members}, needs {quorum}") is not held


def test_a_verdict_shows_its_arithmetic():
    """Votes in favour, of whom, and how many it takes."""
    told = verdict(counted(9, 8, 5, 3), meeting("2/3", Base.MEMBERS))
    assert told == Verdict(
        passed=False, why=Label("5/9 tổng số thành viên, cần 6 phiếu", "5/9 (All members), needs 6 votes")
    )
    assert verdict(counted(9, 8, 5, 3), meeting()).why.vi == "5/8 số người có mặt, cần 5 phiếu"


@pytest.mark.parametrize(
    ("members", "present", "in_favour", "against"),
    [(9, 10, 5, 0), (9, 8, 9, 0), (9, 8, 0, 9), (9, 8, 5, 4), (9, 8, -1, 5), (9, 8, 9, -1), (0, 1, 1, 0)],
)
def test_totals_that_cannot_be_are_refused(members: int, present: int, in_favour: int, against: int):
    """More people than there are, more votes than people, fewer votes than none."""
    with pytest.raises(CampaignError, match="Số phiếu không khớp"):
        verdict(counted(members, present, in_favour, against), meeting())


@given(st.data())
def test_one_vote_more_never_fails(data: st.DataObject):
    """Who passes with some votes passes with more; all of all pass."""
    members = data.draw(st.integers(1, 30))
    present = data.draw(st.integers(0, members))
    votes = data.draw(st.integers(0, present))
    share = data.draw(st.fractions(Fraction(1, 20), 1, max_denominator=20))
    stage = evolve(meeting(), threshold=share, base=data.draw(st.sampled_from(list(Base))))
    if verdict(counted(members, present, votes), stage).passed and votes < present:
        assert verdict(counted(members, present, votes + 1), stage).passed
    assert verdict(counted(members, members, members), stage).passed


# ── Money ───────────────────────────────────────────────────────────────────────────────────────────────────────────

COEFFICIENTS = st.fractions(0, 100, max_denominator=100)


@given(COEFFICIENTS, st.integers(0, 10_000_000))
def test_a_reward_is_rounded_up_to_ten_thousand(coefficient: Fraction, salary: int):
    """To the next 10,000 đồng, and not beyond."""
    exact = coefficient * salary
    got = reward(coefficient, salary)
    assert got % 10_000 == 0
    assert exact <= got < exact + 10_000


@pytest.mark.parametrize(
    ("coefficient", "salary", "amount"),
    [
        ("8", 2_340_000, 18_720_000), ("12", 2_340_000, 28_080_000), ("8", 1_800_000, 14_400_000),
        ("0.3", 2_340_000, 710_000), ("0.3", 1_800_000, 540_000), ("1/3", 2_340_000, 780_000),
        ("1/7", 1_800_000, 260_000), ("0", 2_340_000, 0),
    ],
)  # fmt: skip
def test_rewards(coefficient: str, salary: int, amount: int):
    """As the decree works them out: what is even already stays."""
    assert reward(Fraction(coefficient), salary) == amount


@pytest.mark.parametrize(
    ("day", "amount", "source"),
    [
        (dt.date(2023, 7, 1), 1_800_000, "NĐ 24/2023/NĐ-CP"),
        (dt.date(2024, 6, 30), 1_800_000, "NĐ 24/2023/NĐ-CP"),
        (dt.date(2024, 7, 1), 2_340_000, "NĐ 73/2024/NĐ-CP"),
        (dt.date(2025, 1, 1), 2_340_000, "NĐ 73/2024/NĐ-CP"),
    ],
)
def test_the_base_salary_is_that_of_the_day(day: dt.date, amount: int, source: str):
    """With its decree."""
    assert LAWS.base_salary(day) == (amount, source)


def test_a_base_salary_that_no_source_tells_is_not_guessed():
    """Before 1 July 2023."""
    with pytest.raises(NotFound, match="30/06/2023"):
        LAWS.base_salary(dt.date(2023, 6, 30))


@pytest.mark.parametrize(
    ("day", "coefficient", "source"),
    [
        (dt.date(2017, 10, 1), None, "NĐ 91/2017/NĐ-CP Điều 12"),
        (dt.date(2023, 12, 31), None, "NĐ 91/2017/NĐ-CP Điều 12"),
        (dt.date(2024, 1, 1), 8, "Luật 06/2022/QH15 Điều 26; NĐ 98/2023/NĐ-CP"),
    ],
)
def test_the_law_on_awards_is_that_of_the_day(day: dt.date, coefficient: int | None, source: str):
    """The old law to its last day; a coefficient only where a source at hand states it."""
    law = LAWS.award("flag", "city", day)
    assert law is not None
    assert (law.get("coefficient"), law["source"], law["place"]) == (coefficient, source, 1)


def test_an_award_that_no_law_names_has_none():
    """Another giver, or a day before every law at hand."""
    assert LAWS.award("flag", "other", DAY) is None
    assert LAWS.award("flag", "city", dt.date(2017, 9, 30)) is None


# ── Who may be proposed ─────────────────────────────────────────────────────────────────────────────────────────────


def award(key: str, form: str, giver: str = "alliance", **more: Any) -> dict[str, Any]:
    return {"key": key, "form": form, "giver": giver, "name": key, **more}


RULES = Definition.of(
    {
        "name": "Thử",
        "period": "2024",
        "launched": "2023-12-20",
        "awards": [
            award("flag", "flag", "city"),
            award("merit", "merit", "city", recipient="unsplit", source="Quy chế"),
            award("paper", "certificate", recipient="unsplit"),
            award("medal", "medal", "national_alliance", recipient="individual"),
            award("model", "model_cooperative", recipient="unsplit"),
            award("other", "certificate", "other", recipient="unsplit"),
        ],
    }
)


def rule(key: str, **more: Any) -> AwardRule:
    return evolve(RULES.award(key), **more)


def line(unit: str, place: int = 1, total: int = 9000, block: str = "k", **more: Any) -> Line:
    return Line(unit, f"HTX {unit}", block, base=total, bonus=0, penalty=0, total=total, place=place, **more)


BOARD = (
    line("a"),
    line("b", 2, 8000),
    line("c", 3, 7000),
    line("out", 0, 9500, disqualified=("L",)),
    line("young", 0, 9500, unrated="hoạt động chưa đủ 12 tháng"),
    line("z", block="l"),
    line("y", 2, 6000, block="l"),
)


def docket(proposed: Iterable[Nomination] = (), *, lines: Iterable[Line] = BOARD, on: dt.date = DAY) -> Docket:
    lines = tuple(lines)
    return Docket(RULES, Board("p", {one.block: one.block for one in lines}, lines, {}), tuple(proposed), LAWS, on)


def proposal(key: str, unit: str | None = "a", **more: Any) -> Nomination:
    one = Nomination(f"{key}-{unit}-{more.get('person')}", "p", key, RecipientKind.COLLECTIVE, unit)
    return evolve(one, **more)


def reasons(of: AwardRule, one: Nomination, *proposed: Nomination, **more: Any) -> list[str]:
    return [reason.vi for reason in eligibility(of, one, docket(proposed, **more)).reasons]


PERSON: dict[str, Any] = {"recipient_kind": RecipientKind.INDIVIDUAL, "person": "p1"}


@pytest.mark.parametrize(
    ("of", "one", "said"),
    [
        (rule("model"), proposal("model", None, **PERSON), "HTX tiêu biểu không tặng cá nhân"),
        (rule("merit", recipient=RecipientKind.COLLECTIVE), proposal("merit", None, **PERSON),
         "thể lệ tặng tập thể, không tặng cá nhân"),
        (rule("paper", recipient=RecipientKind.INDIVIDUAL), proposal("paper"),
         "thể lệ tặng cá nhân, không tặng tập thể"),
        (rule("paper"), proposal("paper", None), "tập thể phải là một đơn vị trong sổ"),
        (rule("paper"), proposal("paper", "stranger"), "đơn vị không tham gia phong trào"),
        (rule("paper"), proposal("paper", "young"), "đơn vị không được xếp hạng: hoạt động chưa đủ 12 tháng"),
        (rule("paper"), proposal("paper", "out"), "đơn vị bị loại theo tiêu chí L"),
        (rule("paper", place=2), proposal("paper", "c"), "hạng 3 trong khối, cần hạng 2 trở lên"),
        (rule("flag"), proposal("flag", "b"), "hạng 2 trong khối, cần hạng 1 trở lên"),  # by law
        (rule("flag", place=2), proposal("flag", "b"), "hạng 2 trong khối, cần hạng 1 trở lên"),  # the stricter of both
        (rule("paper", least=7001), proposal("paper", "c"), "70 điểm, cần từ 70,01"),
    ],
)  # fmt: skip
def test_each_reason_alone_stands_against_a_proposal(of: AwardRule, one: Nomination, said: str):
    """Whom the law or the campaign gives it to, who takes part, the place, the points."""
    assert reasons(of, one) == [said]


@pytest.mark.parametrize(
    ("of", "one"),
    [
        (rule("flag"), proposal("flag")),
        (rule("paper", place=3, least=7000), proposal("paper", "c")),
        (rule("merit"), proposal("merit", None, **PERSON)),
        (rule("merit"), proposal("merit", None, recipient_kind=RecipientKind.UNSPLIT, number=1)),
        (rule("medal"), proposal("medal", None, **PERSON)),
        (rule("paper", place=1, least=9999, outside=True), proposal("paper", "out")),
        (rule("flag", outside=True), proposal("flag", "b")),
        (rule("other"), proposal("other", "c")),
    ],
)
def test_nothing_stands_against_these(of: AwardRule, one: Nomination):
    """Just at the place and the points; a person; whom the proposer leaves unsplit; what its giver decides itself."""
    assert reasons(of, one) == []


def test_a_medal_for_a_collective_breaks_law_and_campaign():
    """Both are told."""
    assert reasons(rule("medal"), proposal("medal")) == [
        "thể lệ tặng cá nhân, không tặng tập thể",
        "Kỷ niệm chương không tặng tập thể",
    ]


DEAD = [NominationState.CUT, NominationState.REFUSED]
ALIVE = [NominationState.PROPOSED, NominationState.PASSED, NominationState.GRANTED]


@pytest.mark.parametrize("state", list(NominationState))
@pytest.mark.parametrize(
    ("of", "held", "said"),
    [
        (rule("paper", quota=1), proposal("paper", "z"), "đã đủ 1 đề nghị"),
        (rule("paper", per_block=1), proposal("paper", "b"), "khối đã đủ 1 đề nghị"),
        (rule("paper"), proposal("merit", "a"), "cùng một thành tích đã được đề nghị hình thức 'merit'"),
    ],
)
def test_what_is_proposed_already_counts_while_it_lives(
    of: AwardRule, held: Nomination, said: str, state: NominationState
):
    """For the quota, the block's quota, and the one achievement; what was cut or refused leaves room."""
    assert reasons(of, proposal("paper"), evolve(held, state=state)) == ([said] if state in ALIVE else [])


@pytest.mark.parametrize(
    ("of", "held"),
    [
        (rule("paper", quota=1, per_block=1), [proposal("paper")]),  # itself, proposed again
        (rule("paper", quota=1), [proposal("merit", "b")]),  # another award
        (rule("paper", quota=2), [proposal("paper", "z")]),
        (rule("paper", per_block=1), [proposal("paper", "z"), proposal("paper", "y")]),  # the other block
        (rule("paper", per_block=1), [proposal("paper", None, **PERSON), proposal("paper", "stranger")]),  # of no block
        (rule("paper"), [proposal("merit", achievement="Mô hình mới")]),  # another achievement
        (rule("paper"), [proposal("merit", "b")]),  # another unit's
        (rule("paper"), [proposal("model")]),  # a title is no commendation
        (rule("model"), [proposal("merit")]),  # nor is it kept from who has one
    ],
)
def test_what_is_proposed_beside_it_leaves_room(of: AwardRule, held: list[Nomination]):
    """Itself, another award, block, unit or achievement; a title."""
    assert reasons(of, proposal(of.key), *held) == []


def test_a_person_is_not_proposed_twice_for_one_achievement():
    """But two that nobody has named are not one."""
    assert len(reasons(rule("paper"), proposal("paper", None, **PERSON), proposal("merit", None, **PERSON))) == 1
    other = proposal("merit", None, **{**PERSON, "person": "p2"})
    assert reasons(rule("paper"), proposal("paper", None, **PERSON), other) == []
    unsplit = {"recipient_kind": RecipientKind.UNSPLIT, "number": 1}
    assert reasons(rule("paper"), proposal("paper", None, **unsplit), proposal("merit", None, **unsplit)) == []


def test_a_proposal_is_judged_by_the_law_of_its_day():
    """The source names the campaign's own rule, then the law; where no law is at hand, nothing is made up."""
    told = [eligibility(rule("merit"), proposal("merit"), docket(on=day)) for day in (dt.date(2023, 12, 31), DAY)]
    assert [one.source for one in told] == ["Quy chế; NĐ 91/2017/NĐ-CP", "Quy chế; Luật 06/2022/QH15 Điều 74"]
    before = dt.date(2017, 9, 30)
    assert eligibility(rule("flag"), proposal("flag", "c"), docket(on=before)) == Eligibility((), "")


# ── Who is suggested ────────────────────────────────────────────────────────────────────────────────────────────────


def names(lines: Iterable[Line]) -> list[str]:
    return [one.unit for one in lines]


TIED = (
    line("a", 1, 9000), line("b", 1, 9000), line("c", 3, 7000),
    line("x", 1, 8000, "l"), line("y", 2, 7000, "l"), line("z", 3, 6000, "l"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "units"),
    [
        ({}, ["a", "b", "x", "y", "c", "z"]),
        ({"place": 1}, ["a", "b", "x"]),
        ({"per_block": 1}, ["x"]),  # two are first: the meeting parts them
        ({"per_block": 2}, ["a", "b", "x", "y"]),
        ({"per_block": 0}, []),
        ({"quota": 3}, ["a", "b", "x"]),
        ({"quota": 4}, ["a", "b", "x"]),  # the fourth and the fifth are level
        ({"quota": 5}, ["a", "b", "x", "y", "c"]),
        ({"quota": 1}, []),
        ({"quota": 0}, []),
        ({"least": 7500}, ["a", "b", "x"]),
        ({"quota": 2, "per_block": 2}, ["a", "b"]),
    ],
)
def test_ties_go_whole_or_not_at_all(limits: dict[str, Any], units: list[str]):
    """The best first, within the quotas."""
    assert names(suggested(rule("model", **limits), docket(lines=TIED))) == units


def test_what_is_proposed_already_takes_its_room():
    """Nobody is suggested again, and no more than are left."""
    held = [proposal("model", "a")]
    assert names(suggested(rule("model", quota=3), docket(held, lines=TIED))) == ["b", "x"]
    assert names(suggested(rule("model", per_block=2), docket(held, lines=TIED))) == ["b", "x", "y"]
    assert names(suggested(rule("model", per_block=1), docket(held, lines=TIED))) == ["x"]
    cut = [evolve(held[0], state=NominationState.CUT)]
    assert names(suggested(rule("model", per_block=2), docket(cut, lines=TIED))) == ["a", "b", "x", "y"]


@st.composite
def boards(draw: st.DrawFn) -> list[Line]:
    """Up to three blocks, some units level in points, some of those parted; some without a place."""
    lines: list[Line] = []
    for block in "klm"[: draw(st.integers(1, 3))]:
        scored = st.tuples(st.integers(1, 6), st.integers(0, 2))
        marks = sorted(draw(st.lists(scored, max_size=6)), reverse=True)
        for n, mark in enumerate(marks):
            out = ("L",) if draw(st.integers(0, 5)) == 0 else ()
            place = 0 if out else marks.index(mark) + 1
            lines.append(line(f"{block}{n}", place, mark[0] * 1000, block, disqualified=out))
    return lines


LIMITS: st.SearchStrategy[Mapping[str, Any]] = st.fixed_dictionaries(
    {"quota": st.none() | st.integers(0, 8), "per_block": st.none() | st.integers(0, 4)},
    optional={"place": st.integers(1, 4), "least": st.integers(0, 6000)},
)


@given(boards(), LIMITS, st.data())
def test_suggestions_keep_every_quota(lines: list[Line], limits: Mapping[str, Any], data: st.DataObject):
    """All of them may be proposed one after the other, those of a place together, the best first, none passed over."""
    held_units = data.draw(st.lists(st.sampled_from(names(lines)), unique=True, max_size=3)) if lines else []
    held = [proposal("model", unit) for unit in held_units]
    of = rule("model", **limits)
    got = suggested(of, docket(held, lines=lines))
    assert not {*names(got)} & {*held_units}
    assert [one.total for one in got] == sorted((one.total for one in got), reverse=True)
    made = list(held)
    for one in got:
        assert reasons(of, proposal("model", one.unit), *made, lines=lines) == []
        made.append(proposal("model", one.unit))
    if got:
        assert of.quota is None or len(made) <= of.quota
    open_to = [
        one
        for one in lines
        if one.unit not in held_units and not reasons(of, proposal("model", one.unit), *held, lines=lines)
    ]
    for block, of_block in groupby(sorted(open_to, key=lambda one: one.block), key=lambda one: one.block):
        able = list(of_block)
        taken = {one.place for one in got if one.block == block}
        assert {one.unit for one in able if one.place in taken} == {one.unit for one in got if one.block == block}
        assert all(one.place in taken for one in able if one.place < max(taken, default=0))
