"""The city's plugin: its own figures over the example's records, and the official report that opens in Word."""

import datetime as dt
import io
import runpy
import subprocess
import tomllib
import zipfile
from pathlib import Path

import docx
import pytest

import coopkit_haiphong
from coopkit import Actor, Period, Registry, State, TemplateError, Workspace, load_demo
from coopkit_haiphong.recap import RECAP

HERE = Path(__file__).parents[1]
DATE = dt.date(2023, 12, 31)
MONEY = "500 đến 700 triệu đồng/HTX"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The year 2023 of the example, with this plugin on."""
    folder = tmp_path_factory.mktemp("haiphong")
    with Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load(coopkit_haiphong)) as workspace:
        office = workspace.as_(Actor.office("van-phong"))
        load_demo(office)
        yield office.report(Period.parse("2023"), date=DATE)


@pytest.fixture(scope="module")
def written(report):
    """The official report of 2023."""
    return RECAP.write(report)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("haiphong.awards_total", "42 lượt khen thưởng"),
        ("haiphong.turns_per_fair", "5,65 lượt"),
        ("haiphong.sanitation_club", "20 thành viên"),
        ("haiphong.ocop_club", "28 thành viên"),
    ],
)
def test_figures(report, key, text):
    """The city's own figures, counted from the example's records, each named as this plugin's."""
    figure = report.figure(key)
    assert (figure.text(), figure.plugin) == (text, "coopkit_haiphong")


def test_ratio_keeps_its_parts(report):
    """Turns per fair says what was divided by what."""
    figure = report.figure("haiphong.turns_per_fair")
    assert (figure.numerator.low, figure.denominator.low) == (96, 17)


def texts(data):
    """Every line of a Word file: paragraphs and the cells of tables."""
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


@pytest.mark.parametrize(
    "sentence",
    [
        "Đến cuối năm 2023, Liên minh có 274 thành viên, trong đó trong năm đã vận động và kết nạp 11 đơn vị.",
        "tại 15/15 huyện, quận",
        "với sự tham gia của hơn 200 học viên",
        "Tổ chức 96 lượt HTX (60 HTX khác nhau) tham dự 17 hội chợ",
        MONEY,
        "Vận động thành lập mới từ 20 đến 30 HTX; xây dựng và nhân rộng từ 2 đến 3 mô hình HTX kiểu mới",
        "Hải Phòng, ngày 31 tháng 12 năm 2023",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Tổng kết hoạt động năm 2023 và phương hướng năm 2024",
    ],
)
def test_sentences(written, sentence):
    """The official report says it in the office's sentences, with the computed figures in them."""
    assert any(sentence in line for line in texts(written))


def test_no_placeholder_is_left(written):
    """No tag of the template is left in the document."""
    assert not any(mark in line for line in texts(written) for mark in ("{{", "}}", "{%"))


def test_page_is_as_the_decree_asks(written):
    """Decree 30/2020, Appendix I: A4, 30–35 mm left, 15–20 mm right, 20–25 mm above and below, Times New Roman."""
    document = docx.Document(io.BytesIO(written))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert 30 <= round(page.left_margin.mm, 1) <= 35
    assert 15 <= page.right_margin.mm <= 20
    assert 20 <= round(page.top_margin.mm, 1) <= 25
    assert 20 <= round(page.bottom_margin.mm, 1) <= 25
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert page.different_first_page_header_footer


def test_same_bytes_again(report, written):
    """The same Report gives the same bytes; the file's own date is the report's."""
    assert RECAP.write(report) == written
    assert docx.Document(io.BytesIO(written)).core_properties.created.date() == DATE


def test_a_year_without_a_figure_is_refused(report):
    """A report that lacks a figure which the template names is refused, naming it; nothing is written."""
    from attrs import evolve

    with pytest.raises(TemplateError, match="members"):
        RECAP.write(evolve(report, sections=()))


def test_template_is_what_its_script_builds():
    """The template in the package is the one that build_template.py makes."""
    build = runpy.run_path(str(HERE / "build_template.py"))["build"]
    fresh = io.BytesIO()
    build().save(fresh)
    kept = HERE / "src" / "coopkit_haiphong" / "templates" / "bao-cao-tong-ket.docx"
    parts = []
    for file in (fresh, kept):
        with zipfile.ZipFile(file) as archive:
            parts.append(archive.read("word/document.xml"))
    assert parts[0] == parts[1]


def test_registry_finds_it_installed():
    """The installed distribution announces the plugin, and what it offers is what its manifest declares."""
    [state] = [one for one in Registry.load(switches=()).plugins() if one.name == "haiphong"]
    assert (state.distribution, state.state) == ("coopkit-haiphong", State.FOUND)
    loaded = Registry.load(modules={"haiphong": "coopkit_haiphong"})
    assert [one.problem for one in loaded.plugins()] == ["", ""]
    assert set(state.provides["metrics"]) == {key for key in loaded.metrics() if key.startswith("haiphong.")}
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == state.version


def test_imports_only_the_facade():
    """Of coopkit, the plugin's code imports only its public names."""
    lines = [line for file in (HERE / "src").rglob("*.py") for line in file.read_text(encoding="utf-8").splitlines()]
    assert not [line for line in lines if line.strip().startswith(("from coopkit.", "import coopkit."))]


@pytest.mark.needs("soffice", "pdftotext")
def test_opens_in_libreoffice(written, tmp_path):
    """LibreOffice opens the report and prints what it says, on three pages at most."""
    file = tmp_path / "bao-cao.docx"
    file.write_bytes(written)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    printed = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "bao-cao.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "Độc lập - Tự do - Hạnh phúc" in printed
    assert "274 thành viên" in printed
    assert 2 <= printed.count("\f") <= 4
