"""JSON: the figures by key, for other programs."""

from __future__ import annotations

import json
from typing import Any

from coopkit.metrics import Unavailable
from coopkit.quantity import Quantity
from coopkit.report import Figure, Report


def figure_data(figure: Figure) -> dict[str, Any]:
    """One figure as plain data.

    `value` is a whole number, a list [low, high] for a range, or null where it is unavailable (then `reason` says why);
    a ratio of the form n/d has `value` [n, d]; money is in đồng. `beside` is the figure to be read with it.
    """
    data: dict[str, Any] = {
        "label": figure.label.vi,
        "label_en": figure.label.en,
        "text": figure.text(),
        "value": None,
        "qualifier": figure.qualifier,
        "unit": figure.noun.vi,
        "records": figure.rows,
        "plugin": figure.plugin,
        "version": figure.version,
    }
    if isinstance(figure.value, Unavailable):
        return data | {"reason": figure.value.reason}
    data["value"] = _value(figure, figure.value)
    for name, part in (("numerator", figure.numerator), ("denominator", figure.denominator)):
        if part is not None:
            data[name] = _plain(part)
    return data | ({"beside": {figure.beside.key: figure_data(figure.beside)}} if figure.beside else {})


def _value(figure: Figure, value: Quantity) -> Any:
    if figure.qualifier == "ratio" and figure.numerator and figure.denominator:
        return [_plain(figure.numerator), _plain(figure.denominator)]
    return _plain(value)


def _plain(value: Quantity) -> Any:
    low, high = (
        None if part is None else int(part) if part == int(part) else float(part) for part in (value.low, value.high)
    )
    return [low, high] if high is not None and high != low else low


def write_json(report: Report) -> bytes:
    """The report as JSON: title, period, date, `facts` by metric key, and the manifest."""
    data = {
        "title": report.title.vi,
        "organisation": report.organisation,
        "period": report.period.key,
        "date": report.date.isoformat(),
        "facts": {figure.key: figure_data(figure) for figure in report.figures},
        "notes": [note.vi for note in report.notes],
        "manifest": dict(report.manifest),
    }
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False) + "\n").encode()
