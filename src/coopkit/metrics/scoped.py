"""Metrics of plugins that see only a part of the register: which are counted together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from coopkit.metrics.evaluation import parts_of
from coopkit.metrics.metric import AnyMetric, Metric
from coopkit.scope import Owner


def by_owners(offered: Mapping[str, AnyMetric]) -> Iterator[tuple[tuple[Owner, ...], dict[str, AnyMetric], list[str]]]:
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
        yield of, {key: one for key, one in offered.items() if key in needed}, own


def _parts(metric: AnyMetric) -> tuple[str, ...]:
    try:
        return () if isinstance(metric, Metric) else tuple(parts_of(metric))
    except Exception:  # noqa: BLE001 - its own cells will say what a plugin's metric raised
        return ()
