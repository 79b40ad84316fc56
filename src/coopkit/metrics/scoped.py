"""Metrics of plugins that see only a part of the register: which are counted together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from coopkit.errors import NotFound
from coopkit.metrics.combine import Group, Key, unavailable
from coopkit.metrics.evaluation import Cell, parts_of
from coopkit.metrics.metric import AnyMetric, Metric
from coopkit.period import Period
from coopkit.scope import Owner
from coopkit.snapshot import Snapshot


def on_the_map(
    offered: Mapping[str, AnyMetric], snapshot: Snapshot, periods: Sequence[Period], dims: int
) -> tuple[dict[str, AnyMetric], dict[Key, Cell]]:
    """The metrics whose places the register's maps know; and the cells of the others, which say what they do not."""
    known, lost = dict[str, AnyMetric](), dict[Key, Cell]()
    groups: list[Group] = [None, *([("",) * dims] if dims else [])]
    for key, metric in offered.items():
        try:
            for owner in metric.scope.owners if metric.scope else ():
                owner.of(snapshot)
        except NotFound as error:
            lost |= {(key, of, at): unavailable(metric, of, at, error) for of in periods for at in groups}
        else:
            known[key] = metric
    return known, lost


def by_owners(offered: Mapping[str, AnyMetric]) -> Iterator[tuple[tuple[Owner, ...], dict[str, AnyMetric], set[str]]]:
    """The metrics by the places they are counted in: with those that they are made of, and the keys that are told.

    A metric of a district is made of its own and of those without a place, counted in the district; what belongs to
    other places is no part of it.
    """
    owners = {key: one.scope.owners if one.scope else () for key, one in offered.items()}
    for of in dict.fromkeys(owners.values()):
        own = [key for key in offered if owners[key] == of]
        needed, todo = set(own), list(own)
        while todo:
            metric = offered[todo.pop()]
            for part in () if isinstance(metric, Metric) else _parts(metric):
                if part in offered and part not in needed and owners[part] in (of, ()):
                    needed.add(part)
                    todo.append(part)
        yield of, {key: one for key, one in offered.items() if key in needed}, set(own)


def _parts(metric: AnyMetric) -> tuple[str, ...]:
    try:
        return () if isinstance(metric, Metric) else tuple(parts_of(metric))
    except Exception:  # noqa: BLE001 - its own cells will say what a plugin's metric raised
        return ()
