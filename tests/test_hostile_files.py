"""Files that strangers upload: each is a clear problem or a sound preview, never a traceback, never written unasked."""

from __future__ import annotations

import io
import re
import time
import zipfile
from functools import cache

import openpyxl
import pytest
from tests import hostile
from tests.admin_pages import example_ledger, page_of
from tests.papers import HTX, A, B, read, workbook

from coopkit.access import Actor
from coopkit.admin.jobs import jobs
from coopkit.errors import BadText, CoopkitError, LedgerError, WorkbookError
from coopkit.exporters.marked import marked_workbook
from coopkit.importers.score_sheet import read_score_sheets
from coopkit.problem import Severity
from coopkit.workspace import Workspace
from coopkit.workspace.backups import back_up, restore
from coopkit.workspace.evidence import check_file
from coopkit.workspace.intake import Intake, taken

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED = {
    "flat bomb": (hostile.flat_bomb, "bom nén"),
    "nested bomb": (hostile.nested_bomb, "tệp nén"),
    "overlapping": (hostile.overlapping, "chồng lên nhau"),
    "lying sizes": (hostile.lying, "không phải là tệp Excel đọc được|quá lớn"),
    "symbolic link": (hostile.link, "trỏ ra ngoài"),
    "climbing name": (lambda: hostile.with_entry("../../etc/passwd"), "trỏ ra ngoài"),
    "absolute name": (lambda: hostile.with_entry("/etc/passwd"), "trỏ ra ngoài"),
    "drive": (lambda: hostile.with_entry("C:/Windows/a"), "trỏ ra ngoài"),
    "name with zero": (lambda: hostile.with_entry("xl/a\0b"), "trỏ ra ngoài"),
    "one name twice": (hostile.twice, "cùng tên"),
    "one title twice": (hostile.same_titles, "hai trang cùng tên"),
    "billion laughs": (lambda: hostile.sheet(hostile.cell("A1", "&i;"), head=hostile.LAUGHS), "khai báo XML"),
    "in UTF-16": (
        lambda: hostile.repacked(hostile.HONEST, {hostile.SHEET: f"{hostile.LAUGHS}<a/>".encode("utf-16")}),
        "khai báo XML",
    ),
    "external entity": (
        lambda: hostile.sheet("", head='<!DOCTYPE x SYSTEM "file:secret.txt">'),
        "khai báo XML",
    ),
    "odd encoding": (
        lambda: hostile.repacked(hostile.HONEST, {hostile.SHEET: '<?xml version="1.0" encoding="utf-7"?><a/>'}),
        "khai báo XML",
    ),
    "a cell far away": (lambda: hostile.sheet(hostile.cell("A1") + hostile.cell("XFD1048576")), "quá lớn"),
    "a million columns": (lambda: hostile.sheet(hostile.cell("A1") + hostile.cell("BDWGO1")), r"quá 16\.384 cột"),
    "huge cell": (lambda: hostile.sheet(hostile.cell("B7", "x" * 40_000)), r"ô B7 có quá 32\.767 chữ"),
    "broken xml": (lambda: hostile.sheet("<row><c"), "không phải là tệp Excel đọc được"),
    "password": (hostile.locked, "có mật khẩu"),
    "broken xls": (lambda: OLD + bytes(600), "không phải là tệp Excel đọc được"),
    "old Word": (lambda: OLD + bytes(600) + "WordDocument".encode("utf-16-le"), "là tệp Word"),
    "program": (lambda: b"MZ\x90\0\3" + bytes(200), "là tệp EXE"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "là tệp PNG"),
    "web page": (lambda: b"<html><table><tr><td>a</td></tr></table>", "là trang web"),
    "empty": (lambda: b"", "không phải là tệp Excel hay CSV"),
    "only a zip": (lambda: hostile.repacked(hostile.HONEST, {"xl/workbook.xml": None}), "là tệp nén"),
    "long row": (lambda: b";" * 16_000 + b"\n" + b"a;b\n" * 100_000, "10 triệu ô"),
    "huge cell of a CSV": (lambda: b"a;b\n" + b"x" * 40_000 + b";c\n", r"32\.767 chữ"),
    "endless cell of a CSV": (lambda: b"a;b\n" + b"x" * 200_000 + b";c\n", r"32\.767 chữ"),
}


