"""How results look on a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import typer

from coopkit.cli.words import LANG, say
from coopkit.exporters.plain import figure_data
from coopkit.ledger import Entry
from coopkit.metrics import AnyMetric, Evaluation, Metric
from coopkit.period import Period, format_moment
from coopkit.place import State as PlaceState
from coopkit.report import Figure, Source, figure_of
from coopkit.text import Label
from coopkit.workspace import Preview, State


def as_json(items: Sequence[Any]) -> str:
    """Records of ours as JSON."""
    return json.dumps([attrs.asdict(item) for item in items], ensure_ascii=False, indent=2, default=str)


def show_preview(seen: Preview, *, dry_run: bool, json_: bool) -> None:
    """How many records are new, changed, unchanged, rejected; and every problem."""
    counts = {state.value: seen.count(state) for state in State} | {"rejected": seen.rejected}
    if json_:
        problems = [{**attrs.asdict(problem), "where": problem.where} for problem in seen.problems]
        batches = [receipt.number for receipt in seen.receipts]
        typer.echo(json.dumps({**counts, "batches": batches, "problems": problems}, ensure_ascii=False, indent=2))
        return
    for problem in seen.problems:
        typer.echo(problem.in_(LANG), err=True)
    typer.echo(
        say(
            f"Mới {counts['new']}, thay đổi {counts['changed']}, không đổi {counts['unchanged']}, "
            f"bị loại {counts['rejected']}.",
            f"New {counts['new']}, changed {counts['changed']}, unchanged {counts['unchanged']}, "
            f"rejected {counts['rejected']}.",
        )
    )
    if dry_run:
        typer.echo(say("Chỉ xem trước: chưa ghi gì.", "A preview only: nothing was written."))


def show_figures(figures: Sequence[Figure], *, json_: bool) -> None:
    """Figures, one a line: key, label, value."""
    if json_:
        facts = {figure.key: figure_data(figure) for figure in figures}
        typer.echo(json.dumps({"facts": facts}, ensure_ascii=False, indent=2))
        return
    for figure in figures:
        typer.echo(f"{figure.key:<32} {figure.label.in_(LANG):<52} {figure.text(LANG)}")


def show_places(evaluation: Evaluation, period: Period, titles: Mapping[str, Label], *, json_: bool) -> None:
    """Every metric's figures by place, or by whatever group was asked for."""
    data: dict[str, dict[str, Any]] = {}
    states: dict[tuple[str, str], str] = {}
    nowhere = _nowhere(evaluation)
    for key in evaluation.metrics:
        for cell in evaluation.places(key, period):
            data.setdefault(key, {})[cell.place or ""] = figure_of(evaluation.metric(cell), cell)
            states[key, cell.place or ""] = cell.state
    if json_:
        plain = {
            key: {
                place: {"place": _title(titles, place, nowhere), **figure_data(of), "state": states[key, place]}
                for place, of in by.items()
            }
            for key, by in data.items()
        }
        on_map = evaluation.on_map.isoformat() if evaluation.on_map else None
        typer.echo(json.dumps({"period": period.key, "on_map": on_map, "places": plain}, ensure_ascii=False, indent=2))
        return
    for key, by_place in data.items():
        typer.echo(f"{key}  {evaluation.metrics[key].label.in_(LANG)}")
        for place, figure in by_place.items():
            doubt = "" if states[key, place] in {"exact", "unavailable"} else f" · {_state(states[key, place])}"
            typer.echo(f"    {_title(titles, place, nowhere):<32} {figure.text(LANG)}{doubt}")


def _title(titles: Mapping[str, Label], group: str, nowhere: str) -> str:
    """What a group is called; one that nobody has named any more stands as its key."""
    return titles[group].in_(LANG) if group in titles else group or nowhere


def _nowhere(evaluation: Evaluation) -> str:
    """What the row is called of what has no place."""
    level = next((by.removeprefix("place:") for by in evaluation.by if by.startswith("place:")), "")
    words = {
        "commune": ("chưa xác định xã", "commune undecided"),
        "district": ("chưa xác định huyện", "district undecided"),
    }
    return say(*words.get(level, ("chưa xác định", "undecided")))


def _state(state: str) -> str:
    """How sure a figure's place is, in the reader's language; what else a state may be stands as it is."""
    known = {one.value: one.label.in_(LANG) for one in PlaceState}
    return known.get(state, state)


def show_parts(sources: Sequence[Source], metric: str, offered: Mapping[str, AnyMetric], *, json_: bool) -> None:
    """The records behind a figure; of one made of others, those of each part under its heading, as JSON in a list."""
    if isinstance(offered[metric], Metric):
        show_source(sources[0], json_=json_)
        return
    if json_:
        told = [source_data(source) for source in sources]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for source in sources:
        typer.echo(f"{source.figure}  {offered[source.figure].label.in_(LANG)}")
        show_source(source, json_=False)


def show_source(source: Source, *, json_: bool) -> None:
    """The records behind a figure, as a table."""
    if json_:
        typer.echo(json.dumps(source_data(source), ensure_ascii=False, indent=2, default=str))
        return
    typer.echo("\t".join(label.in_(LANG) for label in source.columns))
    for row in source.rows:
        typer.echo("\t".join("" if cell is None else str(cell) for cell in row))


def source_data(source: Source) -> dict[str, object]:
    """The records behind a figure, as plain data."""
    headings = [label.in_(LANG) for label in source.columns]
    return {"metric": source.figure, "records": [dict(zip(headings, row, strict=True)) for row in source.rows]}


def show_history(entries: Sequence[Entry], *, json_: bool) -> None:
    """A record's versions, oldest first, with what changed in each."""
    if json_:
        typer.echo(as_json(entries))
        return
    for entry in entries:
        typer.echo(
            f"#{entry.batch} {format_moment(entry.time)} {entry.actor}: "
            f"{entry.action} · {entry.reason} · {entry.origin}"
        )
        before, after = entry.before or {}, entry.after or {}
        for column in after or before:
            if before.get(column) != after.get(column):
                typer.echo(f"    {column}: {before.get(column)} → {after.get(column)}")
