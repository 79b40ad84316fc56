"""One campaign on the command line, from the launch to the published decision, as the office types it."""

from __future__ import annotations

import datetime as dt
import io
import json

import docx
import openpyxl
import pytest
from tests.campaigns import RULES, UNITS, launched, office, self_scores
from tests.command import run_here, run_there

from coopkit.campaign import ScorePair
from coopkit.cli.campaigns import read_definition
from coopkit.errors import CoopkitError, NotFound
from coopkit.event import Award, Giver, Honour, RecipientKind
from coopkit.exporters.word import long_date
from coopkit.workspace import Awarding, Ballot, Entry, Papers, Scoring, Stages

DAY = dt.date(2024, 12, 20)

TOML = """
name = "Phong trào thử"
period = "2024"
launched = 2023-12-20
organiser = "Liên minh thử"
maximum = 15
ties = ["base"]

[[criteria]]
key = "1"
name = "Hội chợ"
maximum = 10
step = 0.5
rule = { metric = "fairs.turns", how = "ratio", target = 4 }

[[criteria]]
key = "2"
name = "Họp khối"
maximum = 5
step = 0.5
bonus = 1.5
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run `coopkit …` in a folder whose ledger holds eight units in two blocks."""
    folder = tmp_path_factory.mktemp("office")
    with office(folder):
        pass
    rest = "".join(
        _toml(name, rows) for name, rows in RULES.items() if name in ("stages", "grades", "awards", "targets")
    )
    (folder / "thi-dua.toml").write_text(TOML + rest, encoding="utf-8")

    def command(*arguments, lang="vi", code=0):
        own = {"COOPKIT_LEDGER": f"sqlite:///{folder}/so.db", "COOPKIT_LANG": lang}
        done = (run_here if lang == "vi" else run_there)(list(map(str, arguments)), folder, own)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    command.folder = folder
    return command


def _toml(name, rows):
    """Tables as TOML: texts, numbers and yes or no."""
    lines = []
    for row in rows:
        lines.append(f"\n[[{name}]]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in row.items()]
    return "\n".join(lines) + "\n"


def fill(path, points):
    """A score sheet as somebody fills it in: the yellow cells of what people score."""
    book = openpyxl.load_workbook(path)
    for sheet in book:
        header = next(row for row in sheet.iter_rows() if any(cell.value == "Điểm chấm" for cell in row))
        column = next(cell.column for cell in header if cell.value == "Điểm chấm")
        code = next(cell.column for cell in header if cell.value == "Mã")
        for row in range(header[0].row + 1, sheet.max_row + 1):
            if str(sheet.cell(row, code).value) == "2":
                sheet.cell(row, column).value = points
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())


def test_from_the_launch_to_the_check(run):
    """Each command in the order of the year; what is wrong is one line, and nothing is written then."""
    assert "Thể lệ" in run("campaign", "new")
    assert "Phong trào thử" in run("campaign", "new", "thi-dua.toml")
    assert "has a definition already" in run("campaign", "new", "thi-dua.toml", code=2)
    run("campaign", "apply", "2024")
    assert "Giao ước" in run("campaign", "advance", "2024", "--on", "10/01/2024")
    assert "chưa đơn vị nào ký" in run("campaign", "advance", "2024", code=2)
    assert "8 đơn vị" in run("campaign", "pledge", "2024", "khối", "--on", "15/01/2024")
    run("campaign", "advance", "2024")

    run("campaign", "sheets", "2024", "--to", "phieu")
    files = sorted((run.folder / "phieu").glob("*.xlsx"))
    assert len(files) == 8
    fill(files[0], "mười")
    told = run("campaign", "sheets", "2024", files[0], code=1)
    assert "mười" in told
    assert files[0].name in told
    for n, file in enumerate(files):
        fill(file, 4 if n else 4.5)
    assert "Đã nhập" in run("campaign", "sheets", "2024", *files)
    assert "multiples" in run("campaign", "score", "2024", "a1", "2", "4,2", code=2)
    assert "Đã ghi 4,5 điểm" in run(
        "campaign", "score", "2024", "HTX A1", "2", "4.50", "--because", "bổ sung minh chứng"
    )
    run("campaign", "advance", "2024")

    assert "Cùng người đại diện" in run("campaign", "conflicts", "2024")
    run("campaign", "sheets", "2024", "--to", "cheo")
    cross = sorted((run.folder / "cheo").glob("*.xlsx"))
    for file in cross:
        fill(file, 4)
    run("campaign", "sheets", "2024", *cross)
    run("campaign", "advance", "2024")
    assert "needs a reason" in run("campaign", "back", "2024", code=2)
    run("campaign", "back", "2024", "--because", "nộp lại phiếu")
    run("campaign", "advance", "2024")
    run("campaign", "score", "2024", "b2", "1", "3,5", "--because", "một lượt ngoài sổ")
    assert "need a reason" in run("campaign", "score", "2024", "a1", "2", "5", code=2)
    run("campaign", "score", "2024", "a1", "2", "5", "--because", "đủ minh chứng")
    run("campaign", "advance", "2024")
    assert "Họp khối" in run("campaign", "status", "2024")
    assert json.loads(run("campaign", "status", "2024", "--json"))["stages"]["block"] == "open"


