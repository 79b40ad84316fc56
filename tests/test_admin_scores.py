"""The page Chấm điểm over a real ledger with a running campaign."""

from __future__ import annotations

import io

import openpyxl
import pytest
from tests.admin_pages import page_of
from tests.campaigns import UNITS
from tests.score_ledgers import ledger_at

from coopkit.access import Actor
from coopkit.campaign import Score
from coopkit.registry import Registry
from coopkit.workspace import CampaignDesk, ScoreSheets, Workspace

PDF = b"%PDF-1.7 minh chung"


@pytest.fixture
def at_self(tmp_path, monkeypatch):
    """A ledger whose campaign is in its self-scoring, for the page: its url."""
    url = ledger_at("self", tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    return url


@pytest.fixture
def at_check(tmp_path, monkeypatch):
    """A ledger whose campaign is in its secretary's check, for the page: its url."""
    url = ledger_at("check", tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    return url


def scores(url):
    """What stands in the ledger: (stage, unit, criterion, points) of the scores of the stage that is open."""
    with Workspace.open(url, registry=Registry.load()) as workspace:
        at = CampaignDesk.of(workspace.as_(Actor.office("an")), "2024")
        now = at.standing.current.key
        return sorted(
            (one.cooperative, one.criterion, one.points) for one in at.whole.records(Score) if one.stage == now
        )


def batches(url):
    with Workspace.open(url, registry=Registry.load()) as workspace:
        return workspace.ledger.trail()[0]


def box(shown, name):
    return next(one for one in shown.text_input if one.key and one.key.endswith(f":{name}"))


def press(shown, name):
    return next(one for one in shown.button if one.key and one.key.endswith(f":{name}")).click().run()


def told(shown):
    return [one.value for one in shown.caption]


@pytest.mark.usefixtures("at_self")
def test_how_far_each_block_is():
    """Counts by block, then every sheet; a search without marks narrows them."""
    shown = page_of("scores")
    blocks, sheets = (one.value for one in shown.dataframe)
    assert blocks["Cần chấm"].tolist() == ["8", "8"]
    assert sheets["Đơn vị được chấm"].tolist() == [f"HTX {unit.upper()}" for unit in UNITS]
    shown.text_input(key="q").set_value("htx b2").run()
    assert shown.dataframe[1].value["Đơn vị được chấm"].tolist() == ["HTX B2"]
    shown.text_input(key="q").set_value("không có").run()
    assert "bớt điều kiện" in shown.info[0].value


@pytest.mark.usefixtures("at_self")
def test_the_next_sheet_opens():
    """The button leads to the first sheet that is not done, and the URL says so."""
    shown = page_of("scores")
    next(one for one in shown.button if "tiếp theo" in one.label).click().run()
    assert (shown.query_params["don-vi"], shown.query_params["nguoi-cham"]) == ("a1", "a1")
    assert "### HTX A1" in [one.value for one in shown.markdown]


def test_wrong_points_are_told_beside_the_box_and_nothing_is_lost(at_self):
    """A reload with the same URL shows what was typed and what is wrong with it."""
    shown = page_of("scores", don_vi="a1")
    box(shown, "points:2").set_value("4,3").run()
    assert any("bội của 0,5" in one for one in told(shown))
    token = shown.query_params["phieu"]
    again = page_of("scores", don_vi="a1", phieu=token)
    assert box(again, "points:2").value == "4,3"
    assert any("bội của 0,5" in one for one in told(again))
    press(again, "give:top")
    assert "có 1 ô cần sửa" in again.error[0].value
    assert scores(at_self) == []


def test_points_are_given_once(at_self):
    """The batch, the message, the draft gone; pressed once more nothing is written."""
    shown, before = page_of("scores", don_vi="a1"), batches(at_self)
    box(shown, "points:2").set_value("4,5").run()
    box(shown, "points:1").set_value("9").run()
    press(shown, "give:bottom")
    assert any("số liệu cho 5 điểm" in one for one in told(shown))
    box(shown, "reason:1").set_value("một lượt chưa nhập").run()
    press(shown, "give:bottom")
    assert "Đã ghi 2 điểm cho HTX A1" in shown.success[0].value
    assert "phieu" not in shown.query_params
    press(shown, "give:bottom")
    assert scores(at_self) == [("a1", "1", 900), ("a1", "2", 450)]
    assert batches(at_self) == before + 1
    assert any("được giấu" in one for one in told(shown))


@pytest.mark.usefixtures("at_self")
def test_a_draft_that_was_left_is_offered():
    """It may be opened again, or let go."""
    page = page_of("scores", don_vi="a1")
    box(page, "points:2").set_value("4").run()
    shown = page_of("scores", don_vi="a1")
    next(one for one in shown.button if one.label == "Mở tiếp").click().run()
    assert box(shown, "points:2").value == "4"
    shown.button(key="drop:top").click().run()
    assert box(shown, "points:2").value == ""
    assert "phieu" not in shown.query_params
    assert not [one for one in page_of("scores", don_vi="a1").button if one.label == "Mở tiếp"]


def test_evidence_is_taken_and_refused(at_self):
    """A programme in a PDF's name is told beside the box; a real one is kept, and named in the score."""
    shown = page_of("scores", don_vi="a1")
    press(shown, "proof:2")
    shown.file_uploader[0].upload("bb.pdf", b"MZ", "application/pdf").run()
    assert any("không phải là tệp PDF" in one for one in told(shown))
    shown.file_uploader[0].upload("bb.pdf", PDF, "application/pdf").run()
    assert any(one.label == "Minh chứng (1)" for one in shown.button)
    box(shown, "words:2").set_value("Số 3").run()
    box(shown, "points:2").set_value("4").run()
    press(shown, "give:top")
    with Workspace.open(at_self, registry=Registry.load()) as workspace:
        [score] = workspace.ledger.snapshot().records(Score)
    assert score.evidence.startswith("Số 3; bb.pdf (sha256:")


@pytest.mark.usefixtures("at_check")
def test_the_check_sums_live_and_lists_what_was_given_before():
    """The total follows what is typed; earlier stages stand in the row."""
    shown = page_of("scores", don_vi="a1")
    assert any("Tự chấm 4 · Chấm chéo 4,5" in one for one in told(shown))
    totals = [one.value for one in shown.markdown if "Tổng" in one.value]
    assert "9,5 điểm" in totals[0]
    box(shown, "points:2").set_value("6").run()
    assert any("Tổng **11 điểm**" in one.value for one in shown.markdown)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.usefixtures("at_check")
def test_closed_stages_are_only_read(lang):
    """Which points, by whom and when; there is no box to type in."""
    shown = page_of("scores", lang=lang, giai_doan="cross")
    assert len(shown.dataframe[0].value) == len(UNITS)
    shown = page_of("scores", lang=lang, giai_doan="cross", don_vi="a1")
    [row] = shown.table[0].value.to_dict("records")
    assert "4,5" in row.values() or "4.5" in row.values()
    assert any("01/12/2024 15:00" in str(one) for one in row.values())
    assert not [one for one in shown.text_input if one.key and one.key.startswith("score:")]


@pytest.mark.usefixtures("at_self")
def test_a_sheet_there_is_not_is_told():
    """A link to a unit that takes no part leads back."""
    shown = page_of("scores", don_vi="zz")
    assert "không chấm đơn vị này" in shown.error[0].value
    next(one for one in shown.button if one.label == "Về danh sách").click().run()
    assert "don-vi" not in shown.query_params


def test_before_any_scoring_the_page_says_what_to_do(tmp_path, monkeypatch):
    """A ledger without a campaign."""
    url = f"sqlite:///{tmp_path}/so.db"
    with Workspace.open(url, registry=Registry.load()):
        pass
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    assert "Mở một phong trào" in page_of("scores").info[0].value


def test_filled_workbooks_are_looked_at_and_given_once(at_self):
    """Faults by cell first; then all in one batch."""
    with Workspace.open(at_self, registry=Registry.load()) as workspace:
        at = CampaignDesk.of(workspace.as_(Actor.office("an")), "2024")
        name, data = next(iter(ScoreSheets(at).write(at.today()).items()))

    def filled(points):
        book = openpyxl.load_workbook(io.BytesIO(data))
        for row in book.worksheets[0].iter_rows(min_row=9):
            if row[0].value == "2":
                row[6].value = points
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    shown, before = page_of("scores"), batches(at_self)
    shown.file_uploader[0].upload(name, filled(4.3), "application/xlsx").run()
    assert "có 1 lỗi" in shown.error[0].value
    shown = page_of("scores")
    shown.file_uploader[0].upload(name, filled(4.5), "application/xlsx").run()
    next(one for one in shown.button if one.label == "Ghi 1 điểm").click().run()
    assert "Đã ghi 1 điểm từ phiếu" in shown.success[0].value
    assert batches(at_self) == before + 1
    assert [one[2] for one in scores(at_self)] == [450]
