"""`coopkit doctor`: whether the installation is well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopkit.cli.place import Json
from coopkit.cli.show import as_json
from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.workspace.doctor import Finding, Wellness, examine

Backups = Annotated[
    Path | None,
    typer.Option(
        envvar="COOPKIT_BACKUPS",
        help=say("Thư mục có các bản sao lưu.", "The folder of the backups."),
        exists=True,
        file_okay=False,
    ),
]
_SIGN = {Wellness.WELL: "✓", Wellness.WARN: "!", Wellness.ILL: "✗"}


def doctor(*, backups: Backups = None, json_: Json = False) -> None:
    """Look at every part; exit code 1 where one is broken."""
    with desk() as office:
        found = examine(office, backups)
    if json_:
        typer.echo(as_json(found))
    for one in [] if json_ else found:
        typer.echo(_line(one))
    if any(one.state is Wellness.ILL for one in found):
        raise typer.Exit(1)


def _line(one: Finding) -> str:
    cure = f" → {one.cure.in_(LANG)}" if one.cure.vi else ""
    return f"{_SIGN[one.state]} {one.part.in_(LANG):<14} {one.seen.in_(LANG)}{cure}"
