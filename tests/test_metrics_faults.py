"""Metrics that cannot be: each says why in its own cells, wherever it is asked, and leaves the others alone."""

import datetime as dt

import pytest
from tests.test_metrics_engines import METRICS, NAME, TOPIC, YEARS, metric, register

from coopkit.access import Actor
from coopkit.campaign import Target
from coopkit.cli.show import show_places
from coopkit.errors import MetricError, NotFound
from coopkit.event import OWN_KINDS, Event, EventKind
from coopkit.field import count, money
from coopkit.metrics import At, Derived, Flow, Metric, Ratio, RatioForm, Unavailable, total
from coopkit.metrics.engine import evaluate
from coopkit.metrics.evaluation import leaves_of
from coopkit.metrics.metric import reason_of
from coopkit.metrics.own import OWN_METRICS
from coopkit.metrics.picking import pick_apart
from coopkit.quantity import EVENTS, PEOPLE, TURNS, UNITS, VND, Unit, exact
from coopkit.registry import Registry
from coopkit.report import source_of, sources_of
from coopkit.snapshot import Snapshot
from coopkit.text import Label
from coopkit.workspace import Workspace

YEAR = YEARS[1]
REGISTER = register([(0, 0, 4, None), (2, 0, 5, None), (2, 1, 6, None), (3, 2, 7, None), (3, 3, 1, None)])
ENGINES = pytest.mark.parametrize("engine", ["polars", "duckdb"])


def raises(_):
    raise ZeroDivisionError("thử\nvà một dòng nữa")


BROKEN = metric("broken", where=raises, plugin="hỏng")


def derived(key, *of, how=lambda *parts: parts[0], unit=TURNS, **more):
    return Derived(key=f"trial.{key}", label=NAME, topic=TOPIC, unit=unit, of=of, how=how, **more)


def ratio(key, over, under, **more):
    parts = {"numerator": f"trial.{over}", "denominator": f"trial.{under}", "form": RatioForm.AVERAGE}
    return Ratio(key=f"trial.{key}", label=NAME, topic=TOPIC, unit=TURNS, **parts, **more)


def value(metrics, key, snapshot=REGISTER, **asked):
    return evaluate(metrics, snapshot, [YEAR], **asked).cell(f"trial.{key}").value


# ── What cannot be computed is told in every group ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", ["place:district", "sector", ("place:district", "sector")])
def test_what_cannot_be_computed_is_told_in_every_group(by):
    """In each group that the others have, with the reason; what is made of it says the same."""
    made = [derived("made", "trial.turns", "trial.broken"), ratio("part", "broken", "turns")]
    evaluation = evaluate([METRICS[0], BROKEN, *made], REGISTER, [YEAR], by=by)
    groups = [cell.at for cell in evaluation.places("trial.turns")]
    assert len(groups) >= 3
    for key in ("trial.broken", "trial.made", "trial.part"):
        cells = list(evaluation.places(key))
        assert [cell.at for cell in cells] == groups
        assert {str(cell.value) for cell in cells} == {"không tính được (hỏng: ZeroDivisionError: thử)"}
        assert {cell.state for cell in cells} == {"unavailable"}
    rows = [row for row in evaluation.table.to_pylist() if row["metric"] == "trial.broken"]
    assert len(rows) == len(groups) + 1


def test_where_there_is_no_group_one_cell_tells_it():
    """In an empty register a metric that fails is told once, in the group of what has none."""
    evaluation = evaluate([BROKEN], Snapshot.of([]), [YEAR], by="sector")
    [cell] = evaluation.places("trial.broken")
    assert (cell.at, cell.state) == (("",), "unavailable")


@pytest.mark.parametrize("key", ["trial.broken", "trial.made"])
def test_without_totals_the_whole_tells_it(key):
    """Whoever asks of one unit that has no rows finds the reason in the cell of the whole."""
    made = derived("made", "trial.turns", "trial.broken")
    evaluation = evaluate([METRICS[0], BROKEN, made], REGISTER, [YEAR], by="unit", totals=False)
    assert isinstance(evaluation.cells[key, YEAR, None].value, Unavailable)
    assert isinstance(evaluation.cells[key, YEAR, ("a",)].value, Unavailable)
    assert ("trial.turns", YEAR, None) not in evaluation.cells


