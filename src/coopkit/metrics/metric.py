"""What a metric is: which rows of which table it counts, when, and how they become one number.

A metric is declared with functions, so that declaring one loads no engine. Its rows are those of a *fact*: a table of
the Snapshot with the columns of everything it refers to beside its own, as `<reference>.<column>`; a participation so
has `event.kind`, `event.start`, `cooperative.sector`, and `event.loan_support.approved`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import field, frozen

from coopkit.errors import CoopkitError, MetricError, NotFound
from coopkit.metrics.parts import At, Flow, Measure, Stock, Where, rows
from coopkit.quantity import Quantity, Unit
from coopkit.text import Label, Lang, told_in

if TYPE_CHECKING:
    import pyarrow as pa

    from coopkit.metrics.picking import Within
    from coopkit.period import Period
    from coopkit.regulation import Regulation
    from coopkit.scope import Scope
    from coopkit.snapshot import Snapshot

_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_LONGEST: Final = 200


def reason_of(error: BaseException) -> str:
    """What went wrong, in one line of at most 200 characters; the type too where the error is not coopkit's own.

    >>> reason_of(ZeroDivisionError("division by zero")), reason_of(MetricError("không có cột (no such column)"))
    ('ZeroDivisionError: division by zero', 'không có cột (no such column)')
    """
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    named = isinstance(error, CoopkitError) and first
    told = first if named else f"{type(error).__name__}: {first}".removesuffix(": ")
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"


def _is_key(_: object, __: object, value: str) -> None:
    if not _KEY.fullmatch(value):
        raise MetricError(
            f"Khóa chỉ tiêu {value!r} không hợp lệ: viết như 'fairs.turns' (not a metric key: write it that way)"
        )


@frozen(kw_only=True)
class Metric:
    """A number counted from the rows of one fact table: a flow or a stock; turns or units, as its unit says.

    `key` is "area.name"; a plugin's keys begin with the plugin's own name. `beside` names the metric that a report
    shows beside this one: the distinct cooperatives beside the turns. `source` cites the law the definition follows.
    Where a law changes the definition, `version` goes up, `since` is its first day, and `before` the metric as it was.
    `plugin` and `scope`, whose it is and what that may see, are put on by the registry.

    >>> from coopkit.quantity import TURNS
    >>> fairs = Metric(key="fairs.turns", label=Label("Lượt HTX dự hội chợ", "Turns at fairs"), unit=TURNS,
    ...                topic=Label("Xúc tiến thương mại", "Trade promotion"), table="participation",
    ...                timing=Flow("event.start"), where=lambda row: row["event.kind"] == "fair")
    >>> fairs.measure.how.value
    'rows'
    """

    key: str = field(validator=_is_key)
    label: Label
    unit: Unit
    topic: Label
    table: str
    timing: Flow | Stock
    measure: Measure = field(factory=rows)
    where: Where | None = None
    beside: str = ""
    version: int = 1
    since: dt.date | None = None
    before: Metric | None = None
    source: str = ""
    plugin: str = "coopkit"
    scope: Scope | None = None

    def __attrs_post_init__(self) -> None:
        _check_versions(self)

    def in_force(self, on: dt.date) -> Metric:
        """The version of the definition in force on that day: this one, or the one before it."""
        older = self.before is not None and self.since is not None and on < self.since
        return self.before.in_force(on) if older and self.before else self

    def records(
        self, snapshot: Snapshot, period: Period, at: At | str | None = None, regulation: Regulation | None = None
    ) -> pa.Table:
        """The rows counted in the period, as an Arrow table of the fact's columns sorted by `id`.

        The version of the definition in force on the period's last day counts. `at` keeps only the rows of one place:
        a code, on the map of the period's last day, or an `At`. `regulation`: the laws that classes follow. Raises
        `MetricError` when the rows cannot be picked.
        """
        from coopkit.metrics.picking import pick

        seen = seen_by(self, snapshot)
        return self._open(lambda one, within: pick(seen, one, period, within, regulation), snapshot, period, at)

    def left_out(
        self, snapshot: Snapshot, period: Period, at: At | str | None = None, regulation: Regulation | None = None
    ) -> pa.Table:
        """The rows of the fact table that do not add to the figure, each with why in the column `left_out`.

        The reasons are those of `LeftOut`: another day, another kind, another place, or counted once already (of a
        distinct count). Sorted by `id`. Raises `MetricError` when the rows cannot be picked.
        """
        from coopkit.metrics.picking import pick_apart

        seen = seen_by(self, snapshot)
        return self._open(
            lambda one, within: pick_apart(seen, one, period, within, regulation).others, snapshot, period, at
        )

    def _open(
        self,
        pick: Callable[[Metric, Within | None], pa.Table],
        snapshot: Snapshot,
        period: Period,
        at: At | str | None,
    ) -> pa.Table:
        from coopkit.metrics.declared import require_declared
        from coopkit.metrics.picking import Within

        with naming(self):
            there = At(at) if isinstance(at, str) else at
            within = Within.of(there, snapshot, period) if there else None
            definition = self.in_force(period.end)
            require_declared(self.scope, definition)
            return pick(definition, within)


def _check_versions(metric: Metric) -> None:
    since: object = metric.since
    before: object = metric.before
    if (since is None) is not (before is None):
        raise MetricError(f"{metric.key}: since và before phải đi cùng nhau (since and before are given together)")
    if since is None:
        return
    if not isinstance(since, dt.date) or isinstance(since, dt.datetime):
        raise MetricError(f"{metric.key}: since phải là dt.date, không phải {since!r} (since must be a dt.date)")
    if not isinstance(before, Metric) or before.key != metric.key:
        other = getattr(before, "key", before)
        raise MetricError(
            f"{metric.key}: before phải là định nghĩa cũ của chính chỉ tiêu này, không phải {other!r} "
            "(before must be the same metric as it was)"
        )
    if before.version >= metric.version:
        raise MetricError(
            f"{metric.key}: version {metric.version} phải lớn hơn version {before.version} của before "
            "(version must be above that of before)"
        )
    if before.since is not None and before.since >= since:
        raise MetricError(
            f"{metric.key}: since {since} phải sau since {before.since} của before (since must be after that of before)"
        )


def seen_by(metric: AnyMetric, snapshot: Snapshot) -> Snapshot:
    """The part of a Snapshot that a metric counts: all of it, or the rows of its plugin's places."""
    if metric.scope is None or not metric.scope.owners:
        return snapshot
    from coopkit.scope import narrowed

    return narrowed(snapshot, metric.scope.owners)


