"""What is printed: A4, nothing but the paper, every figure in it, and no row cut between two pages."""

import re
import subprocess

import pytest
from tests.browser.pages import demo_ledger
from tests.browser.served import go, served
from tests.campaigns import UNITS, launched, office, self_scores

from coopkit.workspace import Stages

A4 = (595, 842)
ROWS = "rows => rows.map(row => row.innerText.split(/\\s+/).filter(Boolean).join(' '))"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    url, unit = demo_ledger(tmp_path_factory.mktemp("print"))
    with served(url) as address:
        yield address, unit


def printed(browser, address, path, file):
    """The rows on the screen, and the pages of the PDF that the browser makes of it, as texts."""
    tab = browser.new_page()
    go(tab, address, path)
    rows = tab.locator("tr").evaluate_all(ROWS)
    tab.pdf(path=file, prefer_css_page_size=True)
    tab.close()
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    width, height = map(float, re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", told).groups())
    assert (round(width), round(height)) == A4
    text = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True).stdout
    return rows, [" ".join(page.split()) for page in text.split("\f") if page.strip()]


def cut(rows, pages):
    """The rows that no page holds from the first letter to the last; where a cell's lines are broken is all one."""
    close = [page.replace(" ", "") for page in pages]
    return [row for row in rows if not any(row.replace(" ", "") in page for page in close)]


@pytest.mark.needs("pdfinfo", "pdftotext")
def test_the_report_on_paper(browser, demo, tmp_path):
    """Organisation and date at the head, every row whole, pages numbered, the hint left out."""
    rows, pages = printed(browser, demo[0], "in/bao-cao?ky=2023&ngay=31/12/2023", tmp_path / "a.pdf")
    assert len(pages) >= 2
    assert cut(rows, pages) == []
    assert "LIÊN MINH HỢP TÁC XÃ" in pages[0]
    assert "ngày 31 tháng 12 năm 2023" in pages[0]
    assert "hơn 200 học viên" in " ".join(pages)
    assert f"1/{len(pages)}" in pages[0]
    assert "Ctrl+P" not in " ".join(pages)


@pytest.mark.needs("pdfinfo", "pdftotext")
def test_a_record_on_paper(browser, demo, tmp_path):
    """All sections, people masked."""
    rows, pages = printed(browser, demo[0], f"in/ho-so?ma={demo[1]}", tmp_path / "b.pdf")
    assert cut(rows, pages) == []
    assert "Địa bàn qua các thời kỳ" in " ".join(pages)
    assert "Người mẫu" not in " ".join(pages)


@pytest.mark.needs("pdfinfo", "pdftotext")
def test_the_board_on_paper(browser, tmp_path):
    """Each block with its units in the order of their places."""
    with office(tmp_path) as desk:
        at = launched(desk)
        self_scores(at, a1=500)
        Stages(at).advance()
    with served(f"sqlite:///{tmp_path}/so.db") as address:
        rows, pages = printed(browser, address, "in/xep-hang?dot=2024", tmp_path / "c.pdf")
    assert cut(rows, pages) == []
    assert len([row for row in rows if "HTX" in row]) == len(UNITS)
    assert "Phong trào thử" in pages[0]
