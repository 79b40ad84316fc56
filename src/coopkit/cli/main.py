"""The commands. Each asks one thing of a Desk and shows it; exit code 0, 1 for problems in data, 2 for misuse."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, get_args

import typer

from coopkit.cli.awards import campaign
from coopkit.cli.backups import backup, restore
from coopkit.cli.doctor import doctor
from coopkit.cli.person import person
from coopkit.cli.place import Json, OnMap, asked_day, place
from coopkit.cli.plugins import plugin
from coopkit.cli.runs import run
from coopkit.cli.show import (
    as_json,
    show_figures,
    show_history,
    show_parts,
    show_places,
    show_preview,
)
from coopkit.cli.start import desk, progress_bar, run_app, set_ledger
from coopkit.cli.users import user
from coopkit.cli.words import LANG, say
from coopkit.demo import load_campaigns, load_demo, load_plugin_data, switch_on_plugins
from coopkit.errors import BadText, CoopkitError, NotFound
from coopkit.metrics import At, Cell, Evaluation
from coopkit.period import Period, format_date
from coopkit.problem import Severity
from coopkit.quantity import exact
from coopkit.report import figure_of, sources_of
from coopkit.text import Label, Lang, fold
from coopkit.workspace import Desk, Sealing
from coopkit.workspace.logins import Logins

PROBLEMS, MISUSE = 1, 2

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=say(
        "Sổ đăng ký, hoạt động, thi đua và báo cáo của Liên minh HTX; mọi con số đều mở được đến bản ghi.",
        "The register, events, campaigns and reports of a cooperative alliance; every number opens to its records.",
    ),
)
cli.add_typer(plugin, name="plugin")
cli.add_typer(person, name="person")
cli.add_typer(place, name="place")
cli.add_typer(run, name="run")
cli.add_typer(campaign, name="campaign")
cli.add_typer(user, name="user")
cli.command(help=say("Ghi bản sao lưu của cả sổ vào một tệp.", "Write a backup of the whole ledger into one file."))(
    backup
)
cli.command(help=say("Lập lại sổ từ một bản sao lưu.", "Make a ledger of a backup again."))(restore)
cli.command(help=say("Khám cả hệ thống: sổ, kho, tiện ích, đĩa, sao lưu.", "Look whether the installation is well."))(
    doctor
)

PeriodText = Annotated[
    str, typer.Option("--period", help=say("Kỳ: 2023, 2023-Q1, 2023-05 …", "2023, 2023-Q1, 2023-05 …"))
]

By = Annotated[str, typer.Option(help=say("Theo: place:district, place:commune, sector …", "place:district, sector …"))]
GROUP = say("Mã địa bàn, hay nhóm của --by; ? là chưa xác định", "A place's code, or a group of --by; ? for undecided")
Group = Annotated[str, typer.Option("--place", "--at", help=GROUP)]


def asked_period(text: str) -> Period:
    """The period a person typed; the message of a wrong one repeats it."""
    try:
        return Period.parse(text)
    except BadText as error:
        raise CoopkitError(f"«{text}» {error}") from error


def asked_level(by: str) -> str:
    """The dimension a person typed; "place" alone is the districts."""
    return "place:district" if by == "place" else by


def tell_early(office: Desk, period: Period) -> None:
    """Say on standard error that a period has not begun: its figures are noughts that mean nothing yet."""
    if period.start > office.workspace.clock().date():
        day, label = format_date(period.start), period.label
        typer.echo(say(f"{label.vi} chưa bắt đầu: từ {day}.", f"{label.en} has not begun: it does on {day}."), err=True)


def called(evaluation: Evaluation, metric: str, told: str, titles: Mapping[str, Label]) -> Cell:
    """A metric's cell of the group that a person named by its key or title; "?" is what has no group.

    A group of which nothing was counted has an empty cell. Raises `NotFound`, naming the groups there are.
    """
    cells = {cell.place or "": cell for cell in evaluation.places(metric)}
    keys = {**dict.fromkeys(cells), **dict.fromkeys(titles)}
    named = [key for key in keys if key in titles and fold(told) in {fold(titles[key].vi), fold(titles[key].en)}]
    wanted = "" if told == "?" else told if told in keys else named[0] if len(named) == 1 else None
    if wanted is None:
        known = ", ".join(f"{key} {titles[key].in_(LANG)}" if key in titles else key or "?" for key in cells)
        raise NotFound(f"Không có nhóm {told!r} (no such group): {known}")
    none = Cell(metric, evaluation.periods[0], (wanted,), exact(0, evaluation.metrics[metric].unit))
    return cells.get(wanted, none)


def _version(asked: bool) -> None:  # noqa: FBT001 - as typer calls it
    if asked:
        typer.echo("coopkit " + version("coopkit"))
        raise typer.Exit


@cli.callback()
def common(
    ledger: Annotated[
        str, typer.Option(envvar="COOPKIT_LEDGER", help=say("Sổ: sqlite:///tệp.db", "The ledger: sqlite:///file.db"))
    ] = "",
    lang: Annotated[str, typer.Option(help=say("Ngôn ngữ: vi hoặc en.", "Language: vi or en."))] = LANG,
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help=say("Phiên bản.", "The version."))
    ] = False,
) -> None:
    """Options of every command."""
    if lang not in get_args(Lang):  # which one is read before the options are: see coopkit.cli.words
        raise CoopkitError(f"Không có ngôn ngữ {lang!r} (no such language): {', '.join(get_args(Lang))}")
    set_ledger(ledger)


@cli.command("import", help=say("Nhập các tệp Excel.", "Import Excel workbooks."))
def import_(
    files: Annotated[list[Path], typer.Argument(help=say("Các tệp", "The files"), exists=True, dir_okay=False)],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Chỉ xem trước.", "Only show what would change."))
    ] = False,
    importer: Annotated[str, typer.Option(help=say("Cách nhập của một tiện ích", "A plugin's own importer"))] = "",
    json_: Json = False,
) -> None:
    with desk() as office, progress_bar() as bar:
        read = {path.name: path.read_bytes() for path in files}
        seen = office.import_files(read, dry_run=dry_run, progress=bar, importer=importer)
    show_preview(seen, dry_run=dry_run, json_=json_)
    if any(problem.severity is Severity.ERROR for problem in seen.problems):
        raise typer.Exit(PROBLEMS)


@cli.command(help=say("Các chỉ tiêu của một kỳ.", "The figures of a period."))
def metrics(
    period: PeriodText = "2023",
    by: By = "",
    on_map: OnMap = "",
    json_: Json = False,
) -> None:
    asked, day, level = asked_period(period), asked_day(on_map), asked_level(by)
    if day and not level.startswith("place:"):
        told = "Bản đồ chỉ đổi con số theo địa bàn: thêm --by place:commune."
        typer.echo(say(told, "The map shows only by place: add --by place:commune."), err=True)
    with desk() as office:
        tell_early(office, asked)
        evaluation = office.evaluate(asked, by=level, on_map=day)
        titles = office.groups(level, day or asked.end) if level else {}
    if level:
        show_places(evaluation, asked, titles, json_=json_)
    else:
        show_figures(
            [figure_of(evaluation.metric(cell), cell) for cell in map(evaluation.cell, evaluation.metrics)],
            json_=json_,
        )


@cli.command(help=say("Các bản ghi đứng sau một con số.", "The records behind a figure."))
def records(  # noqa: PLR0913, PLR0917 - it opens whatever `metrics` shows, so it takes the same options
    metric: str,
    period: PeriodText = "2023",
    place: Group = "",
    by: By = "",
    on_map: OnMap = "",
    left_out: Annotated[
        bool, typer.Option("--left-out", help=say("Những bản ghi không được đếm", "Those not counted, and why"))
    ] = False,
    json_: Json = False,
) -> None:
    asked, day, level = asked_period(period), asked_day(on_map), asked_level(by)
    if level and not place:
        raise CoopkitError("--by cần thêm --at NHÓM, hay --at ? (--by needs --at with a group, or ?)")
    with desk() as office:
        tell_early(office, asked)
        offered = office.metrics()
        if level:
            evaluation = office.evaluate(asked, by=level, on_map=day)
            cell = called(evaluation, metric, place, office.groups(level, day or asked.end))
            sources = sources_of(evaluation, cell, LANG, left_out=left_out)
        else:
            lowest = office.snapshot().places.levels(day or asked.end)[-1:]
            at = At("", day, *lowest) if place == "?" else At(place, day) if place else None
            sources = office.sources(metric, asked, at, LANG, left_out=left_out)
    show_parts(sources, metric, offered, json_=json_)


@cli.command(help=say("Xuất báo cáo của một kỳ.", "Write the report of a period."))
def report(
    period: str,
    to: Annotated[Path, typer.Option(help=say("Tệp .docx, .xlsx, .csv hoặc .json", "The file to write"))],
    exporter: Annotated[str, typer.Option(help=say("Mẫu báo cáo; mặc định theo đuôi tệp.", "Which exporter."))] = "",
    date: Annotated[str, typer.Option(help=say("Ngày ký: dd/mm/yyyy", "The day printed on it: dd/mm/yyyy"))] = "",
) -> None:
    from coopkit.period import parse_date

    with desk() as office:
        made = office.report(asked_period(period), date=parse_date(date) if date else None)
        chosen = office.exporter(exporter or to.suffix.lstrip("."))
        data = office.export(made, chosen.key)
    to.write_bytes(data)
    typer.echo(say(f"Đã ghi {to} ({chosen.label.vi}).", f"Wrote {to} ({chosen.label.en})."))
    for figure in made.unavailable:
        typer.echo(f"{figure.label.in_(LANG)}: {figure.value}", err=True)
    if made.unavailable:
        raise typer.Exit(PROBLEMS)


@cli.command(help=say("Lịch sử của một bản ghi.", "The history of a record."))
def history(record: str, json_: Json = False) -> None:
    with desk() as office:
        entries = office.history(record)
    show_history(entries, json_=json_)


@cli.command(help=say("Hoàn tác một lô.", "Take a batch back."))
def undo(batch: int) -> None:
    with desk() as office:
        receipt = office.undo(batch)
    typer.echo(say(f"Đã hoàn tác lô {batch} bằng lô {receipt.number}.", f"Batch {batch} undone by {receipt.number}."))


@cli.command(help=say("Kiểm tra sổ và các lần chốt.", "Verify the ledger and the sealed runs."))
def verify(json_: Json = False) -> None:
    with desk() as office:
        faults, gaps = office.verify(), Sealing(office).faults()
    if json_:
        typer.echo(as_json([*faults, *gaps]))
    for fault in [] if json_ else faults:
        typer.echo(
            say(f"Lô {fault.batch}, dòng {fault.line}: ", f"Batch {fault.batch}, line {fault.line}: ") + fault.what
        )
    for gap in [] if json_ else gaps:
        typer.echo(say("Lần chốt", "Sealed run") + f" {gap.run}, {gap.piece}: {gap.what}")
    if faults or gaps:
        raise typer.Exit(PROBLEMS)
    if not json_:
        typer.echo(say("Sổ toàn vẹn.", "The ledger is sound."))


@cli.command(help=say("Nạp dữ liệu mẫu Hải Phòng 2023 và mở trang quản trị.", "Load the example and open the page."))
def demo(
    app: Annotated[bool, typer.Option("--app/--no-app", help=say("Mở trang quản trị.", "Open the page."))] = True,
    ledger: Annotated[str, typer.Option(help=say("Sổ riêng cho mẫu.", "A ledger for the example."))] = "",
    port: int = 8501,
    json_: Json = False,
) -> None:
    set_ledger(ledger)
    with desk(demo=True) as office:
        if not Logins(office.workspace).is_empty:
            vi = "Sổ này có tài khoản: không nạp dữ liệu mẫu vào"
            raise CoopkitError(say(vi, "This ledger has accounts: the example is not loaded into it"))
        for name, problem in switch_on_plugins(office).items():
            typer.echo(f"{name}: {problem}", err=True)
        with progress_bar() as bar:
            seen = load_demo(office, bar)
            load_plugin_data(office)
            if app:  # the campaigns are for the page, and take as long as all the rest
                load_campaigns(office, bar)
        made = office.report(Period.parse("2023"))
        data = office.export(made, "json")
    if json_:
        typer.echo(json.dumps({"facts": json.loads(data)["facts"]}, ensure_ascii=False, indent=2))
    else:
        show_preview(seen, dry_run=False, json_=False)
        show_figures(made.figures, json_=False)
    if app:
        raise typer.Exit(run_app(port, demo=True))


@cli.command(help=say("Mở trang quản trị; ai cũng phải đăng nhập.", "Serve the admin page; everybody signs in."))
def app(
    port: int = 8501,
    host: Annotated[str, typer.Option(help=say("Địa chỉ để nghe", "The address to listen at"))] = "127.0.0.1",
) -> None:
    raise typer.Exit(run_app(port, host))


def main() -> None:
    """Run the command line; coopkit's own errors are one clear line and exit code 2."""
    try:
        cli()
    except CoopkitError as error:
        typer.echo(f"{say('Lỗi', 'Error')}: {error}", err=True)
        sys.exit(MISUSE)
    except OSError as error:
        file = error.filename or ""
        told = say(f"không đọc hay ghi được {file}", f"{file} cannot be read or written")
        typer.echo(f"{say('Lỗi', 'Error')}: {told}: {error.strerror}", err=True)
        sys.exit(MISUSE)
