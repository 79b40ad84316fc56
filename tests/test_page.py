"""HTML for paper: what is in it is what the Report or the board says, as text, in either language."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.campaign import Definition
from coopkit.emulation import Board, Line
from coopkit.exporters.page import Document, Heading, Row, Table, board_tables, document_of, notice, write_html
from coopkit.metrics import RatioForm, Unavailable
from coopkit.period import Period
from coopkit.quantity import DISTRICTS, TURNS, UNITS, exact, more_than
from coopkit.report import Breakdown, Figure, Report, Section
from coopkit.text import Label

FAIRS = Label("Xúc tiến thương mại", "Trade promotion")
DAY = dt.date(2024, 1, 5)
RULES = Definition.of(
    {
        "name": "Thử",
        "period": "2024",
        "launched": "2023-12-20",
        "criteria": [
            {"key": "1", "name": {"vi": "Hội chợ", "en": "Fairs"}, "maximum": 10},
            {"key": "L", "name": {"vi": "Vi phạm", "en": "Breach"}, "disqualifies": True},
        ],
        "grades": [{"key": "good", "name": {"vi": "Tốt", "en": "Good"}, "least": 10}],
    }
)


def figure(key, value, noun, **more):
    return Figure(key, Label(f"Chỉ tiêu {key}", f"Figure {key}"), FAIRS, value, noun=noun, rows=1234, **more)


def report(*figures, **more):
    return Report(
        Label("Báo cáo năm 2023", "Report of 2023"),
        "Liên minh HTX mẫu",
        Period.parse("2023"),
        DAY,
        (Section(FAIRS, figures),),
        **more,
    )


UNITS_BESIDE = figure("b", exact(60, UNITS), UNITS.label)
TURNS_TOLD = figure("a", more_than(1200, TURNS), TURNS.label, beside=UNITS_BESIDE)


def test_a_figure_keeps_its_qualifier_and_what_is_beside_it():
    """More than stays more than, numbers are Vietnamese, and the units stand with the turns."""
    text = write_html(report(TURNS_TOLD)).decode()
    assert "hơn 1.200 lượt\nChỉ tiêu b: 60" in text
    assert '<td class="number">1.234</td>' in text
    assert "LIÊN MINH" not in text  # capitals are the style's, so that a reader's voice reads words
    assert "ngày 05 tháng 01 năm 2024" in text


def test_the_other_language():
    """English has English words, and its own numbers and dates."""
    text = write_html(report(TURNS_TOLD), "en").decode()
    assert '<html lang="en">' in text
    assert "more than 1,200" in text
    assert "Xúc tiến" not in text
    assert "05/01/2024" in text


def test_a_gap_is_seen():
    """A figure that cannot be computed stays, says why, is marked, and is counted at the head."""
    text = write_html(report(TURNS_TOLD, figure("c", Unavailable("cathai", "chia cho 0"), UNITS.label))).decode()
    assert re.search(r'<tr class="gap">\s*<td>Chỉ tiêu c</td>\s*<td>không tính được \(cathai: chia cho 0\)', text)
    assert "1 chỉ tiêu chưa tính được" in text


def test_a_ratio_is_printed_as_its_parts():
    """15/15 is not 1."""
    parts = {"numerator": exact(15, DISTRICTS), "denominator": exact(15, DISTRICTS)}
    told = figure("d", exact(1, DISTRICTS), DISTRICTS.label, form=RatioForm.PAIR, **parts)
    assert "15/15" in write_html(report(told)).decode()


def test_a_breakdown_has_a_row_for_each_group():
    """Groups stand in the order given; nothing counted is a dash, not 0."""
    names = {"x": Label("Huyện Một", "One"), "y": Label("Huyện Hai", "Two")}
    parts = Breakdown("place:district", names, {("a", "x"): TURNS_TOLD})
    whole, by_group = document_of(report(TURNS_TOLD, breakdown=parts)).tables
    assert [row.cells for row in by_group.rows] == [("Huyện Một", "hơn 1.200 lượt"), ("Huyện Hai", "–")]
    assert whole.title == by_group.title


def test_notes_and_origin_are_printed():
    """What was let pass, and what the figures were made of."""
    told = report(TURNS_TOLD, notes=(Label("Bỏ qua: a", "Waived: a"),), manifest={"position": 7, "content": "abc" * 9})
    text = write_html(told).decode()
    assert "<li>Bỏ qua: a</li>" in text
    assert "lô 7, mã nội dung abcabcabcabc." in text


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ({"place": 2, "tied": True, "grade": "good"}, ("2", "HTX A", "90,5", "5", "0", "95,5", "Tốt", "đồng hạng")),
        ({"place": 0, "unrated": "chưa đủ 12 tháng"}, ("–", "HTX A", "90,5", "5", "0", "95,5", "", "chưa đủ 12 tháng")),
        (
            {"place": 0, "open": ("1",), "disqualified": ("L",)},
            ("–", "HTX A", "90,5", "5", "0", "95,5", "", "không xét vì: Vi phạm; chưa chấm: Hội chợ"),
        ),
    ],
)
def test_a_line_of_the_board(line, cells):
    """Points as people write them, no place as a dash, and every note that changes how the line is read."""
    told = Line("a", "HTX A", "k", base=9050, bonus=500, penalty=0, total=9550, **line)
    board = Board("p", {"k": "Khối 1", "l": "Khối 2"}, (told,), {})
    first, second = board_tables(board, RULES)
    assert first.rows == (Row(cells, gap=bool(line.get("open"))),)
    assert second.rows == ()
    assert board_tables(board, RULES, block="l") == (second,)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1))
def test_what_is_filled_in_is_text(told):
    """Whatever a name holds, nothing but the page's own elements is in the page."""
    table = Table(Label(told, told), (Heading(Label(told, told)),), (Row((told,)),))
    paper = Document(Label(told, told), told, DAY, (table,), notes=(Label(told, told),)).html().decode()
    plain = (
        Document(
            Label("x", "x"),
            "x",
            DAY,
            (Table(Label("x", "x"), (Heading(Label("x", "x")),), (Row(("x",)),)),),
            notes=(Label("x", "x"),),
        )
        .html()
        .decode()
    )
    assert re.findall(r"<[^>]*>", paper) == re.findall(r"<[^>]*>", plain)
    assert "<script" not in paper.casefold()


def test_a_page_loads_nothing():
    """No address, no script, no picture: the file is whole by itself."""
    text = write_html(report(TURNS_TOLD)).decode()
    assert not re.search(r"https?:|url\(|<script|<img|<link|@import", text)


def test_a_notice_is_escaped_and_leads_back():
    """What went wrong may quote what was typed."""
    text = notice(Label("Không có", "None"), "<b>x</b>").decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert 'href="/"' in text