def test_from_the_block_meeting_to_the_publication(run):
    """After the session above: proposals, the council's votes by totals, decisions, and a revocation later."""
    suggested = [line.split("\t")[0] for line in run("campaign", "award", "suggest", "2024", "flag").splitlines()]
    assert suggested
    run("campaign", "award", "nominate", "2024", "flag", *suggested, "--achievement", "Dẫn đầu")
    assert "not eligible" in run("campaign", "award", "nominate", "2024", "flag", "b4", code=2)
    run("campaign", "award", "nominate", "2024", "paper", "--unsplit", "2")
    run("campaign", "advance", "2024")
    nominations = [line.split("\t") for line in run("campaign", "award", "list", "2024").splitlines()]
    run("campaign", "council", "2024", "--seat", "Chủ tịch", "--seat", "Thư ký", "--seat", "Ủy viên=a1",
        "--attend", "Chủ tịch", "--attend", "Thư ký", "--attend", "Ủy viên")  # fmt: skip
    assert "more votes" in run("campaign", "vote", "2024", nominations[0][0], "9", "0", code=2)
    for one in nominations:
        assert "thông qua" in run("campaign", "vote", "2024", one[0], "2", "0")
    run("campaign", "advance", "2024")
    run("campaign", "award", "decide", "2024", "flag", "--decision", "01/QĐ", "--on", "15/12/2024")
    run("campaign", "award", "decide", "2024", "paper", "--decision", "02/QĐ", "--on", "15/12/2024")
    run("campaign", "award", "initiative", "2024", "Tưới tiết kiệm", "--unit", "a1", "--decision", "03/QĐ")
    assert "Công bố" in run("campaign", "advance", "2024")
    awards = run("campaign", "award", "list", "2024")
    assert "18,72 triệu đồng" in awards
    honour = next(line.split("\t")[0] for line in awards.splitlines() if line.startswith("honour-"))
    run("campaign", "award", "revoke", "2024", honour, "--decision", "09/QĐ", "--because", "khai sai")
    assert "hủy bỏ theo 09/QĐ" in run("campaign", "award", "list", "2024")
    assert "published" in run("campaign", "back", "2024", "--because", "x", code=2)


def test_the_board_and_its_reasons_are_told(run):
    """After the session above: rank, explain and stability, for people and for programs."""
    board = json.loads(run("campaign", "rank", "2024", "--json"))
    assert {line["unit"] for line in board["lines"]} == set(UNITS)
    assert "HTX A1" in run("campaign", "rank", "2024", "--block", "Khối A")
    assert "no such block" in run("campaign", "rank", "2024", "--block", "lạ", code=2)
    told = run("campaign", "explain", "2024", "HTX B2")
    assert "một lượt ngoài sổ" in told
    assert "fairs.turns / 4" in told
    assert "1 bản ghi" in told
    assert "Hội chợ" in run("campaign", "explain", "2024", "HTX B2", "--records")
    english = run("campaign", "explain", "2024", "b2", lang="en")
    assert "records" in english
    assert "Total" in english
    assert "vững" in run("campaign", "stability", "2024", "--runs", "50")
    assert "no such campaign" in run("campaign", "rank", "1999", code=2)


def test_the_papers_are_written(run):
    """After the session above: each kind that there is something for; a template of one's own; a word put over."""
    for kind, number in (("pledge", 2), ("self_score", 8), ("block_summary", 2), ("minutes", 1), ("submission", 2),
                         ("decision", 2), ("certificate", 2)):  # fmt: skip
        run("campaign", "documents", "2024", kind, "--to", kind, "--on", "20/12/2024")
        assert len(list((run.folder / kind).glob("*.docx"))) == number, kind
    assert "nothing for this paper" in run("campaign", "documents", "2024", "merit", "--to", "merit", code=2)
    assert "no such paper" in run("campaign", "documents", "2024", "poem", "--to", "x", code=2)
    run("campaign", "documents", "2024", "decision", "--to", "one", "--only", "01/QĐ", "--set", "signer=Người mẫu 001")
    [paper] = (run.folder / "one").glob("*.docx")
    text = "\n".join(one.text for one in docx.Document(paper).element.body.iter() if one.text)
    assert "Người mẫu 001" in text
    assert "18.720.000" in text


