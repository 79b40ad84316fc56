"""The page Bảng xếp hạng over a real ledger, what stands behind it, and its workbook."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest
from tests.admin_pages import page_of
from tests.campaigns import NOW
from tests.score_ledgers import campaign_at, ledger_at, of

from coopkit.campaign import Definition
from coopkit.emulation import Board, Line, Mark
from coopkit.errors import AccessDenied
from coopkit.event import Participation
from coopkit.exporters.board_workbook import write_board
from coopkit.ledger import Batch, Change
from coopkit.workspace import Ranking
from coopkit.workspace.ranking import group_points

DAY = dt.date(2024, 1, 5)
OF_A_UNIT = """
import os
from coopkit.access import UNIT, Actor
from coopkit.admin import board
from coopkit.admin.ctx import Ctx, workspace
board.show(Ctx("vi", workspace(os.environ["COOPKIT_LEDGER"]).as_(Actor("đd", UNIT, frozenset({"a2"})))))
"""


@pytest.fixture
def at(tmp_path):
    with campaign_at("check", tmp_path) as found:
        yield found


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The page over a campaign whose cross-scoring is closed."""
    monkeypatch.setenv("COOPKIT_LEDGER", ledger_at("check", tmp_path))
    return lambda **asked: page_of("board", **asked)


def texts(shown):
    return [one.value for one in (*shown.markdown, *shown.caption)]


# ── Behind the page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_places_tell_groups_stages_and_titles(at):
    """The groups add up to the total; each closed stage has its own; a note tells of ties."""
    places = Ranking(at).places()
    first = places["a"][0]
    assert (first.line.name, first.line.place, sum(first.groups)) == ("HTX A1", 1, first.line.total)
    assert first.stages == (500 + 400, 500 + 450)
    assert [(one.line.place, one.note) for one in places["a"]] == [(n, "đồng hạng") for n in (1, 1, 3, 3)]
    assert [one.key for one in Ranking(at).stages()] == ["self", "cross"]
    assert Ranking(at).stage.key == "cross"


def test_group_points_add_bonuses_and_take_penalties_off():
    """A bonus stands above the group's maximum; what nobody scored gives nothing."""
    rules = Definition.of(
        {
            "name": "Thử",
            "period": "2024",
            "launched": "2023-12-20",
            "maximum": 10,
            "criteria": [
                {
                    "key": "I",
                    "name": "Nhóm",
                    "maximum": 8,
                    "criteria": [{"key": key, "name": key, "maximum": 4, "bonus": 1} for key in "ab"],
                },
                {"key": "c", "name": "Ba", "maximum": 2},
                {"key": "P", "name": "Trừ", "maximum": 2, "penalty": True},
            ],
        }
    )
    marks = {"x": {"a": Mark(500, {}), "b": Mark(400, {}), "c": Mark(None, {}), "P": Mark(100, {})}}
    assert group_points(rules, Board("p", {}, (), marks)) == {"x": (900, 0, -100)}
    assert group_points(rules, Board("p", {}, (), {})) == {}


def test_a_unit_is_opened_with_its_rule_figure_and_records(at):
    """The metric is called by its name, in both languages, and the fairs it was at are listed."""
    opened = Ranking(at).opened("a1")
    assert opened.figures["1"].vi.startswith("2 ")
    assert "fairs" not in opened.rules["1"].vi
    assert opened.rules["1"].en.endswith("/ 4 × 10 points")
    [source] = opened.sources["1"]
    assert len(source.rows) == 2


def test_what_drifted_tells_why(at):
    """A participation that came late moves a figure, which is told beside the total and the place."""
    late = tuple(Change(Participation(f"{event}a4", event, "a4")) for event in "fg")
    at.desk.workspace.ledger.write(Batch("an", "nhập muộn", NOW, changes=late))
    found = {one.unit: one for one in Ranking(at).drift()}
    assert [(one.criterion, one.value, one.value_now) for one in found["a4"].moved] == [("1", "0 lượt", "2 lượt")]
    assert found["a3"].moved == ()  # only its place is another


