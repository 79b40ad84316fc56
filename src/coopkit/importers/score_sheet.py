"""Reading filled-in score sheets: every score with its cell, and a Problem for each cell that cannot be taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from attrs import field, frozen

from coopkit.campaign import SCALE, format_points, parse_points
from coopkit.importers.book import broken_cells, letters, sheets_of
from coopkit.importers.faults import doubt, fault
from coopkit.importers.text import as_text
from coopkit.problem import Problem, Severity
from coopkit.text import fold

_MARK: Final = "coopkit.score_sheet"
_COLUMNS: Final = {"criterion": "ma", "points": "diem cham", "reason": "ly do", "evidence": "minh chung"}
_KEYS: Final = ("campaign", "stage", "scorer", "unit")
_WRITTEN: Final = re.compile(r"[-+−]?\d+(?:[.,]\d{1,2})?")
_ERROR: Final = re.compile(r"#(?:REF!|N/A|DIV/0!|NAME\?|VALUE!|NULL!|NUM!)|Err:\d+")
_YES: Final = frozenset(("co", "x", "yes", "1"))
_NO: Final = frozenset(("khong", "no", "0"))


@frozen
class ReadScore:
    """What one cell says: the points, in hundredths, that a scorer gives a unit for a criterion; None: not scored.

    What disqualifies has 1 point where it is found, else 0.

    >>> told = ReadScore("p", "self", "u", "u", "1.1", 750, "", "Báo cáo", file="a.xlsx", sheet="HTX", cell="G9")
    >>> told.points, told.where
    (750, 'a.xlsx · HTX · G9')
    """

    campaign: str
    stage: str
    scorer: str
    unit: str
    criterion: str
    points: int | None
    reason: str
    evidence: str
    file: str = ""
    sheet: str = ""
    cell: str = ""

    @property
    def where(self) -> str:
        """File, sheet and cell as one text."""
        return " · ".join(part for part in (self.file, self.sheet, self.cell) if part)


@frozen
class ReadScores:
    """What score sheets say: every cell that could be read, and what is wrong with the others.

    >>> ReadScores().cells
    ()
    """

    cells: tuple[ReadScore, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_score_sheets(name: str, data: bytes) -> ReadScores:
    """What the score sheets of a workbook say, as `write_score_sheets` made them and people filled them in.

    A cell that cannot be taken is a Problem with its place, and the others come through. `name` is the file's, for
    problems. Of xls and ods, the error of a formula is read as an empty cell.

    Raises `WorkbookError` when the bytes are no workbook at all.

    >>> read_score_sheets("a.xlsx", b"no workbook")
    Traceback (most recent call last):
        ...
    coopkit.errors.WorkbookError: ...
    """
    cells: list[ReadScore] = []
    problems: list[Problem] = []
    read: dict[tuple[str, str, str, str], str] = {}
    broken = broken_cells(data)
    for grid in sheets_of(data, name):
        title, rows = grid.title, grid.rows()
        if not any(cell != "" for row in rows for cell in row):
            continue
        found: list[ReadScore | Problem] = []
        page = _page(title, rows, broken.get(title, {}))
        if isinstance(page, Problem):
            found = [page]
        elif page.keys in read:
            found = [_twice_sheet(read[page.keys])]
        else:
            read[page.keys] = title
            found = list(_read(page, name))
        cells += (one for one in found if isinstance(one, ReadScore))
        problems += (one.at(file=name, sheet=title) for one in found if isinstance(one, Problem))
    return ReadScores(tuple(cells), tuple(problems))


@frozen
class _Rule:
    """What may stand in the cell of a criterion."""

    most: int
    step: int
    kind: str


@frozen
class _Page:
    """A score sheet: whose it is, its criteria, its rows, where its columns are, and its cells that are errors."""

    title: str
    keys: tuple[str, str, str, str]
    rules: Mapping[str, _Rule]
    rows: Sequence[Sequence[Any]]
    header: int
    hidden: int
    at: Mapping[str, int]
    broken: Mapping[str, str] = field(factory=dict)

    def cell(self, row: int, column: str) -> str:
        """A cell as the user sees it: G9."""
        return f"{letters(self.at[column])}{row + 1}"

    def error(self, cell: str, told: Any) -> str:
        """The formula's error that a cell holds, or nothing."""
        return self.broken.get(cell, "") or (told if isinstance(told, str) and _ERROR.fullmatch(told.strip()) else "")


