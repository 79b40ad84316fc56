"""A campaign through its stages: what each step asks, keeps, and never moves afterwards."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.campaigns import NOW, UNITS, launched, office, register, reopened, rules, self_scores

from coopkit.access import UNIT, Action, Actor
from coopkit.campaign import (
    ConflictKind,
    ConflictState,
    InitiativeKind,
    Move,
    NominationState,
    Score,
    ScorePair,
    StageState,
)
from coopkit.cooperative import YearFigures
from coopkit.errors import AccessDenied, CampaignError, NotFound
from coopkit.event import Participation, RecipientKind
from coopkit.group import GroupMembership
from coopkit.ledger import Batch, Change
from coopkit.run import run_sealed
from coopkit.workspace import Awarding, Ballot, CampaignDesk, Entry, Outcome, Ranking, Scoring, Stages


@pytest.fixture
def desk(tmp_path):
    """An officer at the register, no campaign yet."""
    with office(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A folder whose ledger has the campaign with its self-scores open."""
    folder = tmp_path_factory.mktemp("begun")
    with office(folder) as desk:
        launched(desk)
    return folder


@pytest.fixture
def at(begun, tmp_path):
    """That campaign, in a ledger of the test's own."""
    with reopened(shutil.copytree(begun, tmp_path / "own")) as desk:
        yield CampaignDesk.of(desk, "2024")


FED = {"key": "1", "name": "x", "maximum": 5}


def late(desk, *records):
    changes = tuple(Change(one) for one in records)
    desk.workspace.ledger.write(Batch("an", "đến muộn", NOW, changes=changes))


def totals(board):
    return {line.unit: (line.total, line.place) for line in board.lines}


# ── The definition ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_campaign_is_launched_once_and_frozen_once_applied(desk):
    """A change of what is in force needs a reason and is a further version; what was is kept."""
    stages = Stages.new(desk, rules())
    with pytest.raises(CampaignError, match="has a definition already"):
        Stages.new(desk, rules())
    with pytest.raises(CampaignError, match="apply the definition first"):
        stages.advance()
    stages.apply()
    with pytest.raises(CampaignError, match="in force already"):
        stages.apply()
    with pytest.raises(CampaignError, match="needs a reason"):
        stages.apply(rules(maximum=21))
    stages.apply(rules(maximum=21), "Hội đồng sửa thang điểm")
    assert [(one.number, one.definition.maximum, one.reason) for one in stages.at.versions()] == [
        (1, 2000, None),
        (2, 2100, "Hội đồng sửa thang điểm"),
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"blocks": ["Khối lạ"]}, "Khối lạ"),
        ({"criteria": [{**FED, "rule": {"metric": "no.such", "how": "yes_no"}}]}, "no.such"),
        ({"criteria": [{**FED, "rule": {"metric": "fairs.held", "how": "yes_no"}}]}, "fairs.held"),
    ],
)
def test_what_the_register_cannot_serve_is_not_applied(desk, change, told):
    """A block there is not, a metric there is not, or one that cannot be told for each unit."""
    stages = Stages.new(desk, rules(**{"ties": [], **change}))
    with pytest.raises(CampaignError, match=told):
        stages.apply()


def test_a_criterion_that_was_scored_stays(at):
    """Whatever the reason."""
    self_scores(at)
    fewer = [{**rules().declaration["criteria"][0], "criteria": [rules().declaration["criteria"][0]["criteria"][0]]}]
    with pytest.raises(CampaignError, match="2, 3"):
        Stages(at).apply(rules(criteria=fewer), "bớt tiêu chí")


# ── Scores ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (Entry("a1", "2", 425), "multiples of 0.5"),
        (Entry("a1", "2", 700), "between 0 and 6.5"),
        (Entry("a1", "2", -50), "between 0 and 6.5"),
        (Entry("a1", "9", 100), "criterion"),
        (Entry("a1", "1", 1000), "need a reason"),
        (Entry("a1", "3"), "unavailable"),
        (Entry("zz", "2", 100), "does not take part"),
    ],
)
def test_points_that_may_not_be_given(at, entry, told):
    """Between steps, out of bounds, of no criterion, against the register without a reason, or with nothing to take."""
    with pytest.raises(CampaignError, match=told):
        Scoring(at).give([entry])
    assert at.whole.records(Score) == []


