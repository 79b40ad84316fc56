"""Exporters: the same Report gives the same bytes, in another process too; what is in them is what the Report says."""

import csv
import datetime as dt
import hashlib
import io
import json
import subprocess
import sys
from fractions import Fraction

import openpyxl
import pytest

from coopkit.exporters import OWN_EXPORTERS
from coopkit.exporters.cells import harmless
from coopkit.metrics import RatioForm, Unavailable
from coopkit.period import Period
from coopkit.quantity import DISTRICTS, PEOPLE, TURNS, UNITS, VND, between, exact, more_than
from coopkit.report import Figure, Report, Section, Source
from coopkit.text import Label

FAIRS = Label("Xúc tiến thương mại", "Trade promotion")


def figure(key, value, unit, **more):
    return Figure(key, Label(f"=Chỉ tiêu {key}", key), FAIRS, value, noun=unit.label, rows=3, **more)


def sample():
    """A report with every kind of figure there is."""
    beside = figure("fairs.cooperatives", exact(60, UNITS), UNITS)
    figures = (
        figure("fairs.turns", exact(96, TURNS), TURNS, beside=beside),
        figure("classes.trainees", more_than(200, PEOPLE), PEOPLE),
        figure("loans.average", between(500_000_000, 700_000_000, VND), VND, form=RatioForm.AVERAGE),
        figure(
            "meetings.districts",
            exact(1, DISTRICTS),
            DISTRICTS,
            form=RatioForm.PAIR,
            numerator=exact(15, DISTRICTS),
            denominator=exact(15, DISTRICTS),
        ),
        figure("broken.figure", Unavailable("vinh-bao", "chia cho 0"), UNITS),
    )
    source = Source("fairs.turns", (Label("Đơn vị", "Unit"), Label("Mã", "Id")), (("=HTX()", "t1"), ("An Bình", "t2")))
    title = Label("Báo cáo tổng kết năm 2023", "Report of 2023")
    return Report(
        title, "Liên minh HTX", Period.parse("2023"), dt.date(2023, 12, 31), (Section(FAIRS, figures),), (source,)
    )


def written(key):
    return next(one for one in OWN_EXPORTERS if one.key == key).write(sample())


def test_an_average_is_printed_short():
    """An average of đồng is printed with two decimals of its tỷ or triệu; its exact value stays in the figure."""
    revenue = figure("figures.average", exact(Fraction(1_700_470_000_001, 242), VND), VND, form=RatioForm.AVERAGE)
    assert (revenue.text(), revenue.value.low.denominator) == ("7,03 tỷ đồng", 242)


@pytest.mark.parametrize("exporter", OWN_EXPORTERS, ids=lambda one: one.key)
def test_bytes_are_the_same_in_another_process(exporter):
    """A Report exported by another process, some seconds later, under another hash seed: the same bytes."""
    code = (
        "import hashlib, runpy, time; time.sleep(2.1)\n"
        f"made = runpy.run_path({__file__!r})['written']({exporter.key!r})\n"
        "print(hashlib.sha256(made).hexdigest())"
    )
    mine = hashlib.sha256(written(exporter.key)).hexdigest()
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Ho_Chi_Minh"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert other.stdout.strip() == mine


def test_csv_reads_back():
    """The CSV has a byte order mark, a heading, and the qualifier of every figure; no cell starts a formula."""
    data = written("csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:5]] == [
        "96 lượt",
        "hơn 200 người",
        "từ 500 đến 700 triệu đồng",
        "15/15 huyện, quận",
    ]
    assert "không tính được" in rows[5][3]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_json_reads_back():
    """The JSON keeps bounds, ranges and pairs apart, and a figure that is unavailable has no number."""
    facts = json.loads(written("json"))["facts"]
    assert (facts["fairs.turns"]["value"], facts["fairs.turns"]["qualifier"]) == (96, "exact")
    assert facts["fairs.turns"]["beside"]["fairs.cooperatives"]["value"] == 60
    assert (facts["classes.trainees"]["value"], facts["classes.trainees"]["qualifier"]) == (200, "more_than")
    assert facts["loans.average"]["value"] == [500_000_000, 700_000_000]
    assert facts["meetings.districts"]["value"] == [15, 15]
    assert (facts["broken.figure"]["value"], facts["broken.figure"]["qualifier"]) == (None, "unavailable")


def test_workbook_opens_elsewhere():
    """Another library opens the workbook: figures, frozen headings, the records of each figure, and no formula."""
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx")))
    assert book.sheetnames == ["Báo cáo", "Nguồn số liệu"]
    figures = book["Báo cáo"]
    assert figures.freeze_panes == "C5"
    assert [figures.cell(row, 3).value for row in (6, 7)] == ["96 lượt", "hơn 200 người"]
    sources = [[cell.value for cell in row] for row in book["Nguồn số liệu"].iter_rows()]
    assert sources[2][:3] == ["fairs.turns", "=HTX()", "t1"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-x", "@SUM", "\tx", "\rx"])
def test_formulas_are_defused(text):
    """What a spreadsheet would run is led by an apostrophe."""
    assert harmless(text) == f"'{text}"
