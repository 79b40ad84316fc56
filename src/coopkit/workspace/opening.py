"""A figure opened: how it is counted, the records it counts and those it does not, page by page and as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from coopkit.access import Action, can
from coopkit.display import Display
from coopkit.exporters.cells import harmless
from coopkit.exporters.listing import Listing, write_listing
from coopkit.field import Field, FieldKind, text
from coopkit.metrics import AnyMetric, Derived, Evaluation, Flow, LeftOut, Metric, Ratio
from coopkit.metrics.dimensions import references
from coopkit.metrics.evaluation import parts_of
from coopkit.metrics.parts import How, Row
from coopkit.metrics.picking import Picked
from coopkit.period import format_date
from coopkit.registry import OWN
from coopkit.report import Figure, Source, figure_of, source_from
from coopkit.snapshot import TABLES, Snapshot
from coopkit.text import Label, Lang
from coopkit.workspace.reporting import Reporting, Wanted

PAGE: Final = 50
_WHY: Final = Label("Vì sao không đếm", "Why it is not counted")
_NUMBERS: Final = {FieldKind.MONEY, FieldKind.COUNT, FieldKind.PERCENT, FieldKind.POINTS}


@frozen(eq=False)
class Records:
    """The records of a figure, or of one of those it is made of: how many, page by page, and as a file.

    `reasons` are why records are not counted, each with how many, the most first; empty for those that are.
    """

    metric: Metric
    table: pa.Table = field(repr=False)
    display: Display = field(repr=False)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def pages(self) -> int:
        """How many pages of 50 there are."""
        return max(1, -(-len(self) // PAGE))

    @property
    def reasons(self) -> list[tuple[Label, int]]:
        """Why records are not counted, each with how many."""
        if "left_out" not in self.table.column_names:
            return []
        found = self.table.column("left_out").value_counts().to_pylist()
        ordered = sorted(found, key=lambda one: (-one["counts"], one["values"]))
        return [(LeftOut(one["values"]).label, one["counts"]) for one in ordered]

    def page(self, number: int = 1) -> Source:
        """The records of one page, readable; those left out begin with why."""
        return self._told(self.table.slice((number - 1) * PAGE, PAGE))

    def leads(self, number: int = 1) -> list[tuple[str, str]]:
        """Of each record of a page, the table and id that lead to it: its unit's, else its event's, else its own."""
        return [_lead(self.metric.table, row) for row in self.table.slice((number - 1) * PAGE, PAGE).to_pylist()]

    def _told(self, rows: pa.Table) -> Source:
        source = source_from(self.metric.key, self.metric.table, rows, self.display, (self.metric.unit,))
        if "left_out" not in rows.column_names:
            return source
        why = [LeftOut(one).label.in_(self.display.lang) for one in rows.column("left_out").to_pylist()]
        told = tuple((reason, *row) for reason, row in zip(why, source.rows, strict=True))
        return Source(source.figure, (_WHY, *source.columns), told)

    def xlsx(self, about: tuple[str, ...], day: dt.date) -> bytes:
        """All of them as a workbook; `about` are lines told above them."""
        source = self._told(self.table)
        fields: list[Field] = [
            own for own in TABLES[self.metric.table].fields if not own.derived and own.personal is None
        ]
        lead = len(source.columns) - len(fields) - 1
        kept: list[Field | None] = [None] * lead + [*fields] + [None]
        columns = []
        for at, (label, own) in enumerate(zip(source.columns, kept, strict=True)):
            cells = [row[at] for row in source.rows]
            plain = own is None or own.kind not in _NUMBERS
            shown = text(label.vi, label.en) if own is None or plain else own
            columns.append((shown, [_said(cell) if plain else cell for cell in cells]))
        title = self.metric.label.in_(self.display.lang)
        return write_listing(Listing(title, about, tuple(columns), day, self.display.lang))

    def csv(self) -> bytes:
        """All of them as CSV, UTF-8 with a byte order mark, so that Excel reads the Vietnamese letters."""
        source, out = self._told(self.table), io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([one.in_(self.display.lang) for one in source.columns])
        writer.writerows([harmless(_said(cell)) for cell in row] for row in source.rows)
        return out.getvalue().encode("utf-8-sig")


def _said(cell: Any) -> str:
    return "" if cell is None else str(cell)


def leads_of(snapshot: Snapshot, records: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of each record (table, id), the table and id that lead to it: its unit's, else its event's, else its own.

    A record that is no more leads to itself.
    """
    wanted: dict[str, list[str]] = {}
    for table, of in records:
        wanted.setdefault(table, []).append(of)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for table, ids in wanted.items():
        held = snapshot.tables[table]
        rows = held.filter(pc.is_in(held.column("id"), pa.array(ids, pa.string()))).to_pylist()
        found |= {(table, row["id"]): _lead(table, row) for row in rows}
    return [found.get(one, one) for one in records]


