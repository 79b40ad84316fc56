"""The commands about a campaign's votes, awards and documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopkit.campaign import InitiativeKind, format_points
from coopkit.cli.campaigns import Because, On, Which, at, campaign, day_of
from coopkit.cli.start import desk
from coopkit.cli.words import LANG, say
from coopkit.errors import CoopkitError
from coopkit.event import RecipientKind
from coopkit.exporters.papers import PAPERS
from coopkit.quantity import VND, exact, format_quantity
from coopkit.workspace import Awarding, Ballot, Outcome, Papers, Ranking, ScoreSheets

__all__ = ["campaign"]

award = typer.Typer(no_args_is_help=True, help=say("Đề nghị, quyết định, hủy bỏ khen thưởng.", "Awards."))
campaign.add_typer(award, name="award")

Form = Annotated[str, typer.Argument(help=say("Hình thức trong thể lệ", "The award's key"))]


@campaign.command(help=say("Ghi kết quả phiếu của một đề nghị, theo tổng số.", "Enter a vote's totals."))
def vote(
    which: Which,
    nomination: Annotated[str, typer.Argument(help=say("Mã đề nghị", "The nomination"))],
    in_favour: Annotated[int, typer.Argument(help=say("Đồng ý", "In favour"))],
    against: Annotated[int, typer.Argument(help=say("Không đồng ý", "Against"))],
    present: Annotated[int | None, typer.Option(help=say("Có mặt (họp khối)", "Present (block meeting)"))] = None,
) -> None:
    with desk() as office:
        [told] = Awarding(at(office, which)).vote([Ballot(nomination, in_favour, against, present)]).values()
    typer.echo(f"{say('Được thông qua', 'Passed') if told.passed else say('Không được', 'Cut')}: {told.why.in_(LANG)}")


@campaign.command(help=say("Thành phần Hội đồng và ai dự họp.", "The council's seats, and who takes part."))
def council(
    which: Which,
    seat: Annotated[list[str] | None, typer.Option(help=say("Chức danh[=đơn vị]", "SEAT[=UNIT]"))] = None,
    attend: Annotated[list[str] | None, typer.Option(help=say("Chức danh dự họp", "Who takes part"))] = None,
) -> None:
    if not seat and not attend:
        raise CoopkitError(say("Cho --seat hoặc --attend", "Give --seat or --attend"))
    with desk() as office:
        it = at(office, which)
        if seat:
            told = (one.partition("=") for one in seat)
            Awarding(it).seat({name: Ranking(it).find(unit) if unit else None for name, _, unit in told})
        if attend:
            Awarding(it).attend(attend)
    typer.echo(say("Đã ghi.", "Written."))


@award.command(help=say("Những đơn vị có thể đề nghị.", "The units that may be proposed."))
def suggest(which: Which, form: Form, on: On = "") -> None:
    with desk() as office:
        found = Awarding(at(office, which)).suggest(form, day_of(on))
    for line in found:
        typer.echo(f"{line.unit}\t{line.name}\t{format_points(line.total, LANG)}\t{line.place}")


@award.command(help=say("Đề nghị các đơn vị, hoặc những đề nghị chưa tách.", "Propose units, or unsplit recipients."))
def nominate(
    which: Which,
    form: Form,
    units: Annotated[list[str] | None, typer.Argument(help=say("Đơn vị", "Units"))] = None,
    unsplit: Annotated[int, typer.Option(help=say("Số đề nghị chưa tách", "So many unsplit"))] = 0,
    achievement: Annotated[str, typer.Option(help=say("Thành tích", "Achievement"))] = "",
    on: On = "",
) -> None:
    if not units and not unsplit:
        raise CoopkitError(say("Cho các đơn vị hoặc --unsplit", "Give units, or --unsplit"))
    with desk() as office:
        it = at(office, which)
        awarding, day = Awarding(it), day_of(on)
        if units:
            awarding.nominate(form, [Ranking(it).find(one) for one in units], achievement, day)
        if unsplit:
            awarding.nominate_others(form, RecipientKind.UNSPLIT, unsplit, achievement=achievement, on=day)
    typer.echo(say(f"{len(units or []) + unsplit} đề nghị.", f"{len(units or []) + unsplit} nominations."))


@award.command("list", help=say("Các đề nghị và khen thưởng.", "Nominations and awards."))
def list_(which: Which) -> None:
    with desk() as office:
        it = at(office, which)
        awarding, names = Awarding(it), {}
        for row in it.whole.tables["cooperative"].select(["id", "name"]).to_pylist():
            names[row["id"]] = row["name"]
        nominations, honours = awarding.nominations(), awarding.honours()
    for one in nominations:
        whom = names.get(one.cooperative or "", f"#{one.number}")
        typer.echo(f"{one.id}\t{one.award}\t{whom}\t{one.state.label.in_(LANG)}\t{one.reason or ''}")
    for honour, revoked in honours:
        whom = names.get(honour.cooperative or "", f"#{honour.number}")
        money = format_quantity(exact(honour.reward, VND), LANG) if honour.reward else ""
        end = f"{say('hủy bỏ theo', 'revoked by')} {revoked.decision}: {revoked.reason}" if revoked else ""
        typer.echo(f"{honour.id}\t{honour.decision}\t{honour.award.label.in_(LANG)}\t{whom}\t{money}\t{end}")


@award.command(help=say("Quyết định của cấp khen thưởng.", "The giver's decision."))
def decide(
    which: Which,
    form: Form,
    decision: Annotated[str, typer.Option(help=say("Số quyết định", "The decision's number"))],
    on: On = "",
    refuse: Annotated[list[str] | None, typer.Option(help=say("Đề nghị không tặng", "Refused ones"))] = None,
    because: Because = "",
) -> None:
    with desk() as office:
        it = at(office, which)
        outcomes = [Outcome(one, granted=False, reason=because) for one in refuse or []]
        Awarding(it).decide(form, decision, day_of(on) or it.today(), outcomes)
    typer.echo(say(f"Đã ghi quyết định {decision}.", f"The decision {decision} is there."))


@award.command(help=say("Hủy bỏ một khen thưởng: một quyết định mới.", "Revoke an award: a new act."))
def revoke(
    which: Which,
    honour: Annotated[str, typer.Argument(help=say("Mã khen thưởng", "The award's id"))],
    decision: Annotated[str, typer.Option(help=say("Số quyết định", "The decision's number"))],
    because: Because = "",
    on: On = "",
) -> None:
    with desk() as office:
        it = at(office, which)
        Awarding(it).revoke(honour, decision, day_of(on) or it.today(), because)
    typer.echo(say("Đã hủy bỏ.", "Revoked."))


@award.command(help=say("Đề nghị sáng kiến hoặc điển hình; có quyết định thì công nhận.", "Initiatives, exemplars."))
def initiative(
    which: Which,
    title: str,
    unit: Annotated[str, typer.Option(help=say("Đơn vị", "The unit"))] = "",
    exemplar: Annotated[bool, typer.Option("--exemplar", help=say("Điển hình", "An exemplar"))] = False,
    decision: Annotated[str, typer.Option(help=say("Số quyết định công nhận", "The decision"))] = "",
    on: On = "",
) -> None:
    with desk() as office:
        it = at(office, which)
        if unit:
            kind = InitiativeKind.EXEMPLAR if exemplar else InitiativeKind.INITIATIVE
            Awarding(it).propose_initiative(kind, title, Ranking(it).find(unit))
        if decision:
            Awarding(it).recognise(title, decision, day_of(on) or it.today())
    typer.echo(say("Đã ghi.", "Written."))


@campaign.command(help=say("Lập văn bản từ mẫu Word: mỗi khối, đơn vị, quyết định một tệp.", "Write the papers."))
def documents(  # noqa: PLR0913, PLR0917 - an option for each part of the question
    which: Which,
    kind: Annotated[str, typer.Argument(help=say("Loại: " + ", ".join(PAPERS), "Which: " + ", ".join(PAPERS)))],
    to: Annotated[Path, typer.Option(help=say("Thư mục cần ghi", "The folder to write to"))],
    only: Annotated[str, typer.Option(help=say("Chỉ khối, đơn vị hoặc quyết định này", "Only this one"))] = "",
    template: Annotated[
        Path | None, typer.Option(help=say("Mẫu .docx riêng", "An own template"), exists=True, dir_okay=False)
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help=say("TỪ=giá trị", "WORD=value"))] = None,
    on: On = "",
) -> None:
    if wrong := [one for one in set_ or [] if "=" not in one]:
        raise CoopkitError(say(f"--set «{wrong[0]}»: viết TỪ=giá trị", f"--set {wrong[0]!r}: write WORD=value"))
    words = dict(one.partition("=")[::2] for one in set_ or [])
    with desk() as office:
        it = at(office, which)
        own = template.read_bytes() if template else None
        made = Papers(it, day_of(on) or it.today(), words).write(kind, only=only, template=own)
    to.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (to / name).write_bytes(data)
    typer.echo(say(f"Đã ghi {len(made)} tệp vào {to}.", f"Wrote {len(made)} files to {to}."))


@campaign.command(help=say("Phiếu chấm Excel: ghi ra thư mục, hoặc nhập lại các phiếu đã điền.", "Score sheets."))
def sheets(
    which: Which,
    files: Annotated[
        list[Path] | None, typer.Argument(help=say("Các phiếu đã điền", "Filled sheets"), exists=True, dir_okay=False)
    ] = None,
    to: Annotated[Path | None, typer.Option(help=say("Thư mục cần ghi", "The folder to write to"))] = None,
    on: On = "",
) -> None:
    if bool(files) == bool(to):
        raise CoopkitError(say("Cho các tệp đã điền, hoặc --to THƯ_MỤC", "Give filled files, or --to FOLDER"))
    with desk() as office:
        it = at(office, which)
        if to:
            made = ScoreSheets(it).write(day_of(on) or it.today())
            to.mkdir(parents=True, exist_ok=True)
            for name, data in made.items():
                (to / name).write_bytes(data)
            typer.echo(say(f"Đã ghi {len(made)} tệp vào {to}.", f"Wrote {len(made)} files to {to}."))
            return
        written, told = ScoreSheets(it).read({path.name: path.read_bytes() for path in files or []})
    problems = [problem for read in told for problem in read.problems]
    for problem in problems:
        typer.echo(problem.in_(LANG), err=True)
    typer.echo(say(f"Đã nhập {written} điểm.", f"{written} points are in."))
    if problems:
        raise typer.Exit(1)