def test_a_rubric_of_a_law_can_be_launched(run):
    """TT 01/2020 with its own rule for who is not rated; asked wrongly it says how."""
    assert "TT 01/2020" in run("campaign", "new", "--rubric", "tt-01-2020", "--period", "2023")
    assert "no such rubric" in run("campaign", "new", "--rubric", "tt-99", "--period", "2023", code=2)
    assert "--period" in run("campaign", "new", "--rubric", "tt-01-2020", code=2)


def test_a_wrong_definition_is_one_line_with_its_file(run):
    """Which criterion, and why."""
    (run.folder / "sai.toml").write_text(TOML.replace("maximum = 15", "maximum = 3"), encoding="utf-8")
    told = run("campaign", "new", "sai.toml", code=2)
    assert "sai.toml" in told
    assert len(told.strip().splitlines()) == 1


@pytest.mark.parametrize(("coding", "said"), [("utf-8-sig", ""), ("utf-16", "save the file as UTF-8")])
def test_a_definition_as_an_editor_saves_it(tmp_path, coding, said):
    """A mark before UTF-8 is nothing; another encoding is told, in one line."""
    file = tmp_path / "thi-dua.toml"
    file.write_bytes(TOML.encode(coding))
    if said:
        with pytest.raises(CoopkitError, match=said):
            read_definition(file)
    else:
        assert read_definition(file).name == "Phong trào thử"


@pytest.fixture(scope="module")
def met(tmp_path_factory):
    """A campaign whose blocks have voted: a1 is out, b3 has a penalty; both blocks propose their first."""
    with office(tmp_path_factory.mktemp("met")) as desk:
        at = launched(desk)
        self_scores(at)
        Stages(at).advance()
        pairs = [(one.scorer, one.cooperative) for one in desk.snapshot().records(ScorePair)]
        Scoring(at).give([Entry(scored, "2", 450, scorer) for scorer, scored in pairs])
        Stages(at).advance()
        Scoring(at).give([Entry("a1", "L", 100, reason="bị phạt"), Entry("b3", "P", 150, reason="vắng họp")])
        Stages(at).advance()
        awarding = Awarding(at)
        awarding.nominate("flag", [line.unit for line in awarding.suggest("flag")], "Dẫn đầu")
        units = {one.cooperative[0]: one.id for one in awarding.nominations()}
        awarding.vote([Ballot(units["a"], 2, 1, 3), Ballot(units["b"], 4, 0, 4)])
        yield at


def test_a_stage_column_is_what_the_board_came_to(met):
    """The last stage that scored a criterion counts, penalties are taken off, what disqualifies is no point."""
    [(_, a), (_, b)] = Papers(met, DAY).summaries()
    rows = {row["name"]: row for row in [*a["rows"], *b["rows"]]}
    assert a["stages"] == ["Tự chấm", "Chấm chéo", "Thẩm định"]
    assert rows["HTX A1"]["points"] == ["9", "9,5", "9,5"]
    assert rows["HTX B3"]["points"] == ["4", "4,5", "3"]
    assert rows["HTX A2"]["points"] == ["9", "9,5", "–"]
    assert all(row["total"] == row["points"][2] for row in rows.values() if row["points"][2] != "–")


def test_each_block_has_its_minutes(met):
    """Only its own votes, with those who were there; a share has one decimal."""
    told = dict(Papers(met, DAY).minutes())
    assert list(told) == ["Họp khối – Khối A", "Họp khối – Khối B"]
    assert [(one["present"], [vote["share"] for vote in one["votes"]]) for one in told.values()] == [
        ("3", ["66,7%"]),
        ("4", ["100,0%"]),
    ]


def test_words_put_over_a_paper(met):
    """One that the paper does not have is refused by name; a place that is not known is left to be filled in."""
    with pytest.raises(NotFound, match="'foo'"):
        Papers(met, DAY, {"foo": ""}).write("minutes")
    [paper, _] = Papers(met, DAY, {"place": ""}).write("minutes").values()
    said = ["".join(run.text or "" for run in one.runs) for one in _paragraphs(paper)]
    assert f"......, {long_date(DAY)}" in said


def _paragraphs(data):
    document = docx.Document(io.BytesIO(data))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]


def test_a_decision_is_of_who_gives_it(met):
    """The city's decision is not signed for the alliance; a campaign's name keeps its capitals."""
    records = [
        Honour(f"h{n}", f"0{n}/QĐ", 1, Award.MERIT, giver, RecipientKind.UNSPLIT, DAY, campaign=met.campaign)
        for n, giver in enumerate((Giver.ALLIANCE, Giver.CITY), 1)
    ]
    met.write("quyết định", *records)
    alliance, city = (words for _, words in Papers(met, DAY).decisions())
    assert "organisation" not in alliance
    assert (city["organisation"], city["sign_for"]) == ("UBND thành phố", "")
    assert city["subject"] == "tặng Bằng khen, phong trào thử"