def test_a_grouping_that_fails_leaves_the_whole(monkeypatch):
    """Where only the groups cannot be counted, the figure of the whole stands."""
    from coopkit.metrics import engine

    real = engine._Pass._run

    def run(self, metrics):
        if self.dims:
            raise ValueError("chỉ hỏng khi nhóm")
        return real(self, metrics)

    monkeypatch.setattr(engine._Pass, "_run", run)
    evaluation = evaluate([METRICS[0]], REGISTER, [YEAR], by="place:district")
    assert evaluation.cell("trial.turns").value == exact(4, TURNS)
    assert {str(cell.value) for cell in evaluation.places("trial.turns")} == {
        "không tính được (coopkit: ValueError: chỉ hỏng khi nhóm)"
    }


def test_a_part_without_rows_in_a_group_is_nought():
    """A derived figure counts a part as 0 where its fact has no rows in the group, and does not call it missing."""
    founded = metric("founded", table="cooperative", timing=Flow("founded"))
    both = derived("sum", "trial.turns", "trial.founded", how=lambda a, b: a + b)
    evaluation = evaluate([METRICS[0], founded, both], register([(2, 0, None, None)]), [YEAR], by="sector")
    told = {cell.at: cell.value for cell in evaluation.places("trial.sum")}
    assert told == {("agriculture",): exact(1, TURNS), ("services",): exact(0, TURNS)}


def test_the_terminal_tells_it_too(capsys):
    """`metrics --by` has a line for what cannot be computed, with the plugin and the reason."""
    evaluation = evaluate([METRICS[0], BROKEN], REGISTER, [YEAR], by="place:district")
    show_places(evaluation, YEAR, {"315": Label("Huyện Tiên Lãng", "Tiên Lãng")}, json_=False)
    told = capsys.readouterr().out
    assert "Huyện Tiên Lãng                  không tính được (hỏng: ZeroDivisionError: thử)\n" in told


def test_a_plugin_that_says_not_found_stops_nobody():
    """Nor does one whose table there is not, which is named."""

    def lost(_):
        raise NotFound("không có gì ở đây")

    wrong = [metric("lost", where=lost), metric("table", table="nowhere")]
    evaluation = evaluate([METRICS[0], *wrong], REGISTER, [YEAR], by="place:district")
    assert evaluation.cell("trial.turns").value == exact(4, TURNS)
    assert "không có gì ở đây" in str(evaluation.cell("trial.lost").value)
    assert "Không có bảng 'nowhere'" in str(evaluation.cell("trial.table").value)


# ── Versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_periods_are_counted_by_the_definition_in_force():
    """Two definitions of one number, as a subclass may give them, are still two."""

    class Loose(Metric):
        def in_force(self, on):
            return self if on.year > 2022 else METRICS[4]

    said = {"label": NAME, "topic": TOPIC, "unit": TURNS, "table": "participation", "timing": METRICS[0].timing}
    loose = Loose(key="trial.fairs", **said)
    evaluation = evaluate([loose], REGISTER, YEARS)
    assert [evaluation.cell("trial.fairs", year).value.low for year in YEARS] == [0, 4]


DAY = dt.date(2023, 1, 1)
OLD = metric("turns")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"version": 1, "since": DAY, "before": OLD}, "version 1 phải lớn hơn version 1"),
        ({"version": 2, "since": DAY, "before": metric("units")}, r"trial\.units"),
        ({"version": 2, "since": DAY, "before": "trial.turns"}, r"trial\.turns"),
        ({"version": 2, "since": "2023-01-01", "before": OLD}, "dt.date"),
        ({"version": 2, "since": dt.datetime(2023, 1, 1, tzinfo=dt.UTC), "before": OLD}, "dt.date"),
        ({"version": 2, "since": DAY}, "đi cùng nhau"),
        ({"version": 2, "before": OLD}, "đi cùng nhau"),
        ({"version": 3, "since": DAY, "before": metric("turns", version=2, since=DAY, before=OLD)}, "phải sau"),
    ],
)
def test_versions_that_cannot_be(said, told):
    """What came before is the same metric, of a smaller version, until a day that is a date."""
    with pytest.raises(MetricError, match=told):
        metric("turns", **said)