def test_the_registers_points_and_the_overrule_are_both_kept(at):
    """2 of 4 turns are half of 10 points; another number has its reason beside the register's."""
    Scoring(at).give([Entry("a1", "1"), Entry("a2", "1", 900, reason="một lượt chưa nhập")])
    assert Scoring(at).seen("a1") == []  # the stage is blind, for the office too
    rep = Scoring(CampaignDesk(at.desk.workspace.as_(Actor("đd", UNIT, {"a1", "a2"})), at.campaign))
    assert [(one.points, one.computed, one.reason) for one in rep.seen("a1")] == [(500, 500, None)]
    assert [(one.points, one.computed, one.reason) for one in rep.seen("a2")] == [(900, 500, "một lượt chưa nhập")]


def test_an_unavailable_metric_leaves_the_criterion_open_and_the_stage_unclosed(at):
    """It is never 0; with a reason it stays open, which the seal keeps and later stages do not ask again."""
    Scoring(at).give([Entry(unit, "2", 400) for unit in UNITS])
    assert all(line.open == ("3",) for line in at.whole_board(["self"]).lines)
    with pytest.raises(CampaignError, match="chưa chấm tiêu chí 3"):
        Stages(at).advance()
    assert at.standing.current.key == "self"
    sealed = Stages(at).advance("không đơn vị nào vay")
    assert "không đơn vị nào vay" in sealed.waived
    assert at.board().line("a1").open == ("3",)
    assert at.board().marks["a1"]["3"].points is None
    pairs = at.desk.snapshot().records(ScorePair)
    Scoring(at).give([Entry(pair.cooperative, "2", 400, pair.scorer) for pair in pairs])
    Stages(at).advance()
    assert at.standing.current.key == "check"


def test_cross_scoring_pairs_stay_in_the_block_and_out_of_conflict(at):
    """Nobody scores itself, nor the unit that has the same representative; only the pair's scorer may."""
    self_scores(at)
    assert [(one.one, one.other, one.kind, one.holds) for one in Stages(at).conflicts()] == [
        ("a2", "a3", ConflictKind.PERSON, True)
    ]
    Stages(at).settle("b1", "b2", ConflictKind.DECLARED, ConflictState.DECLARED, "anh em")
    with pytest.raises(CampaignError, match="needs a reason"):
        Stages(at).settle("b1", "b3", ConflictKind.DECLARED, ConflictState.DECLARED, " ")
    Stages(at).advance()
    pairs = {(one.scorer, one.cooperative) for one in at.desk.snapshot().records(ScorePair)}
    assert len(pairs) == 8
    assert all(scorer[0] == scored[0] and scorer != scored for scorer, scored in pairs)
    assert not pairs & {("a2", "a3"), ("a3", "a2"), ("b1", "b2"), ("b2", "b1")}
    scorer, scored = min(pairs)
    rep = CampaignDesk(at.desk.workspace.as_(Actor("đd", UNIT, {scorer})), at.campaign)
    Scoring(rep).give([Entry(scored, "2", 350)])
    other = next(unit for unit in UNITS if unit[0] == scorer[0] and unit not in (scorer, scored))
    with pytest.raises((AccessDenied, CampaignError)):
        Scoring(rep).give([Entry(other, "2", 350)])


def test_going_back_needs_a_reason_and_opens_the_stage_again(at):
    """The scores are still there; the seal of the stage that was closed no longer counts."""
    self_scores(at)
    Stages(at).advance()
    with pytest.raises(CampaignError, match="needs a reason"):
        Stages(at).back("")
    Stages(at).back("một đơn vị nộp lại")
    assert at.standing.current.key == "self"
    assert at.standing.states["cross"] is StageState.WAITING
    assert at.sealed_board() is None
    Scoring(at).give([Entry("a1", "2", 450)])
    Stages(at).advance()
    assert at.board().marks["a1"]["2"].points == 450
    assert at.sealed_board() is at.sealed_board()


