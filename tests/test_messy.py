"""The workbooks of examples/messy: every planted fault is reported with its cell, and good rows stay."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from coopkit import (
    OWN_KINDS,
    PEOPLE,
    VND,
    Cooperative,
    CooperativeKind,
    Event,
    EventOrganiser,
    EventPlace,
    Membership,
    OperatingState,
    OperatingStatus,
    Participation,
    Register,
    Snapshot,
    YearFigures,
    assemble,
    between,
    exact,
    read_file,
    register_sheets,
)
from coopkit.importers import Imported
from coopkit.problem import Severity
from coopkit.quantity import Quantity

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples/messy"

ERRORS = """
huyen-vinh-bao.xlsx  DANH SÁCH HTX     D10  tax_code.unreadable
huyen-vinh-bao.xlsx  DANH SÁCH HTX     H11  date.unreadable
huyen-vinh-bao.xlsx  DANH SÁCH HTX     C12  choice.unreadable
huyen-vinh-bao.xlsx  DANH SÁCH HTX     E13  place.unknown
huyen-vinh-bao.xlsx  DANH SÁCH HTX     B14  cooperative.two_spellings
huyen-vinh-bao.xlsx  Số liệu năm 2023  D6   count.unreadable
huyen-vinh-bao.xlsx  Số liệu năm 2023  E7   count.unreadable
huyen-vinh-bao.xlsx  Số liệu năm 2023  F8   cooperative.rejected
huyen-vinh-bao.xlsx  Tham gia          C4   event.unknown
huyen-vinh-bao.xlsx  Tham gia          B5   cooperative.unknown
quan-le-chan.xlsx    2. DS HTX 2023    C6   tax_code.unreadable
quan-le-chan.xlsx    2. DS HTX 2023    A7   place.unknown
quan-le-chan.xlsx    Lượt tham gia     A2   ditto.nothing_above
van-phong.xlsx       HOẠT ĐỘNG         A6   record.duplicate
van-phong.xlsx       đào tạo           D4   quantity.unreadable
van-phong.xlsx       Vay vốn           E4   quantity.unreadable
"""
"""File, sheet, cell and code of every fault for which a row is left out."""

WARNINGS = """
huyen-vinh-bao.xlsx  DANH SÁCH HTX     D15  tax_code.leading_zero
huyen-vinh-bao.xlsx  DANH SÁCH HTX     E15  place.inexact
huyen-vinh-bao.xlsx  Tham gia          C6   event.inexact
quan-le-chan.xlsx    Nháp              -    sheet.unknown
quan-le-chan.xlsx    2. DS HTX 2023    G3   header.unknown
"""
"""The same of every doubt: the row is kept."""


def listed(table: str) -> set[tuple[str, ...]]:
    """The rows of a table whose columns stand two spaces apart."""
    rows = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in table.strip().splitlines()]
    return {tuple("" if cell == "-" else cell for cell in row) for row in rows}


@cache
def imported() -> Imported:
    sheets = register_sheets(OWN_KINDS)
    reads = [read_file(path.read_bytes(), file=path.name, sheets=sheets) for path in sorted(FOLDER.glob("*.xlsx"))]
    return assemble(reads, Register.of(Snapshot.of([])), on=dt.date(2023, 12, 31))


def reported(severity: Severity) -> list[tuple[str, ...]]:
    return [(one.file, one.sheet, one.cell, one.code) for one in imported().problems if one.severity is severity]


def every(cls: type) -> list[Any]:
    return [one for one in imported().records if isinstance(one, cls)]


def unit(name: str) -> Any:
    [found] = [one for one in every(Cooperative) if one.name == name]
    return found


def test_every_planted_fault_is_reported_and_nothing_else():
    """Each fault is reported once, with its cell; no good cell is complained of."""
    assert Counter(reported(Severity.ERROR)) == Counter(listed(ERRORS))


def test_every_planted_doubt_is_reported_and_nothing_else():
    """What was understood though it is written oddly is told, and kept."""
    assert Counter(reported(Severity.WARNING)) == Counter(listed(WARNINGS))


def test_every_problem_says_what_and_how_to_mend_it():
    """Each problem speaks both languages."""
    assert all(text for one in imported().problems for label in (one.what, one.mend) for text in (label.vi, label.en))


def test_good_rows_are_kept():
    """Rows without a fault give their records, those with one give none."""
    wanted = (Cooperative, Membership, OperatingStatus, YearFigures, Event, EventPlace, EventOrganiser, Participation)
    assert {cls: len(every(cls)) for cls in wanted} == {
        Cooperative: 7,
        Membership: 2,
        OperatingStatus: 2,
        YearFigures: 3,
        Event: 6,
        EventPlace: 3,
        EventOrganiser: 2,
        Participation: 7,
    }


def test_units_are_read_as_they_were_meant():
    """Decomposed letters, hoà and hòa, "nt", 1.234,5 triệu, 2,5 tỷ and both kinds of date come out right."""
    first, second = unit("HTX DVNN Sao Bằng"), unit("HTX Chăn nuôi Mây Tre")
    assert (first.charter_capital, second.charter_capital) == (1_234_500_000, 2_500_000_000)
    assert (first.founded, second.founded) == (dt.date(2015, 3, 12), dt.date(2014, 5, 9))
    assert first.place == second.place == "11890@1900-01-01"
    assert second.kind is CooperativeKind.COOPERATIVE
    assert unit("Hợp tác xã Cơ khí Nắng Mai").founded == dt.date(2010, 7, 1)
    assert unit("Tổ hợp tác Lá Quế").tax_code is None


def test_codes_are_read_as_they_were_meant():
    """A code that lost its zero, or stands in groups of three, is the same code."""
    assert unit("HTX DVNN Hạt Mai").tax_code.startswith("0299")
    assert len(unit("HTX TMDV Đồi Mai").tax_code) == 10


def test_statuses_of_a_bare_list():
    """A column of states without dates still says what was seen."""
    states = {one.cooperative: one.state for one in every(OperatingStatus)}
    assert states[unit("HTX TMDV Đồi Mai").id] is OperatingState.STOPPED
    assert states[unit("HTX Vận tải Suối Tre").id] is OperatingState.OPERATING


def test_figures_are_read_in_their_units():
    """Headers in triệu đồng, amounts in tỷ, losses in brackets and 1.050 people come out in đồng and people."""
    figures = {one.cooperative: one for one in every(YearFigures)}
    first, second = figures[unit("HTX DVNN Sao Bằng").id], figures[unit("HTX Chăn nuôi Mây Tre").id]
    assert (first.revenue, first.profit, first.members_official) == (1_234_500_000, 56_000_000, 120)
    assert (second.revenue, second.profit, second.members_official) == (2_500_000_000, -30_000_000, 1_050)
    assert first.workers == second.workers == 12
    assert figures[unit("HTX DVNN Hạt Mai").id].profit is None


def test_amounts_keep_what_was_said():
    """'hơn 30' trainees stay more than 30; loans stay ranges."""
    trainees = [Quantity(**_bounds(one.details), unit=PEOPLE) for one in every(Event) if one.kind == "training"]
    assert sorted(one.qualifier for one in trainees) == ["exact", "more_than"]
    assert exact(25, PEOPLE) in trainees
    loans = [one.amount for one in every(Participation) if one.amount]
    million = 1_000_000
    assert loans == [between(500 * million, 700 * million, VND), between(300 * million, 400 * million, VND)]


def _bounds(details: Any) -> dict[str, Any]:
    return {name: details.get(f"trainees_{name}") for name in ("low", "high", "strict", "about")}


def test_turns_find_their_unit_and_event():
    """Units named by another spelling, events named by "nt" or in small letters are found across the files."""
    [fair] = [one for one in every(Event) if one.code == "MESSY-HC-01"]
    people = {turn.cooperative: turn.people for turn in every(Participation) if turn.event == fair.id}
    names = {one.id: one.name for one in every(Cooperative)}
    assert {names[of]: number for of, number in people.items()} == {
        "HTX DVNN Sao Bằng": 2,
        "HTX Chăn nuôi Mây Tre": 3,
        "Hợp tác xã Cơ khí Nắng Mai": 4,
        "HTX Vận tải Suối Tre": 1,
        "HTX TMDV Đồi Mai": 2,
    }


def test_workbooks_are_made_again_byte_for_byte(tmp_path: Path):
    """Made again in another process, the workbooks are those in the repository."""
    command = [sys.executable, "-W", "error", "-m", "examples.messy.make", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made, kept = ({path.name: path.read_bytes() for path in at.glob("*.xlsx")} for at in (tmp_path, FOLDER))
    assert made == kept
