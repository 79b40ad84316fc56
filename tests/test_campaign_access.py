"""Who may give and see what in each stage: over every actor, stage, unit and scorer, and nothing leaks sideways."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.campaigns import UNITS, register, rules

from coopkit.access import COUNCIL, NOBODY, OFFICE, SECRETARY, UNIT, Action, Actor, Matter, can, narrow, visible_board
from coopkit.campaign import (
    Campaign,
    CampaignVersion,
    Conflict,
    ConflictKind,
    ConflictState,
    Move,
    Nomination,
    Pledge,
    Score,
    ScorePair,
    StageStep,
    VoteCount,
)
from coopkit.emulation import board_of
from coopkit.event import RecipientKind
from coopkit.metrics.own import OWN_METRICS
from coopkit.regulation import shipped_regulation
from coopkit.seal import SealedRun
from coopkit.snapshot import Snapshot

DAY = dt.date(2024, 12, 1)
STAGES = [stage.key for stage in rules().stages]
ACTORS = {
    "nobody": Actor("khach", NOBODY),
    "a2": Actor("đại diện a2", UNIT, {"a2"}),
    "lead": Actor("đại diện b1", UNIT, {"b1"}),
    "council": Actor("ủy viên", COUNCIL),
    "secretary": Actor("thư ký", SECRETARY),
    "office": Actor("văn phòng", OFFICE),
}
PAIRS = {"a1": "a2", "a2": "a4", "a3": "a1", "a4": "a3", "b1": "b2", "b2": "b3", "b3": "b4", "b4": "b1"}


def steps(open_: str) -> list[StageStep]:
    """The steps that lead to a stage being open; the last one, "published", too."""
    made: list[StageStep] = []
    for key in STAGES[: STAGES.index(open_) + 1]:
        if made:
            last = made[-1].stage
            made.append(StageStep(f"s{len(made)}", "p", len(made) + 1, last, Move.CLOSE, DAY, run=f"p:{last}"))
        made.append(StageStep(f"s{len(made)}", "p", len(made) + 1, key, Move.OPEN, DAY))
    return made


def scorer_of(stage: str, unit: str) -> str:
    """Who scores a unit in a stage."""
    cross = next(scorer for scorer, scored in PAIRS.items() if scored == unit)
    return {"self": unit, "cross": cross, "check": "thư ký", "block": f"{unit[0]}1"}[stage]


def scores(points: dict[tuple[str, str], int]) -> list[Score]:
    return [
        Score(f"sc-{stage}-{unit}", "p", stage, "2", unit, scorer_of(stage, unit), number)
        for (stage, unit), number in points.items()
    ]


CELLS = list(product(("self", "cross", "check", "block"), UNITS))


def snapshot(open_: str, points: dict[tuple[str, str], int]) -> Snapshot:
    """The register with the campaign at that stage, and these scores."""
    records = [
        *register(),
        Campaign("p", "Phong trào thử", "2024", DAY),
        CampaignVersion("v", "p", 1, rules().declaration, DAY),
        *(Pledge(f"pl{unit}", "p", unit, DAY) for unit in UNITS),
        *steps(open_),
        *(ScorePair(f"pr{scorer}", "p", "cross", scorer, scored) for scorer, scored in PAIRS.items()),
        *scores(points),
        Conflict("c", "p", "a2", "a3", ConflictKind.DECLARED, ConflictState.DECLARED, "anh em"),
        Nomination("n", "p", "flag", RecipientKind.COLLECTIVE, "b1"),
        VoteCount("vc", "p", "council", "n", 3, 3, 2, 1),
        SealedRun("r", "p:self", "2024", "ab", "cd", campaign="p"),
    ]
    return Snapshot.of(records)


def sees(name: str, open_: str, stage: str, unit: str) -> bool:
    """Whether an actor sees a unit's points of a stage: written anew, as the rules are told to people."""
    at, of = STAGES.index(open_), STAGES.index(stage)
    closed, is_open = of < at, of == at
    if name == "nobody":
        return False
    own_units = {"a2": {"a2"}, "lead": {"b1"}}.get(name, set())
    if scorer_of(stage, unit) in own_units or (name == "secretary" and stage == "check"):
        return True
    if not closed:  # an open stage that is not blind is seen by those who run the campaign; what waits is, too
        return name in ("secretary", "office") and stage not in ("self", "cross") and (is_open or of > at)
    if name in ("secretary", "office", "council"):
        return True
    return unit in own_units or (name == "lead" and unit.startswith("b"))


@pytest.mark.parametrize("open_", STAGES)
@pytest.mark.parametrize("name", ACTORS)
def test_every_actor_sees_just_what_the_rules_say(name: str, open_: str):
    """Rows of scores over every stage and unit; blind stages show points to nobody but who gave them."""
    seen = narrow(ACTORS[name], snapshot(open_, dict.fromkeys(CELLS, 300)))
    told = {(row["stage"], row["cooperative"]) for row in seen.table("score").to_pylist()}
    assert told == {(stage, unit) for stage, unit in CELLS if sees(name, open_, stage, unit)}


@settings(max_examples=60)
@given(st.sampled_from(STAGES), st.sampled_from(sorted(ACTORS)), st.lists(st.integers(0, 13), min_size=32, max_size=32))
def test_what_is_hidden_changes_nothing_that_is_seen(open_: str, name: str, drawn: list[int]):
    """Other points where the actor may not look: the same rows, order, ids and counts come out, in every table."""
    points = {cell: number * 50 for cell, number in zip(CELLS, drawn, strict=True)}
    other = {cell: number if sees(name, open_, *cell) else 650 - number for cell, number in points.items()}
    one, two = (narrow(ACTORS[name], snapshot(open_, each)) for each in (points, other))
    assert all(one.tables[table].equals(two.tables[table]) for table in one.tables)
    assert one.content_hash == two.content_hash


