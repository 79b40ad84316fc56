"""The commands about emulation campaigns, from the launch to the decision."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import attrs
import typer

from coopkit.campaign import Campaign, Definition, format_points, parse_points, rubric, template_text
from coopkit.cli.place import Json, asked_day
from coopkit.cli.show import show_source
from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.emulation import Board, Explanation, Line
from coopkit.errors import CoopkitError, NotFound
from coopkit.record import make_id
from coopkit.workspace import CampaignDesk, Desk, Entry, Ranking, Scoring, Stages

campaign = typer.Typer(no_args_is_help=True, help=say("Phong trào thi đua.", "Emulation campaigns."))

Which = Annotated[str, typer.Argument(help=say("Phong trào: kỳ hoặc tên", "The campaign: its period or name"))]
Because = Annotated[str, typer.Option("--because", help=say("Lý do", "Why"))]
On = Annotated[str, typer.Option("--on", help=say("Ngày: dd/mm/yyyy; mặc định hôm nay", "The day; today unless told"))]
DefinitionFile = Annotated[
    Path | None, typer.Argument(help=say("Tệp thể lệ .toml", "The definition's file"), exists=True, dir_okay=False)
]


def at(office: Desk, told: str) -> CampaignDesk:
    """The campaign of that period or name."""
    return CampaignDesk.of(office, told)


def day_of(told: str) -> dt.date | None:
    """The day of an option, None where it is left out."""
    return asked_day(told) if told else None


def read_definition(file: Path) -> Definition:
    """The definition in a file. Raises `CampaignError` that names the file."""
    try:
        return Definition.read(file.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CoopkitError(f"{file}: lưu tệp dưới dạng UTF-8 (save the file as UTF-8)") from error
    except CoopkitError as error:
        raise type(error)(f"{file}: {error}") from error


@campaign.command(help=say("Phát động từ tệp thể lệ .toml; không có tệp thì in một mẫu.", "Launch from a file."))
def new(
    file: DefinitionFile = None,
    scheme: Annotated[str, typer.Option("--rubric", help=say("Bộ tiêu chí có sẵn", "A scheme that ships"))] = "",
    period: Annotated[str, typer.Option(help=say("Kỳ của bộ tiêu chí", "The scheme's period"))] = "",
    criteria: Annotated[
        list[str] | None, typer.Option(help=say("Thêm tiêu chí của tiện ích", "Criteria of a plugin to take in"))
    ] = None,
) -> None:
    if file is None and not scheme:
        typer.echo(template_text())
        return
    if bool(file) == bool(scheme) or bool(scheme) != bool(period):
        raise CoopkitError(say("Cho một tệp, hoặc --rubric cùng --period", "Give a file, or --rubric with --period"))
    with desk() as office:
        rules = read_definition(file) if file else rubric(scheme, period)
        stages = Stages.new(office, taking_in(office, rules, criteria or ()))
        typer.echo(say(f"Đã ghi {stages.at.record.name}.", f"{stages.at.record.name} is there."))


def taking_in(office: Desk, rules: Definition, wanted: Iterable[str]) -> Definition:
    """The definition with these sets of criteria of plugins after its own, as they are set for the campaign.

    Raises `NotFound`, naming those there are.
    """
    named = (
        one.id for one in office.snapshot().records(Campaign) if (one.name, one.period) == (rules.name, rules.period)
    )
    offered = office.workspace.registry.criteria(next(named, make_id("campaign", rules.period, rules.name)))
    for key in wanted:
        if key not in offered:
            raise NotFound(f"Không có bộ tiêu chí {key!r} (no such criteria): {', '.join(offered) or '-'}")
        rules = offered[key].put_into(rules)
    return rules


@campaign.command(help=say("Áp dụng thể lệ, hoặc thay nó với một lý do.", "Put the definition in force, or change it."))
def apply(which: Which, file: DefinitionFile = None, because: Because = "") -> None:
    with desk() as office:
        stages = Stages(at(office, which))
        stages.apply(read_definition(file) if file else None, because)
        version = stages.at.versions()[-1]
        typer.echo(say(f"Áp dụng lần {version.number}.", f"Version {version.number} is in force."))


@campaign.command(help=say("Phong trào đang ở đâu, còn thiếu gì.", "Where the campaign stands, and what is missing."))
def status(which: Which, json_: Json = False) -> None:
    with desk() as office:
        it = at(office, which)
        standing, obstacles = it.standing, Stages(it).obstacles()
        targets = Ranking(it).targets()
        drift = Ranking(it).drift()
        version = it.versions()[-1]
    if json_:
        told = {
            "campaign": it.campaign,
            "version": version.number,
            "applied": version.applied,
            "stages": {stage.key: standing.states[stage.key].value for stage in standing.stages},
            "runs": dict(standing.runs),
            "obstacles": [attrs.asdict(one) for one in obstacles],
            "targets": {
                key: {"value": one.value.low, "reach": one.reach, "expected": one.expected, "on_pace": one.on_pace}
                for key, one in targets.items()
            },
            "drift": [attrs.asdict(one) for one in drift],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for stage in standing.stages:
        typer.echo(f"{standing.states[stage.key].label.in_(LANG):<12} {stage.name.in_(LANG)}")
    for key, one in targets.items():
        goal = f"{one.goal.low}–{one.goal.high}" if one.goal.high else f"{one.goal.low}"
        typer.echo(f"{key}: {one.value.low}/{goal}, {one.reach.label.in_(LANG)}")
    for missing in obstacles:
        typer.echo(say("Còn thiếu: ", "Missing: ") + missing.in_(LANG))
    for moved in drift:
        typer.echo(
            say("Sổ đã đổi từ khi chốt: ", "The register changed since: ")
            + f"{moved.name}: {format_points(moved.total, LANG)} → {format_points(moved.total_now, LANG)}"
        )


@campaign.command(help=say("Ghi giao ước của các đơn vị.", "Record that units signed the pledge."))
def pledge(
    which: Which,
    units: Annotated[list[str], typer.Argument(help=say("Mã hoặc tên; «khối» là mọi đơn vị các khối", "Units"))],
    on: On = "",
) -> None:
    with desk() as office:
        it = at(office, which)
        found = all_of_blocks(it) if units == ["khối"] else [Ranking(it).find(one) for one in units]
        Stages(it).pledge(found, day_of(on) or it.today())
    typer.echo(say(f"{len(found)} đơn vị đã ký.", f"{len(found)} units have pledged."))


def all_of_blocks(it: CampaignDesk) -> list[str]:
    """Every unit of the campaign's blocks."""
    from coopkit.emulation import blocks_on

    return [unit for block in blocks_on(it.whole, it.rules, it.rules.span.end) for unit in block.units]


