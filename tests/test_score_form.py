"""A scorer's sheet on the screen: what is asked, read, summed, kept as a draft and given once; and filled workbooks."""

from __future__ import annotations

import io

import openpyxl
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.campaigns import RULES, UNITS, launched, office, self_scores
from tests.score_ledgers import campaign_at, of

from coopkit.campaign import Definition, Score, ScorePair, Stage, StageKind
from coopkit.errors import AccessDenied, BadForm, CampaignError, NotFound
from coopkit.text import Label
from coopkit.workspace import CampaignDesk, Entry, ScoreSheets, Scoring, Stages
from coopkit.workspace.score_form import Item, ScoreForm, ScoreForms

TOKEN = "phieu-1"  # noqa: S105 - of a form
POINTS = 7
"""The column of points in a score sheet, from 1."""


@pytest.fixture
def at(tmp_path):
    with campaign_at("self", tmp_path) as found:
        yield found


@pytest.fixture
def checking(tmp_path):
    """The campaign in its secretary's check: everybody scored, and the pairs too."""
    with campaign_at("check", tmp_path) as found:
        yield found


# ── Turns ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_turns_ask_for_what_neither_register_nor_people_told(at):
    """Fairs come from the register; meetings and the loans, whose average is unavailable, are asked of everybody."""
    told = Scoring(at).turns()
    assert [(one.unit, one.scorer, one.done, one.asked) for one in told.of("a1")] == [("a1", "a1", 0, 2)]
    Scoring(at).give([Entry("a1", "2", 400), Entry("b1", "2", 400), Entry("b1", "3", 0)])
    told = Scoring(at).turns()
    assert told.by_block == {"Khối A": (1, 8), "Khối B": (2, 8)} == Scoring(at).progress()
    assert told.following().unit == "a1"
    assert told.following(told.of("a4")[0]).unit == "b2"  # b1 is done
    assert [one.unit for one in told.find("Khối B", left=True).all] == ["b2", "b3", "b4"]
    assert [one.unit for one in told.find("", "htx b1").all] == ["b1"]


def test_turns_of_a_unit_are_its_own(at):
    """Who speaks for one unit sees no other's progress; in cross-scoring, those it was drawn for."""
    assert [one.unit for one in Scoring(of(at, "a2")).turns().all] == ["a2"]
    self_scores(at)
    Stages(at).advance("không vay")
    mine = [pair.cooperative for pair in at.whole.records(ScorePair) if pair.scorer == "a2"]
    assert [one.unit for one in Scoring(of(at, "a2")).turns().all] == mine


def test_in_the_check_only_what_is_open_is_asked(checking):
    """Everybody gave 0 for loans, so that nothing is left; the score given is counted."""
    at, turns = checking, Scoring(checking).turns()
    assert {(one.scorer, one.asked) for one in turns.all} == {("thu-ky", 0)}
    Scoring(at).give([Entry("a1", "2", 500, reason="biên bản")])
    assert [one.given for one in Scoring(at).turns().of("a1")] == [1]
    assert Scoring(at).turns().following() is None


def test_there_are_no_turns_outside_scoring(tmp_path):
    """The stage that is open is named."""
    with office(tmp_path) as desk:
        stages = Stages.new(desk, Definition.of(RULES))
        stages.apply()
        stages.advance()
        with pytest.raises(CampaignError, match="Giao ước"):
            Scoring(stages.at).turns()


# ── The form ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "box", "told"),
    [
        ({"points:2": "4,3"}, "points:2", "bội của 0,5"),
        ({"points:2": "7"}, "points:2", "từ 0 đến 6,5"),
        ({"points:2": "bốn"}, "points:2", "không phải là điểm"),
        ({"points:1": "9"}, "reason:1", "số liệu cho 5 điểm"),
        ({"reason:3": "không vay"}, "points:3", "thiếu điểm"),
        ({}, "", "chưa có điểm nào mới"),
    ],
)
def test_every_fault_has_its_box(at, typed, box, told):
    """What is wrong is told beside the box it is typed in, and nothing is written."""
    form = ScoreForms(at).form("a1", "a1")
    with pytest.raises(BadForm) as error:
        ScoreForms(at).save(form, typed, token=TOKEN)
    assert list(error.value.faults) == [box]
    assert told in error.value.faults[box][0]
    assert at.whole.records(Score) == []