def _page(title: str, rows: list[list[Any]], broken: Mapping[str, str]) -> _Page | Problem:
    """The sheet as a score sheet, or why it is none."""
    header = next((at for at, row in enumerate(rows) if {"ma", "diem cham"} <= _folded(row).keys()), None)
    mark = next(((at, row.index(_MARK)) for at, row in enumerate(rows) if _MARK in row), None)
    if header is None and mark is None:
        return _unknown_sheet()
    keys, rules = _keys(rows, mark) if mark else ({}, {})
    if mark is None or any(not keys.get(key) for key in _KEYS):
        return _key_missing()
    columns = _folded(rows[header]) if header is not None else {}
    if header is None or not columns.keys() >= set(_COLUMNS.values()):
        return _header_missing()
    at = {name: columns[label] for name, label in _COLUMNS.items()}
    return _Page(
        title, (keys["campaign"], keys["stage"], keys["scorer"], keys["unit"]), rules, rows, header, mark[1], at, broken
    )


def _folded(row: Sequence[Any]) -> dict[str, int]:
    """Where each text of a row stands, without marks and case."""
    return {fold(cell): at for at, cell in reversed(list(enumerate(row))) if isinstance(cell, str) and cell}


def _keys(rows: list[list[Any]], mark: tuple[int, int]) -> tuple[dict[str, str], dict[str, _Rule]]:
    """The key block under the mark: whose sheet it is; and what it says of each criterion."""
    top, column = mark
    keys: dict[str, str] = {}
    rules: dict[str, _Rule] = {}
    for row in rows[top + 1 :]:
        name, told, step, kind = (*row[column : column + 4], "", "", "")[:4]
        if kind and isinstance(told, (int, float)) and isinstance(step, (int, float)):
            rules.setdefault(_key(name).strip(), _Rule(int(told), int(step), str(kind)))
        elif name in _KEYS and not kind:
            keys.setdefault(str(name), _key(told))
    return keys, rules