def test_a_metric_that_does_not_know_its_version_is_alone():
    """It is unavailable in all its cells, told in the table, and opens to a clear error; the others are counted."""

    class Lost(Metric):
        def in_force(self, on):
            raise LookupError(f"không rõ bản nào vào {on}")

    class Nothing(Metric):
        def in_force(self, _):
            return None

    said = {"label": NAME, "topic": TOPIC, "unit": TURNS, "table": "participation", "timing": METRICS[0].timing}
    wrong = [Lost(key="trial.lost", plugin="hỏng", **said), Nothing(key="trial.nothing", **said)]
    evaluation = evaluate([METRICS[0], *wrong], REGISTER, YEARS, by="place:district")
    assert evaluation.cell("trial.turns", YEAR).value == exact(4, TURNS)
    for key in ("trial.lost", "trial.nothing"):
        assert {cell.state for cell in evaluation.places(key, YEAR)} == {"unavailable"}
    assert "LookupError: không rõ bản nào" in str(evaluation.cell("trial.lost", YEAR).value)
    assert {row["state"] for row in evaluation.table.to_pylist() if row["metric"] == "trial.lost"} == {"unavailable"}
    with pytest.raises(MetricError, match=r"trial\.lost \(hỏng\): LookupError"):
        evaluation.records(evaluation.cell("trial.lost", YEAR))


# ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@ENGINES
@pytest.mark.parametrize("by", ["", "place:district"])
@pytest.mark.parametrize("periods", [[YEAR], YEARS])
def test_a_condition_is_true_or_false(engine, by, periods):
    """A number is no condition on any engine, in one period or several."""
    number = metric("number", where=lambda row: row["people"])
    evaluation = evaluate([*METRICS, number], REGISTER, periods, by=by, engine=engine)
    assert "phải trả về điều kiện" in str(evaluation.cell("trial.number", YEAR).value)
    assert evaluation.cell("trial.fairs", YEAR).value == exact(2, TURNS)


@pytest.mark.parametrize("opened", ["records", "left_out"])
def test_a_condition_is_true_or_false_where_records_are_opened(opened):
    """Nor does a number pick records."""
    number = metric("number", where=lambda row: row["people"])
    with pytest.raises(MetricError, match=r"trial\.number \(coopkit\): where phải trả về điều kiện"):
        getattr(number, opened)(REGISTER, YEAR)
    with pytest.raises(MetricError, match="where phải trả về điều kiện"):
        pick_apart(REGISTER, number, YEAR)


# ── Units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (lambda a: a, "how cho số lượt, chỉ tiêu khai đơn vị người"),
        (lambda _: 5, "không phải int"),
        (lambda _: None, "không phải NoneType"),
    ],
)
def test_a_derived_value_is_of_the_unit_declared(how, told):
    """Turns are not shown as people, and a bare number is none at all."""
    found = value([METRICS[0], derived("wrong", "trial.turns", how=how, unit=PEOPLE)], "wrong")
    assert isinstance(found, Unavailable)
    assert told in found.reason


def test_units_are_one_when_their_keys_are():
    """A plugin's own unit of the same key is the same unit."""
    own = Unit("turn", Label("lần", "times"))
    assert value([METRICS[0], derived("same", "trial.turns", unit=own)], "same").low == 4


@ENGINES
def test_a_total_is_of_the_unit_of_its_column(engine):
    """Money is not people, nor the other way round; a unit of the same key is the same unit."""
    wrong = [metric("amount", PEOPLE, measure=total("amount")), metric("heads", VND, measure=total("people"))]
    trainees = metric("trainees", Unit("person", Label("học viên", "trainees")), measure=total("people"))
    evaluation = evaluate([METRICS[0], *wrong, trainees], REGISTER, [YEAR], engine=engine)
    assert "cột 'amount' tính bằng đồng, chỉ tiêu khai đơn vị người" in str(evaluation.cell("trial.amount").value)
    assert "cột 'people' tính bằng người" in str(evaluation.cell("trial.heads").value)
    assert evaluation.cell("trial.trainees").value.low == 19


def test_a_kind_of_events_states_units_too():
    """A total of a plain number or of money that a kind of events keeps is added up, in its own unit only."""
    fields = (count("Số hộ", "Homes").named("homes"), money("Chi phí", "Cost").named("cost"))
    kind = EventKind("visit", Label("Thăm", "Visit"), fields)
    visit = Event(id="V", code="V", name="x", kind="visit", start=YEAR.start, details={"homes": 3, "cost": 500})
    snapshot = Snapshot.of([kind.stored(), visit])
    said = {"table": "event", "timing": Flow("start")}
    asked = [
        metric("homes", UNITS, measure=total("visit.homes"), **said),
        metric("cost", VND, measure=total("visit.cost"), **said),
        metric("wrong", EVENTS, measure=total("visit.cost"), **said),
    ]
    evaluation = evaluate(asked, snapshot, [YEAR])
    assert [evaluation.cell(f"trial.{key}").value.low for key in ("homes", "cost")] == [3, 500]
    assert "tính bằng đồng" in str(evaluation.cell("trial.wrong").value)


