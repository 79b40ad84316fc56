"""`ScoreSheets`: the workbooks that scorers fill in, out and back in."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from attrs import evolve, frozen

from coopkit.access import Action
from coopkit.campaign import Definition, Score, ScorePair, Stage, StageKind
from coopkit.errors import CampaignError
from coopkit.exporters.score_sheet import ScoreLine, ScoreSheet, score_lines, write_score_sheets
from coopkit.importers.score_sheet import ReadScore, ReadScores, read_score_sheets
from coopkit.ledger import Receipt
from coopkit.problem import Problem
from coopkit.snapshot import Snapshot
from coopkit.text import Label
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.scoring import Entry, Feeds, Scoring, troubles

FILE_SAFE: Final = str.maketrans(dict.fromkeys('\\/:*?"<>|', "-"))
"""What a file's name may not hold, on any system."""


@frozen
class Offered:
    """A score that a sheet would give: to which unit, for which criterion, and the cell that it stands in.

    >>> Offered(Entry("c1", "1", 750), "HTX Mẫu", Label("Họp", "Meetings"), "a.xlsx · HTX · G9").entry.points
    750
    """

    entry: Entry
    unit: str
    criterion: Label
    where: str


@frozen
class Handed:
    """What handed-in sheets would give that is not given yet, and what is wrong with them: then nothing is given.

    >>> Handed().units
    0
    """

    offered: tuple[Offered, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def units(self) -> int:
        """How many units are given points."""
        return len({one.entry.unit for one in self.offered})


@frozen(slots=False)
class ScoreSheets:
    """The score sheets of one campaign, for who runs it.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import ScoreSheets, Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     ScoreSheets(at).read({})
    (0, [])
    """

    at: CampaignDesk

    def write(self, on: dt.date) -> dict[str, bytes]:
        """The workbooks of the open scoring stage: one for each scorer, a sheet for each unit to be scored."""
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        stage = self.at.open_stage(StageKind.SELF, StageKind.CROSS)
        sheets: dict[str, list[ScoreSheet]] = {}
        for scorer, unit in self._to_score(stage):
            sheets.setdefault(scorer, []).append(self._sheet(stage, scorer, unit))
        files = self._file_names(stage, list(sheets))
        return {files[scorer]: write_score_sheets(own, created=on) for scorer, own in sheets.items()}

    def _file_names(self, stage: Stage, scorers: Sequence[str]) -> dict[str, str]:
        """What each scorer's file is called: units of one name have their tax code or id in it, too."""
        rows = self.at.whole.tables["cooperative"].select(["id", "tax_code"]).to_pylist()
        codes = {row["id"]: row["tax_code"] or row["id"] for row in rows}
        made = {one: f"{stage.key}-{self._names[one]}".translate(FILE_SAFE) for one in scorers}
        for more in (codes, {one: one for one in scorers}):
            taken = Counter(name.casefold() for name in made.values())
            made = {
                one: f"{name}-{more[one]}".translate(FILE_SAFE) if taken[name.casefold()] > 1 else name
                for one, name in made.items()
            }
        return {one: f"{name}.xlsx" for one, name in made.items()}

    def _to_score(self, stage: Stage) -> Iterable[tuple[str, str]]:
        if stage.kind is StageKind.SELF:
            return [(unit, unit) for unit in sorted(self.at.units())]
        found = self.at.whole.records(ScorePair)
        return sorted(
            (one.scorer, one.cooperative) for one in found if (one.campaign, one.stage) == (self.at.campaign, stage.key)
        )

    def zipped(self, on: dt.date) -> bytes:
        """The workbooks of `write` in one zip, the same bytes for the same sheets."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in self.write(on).items():
                archive.writestr(zipfile.ZipInfo(name), data)  # a workbook is compressed already
        return out.getvalue()

    @cached_property
    def _given(self) -> Mapping[tuple[str, str, str], Mapping[str, Score]]:
        """The scores by stage, scorer and unit, and there by criterion."""
        return self._sorted(self.at.whole)

    @cached_property
    def _seen(self) -> Mapping[tuple[str, str, str], Mapping[str, Score]]:
        """Those that the actor may see: what stands on a sheet before it is filled in."""
        return self._sorted(self.at.desk.snapshot())

    def _sorted(self, snapshot: Snapshot) -> dict[tuple[str, str, str], dict[str, Score]]:
        found: dict[tuple[str, str, str], dict[str, Score]] = {}
        for one in snapshot.records(Score):
            if one.campaign == self.at.campaign:
                found.setdefault((one.stage, one.scorer, one.cooperative), {})[one.criterion] = one
        return found

    @cached_property
    def _rules(self) -> Definition:
        return self.at.rules

    def _sheet(self, stage: Stage, scorer: str, unit: str) -> ScoreSheet:
        given = self._seen.get((stage.key, scorer, unit), {})
        lines = []
        for line in score_lines(self._rules.criteria):
            fed = self._fed.get(line.criterion, {}).get(unit)
            lines.append(_filled(line, fed.points if fed else None, given.get(line.criterion)))
        names = self._names
        return ScoreSheet(
            self.at.campaign,
            self._rules.name,
            stage.key,
            stage.name.vi,
            scorer,
            names[scorer],
            unit,
            names[unit],
            tuple(lines),
        )

    @cached_property
    def _fed(self) -> Feeds:
        return Scoring(self.at).feeds()

    def look(self, files: Mapping[str, bytes]) -> Handed:
        """What filled score sheets would give, before anything is written: each score, and every fault by its cell.

        Raises `AccessDenied`, and `CampaignError` and `WorkbookError` as `read`.
        """
        self.at.may(Action.CAMPAIGN, self.at.campaign)
        stage = self.at.open_stage(StageKind.SELF, StageKind.CROSS)
        told = {name: read_score_sheets(name, data) for name, data in files.items()}
        self._own(cell for read in told.values() for cell in read.cells)
        problems = [problem for read in told.values() for problem in read.problems]
        found: dict[tuple[str, str, str], Offered] = {}
        for cell in (cell for read in told.values() for cell in read.cells if cell.points is not None):
            entry = self._entry(cell)
            key = entry.scorer, entry.unit, entry.criterion
            held = self._given.get((stage.key, *key[:2]), {}).get(entry.criterion)
            if held is not None and _same(held, entry):
                continue
            leaf, fed = self._rules.leaf(entry.criterion), self._fed.get(entry.criterion, {}).get(entry.unit)
            wrong = [what for _, what in troubles(leaf, stage, entry, fed)]
            wrong += [_TWICE] if key in found else []
            problems += [_problem(cell, what) for what in wrong]
            found[key] = Offered(entry, self._names.get(entry.unit, entry.unit), leaf.name, cell.where)
        return Handed(tuple(found.values()), tuple(problems))

    def take(self, handed: Handed, *, token: str = "") -> Receipt:
        """Give all that the sheets would give, in one batch, once for a token. Raises as `Scoring.give`."""
        return Scoring(self.at).give(
            (one.entry for one in handed.offered), f"Nhập phiếu chấm: {len(handed.offered)} điểm", token=token
        )

    def read(self, files: Mapping[str, bytes]) -> tuple[int, list[ReadScores]]:
        """Take filled score sheets back in: how many points were written, and what each file said, problems with cells.

        Every file is read first: one of another campaign or stage is refused before anything is written. A file with
        problems writes nothing; the others are one batch each.

        Raises `CampaignError` that names the file, and tells what the files before it wrote.
        """
        told = {name: read_score_sheets(name, data) for name, data in files.items()}
        self._own(cell for read in told.values() for cell in read.cells)
        written = 0
        for name, read in told.items():
            cells = [cell for cell in read.cells if cell.points is not None]
            if not cells or read.problems:
                continue
            try:
                Scoring(self.at).give([self._entry(cell) for cell in cells], f"Nhập phiếu chấm {name}")
            except CampaignError as error:
                before = f"đã nhập {written} điểm của các tệp trước ({written} points of the files before are in)"
                raise CampaignError(f"{name}: {error}; {before}") from error
            written += len(cells)
        return written, list(told.values())

    def _own(self, cells: Iterable[ReadScore]) -> None:
        """Raise `CampaignError` for a sheet of another campaign, or of a stage that is not open."""
        now, names = self.at.standing.current, {stage.key: stage.name.vi for stage in self.at.rules.stages}
        opened = now.name.vi if now else "không giai đoạn nào"
        nothing = "chưa nhập gì (nothing is written)"
        for cell in cells:
            where = f"{cell.file} · {cell.sheet}"
            if cell.campaign != self.at.campaign:
                raise CampaignError(
                    f"{where}: là phiếu của phong trào khác (the sheet is of another campaign); {nothing}"
                )
            if now is None or cell.stage != now.key:
                stage = names.get(cell.stage, cell.stage)
                raise CampaignError(
                    f"{where}: là phiếu của giai đoạn {stage}, đang mở {opened} (of another stage); {nothing}"
                )

    def _entry(self, cell: ReadScore) -> Entry:
        points = cell.points
        if points and self.at.rules.leaf(cell.criterion).disqualifies:
            points = self.at.rules.leaf(cell.criterion).most
        return Entry(cell.unit, cell.criterion, points, cell.scorer, cell.reason, cell.evidence)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        rows = self.at.whole.tables["cooperative"].select(["id", "name"]).to_pylist()
        return {row["id"]: row["name"] for row in rows}


def _filled(line: ScoreLine, computed: int | None, score: Score | None) -> ScoreLine:
    return evolve(
        line,
        computed=computed,
        points=score.points if score else None,
        reason=(score.reason or "") if score else "",
        evidence=(score.evidence or "") if score else "",
    )


_TWICE: Final = Label("đơn vị này đã có điểm ở một phiếu khác", "another sheet gives this unit points, too")


def _same(held: Score, entry: Entry) -> bool:
    told = (held.points, held.reason or "", held.evidence or "")
    return told == (entry.points, entry.reason.strip(), entry.evidence.strip())


def _problem(cell: ReadScore, what: Label) -> Problem:
    mend = Label("sửa phiếu rồi nộp lại", "mend the sheet and hand it in again")
    return Problem("score.refused", what, mend, cell.file, cell.sheet, cell.cell)