def test_a_closed_rank_is_unmoved_by_later_batches_and_the_drift_is_shown(at):
    """Late turns change what the register would give, never what was sealed."""
    self_scores(at)
    Stages(at).advance()
    before = totals(at.board())
    assert Ranking(at).drift() == []
    late(at.desk, Participation("late1", "f", "a4"), Participation("late2", "g", "a4"))
    assert totals(at.board()) == before
    [moved] = [one for one in Ranking(at).drift() if one.unit == "a4"]
    assert (moved.total, moved.total_now) == (400, 900)
    explained = Ranking(at).explain("HTX A4")
    assert next(one for one in explained.criteria if one.criterion.key == "1").points == 0


CHANGES = st.lists(
    st.tuples(st.sampled_from(UNITS), st.sampled_from("fg"), st.integers(0, 5)), min_size=1, max_size=4, unique=True
)


@settings(max_examples=12)
@given(CHANGES)
def test_no_batch_whatever_moves_a_sealed_rank(sealed_ranks, changes):
    """Turns that come, statuses that change, units that leave their block: the board stays what was sealed."""
    at, before = sealed_ranks
    ledger = at.desk.workspace.ledger
    made = [Participation(f"x{unit}{event}{number}", event, unit, number) for unit, event, number in changes]
    bases = ledger.revisions("participation", [one.id for one in made])
    unit = changes[0][0]
    member, revision = ledger.get(GroupMembership, f"g{unit}")
    left = evolve(member, left=None if member.left else dt.date(2024, 6, 1))
    batch = (*(Change(one, bases.get(one.id)) for one in made), Change(left, revision))
    ledger.write(Batch("an", "đến muộn", NOW, changes=batch))
    assert at.board() == before


@pytest.fixture(scope="module")
def sealed_ranks(tmp_path_factory, begun):
    """The campaign with its self-scores closed, and the board that was sealed with them."""
    with reopened(shutil.copytree(begun, tmp_path_factory.mktemp("sealed") / "own")) as desk:
        at = CampaignDesk.of(desk, "2024")
        self_scores(at)
        Stages(at).advance()
        yield at, at.board()


# ── The whole way ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The campaign up to the decision stage; a1 is fined, b3 overruled, the council cuts one of two papers."""
    with office(tmp_path_factory.mktemp("campaign")) as desk:
        at = launched(desk)
        self_scores(at, a2=500, b1=650)
        Stages(at).advance()
        pairs = [(one.scorer, one.cooperative) for one in desk.snapshot().records(ScorePair)]
        Scoring(at).give([Entry(scored, "2", 650 if scored == "b1" else 450, scorer) for scorer, scored in pairs])
        Stages(at).advance()
        Scoring(at).give([Entry("a1", "L", 100, reason="bị phạt"), Entry("b3", "P", 150, reason="vắng họp")])
        Stages(at).advance()
        awarding = Awarding(at)
        flags = [line.unit for line in awarding.suggest("flag")]
        awarding.nominate("flag", flags, "Dẫn đầu")
        awarding.nominate("model", ["b1"], "Dẫn đầu")
        awarding.nominate_others("paper", RecipientKind.UNSPLIT, 2)
        votes = [one for one in awarding.nominations() if one.award == "flag"]
        awarding.vote([Ballot(one.id, 3, 1) for one in votes])
        Stages(at).advance()
        awarding.seat({"Chủ tịch": None, "Thư ký": None, "Ủy viên B": "b1"})
        awarding.attend(["Chủ tịch", "Thư ký", "Ủy viên B"])
        yield at