# ── Circles, and parts that are missing ─────────────────────────────────────────────────────────────────────────────

CIRCLES = [derived("self", "trial.self"), derived("a", "trial.b"), ratio("b", "a", "turns")]
LACKING = derived("lacking", "no.where")


def test_circles_and_missing_parts_are_told_apart():
    """In the figures of the whole and of groups, and when they are opened."""
    evaluation = evaluate([METRICS[0], *CIRCLES, LACKING], REGISTER, [YEAR], by="place:district")
    for key, told, error in (
        ("self", r"trial\.self → trial\.self", MetricError),
        ("a", r"trial\.a → trial\.b → trial\.a", MetricError),
        ("lacking", r"thiếu chỉ tiêu no\.where", NotFound),
    ):
        cells = [evaluation.cell(f"trial.{key}"), *evaluation.places(f"trial.{key}")]
        assert len(cells) > 1
        for cell in cells:
            assert told.replace("\\", "") in cell.value.reason
            with pytest.raises(error, match=told):
                evaluation.records(cell)
    assert "is missing" not in str(evaluation.cell("trial.a").value)


def test_circles_hang_nowhere(tmp_path):
    """Opening the records of one at a desk ends, and says why."""

    class Plugin:
        from coopkit.hookspecs import hookimpl

        @hookimpl
        def coopkit_metrics(self):
            return [METRICS[0], *CIRCLES, LACKING]

    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(Plugin())) as workspace:
        desk = workspace.as_(Actor.office("an"))
        with pytest.raises(MetricError, match="được tính từ chính nó"):
            desk.records("trial.a", YEAR)
        with pytest.raises(NotFound, match=r"no\.where"):
            desk.left_out("trial.lacking", YEAR)


def test_figures_are_made_of_one_another_in_any_order():
    """A derived metric of a ratio, a ratio of a derived metric, each declared before its parts."""
    twice = derived("twice", "trial.mean", how=lambda mean: mean * 2)
    mean = ratio("mean", "turns", "units")
    over = ratio("over", "turns", "mean")
    square = derived("square", "trial.turns", "trial.turns", how=lambda a, b: a + b)
    evaluation = evaluate([twice, over, square, mean, *METRICS], REGISTER, YEARS, by="place:district")
    assert [evaluation.cell("trial.twice", year).value.low for year in YEARS] == [2, 2]
    third = evaluate([twice, over, square, mean, *METRICS], register([(2, 0, None, None), (3, 0, None, None)]), [YEAR])
    assert third.cell("trial.over").value == exact(1, TURNS)
    assert third.cell("trial.square").value == exact(4, TURNS)
    assert [one.key for one in leaves_of("trial.over", evaluation.metrics)] == ["trial.turns", "trial.units"]


def test_a_figure_that_is_no_whole_number_is_not_cut_off():
    """In the table a derived fraction has its value, and no whole low or high that would be another number."""
    half = derived("half", "trial.turns", how=lambda turns: turns / 8)
    evaluation = evaluate([METRICS[0], half], REGISTER, [YEAR])
    row = next(row for row in evaluation.table.to_pylist() if row["metric"] == "trial.half")
    assert (row["value"], row["low"], row["high"]) == (0.5, None, None)


def test_parts_are_named_in_a_tuple():
    """A text is no list of keys, though Python would take its letters for one."""
    for of in ((), "trial.turns", None):
        with pytest.raises(MetricError, match="bộ khóa"):
            Derived(key="trial.x", label=NAME, topic=TOPIC, unit=TURNS, of=of, how=lambda a: a)


# ── Opening ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "where",
    [
        raises,
        lambda row: row["nothing"] == 1,
        lambda _: 1,
        lambda row: row["people"] == "text",
        lambda row: {}[row],
    ],
)
def test_opening_what_fails_names_the_metric(where):
    """From a cell and from the metric itself: one line, with the metric and its plugin."""
    broken = metric("broken", where=where, plugin="hỏng")
    evaluation = evaluate([broken], REGISTER, [YEAR])
    for opened in (
        lambda: evaluation.records(evaluation.cell("trial.broken")),
        lambda: broken.records(REGISTER, YEAR),
        lambda: broken.left_out(REGISTER, YEAR, At("316")),
    ):
        with pytest.raises(MetricError, match=r"^trial\.broken \(hỏng\): ") as error:
            opened()
        assert "\n" not in str(error.value)
        assert len(str(error.value)) < 260