@pytest.mark.parametrize("open_", STAGES)
@pytest.mark.parametrize("name", ACTORS)
def test_a_hidden_scorer_is_in_no_column_and_no_id(name: str, open_: str):
    """The scored unit never learns who scored it: not by name, not by pair, not by trying ids."""
    seen = narrow(ACTORS[name], snapshot(open_, dict.fromkeys(CELLS, 300)))
    told = [row for row in seen.table("score").to_pylist() if row["stage"] == "cross"]
    mine = ACTORS[name].units
    for row in told:
        if name not in ("secretary", "office") and row["cooperative"] in mine:
            assert row["scorer"] == ""
            assert row["id"] != f"sc-cross-{row['cooperative']}"
    pairs = {(row["scorer"], row["cooperative"]) for row in seen.table("score_pair").to_pylist()}
    if name in ("a2", "lead"):
        assert pairs == {(scorer, scored) for scorer, scored in PAIRS.items() if scorer in mine}
    if name in ("nobody", "council"):
        assert pairs == set()


@pytest.mark.parametrize("open_", STAGES)
@pytest.mark.parametrize("name", ACTORS)
def test_votes_conflicts_and_seals_are_for_those_concerned(name: str, open_: str):
    """Nominations and totals before publication, declared conflicts, and sealed boards at any time."""
    seen = narrow(ACTORS[name], snapshot(open_, {}))
    runs_it = name in ("secretary", "office")
    published = open_ == "published" and name != "nobody"
    assert bool(seen.table("nomination").num_rows) is (runs_it or name == "council" or published)
    assert bool(seen.table("vote_count").num_rows) is (runs_it or name == "council" or published)
    assert bool(seen.table("conflict").num_rows) is (runs_it or name == "a2")
    assert bool(seen.table("sealed_run").num_rows) is runs_it


@pytest.mark.parametrize("open_", STAGES)
@pytest.mark.parametrize("name", ACTORS)
def test_the_board_shows_what_may_be_seen(name: str, open_: str):
    """Lines only for those who may see points of others until it is published; marks of others never to a unit."""
    register_ = snapshot(open_, dict.fromkeys(CELLS, 300))
    metrics = {metric.key: metric for metric in OWN_METRICS}
    whole = board_of(register_, rules(), "p", ["self", "cross", "check", "block"], metrics, shipped_regulation())
    seen = visible_board(ACTORS[name], whole, Matter.of(register_, "p"))
    at = STAGES.index(open_)
    if name == "nobody":
        assert (seen.lines, seen.marks) == ((), {})
    elif name in ("secretary", "office"):
        assert len(seen.lines) == 8
    elif name == "council":
        assert bool(seen.lines) is (at > STAGES.index("self"))
    else:
        own = {"a2": "a2", "lead": "b1"}[name]
        told = {line.unit: line.place for line in seen.lines}
        if open_ == "published":
            assert len(told) == 8
        else:  # its own points once a stage is closed, without a place
            assert told == ({own: 0} if at > STAGES.index("self") else {})
        assert set(seen.marks) <= ({"a2"} if name == "a2" else {"b1", "b2", "b3", "b4"})
    for unit, marks in seen.marks.items():
        for stage in marks["2"].by_stage:
            assert sees(name, open_, stage, unit), (stage, unit)


@pytest.mark.parametrize("open_", STAGES)
@pytest.mark.parametrize("name", ACTORS)
def test_who_may_give_points(name: str, open_: str):
    """Only in the open stage; for oneself alone in the self-score, and never for oneself after it."""
    matter = Matter.of(snapshot(open_, {}), "p")
    actor = ACTORS[name]
    officer = name in ("secretary", "office")
    for stage, unit in product(("self", "cross", "check", "block", "council"), UNITS):
        for scorer in (*UNITS, actor.name):
            told = can(actor, Action.SCORE, matter.score(stage, unit, scorer)).allowed
            speaks = scorer in actor.units or (officer and scorer in UNITS)
            may = {
                "self": scorer == unit and speaks,
                "cross": PAIRS.get(scorer) == unit and speaks,
                "check": officer and scorer == actor.name,
                "block": (officer and scorer == actor.name)
                or (scorer == f"{unit[0]}1" and scorer in actor.units and unit != scorer),
                "council": False,
            }[stage]
            assert told is (may and stage == open_), (stage, unit, scorer)


@pytest.mark.parametrize("action", list(Action))
def test_an_action_that_a_role_lacks_is_refused_with_its_reason(action: Action):
    """Each role allows what it lists and nothing else."""
    for actor in ACTORS.values():
        told = can(actor, action, "Phong trào thử")
        assert told.allowed is (action in actor.role.allows)
        assert told.allowed or "Phong trào thử" in told.why.vi


def test_a_stage_that_was_sent_back_hides_its_points_again():
    """Blind once more, as if it had never been closed."""
    held = snapshot("check", dict.fromkeys(CELLS, 300))
    back = StageStep("back", "p", 9, "cross", Move.BACK, DAY, "nộp lại")
    rows = [*held.records(StageStep), back]
    table = Snapshot.of([evolve(one) for one in rows]).tables["stage_step"]
    again = held.replace(stage_step=table)
    stages = {row["stage"] for row in narrow(ACTORS["council"], again).table("score").to_pylist()}
    assert stages == {"self"}