@cache
def made(what):
    """The bytes of one, made once."""
    return REFUSED[what][0]()


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_workbook_is_refused_in_time(what):
    """What is wrong and how to mend it, Vietnamese first, within seconds; nothing of it is taken."""
    data, told = made(what), REFUSED[what][1]
    began = time.monotonic()
    with pytest.raises(WorkbookError, match=rf"^a\.xlsx: .*(?:{told}).*; .+ \(.+: .+\)$"):
        read(data)
    assert time.monotonic() - began < 20


def test_what_repeats_one_long_text_a_million_times_ends_alone():
    """A shared text of 30,000 letters in 200,000 cells is 6 GB: the child's memory ends, not the page's."""
    row = "".join('<c t="s"><v>0</v></c>' for _ in range(100))
    data = hostile.sheet("".join(f'<row r="{n}">{row}</row>' for n in range(1, 2_001)))
    texts = f'<sst xmlns="{hostile.MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'
    with pytest.raises(WorkbookError, match="quá lớn"):
        read(hostile.repacked(data, {"xl/sharedStrings.xml": texts}))


# ── Read, and told ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "file.macros"),
        ("xl/macrosheets/sheet1.xml", "file.macros"),
        ("xl/externalLinks/externalLink1.xml", "file.links"),
        ("xl/connections.xml", "file.links"),
    ],
)
def test_what_could_act_is_told_and_does_not(part, code):
    """Macros and links: the cells are read all the same, and a person is told."""
    found = read(hostile.repacked(hostile.HONEST, {part: "<a/>"}))
    [problem] = found.problems
    assert (problem.code, problem.severity, problem.file) == (code, Severity.WARNING, "a.xlsx")
    assert found.tables[0].values["cooperative.name"] == ["HTX An Bình", "HTX Sao Mai"]


def test_a_formula_gives_what_it_gave_last():
    """Neither a program nor a web address in a formula is called: its value of the last time is read."""
    formula = "<f>cmd|'/C calc'!A0</f><v>HTX Một</v>"
    row = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>' for letter, name in zip("ABCD", HTX, strict=True)
    )
    data = hostile.sheet(f'<row r="1">{row}</row><row r="2"><c r="A2" t="str">{formula}</c></row>')
    assert read(data).tables[0].values["cooperative.name"] == ["HTX Một"]


def test_signs_that_turn_the_writing_are_left_out_and_told():
    """A name that looks otherwise than it is: read without these signs, with a warning at its cell."""
    found = read(workbook(Hợp_tác_xã=[HTX, ("HTX \u202ehnìB nA\u202c", *A[1:]), B]))
    [problem] = found.problems
    assert (problem.code, problem.cell, problem.severity) == ("text.turned", "A2", Severity.WARNING)
    assert found.tables[0].values["cooperative.name"][0] == "HTX hnìB nA"


def test_zeros_and_control_characters_are_left_out():
    """In a CSV and, written as Excel does, in a workbook."""
    for data in (
        f"{';'.join(HTX)}\nHTX\0 Một\x07;HTX;;\n".encode(),
        workbook(Hợp_tác_xã=[HTX, ("HTX\x00 Một\x07", "HTX")]),
    ):
        assert read(data).tables[0].values["cooperative.name"] == ["HTX Một"]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN"])
def test_an_infinite_number_is_a_fault_of_its_cell(number):
    """No arithmetic can take it; the other cells are read."""
    names = ("Tên đơn vị", "Loại hình", "Vốn điều lệ (triệu đồng)")
    row = "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in zip("ABC", names, strict=True)
    )
    name, kind = (
        f'<c r="{at}2" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in (("A", "HTX Một"), ("B", "HTX"))
    )
    cells = f'{name}{kind}<c r="C2"><v>{number}</v></c>'
    found = read(hostile.sheet(f'<row r="1">{row}</row><row r="2">{cells}</row>'))
    assert [problem.cell for problem in found.problems] == ["C2"]
    assert found.tables[0].values["cooperative.name"] == ["HTX Một"]