def _key(cell: Any) -> str:
    """An id as it was written; a number, where a program made one of it, without its ".0"."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _read(page: _Page, file: str) -> Iterator[ReadScore | Problem]:
    """The scores of a page, and what is wrong in it."""
    seen: dict[str, str] = {}
    for at in range(page.header + 1, len(page.rows)):
        row = page.rows[at]
        key, where = _key(row[page.at["criterion"]]).strip(), page.cell(at, "criterion")
        nothing = not key and row[page.at["points"]] == "" and row[page.hidden] == ""
        if nothing or row[page.hidden + 3] == "total":
            continue
        rule = page.rules.get(key)
        if rule is None:
            yield _unknown_criterion(key, page.rules).at(cell=where)
            continue
        if key in seen:
            yield _twice(key, seen[key]).at(cell=where)
        elif rule.kind != "group":
            yield from _score(page, at, (key, rule), file)
        seen.setdefault(key, where)


def _score(page: _Page, at: int, of: tuple[str, _Rule], file: str) -> Iterator[ReadScore | Problem]:
    """The score of one row; a reason or evidence that is an error is left empty and told."""
    texts = []
    for column in ("reason", "evidence"):
        cell, text = page.cell(at, column), as_text(page.rows[at][page.at[column]]) or ""
        error = page.error(cell, text)
        if error:
            yield _formula(error, Severity.WARNING).at(cell=cell)
        texts.append("" if error else text)
    cell, told = page.cell(at, "points"), page.rows[at][page.at["points"]]
    if error := page.error(cell, told):
        yield _formula(error).at(cell=cell)
        return
    points = _yes_no(told) if of[1].kind == "disqualify" else _points(told, of[1])
    if isinstance(points, Problem):
        yield points.at(cell=cell)
    else:
        yield ReadScore(*page.keys, of[0], points, texts[0], texts[1], file, page.title, cell)


# ── One cell ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _yes_no(told: Any) -> int | Problem | None:
    """1 for yes, 0 for no."""
    text = as_text(told)
    folded = "1" if told is True else "0" if told is False else fold(text or "")
    if not text or folded in _YES | _NO:
        return (1 if folded in _YES else 0) if text else None
    what = ("không phải là có hay không", "is neither yes nor no")
    return fault("points.flag", what, ("chọn Có hoặc Không", "choose Có or Không"), text)


def _points(told: Any, rule: _Rule) -> int | Problem | None:
    """The points of a cell in hundredths, within what the criterion allows; None where it is empty."""
    text = as_text(told)
    if text is None:
        return None
    points = _hundredths(told)
    if points is None:
        return _no_number(told, text)
    if points < 0:
        mend = ("điểm trừ cũng ghi số dương, tổng điểm tự trừ", "write penalties above 0 too: the total takes them off")
        zero = ("ghi từ 0 trở lên", "write 0 or more")
        return fault("points.negative", ("nhỏ hơn 0", "is below 0"), mend if rule.kind == "penalty" else zero, text)
    if points > rule.most:
        vi, en = format_points(rule.most), format_points(rule.most, "en")
        what = (f"vượt quá điểm tối đa {vi}, kể cả điểm thưởng", f"is above the maximum {en}, bonus included")
        return fault("points.above", what, (f"ghi từ 0 đến {vi}", f"write 0 to {en}"), text)
    if rule.step > 0 and points % rule.step:
        low = points - points % rule.step
        near = [format_points(one) for one in (low, low + rule.step) if one <= rule.most]
        step, english = format_points(rule.step), format_points(rule.step, "en")
        what = (f"không phải là bội của bước điểm {step}", f"is not a multiple of the step {english}")
        return fault("points.step", what, (f"ghi {' hoặc '.join(near)}", f"write {' or '.join(near)}"), text)
    return points


def _hundredths(told: Any) -> int | None:
    """A number in hundredths, however it was typed; None for what is no number of at most two decimals."""
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        number = Fraction(repr(told)) * SCALE
        near = round(number)
        # A formula's result may carry the noise of a spreadsheet's arithmetic.
        return near if abs(number - near) <= Fraction(1, 10_000) else None
    text = str(told).strip().removesuffix("điểm").strip().replace("−", "-")
    return parse_points(text) if isinstance(told, str) and _WRITTEN.fullmatch(text) else None


def _no_number(told: Any, text: str) -> Problem:
    if isinstance(told, (dt.date, dt.time, dt.timedelta)):
        what = ("là ngày hoặc giờ, không phải là điểm", "is a date or a time, no number of points")
        mend = ("định dạng ô là số rồi ghi lại, như 7,5", "format the cell as a number and write it again, like 7.5")
        return fault("points.unreadable", what, mend, text)
    what = ("không phải là điểm", "is no number of points")
    mend = (
        "ghi bằng chữ số, như 7,5, nhiều nhất hai chữ số sau dấu phẩy",
        "write digits, like 7.5, two decimals at most",
    )
    return fault("points.unreadable", what, mend, text)


def _formula(seen: str, severity: Severity = Severity.ERROR) -> Problem:
    make = fault if severity is Severity.ERROR else doubt
    what = ("là lỗi công thức", "is the error of a formula")
    return make(
        "cell.formula", what, ("xóa công thức, ghi lại giá trị", "delete the formula and write the value"), seen
    )


# ── A row, a sheet ──────────────────────────────────────────────────────────────────────────────────────────────────


def _unknown_criterion(key: str, known: Mapping[str, _Rule]) -> Problem:
    there = "; ".join(one for one, rule in known.items() if rule.kind != "group")
    what = ("không có trong thể lệ của phiếu", "is no criterion of this sheet")
    if not key:
        what = ("thiếu mã tiêu chí", "the key of the criterion is missing")
    mend = (f"ghi lại mã như trong phiếu đã phát: {there}; hoặc xóa dòng", f"write one of {there}, or delete the row")
    return fault("criterion.unknown", what, mend, key)


def _twice(key: str, first: str) -> Problem:
    what = (f"đã có ở ô {first}; dòng này không được đọc", f"is at {first} already; this row was not read")
    return fault(
        "criterion.twice", what, ("giữ một dòng đúng, xóa dòng kia", "keep the right row, delete the other"), key
    )


def _unknown_sheet() -> Problem:
    what = ("trang này không phải là phiếu chấm điểm, nên không đọc", "this sheet is no score sheet; it was not read")
    mend = ("bỏ qua, hoặc chấm trên phiếu đã phát", "ignore this, or fill in the sheet that was handed out")
    return doubt("sheet.unknown", what, mend)


def _key_missing() -> Problem:
    what = (
        "thiếu phần khóa của phiếu (các cột ẩn), nên không biết phiếu của ai",
        "the key block (the hidden columns) is missing, so that nobody knows whose sheet this is",
    )
    mend = ("tải lại phiếu, chép điểm sang, không xóa cột ẩn", "download the sheet again and leave its hidden columns")
    return fault("sheet.key_missing", what, mend)


def _header_missing() -> Problem:
    what = ("thiếu dòng tiêu đề Mã, Điểm chấm, Lý do, Minh chứng", "the row of headers is missing")
    mend = ("ghi lại dòng tiêu đề như phiếu đã phát", "restore the headers as they were handed out")
    return fault("header.missing", what, mend)


def _twice_sheet(first: str) -> Problem:
    what = (f"là bản sao của trang «{first}», nên không đọc", f"this sheet is a copy of “{first}”; it was not read")
    mend = ("giữ một trang đúng, xóa trang kia", "keep the right sheet, delete the other")
    return fault("sheet.twice", what, mend)
