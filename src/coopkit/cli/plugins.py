"""The commands about plugins. Only `on` and `try` let a plugin's code run, in a process of its own."""

from __future__ import annotations

import datetime as dt
import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer

from coopkit.cli.place import Json
from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.errors import CoopkitError, PluginError
from coopkit.period import format_date, format_moment
from coopkit.registry import PluginManifest, PluginState, State
from coopkit.registry.manifest import PROVIDES
from coopkit.registry.trial import LIMIT
from coopkit.scaffold import Wanted, owner_of, write_project
from coopkit.workspace import Plugins, SettingValue

plugin = typer.Typer(no_args_is_help=True, help=say("Các tiện ích đã cài.", "The installed plugins."))
PROBLEMS = 1

Name = Annotated[str, typer.Argument(help=say("Tiện ích", "The plugin"))]
Because = Annotated[str, typer.Option("--because", help=say("Lý do", "Why"))]
Limit = Annotated[float, typer.Option(help=say("Số giây cho việc nạp thử", "Seconds that loading may take"))]


@plugin.command("list", help=say("Liệt kê tiện ích, trạng thái và lý do.", "List plugins, their states and why."))
def list_(json_: Json = False) -> None:
    with desk(plugins=False) as office:
        states = Plugins(office).all()
    if json_:
        typer.echo(json.dumps([_plain(state) for state in states], ensure_ascii=False, indent=2, default=str))
    for state in [] if json_ else states:
        reason = f": {state.reason}" if state.reason else ""
        typer.echo(f"{state.name:<16} {state.version:<10} {state.state.label.in_(LANG)}{reason}")
    if any(state.problem or state.state in (State.FAILED, State.QUARANTINED) for state in states):
        raise typer.Exit(PROBLEMS)


def _plain(state: PluginState) -> dict[str, Any]:
    return {**attrs.asdict(state), "problem": state.problem}


@plugin.command(help=say("Mọi điều biết về một tiện ích.", "Everything that is known of a plugin."))
def inspect(name: Name, place: str | None = None, campaign: str = "", json_: Json = False) -> None:
    with desk(plugins=False) as office:
        plugins = Plugins(office)
        found, granted = plugins.find(name), plugins.granted(name)
        [state] = [one for one in plugins.all() if one.name == name]
        settings = plugins.settings(name, place=place, campaign=campaign) if found.manifest else []
    state = attrs.evolve(state, code=found.code)
    if json_:
        asked = attrs.asdict(found.manifest) if found.manifest else {}
        told = {**_plain(state), "values": [attrs.asdict(one) for one in settings], "granted": granted}
        told |= {key: asked.get(key) for key in ("owners", "reads", "requires", "description")}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for vi, en, value in _lines(state):
        typer.echo(f"{say(vi, en):<18} {value}")
    for label, value in _asks(found.manifest, granted=granted) if found.manifest else ():
        typer.echo(f"{label:<18} {value}")
    for one in settings:
        typer.echo(f"{say('Thiết đặt', 'Setting'):<18} {_setting(one)}")


def _asks(manifest: PluginManifest, *, granted: bool) -> list[tuple[str, str]]:
    """Where a plugin belongs and what it reads: what is to be known before it is switched on."""
    owners = [one.place + (f" ({format_date(one.on)})" if one.on else "") for one in manifest.owners]
    grant = say("đã cấp", "granted") if granted else say("chưa cấp", "not granted")
    personal = grant if manifest.reads.personal else say("không xin", "asks for none")
    return [
        (say("Địa bàn", "Places"), ", ".join(owners) or say("cả thành phố", "the whole city")),
        (say("Đọc bảng", "Reads"), ", ".join(manifest.reads.tables) or "–"),
        (say("Dữ liệu cá nhân", "Personal data"), personal),
    ]


