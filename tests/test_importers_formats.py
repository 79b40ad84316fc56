"""One path for every format: xlsx, ods, xls and CSV give the same records and problems; old fonts are told."""

import codecs
import datetime as dt
import io
import subprocess
import unicodedata
import zipfile
from html import escape
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.papers import AN_BINH, DAY, EMPTY, HTX, SHEETS, A, B, only, workbook

from coopkit.cooperative import Cooperative
from coopkit.errors import WorkbookError
from coopkit.importers import OLD_FONT, assemble, read_file
from coopkit.importers.book import sheets_of
from coopkit.importers.delimited import delimited_rows
from coopkit.importers.fonts import TCVN3, VNI, old_cells, old_font
from coopkit.place import shipped_places

ROOT = Path(__file__).parents[1]
HEADER = [
    "STT",
    "Tên đơn vị",
    "Loại hình",
    "Mã số thuế",
    "Quận/huyện",
    "Ngày thành lập",
    "Vốn điều lệ (đồng)",
    "Ghi thêm",
]
ROWS = [
    ["DANH SÁCH HỢP TÁC XÃ NĂM 2023", "", "", "", "", "", "", ""],
    HEADER,
    [1, "HTX Nông nghiệp An Bình", "HTX", AN_BINH, "Quận Lê Chân", dt.date(2012, 5, 7), 1_500_000_000, "có; và, nữa"],
    [2, "HTX Sao Mai", "Trại", "0314409058", "Quận Hải An", "31/2/2023", 0.5, "hai\ndòng"],
    [3, "HTX Trăng Tỏ", "HTX", "0314409059", "Huyện Vĩnh Bảo", "", "nhiều", 'ngoặc "kép"'],
    ["", "", "", "", "", "", "", ""],
    [4, "HTX Ổi Ngọt", "HTX", "", "Huyện Thuỷ Nguyên", "", 20_000_000, ""],
]


def shown(cell):
    """A cell as a spreadsheet writes it into a CSV."""
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    return str(cell).replace(".", ",") if isinstance(cell, float) else str(cell)


def csv_text(rows, separator):
    quoted = [[shown(cell).replace('"', '""') for cell in row] for row in rows]
    return "\r\n".join(
        separator.join(f'"{cell}"' if set(cell) & set('\n";,\t') else cell for cell in row) for row in quoted
    )


def in_1258(text):
    """The bytes of windows-1258, where most tones stand beside their letter."""
    kept = []
    for letter in text:
        try:
            kept.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            bare, *marks = list(unicodedata.normalize("NFD", letter))
            shapes = [mark for mark in marks if mark in "\u0302\u0306\u031b"]
            tones = [mark for mark in marks if mark not in shapes]
            kept.append((unicodedata.normalize("NFC", bare + "".join(shapes)) + "".join(tones)).encode("cp1258"))
    return b"".join(kept)


ENCODINGS = {
    "utf-8": str.encode,
    "utf-8 with its mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-be"),
    "windows-1258": in_1258,
}


def ods(title, rows):
    def cell(value):
        text = f"<text:p>{escape(shown(value))}</text:p>".replace("\n", "</text:p><text:p>")
        if isinstance(value, dt.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}">{text}</table:table-cell>'
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}">{text}</table:table-cell>'
        return (
            f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
            if value
            else "<table:table-cell/>"
        )

    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    table = f'<table:table table:name="{title}">{body}</table:table>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "content.xml",
            f'<office:document-content{spaces} office:version="1.2"><office:body><office:spreadsheet>{table}'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        manifest = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        book.writestr("META-INF/manifest.xml", f"<manifest:manifest {manifest}/>")
    return out.getvalue()


def imported(data, file="tệp"):
    return assemble([read_file(data, file=file, sheets=SHEETS)], EMPTY, on=DAY)


def same(data):
    """What a file gives, but for its name."""
    found = imported(data)
    return found.records, [evolve(problem, file="") for problem in found.problems], found.left_out


