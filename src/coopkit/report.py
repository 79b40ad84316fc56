"""`Report`: sections of figures, each with its metric, unit, qualifier and records; and `Exporter`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from coopkit.display import Display
from coopkit.field import Field, FieldKind
from coopkit.metrics import AnyMetric, At, Cell, Evaluation, LeftOut, Metric, Ratio, RatioForm, Unavailable
from coopkit.metrics.dimensions import dimensions
from coopkit.metrics.own import OWN_METRICS
from coopkit.period import Period
from coopkit.place import LEVEL_LABELS
from coopkit.quantity import Quantity, Unit, format_number, format_quantity
from coopkit.record import unflatten
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang

if TYPE_CHECKING:
    import pyarrow as pa

    from coopkit.regulation import Regulation


@frozen
class Figure:
    """One published number: its metric's key, label and unit, its value or why there is none, and what it counts.

    `rows` is how many records were counted; `beside` is the figure a reader needs with it (the distinct cooperatives
    beside the turns). `version` and `plugin` name the definition it was counted by.

    >>> from coopkit.quantity import TURNS, exact
    >>> figure = Figure("fairs.turns", Label("Lượt HTX", "Turns"), Label("Hội chợ", "Fairs"), exact(96, TURNS),
    ...                 noun=TURNS.label, rows=96)
    >>> figure.text(), figure.qualifier
    ('96 lượt', 'exact')
    """

    key: str
    label: Label
    topic: Label
    value: Quantity | Unavailable
    noun: Label
    rows: int
    form: RatioForm | None = None
    numerator: Quantity | None = None
    denominator: Quantity | None = None
    beside: Figure | None = None
    version: int = 1
    plugin: str = "coopkit"

    @property
    def qualifier(self) -> str:
        """One of the quantity's own ("exact", "more_than", "range" …), "ratio" for n/d, or "unavailable"."""
        if isinstance(self.value, Unavailable):
            return "unavailable"
        return "ratio" if self.form is RatioForm.PAIR else self.value.qualifier

    def number(self, lang: Lang = "vi") -> str:
        """The number as a report prints it, without its noun: "274", "hơn 200", "15/15"; money keeps its unit."""
        if isinstance(self.value, Unavailable):
            return "không tính được" if lang == "vi" else "unavailable"
        if self.form is RatioForm.PAIR and self.numerator and self.denominator:
            return f"{format_number(self.numerator.low, lang)}/{format_number(self.denominator.low, lang)}"
        if self.form is RatioForm.PERCENT:
            return f"{format_number(self.value.low * 100, lang, 1)}%"
        if self.value.unit.kind == "money":
            return format_quantity(_rounded(self.value), lang, self.noun)
        return format_quantity(self.value, lang, Label("", "")).strip()

    def text(self, lang: Lang = "vi") -> str:
        """The number with what it counts: "hơn 200 học viên"."""
        if isinstance(self.value, Unavailable):
            return self.value.in_(lang)
        if self.form in (RatioForm.PAIR, RatioForm.PERCENT) or self.value.unit.kind == "money":
            return f"{self.number(lang)} {self.noun.in_(lang)}" if self.form is RatioForm.PAIR else self.number(lang)
        return format_quantity(self.value, lang, self.noun)


