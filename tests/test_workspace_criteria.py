"""A campaign's criteria as a table to edit: there and back, every fault in its place, put in force once."""

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.campaigns import launched, office, rules

from coopkit.campaign import (
    CampaignVersion,
    Criterion,
    Definition,
    Points,
    Rule,
    RuleKind,
    Stage,
    StageKind,
    copied,
    rubric,
    template,
)
from coopkit.campaign.table import Line, Role, altered, criteria_of, lines
from coopkit.campaign.written import written
from coopkit.errors import CampaignError
from coopkit.text import Label
from coopkit.workspace import Stages
from coopkit.workspace.criteria import Criteria, cells, rows_of, sums

WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
HALVES = st.integers(1, 40).map(lambda n: Points(n * 50))


@st.composite
def rule(draw, most):
    """A rule whose points lie within so many."""
    how = draw(st.sampled_from(list(RuleKind)))
    values = sorted(draw(st.sets(st.fractions(0, 10**6, max_denominator=8), min_size=1, max_size=4)))
    points = st.integers(0, most // 50).map(lambda n: Points(n * 50))
    if how is RuleKind.RANK:
        return Rule("fairs.turns", how, places=tuple(draw(st.lists(points, min_size=1, max_size=4))))
    if how in (RuleKind.LINEAR, RuleKind.STEPS):
        return Rule("fairs.turns", how, nodes=tuple((value, draw(points)) for value in values))
    target = values[0] + Fraction(1, 8) if how is RuleKind.RATIO or draw(st.booleans()) else None
    return Rule("fairs.turns", how, target=target)


@st.composite
def leaf(draw, key):
    """A criterion that can be scored."""
    name, evidence = Label(draw(WORDS), draw(WORDS)), draw(st.sampled_from(["", "Hồ sơ"]))
    if draw(st.integers(0, 5)) == 0:
        return Criterion(key, name, disqualifies=True, evidence=evidence)
    maximum = draw(HALVES)
    fed = draw(st.none() | rule(maximum))
    deadline = draw(st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)))
    bonus, penalty = draw(st.sampled_from([Points(0), Points(150)])), draw(st.booleans())
    return Criterion(key, name, maximum, Points(50), bonus, penalty, False, evidence, deadline, fed)


@st.composite
def forest(draw):
    """Groups and criteria, two levels deep."""
    made = []
    for number in range(draw(st.integers(1, 4))):
        below = tuple(draw(leaf(f"{number}.{n}")) for n in range(draw(st.integers(0, 3))))
        group = Criterion(str(number), Label(draw(WORDS), draw(WORDS)), Points(10_000), criteria=below)
        made.append(group if below else draw(leaf(str(number))))
    return tuple(made)


@given(forest())
def test_there_and_back(criteria):
    """What a table says is what it was made of, also through the cells of an editor."""
    rows = lines(criteria)
    assert criteria_of(rows) == (criteria, [])
    assert rows_of(cells(rows), rows) == rows
    assert altered(rows, rows) == []


@given(forest())
def test_a_definition_as_a_file(criteria):
    """What is written as TOML reads as the same."""
    made = Definition('Thử «x» "y"', "2024", dt.date(2023, 12, 20), maximum=Points(10**6), criteria=criteria)
    assert Definition.read(written(made)) == made


@pytest.mark.parametrize("made", [template(), rubric("tt-01-2020", "2023")], ids=["template", "rubric"])
def test_what_ships_goes_there_and_back(made):
    """The template and the rating scheme lose nothing in the table, nor in the file."""
    assert criteria_of(lines(made.criteria)) == (made.criteria, [])
    assert Definition.read(written(made)) == made


GOOD = Line("1", name="Họp", maximum="10")