@campaign.command(help=say("Chấm điểm một tiêu chí của một đơn vị.", "Give points."))
def score(  # noqa: PLR0913, PLR0917 - an option for each part of a score
    which: Which,
    unit: Annotated[str, typer.Argument(help=say("Đơn vị", "The unit"))],
    criterion: Annotated[str, typer.Argument(help=say("Tiêu chí", "The criterion"))],
    points: Annotated[str, typer.Argument(help=say("Điểm, như 7,5", "Points, such as 7,5"))],
    scorer: Annotated[str, typer.Option(help=say("Đơn vị chấm", "In whose name"))] = "",
    because: Because = "",
    evidence: Annotated[str, typer.Option(help=say("Minh chứng", "Evidence"))] = "",
) -> None:
    with desk() as office:
        it = at(office, which)
        ranking = Ranking(it)
        by = ranking.find(scorer) if scorer else ""
        hundredths = parse_points(points)
        Scoring(it).give([Entry(ranking.find(unit), criterion, hundredths, by, because, evidence)])
    told = format_points(hundredths, LANG)
    typer.echo(say(f"Đã ghi {told} điểm.", f"{told} points are there."))


@campaign.command(help=say("Bảng xếp hạng.", "The board."))
def rank(
    which: Which, block: Annotated[str, typer.Option(help=say("Một khối", "One block"))] = "", json_: Json = False
) -> None:
    with desk() as office:
        board = Ranking(at(office, which)).board()
    if json_:
        typer.echo(json.dumps(board.data, ensure_ascii=False, indent=2))
        return
    show_board(board, block)


def show_board(board: Board, block: str = "") -> None:
    """The board, block by block."""
    chosen = {key: name for key, name in board.blocks.items() if not block or block.casefold() in name.casefold()}
    if not chosen:
        raise CoopkitError(f"Không có khối {block!r} (no such block): {'; '.join(board.blocks.values())}")
    for key, name in chosen.items():
        typer.echo(f"\n{name}")
        for line in board.of_block(key):
            typer.echo(f"{place_of(line):>14}  {format_points(line.total, LANG):>7}  {line.name}  {line.grade}")


def place_of(line: Line) -> str:
    """A place as it is told: shared places say so, and one without a place why."""
    if line.place:
        return f"{line.place}" + (say(" (đồng hạng)", " (tied)") if line.tied else "")
    return say("bị loại", "out") if line.disqualified else say("không xếp", "not rated")


