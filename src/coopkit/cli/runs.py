"""The commands about sealed runs: seal, list, show, again, diff."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import attrs
import typer

from coopkit.cli.place import Json, OnMap
from coopkit.cli.show import show_source, source_data
from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.errors import BadText, CoopkitError
from coopkit.period import Period, parse_date
from coopkit.run import Outcome, Part
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
    if len(set(keys)) != len(keys):
        raise CoopkitError(say("Một điểm chỉ ghi --waive một lần", "Write --waive once for each key"))
    try:
        asked = Period.parse(period)
    except BadText as error:
        raise CoopkitError(f"«{period}» {error}") from error
    map_day, day = _day("--on-map", on_map), _day("--date", date)
    with desk() as office:
        question = Sealing(office).question(asked, on_map=map_day, date=day)
        sealed, outcome = Sealing(office).seal(question, as_, waive=dict(zip(keys, reasons, strict=True)))
    typer.echo(say(f"Đã chốt {sealed.name}: {len(outcome.facts)} chỉ tiêu.", f"Sealed {sealed.name}."))
    typer.echo(f"manifest {sealed.manifest}\nresults  {sealed.results}\ntable    {outcome.table}")


def _day(option: str, text: str) -> dt.date | None:
    """The day typed for an option, None for nothing; the message of a wrong one names the option and repeats it."""
    try:
        return parse_date(text) if text else None
    except BadText as error:
        raise CoopkitError(f"{option} «{text}» {error}") from error


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
    if exporter and to is None:
        raise CoopkitError(say(f"--exporter {exporter} cần --to TỆP", f"--exporter {exporter} needs --to FILE"))
    with desk() as office:
        outcome = Sealing(office).results(name)
        data = Sealing(office).file(name, exporter or _exporter_of(to, outcome)) if to else b""
    if to:
        to.write_bytes(data)
        typer.echo(say(f"Đã ghi {to}.", f"Wrote {to}."))
        return
    if json_:
        typer.echo(json.dumps({"facts": outcome.facts}, ensure_ascii=False, indent=2))
        return
    for key, fact in outcome.facts.items():
        typer.echo(f"{key:<32} {fact['label' if LANG == 'vi' else 'label_en']:<52} {fact['text']}")


def _exporter_of(to: Path, outcome: Outcome) -> str:
    """The exporter whose sealed file has that extension."""
    wanted, kept = to.suffix.lstrip(".").lower(), {key for key, made in outcome.exports.items() if "sha256" in made}
    found = sorted(key for key in kept if outcome.exports[key]["extension"].lower() == wanted)
    if wanted in found or len(found) == 1:
        return wanted if wanted in found else found[0]
    told = ", ".join(found or sorted(kept)) or "–"
    raise CoopkitError(
        say(f"{to.name}: chọn tệp đã chốt bằng --exporter: {told}", f"{to.name}: choose a file by --exporter: {told}")
    )


@run.command(help=say("Các bản ghi đứng sau một con số đã chốt.", "The records behind a sealed figure."))
def records(name: str, figure: str, json_: Json = False) -> None:
    with desk() as office:
        sources = Sealing(office).records(name, figure, LANG, plain=json_)
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
    for key, fault in done.spoilt.items():
        typer.echo(f"{key}: {fault}")
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
        asked = Sealing(office).asked(old, new)
        parts, outcomes = Sealing(office).why(old, new)
    differences = outcomes[0].differences(outcomes[-1])
    if json_:
        told = {"asked": asked, "differences": differences, "parts": parts}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=attrs.asdict))
        return
    for setting in asked:
        named = setting.label.in_(LANG)
        typer.echo(say(f"Hỏi khác, {named}: ", f"Asked otherwise, {named}: ") + f"{setting.before} → {setting.after}")
    _show_differences(outcomes, parts if why else [])
    if not differences and not asked:
        typer.echo(say("Không có gì khác.", "No difference."))


def _show_differences(outcomes: list[Outcome], parts: list[Part]) -> None:
    """Each figure that differs, and its parts; where none does, what else differs."""
    first, last = outcomes[0], outcomes[-1]
    keys = {*first.facts, *last.facts}
    texts = {key: [side.facts.get(key, {}).get("text", "–") for side in (first, last)] for key in sorted(keys)}
    explained = {one.figure for one in parts}
    shown = [key for key, (before, after) in texts.items() if before != after or key in explained]
    for key in shown:
        before, after = texts[key]
        typer.echo(f"{key}: {before} → {after}")
        for one in parts:
            if one.figure == key:
                typer.echo(f"    {one.label.in_(LANG)}: {one.before} → {one.after}" + records_of(one))
    if not shown and (others := ", ".join(first.differences(last))):
        typer.echo(say(f"Không con số nào khác; khác ở: {others}", f"No figure differs; other: {others}"))


def records_of(part: Part) -> str:
    """The records a part opens to: + counted since, − counted no longer, ~ corrected or arrived late."""
    marked = (("+", part.came), ("−", part.went), ("~", part.swapped))
    told = [f"{mark}{table} {of}" for mark, records in marked for table, of in records]
    more = f" … (+{len(told) - SHOWN})" if len(told) > SHOWN else ""
    return f" · {', '.join(told[:SHOWN])}{more}" if told else ""