@pytest.fixture(scope="module")
def expected():
    found = same(workbook(Hợp_tác_xã=ROWS))
    assert [(problem.cell, problem.code) for problem in found[1]] == [
        ("H2", "header.unknown"),
        ("C4", "choice.unreadable"),
        ("F4", "date.unreadable"),
        ("G4", "money.unreadable"),
        ("D5", "tax_code.unreadable"),
        ("G5", "money.unreadable"),
    ]
    assert [one.name for one in found[0] if isinstance(one, Cooperative)] == ["HTX Nông nghiệp An Bình", "HTX Ổi Ngọt"]
    assert found[2] == {("tệp", "Hợp tác xã", 4), ("tệp", "Hợp tác xã", 5)}
    return found


# ── Formats ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_csv_gives_what_the_workbook_gives(expected, encoding, separator):
    """Records, and each problem with its cell, are those of the xlsx, whatever the encoding and the separator."""
    assert same(ENCODINGS[encoding](csv_text(ROWS, separator))) == expected


def test_an_ods_gives_what_the_workbook_gives(expected):
    """LibreOffice's own format is read by the same path."""
    assert same(ods("Hợp tác xã", ROWS)) == expected


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("extension", ["ods", "xls"])
def test_through_libreoffice(soffice, tmp_path, expected, extension):
    """What LibreOffice saves as ods and as the old xls gives the same."""
    (tmp_path / "a.xlsx").write_bytes(workbook(Hợp_tác_xã=ROWS))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", extension, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.xlsx")], check=True, capture_output=True, timeout=120)
    assert same((tmp_path / f"a.{extension}").read_bytes()) == expected


@pytest.mark.parametrize("name", ["a.xls", "a.csv", "a", "a.pdf"])
def test_the_name_does_not_say_what_a_file_is(name):
    """The bytes do: a CSV called .xls and an xlsx called .csv are read as what they are."""
    for data in (workbook(Hợp_tác_xã=[HTX, A]), csv_text([HTX, A], ";").encode("utf-16")):
        assert only(imported(data, name), Cooperative).name == "HTX An Bình"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.7 ...", "là tệp PDF"),
        (b"\x89PNG\r\n", "là tệp PNG"),
        (b"PK\x03\x04 ... word/document.xml", "là tệp Word"),
        (b"PK\x03\x04 broken", "tệp bị hỏng"),
        (b"\xd0\xcf\x11\xe0 broken", "không phải là tệp Excel đọc được"),
        (b"<html><table><tr><td>a,b</td></tr></table>", "là trang web"),
        (b"", "không phải là tệp Excel hay CSV"),
        (b"no table at all", "không phải là tệp Excel hay CSV"),
        ("Tên;Vốn\nHTX Đồng Tiến;1\n".encode()[:-12] + b"\xe1;1\n", "không rõ bảng mã"),
        (b"T\xean;\x81\n", "không rõ bảng mã"),
    ],
)
def test_what_is_no_table_is_refused(data, told):
    """The error names the file, what it is, and how to mend it."""
    with pytest.raises(WorkbookError, match=rf"bảng kê\.xlsx: .*{told}"):
        imported(data, "bảng kê.xlsx")


# ── What a CSV says ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_decimal_commas_do_not_part_a_row():
    """The separator is what parts all rows alike, not what is most often there."""
    rows = [["Tên đơn vị", "Loại hình", "Vốn điều lệ (triệu đồng)"], *(["HTX, một, hai", "HTX", "1,5"],) * 1]
    text = "\n".join(";".join(row) for row in rows)
    assert only(imported(text.encode()), Cooperative).charter_capital == 1_500_000


@pytest.mark.parametrize("told", ['="0100233488"', '"0100233488"', " 0100233488 "])
def test_a_code_keeps_its_zero(told):
    """Also where it is written as a formula, as people do to keep Excel from eating the zero."""
    text = f"sep=;\r\nTên đơn vị;Loại hình;Mã số thuế\r\nHTX An Bình;HTX;{told}\r\n"
    assert only(imported(text.encode()), Cooperative).tax_code == AN_BINH


