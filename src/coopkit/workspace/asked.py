"""What a report is asked, with what stands at its head; and the report of just that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from attrs import evolve

from coopkit.access import Actor
from coopkit.metrics import Evaluation
from coopkit.metrics.evaluation import leaves_of
from coopkit.period import Period, format_date
from coopkit.registry.inside import Asked
from coopkit.report import Report, make_report
from coopkit.snapshot import Snapshot
from coopkit.text import Label


def title_of(period: Period) -> Label:
    """What the report of a period is called.

    >>> title_of(Period.parse("2023-Q3")).vi
    'Báo cáo tổng kết quý III năm 2023'
    """
    return Label(f"Báo cáo tổng kết {period.label.vi[:1].lower()}{period.label.vi[1:]}", f"Report of {period.label.en}")


def organisation_of(snapshot: Snapshot) -> str:
    """The alliance whose register it is, by name; nothing where none is recorded."""
    names = snapshot.table("alliance").column("name").to_pylist()
    return str(names[0]) if names else ""


def places_of(actor: Actor, snapshot: Snapshot) -> Label | None:
    """The places that an actor views, in words; None for the whole city."""
    if actor.views is None:
        return None
    named = ", ".join(one.of(snapshot).title for one in actor.views)
    return Label(named, named) if named else Label("không nơi nào", "nowhere")


def asked_of(
    snapshot: Snapshot,
    actor: Actor,
    period: Period,
    date: dt.date,
    on_map: dt.date | None,
    only: Collection[str] | None,
) -> Asked:
    """What a report of a period is asked, dated `date`; part of the city, another map, chosen figures are its notes."""
    notes = []
    if within := places_of(actor, snapshot):
        notes.append(Label(f"Chỉ gồm số liệu của: {within.vi}.", f"Only what belongs to: {within.en}."))
    if on_map:
        day = format_date(on_map)
        notes.append(Label(f"Địa bàn theo bản đồ hành chính ngày {day}.", f"Places as on the map of {day}."))
    if only is not None:
        notes.append(Label(f"Chỉ gồm {len(only)} chỉ tiêu được chọn.", f"Only the {len(only)} figures chosen."))
    chosen = None if only is None else tuple(only)
    return Asked(period, date, title_of(period), organisation_of(snapshot), on_map, chosen, tuple(notes))


def report_of(evaluation: Evaluation, asked: Asked) -> Report:
    """The report of an evaluation: of all its metrics, or of those asked for, each with its records."""
    head: dict[str, Any] = {"title": asked.title, "organisation": asked.organisation, "date": asked.date}
    whole = make_report(evaluation, **head, notes=asked.notes)
    if asked.only is None:
        return whole
    wanted = [key for key in asked.only if key in evaluation.metrics]
    leaves = {leaf.key for key in wanted for leaf in leaves_of(key, evaluation.metrics)}
    parts = (evolve(one, figures=tuple(f for f in one.figures if f.key in wanted)) for one in whole.sections)
    told = {key: said for key, said in whole.manifest["metrics"].items() if key in wanted}
    return evolve(
        whole,
        sections=tuple(one for one in parts if one.figures),
        sources=tuple(one for one in whole.sources if one.figure in leaves),
        manifest={**whole.manifest, "metrics": told},
    )