# ── Spoilt by a fixed seed ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_spoilt_file_is_a_problem_or_a_sound_preview(tmp_path, request):
    """Bits flipped, ends cut, parts swapped, XML and headers changed: told or read, and nothing is ever written."""
    count = 10_000 if request.config.getoption("--hypothesis-profile") == "long" else 300
    batch: dict[str, bytes] = {}
    refused = looked = 0
    with Workspace.open(f"sqlite:///{tmp_path}/so.db") as workspace:
        intake, before = Intake(workspace.as_(Actor.office("an"))), workspace.ledger.snapshot().position
        for number, (name, data) in enumerate(hostile.mutations(count), 1):
            batch |= taken([(name, data)]) if data else {}
            if number % 25 and number != count:
                continue
            seen = intake.look(batch).seen
            for problem in seen.problems:
                assert problem.file in batch
                assert all((problem.what.vi, problem.what.en, problem.mend.vi, problem.mend.en))
                refused += problem.code == "file.unreadable"
            assert {row.found.file for row in seen.rows} <= set(batch)
            looked, batch = looked + len(batch), {}
        assert workspace.ledger.snapshot().position == before
    assert looked > count * 0.98
    assert count * 0.5 < refused < count * 0.95  # neither harmless nor hopeless


# ── Handed back, score sheets, evidence, backups ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("what", ["flat bomb", "billion laughs", "a cell far away", "broken xml", "lying sizes"])
def test_a_hostile_workbook_is_handed_back_as_a_list(what):
    """It is not opened to be marked: its sender gets the list of faults."""
    _, written = marked_workbook(made(what), "a.xlsx", ())
    assert openpyxl.load_workbook(io.BytesIO(written)).sheetnames == ["Lỗi cần sửa"]


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/connections.xml"])
def test_what_would_act_at_our_desk_is_not_handed_back(part):
    """A colleague opens the marked workbook first: macros and links to elsewhere are not in it."""
    _, written = marked_workbook(hostile.repacked(hostile.HONEST, {part: "<a/>"}), "a.xlsx", ())
    assert openpyxl.load_workbook(io.BytesIO(written)).sheetnames == ["Lỗi cần sửa"]


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_score_sheet_is_refused(what):
    """By the same door."""
    with pytest.raises(WorkbookError, match=r"^a\.xlsx: "):
        read_score_sheets("a.xlsx", made(what))


RELATION = (
    '<Relationships><Relationship Id="a" Type="http://x/{}" Target="http://x/" TargetMode="External"/></Relationships>'
)
FIELD = "<w:instrText>{}</w:instrText>"
PADDING = "".join(f"{n:x} " for n in range(300_000))
"""More than a megabyte that does not pack well."""
WORD = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}