@campaign.command(help=say("Vì sao đơn vị đứng ở đó.", "Why a unit stands where it does."))
def explain(
    which: Which,
    unit: str,
    records: Annotated[bool, typer.Option("--records", help=say("Cả các bản ghi", "The records, too"))] = False,
    json_: Json = False,
) -> None:
    with desk() as office:
        ranking = Ranking(at(office, which))
        found, evidence = ranking.explain(unit), ranking.evidence(unit, LANG) if records else {}
    if json_:
        typer.echo(json.dumps(attrs.asdict(found), ensure_ascii=False, indent=2, default=str))
        return
    show_explanation(found)
    for criterion, sources in evidence.items():
        for source in sources:
            typer.echo(f"\n{criterion} · {source.figure}")
            show_source(source, json_=False)


def show_explanation(found: Explanation) -> None:
    """Every criterion with its rule, value, scores and points; then the total, the place, and what moves it up."""
    line = found.line
    for one in found.criteria:
        points = say("để trống", "open") if one.points is None else format_points(one.points, LANG)
        typer.echo(f"{one.criterion.key} {one.criterion.name.in_(LANG)}: {points}")
        value = f" = {one.value}" if one.value else ""
        records = f" ({one.records} {say('bản ghi', 'records')})" if one.records is not None else ""
        typer.echo(f"    {one.rule.in_(LANG)}{value}{records}" + (f" [{one.why_open}]" if one.why_open else ""))
        for given in one.given:
            why = f" – {given.why}" if given.why else ""
            by = given.scorer or say("giấu tên", "not told")
            typer.echo(f"    {given.stage} · {by}: {format_points(given.points, LANG)}{why}")
    total = format_points(line.total, LANG)
    typer.echo(say(f"Tổng {total} điểm, hạng {place_of(line)}.", f"Total {total}, place {place_of(line)}."))
    typer.echo(found.up.in_(LANG))


@campaign.command(help=say("Đóng giai đoạn đang mở, mở giai đoạn sau.", "Close the open stage, open the next."))
def advance(which: Which, because: Because = "", on: On = "") -> None:
    with desk() as office:
        it = at(office, which)
        sealed = Stages(it).advance(because, day_of(on))
        now = it.standing.current
    if sealed:
        typer.echo(say(f"Đã chốt {sealed.name}.", f"Sealed {sealed.name}."))
    if now:
        typer.echo(say(f"Đang mở: {now.name.vi}.", f"Open: {now.name.en}."))


@campaign.command(help=say("Trả lại một bước, với một lý do.", "Go back one step, for a reason."))
def back(which: Which, because: Because = "", on: On = "") -> None:
    with desk() as office:
        it = at(office, which)
        Stages(it).back(because, day_of(on))
        now = it.standing.current
    typer.echo(say(f"Đang mở lại: {now.name.vi}.", f"Open again: {now.name.en}.") if now else "")


@campaign.command(help=say("Thứ hạng vững đến đâu.", "How safe the places are."))
def stability(
    which: Which,
    runs: Annotated[int, typer.Option(help=say("Số lần thử", "How many tries"))] = 500,
    spread: Annotated[int, typer.Option(help=say("Trọng số lệch, %", "How far weights are off, %"))] = 10,
    json_: Json = False,
) -> None:
    with desk() as office:
        ranking = Ranking(at(office, which))
        found, board = ranking.stability(runs=runs, spread=spread), ranking.board()
    if json_:
        told = {unit: {**attrs.asdict(one), "safe": one.safe} for unit, one in found.items()}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in board.lines:
        if line.place:
            one = found[line.unit]
            word = say("vững", "safe") if one.safe else say("không vững", "not safe")
            best, worst = min(one.best, one.best_without), max(one.worst, one.worst_without)
            between = f"{best}–{worst}" if best != worst else f"{best}"
            typer.echo(
                f"{board.blocks[line.block]}: {line.place} {line.name}: {word} ({between}, {one.same}/{one.runs})"
            )


@campaign.command(help=say("Xung đột lợi ích giữa các đơn vị.", "Conflicts of interest between units."))
def conflicts(which: Which, json_: Json = False) -> None:
    with desk() as office:
        it = at(office, which)
        found = Stages(it).conflicts()
        names = {row["id"]: row["name"] for row in it.whole.tables["cooperative"].select(["id", "name"]).to_pylist()}
    if json_:
        told = [{**attrs.asdict(one), "holds": one.holds} for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for one in found:
        said = one.state.label.in_(LANG) if one.state else say("theo sổ", "by the register")
        typer.echo(f"{names[one.one]} – {names[one.other]}: {one.kind.label.in_(LANG)} ({said}) {one.reason}")
