"""`coopkit backup` and `coopkit restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopkit.cli.start import desk, ledger_url
from coopkit.cli.words import LANG, say
from coopkit.ledger import ledger_file
from coopkit.period import format_moment
from coopkit.quantity import format_number
from coopkit.workspace.backups import Backup, back_up, file_name
from coopkit.workspace.backups import restore as bring_back

To = Annotated[
    Path | None, typer.Option(help=say("Tệp, hoặc thư mục, để ghi bản sao lưu.", "File or folder to write."))
]


def backup(to: To = None) -> None:
    """Write a backup, and say what is in it."""
    with desk(plugins=False) as office:
        workspace = office.workspace
        name = file_name(workspace.ledger.file, workspace.clock())
        file = to / name if to and to.is_dir() else to or Path(name)
        made = back_up(office, file)
    typer.echo(f"{file}: {_told(made)}")


def restore(file: Annotated[Path, typer.Argument(help=say("Bản sao lưu.", "The backup."))]) -> None:
    """Make a ledger of a backup where COOPKIT_LEDGER (or --ledger) says, and say what came of it."""
    url = ledger_url()
    made = bring_back(file, ledger_file(url))
    typer.echo(f"{url}: {_told(made)}")


def _told(made: Backup) -> str:
    batches, pieces = (format_number(number, LANG) for number in (made.position, made.pieces))
    digest = made.files["so.db"][:12]
    return say(
        f"{batches} lô, {pieces} mảnh đã chốt, lúc {format_moment(made.time)}, sổ {digest}… nguyên vẹn",
        f"{batches} batches, {pieces} sealed pieces, of {format_moment(made.time)}, ledger {digest}… sound",
    )