def _lead(table: str, row: dict[str, Any]) -> tuple[str, str]:
    if table in {"cooperative", "event"}:
        return table, row["id"]
    for key in ("cooperative", "event"):
        if references(table).get(key) == key and row.get(key):
            return key, row[key]
    return table, row["id"]


@frozen(eq=False)
class Opening:
    """One figure opened: of the whole, or of a `group` of a `way` to split it.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.period import Period
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     reporting = Reporting(workspace.as_(Actor.office("an")))
    ...     opening = Opening(reporting, Wanted(Period.parse("2023")), "fairs.turns")
    ...     opening.how[0].vi, [len(one) for one in opening.counted]
    ('Đếm các bản ghi «Lượt tham gia» có «Từ ngày» nằm trong kỳ.', [0])
    """

    reporting: Reporting
    wanted: Wanted
    metric: str
    way: str = ""
    group: str | None = None
    lang: Lang = "vi"

    @property
    def offered(self) -> AnyMetric:
        """The definition in force on the period's last day. Raises `NotFound`."""
        evaluation = self._evaluation
        return evaluation.metric(evaluation.cell(self.metric))

    @property
    def _evaluation(self) -> Evaluation:
        by = self.reporting.dimension(self.way) if self.way else ""
        wanted = self.wanted
        return self.reporting.desk.evaluate(wanted.period, by=by, on_map=wanted.on_map, only=(self.metric,))

    @property
    def figure(self) -> Figure:
        """The figure of the group, or of the whole. Raises `NotFound` for a group that nothing was counted of."""
        evaluation = self._evaluation
        cell = evaluation.cell(self.metric, self.wanted.period, *self._at)
        return figure_of(evaluation.metric(cell), cell)

    @property
    def _at(self) -> tuple[str, ...]:
        return () if not self.way or self.group is None else (self.group,)

    def _picked(self) -> dict[str, Picked]:
        desk, evaluation = self.reporting.desk, self._evaluation
        cell = evaluation.cell(self.metric, self.wanted.period, *self._at)

        def pick() -> dict[str, Picked]:
            return dict(evaluation.records(cell))

        key = ("records", desk.actor, self.metric, self.wanted.period, self.wanted.on_map, self.way, self.group)
        return desk.workspace.counted(key, desk.snapshot(), pick)

    @property
    def counted(self) -> list[Records]:
        """The records that are counted: one `Records` for each metric that the figure is made of.

        Raises `NotFound` for a metric or part there is not, `MetricError` where its rows cannot be picked.
        """
        return self._records(lambda picked: picked.counted)

    @property
    def left_out(self) -> list[Records]:
        """The records of the same tables that are not counted, each with why. Raises as `counted` does."""
        return self._records(lambda picked: picked.others)

    def _records(self, side: Callable[[Picked], pa.Table]) -> list[Records]:
        evaluation, picked = self._evaluation, self._picked()
        display = Display(evaluation.snapshot, self.lang)
        return [Records(one, side(picked[one.key]), display) for one in evaluation.counted(self.metric)]

    def may_export(self) -> bool:
        """Whether the actor may take the records with them."""
        return can(self.reporting.desk.actor, Action.EXPORT).allowed

    @property
    def how(self) -> list[Label]:
        """How the figure is counted, in sentences."""
        return list(_how(self.offered, self._evaluation.metrics, self._evaluation.snapshot))

    @property
    def facts(self) -> list[tuple[Label, str]]:
        """By which definition: its version and since when, the rule it follows, whose it is, and on which map."""
        one, said = self.offered, Label
        version = str(one.version)
        if isinstance(one, Metric) and one.since:
            since = format_date(one.since)
            version += Label(f" (từ {since})", f" (since {since})").in_(self.lang)
        found = [(said("Mã chỉ tiêu", "Key"), one.key), (said("Phiên bản định nghĩa", "Version"), version)]
        if one.source:
            found.append((said("Căn cứ", "Rule"), one.source))
        found.append((said("Nơi cung cấp", "Offered by"), self._offered_by(one.plugin)))
        day = format_date(self.wanted.on)
        return [*found, (said("Bản đồ hành chính", "Administrative map"), day)]

    def _offered_by(self, plugin: str) -> str:
        states = {state.name: state for state in self.reporting.desk.workspace.registry.states}
        state = states.get(plugin)
        if plugin == OWN or state is None:
            return plugin
        name = state.label.in_(self.lang) if state.label else plugin
        return f"{name} ({plugin} {state.version})".replace(" )", ")")