@pytest.mark.parametrize(
    ("change", "column", "told"),
    [
        ({"key": ""}, "key", "thiếu mã"),
        ({"name": " "}, "name", "thiếu tên"),
        ({"maximum": "mười"}, "maximum", "«mười» không phải là điểm"),
        ({"maximum": ""}, "maximum", "thiếu điểm tối đa"),
        ({"maximum": "-3"}, "maximum", "điểm không âm"),
        ({"maximum": "7,25", "step": "0,5"}, "step", "bội của bước 0,5"),
        ({"step": "0"}, "step", "lớn hơn 0"),
        ({"under": "IX"}, "under", "không có nhóm IX"),
        ({"under": "1"}, "under", "1 không phải là nhóm"),
        ({"role": Role.GROUP}, "role", "nhóm chưa có tiêu chí nào"),
        ({"role": Role.EXCLUDES, "how": "ratio"}, "how", "không có luật tính"),
        ({"how": "ratio", "detail": "4"}, "metric", "chọn chỉ tiêu"),
        ({"how": "ratio", "metric": "m"}, "detail", "một mục tiêu"),
        ({"how": "ratio", "metric": "m", "detail": "0"}, "detail", "lớn hơn 0"),
        ({"how": "steps", "metric": "m", "detail": "1; 2"}, "detail", "giá trị: điểm"),
        ({"how": "linear", "metric": "m", "detail": "5: 1; 2: 3"}, "detail", "tăng dần"),
        ({"how": "steps", "metric": "m", "detail": "x: 3"}, "detail", "«x» không phải là số"),
        ({"how": "rank", "metric": "m", "detail": "15; 3"}, "detail", "từ 0 đến 10"),
        ({"how": "rank", "metric": "m"}, "detail", "điểm của từng hạng"),
        ({"deadline": "mai"}, "deadline", "không phải là ngày"),
    ],
)
def test_each_fault_in_its_place(change, column, told):
    """The row, the column, and what is wrong in words; nothing is made of such a table."""
    made, faults = criteria_of([Line("0", name="Khác", maximum="1"), evolve(GOOD, **change)])
    assert made == ()
    assert [(one.row, one.column) for one in faults] == [(2, column)]
    assert told in faults[0].what.vi


def test_faults_of_several_rows():
    """A code that is there twice, and groups that hold each other, are told of every row."""
    twice = criteria_of([GOOD, GOOD])[1]
    assert [(one.row, one.column) for one in twice] == [(1, "key"), (2, "key")]
    ring = [Line("I", "II", "a", role=Role.GROUP, maximum="1"), Line("II", "I", "b", role=Role.GROUP, maximum="1")]
    assert {(one.row, one.column) for one in criteria_of(ring)[1]} == {(1, "under"), (2, "under")}


def test_rows_in_the_order_of_their_places():
    """A place of 1,5 stands between the first and the second; a new row without one comes last, as a criterion."""
    edited = [*cells([GOOD, evolve(GOOD, key="2")]), {"key": "3", "place": float("nan"), "role": None, "how": None}]
    edited[1]["place"] = 0.5
    rows = rows_of(edited, [])
    assert [(row.key, row.role, row.how) for row in rows] == [
        ("2", Role.SCORED, "hand"),
        ("1", Role.SCORED, "hand"),
        ("3", Role.SCORED, "hand"),
    ]


def test_what_changed():
    """Cells by column, rows that came and went, and another order."""
    before = [GOOD, evolve(GOOD, key="2"), evolve(GOOD, key="3")]
    after = [before[1], evolve(GOOD, maximum="5"), evolve(GOOD, key="4", name="Mới")]
    assert [(one.key, one.column, one.before, one.after) for one in altered(before, after)] == [
        ("1", "maximum", "10", "5"),
        ("4", "", "", "Mới"),
        ("3", "", "Họp", ""),
        ("", "order", "1, 2", "2, 1"),
    ]


def test_sums_say_what_can_be_read():
    """A cell that is no number counts as nothing; penalties and what disqualifies never do."""
    rows = [
        Line("I", role=Role.GROUP, maximum="10"),
        Line("1", "I", maximum="7,5"),
        Line("2", "I", maximum="x"),
        Line("P", role=Role.PENALTY, maximum="5"),
    ]
    assert sums(rows) == {"": (1000, 0), "I": (750, 1000)}