def test_evidence_that_is_asked_for(tmp_path):
    """A criterion that asks for evidence takes no points without it."""
    criteria = [{"key": "1", "name": "Mô hình", "maximum": 5, "evidence": "Báo cáo"}]
    with office(tmp_path) as desk:
        at = launched(desk, criteria=criteria, ties=["base"], maximum=5)
        form = ScoreForms(at).form("a1", "a1")
        assert form.faults({"points:1": "3"})["words:1"].vi == "cần minh chứng: Báo cáo"
        [entry] = form.read({"points:1": "3", "words:1": "Số 5/BC"})
    assert entry.evidence == "Số 5/BC"


def test_what_was_typed_is_given_once_and_its_draft_goes(at):
    """The same token three times makes one batch; the draft is found until then, by its owner alone."""
    forms = ScoreForms(of(at, "a1"))
    form = forms.form("a1", "a1")
    draft = forms.begin(form)
    typed = {"points:2": "4,5", "points:1": "9", "reason:1": "một lượt chưa nhập"}
    assert forms.keep(evolve(draft, typed=typed))
    assert forms.draft(draft.token).typed == typed
    assert [one.token for one in forms.waiting(form)] == [draft.token]
    assert ScoreForms(at).draft(draft.token) is None
    receipts = [forms.save(form, typed, token=draft.token) for _ in range(3)]
    assert [one.again for one in receipts] == [False, True, True]
    assert len({one.number for one in receipts}) == 1
    assert forms.draft(draft.token) is None
    assert not forms.keep(draft)
    told = forms.form("a1", "a1")
    assert (told.texts["points:2"], told.texts["reason:1"]) == ("4,5", "một lượt chưa nhập")
    assert told.faults({"points:2": ""})["points:2"].en == "given points stay: write 0 for none"


def test_a_draft_may_be_let_go(at):
    """Then it is no more, and cannot be kept again."""
    forms = ScoreForms(at)
    draft = forms.begin(forms.form("a1", "a1"))
    forms.drop(draft.token)
    assert forms.draft(draft.token) is None
    assert not forms.keep(draft)


def test_a_scorer_sees_the_points_they_gave_a_unit_of_elsewhere(at):
    """Also where they may view no place at all; what others gave stays out of sight."""
    self_scores(at)
    Stages(at).advance("không vay")
    pair, other = at.whole.records(ScorePair)[:2]
    Scoring(at).give([Entry(one.cooperative, "2", 350, one.scorer) for one in (pair, other)])
    own = of(at, pair.scorer)
    nowhere = CampaignDesk(own.desk.workspace.as_(evolve(own.desk.actor, views=(), edits=())), own.campaign)
    form = ScoreForms(nowhere).form(pair.cooperative, pair.scorer)
    assert form.texts["points:2"] == "3,5"
    given = [one for one in nowhere.desk.snapshot().records(Score) if one.stage == form.stage.key]
    assert [(one.scorer, one.points) for one in given] == [(pair.scorer, 350)]
    assert pair.scorer != other.scorer


def test_points_typed_from_paper_stay_hidden_while_the_stage_is_blind(at):
    """The office types them in, and the sheet tells that they are there, not which."""
    forms = ScoreForms(at)
    forms.save(forms.form("a1", "a1"), {"points:2": "4"}, token=TOKEN)
    form = forms.form("a1", "a1")
    [told] = [one for one in form.leaves if one.criterion.key == "2"]
    assert (told.held, told.hidden, form.hides, form.texts["points:2"]) == (None, True, True, "")


def test_the_check_shows_what_was_given_before_and_asks_why(checking):
    """Earlier stages' points stand in the row; any other points need their reason, and count in the sum."""
    forms = ScoreForms(checking)
    form = forms.form("a1", "thu-ky")
    [told] = [one for one in form.leaves if one.criterion.key == "2"]
    assert [(name.vi, points) for name, points in told.before] == [("Tự chấm", (400,)), ("Chấm chéo", (450,))]
    assert form.sums({}).total == 500 + 450
    assert form.sums({"points:2": "6", "points:P": "1"}).total == 500 + 600 - 100
    assert form.asks_reason(told, {"points:2": "6"})
    assert list(form.faults({"points:2": "6"})) == ["reason:2"]


@pytest.mark.parametrize(
    ("unit", "scorer", "error"), [("zz", "zz", NotFound), ("a1", "a2", AccessDenied), ("a1", "thu-ky", AccessDenied)]
)
def test_sheets_there_are_not(at, unit, scorer, error):
    """Of a unit that takes no part, and of a scorer who may not."""
    with pytest.raises(error):
        ScoreForms(at).form(unit, scorer)