def test_a_quote_nobody_closed_swallows_nothing():
    """The lines after it are still read."""
    text = 'Tên đơn vị;Loại hình\n"HTX An Bình;HTX\nHTX Sao Mai;HTX\n'
    names = [one.name for one in imported(text.encode()).records if isinstance(one, Cooperative)]
    assert names == ['"HTX An Bình', "HTX Sao Mai"]


@pytest.mark.parametrize(
    ("file", "header", "title"),
    [
        ("a.csv", ["Tên đơn vị", "Loại hình", "Mã số thuế"], "Hợp tác xã"),
        ("a.csv", ["Mã hoạt động", "Mã số thuế", "Tên đơn vị", "Số người"], "Tham gia"),
        ("a.csv", ["Mã hoạt động", "Tên hoạt động", "Loại hoạt động", "Từ ngày"], "Hoạt động"),
        ("hợp tác xã.csv", ["Mã hoạt động", "Mã số thuế", "Tên đơn vị", "Số người"], "Tham gia"),
        ("an-lao_tham-gia_2023.csv", ["Mã số thuế", "Số người"], "Tham gia"),
        ("HOP TAC XA.csv", ["Tên đơn vị", "Vốn điều lệ"], "Hợp tác xã"),
    ],
)
def test_which_sheet_a_csv_is(file, header, title):
    """A whole header says it; where something lacks, the file's name does, so that the problem tells what lacks."""
    read = read_file(csv_text([header, ["x"] * len(header)], ";").encode(), file=file, sheets=SHEETS)
    assert {table.title for table in read.tables} | {problem.sheet for problem in read.problems} == {title}


def test_a_csv_of_no_sheet_is_told():
    """Nothing of it is read, and how to mend it is said."""
    [problem] = imported(b"a;b\nc;d\n", "x.csv").problems
    assert (problem.code, problem.where) == ("sheet.unclear", "x.csv")
    assert "Hợp tác xã" in problem.mend.vi


LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèéẹềếệìíịòóọồốộờớợùúụừứựỳýỵĐÁẤẾ"
WORDS = st.lists(st.sampled_from(["Hợp", "tác", "xã", "đồng", "tiến", "thủy", "ABC", "Ý"]), min_size=1).map(" ".join)
UNICODE = [name for name in ENCODINGS if name.startswith("utf")]


@given(
    rows=st.lists(st.tuples(WORDS, WORDS)), separator=st.sampled_from(";,\t"), encoding=st.sampled_from([*ENCODINGS])
)
def test_vietnamese_survives_every_encoding(rows, separator, encoding):
    """Every word comes out composed, as it went in."""
    sure = [["Tên đơn vị", "Hợp tác xã"], *map(list, rows)]
    assert delimited_rows(ENCODINGS[encoding](csv_text(sure, separator)), "a.csv") == sure


@given(text=st.text(st.sampled_from(LETTERS + ' ;,"'), min_size=1), encoding=st.sampled_from(UNICODE))
def test_any_letters_survive_unicode(text, encoding):
    """Quotes and separators within a cell are part of it."""
    sure = [["Tên đơn vị", "Loại hình"], ["HTX", f"x{text}x"], ["HTX", "y"]]
    assert delimited_rows(ENCODINGS[encoding](csv_text(sure, ";")), "a.csv") == sure


# ── Old fonts ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        *("Hîp t¸c x·", "§ång TiÕn", "Hµ Néi", "H¶i Phßng", "N«ng nghiÖp", "DÞch vô", "VÜnh B¶o", "Thñy Nguyªn"),
        *("Tiªn L·ng", "t\xad\xadíi tiªu".replace("\xad\xad", "\xad"), "B×nh", "T©n", "TiÕn", "HîP T¸C X·", "®iÖn"),
        *("Quü tÝn dông nh©n d©n", "th\xad¬ng m¹i", "HTX DVNN §¹i B¶n", "Héi n«ng d©n x· T©n D©n"),
    ],
)
def test_tcvn3_is_recognised(text):
    """Cells typed with .VnTime and its like."""
    assert old_font(text) == TCVN3