def test_the_board_adds_up(finished):
    """The disqualified and the penalised stand where they should; bonus goes above the maximum; ties share a place."""
    board = finished.board()
    assert board.line("a1").disqualified == ("L",)
    assert (board.line("a1").place, board.line("b3").penalty) == (0, 150)
    assert (board.line("b1").base, board.line("b1").bonus, board.line("b1").total) == (1000, 150, 1150)
    assert board.line("b1").grade == "good"
    assert [(line.unit, line.place, line.tied) for line in board.of_block("a")] == [
        ("a2", 1, False),
        ("a3", 2, True),
        ("a4", 2, True),
        ("a1", 0, False),
    ]


def test_explain_tells_every_criterion_and_what_moves_it_up(finished):
    """Rule, value, records, each stage's points with who and why, and the way to the next place."""
    told = Ranking(finished).explain("b2")
    fed = next(one for one in told.criteria if one.criterion.key == "1")
    assert (fed.value, fed.records, fed.points) == ("1 lượt", 1, 250)
    scored = next(one for one in told.criteria if one.criterion.key == "2")
    assert [(one.stage, one.points) for one in scored.given] == [("self", 400), ("cross", 450)]
    assert scored.spread == 50
    assert "HTX B1" in told.up.vi
    assert "4,5 điểm" in told.up.vi
    with pytest.raises(NotFound):
        Ranking(finished).explain("no such unit")


def test_stability_says_which_places_are_safe(finished):
    """A clear first is safe, units that are level are not named safe by luck."""
    safe = Ranking(finished).stability(runs=100)
    assert safe["b1"].safe
    assert safe["b1"].place == 1
    assert safe["a1"].place == 0
    assert safe["a1"].safe is False


def test_who_may_not_be_proposed_is_told_why_with_the_law(finished):
    """Not the leader of its block, disqualified, the quota used, the same achievement again."""
    awarding = Awarding(finished)
    assert any("hạng 2 trong khối" in one.vi for one in awarding.check("flag", "b2").reasons)
    told = awarding.check("flag", "a1")
    assert any("bị loại" in one.vi for one in told.reasons)
    assert "06/2022/QH15" in told.source
    assert any("đã đủ" in one.vi for one in awarding.check("flag", "b2").reasons)
    with pytest.raises(CampaignError, match="not eligible because"):
        awarding.nominate("flag", ["b2"])


def test_the_council_votes_by_totals_with_conflicts_out(finished):
    """The seat of the nominee's own unit does not vote on it; two thirds of all who may pass, less are cut."""
    awarding, stages = Awarding(finished), Stages(finished)
    with pytest.raises(CampaignError, match="chưa có kết quả phiếu"):
        stages.advance()
    with pytest.raises(NotFound, match="no such seats"):
        awarding.attend(["Người lạ"])
    with pytest.raises(CampaignError, match="proposed already"):
        awarding.nominate("model", ["b1"], "Dẫn đầu")
    nominations = awarding.nominations()
    own = next(one for one in nominations if one.award == "model")
    with pytest.raises(CampaignError, match="more votes"):
        awarding.vote([Ballot(own.id, 3, 0)])
    papers = [one for one in nominations if one.award == "paper"]
    ballots = [Ballot(one.id, 2, 0) for one in nominations if one not in papers]
    told = awarding.vote([*ballots, Ballot(papers[0].id, 2, 1), Ballot(papers[1].id, 1, 2)])
    assert told[own.id].why.vi.startswith("2/2")
    assert [told[one.id].passed for one in papers] == [True, False]
    states = {one.id: one.state for one in awarding.nominations()}
    assert states[papers[1].id] is NominationState.CUT
    stages.advance()


