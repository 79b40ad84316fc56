"""What waits for the office, and a period's figures beside those of the year before."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.campaigns import NOW, RULES, UNITS, launched, office, self_scores

from coopkit.access import UNIT, Actor
from coopkit.cooperative import Cooperative, CooperativeKind, Membership, YearFigures
from coopkit.metrics import RatioForm, Unavailable
from coopkit.metrics.combine import NO_DENOMINATOR
from coopkit.period import Period
from coopkit.place import shipped_places
from coopkit.quantity import PEOPLE, about, at_least, between, exact, more_than
from coopkit.quantity import UNITS as COUNTED
from coopkit.registry import PluginState, State
from coopkit.report import Figure
from coopkit.snapshot import Snapshot
from coopkit.text import Label
from coopkit.workspace import Stages
from coopkit.workspace.campaigns import days_ahead
from coopkit.workspace.figures import Trend, change
from coopkit.workspace.overview import Overview
from coopkit.workspace.periods import ALL_KINDS, Periods
from coopkit.workspace.todo import Leads, Task, Topic, campaigns, deadlines, failures, gaps, in_order

DAY = dt.date(2026, 11, 25)
NAME = Label("Chỉ tiêu", "Figure")


def figure(value, form=None):
    return Figure("a.b", NAME, NAME, value, noun=COUNTED.label, rows=1, form=form)


def titled(tasks, text):
    return next(one for one in tasks if text in one.title.vi)


def test_deadlines_stand_in_the_order_of_their_days():
    """Those of the next 60 days, each with the days left and its text; nothing is told of what is further away."""
    told = deadlines(DAY)
    assert [(one.days, one.source) for one in told] == [
        (20, "TT 09/2024/TT-BKHĐT Điều 6"),
        (20, "NĐ 77/2019/NĐ-CP Điều 29"),
        (20, "TT 02/2023/TT-BNV"),
        (24, "TT 124/2021/TT-BTC Điều 17"),
        (26, "TT 09/2024/TT-BKHĐT"),
    ]
    assert told[0].leads is Leads.IMPORT


def test_what_has_passed_is_asked_after_for_thirty_days():
    """A day after its last day a report is still told of, to be checked; 31 days after no more."""
    assert "Kiểm tra đã gửi chưa" in titled(deadlines(dt.date(2025, 12, 20)), "chương trình hỗ trợ").advice.vi
    assert titled(deadlines(dt.date(2026, 1, 18)), "chương trình hỗ trợ").days == -30
    assert not [one for one in deadlines(dt.date(2026, 1, 19)) if "chương trình hỗ trợ" in one.title.vi]


def register():
    """A member that lacks all, one that has all, one that left, a credit fund and an enterprise."""
    kinds = {"du": "cooperative", "thieu": "cooperative", "ra": "cooperative", "quy": "credit_fund", "dn": "enterprise"}
    for at, (one, kind) in enumerate(kinds.items()):
        lacks = one == "thieu"
        code, place = (None, None) if lacks else (f"020000000{at}", "31@1900-01-01")
        yield Cooperative(one, f"HTX {one}", CooperativeKind(kind), tax_code=code, place=place)
        yield Membership(f"m{one}", one, dt.date(2020, 1, 1), dt.date(2021, 1, 1) if one == "ra" else None)
    yield YearFigures("y", "du", "2026-HTX", workers=3)
    yield YearFigures("o", "thieu", "2024-HTX", workers=3)


def test_what_the_register_lacks_is_named():
    """The member without code, place and figures of the year that closed, and nobody else; each says where to mend."""
    told = gaps(Snapshot.of([*shipped_places(), *register()]), dt.date(2026, 12, 20))
    assert [(one.title.vi, one.leads, one.units) for one in told if "chờ xác định" not in one.title.vi] == [
        ("Đơn vị chưa có mã số thuế: 1", Leads.UNITS, (("thieu", "HTX thieu"),)),
        ("Đơn vị chưa ghi địa bàn: 1", Leads.UNITS, (("thieu", "HTX thieu"),)),
        ("Thành viên chưa có số liệu năm báo cáo 2026: 1", Leads.IMPORT, (("thieu", "HTX thieu"),)),
    ]
    late = told[-1]
    assert (late.due, late.days, late.source) == (dt.date(2026, 12, 15), -5, "TT 09/2024/TT-BKHĐT Điều 6")


def test_before_the_circular_nothing_is_late():
    """In 2023 no text asked for the figures by a day: they lack, and are not late."""
    told = titled(gaps(Snapshot.of([*shipped_places(), *register()]), dt.date(2023, 12, 20)), "2023")
    assert (told.due, told.days, told.source) == (None, None, "")


def test_an_empty_register_lacks_nothing():
    """Nothing is there to be mended."""
    assert gaps(Snapshot.of([]), DAY) == ()


def test_a_campaign_tells_who_has_not_handed_in(tmp_path):
    """Pledges first, then the own scores: those who are behind, by name, whatever a blind stage hides."""
    with office(tmp_path) as desk:
        at = launched(desk)
        [task] = campaigns(at.whole, DAY)
        assert (task.topic, task.about, task.count) == (Topic.CAMPAIGN, at.campaign, len(UNITS))
        assert "chưa gửi đủ điểm tự chấm: 8" in task.advice.vi
        self_scores(at)
        [task] = campaigns(at.whole, DAY)
        assert (task.units, task.advice.vi) == ((), "Đang mở: xem việc còn lại rồi đóng giai đoạn")
        Stages(at).advance()
        [task] = campaigns(at.whole, DAY)
        assert "chưa chấm xong đơn vị được giao: 8" in task.advice.vi
        assert task.units[0] == ("a1", "HTX A1")
        assert [one.about for one in told_by(desk) if one.topic is Topic.CAMPAIGN] == [at.campaign]


def test_the_days_a_campaign_has_to_keep(tmp_path):
    """When each stage that is open or waits is to be closed, the earliest first, and when the statistics are due."""
    days = {"pledge": "2024-01-20", "cross": "2024-11-28", "self": "2024-11-16"}
    planned = [{**one, **({"closes": days[one["key"]]} if one["key"] in days else {})} for one in RULES["stages"]]
    with office(tmp_path) as desk:
        at = launched(desk, stages=planned)
        told = [(one.title.vi, one.due, one.days) for one in days_ahead(at)]
        today = at.today()
        assert told[:2] == [
            (name, dt.date(2024, 11, day), (dt.date(2024, 11, day) - today).days)
            for name, day in (("Tự chấm", 16), ("Chấm chéo", 28))
        ]
        assert told[2][1:] == (dt.date(2024, 12, 15), (dt.date(2024, 12, 15) - today).days)


def told_by(desk):
    return Overview(desk).tasks(Period.parse("2024"))


def test_an_actor_is_told_of_what_they_may_do(tmp_path):
    """Who speaks for a unit is told of deadlines and figures, of nobody's scores and no gaps in the register."""
    with office(tmp_path) as desk:
        launched(desk)
        mine = desk.workspace.as_(Actor("an", UNIT, ("a1",)))
        assert {one.topic for one in told_by(desk)} >= {Topic.CAMPAIGN, Topic.REGISTER, Topic.DEADLINE}
        assert {one.topic for one in told_by(mine)} == {Topic.DEADLINE}


