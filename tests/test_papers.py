"""The papers of a campaign: each takes the words that the module tells, prints them all, and opens in LibreOffice."""

import datetime as dt
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import docx
import pytest
from docxtpl import DocxTemplate

from coopkit.errors import NotFound, TemplateError
from coopkit.exporters.papers import PAPERS, write_paper

ROOT = Path(__file__).parents[1]
DAY = dt.date(2025, 2, 9)

HEAD = {
    "parent": "UBND thành phố Hải Phòng",
    "organisation": "Liên minh Hợp tác xã thành phố",
    "place": "Hải Phòng",
    "long_date": "ngày 09 tháng 02 năm 2025",
    "sign_for": "TM. Ban Thường vụ",
    "signer_title": "Chủ tịch",
    "signer": "Người mẫu 001",
}
SENT = {"number": "12/TTr-LMHTX", "copies": ["Như trên", "Các khối thi đua", "Lưu: VT, HĐTĐKT"]}
CAMPAIGN = {"campaign": "Phong trào thi đua năm 2024", "block": "Khối thi đua số 1"}
BASES = [
    "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",
    "Căn cứ Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023 của Chính phủ",
    "Theo đề nghị của Hội đồng Thi đua - Khen thưởng tại Biên bản số 07/BB-HĐTĐKT",
]
UNITS = [f"HTX Mẫu {number:02}" for number in range(1, 13)]
CERTIFICATE = {
    "giver": "Chủ tịch Liên minh Hợp tác xã thành phố Hải Phòng",
    "recipient": "HTX Mẫu 01",
    "detail": "Xã Mẫu, thành phố Hải Phòng",
    "achievement": "Đã có thành tích xuất sắc trong Phong trào thi đua năm 2024 của Liên minh Hợp tác xã thành phố",
    "place": "Hải Phòng",
    "long_date": "ngày 09 tháng 02 năm 2025",
    "signer_title": "Chủ tịch",
    "signer": "Người mẫu 001",
    "decision": "15/QĐ-LMHTX ngày 09/02/2025",
    "book": "045",
}


def criterion(number, name, maximum, points, group=""):
    shown = "" if group else "Báo cáo số 03/BC-HTX; ảnh chụp"
    return {"group": group, "number": number, "name": name, "maximum": maximum, "points": points} | {
        "evidence": shown,
        "explanation": "",
    }


def summary(at):
    """A unit's line; the second and the third share a place."""
    place = "2" if at == 2 else str(at + 1)
    points = ["95,5", "94", "94,5", "94,5"]
    total = 106 if at == 2 else 107 - at
    return {"number": str(at + 1), "name": UNITS[at], "points": points, "total": f"{total},5", "place": place} | {
        "tied": "x" if at in {1, 2} else "",
        "grade": "Xuất sắc",
    }


def vote(at, in_favour, result):
    return {"number": str(at), "name": UNITS[at], "award": "Cờ thi đua của UBND thành phố", "members": "9"} | {
        "present": "8",
        "in_favour": str(in_favour),
        "share": f"{round(in_favour * 100 / 8)}%",
        "against": str(8 - in_favour),
        "needed": "5",
        "result": result,
    }