def test_the_decision_is_granted_rewarded_published_and_later_revoked(finished):
    """A flag's reward is 8 × base salary, one unsplit has none; after publication only a new act changes anything."""
    awarding, stages, day = Awarding(finished), Stages(finished), dt.date(2024, 12, 15)
    awarding.nominate_others("merit", RecipientKind.UNSPLIT, 1)
    flags = [one for one in awarding.nominations() if one.award == "flag"]
    with pytest.raises(NotFound, match="zzz"):
        awarding.decide("flag", "01/QĐ", day, [Outcome("zzz", granted=False, reason="x")])
    with pytest.raises(CampaignError, match="refusal needs a reason"):
        awarding.decide("flag", "01/QĐ", day, [Outcome(flags[0].id, granted=False)])
    awarding.decide("flag", "01/QĐ", day, [Outcome(flags[0].id, granted=False, reason="hồ sơ thiếu")])
    for award in ("model", "paper", "merit"):
        awarding.decide(award, f"02/QĐ-{award}", day)
    with pytest.raises(CampaignError, match="decided already"):
        awarding.decide("paper", "03/QĐ", day)
    with pytest.raises(CampaignError, match="a decision was made"):
        stages.back("lý do")
    stages.advance()
    held = {(one.award.value, one.reward) for one, _ in awarding.honours()}
    assert held == {("flag", 8 * 2_340_000), ("model_cooperative", None), ("certificate", None), ("merit", None)}
    with pytest.raises(CampaignError, match="published"):
        stages.back("lý do")
    with pytest.raises(CampaignError):
        Scoring(finished).give([Entry("a1", "2", 100)])
    honour, _ = awarding.honours()[0]
    with pytest.raises(CampaignError, match="needs a number and a reason"):
        awarding.revoke(honour.id, "09/QĐ", day, "")
    awarding.revoke(honour.id, "09/QĐ", day, "khai sai")
    with pytest.raises(CampaignError, match="revoked already"):
        awarding.revoke(honour.id, "10/QĐ", day, "khai sai")
    assert [revoked.decision for _, revoked in awarding.honours() if revoked] == ["09/QĐ"]
    assert finished.desk.verify() == []


def test_what_was_used_stays_when_the_definition_changes(at):
    """Stages that were opened, room for points that were given, the name and the period."""
    self_scores(at, a1=650)
    stages = Stages(at)
    fewer = [one for one in rules().declaration["stages"] if one["key"] != "self"]
    with pytest.raises(CampaignError, match="stages that were opened stay"):
        stages.apply(rules(stages=fewer), "x")
    group = rules().declaration["criteria"][0]
    small = [{**one, "bonus": 0} if one["key"] == "2" else one for one in group["criteria"]]
    with pytest.raises(CampaignError, match="scores above the new maximum"):
        stages.apply(rules(criteria=[{**group, "criteria": small}, *rules().declaration["criteria"][1:]]), "x")
    with pytest.raises(CampaignError, match="name and period stay"):
        stages.apply(rules(period="2023"), "x")
    assert at.desk.verify() == []


def test_two_who_move_the_campaign_at_once_do_not_overwrite_each_other(at, monkeypatch):
    """The second is told to look again, and nothing of its step is kept."""
    self_scores(at)
    stages, write = Stages(at), CampaignDesk.write

    def late_write(self, reason, *records, **more):
        monkeypatch.setattr(CampaignDesk, "write", write)
        other = self.step(self.next_number(), self.standing.current, Move.BACK, dt.date(2024, 12, 1), "nộp lại")
        write(self, "nộp lại", other)
        return write(self, reason, *records, **more)

    monkeypatch.setattr(CampaignDesk, "write", late_write)
    with pytest.raises(CampaignError, match="moved meanwhile"):
        stages.advance()
    assert at.standing.current.key == "self"
    assert at.desk.verify() == []


def test_a_stage_is_not_closed_on_another_board_than_was_checked(at, monkeypatch):
    """A plugin that fails in the sealed run, say: it is told, and the stage stays open."""
    self_scores(at)

    def failing(manifest, archive):
        return evolve(run_sealed(manifest, archive), failed={"vinhbao": "ImportError"})

    monkeypatch.setattr("coopkit.workspace.stages.run_sealed", failing)
    with pytest.raises(CampaignError, match="vinhbao: ImportError"):
        Stages(at).advance()
    assert at.standing.current.key == "self"


