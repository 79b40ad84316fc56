"""A unit is scored in a browser, sheets go out and come back in, and the leaderboard is opened down to a record."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from playwright.sync_api import expect
from tests.browser.axe import findings
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, PAINTED, browsing, go, in_english, served, settled
from tests.score_ledgers import ledger_at

from coopkit.access import Actor
from coopkit.campaign import Score
from coopkit.registry import Registry
from coopkit.workspace import CampaignDesk, Workspace

PDF = {"name": "Biên bản.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 minh chung"}


@pytest.fixture(scope="module")
def self_url(tmp_path_factory):
    return ledger_at("self", tmp_path_factory.mktemp("self"))


@pytest.fixture(scope="module")
def check_url(tmp_path_factory):
    return ledger_at("check", tmp_path_factory.mktemp("check"))


@pytest.fixture(scope="module")
def at_self(self_url):
    with served(self_url) as found:
        yield found


@pytest.fixture(scope="module")
def at_check(check_url):
    with served(check_url) as found:
        yield found


@pytest.fixture
def tab(chromium):
    with browsing(str(chromium)) as browser:
        yield browser.new_page(viewport={"width": 1440, "height": 1000}, locale="vi-VN")


def typed(tab, label, text):
    tab.get_by_label(label, exact=True).fill(text)
    tab.keyboard.press("Tab")
    settled(tab)


def written(url):
    """How many batches there are, and the last."""
    with Workspace.open(url, registry=Registry.load()) as workspace:
        total, [last, *_] = workspace.ledger.trail()
    return total, last


def test_a_unit_is_scored(at_check, check_url, tab):
    """Wrong points are told beside the box, a reload keeps what was typed, a file proves it, three clicks make one."""
    before, _ = written(check_url)
    go(tab, at_check, "thi-dua-cham?don-vi=a2")
    typed(tab, "Điểm tiêu chí 2", "4,3")
    expect(tab.get_by_text("điểm phải là bội của 0,5")).to_be_visible(timeout=LONG)
    expect(tab).to_have_url(re.compile("phieu="), timeout=LONG)
    tab.reload()
    expect(tab.get_by_label("Điểm tiêu chí 2", exact=True)).to_have_value("4,3", timeout=LONG)
    typed(tab, "Điểm tiêu chí 2", "6")
    expect(tab.get_by_text(re.compile("Tổng 11 điểm")).first).to_be_visible(timeout=LONG)
    typed(tab, "Lý do", "Có biên bản họp")
    row = tab.get_by_role("button", name="Minh chứng", exact=True)
    row.nth(1).click()
    chosen = tab.get_by_test_id("stFileUploader").locator("input").first
    chosen.set_input_files({**PDF, "buffer": b"MZ"}, timeout=LONG)
    expect(tab.get_by_text("không phải là tệp PDF")).to_be_visible(timeout=LONG)
    chosen.set_input_files(PDF)
    expect(tab.get_by_role("button", name="Minh chứng (1)")).to_be_visible(timeout=LONG)
    settled(tab)
    picture(tab, "huong-dan/cham-phieu", MAIN)
    give = tab.get_by_role("button", name="Ghi điểm").first
    give.evaluate("button => { for (const _ of [1, 2, 3]) button.click() }")
    expect(tab.get_by_text("Đã ghi 1 điểm cho HTX A2")).to_be_visible(timeout=LONG)
    settled(tab)
    total, last = written(check_url)
    assert (total, last.inserted, last.actor) == (before + 1, 1, "van-phong")


def test_sheets_go_out_and_come_back(at_self, self_url, tab):
    """The zip holds a workbook a unit; a wrong one is told by its cell, a right one is given once."""
    go(tab, at_self, "thi-dua-cham")
    with tab.expect_download(timeout=LONG) as download:
        tab.get_by_role("button", name="Tải phiếu chấm (zip)").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        names = archive.namelist()
        data = archive.read(names[0])
    assert len(names) == 8

    def filled(points):
        book = openpyxl.load_workbook(io.BytesIO(data))
        for cells in book.worksheets[0].iter_rows(min_row=9):
            if cells[0].value == "2":
                cells[6].value = points
        out = io.BytesIO()
        book.save(out)
        return {"name": names[0], "mimeType": "application/octet-stream", "buffer": out.getvalue()}

    before, _ = written(self_url)
    chosen = tab.get_by_test_id("stFileUploader").locator("input")
    chosen.set_input_files(filled(4.3))
    expect(tab.get_by_text("có 1 lỗi trong phiếu")).to_be_visible(timeout=LONG)
    picture(tab, "huong-dan/cham-nop-phieu", MAIN, at="text=Phiếu chấm Excel", height=640)
    go(tab, at_self, "thi-dua-cham")
    chosen.set_input_files(filled(4.5), timeout=LONG)
    give = tab.get_by_role("button", name="Ghi 1 điểm")
    give.wait_for(timeout=LONG)
    settled(tab)
    give.evaluate("button => { for (const _ of [1, 2, 3]) button.click() }")
    expect(tab.get_by_text("Đã ghi 1 điểm từ phiếu")).to_be_visible(timeout=LONG)
    settled(tab)
    assert written(self_url)[0] == before + 1
    with Workspace.open(self_url, registry=Registry.load()) as workspace:
        at = CampaignDesk.of(workspace.as_(Actor.office("an")), "2024")
        assert [one.points for one in at.whole.records(Score)] == [450]


def test_the_leaderboard_is_opened_down_to_a_record(at_check, tab):
    """From the table to a unit, from its figure to the fair that it was at; and the workbook opens again."""
    go(tab, at_check, "thi-dua-xep-hang")
    grid = tab.get_by_test_id("stDataFrame").first
    expect(grid.locator("canvas").first).to_be_visible(timeout=LONG)
    tab.wait_for_timeout(PAINTED)
    with tab.expect_download(timeout=LONG) as download:
        tab.get_by_role("button", name="Tải Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.sheetnames == ["Bảng xếp hạng", "Điểm từng tiêu chí"]
    assert book["Bảng xếp hạng"]["B5"].value == "HTX A1"
    box = grid.bounding_box()
    tab.mouse.click(box["x"] + 30, box["y"] + 36 + 17)
    expect(tab.get_by_role("heading", name="HTX A1")).to_be_visible(timeout=LONG)
    expect(tab).to_have_url(re.compile("don-vi=a1"))
    tab.get_by_text("Xem 2 bản ghi đứng sau số liệu").click()
    records = tab.get_by_test_id("stDataFrame").first
    expect(records.locator("canvas").first).to_be_visible(timeout=LONG)
    tab.wait_for_timeout(PAINTED)
    expect(records.locator("[role=grid]")).to_contain_text("Hội chợ", timeout=LONG)  # told beside the painted grid
    picture(tab, "huong-dan/giai-trinh", MAIN)


@pytest.mark.parametrize(
    "path", ["thi-dua-cham", "thi-dua-cham?don-vi=a1", "thi-dua-xep-hang", "thi-dua-xep-hang?don-vi=a1"]
)
def test_anybody_can_use_it_in_both_languages(at_check, tab, path):
    """Nothing serious for a keyboard or a screen reader, in Vietnamese and in English."""
    go(tab, at_check, path)
    tab.wait_for_timeout(PAINTED)
    assert findings(tab) == []
    in_english(tab)
    expect(tab.get_by_role("heading", name=re.compile("Scor|Leaderboard")).first).to_be_visible(timeout=LONG)
    assert findings(tab) == []
