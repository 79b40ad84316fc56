"""What is printed: a period's report, a campaign's board, a unit's record; each asked of a desk, as one HTML file."""

from __future__ import annotations

from collections.abc import Mapping

from coopkit.campaign import SCORING
from coopkit.errors import NotFound
from coopkit.exporters.page import Document, Heading, Row, Table, board_tables, write_html
from coopkit.period import Period, parse_date
from coopkit.text import Label, Lang
from coopkit.workspace import CampaignDesk, Desk, Ranking, Section
from coopkit.workspace.reporting import Reporting


def report(desk: Desk, asked: Mapping[str, str], lang: Lang) -> bytes:
    """The report of the period `ky`, dated `ngay` (today, unless told), on the map of the day `ban-do`.

    `chon` are the keys of the metrics it is of, or of their sections, with commas between; none is all. Raises
    `BadText` for what is no period and no day.
    """
    day, on_map = (parse_date(asked[key]) if asked.get(key) else None for key in ("ngay", "ban-do"))
    period, chosen = Period.parse(asked.get("ky", "")), asked.get("chon", "").split(",")
    return write_html(desk.report(period, date=day, on_map=on_map, only=Reporting(desk).chosen(chosen)), lang)


def board(desk: Desk, asked: Mapping[str, str], lang: Lang) -> bytes:
    """The board of the campaign `dot` (its id, name or period), or of its block `khoi`, as the actor may see it.

    Raises `NotFound` for a campaign or block there is not.
    """
    at = CampaignDesk.of(desk, asked.get("dot", ""))
    seen, standing, block = Ranking(at).board(), at.standing, asked.get("khoi", "")
    if block and block not in seen.blocks:
        raise NotFound(f"Không có khối {block!r} (no such block): {'; '.join(seen.blocks.values())}")
    closed = [stage for stage in standing.closed(*SCORING) if stage.key in standing.runs]
    provisional = Label(
        "Chưa giai đoạn chấm điểm nào đóng: số liệu tạm thời", "No scoring stage is closed: these points may change"
    )
    paper = Document(
        Label("Bảng xếp hạng", "Leaderboard"),
        _organisation(desk) or at.rules.organiser,
        at.today(),
        board_tables(seen, at.rules, lang, block),
        Label(at.rules.name, at.rules.name),
        (_sealed(closed[-1].name) if closed else provisional,),
    )
    return paper.html(lang)


def record(desk: Desk, asked: Mapping[str, str], lang: Lang) -> bytes:
    """All that is recorded of the unit `ma`, personal values masked. Raises `NotFound` for one there is not."""
    unit = desk.unit(asked.get("ma", ""), lang=lang)
    facts = tuple(Row((label.in_(lang), text or "–")) for label, text in unit.facts)
    own = Table(Label("Thông tin", "Details"), _FACT, facts)
    name = Label(unit.name, unit.name)
    paper = Document(
        name,
        _organisation(desk),
        desk.workspace.clock().date(),
        (own, *map(_section, unit.sections)),
        Label("Hồ sơ đơn vị", "Record of the unit"),
        source=Label("Dữ liệu cá nhân được che.", "Personal data is masked."),
    )
    return paper.html(lang)


_FACT = Heading(Label("Trường", "Field"), share=35), Heading(Label("Giá trị", "Value"), share=65)


def _section(section: Section) -> Table:
    """The section without the columns that nobody filled: paper is narrow."""
    filled = [n for n in range(len(section.columns)) if any(row[n] for row in section.rows)]
    headings = tuple(Heading(section.columns[n]) for n in filled)
    return Table(section.title, headings, tuple(Row(tuple(row[n] for n in filled)) for row in section.rows))


def _sealed(stage: Label) -> Label:
    return Label(f"Điểm đã chốt sau giai đoạn {stage.vi}.", f"Points as sealed after the stage {stage.en}.")


def _organisation(desk: Desk) -> str:
    names = desk.snapshot().table("alliance").column("name").to_pylist()
    return str(names[0]) if names else ""