def _how(metric: AnyMetric, offered: Mapping[str, AnyMetric], snapshot: Snapshot) -> Iterator[Label]:
    """What a definition says, as a sentence a reader can check the records against."""
    if isinstance(metric, Ratio | Derived):
        names = [offered[key].label if key in offered else Label(key, key) for key in parts_of(metric)]
        vi, en = (["«" + one.in_(lang) + "»" for one in names] for lang in ("vi", "en"))
        if isinstance(metric, Ratio):
            yield Label(f"Chia {vi[0]} cho {vi[1]}, một lần sau khi đếm.", f"{en[0]} over {en[1]}, divided once.")
        else:
            yield Label(f"Tính từ {', '.join(vi)}.", f"Computed from {', '.join(en)}.")
        return
    yield _counts(metric, snapshot)
    if metric.where is not None and (told := _read(metric, snapshot)):
        columns = [", ".join(f"«{one.in_(lang)}»" for one in told) for lang in ("vi", "en")]
        yield Label(
            f"Chỉ tính bản ghi đúng điều kiện của chỉ tiêu về {columns[0]}.",
            f"Only records that meet the metric's condition on {columns[1]} count.",
        )


def _counts(metric: Metric, snapshot: Snapshot) -> Label:
    table, measure = TABLES[metric.table].label, metric.measure
    column = column_label(metric.table, measure.column, snapshot) if measure.column else None
    if measure.how is How.TOTAL and column:
        what = Label(f"Cộng «{column.vi}» của các bản ghi", f"The total of «{column.en}» over the records")
    elif measure.how is How.DISTINCT and column:
        what = Label(f"Đếm số «{column.vi}» khác nhau trong các bản ghi", f"The distinct «{column.en}» in the records")
    else:
        what = Label("Đếm các bản ghi", "The number of records")
    when = _when(metric, snapshot)
    return Label(f"{what.vi} «{table.vi}» {when.vi}.", f"{what.en} «{table.en}» {when.en}.")


def _when(metric: Metric, snapshot: Snapshot) -> Label:
    timing = metric.timing
    if isinstance(timing, Flow):
        day = column_label(metric.table, timing.day, snapshot) or Label("ngày", "day")
        return Label(f"có «{day.vi}» nằm trong kỳ", f"whose «{day.en}» lies in the period")
    since, until = (column_label(metric.table, one, snapshot) for one in (timing.since, timing.until))
    if since is None or until is None:
        return Label("còn hiệu lực vào ngày cuối kỳ", "that hold on the period's last day")
    return Label(
        f"còn hiệu lực vào ngày cuối kỳ, theo «{since.vi}» và «{until.vi}»",
        f"that hold on the period's last day, by «{since.en}» and «{until.en}»",
    )


def _read(metric: Metric, snapshot: Snapshot) -> list[Label]:
    """What a metric's condition looks at; nothing where a plugin's own cannot tell."""
    row = Row()
    try:
        if metric.where is not None:
            metric.where(row)
    except Exception:  # noqa: BLE001 - whatever a plugin's condition raised is told in its figure
        return []
    labels = (column_label(metric.table, one, snapshot) for one in dict.fromkeys(row.read))
    return list(dict.fromkeys(one for one in labels if one))


def column_label(table: str, column: str, snapshot: Snapshot) -> Label | None:
    """What a column of a fact is called: the field's label, of the record that it is of; None for one nobody declared.

    >>> column_label("participation", "event.start", Snapshot.of([])).vi
    'Từ ngày'
    """
    first, _, rest = column.partition(".")
    if rest and first in references(table):
        return column_label(references(table)[first], rest, snapshot)
    fields = snapshot.kinds[first].fields if rest and first in snapshot.kinds else () if rest else TABLES[table].fields
    return next((own.label for own in fields if own.key == (rest or first)), None)