def test_what_failed_says_where_to_look():
    """A plugin that should be on, and a figure of it; what has no denominator is no failure."""
    states = [
        PluginState("hong", state=State.FAILED, reason="ImportError", wanted=True),
        PluginState("tat", state=State.OFF, reason="tắt"),
    ]
    figures = [
        figure(Unavailable("hong", "ZeroDivisionError")),
        figure(Unavailable("coopkit", NO_DENOMINATOR)),
        figure(Unavailable("coopkit", "hỏng")),
        figure(exact(3, COUNTED)),
    ]
    told = failures(states, figures, Period.parse("2023"))
    assert [(one.topic, one.leads, one.about) for one in told] == [
        (Topic.PLUGIN, Leads.PLUGIN, "hong"),
        (Topic.FIGURE, Leads.PLUGIN, "hong"),
        (Topic.FIGURE, Leads.REPORT, "2023"),
    ]


@given(st.lists(st.tuples(st.sampled_from(list(Topic)), st.none() | st.dates()), max_size=12))
def test_what_has_a_day_comes_first(told):
    """The earliest day first; what has none last, by topic; nothing is lost."""
    tasks = [Task(topic, NAME, NAME, Leads.UNITS, due=due) for topic, due in told]
    ordered = in_order(tasks)
    days = [one.due for one in ordered if one.due]
    assert days == sorted(days)
    assert [one.due for one in ordered[len(days) :]] == [None] * (len(tasks) - len(days))
    assert sorted(map(id, ordered)) == sorted(map(id, tasks))


