"""Evidence files: told by their bytes, kept once, given back to who may see the score that names them alone."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.campaigns import UNITS
from tests.score_ledgers import campaign_at, of

from coopkit.access import NOBODY, Actor
from coopkit.errors import AccessDenied, ArchiveError, BadText, CampaignError, NotFound
from coopkit.workspace import CampaignDesk, Entry, Scoring, Stages
from coopkit.workspace.evidence import LIMIT, EvidenceFiles, Proof, Told, check_file

PDF = b"%PDF-1.7 minh chung"


def office_file(main, *more):
    """The bytes of an office file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", main, *more):
            archive.writestr(name, "<x/>")
    return out.getvalue()


@pytest.fixture
def at(tmp_path):
    with campaign_at("self", tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("Biên bản (số 3).pdf", PDF, "Biên bản số 3.pdf"),
        ("ANH.JPEG", b"\xff\xd8\xff\xe0", "ANH.jpg"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "a.png"),
        ("bao cao.docx", office_file("word/document.xml"), "bao cao.docx"),
        ("so.xlsx", office_file("xl/workbook.xml"), "so.xlsx"),
        ("C:\\ho so\\..\\bb.pdf", PDF, "bb.pdf"),
        ("../../etc/x;y.pdf", PDF, "x y.pdf"),
        ("<>.pdf", PDF, "minh-chung.pdf"),
    ],
)
def test_what_may_be_handed_in_and_what_it_is_called(name, data, kept):
    """A name keeps its letters, and loses what a file's name or a score's text cannot hold."""
    assert check_file(name, data) == kept


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.exe", b"MZ", "of a type that is not taken"),
        ("a", PDF, "of a type that is not taken"),
        ("a.pdf", b"MZ\x90", "is no PDF"),
        ("a.png", PDF, "is no PNG"),
        ("a.pdf", b"", "is no PDF"),
        ("a.docx", b"PK\x03\x04", "is damaged"),
        ("a.docx", office_file("xl/workbook.xml"), "is no DOCX"),
        ("a.xlsx", office_file("xl/workbook.xml", "xl/vbaProject.bin"), "can act"),
        ("a.docx", office_file("word/document.xml", "word/embeddings/oleObject1.bin"), "can act"),
        ("a.docx", office_file("word/document.xml", "word/activeX/activeX1.xml"), "can act"),
        ("a.pdf", PDF + b"x" * LIMIT, "over 10 MB"),
        ("a.html", b"<script>", "of a type that is not taken"),
    ],
)
def test_what_is_refused(name, data, told):
    """Programmes, macros, and whatever is not what its name says, each with how to mend it."""
    with pytest.raises(BadText, match=told):
        check_file(name, data)


@given(st.text("ăĐệ 0;.()", max_size=20), st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=3))
def test_words_and_files_come_back_from_the_text(words, digests):
    """Whatever words stand beside them, the files are found again, and reading twice changes nothing."""
    told = Told(words, tuple(Proof(f"tệp {n}.pdf", digest) for n, digest in enumerate(digests)))
    read = Told.read(told.text)
    assert read.files == told.files
    assert Told.read(read.text) == read


def test_a_file_is_kept_once_and_opened_by_who_sees_the_score(at):
    """The same bytes have one name; the unit itself opens it, another one does not, nor anybody before it is scored."""
    mine = of(at, "a2")
    proof, again = EvidenceFiles(mine).keep("bb.pdf", PDF), EvidenceFiles(at).keep("khác.pdf", PDF)
    assert proof.digest == again.digest
    with pytest.raises(NotFound):
        EvidenceFiles(mine).get(proof.digest)
    Scoring(mine).give([Entry("a2", "2", 400, evidence=Told("Số 3", (proof,)).text)])
    assert EvidenceFiles(mine).get(proof.digest) == (proof, PDF)
    for other in (of(at, "a3"), at):  # the stage is blind, for the office too
        with pytest.raises(NotFound):
            EvidenceFiles(other).get(proof.digest)


def test_the_office_opens_it_once_the_stage_is_closed(at):
    """As the points themselves."""
    proof = EvidenceFiles(at).keep("bb.pdf", PDF)
    Scoring(at).give([Entry(unit, "2", 400, evidence=Told("", (proof,)).text) for unit in UNITS])
    Stages(at).advance("không đơn vị nào vay")
    assert EvidenceFiles(at).get(proof.digest)[1] == PDF


def test_a_text_opens_nothing_that_is_no_evidence(at):
    """Who writes the digest of something else into a score gets a refusal, not the register."""
    digest = EvidenceFiles(at)._archive.put(b'{"manifest": 1}')
    mine = of(at, "a2")
    Scoring(mine).give([Entry("a2", "2", 400, evidence=Told("", (Proof("x.pdf", digest),)).text)])
    with pytest.raises(BadText):
        EvidenceFiles(mine).get(digest)


def test_a_file_that_was_spoilt_or_lost_is_told(at):
    """It is not handed out as if it were whole."""
    mine, files = of(at, "a2"), EvidenceFiles(of(at, "a2"))
    proof = files.keep("bb.pdf", PDF)
    Scoring(mine).give([Entry("a2", "2", 400, evidence=Told("", (proof,)).text)])
    path = files._archive._path(proof.digest, "bin")
    path.write_bytes(b"%PDF-1.7 other")
    with pytest.raises(ArchiveError):
        files.get(proof.digest)
    path.unlink()
    with pytest.raises(NotFound):
        files.get(proof.digest)


def test_nobody_keeps_files_who_may_not_score(at):
    """Nor is any kept while no points are given."""
    guest = at.desk.workspace.as_(Actor("khách", NOBODY))
    with pytest.raises(AccessDenied):
        EvidenceFiles(CampaignDesk(guest, at.campaign)).keep("a.pdf", PDF)
    Stages(at).back("xem lại giao ước")
    with pytest.raises(CampaignError):
        EvidenceFiles(at).keep("a.pdf", PDF)