def _lines(state: PluginState) -> list[tuple[str, str, str]]:
    first, last = (format_moment(day.isoformat()) if day else "" for day in (state.first_failure, state.last_failure))
    lines = [
        ("Tiện ích", "Plugin", state.name + (f" · {state.label.in_(LANG)}" if state.label else "")),
        ("Gói", "Distribution", f"{state.distribution} {state.version}"),
        ("Trạng thái", "State", state.state.label.in_(LANG)),
        ("Lý do", "Why", state.reason),
        ("Hỏng lần đầu", "First failure", first),
        ("Hỏng lần cuối", "Last failure", last),
        ("Thư mục", "Folder", state.path),
        ("Mã băm", "Hash", state.code),
    ]
    lines += [("Cung cấp", "Provides", f"{kind}: {', '.join(keys)}") for kind, keys in state.provides.items()]
    return [line for line in lines if line[2]]


def _setting(one: SettingValue) -> str:
    origins = {
        "campaign": say("của phong trào", "of the campaign"),
        "place": say("của địa bàn", "of the place"),
        "city": say("của thành phố", "of the city"),
        "default": say("mặc định", "default"),
    }
    return f"{one.key} = {json.dumps(one.value, ensure_ascii=False)} ({origins[one.origin]})  {one.label.in_(LANG)}"


@plugin.command(help=say("Những gì cần xem lại.", "What is to be looked after."))
def doctor(json_: Json = False) -> None:
    with desk(plugins=False) as office:
        told = list(Plugins(office).doctor())
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2) if json_ else "\n".join(told) or say("Ổn.", "All well."))
    if told:
        raise typer.Exit(PROBLEMS)


@plugin.command("try", help=say("Nạp thử trong một tiến trình riêng.", "Load it in a process of its own."))
def try_(name: Name, limit: Limit = LIMIT, json_: Json = False) -> None:
    with desk(plugins=False) as office:
        trial = Plugins(office).try_(name, limit=limit)
    if json_:
        typer.echo(json.dumps(attrs.asdict(trial), ensure_ascii=False, indent=2))
    else:
        typer.echo(trial.problem or say("Nạp được.", "It can be loaded."))
        for keys in trial.offers.values():
            typer.echo(f"    {', '.join(keys)}")
    if trial.problem:
        raise typer.Exit(PROBLEMS)


@plugin.command(help=say("Bật: nạp thử, rồi ghi vào nhật ký.", "Switch on: tried first, then journalled."))
def on(
    name: Name,
    because: Because = "",
    personal: Annotated[
        bool, typer.Option("--grant-personal", help=say("Cho đọc dữ liệu cá nhân", "Grant personal data"))
    ] = False,
    limit: Limit = LIMIT,
) -> None:
    with desk(plugins=False) as office:
        receipt = Plugins(office).on(name, reason=because, personal=personal, limit=limit)
    typer.echo(say(f"Đã bật {name} (lô {receipt.number}).", f"{name} is on (batch {receipt.number})."))


@plugin.command(help=say("Tắt.", "Switch off."))
def off(name: Name, because: Because = "") -> None:
    with desk(plugins=False) as office:
        receipt = Plugins(office).off(name, reason=because)
    typer.echo(say(f"Đã tắt {name} (lô {receipt.number}).", f"{name} is off (batch {receipt.number})."))


@plugin.command("set", help=say("Đặt một thiết đặt: KHÓA=GIÁ TRỊ.", "Set a setting: KEY=VALUE."))
def set_(
    name: Name,
    told: Annotated[str, typer.Argument(metavar="KEY=VALUE")],
    place: Annotated[str, typer.Option(help=say("Cho một địa bàn: mã", "For a place: its code"))] = "",
    campaign: Annotated[str, typer.Option(help=say("Cho một phong trào: mã", "For a campaign: its id"))] = "",
    because: Because = "",
) -> None:
    key, equals, text = told.partition("=")
    if not equals:
        raise CoopkitError(say("viết KHÓA=GIÁ TRỊ, như min_stars=4", "write KEY=VALUE, like min_stars=4"))
    with desk(plugins=False) as office:
        plugins = Plugins(office)
        types = {one.key: one.type for one in plugins.settings(name)}
        plugins.set(name, key, _typed(text, types.get(key, "")), place=place, campaign=campaign, reason=because)
    typer.echo(say(f"Đã đặt {name}.{key}.", f"{name}.{key} is set."))


