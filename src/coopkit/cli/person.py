"""`coopkit person`: what is held of one person, handed out or erased (Law 91/2025/QH15)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.disclosure import Purpose, Why
from coopkit.errors import CoopkitError
from coopkit.workspace.people import People

person = typer.Typer(
    no_args_is_help=True,
    help=say(
        "Dữ liệu của một người: tìm, xuất, xóa (Luật 91/2025/QH15).",
        "One person's data: find it, export it, erase it (Law 91/2025/QH15).",
    ),
)


@person.command("find", help=say("Tìm mã của một người.", "Find the id of a person."))
def find(
    text: Annotated[str, typer.Argument(help=say("Họ tên, điện thoại, thư điện tử", "Name, phone or email"))],
) -> None:
    with desk() as office:
        found = People(office, LANG).find(text)
    for of, told in found:
        typer.echo(f"{of}  {told}")
    if not found:
        raise CoopkitError(f"Không có ai là {text!r} (nobody is {text!r})")


@person.command("export", help=say("Xuất mọi dữ liệu về một người.", "Export all that is held of a person."))
def export(
    of: Annotated[str, typer.Argument(metavar="MÃ", help=say("Mã của người", "The person's id"))],
    to: Annotated[Path, typer.Option(help=say("Tệp .json hoặc .txt", "A .json or .txt file"))],
    purpose: Annotated[Purpose, typer.Option(help=say("Để làm gì", "What for"))] = Purpose.SUBJECT,
    note: Annotated[str, typer.Option(help=say("Ghi rõ", "In your own words"))] = "",
) -> None:
    if to.suffix not in {".json", ".txt"}:
        raise CoopkitError(f"{to.name}: chỉ xuất .json hoặc .txt (only .json or .txt)")
    with desk() as office:
        held = People(office, LANG).export(of, Why(purpose, note))
    data = held.json() if to.suffix == ".json" else held.text().encode()
    to.touch(mode=0o600)
    to.write_bytes(data)
    typer.echo(say(f"Đã ghi {to}.", f"Wrote {to}."))


@person.command("erase", help=say("Xóa hẳn dữ liệu của một người.", "Erase a person's data for good."))
def erase(
    of: Annotated[str, typer.Argument(metavar="MÃ", help=say("Mã của người", "The person's id"))],
    reason: Annotated[str, typer.Option(help=say("Theo yêu cầu nào", "By whose request"))],
    yes: Annotated[bool, typer.Option("--yes", help=say("Không hỏi lại", "Do not ask again"))] = False,
) -> None:
    asked = say("Xóa hẳn, không lấy lại được. Tiếp tục?", "This cannot be taken back. Go on?")
    if not yes and not typer.confirm(asked):
        raise typer.Exit(1)
    with desk() as office:
        receipt = People(office, LANG).erase(of, reason)
    typer.echo(say(f"Đã xóa, lô {receipt.number}.", f"Erased, batch {receipt.number}."))