def test_a_unit_sees_its_own_points_and_no_place_until_publication(at):
    """And nothing of the council's docket, the pairs, or another unit."""
    self_scores(at)
    Stages(at).advance()
    rep = CampaignDesk(at.desk.workspace.as_(Actor("đd", UNIT, {"a2"})), at.campaign)
    told = Ranking(rep).explain("a2")
    assert (told.line.place, told.line.total) == (0, 900)
    assert "công bố sau" in told.up.vi
    for attempt in (
        lambda: Ranking(rep).explain("a1"),
        lambda: Awarding(rep).docket(),
        lambda: Awarding(rep).check("flag", "a1"),
        lambda: Stages(rep).obstacles(),
        rep.sealed_board,
        rep.whole_board,
    ):
        with pytest.raises(AccessDenied):
            attempt()


def test_initiatives_are_proposed_and_recognised(at):
    """One that was never proposed cannot be."""
    Awarding(at).propose_initiative(InitiativeKind.EXEMPLAR, "Tưới tiết kiệm", "a1")
    Awarding(at).recognise("Tưới tiết kiệm", "05/QĐ", dt.date(2024, 12, 1))
    with pytest.raises(NotFound):
        Awarding(at).recognise("Khác", "05/QĐ", dt.date(2024, 12, 1))


def test_targets_tell_how_far_they_are(tmp_path):
    """Two founded of two to three are within the target."""
    records = register()
    young = [
        evolve(one, founded=dt.date(2024, 3, 1)) if getattr(one, "id", "") in ("a4", "b4") else one for one in records
    ]
    with office(tmp_path, young) as desk:
        told = Ranking(launched(desk)).targets(dt.date(2024, 12, 31))["cooperatives.founded"]
        assert (told.value.low, told.reach.value, told.expected.value, told.on_pace) == (2, "within", "within", True)


def test_who_is_not_rated_has_no_place(tmp_path):
    """A campaign that takes on the rule of TT 01/2020 leaves out who is under 12 months old."""
    day = dt.date(2024, 3, 1)
    young = [evolve(one, founded=day) if getattr(one, "id", "") == "a4" else one for one in register()]
    with office(tmp_path, young) as desk:
        at = launched(desk, not_rated="tt-01-2020")
        line = at.whole_board().line("a4")
        assert (line.place, "12 tháng" in line.unrated) == (0, True)
        assert {one.place for one in at.whole_board().of_block("a") if one.unit != "a4"} <= {1, 2, 3}


def test_whoever_may_not_run_a_campaign_cannot(at):
    """A representative neither launches, applies, advances, votes nor decides."""
    rep = CampaignDesk(at.desk.workspace.as_(Actor("đd", UNIT, {"a1"})), at.campaign)
    for attempt in (
        lambda: Stages.new(rep.desk, rules(name="Khác")),
        lambda: Stages(rep).apply(rules(), "x"),
        lambda: Stages(rep).advance("x"),
        lambda: Stages(rep).back("x"),
        lambda: Stages(rep).conflicts(),
        lambda: Awarding(rep).vote([]),
        lambda: Awarding(rep).nominate("flag", ["a1"]),
        lambda: Ranking(rep).drift(),
        lambda: rep.may(Action.CAMPAIGN),
    ):
        with pytest.raises(AccessDenied):
            attempt()


def test_yearly_figures_that_nobody_sent_are_open_and_not_nothing(tmp_path):
    """Criteria are fed by the campaign's own period; those of another year do not count, and none are not 0."""
    figures = YearFigures("y", "a1", "2023-HTX", workers=5)
    with office(tmp_path, [*register(), figures]) as desk:
        counted = [{**FED, "rule": {"metric": "figures.workers", "how": "yes_no"}}]
        at = launched(desk, criteria=counted, ties=[])
        mark = at.whole_board().marks["a1"]["1"]
        assert (mark.points, "chưa có số liệu năm" in mark.why) == (None, True)