WORDS: dict[str, Any] = {
    "pledge": HEAD
    | CAMPAIGN
    | {
        "organiser": "Liên minh Hợp tác xã thành phố",
        "theme": "Đổi mới, hợp tác, phát triển bền vững",
        "venue": "trụ sở Liên minh Hợp tác xã thành phố",
        "sign_for": "TM. Khối thi đua số 1",
        "signer_title": "Khối trưởng",
        "contents": [
            "Tổ chức sản xuất, kinh doanh đạt hiệu quả",
            "Phát triển thành viên",
            "Chấp hành pháp luật về HTX",
        ],
        "units": [
            {
                "number": str(at),
                "name": name,
                "promise": "Doanh thu tăng 10%; kết nạp 5 thành viên; 01 sản phẩm OCOP",
                "representative": f"Người mẫu {at:03}",
            }
            for at, name in enumerate(UNITS, 1)
        ],
    },
    "self_score": HEAD
    | CAMPAIGN
    | {
        "parent": "",
        "organisation": UNITS[0],
        "sign_for": "",
        "signer_title": "Giám đốc",
        "stage": "Tự chấm điểm",
        "rows": [
            criterion("I", "Tổ chức sản xuất, kinh doanh", "60", "52,5", "x"),
            criterion("1", "Doanh thu, lợi nhuận tăng so với năm trước", "30", "27,5"),
            criterion("2", "Tỷ lệ đáp ứng sản phẩm, dịch vụ cho thành viên", "30", "25"),
            criterion("II", "Thành viên và cộng đồng", "40", "35", "x"),
            *(criterion(str(at), f"Tiêu chí mẫu số {at}", "2,5", "2") for at in range(3, 19)),
        ],
        "maximum": "100",
        "total": "87,5",
        "preparer": "Người mẫu 002",
    },
    "block_summary": HEAD
    | CAMPAIGN
    | {
        "stages": ["Tự chấm", "Chấm chéo", "Thẩm định", "Họp khối"],
        "rows": [summary(at) for at in range(11)],
        "notes": ["Ghi chú: HTX Mẫu 02 và HTX Mẫu 03 bằng điểm; thể lệ không phân định được nên xếp đồng hạng."],
        "secretary_signer": "Người mẫu 003",
        "sign_for": "TM. Khối thi đua số 1",
        "signer_title": "Khối trưởng",
    },
    "minutes": HEAD
    | SENT
    | {
        "campaign": "Phong trào thi đua năm 2024",
        "number": "07/BB-HĐTĐKT",
        "subject": "Họp Hội đồng Thi đua - Khen thưởng",
        "opened": "08 giờ 00, ngày 05 tháng 02 năm 2025",
        "closed": "11 giờ 30 cùng ngày",
        "venue": "trụ sở Liên minh Hợp tác xã thành phố",
        "chair": "Chủ tịch Hội đồng",
        "secretary": "Thư ký Hội đồng",
        "secretary_signer": "Người mẫu 003",
        "sign_for": "",
        "signer_title": "Chủ trì",
        "seats": [
            {"number": str(at), "seat": seat, "unit": "", "presence": "Vắng" if at == 9 else "Có mặt"}
            for at, seat in enumerate(["Chủ tịch Hội đồng", "Phó Chủ tịch", *["Ủy viên Hội đồng"] * 7], 1)
        ],
        "members": "9",
        "present": "8",
        "quorum": "ít nhất 2/3 tổng số thành viên có mặt",
        "quorum_result": "đủ điều kiện tiến hành",
        "items": ["Nghe báo cáo kết quả chấm điểm của các khối.", "Thảo luận, bỏ phiếu kín từng trường hợp."],
        "threshold": "trên 1/2 số người có mặt",
        "votes": [vote(1, 8, "Thông qua"), vote(2, 6, "Thông qua"), vote(3, 3, "Không thông qua")],
        "conclusions": ["Đề nghị tặng Cờ thi đua cho 02 tập thể.", "Giao Thường trực Hội đồng hoàn thiện hồ sơ."],
    },
    "submission": HEAD
    | SENT
    | {
        "addressee": "Ủy ban nhân dân thành phố Hải Phòng",
        "subject": "đề nghị khen thưởng Phong trào thi đua năm 2024",
        "bases": BASES,
        "summary": "Năm 2024, 12 đơn vị đã tham gia phong trào, chấm điểm và bình xét đúng thể lệ.",
        "nominees": [
            {
                "number": str(at),
                "name": UNITS[at],
                "kind": "Tập thể",
                "award": "Cờ thi đua của UBND thành phố",
                "total": "107,5",
                "place": str(at),
                "votes": "8/8",
                "achievement": "Dẫn đầu Khối thi đua số 1 năm 2024",
            }
            for at in range(1, 4)
        ],
        "attachments": ["Biên bản họp Hội đồng", "Báo cáo thành tích của từng đơn vị"],
    },
    "decision": HEAD
    | SENT
    | {
        "number": "15/QĐ-LMHTX",
        "authority": "Chủ tịch Liên minh Hợp tác xã thành phố",
        "subject": "khen thưởng Phong trào thi đua năm 2024",
        "bases": BASES,
        "granted": "Tặng Giấy khen cho 12 tập thể đã có thành tích xuất sắc trong Phong trào thi đua năm 2024",
        "funding": "Quỹ thi đua, khen thưởng của Liên minh Hợp tác xã thành phố",
        "executors": "Chánh Văn phòng, các phòng, ban và các tập thể có tên trong danh sách",
        "recipients": [
            {"number": str(at), "name": name, "kind": "Tập thể", "award": "Giấy khen", "reward": "1.560.000"}
            for at, name in enumerate(UNITS, 1)
        ],
        "reward_total": "18.720.000",
    },
    "certificate": CERTIFICATE,
    "merit": CERTIFICATE
    | {"giver": "Chủ tịch Ủy ban nhân dân thành phố Hải Phòng", "recipient": "Người mẫu 001", "detail": ""},
}


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def written(key, **other):
    return write_paper(key, WORDS[key] | other, created=DAY)


