"""A district's workbook from the template into the register, in a browser: faulty, mended, written once."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect
from tests.browser.axe import findings
from tests.browser.pages import demo_ledger
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, go, in_english, settled
from tests.papers import AN_BINH, HTX, SAO_MAI, workbook

from coopkit.registry import Registry
from coopkit.workspace import Workspace

GOOD = {"Tên đơn vị": "HTX An Bình", "Loại hình": "Hợp tác xã", "Mã số thuế": AN_BINH, "Quận/huyện": "Quận Lê Chân"}
BAD = {"Tên đơn vị": "HTX Sao Mai", "Loại hình": "Trại", "Mã số thuế": SAO_MAI, "Quận/huyện": "Quận Hải An"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return demo_ledger(tmp_path_factory.mktemp("imports"))[0]


def downloaded(tab, name):
    """The workbook that a button gives."""
    with tab.expect_download(timeout=LONG) as waiting:
        tab.get_by_role("button", name=name).click()
    return openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))


def bring(tab, name, data):
    """Choose a file in the box."""
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    tab.locator("input[type=file]").set_input_files(file)


def column(sheet, head):
    """The number of the column with that head."""
    return next(cell.column for cell in sheet[2] if str(cell.value).removesuffix(" *") == head)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def batches(url):
    with Workspace.open(url, registry=Registry.load()) as workspace:
        return workspace.ledger.batches()


def checked(tab):
    expect(tab.get_by_role("heading", name="3. Kiểm tra")).to_be_visible(timeout=LONG)
    settled(tab)


def test_the_whole_journey(address, url, tab):
    """Template, faults, marked workbook, mended file, three fast clicks: one batch, and the way to it."""
    before = len(batches(url))
    go(tab, address, "nhap")
    picture(tab, "huong-dan/nhap-tai-mau", MAIN, height=760)
    book = downloaded(tab, "Tải mẫu")
    sheet = book["Hợp tác xã"]
    for number, row in enumerate((GOOD, BAD), 3):
        for head, text in row.items():
            sheet.cell(number, column(sheet, head), text)
    bring(tab, "an-lao.xlsx", saved(book))
    checked(tab)
    expect(tab.get_by_role("cell", name="Không có trong danh sách")).to_be_visible(timeout=LONG)
    picture(tab, "nhap-loi", MAIN)
    marked = downloaded(tab, "Tải an-lao.xlsx đã đánh dấu lỗi")
    faulty = marked["Hợp tác xã"].cell(4, column(marked["Hợp tác xã"], "Loại hình"))
    assert "không có trong danh sách" in faulty.comment.text
    assert len(batches(url)) == before

    faulty.value = "Hợp tác xã"
    tab.get_by_role("button", name="Chọn tệp khác").click()
    expect(tab.get_by_role("heading", name="2. Chọn tệp")).to_be_visible(timeout=LONG)
    settled(tab)
    bring(tab, "an-lao da sua.xlsx", saved(marked))
    checked(tab)
    expect(tab.get_by_text("Sẽ ghi 2 bản ghi trong 1 lô")).to_be_visible(timeout=LONG)
    tab.reload()  # the job stands in the address
    checked(tab)
    tab.get_by_label("Lý do ghi").fill("Nhập của An Lão")
    picture(tab, "huong-dan/nhap-xem-truoc", MAIN)
    tab.get_by_role("button", name="Ghi vào sổ").click(click_count=3)
    expect(tab.get_by_text("Đã ghi vào sổ 2 bản ghi trong 1 lô.")).to_be_visible(timeout=LONG)
    settled(tab)
    picture(tab, "huong-dan/nhap-da-ghi", MAIN, height=420)
    [last] = batches(url)[before:]
    assert (last.reason, last.source, last.records) == ("Nhập của An Lão", "an-lao da sua.xlsx", 2)
    tab.get_by_role("link", name=f"Xem hoặc hoàn tác lô {last.number}").click()
    expect(tab.get_by_role("heading", name=f"Lô {last.number}")).to_be_visible(timeout=LONG)
    expect(tab).to_have_url(re.compile(f"lo={last.number}"))


def test_a_reload_while_it_reads_loses_nothing(address, tab):
    """Thousands of rows take a while: F5 in the midst finds the same import, and its end."""
    rows = [(f"HTX mẫu số {number}", "HTX", "", "Quận Lê Chân") for number in range(12_000)]
    data = workbook(Hợp_tác_xã=[HTX, *rows])
    go(tab, address, "nhap")
    bring(tab, "lon.xlsx", data)
    stop = tab.get_by_role("button", name="Dừng")
    expect(stop).to_be_visible(timeout=LONG)
    tab.reload()
    checked(tab)
    expect(tab.get_by_text("12.000", exact=True)).to_be_visible(timeout=LONG)
    tab.get_by_role("button", name=re.compile("^(Page|Trang) 2$")).click()
    expect(tab.get_by_role("cell", name="HTX mẫu số 50", exact=True)).to_be_visible(timeout=LONG)
    expect(tab).to_have_url(re.compile("trang=2"))


def test_an_import_is_stopped(address, url, tab):
    """Nothing is written, and the page says what to do next."""
    before = len(batches(url))
    rows = [(f"HTX mẫu lớn {number}", "HTX", "", "Quận Lê Chân") for number in range(30_000)]
    go(tab, address, "nhap")
    bring(tab, "lon.xlsx", workbook(Hợp_tác_xã=[HTX, *rows]))
    tab.get_by_role("button", name="Dừng").click(timeout=LONG)
    expect(tab.get_by_text("Đã dừng, chưa ghi gì vào sổ.")).to_be_visible(timeout=LONG)
    expect(tab.get_by_role("button", name="Chọn tệp khác")).to_be_visible()
    assert len(batches(url)) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it_in_both_languages(address, browser, scheme):
    """axe finds nothing serious before and after a file was read, in either theme and language."""
    tab = browser.new_page(viewport={"width": 1360, "height": 900}, color_scheme=scheme, locale="vi-VN")
    go(tab, address, "nhap")
    assert findings(tab) == []
    bring(tab, "a.xlsx", workbook(Hợp_tác_xã=[HTX, tuple(GOOD.values()), tuple(BAD.values())]))
    checked(tab)
    tab.wait_for_timeout(1_000)  # colours fade in
    assert findings(tab) == []
    in_english(tab)
    expect(tab.get_by_role("heading", name="3. Check")).to_be_visible(timeout=LONG)
    assert findings(tab) == []
    tab.close()