@pytest.mark.parametrize(
    "text",
    ["Hôïp taùc xaõ", "Haûi Phoøng", "Noâng nghieäp", "Ñoàng Tieán", "Thuûy Nguyeân", "HÔÏP TAÙC XAÕ", "thöông maïi"],
)
def test_vni_is_recognised(text):
    """Cells typed with VNI-Times and its like."""
    assert old_font(text) == VNI


@pytest.mark.parametrize(
    "text",
    [
        *("3m×4m", "dây 5 µm", "HTX «An Bình»", "sản xuất · dịch vụ · xã", "100 m²", "25 °C", "§ 5", "½ ha", "Ø 21"),
        *("Café Zürich GmbH", "São Paulo", "André Citroën", "Coop®", "© 2023", "Ðồng Tháp", "ĐẠI BẢN", "x·", "naïve"),
        *("Hội đồng quản trị", "Quỹ tín dụng", "Krông Búk", "Đắk Lắk", "HTX Ô TÔ", "Ý Yên", "HÒA BÌNH, VẬN TẢI ĐÒ"),
    ],
)
def test_plain_text_is_not_taken_for_an_old_font(text):
    """Signs, foreign names and capitals are what they seem."""
    assert old_font(text) is None


def test_no_text_of_ours_is_taken_for_an_old_font():
    """Every cell of every example workbook, and every place of the maps."""
    texts = {name for place in shipped_places() for name in (place.name, place.title, place.title.upper())}
    for path in ROOT.glob("examples/**/*.xlsx"):
        rows = [row for grid in sheets_of(path.read_bytes(), path.name) for row in grid.rows()]
        texts.update(cell for row in rows for cell in row if isinstance(cell, str))
    assert len(texts) > 3000
    assert old_cells(texts) == {}


def test_a_column_in_an_old_font_is_told_once():
    """At its first cell, with how many more there are; every such row is left out, and nothing of it is stored."""
    rows = [("Hîp t¸c x· §ång TiÕn", *A[1:]), B, ("HTX Héi An", *A[1:2], "", "Quận Lê Chân")]
    found = imported(workbook(Hợp_tác_xã=[HTX, *rows]))
    [problem] = found.problems
    assert (problem.code, problem.cell, problem.seen) == (OLD_FONT, "A2", "Hîp t¸c x· §ång TiÕn")
    assert "TCVN3 (ABC, .VnTime); 1 ô nữa" in problem.what.vi
    assert [one.name for one in found.records if isinstance(one, Cooperative)] == ["HTX Sao Mai"]
    assert found.left_out == {("tệp", "Hợp tác xã", 2), ("tệp", "Hợp tác xã", 4)}


@pytest.mark.parametrize("title", ["Hợp_tác_xã", "Hîp_t¸c_x·"])
def test_a_header_in_an_old_font_is_told(title):
    """Instead of a header that cannot be found, what is the matter with it."""
    [problem] = imported(workbook(**{title: [["Tªn ®¬n vÞ", "Lo¹i h×nh"], ["Hîp t¸c x· A", "HTX"]]})).problems
    assert (problem.code, problem.sheet) == (OLD_FONT, title.replace("_", " "))


@pytest.mark.parametrize("header", ["Tên đơn vị;Loại hình", "Tªn ®¬n vÞ;Lo¹i h×nh"])
def test_a_csv_in_an_old_font_is_told(header):
    """Its bytes are those of no Vietnamese encoding, and it is not read as one."""
    latin = header.isascii() or "ª" in header
    text = f"{header}\nHîp t¸c x· §ång TiÕn;HTX\n"
    [problem] = imported(text.encode("latin-1" if latin else "utf-8"), "htx.csv").problems
    assert problem.code == OLD_FONT