def text(data):
    """All that a paper says, its tables' cells included, a line a paragraph."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join("".join(run.text or "" for run in line.iter(f"{{{W}}}t")) for line in body.iter(f"{{{W}}}p"))


def texts(words):
    """Every text among the words, those in lists included."""
    for word in words.values() if isinstance(words, dict) else words:
        if isinstance(word, str):
            yield word
        else:
            yield from texts(word)


def test_every_paper_has_words():
    """The samples below are of all papers, and each has its own template."""
    assert list(WORDS) == list(PAPERS)
    assert [paper.template for paper in PAPERS.values()] == [f"{key}.docx" for key in PAPERS]
    assert [key for key, paper in PAPERS.items() if paper.each] == ["certificate", "merit"]


@pytest.mark.parametrize("key", PAPERS)
def test_a_paper_says_all_its_words(key):
    """Every word is printed, in capitals where the form asks for them; no tag is left; the same bytes each time."""
    data = written(key)
    said = text(data).casefold()
    lacking = {word for word in texts(WORDS[key]) if word.casefold() not in said} - {"x"}
    assert lacking == set()
    assert "{" not in said
    assert data == written(key)
    assert docx.Document(io.BytesIO(data)).core_properties.created.date() == DAY


@pytest.mark.parametrize("key", PAPERS)
def test_a_template_takes_these_words_and_no_others(key):
    """What a template names is what its sample has."""
    template = DocxTemplate(io.BytesIO(PAPERS[key].own_template()))
    assert template.get_undeclared_template_variables() == set(WORDS[key])


@pytest.mark.parametrize("key", PAPERS)
def test_a_missing_word_is_named(key):
    """A paper without one of its words, or of a row's, is not written."""
    for name, told in WORDS[key].items():
        rows = isinstance(told, list) and isinstance(told[0], dict)
        lacking = list(told[0])[-1] if rows else name
        words = {word: text for word, text in WORDS[key].items() if word != name}
        if rows:
            words[name] = [{word: text for word, text in row.items() if word != lacking} for row in told]
        elif name not in {"signer", "copies", "campaign", "recipient"}:
            continue
        with pytest.raises(TemplateError, match=rf"'{lacking}'"):
            write_paper(key, words, created=DAY)


@pytest.mark.parametrize("key", PAPERS)
def test_what_may_be_empty(key):
    """Names that are not known, a number not yet given, lists without a line: the paper is written all the same."""
    empty = {"parent", "number", "sign_for", "signer", "theme", "detail", "book", "preparer", "secretary_signer"}
    empty |= {"reward_total"}
    words: dict[str, Any] = {}
    words |= {
        name: [] if isinstance(told, list) else "" if name in empty else told for name, told in WORDS[key].items()
    }
    assert "{" not in text(write_paper(key, words, created=DAY))


def test_tied_places_are_shown():
    """Units that share a place are marked, and no others; every unit has its points of each stage."""
    table = docx.Document(io.BytesIO(written("block_summary"))).tables[1]
    rows = [[cell.text for cell in row.cells] for row in table.rows if row.cells[0].text in {"TT", "1", "2", "3"}]
    assert rows == [
        ["TT", "Đơn vị", "Tự chấm", "Chấm chéo", "Thẩm định", "Họp khối", "Tổng điểm", "Xếp thứ", "Xếp loại"],
        ["1", "HTX Mẫu 01", "95,5", "94", "94,5", "94,5", "107,5", "1", "Xuất sắc"],
        ["2", "HTX Mẫu 02", "95,5", "94", "94,5", "94,5", "106,5", "2 (đồng hạng)", "Xuất sắc"],
        ["3", "HTX Mẫu 03", "95,5", "94", "94,5", "94,5", "106,5", "2 (đồng hạng)", "Xuất sắc"],
    ]