@plugin.command(help=say("Bỏ một thiết đặt.", "Take a setting back."))
def unset(
    name: Name,
    key: Annotated[str, typer.Argument(help=say("Thiết đặt", "The setting"))],
    place: Annotated[str, typer.Option(help=say("Của một địa bàn: mã", "Of a place: its code"))] = "",
    campaign: Annotated[str, typer.Option(help=say("Của một phong trào: mã", "Of a campaign: its id"))] = "",
    because: Because = "",
) -> None:
    with desk(plugins=False) as office:
        Plugins(office).unset(name, key, place=place, campaign=campaign, reason=because)
    typer.echo(say(f"Đã bỏ {name}.{key}.", f"{name}.{key} is taken back."))


def _typed(text: str, type_: str) -> Any:
    """A value typed for a setting of that type: numbers and true/false as such, anything else as text."""
    if type_ not in ("int", "flag"):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


@plugin.command(help=say("Kiểm tra một tiện ích đã cài, hay một thư mục.", "Check an installed plugin, or a folder."))
def check(
    target: Annotated[str, typer.Argument(help=say("Tiện ích, hoặc thư mục dự án", "A plugin, or its folder"))],
    json_: Json = False,
) -> None:
    from coopkit.testing import check_plugin

    try:
        findings = check_plugin(Path(target) if Path(target).is_dir() else target)
    except ModuleNotFoundError as error:
        raise PluginError(f"{target}: {error}") from error
    if json_:
        typer.echo(json.dumps([attrs.asdict(one) for one in findings], ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(map(str, findings)) or say("Đạt mọi điều kiểm tra.", "It passes every check."))
    if not all(one.skipped for one in findings):
        raise typer.Exit(PROBLEMS)


@plugin.command(help=say("Dựng dự án của một tiện ích mới.", "Make the project of a new plugin."))
def new(
    name: Annotated[str, typer.Argument(help=say("Mã: a–z, 0–9, _", "Its id: a–z, 0–9, _"))],
    place: Annotated[
        str | None,
        typer.Option(help=say("Địa bàn: 315 hay 315@2023-12-31; để trống: cả thành phố", "Its place: a code, @ a day")),
    ] = None,
    provides: Annotated[
        str | None, typer.Option(help=say("Cung cấp: metrics,exporters,… ; none: chưa gì", "What it provides"))
    ] = None,
    into: Annotated[Path, typer.Option(help=say("Thư mục chứa dự án", "Where the folder is made"))] = Path(),
) -> None:
    told = _asked(place, say("Mã địa bàn (bỏ trống: cả thành phố)", "Code of its place (empty: the whole city)"), "")
    kinds = _asked(provides, say("Cung cấp", "What it provides"), "metrics")
    today = dt.datetime.now(dt.UTC).astimezone().date()
    owner, found = owner_of(told, today) if told else (None, None)
    chosen = tuple(one.strip() for one in kinds.split(",") if one.strip() and one.strip() != "none")
    wanted = Wanted(name, owner, tuple(PROVIDES) if chosen == ("all",) else chosen)
    files = write_project(wanted, into)
    where = f" · {found.title}" if found else ""
    typer.echo(say(f"Đã dựng {into / wanted.distribution}{where}:", f"Made {into / wanted.distribution}{where}:"))
    for file in files:
        typer.echo(f"    {file.relative_to(into)}")


def _asked(told: str | None, question: str, default: str) -> str:
    """What a flag says; what it leaves open is asked at a terminal, and is the default where there is none."""
    if told is not None:
        return told
    return str(typer.prompt(question, default=default)) if sys.stdin.isatty() else default