@pytest.mark.parametrize(
    ("now", "then", "trend", "by", "share"),
    [
        (96, 58, Trend.UP, 38, Fraction(38, 58)),
        (58, 96, Trend.DOWN, 38, Fraction(38, 96)),
        (5, 5, Trend.SAME, 0, Fraction(0)),
        (17, 0, Trend.UP, 17, None),
    ],
)
def test_exact_numbers_are_set_against_each_other(now, then, trend, by, share):
    """The difference, never negative, and its share of the former; of nothing there is no share."""
    found = change(figure(exact(now, COUNTED)), figure(exact(then, COUNTED)))
    assert (found.trend, found.by.value.low, found.share) == (trend, by, share)


@pytest.mark.parametrize(
    "vague",
    [more_than(200, PEOPLE), at_least(5, PEOPLE), between(2, 3, PEOPLE), about(50, PEOPLE), Unavailable("x", "y")],
)
def test_what_is_not_exact_has_no_difference(vague):
    """On neither side; nor has a ratio given as n/d."""
    sharp = figure(exact(132, PEOPLE))
    assert change(figure(vague), sharp) is None
    assert change(sharp, figure(vague)) is None
    assert change(figure(exact(1, PEOPLE), RatioForm.PAIR), figure(exact(1, PEOPLE), RatioForm.PAIR)) is None


def test_the_running_period_is_set_against_the_same_days(tmp_path):
    """On 1/12/2024 the year runs: it is cut short, and so are those that it is set beside; the first is the fullest."""
    with office(tmp_path) as desk:
        overview, periods = Overview(desk), Periods(desk)
        assert [one.key for one in periods.of("half")] == ["2024-H2@2024-12-01", "2024-H1"]
        assert periods.first("year").key == "2024@2024-12-01"
        assert periods.asked("2024-Q2").key == "2024-Q2"
        for nonsense in ("", "2024-Q9", "xyz", "1999", "2024-HTX"):
            assert periods.asked(nonsense).key == "2024@2024-12-01"
        assert periods.asked("2024@2024-09-30").key == "2024@2024-09-30"
        assert periods.asked("2024@2024-12-15").key == "2024@2024-12-01"
        assert [periods.key(periods.asked(told)) for told in ("2024", "2024@2024-09-30")] == ["2024", "2024@2024-09-30"]
        assert Periods(desk, ALL_KINDS).asked("2024-HTX").key == "2024-HTX@2024-12-01"
        cards = {card.figure.key: card for card in overview.cards(periods.first("year"))}
        assert cards["fairs.turns"].figure.text() == "7 lượt"
        assert (cards["fairs.turns"].before, cards["fairs.turns"].holds) == (None, False)
        assert cards["members.total"].change.trend is Trend.SAME
        assert cards["members.total"].holds
        assert cards["loans.average"].is_empty
        assert desk.workspace.clock() == NOW


def test_a_figure_opens_over_years_sectors_and_places(tmp_path):
    """Every unit is somewhere: the sums are the whole; one of records without a sector is not told by sector."""
    with office(tmp_path) as desk:
        overview, period = Overview(desk), Period.parse("2024-Q2")
        assert [(one.name.vi, one.low) for one in overview.over_years("fairs.turns", period)] == [("2024", 7.0)]
        assert overview.by_sector("fairs.held", period) == []
        assert overview.by_sector("no.such", period) == []
        spread = overview.by_place("members.total", period)
        assert (spread.level, len(spread.points)) == ("district", 15)
        assert sum(one.low for one in spread.points) == 0
        assert spread.undecided.low == 8
        assert spread.undecided.way.vi == "Chưa xác định"