@pytest.mark.parametrize("stages", [1, 2, 3, 5])
def test_any_number_of_stages(stages):
    """The summary has a column a stage, and as many in its grid."""
    rows = [row | {"points": row["points"][:1] * stages} for row in WORDS["block_summary"]["rows"]]
    data = written("block_summary", stages=["Thẩm định"] * stages, rows=rows)
    table = docx.Document(io.BytesIO(data)).tables[1]
    assert {len(row.cells) for row in table.rows} == {len(table.columns)} == {stages + 5}


def test_totals_are_in_the_table():
    """The self-score ends with the sums that it was given; groups are printed in bold."""
    table = docx.Document(io.BytesIO(written("self_score"))).tables[1]
    assert [cell.text for cell in table.rows[-1].cells[:4]] == ["", "TỔNG CỘNG", "100", "87,5"]
    bold = [row.cells[0].text for row in table.rows[1:] if row.cells[0].paragraphs[0].runs[0].bold]
    assert bold[:2] == ["I", "II"]


def test_a_table_repeats_its_header():
    """The header of every list is printed again on each page."""
    for key, at in (("pledge", 1), ("self_score", 1), ("block_summary", 1), ("minutes", 1), ("decision", 2)):
        row = docx.Document(io.BytesIO(written(key))).tables[at].rows[0]
        assert row._tr.find(f"{{{W}}}trPr/{{{W}}}tblHeader") is not None, key


def test_what_is_filled_in_is_text():
    """Markup and tags in a name are printed as they are."""
    wild = "HTX <Mẫu> & {{ signer }}"
    assert wild in text(written("merit", recipient=wild))


def test_own_template():
    """Staff's own template is filled instead of coopkit's."""
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("{{ recipient }} - {{ giver }}")
    document.save(out)
    data = write_paper("merit", {"recipient": "HTX Mẫu 09", "giver": "Liên minh"}, created=DAY, template=out.getvalue())
    assert text(data) == "HTX Mẫu 09 - Liên minh"
    with pytest.raises(TemplateError, match="docx"):
        write_paper("merit", WORDS["merit"], created=DAY, template=b"")


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ("1.000", "tổng số tiền thưởng 1.000 đồng, chi"),
        ("1.000 đồng", "thưởng 1.000 đồng, chi"),
        ("", "danh sách, chi"),
    ],
)
def test_total_of_rewards(total, said):
    """A decision tells the total once, with its unit; nothing where no reward is known."""
    assert said in text(written("decision", reward_total=total))


def test_unknown_paper():
    """A key that is no paper's is told with those there are."""
    with pytest.raises(NotFound, match="certificate"):
        write_paper("medal", {}, created=DAY)


def test_templates_can_be_rebuilt(tmp_path):
    """The script makes all templates; filled, they say what the shipped ones say, until staff edit these."""
    script = ROOT / "scripts" / "build_campaign_templates.py"
    subprocess.run([sys.executable, "-W", "error", str(script), str(tmp_path)], check=True)
    for key in PAPERS:
        made = write_paper(key, WORDS[key], created=DAY, template=(tmp_path / f"{key}.docx").read_bytes())
        assert text(made) == text(written(key))


@pytest.mark.needs("soffice", "pdftotext")
def test_papers_open_in_libreoffice(soffice, tmp_path):
    """Each is printed on as many pages as it needs and no more; a certificate with a long reason stays on one."""
    long = {"achievement": " ".join([WORDS["merit"]["achievement"]] * 3), "detail": "Xã Mẫu, thành phố Hải Phòng"}
    for key in PAPERS:
        (tmp_path / f"{key}.docx").write_bytes(written(key))
    (tmp_path / "long.docx").write_bytes(written("merit", **long))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, tmp_path.glob("*.docx"))], check=True, capture_output=True, timeout=240)
    pages = {}
    for file in tmp_path.glob("*.pdf"):
        command = ["pdftotext", "-layout", str(file), "-"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert "Độc lập - Tự do - Hạnh phúc" in printed
        assert "Người mẫu 001" in printed
        pages[file.stem] = [len(page.split()) for page in printed.split("\f")[:-1]]
    assert {key: len(words) for key, words in pages.items()} == {
        **dict.fromkeys(("block_summary", "submission", "certificate", "merit", "long"), 1),
        **dict.fromkeys(("pledge", "self_score", "minutes", "decision"), 2),
    }
    assert min(min(words) for words in pages.values()) > 20