@contextmanager
def naming(metric: AnyMetric) -> Iterator[None]:
    """Whatever goes wrong within is a `MetricError` that names the metric and its plugin; `NotFound` stays itself."""
    try:
        yield
    except NotFound:
        raise
    except Exception as error:
        raise MetricError(f"{metric.key} ({metric.plugin}): {reason_of(error)}") from error


class RatioForm(StrEnum):
    """How a ratio is written: 15/15, an average in the numerator's unit, or a percentage.

    >>> [form.value for form in RatioForm]
    ['pair', 'average', 'percent']
    """

    PAIR = "pair"
    AVERAGE = "average"
    PERCENT = "percent"


@frozen(kw_only=True)
class Ratio:
    """One metric over another, divided once, after both were counted. A ratio is never added up.

    >>> Ratio(key="meetings.districts", label=Label("Số huyện, quận có hội nghị", "Districts with a meeting"),
    ...       unit=Unit("district", Label("huyện, quận", "districts")), topic=Label("Hội nghị", "Meetings"),
    ...       numerator="meetings.districts_covered", denominator="places.districts").form.value
    'pair'
    """

    key: str = field(validator=_is_key)
    label: Label
    unit: Unit
    topic: Label
    numerator: str
    denominator: str
    form: RatioForm = RatioForm.PAIR
    beside: str = ""
    version: int = 1
    source: str = ""
    plugin: str = "coopkit"
    scope: Scope | None = None


def _are_keys(_: object, __: object, value: object) -> None:
    if not isinstance(value, tuple | list) or not value or not all(isinstance(one, str) for one in value):
        raise MetricError(
            f"of phải là một bộ khóa chỉ tiêu như ('fairs.turns',), không phải {value!r} (of must be a tuple of keys)"
        )


@frozen(kw_only=True)
class Derived:
    """Arithmetic of other metrics: `how` takes their values, in the order of `of`, and gives one in `unit`.

    It is counted again in every group and period from its parts, and never added up. A part may be a ratio or a derived
    metric itself; a part without rows in a group is 0 there.

    >>> from coopkit.quantity import UNITS, exact
    >>> moved = Derived(key="members.moved", label=Label("Biến động", "Came or went"), unit=UNITS,
    ...                 topic=Label("Thành viên", "Members"), of=("members.admitted", "members.departed"),
    ...                 how=lambda came, went: came + went)
    >>> moved.how(exact(11, UNITS), exact(3, UNITS)).low
    14
    """

    key: str = field(validator=_is_key)
    label: Label
    unit: Unit
    topic: Label
    of: tuple[str, ...] = field(validator=_are_keys)
    how: Callable[..., Quantity]
    beside: str = ""
    version: int = 1
    source: str = ""
    plugin: str = "coopkit"
    scope: Scope | None = None


AnyMetric: TypeAlias = Metric | Ratio | Derived


def in_force(metric: AnyMetric, on: dt.date) -> AnyMetric:
    """The version of a metric in force on that day; a ratio and a derived one are made of parts that have versions.

    Raises `MetricError` where a plugin's own metric gives none.

    >>> from coopkit.metrics.own import OWN_METRICS
    >>> in_force(OWN_METRICS[0], dt.date(2023, 12, 31)) is OWN_METRICS[0]
    True
    """
    if not isinstance(metric, Metric):
        return metric
    found: object = metric.in_force(on)
    if not isinstance(found, Metric):
        raise MetricError(f"{metric.key}: in_force cho {found!r} (in_force must give a Metric)")
    return found


@frozen
class Unavailable:
    """A figure that could not be computed: whose metric it is, and why. Never 0, never dropped.

    >>> print(Unavailable("vinh-bao", "division by zero"))
    không tính được (vinh-bao: division by zero)
    """

    plugin: str
    reason: str

    def in_(self, lang: Lang = "vi") -> str:
        """The same in one language; the reason too, where it is told in both.

        >>> print(Unavailable("coopkit", "mẫu số bằng 0 (the denominator is 0)").in_("en"))
        unavailable (coopkit: the denominator is 0)
        """
        said = "unavailable" if lang == "en" else "không tính được"
        return f"{said} ({self.plugin}: {told_in(self.reason, lang)})"

    def __str__(self) -> str:
        return f"không tính được ({self.plugin}: {self.reason})"