def _rounded(money: Quantity) -> Quantity:
    """An average that is no whole number of đồng, to two decimals of its tỷ or triệu; other money as it is."""

    def shown(bound: Fraction) -> int:
        step = next((scale // 100 for scale in (10**9, 10**6) if abs(bound) >= scale), 1)
        return int(abs(bound) / step + Fraction(1, 2)) * step * (-1 if bound < 0 else 1)

    low, high = Fraction(money.low), None if money.high is None else Fraction(money.high)
    if low.denominator == 1 and (high is None or high.denominator == 1):
        return money
    return evolve(money, low=shown(low), high=None if high is None else shown(high))


@frozen
class Source:
    """The records behind one figure, as a reader sees them: a heading for each column, and one row a record."""

    figure: str
    columns: tuple[Label, ...]
    rows: tuple[tuple[Any, ...], ...]


@frozen
class Section:
    """Figures of one topic."""

    title: Label
    figures: tuple[Figure, ...]


@frozen
class Breakdown:
    """The figures of a report by group, for an exporter that asks for them: by what, the groups' names, the figures.

    >>> Breakdown("unit", {"c": Label("HTX An Bình", "An Binh")}, {}).figure("fairs.turns", "c") is None
    True
    """

    by: str
    names: Mapping[str, Label]
    figures: Mapping[tuple[str, str], Figure]

    def figure(self, metric: str, group: str) -> Figure | None:
        """The figure of a metric in a group, by its key; None where nothing was counted there."""
        return self.figures.get((metric, group))


@frozen
class Report:
    """A period's figures in sections, with the records behind each, and the manifest that says what it was made of.

    `date` is the day printed on it; no clock is read when it is exported, so the same Report gives the same bytes.
    `notes` are printed with the figures: what was waived when they were sealed. `breakdown` holds the figures by group
    where the exporter asked for them.

    >>> Report(Label("Báo cáo", "Report"), "Liên minh HTX", Period.parse("2023"), dt.date(2023, 12, 31), ()).figures
    ()
    """

    title: Label
    organisation: str
    period: Period
    date: dt.date
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    manifest: Mapping[str, Any] = field(factory=dict)
    notes: tuple[Label, ...] = ()
    breakdown: Breakdown | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in order."""
        return tuple(figure for section in self.sections for figure in section.figures)

    def figure(self, key: str) -> Figure | None:
        """The figure of that metric, or None where the report has none."""
        return next((figure for figure in self.figures if figure.key == key), None)

    @property
    def unavailable(self) -> tuple[Figure, ...]:
        """The figures that could not be computed. A report shows them as gaps; a published one must have none."""
        return tuple(figure for figure in self.figures if isinstance(figure.value, Unavailable))


@frozen
class Exporter:
    """What turns a Report into a file: its key, its label, the file's extension and media type, and the function.

    The function must be deterministic: the same Report gives the same bytes. `by` names a dimension whose groups it
    needs besides ("unit", "place:commune" …): they are in the Report's `breakdown`. One of a plugin that belongs to
    places is given the figures of these.

    >>> Exporter("text", Label("Văn bản", "Text"), "txt", "text/plain", lambda report: b"").extension
    'txt'
    """

    key: str
    label: Label
    extension: str
    media_type: str
    write: Callable[[Report], bytes]
    by: str = ""
    plugin: str = "coopkit"


def make_report(
    evaluation: Evaluation,
    *,
    title: Label,
    organisation: str,
    date: dt.date,
    notes: tuple[Label, ...] = (),
) -> Report:
    """The report of an evaluation's first period: its metrics by topic, with the records behind each figure.

    >>> from coopkit.metrics.engine import evaluate
    >>> nothing = evaluate([], Snapshot.of([]), [Period.parse("2023")])
    >>> day = dt.date(2023, 12, 31)
    >>> make_report(nothing, title=Label("Báo cáo", "Report"), organisation="", date=day).sections
    ()
    """
    period = evaluation.periods[0]
    figures = {key: _figure(evaluation, metric, period) for key, metric in evaluation.metrics.items()}
    topics = dict.fromkeys(figure.topic for figure in figures.values())
    sections = tuple(Section(topic, tuple(f for f in figures.values() if f.topic == topic)) for topic in topics)
    sources = tuple(_sources(evaluation, period))
    manifest = {
        "position": evaluation.position,
        "content": evaluation.snapshot.content_hash,
        "period": period.key,
        "metrics": {key: f"{figure.plugin}:{figure.version}" for key, figure in sorted(figures.items())},
        "regulation": evaluation.regulation.content_hash,
    }
    return Report(title, organisation, period, date, sections, sources, manifest, notes, _breakdown(evaluation, period))


def _breakdown(evaluation: Evaluation, period: Period) -> Breakdown | None:
    """The figures by group; None where the evaluation has none, or by several dimensions at once."""
    if len(evaluation.by) != 1:
        return None
    [dimension] = dimensions(evaluation.by)
    figures = {
        (cell.metric, cell.at[0]): figure_of(evaluation.metric(cell), cell)
        for cell in evaluation.cells.values()
        if cell.at and cell.period == period
    }
    told = {group for _, group in figures}
    names = dimension.names(evaluation.snapshot, evaluation.on_map or period.end)
    return Breakdown(dimension.key, {key: names[key] for key in names if key in told}, figures)


def _figure(evaluation: Evaluation, metric: AnyMetric, period: Period, *, with_beside: bool = True) -> Figure:
    cell = evaluation.cell(metric.key, period)
    metric = evaluation.metric(cell)
    beside = evaluation.metrics.get(metric.beside) if with_beside and metric.beside else None
    return figure_of(metric, cell, _figure(evaluation, beside, period, with_beside=False) if beside else None)


def figure_of(metric: AnyMetric, cell: Cell, beside: Figure | None = None) -> Figure:
    """A metric's cell as a figure."""
    return Figure(
        key=metric.key,
        label=metric.label,
        topic=metric.topic,
        value=cell.value,
        noun=metric.unit.label,
        rows=cell.rows,
        form=metric.form if isinstance(metric, Ratio) else None,
        numerator=cell.numerator,
        denominator=cell.denominator,
        beside=beside,
        version=metric.version,
        plugin=metric.plugin,
    )


def _sources(evaluation: Evaluation, period: Period) -> Iterable[Source]:
    for metric in evaluation.metrics.values():
        if isinstance(metric, Metric):
            try:
                yield source_of(metric, evaluation.snapshot, period, regulation=evaluation.regulation)
            except Exception:  # noqa: BLE001, S112 - a metric that cannot be counted is shown as Unavailable, without rows
                continue


def source_of(
    metric: Metric,
    snapshot: Snapshot,
    period: Period,
    at: At | str | None = None,
    lang: Lang = "vi",
    regulation: Regulation | None = None,
) -> Source:
    """The records a metric counted, readable: references as names, dates and amounts as printed, the id last."""
    table = metric.records(snapshot, period, at, regulation)
    return source_from(metric.key, metric.table, table, Display(snapshot, lang), (metric.unit,))


def left_out_of(
    metric: Metric,
    snapshot: Snapshot,
    period: Period,
    at: At | str | None = None,
    lang: Lang = "vi",
    regulation: Regulation | None = None,
) -> Source:
    """The records a metric did not count, readable, each beginning with why."""
    table = metric.left_out(snapshot, period, at, regulation)
    return _with_reasons(
        table, source_from(metric.key, metric.table, table, Display(snapshot, lang), (metric.unit,)), lang
    )


def sources_of(evaluation: Evaluation, cell: Cell, lang: Lang = "vi", *, left_out: bool = False) -> list[Source]:
    """The records behind a cell, readable, or with `left_out` the others: one `Source` for each metric it is made of.

    Raises `NotFound` where a part is missing, `MetricError` where a metric's rows cannot be picked.
    """
    display, units = Display(evaluation.snapshot, lang), [one.unit for one in evaluation.metrics.values()]
    opened, sources = evaluation.records(cell), []
    for one in evaluation.counted(cell.metric):
        picked = opened[one.key]
        table = picked.others if left_out else picked.counted
        source = source_from(one.key, one.table, table, display, units)
        sources.append(_with_reasons(table, source, lang) if left_out else source)
    return sources


def _with_reasons(table: pa.Table, source: Source, lang: Lang) -> Source:
    reasons = [LeftOut(one).label.in_(lang) for one in table.column("left_out").to_pylist()]
    rows = tuple((reason, *row) for reason, row in zip(reasons, source.rows, strict=True))
    return Source(source.figure, (Label("Vì sao không đếm", "Why it is not counted"), *source.columns), rows)


def source_from(figure: str, table: str, rows: pa.Table, display: Display, units: Iterable[Unit] = ()) -> Source:
    """Records of a table, readable, in the order given; personal fields are not among the columns.

    `units` names those that quantities may be kept in besides coopkit's own.
    """
    known = {one.key: one for one in (*units, *(own.unit for own in OWN_METRICS))}
    columns = [own for own in TABLES[table].fields if not own.derived and own.personal is None]
    told = [(*(_value(table, own, row, display, known) for own in columns), row["id"]) for row in rows.to_pylist()]
    return Source(figure, (*(own.label for own in columns), Label("Mã bản ghi", "Record id")), tuple(told))


def _value(table: str, own: Field, row: Mapping[str, Any], display: Display, units: Mapping[str, Unit]) -> Any:
    """One value as it is shown: a kind, a level and a unit by what they are called, not by their keys."""
    if (table, own.key) == ("event", "kind") and row["kind"] in display.snapshot.kinds:
        return display.snapshot.kinds[row["kind"]].label.in_(display.lang)
    if (table, own.key) == ("place", "level") and row["level"] in LEVEL_LABELS:
        return LEVEL_LABELS[row["level"]].in_(display.lang)
    if own.kind is FieldKind.QUANTITY and isinstance(found := unflatten(own, row), Quantity):
        # A unit that records cannot know, a plugin's, is read with its key for a label.
        nameless = found.unit.label.vi == found.unit.key and found.unit.key in units
        return format_quantity(evolve(found, unit=units[found.unit.key]) if nameless else found, display.lang)
    return display.value(own, row)