@pytest.fixture
def criteria(tmp_path):
    """The criteria of a campaign that is in force and takes pledges."""
    with office(tmp_path) as desk:
        stages = Stages.new(desk, rules())
        stages.apply()
        yield Criteria(stages.at)


def edited(criteria, **change):
    return [evolve(row, **change) if row.key == "2" else row for row in criteria.lines]


def test_applied_once(criteria):
    """The same form handed in again writes nothing more; the change is a further version with its reason."""
    rows, seen = edited(criteria, maximum="4,5"), criteria.seen
    first = criteria.apply(rows, "họp ít hơn", token="t", seen=seen)  # noqa: S106 - names a form
    again = criteria.apply(rows, "họp ít hơn", token="t", seen=seen)  # noqa: S106 - names a form
    assert (first.number, again.again) == (again.number, True)
    assert [(one.number, one.reason) for one in criteria.at.versions()] == [(1, None), (2, "họp ít hơn")]
    assert criteria.newest.leaf("2").maximum == 450


def test_refused(criteria):
    """No reason, no change, faults, and a version that somebody else has made meanwhile."""
    rows = edited(criteria, maximum="4")
    for asked, why, told in (
        (rows, "", "needs a reason"),
        (criteria.lines, "x", "nothing has changed"),
        (edited(criteria, maximum="9"), "x", "vượt quá"),
        (edited(criteria, how="yes_no", metric="lạ"), "x", "no such metric"),
    ):
        with pytest.raises(CampaignError, match=told):
            criteria.apply(asked, why, token="r", seen=1)  # noqa: S106 - names a form
    criteria.apply(rows, "một", token="a", seen=1)  # noqa: S106 - names a form
    with pytest.raises(CampaignError, match="meanwhile"):
        criteria.apply(edited(criteria, maximum="3"), "hai", token="b", seen=1)  # noqa: S106 - names a form
    assert len(criteria.at.desk.snapshot().records(CampaignVersion)) == 2


def test_a_draft_is_kept_and_put_in_force(tmp_path):
    """Kept as often as wished under the same number, then applied without a reason; then it is no draft any more."""
    with office(tmp_path) as desk:
        criteria = Criteria(Stages.new(desk, rules()).at)
        criteria.keep(edited(criteria, maximum="4"), token="k", seen=1)  # noqa: S106 - names a form
        assert (criteria.is_draft, criteria.newest.leaf("2").maximum) == (True, 400)
        criteria.apply(criteria.lines, "", token="a", seen=1)  # noqa: S106 - names a form
        assert (criteria.is_draft, criteria.seen) == (False, 1)
        with pytest.raises(CampaignError, match="no draft"):
            criteria.keep(edited(criteria, maximum="3"), token="l", seen=1)  # noqa: S106 - names a form


def test_locked_while_scores_are_given(tmp_path):
    """Once the self-scores are open nothing is written; sent back before them, the criteria may be edited again."""
    with office(tmp_path) as desk:
        at = launched(desk)
        criteria = Criteria(at)
        assert "Đã mở chấm điểm" in criteria.locked.vi
        with pytest.raises(CampaignError, match="Scoring is open"):
            criteria.apply(edited(criteria, maximum="4"), "x", token="t", seen=criteria.seen)  # noqa: S106 - names a form
        Stages(at).back("sửa tiêu chí")
        assert criteria.locked is None


def test_metrics_that_can_feed(criteria):
    """Those that can be told for each unit, in the user's words."""
    assert "fairs.turns" in criteria.metrics
    assert "cooperatives.founded" not in criteria.metrics or criteria.metrics["cooperatives.founded"].vi


def test_copied_to_another_year():
    """Every day moves, also over the 29th of February; the name says the new year."""
    made = evolve(
        rules(),
        name="Thi đua 2024",
        stages=(Stage("self", StageKind.SELF, Label("Tự chấm", "Self"), opens=dt.date(2024, 2, 29)),),
    )
    later = copied(made, "2025")
    assert (later.name, later.period, later.stages[0].opens) == ("Thi đua 2025", "2025", dt.date(2025, 2, 28))
