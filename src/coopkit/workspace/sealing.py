"""`Sealing`: what one actor does with sealed runs, at their desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from attrs import evolve, frozen

from coopkit.access import Action, can, narrow
from coopkit.archive import Archive, Keeping, Names
from coopkit.errors import NotFound, RunError, StaleBase
from coopkit.ledger import Batch, Change
from coopkit.metrics import Unavailable
from coopkit.period import Period
from coopkit.report import Figure, Source, figure_of
from coopkit.run import Asked, Gap, Manifest, Outcome, Part, asked, faults, run_sealed
from coopkit.seal import SealedRun
from coopkit.text import Label, Lang, nfc
from coopkit.workspace import runs
from coopkit.workspace.asked import organisation_of, title_of
from coopkit.workspace.places import COOPERATIVE
from coopkit.workspace.workspace import Desk

_STEPS: Final = (
    Label("Kiểm tra trước khi chốt…", "Checking …"),
    Label("Gom dữ liệu, quy định và mã chương trình…", "Gathering data, laws and code …"),
    Label("Tính riêng từ những gì sẽ lưu…", "Counting apart from what will be kept …"),
    Label("Lưu và ghi vào sổ…", "Keeping it and writing to the ledger …"),
)


@frozen
class Seal:
    """A sealed run as a list shows it: who sealed it and when, as the journal says, and how many figures it has.

    `by` and `at` are empty where the actor may not look into the journal, `figures` is None where the archive lacks it.
    """

    run: SealedRun
    period: Period
    by: str = ""
    at: str = ""
    figures: int | None = None


@frozen
class Sealing:
    """Seal a period, list the seals, run one again, explain why two differ: all as one actor, at their desk.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     sealing = Sealing(workspace.as_(Actor.office("an")))
    ...     [one.key for one in sealing.obstacles(sealing.question(Period.parse("2023")))][:1]
    ['figures.average_revenue']
    """

    desk: Desk

    def _may(self, action: Action, subject: str = "") -> None:
        can(self.desk.actor, action, subject).require()

    @property
    def archive(self) -> Archive:
        """Where the sealed inputs are kept: a folder beside the ledger's file."""
        return runs.archive_beside(self.desk.workspace.ledger.file)

    def all(self) -> list[SealedRun]:
        """Every sealed run, by name."""
        return sorted(self.desk.snapshot().records(SealedRun), key=lambda one: one.name)

    def get(self, name: str) -> SealedRun:
        """The sealed run of that name. Raises `NotFound`, naming those there are."""
        found = {one.name: one for one in self.all()}
        run = found.get(name) or found.get(nfc(name))
        if run is None:
            raise NotFound(f"Không có lần chốt {name!r} (no such run): {', '.join(found) or '-'}")
        return run

    def listed(self) -> list[Seal]:
        """The sealed reports, the latest first; what campaigns sealed with their stages stands there."""
        found = [self.seal_of(one.name) for one in self.all() if one.campaign is None]
        return sorted(found, key=lambda one: one.at, reverse=True)

    def seal_of(self, name: str) -> Seal:
        """A sealed run with what the journal says of it. Raises `NotFound`."""
        run = self.get(name)
        seen = can(self.desk.actor, Action.HISTORY).allowed
        told = self.desk.workspace.ledger.history("sealed_run", run.id)[:1] if seen else []
        try:
            figures: int | None = len(self.results(run.name).facts)
        except RunError:
            figures = None
        by, at = next(((one.actor, one.time) for one in told), ("", ""))
        return Seal(run, Period.parse(run.period), by, at, figures)

    def results(self, name: str) -> Outcome:
        """What a sealed run gave, as it was kept. Raises `NotFound` and `RunError`."""
        return runs.results_of(self.get(name), self.archive)

    def file(self, name: str, exporter: str) -> bytes:
        """A file of a sealed run, byte for byte as it was exported. Raises `NotFound`."""
        self._may(Action.EXPORT, name)
        export = self.results(name).exports.get(exporter, {})
        if "sha256" not in export:
            raise NotFound(f"Lần chốt {name!r} không có tệp {exporter!r} (the run has no such file)")
        return self.archive.get(export["sha256"])

    def question(self, period: Period, *, on_map: dt.date | None = None, date: dt.date | None = None) -> runs.Question:
        """What a run of a period is asked, with every exporter there is; dated today unless told."""
        return runs.Question(
            period,
            date or self.desk.workspace.clock().date(),
            title_of(period),
            organisation_of(self.desk.snapshot()),
            on_map,
            tuple(self.desk.exporters()),
        )

    def manifest(self, question: runs.Question, into: Keeping | None = None) -> Manifest:
        """All that a run is made of, as things are now, by its names; kept in an archive where one is given."""
        office = self.desk.workspace
        return runs.gather(question, self.desk.snapshot(), office.registry, office.regulation, into or Names())

    def obstacles(self, question: runs.Question) -> list[runs.Obstacle]:
        """What stands in the way of a seal: figures that cannot be computed, places undecided, failed checks.

        Looked for once while the register stays the same; `seal` looks again.
        """

        def look() -> list[runs.Obstacle]:
            return list(self._obstacles(question, self._figures(question)))

        key = ("obstacles", self.desk.actor, question)
        return list(self.desk.workspace.counted(key, self.desk.snapshot(), look))

    def _figures(self, question: runs.Question) -> dict[str, Figure]:
        evaluation = self.desk.evaluate(question.period, on_map=question.on_map)
        missing = self.desk.workspace.registry.missing()  # told as their plugin's, once
        asked = [
            key for key in evaluation.metrics if key not in missing and (question.only is None or key in question.only)
        ]
        cells = [evaluation.cell(key, question.period) for key in asked]
        return {cell.metric: figure_of(evaluation.metric(cell), cell) for cell in cells}

    def _obstacles(self, question: runs.Question, figures: Mapping[str, Figure]) -> Iterator[runs.Obstacle]:
        for key, figure in figures.items():
            if isinstance(figure.value, Unavailable):
                yield runs.unavailable(key, figure.value)
        on = question.on_map or question.period.end
        levels = self.desk.snapshot().places.levels(on)
        waiting = [
            one
            for one in self.desk.waiting(on)
            if one.table == COOPERATIVE
            and self.desk.snapshot().atlas.locate(one.recorded.id, on, levels[min(1, len(levels) - 1)]).place is None
        ]
        if waiting:
            told = "; ".join(f"{one.name} ({one.recorded.title})" for one in waiting[:5])
            more = f" … +{len(waiting) - 5}" if len(waiting) > 5 else ""
            yield runs.Obstacle(
                runs.UNDECIDED,
                Label(
                    f"{len(waiting)} đơn vị chưa xác định địa bàn: {told}{more}", f"{len(waiting)} units without place"
                ),
            )
        if broken := self.desk.verify():
            yield runs.obstacle(runs.BROKEN, broken[0].what)
        for state in self.desk.workspace.registry.plugins():
            if state.problem:
                yield runs.obstacle(f"plugin.{state.name}", state.problem)

    def require_usable(self, name: str) -> str:
        """The name as a run would be kept under it. Raises `RunError` for no good one, or one that is used already."""
        good = runs.good_name(name)
        self._require_unused(good)
        return good

    def seal(
        self,
        question: runs.Question,
        name: str,
        *,
        waive: Mapping[str, str] | None = None,
        progress: runs.Progress = runs.silent,
    ) -> tuple[SealedRun, Outcome]:
        """Seal a run under a name: one journalled batch; its inputs, code and files are in the archive.

        `waive` gives, by the key of an obstacle, why it is let pass; that is printed in the report. What the run itself
        gives otherwise than it was checked is an obstacle too. Raises `RunError` that lists what to mend, or where the
        name is no good one or stands for another run already; then nothing is written.
        """
        self._may(Action.SEAL, name)
        name = self.require_usable(name)
        progress(0, len(_STEPS), _STEPS[0])
        waived, figures = runs.with_reasons(waive or {}), self._figures(question)
        obstacles = list(self._obstacles(question, figures))
        plugins = (f"plugin.{state.name}" for state in self.desk.plugins())
        later = (*figures, *plugins, *(f"export.{key}" for key in question.exporters))
        runs.require_waived(obstacles, waived, later)
        with TemporaryDirectory(prefix="coopkit-seal-") as folder:
            draft = Archive(Path(folder))
            progress(1, len(_STEPS), _STEPS[1])
            manifest = self.manifest(question, draft)
            progress(2, len(_STEPS), _STEPS[2])
            manifest, outcome = self._run(manifest, figures, obstacles, waived, draft)
            progress(3, len(_STEPS), _STEPS[3])
            self._require_unused(name)
            self.archive.adopt(draft)
        sealed = runs.keep(name, manifest, outcome, self.archive, waived)
        self._write(sealed, f"Chốt số liệu {question.period.label.vi.lower()}: {name}")
        return sealed, outcome

    def _run(
        self,
        manifest: Manifest,
        figures: Mapping[str, Figure],
        obstacles: list[runs.Obstacle],
        waived: Mapping[str, str],
        draft: Archive,
    ) -> tuple[Manifest, Outcome]:
        """Run what is to be sealed, and once more where what only the run could tell is waived: notes are printed."""
        noted = runs.with_notes(manifest, obstacles, waived)
        outcome = run_sealed(noted, draft)
        known = {one.key for one in obstacles}
        found = [one for one in runs.surprises(outcome, figures) if one.key not in known]
        runs.require_waived([*obstacles, *found], waived)
        if not found:
            return noted, outcome
        noted = runs.with_notes(manifest, [*obstacles, *found], waived)
        return noted, run_sealed(noted, draft)

    def _require_unused(self, name: str) -> None:
        held = next((one.name for one in self.all() if runs.name_key(one.name) == runs.name_key(name)), None)
        if held is not None:
            raise _used(held)

    def _write(self, sealed: SealedRun, reason: str) -> None:
        now = self.desk.workspace.clock()
        batch = Batch(self.desk.actor.name, reason, now, changes=(Change(sealed, origin="coopkit"),))
        try:
            self.desk.workspace.ledger.write(batch)
        except StaleBase as error:  # another process sealed under that name in the meantime
            raise _used(sealed.name) from error

    def faults(self) -> list[Gap]:
        """Every piece of every sealed run that is missing from the archive or spoilt; empty where all is whole."""
        self._may(Action.VERIFY)
        return faults(self.all(), self.archive)

    def again(self, name: str, *, current_code: bool = False) -> runs.Again:
        """Run a seal again from the archive alone, and compare every figure and byte. Raises `RunError`."""
        self._may(Action.VIEW, name)
        office = self.desk.workspace
        return runs.again(self.get(name), self.archive, office.registry, office.regulation, current_code=current_code)

    def records(self, name: str, figure: str, lang: Lang = "vi", *, plain: bool = False) -> list[Source]:
        """The records that a figure of a sealed run counted, as they were sealed; no plugin is needed to open it.

        One `Source` for each table they are of; money as it is printed, or with `plain` as a number. Raises `NotFound`
        and `RunError`.
        """
        self._may(Action.VIEW, name)
        seen = partial(narrow, self.desk.actor)  # sealed tables hold all that whoever sealed them saw
        return runs.opened(self.get(name), figure, self.archive, lang, plain=plain, seen=seen)

    def why(
        self, old: str, new: str = "", *, progress: runs.Progress = runs.silent
    ) -> tuple[list[Part], list[Outcome]]:
        """Why two sealed runs differ, or a sealed run and the figures as they are now: part by part, each with records.

        Nothing is added to the archive. Raises `NotFound`, and `RunError` for runs of two periods.
        """
        self._may(Action.VIEW, old)
        with TemporaryDirectory(prefix="coopkit-why-") as folder:
            draft = Archive(Path(folder))
            before, after = self._sides(old, new, draft)
            for side in (before, after) if new else (before,):
                draft.borrow(self.archive, (one.at for one in side.pieces()))
            return runs.why(before, after, draft, progress)

    def asked(self, old: str, new: str = "") -> list[Asked]:
        """What two sealed runs were asked differently; nothing where one is compared with the figures as they are now.

        Raises as `why` does.
        """
        self._may(Action.VIEW, old)
        return asked(*self._sides(old, new, Names())) if new else []

    def _sides(self, old: str, new: str, into: Keeping) -> tuple[Manifest, Manifest]:
        """The manifests of two runs; that of now asks what the sealed one asked, and is kept in `into`."""
        one = self.get(old)
        before = runs.manifest_of(one, self.archive)
        if not new:
            now = self.manifest(self.question(Period.parse(one.period)), into)
            return before, evolve(now, settings=before.settings)
        other = self.get(new)
        if one.period != other.period:
            raise RunError(
                f"{one.name!r} là của kỳ {one.period}, {other.name!r} của kỳ {other.period}: chỉ so hai lần chốt cùng "
                "một kỳ (they are of two periods: compare runs of one period)"
            )
        return before, runs.manifest_of(other, self.archive)


def _used(name: str) -> RunError:
    return RunError(f"Tên {name!r} đã được dùng: chọn tên khác (the name stands for a run already: choose another)")