def test_reasons_are_one_short_line():
    """The first line of what was raised, at most 200 characters."""
    assert reason_of(ValueError("\n một \n hai")) == "ValueError: một"
    assert reason_of(ValueError()) == "ValueError"
    assert reason_of(MetricError("không được")) == "không được"
    assert len(reason_of(ValueError("x" * 1000))) == 200


# ── Plain mistakes ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"periods": ["2023"]}, "Period.parse"),
        ({"periods": YEAR}, "danh sách kỳ"),
        ({"periods": "2023"}, "danh sách kỳ"),
        ({"periods": []}, "ít nhất một kỳ"),
        ({"on_map": "2025-07-01"}, "on_map phải là dt.date"),
        ({"as_of": "2023-07-01"}, "as_of phải là dt.date"),
        ({"on_map": dt.datetime(2025, 7, 1, tzinfo=dt.UTC)}, "on_map phải là dt.date"),
        ({"metrics": [METRICS[0], METRICS[1], METRICS[0]]}, r"'trial\.turns' có hai lần"),
        ({"metrics": ["trial.turns"]}, "không phải là chỉ tiêu"),
        ({"metrics": METRICS[0]}, "danh sách chỉ tiêu"),
    ],
)
def test_plain_mistakes_get_a_clear_error(asked, told):
    """Texts for periods and days, one for many, none at all, the same key twice."""
    said = {"metrics": METRICS, "snapshot": REGISTER, "periods": [YEAR], **asked}
    with pytest.raises(MetricError, match=told):
        evaluate(**said)


@pytest.mark.parametrize("ask", ["cell", "places"])
def test_a_text_is_no_period(ask):
    """Where a cell is asked for, either."""
    evaluation = evaluate(METRICS, REGISTER, [YEAR])
    with pytest.raises(MetricError, match=r"Period\.parse"):
        list(getattr(evaluation, ask)("trial.turns", "2023"))


# ── What records are called ─────────────────────────────────────────────────────────────────────────────────────────


def test_kinds_and_levels_are_called_by_their_names():
    """Opened events and places show what their kinds and levels are called, in the language asked for."""
    from coopkit.place import shipped_places

    fair = Event(id="F", code="F", name="x", kind="fair", start=YEAR.start)
    snapshot = Snapshot.of([*shipped_places(), *(kind.stored() for kind in OWN_KINDS), fair])
    own = {one.key: one for one in OWN_METRICS}
    [row] = source_of(own["fairs.held"], snapshot, YEAR).rows
    assert "Hội chợ, chương trình xúc tiến thương mại" in row
    [row] = source_of(own["fairs.held"], snapshot, YEAR, lang="en").rows
    assert "Fair or trade promotion" in row
    districts = metric("districts", table="place", timing=own["places.districts"].timing)
    shown = {cell for row in source_of(districts, snapshot, YEAR).rows for cell in row}
    assert {"Quận, huyện", "Xã, phường", "Tỉnh, thành phố"} <= shown
    assert not {"district", "commune", "province", "fair"} & shown


def test_quantities_are_kept_in_the_units_of_metrics():
    """A goal in models is shown in models, and one in a plugin's unit by the plugin's word for it."""
    hives = Unit("hive", Label("tổ ong", "hives"))
    goals = [
        Target(id=key, metric=key, period="2024", set_on=YEAR.end, goal=exact(2, Unit(unit, Label("x", "x"))))
        for key, unit in (("models.built", "model"), ("bees.hives", "hive"))
    ]
    said = {"table": "target", "timing": Flow("set_on"), "measure": total("goal")}
    kept = metric("hives", hives, where=lambda row: row["metric"] == "bees.hives", **said)
    snapshot = Snapshot.of(goals)
    [row] = source_of(kept, snapshot, YEAR).rows
    assert "2 tổ ong" in row
    evaluation = evaluate([kept], snapshot, [YEAR])
    [source] = sources_of(evaluation, evaluation.cell("trial.hives"), left_out=True)
    assert [row[0] for row in source.rows] == ["Không thuộc loại mà chỉ tiêu đếm"]
    assert "2 mô hình" in source.rows[0]
