"""The commands about sealed runs: seal, list, show, again, diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import attrs
import typer

from coopkit.cli.place import Json, OnMap, asked_day
from coopkit.cli.show import show_source, source_data
from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.errors import BadText, CoopkitError
from coopkit.period import Period, parse_date
from coopkit.run import Part
from coopkit.workspace import Sealing

run = typer.Typer(no_args_is_help=True, help=say("Chốt số liệu, chạy lại, giải thích.", "Seal, run again, explain."))
DIFFERENT = 1
SHOWN = 5


@run.command(help=say("Chốt số liệu của một kỳ dưới một tên.", "Seal a period's figures under a name."))
def seal(
    period: str,
    as_: Annotated[str, typer.Option("--as", help=say("Tên lần chốt", "The name of the run"))],
    on_map: OnMap = "",
    date: Annotated[str, typer.Option(help=say("Ngày ký: dd/mm/yyyy", "The day printed on it"))] = "",
    waive: Annotated[list[str] | None, typer.Option(help=say("Điểm bỏ qua", "What to let pass"))] = None,
    because: Annotated[list[str] | None, typer.Option(help=say("Lý do, theo thứ tự", "Why, in order"))] = None,
) -> None:
    keys, reasons = waive or [], because or []
    if len(keys) != len(reasons):
        raise CoopkitError(say("Mỗi --waive cần một --because", "Each --waive needs a --because"))
    try:
        asked = Period.parse(period)
    except BadText as error:
        raise CoopkitError(f"«{period}» {error}") from error
    with desk() as office:
        question = Sealing(office).question(asked, on_map=asked_day(on_map), date=parse_date(date) if date else None)
        sealed, outcome = Sealing(office).seal(question, as_, waive=dict(zip(keys, reasons, strict=True)))
    typer.echo(say(f"Đã chốt {sealed.name}: {len(outcome.facts)} chỉ tiêu.", f"Sealed {sealed.name}."))
    typer.echo(f"manifest {sealed.manifest}\nresults  {sealed.results}\ntable    {outcome.table}")


@run.command("list", help=say("Các lần chốt.", "The sealed runs."))
def list_(json_: Json = False) -> None:
    with desk() as office:
        found = Sealing(office).all()
    if json_:
        rows = [
            {"name": one.name, "period": one.period, "manifest": one.manifest, "results": one.results} for one in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        typer.echo(f"{one.name}\t{one.period}\t{one.manifest[:12]}")


@run.command(help=say("Số liệu đã chốt, như lúc chốt.", "The figures as they were sealed."))
def show(
    name: str,
    exporter: Annotated[str, typer.Option(help=say("Lấy tệp của cách xuất này", "Take this exporter's file"))] = "",
    to: Annotated[Path | None, typer.Option(help=say("Tệp cần ghi", "The file to write"))] = None,
    json_: Json = False,
) -> None:
    with desk() as office:
        outcome = Sealing(office).results(name)
        data = Sealing(office).file(name, exporter) if exporter else b""
    if exporter and to:
        to.write_bytes(data)
        typer.echo(say(f"Đã ghi {to}.", f"Wrote {to}."))
        return
    if json_:
        typer.echo(json.dumps({"facts": outcome.facts}, ensure_ascii=False, indent=2))
        return
    for key, fact in outcome.facts.items():
        typer.echo(f"{key:<32} {fact['label' if LANG == 'vi' else 'label_en']:<52} {fact['text']}")


@run.command(help=say("Các bản ghi đứng sau một con số đã chốt.", "The records behind a sealed figure."))
def records(name: str, figure: str, json_: Json = False) -> None:
    with desk() as office:
        sources = Sealing(office).records(name, figure, LANG)
    if json_:
        told = [source_data(one) for one in sources]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    for one in [] if json_ else sources:
        show_source(one, json_=False)


@run.command(help=say("Chạy lại từ dữ liệu và mã đã chốt.", "Run a seal again from its own inputs and code."))
def again(
    name: str,
    current_code: Annotated[
        bool, typer.Option("--current-code", help=say("Với mã hiện nay.", "With the code of today."))
    ] = False,
) -> None:
    with desk() as office:
        done = Sealing(office).again(name, current_code=current_code)
    for one in done.changed:
        typer.echo(say(f"đã đổi từ khi chốt: {one}", f"changed since: {one}"), err=True)
    if done.differences:
        typer.echo(say(f"KHÁC: {', '.join(done.differences)}", f"DIFFERENT: {', '.join(done.differences)}"))
        raise typer.Exit(DIFFERENT)
    typer.echo(
        say(
            f"Giống hệt: {len(done.outcome.facts)} chỉ tiêu, {len(done.outcome.files)} tệp từng byte.",
            f"The same: {len(done.outcome.facts)} figures, {len(done.outcome.files)} files byte for byte.",
        )
    )


@run.command(help=say("Vì sao hai lần chốt khác nhau.", "Why two runs differ."))
def diff(
    old: str,
    new: Annotated[str, typer.Argument(help=say("Bỏ trống: số liệu hiện nay", "Left out: the figures of now"))] = "",
    why: Annotated[bool, typer.Option("--why", help=say("Từng nguyên nhân.", "Part by part."))] = False,
    json_: Json = False,
) -> None:
    with desk() as office:
        parts, outcomes = Sealing(office).why(old, new)
    if json_:
        told = [attrs.asdict(one) for one in parts]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    first, last = outcomes[0].facts, outcomes[-1].facts
    for key in sorted({*first, *last}):
        before, after = (side.get(key, {}).get("text", "–") for side in (first, last))
        if before != after:
            typer.echo(f"{key}: {before} → {after}")
        for one in parts if why else ():
            if one.figure == key:
                typer.echo(f"    {one.label.in_(LANG)}: {one.before} → {one.after}" + records_of(one))


def records_of(part: Part) -> str:
    """The records a part opens to: + counted since, − counted no longer, ~ corrected or arrived late."""
    marked = (("+", part.came), ("−", part.went), ("~", part.swapped))
    told = [f"{mark}{table} {of}" for mark, records in marked for table, of in records]
    more = f" … (+{len(told) - SHOWN})" if len(told) > SHOWN else ""
    return f" · {', '.join(told[:SHOWN])}{more}" if told else ""