def word(**more):
    """A Word file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**WORD, **more}.items():
            archive.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"word/a.xml": " " * 300_000_000}, "bom nén"),
        ({"../a": "x"}, "trỏ ra ngoài"),
        ({"word/document.xml": f"{hostile.LAUGHS}<document/>"}, "khai báo XML"),
        ({"word/_rels/settings.xml.rels": RELATION.format("attachedTemplate")}, "attachedTemplate"),
        ({"word/_rels/document.xml.rels": RELATION.format("image")}, "image"),
        (
            {"word/document.xml": f'<a xmlns:w="w">{FIELD.format(" DDE")}{FIELD.format("AUTO c")}</a>'},
            "DDE",
        ),
        ({"word/sub/a.XML": '<b:a xmlns:b="w"><b:fldSimple b:instr="D&#68;EAUTO c"/></b:a>'}, "DDE"),
        ({"word/_rels/a.RELS": RELATION.format("image")}, "image"),
        ({"word/_rels/a.rels": RELATION.format("image").replace('Id="a"', 'Id=">"')}, "image"),
        ({"word/_rels/a.rels": RELATION.format("image").replace("External", "&#69;xternal")}, "image"),
        ({"word/_rels/a.rels": RELATION.format("image").replace("><", f"><!--{PADDING}--><", 1)}, "image"),
        ({"word/_rels/a.rels": RELATION.format("oleObject").replace(' TargetMode="External"', "")}, "oleObject"),
        ({"word/a.xml": "<a><b></a>"}, "XML"),
        ({"word/vbaProject.bin": "x"}, "vbaProject"),
    ],
)
def test_hostile_evidence_is_refused(more, told):
    """A bomb, entities, and what fetches or starts something when a colleague opens it."""
    with pytest.raises(BadText, match=told):
        check_file("minh-chung.docx", word(**more))


def test_evidence_may_have_links_to_click_on():
    """A web address in a document is no danger by itself."""
    links = {"word/_rels/document.xml.rels": RELATION.format("hyperlink")}
    assert check_file("minh-chung.docx", word(**links)) == "minh-chung.docx"


@pytest.mark.parametrize(
    "what", ["flat bomb", "overlapping", "climbing name", "symbolic link", "one name twice", "empty"]
)
def test_a_hostile_backup_is_refused_and_leaves_nothing(tmp_path, what):
    """It is named, and no file stands where a ledger was to be."""
    (tmp_path / "la.zip").write_bytes(made(what))
    with pytest.raises(LedgerError, match="nguyên vẹn"):
        restore(tmp_path / "la.zip", tmp_path / "lai.db")
    assert [path.name for path in tmp_path.iterdir()] == ["la.zip"]


@pytest.mark.parametrize("told", ['{"so.db": ["a"]}', '["so.db"]', '"so.db"', "[" * 100_000])
def test_a_backup_that_tells_nonsense_of_itself_is_refused(tmp_path, told):
    """Its table of contents is of another shape."""
    with Workspace.open(f"sqlite:///{tmp_path}/so.db") as workspace:
        back_up(workspace.as_(Actor.office("an")), tmp_path / "ban.zip")
    told = f'{{"format": 1, "time": "", "position": 1, "files": {told}}}'
    (tmp_path / "la.zip").write_bytes(hostile.repacked((tmp_path / "ban.zip").read_bytes(), {"manifest.json": told}))
    with pytest.raises(LedgerError, match="nguyên vẹn"):
        restore(tmp_path / "la.zip", tmp_path / "lai.db")


# ── The page ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "what", ["flat bomb", "lying sizes", "a cell far away", "billion laughs", "password", "program"]
)
def test_the_page_stays_up_and_says_what_is_wrong(tmp_path, monkeypatch, what):
    """The problem stands in the list; another file is taken next."""
    monkeypatch.setenv("COOPKIT_LEDGER", example_ledger(tmp_path))
    told = REFUSED[what][1]
    shown = page_of("imports")
    for name, data in (("la.xlsx", made(what)), ("sach.xlsx", hostile.HONEST)):
        shown.file_uploader[0].upload(name, data, XLSX).run()
        for job in jobs().of("van-phong"):
            jobs().wait(job.id, 60)
        shown.run()
        assert not shown.exception
        if name == "la.xlsx":
            assert re.search(f"(?i){told}", " ".join(map(str, shown.table[0].value.iloc[0])))
            next(one for one in shown.button if one.label == "Chọn tệp khác").click().run()
    assert "Sẽ ghi **2 bản ghi**" in "\n".join(one.value for one in shown.markdown)
    for job in jobs().of("van-phong"):
        jobs().drop(job.id, "van-phong")


def test_names_of_uploads_are_made_safe():
    """They are shown and written into the journal, so they are neither paths nor tricks; empty files are refused."""
    files = taken([("../a.xlsx", b"x"), ("a.xlsx", b"y"), ("b\u202ecod.xlsx", b"z")])
    assert list(files) == ["a.xlsx", "a (2).xlsx", "bcod.xlsx"]
    with pytest.raises(CoopkitError, match="tệp rỗng"):
        taken([("a.xlsx", b"")])