RULES_OF_ONE = Definition.of({**RULES, "criteria": RULES["criteria"], "awards": [], "targets": []})
FORM = ScoreForm(
    RULES_OF_ONE,
    Stage("self", StageKind.SELF, Label("Tự chấm", "Self-score")),
    "a1",
    "HTX A1",
    "a1",
    "HTX A1",
    tuple(Item(leaf) for leaf in RULES_OF_ONE.leaves),
)


@given(st.dictionaries(st.sampled_from(list(FORM.texts)), st.text("0123456789,.x ", max_size=5)))
def test_whatever_is_typed_is_read_or_told(typed):
    """Every sheet can be summed; it is given only where no box is at fault, each entry once and within bounds."""
    assert 0 <= FORM.sums(typed).total <= 2150
    faults = FORM.faults(typed)
    if faults or all(not text.strip() for text in typed.values()):
        with pytest.raises(BadForm) as error:
            FORM.read(typed)
        assert set(error.value.faults) == (set(faults) or {""})
        return
    entries = FORM.read(typed)
    assert len({one.criterion for one in entries}) == len(entries)
    assert all(0 <= one.points <= FORM.rules.leaf(one.criterion).most for one in entries)


# ── Who gave what ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_given_points_are_told_with_who_and_when(checking):
    """To the office once the stage is closed; a unit never learns who cross-scored it, nor when."""
    stage = checking.rules.stage("cross")
    told = Scoring(checking).recorded(stage, "a2")
    assert [(one.criterion.key, one.score.points) for one in told] == [("2", 450)]
    assert told[0].scorer.startswith("HTX A")
    assert told[0].time.startswith("2024-12-01")
    assert sum(one.given for one in Scoring(checking).scored(stage).all) == len(UNITS)
    mine = Scoring(of(checking, "a2"))
    assert [(one.scorer, one.time) for one in mine.recorded(stage, "a2")] == [("", "")]
    assert {one.scorer_name for one in mine.scored(stage).all} == {"", "HTX A2"}
    assert [one.unit for one in mine.scored(stage).all if not one.scorer_name] == ["a2"]


# ── Workbooks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def filled(data, **points):
    """A score sheet filled in, by criterion."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows(min_row=8):
            if row[0].value in points:
                row[POINTS - 1].value = points[row[0].value]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_filled_sheets_are_looked_at_and_given_once(at):
    """Nothing is written by looking; then all of them are one batch, however often they are handed in."""
    sheets = ScoreSheets(at).write(at.today())
    files = {name: filled(data, **{"2": 4.5, "3": 0}) for name, data in list(sheets.items())[:2]}
    handed = ScoreSheets(at).look(files)
    assert (len(handed.offered), handed.units, handed.problems) == (4, 2, ())
    assert at.whole.records(Score) == []
    first, again = (ScoreSheets(at).take(handed, token=TOKEN) for _ in range(2))
    assert (first.inserted, again.again, again.number) == (4, True, first.number)
    assert ScoreSheets(at).look(files).offered == ()


@pytest.mark.parametrize(
    ("points", "told"), [({"2": 4.3}, "0,5"), ({"1": 9}, "số liệu cho"), ({"2": 70}, "6,5"), ({"2": "bốn"}, "")]
)
def test_faults_of_filled_sheets_have_their_cell(at, points, told):
    """Also those that the sheet itself cannot know, such as a reason that is missing."""
    name, data = next(iter(ScoreSheets(at).write(at.today()).items()))
    [problem] = ScoreSheets(at).look({name: filled(data, **points)}).problems
    assert told in problem.in_("vi")
    assert (problem.file, problem.cell[0]) == (name, "G")


def test_the_same_sheet_in_two_files_is_told(at):
    """One of them would win silently."""
    name, data = next(iter(ScoreSheets(at).write(at.today()).items()))
    data = filled(data, **{"2": 4})
    [problem] = ScoreSheets(at).look({name: data, f"bản sao {name}": data}).problems
    assert "phiếu khác" in problem.what.vi


def test_all_sheets_are_one_zip_of_the_same_bytes(at):
    """A sheet for each scorer."""
    one, other = (ScoreSheets(at).zipped(at.today()) for _ in range(2))
    assert one == other
    assert one[:2] == b"PK"
