"""The commands about places: find one on a day's map, list what waits for a decision, decide it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

import typer

from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.errors import BadText, CoopkitError
from coopkit.period import parse_date

place = typer.Typer(no_args_is_help=True, help=say("Đơn vị hành chính qua các thời kỳ.", "Places through time."))

OnMap = Annotated[
    str, typer.Option("--on-map", help=say("Trên bản đồ ngày dd/mm/yyyy", "On the map of that day: dd/mm/yyyy"))
]


Json = Annotated[bool, typer.Option("--json", help=say("In ra JSON.", "Print JSON."))]


def asked_day(text: str) -> dt.date | None:
    """The day a person typed, None for nothing; the message of a wrong one repeats it."""
    try:
        return parse_date(text) if text else None
    except BadText as error:
        raise CoopkitError(f"«{text}» {error}") from error


@place.command(help=say("Tìm một đơn vị theo tên.", "Find a place by what people write."))
def find(text: str, on_map: OnMap = "") -> None:
    with desk() as office:
        index, day = office.snapshot().places, asked_day(on_map) or dt.datetime.now(dt.UTC).date()
        found = index.find(text, day)
        former = {one.id: office.snapshot().atlas.former(one.id, day, "district") for one in found}
    for one in found:
        old = ", ".join(district.title for district in former[one.id])
        mixed = say(" (hỗn hợp)", " (mixed)") if len(former[one.id]) > 1 else ""
        before = f"\t{say('quận, huyện cũ', 'former district')}: {old}{mixed}" if old else ""
        typer.echo(f"{one.code}\t{one.id}\t{index.path(one, day)}{before}")
    if not found:
        typer.echo(say("Không có đơn vị nào như vậy.", "There is no such place."), err=True)
        raise typer.Exit(1)


@place.command(help=say("Các bản ghi chờ xác định địa bàn.", "The records whose place waits for a decision."))
def queue(on_map: OnMap = "", json_: Json = False) -> None:
    with desk() as office:
        cases = office.waiting(asked_day(on_map))
    if json_:
        rows = [
            {
                "table": one.table,
                "record": one.record,
                "name": one.name,
                "recorded": one.recorded.title,
                "candidates": {place.code: place.title for place in one.candidates},
            }
            for one in cases
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in cases:
        typer.echo(f"{one.record}\t{one.name}\t{one.recorded.title}\t{one.problem.mend.in_(LANG)}")
    typer.echo(say(f"{len(cases)} bản ghi chờ xác định.", f"{len(cases)} records wait."), err=True)


@place.command(help=say("Xác định địa bàn của một bản ghi.", "Decide in which place a record lies."))
def decide(
    record: str,
    chosen: Annotated[str, typer.Argument(metavar="PLACE", help=say("Mã hoặc tên", "Code or name"))],
    on_map: OnMap = "",
    reason: Annotated[str, typer.Option(help=say("Căn cứ", "Why"))] = "",
) -> None:
    with desk() as office:
        receipt = office.decide(record, chosen, on_map=asked_day(on_map), reason=reason)
    typer.echo(say(f"Đã ghi bằng lô {receipt.number}.", f"Written as batch {receipt.number}."))