def test_the_workbook_opens_again(at):
    """Points are numbers, a criterion nobody scored is an empty cell, one block alone may be taken; text stays text."""
    book = openpyxl.load_workbook(io.BytesIO(Ranking(at).workbook("a")))
    rows = [[cell.value for cell in row] for row in book["Bảng xếp hạng"].iter_rows(min_row=5)]
    assert rows[0][:3] == [1, "HTX A1", "Khối A"]
    assert (rows[0][6], len(rows)) == (9.5, 4)
    marks = [cell.value for cell in next(book["Điểm từng tiêu chí"].iter_rows(min_row=5))]
    assert marks[3:7] == [5, 4.5, 0, None]
    english = openpyxl.load_workbook(io.BytesIO(Ranking(at).workbook(lang="en")))
    assert english.sheetnames == ["Leaderboard", "Points by criterion"]


def test_the_same_board_gives_the_same_bytes():
    """And a name that begins as a formula is written as it is."""
    line = Line("a", "=HTX A", "k", base=9050, bonus=0, penalty=0, total=9050, place=0, unrated="ngừng")
    rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    board = Board("p", {"k": "Khối 1"}, (line,), {})
    one, other = (write_board(board, rules, None, DAY) for _ in range(2))
    assert one == other
    sheet = openpyxl.load_workbook(io.BytesIO(one))["Bảng xếp hạng"]
    assert [cell.value for cell in sheet[5]] == [None, "=HTX A", "Khối 1", 90.5, 0, 0, 90.5, None, "ngừng"]
    assert sheet["B5"].data_type == "s"


def test_who_may_not_takes_no_workbook(at):
    """A unit sees its own line, and exports nothing."""
    with pytest.raises(AccessDenied):
        Ranking(of(at, "a2")).workbook()
    assert [one.line.name for one in Ranking(of(at, "a2")).places()["a"]] == ["HTX A2"]


# ── The page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_board_of_a_block(page):
    """Places with ties as the rules say, the stage it is of, and the units of the block that the URL names."""
    shown = page(khoi="b")
    table = shown.dataframe[0].value
    assert table["Đơn vị"].tolist() == ["HTX B1", "HTX B2", "HTX B3", "HTX B4"]
    assert table["Hạng"].tolist() == ["1", "2", "3", "3"]
    assert table["Tổng"].tolist() == ["9,5", "7", "4,5", "4,5"]
    assert "Điểm đã chốt sau giai đoạn Chấm chéo." in texts(shown)
    by_stage = page(khoi="b", xem="giai-doan").dataframe[0].value
    assert by_stage["Tự chấm"].tolist() == ["9", "6,5", "4", "4"]


def test_a_unit_is_explained_down_to_its_records(page):
    """Figure, rule, points, who gave what, and the records counted."""
    shown = page(don_vi="b2")
    told = texts(shown)
    assert any("Số liệu: **1 lượt**" in one for one in told)
    assert any("thiếu hơn 2,5 điểm" in one.casefold() for one in told)
    assert [one.value.to_dict("records")[0]["Giai đoạn"] for one in shown.table] == ["Tự chấm", "Tự chấm"]
    assert len(shown.dataframe[0].value) == 1
    next(one for one in shown.button if one.label == "Về bảng xếp hạng").click().run()
    assert "don-vi" not in shown.query_params


def test_safety_drift_and_targets(page):
    """Each in its own view, in words first."""
    assert any("thứ hạng vững" in one for one in texts(page(xem="vung")))
    assert "đúng các điểm" in page(xem="thay-doi").success[0].value
    assert page(xem="chi-tieu").table[0].value.to_dict("records")[0]["Đã đạt"].startswith("0")


def test_english_is_english(page):
    """Headings and sentences; the data stays as it is."""
    table = page(lang="en").dataframe[0].value
    assert {"Place", "Unit", "Total", "Note"} <= set(table.columns)


def test_who_may_not_see_places_is_told(tmp_path, monkeypatch):
    """Before the campaign's first stage is closed a unit gets a plain sentence, and no table."""
    monkeypatch.setenv("COOPKIT_LEDGER", ledger_at("self", tmp_path))
    shown = AppTest.from_string(OF_A_UNIT, default_timeout=60).run()
    assert not shown.exception
    assert "chưa được xem thứ hạng" in shown.info[0].value
    assert not shown.dataframe
