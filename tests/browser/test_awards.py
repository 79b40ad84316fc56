"""Khen thưởng in a browser: nominate, attend, vote, decide, and take the decision away as a Word document."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from playwright.sync_api import expect
from tests.award_office import SEATS, campaign_at
from tests.browser.pictures import MAIN, picture
from tests.browser.served import LONG, READY, browsing, go, served
from tests.campaigns import reopened

from coopkit.workspace import Awarding, CampaignDesk, Stages


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a ledger whose blocks meet."""
    found = tmp_path_factory.mktemp("awards")
    campaign_at(found, "block")
    return found


@pytest.fixture
def tab(folder, chromium):
    """A page of a browser, and the page served to it."""
    with served(f"sqlite:///{folder}/so.db") as address, browsing(str(chromium)) as browser:
        opened = browser.new_page(viewport={"width": 1360, "height": 900}, accept_downloads=True)
        opened.address = address
        yield opened


def part(tab, name):
    go(tab, tab.address, f"thi-dua-khen?muc={name}")


def click(tab, label, times=1):
    """Click a button, as fast as a hand that is not sure."""
    button = tab.get_by_role("button", name=label, exact=True)
    expect(button).to_be_enabled(timeout=LONG)
    button.click(click_count=times, delay=40)


def told(tab, text):
    expect(tab.get_by_test_id("stAlert").filter(has_text=text)).to_be_visible(timeout=LONG)
    tab.wait_for_selector(READY, timeout=LONG)


def reasons(folder):
    with reopened(folder) as desk:
        return [one.reason for one in desk.batches()]


def advance(folder):
    with reopened(folder) as desk:
        Stages(CampaignDesk.of(desk, "2024")).advance()


def test_from_the_nomination_to_the_paper(folder, tab):
    """Every act is one batch, however often it is clicked; what was typed survives a reload; the paper names all."""
    part(tab, "de-nghi")
    tab.locator("[data-testid=stDataFrame] canvas").first.wait_for(timeout=LONG)  # until then a click may be lost
    picture(tab, "huong-dan/khen-de-nghi", MAIN, at="text=Đề nghị thêm", height=560)
    click(tab, "Đề nghị 2 đơn vị", times=3)
    told(tab, "Đề nghị 2 đơn vị cho Cờ")
    assert reasons(folder).count("Đề nghị Cờ: 2 đơn vị") == 1
    advance(folder)
    with reopened(folder) as desk:
        Awarding(CampaignDesk.of(desk, "2024")).seat(SEATS)

    part(tab, "hoi-dong")
    for seat in SEATS:
        tab.get_by_test_id("stButtonGroup").get_by_text(seat, exact=True).click()
        tab.wait_for_selector(READY, timeout=LONG)
    click(tab, "Ghi người dự họp")
    told(tab, "3 người dự họp")
    _vote(tab)
    picture(tab, "huong-dan/khen-bo-phieu", MAIN, at="text=Ai dự họp", height=680)
    click(tab, "Ghi kết quả bỏ phiếu", times=3)
    told(tab, "2 đề nghị: 2 được thông qua")
    assert reasons(folder).count("Kết quả bỏ phiếu Hội đồng: 2 đề nghị") == 1
    advance(folder)

    part(tab, "quyet-dinh")
    tab.get_by_label("Số quyết định", exact=True).fill("15/QĐ-MẪU")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(READY, timeout=LONG)
    picture(tab, "huong-dan/khen-quyet-dinh", MAIN, height=760)
    click(tab, "Ghi quyết định: tặng 2 trường hợp", times=3)
    told(tab, "Đã ghi quyết định 15/QĐ-MẪU")
    assert reasons(folder).count("Quyết định 15/QĐ-MẪU: Cờ") == 1

    part(tab, "van-ban")
    paper = tab.locator(".st-key-vb-decision")
    expect(paper).to_be_visible(timeout=LONG)
    picture(tab, "huong-dan/khen-van-ban", MAIN, height=760)
    with tab.expect_download(timeout=LONG) as waiting:
        paper.get_by_role("button", name="Tải về (.docx)").click()
    assert waiting.value.suggested_filename == "Quyết định khen thưởng - 15-QĐ-MẪU.docx"
    text = _text(Path(waiting.value.path()).read_bytes())
    assert "15/QĐ-MẪU" in text
    assert "HTX A1" in text
    assert "HTX B1" in text
    assert "37.440.000" in text


def _vote(tab):
    """Two totals for each nominee; a reload in between loses nothing."""
    for number in range(2):
        for label, votes in (("Đồng ý", "2"), ("Không đồng ý", "0")):
            box = tab.get_by_label(label, exact=True).nth(number)
            box.fill(votes)
            box.press("Enter")
            tab.wait_for_selector(READY, timeout=LONG)
    expect(tab.get_by_text("cần 2 phiếu")).to_have_count(2, timeout=LONG)
    tab.reload()
    tab.wait_for_selector(READY, timeout=LONG)
    expect(tab.get_by_label("Đồng ý", exact=True).nth(1)).to_have_value("2", timeout=LONG)


def _text(data):
    document = docx.Document(io.BytesIO(data))
    return "\n".join(one.text for one in document.element.body.iter() if one.text)
