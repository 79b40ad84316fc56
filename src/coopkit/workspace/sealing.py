"""`Sealing`: what one actor does with sealed runs, at their desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from attrs import frozen

from coopkit.access import Action, can
from coopkit.archive import Archive
from coopkit.errors import NotFound, RunError
from coopkit.ledger import Batch, Change
from coopkit.metrics import Unavailable
from coopkit.period import Period
from coopkit.report import Source
from coopkit.run import Manifest, Outcome, Part, run_sealed
from coopkit.seal import SealedRun
from coopkit.text import Label, Lang
from coopkit.workspace import runs
from coopkit.workspace.places import COOPERATIVE
from coopkit.workspace.workspace import Desk


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
        if name not in found:
            raise NotFound(f"Không có lần chốt {name!r} (no such run): {', '.join(found) or '-'}")
        return found[name]

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
        names = self.desk.snapshot().table("alliance").column("name").to_pylist()
        return runs.Question(
            period,
            date or self.desk.workspace.clock().date(),
            Label(f"Báo cáo tổng kết {period.label.vi.lower()}", f"Report of {period.label.en}"),
            names[0] if names else "",
            on_map,
            tuple(self.desk.exporters()),
        )

    def manifest(self, question: runs.Question) -> Manifest:
        """All that a run is made of, as things are now, kept in the archive."""
        registry = self.desk.workspace.registry
        return runs.gather(question, self.desk.snapshot(), registry, self.desk.workspace.regulation, self.archive)

    def obstacles(self, question: runs.Question) -> list[runs.Obstacle]:
        """What stands in the way of a seal: figures that cannot be computed, places undecided, failed checks."""
        return list(self._obstacles(question))

    def _obstacles(self, question: runs.Question) -> Iterator[runs.Obstacle]:
        evaluation = self.desk.evaluate(question.period, on_map=question.on_map)
        for key in evaluation.metrics:
            value = evaluation.cell(key, question.period).value
            if isinstance(value, Unavailable):
                yield runs.Obstacle(key, Label(str(value), str(value)))
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
        if faults := self.desk.verify():
            yield runs.Obstacle(runs.BROKEN, Label(faults[0].what, faults[0].what))
        for state in self.desk.plugins():
            if state.problem:
                yield runs.Obstacle(f"plugin.{state.name}", Label(state.problem, state.problem))

    def seal(
        self, question: runs.Question, name: str, *, waive: Mapping[str, str] | None = None
    ) -> tuple[SealedRun, Outcome]:
        """Seal a run under a name: one journalled batch; its inputs, code and files are in the archive.

        `waive` gives, by the key of an obstacle, why it is let pass; that is printed in the report. Raises `RunError`
        that lists what to mend, or where the name stands for another run already.
        """
        self._may(Action.SEAL, name)
        waived = dict(waive or {})
        manifest = runs.with_waivers(self.manifest(question), self.obstacles(question), waived)
        if any(one.name == name for one in self.all()):
            raise RunError(
                f"Tên {name!r} đã được dùng: chọn tên khác (the name stands for a run already: choose another)"
            )
        outcome = run_sealed(manifest, self.archive)
        sealed = runs.keep(name, manifest, outcome, self.archive, waived)
        reason = f"Chốt số liệu {question.period.label.vi.lower()}: {name}"
        now = self.desk.workspace.clock()
        batch = Batch(self.desk.actor.name, reason, now, changes=(Change(sealed, origin="coopkit"),))
        self.desk.workspace.ledger.write(batch)
        return sealed, outcome

    def again(self, name: str, *, current_code: bool = False) -> runs.Again:
        """Run a seal again from the archive alone, and compare every figure and byte. Raises `RunError`."""
        self._may(Action.VIEW, name)
        office = self.desk.workspace
        return runs.again(self.get(name), self.archive, office.registry, office.regulation, current_code=current_code)

    def records(self, name: str, figure: str, lang: Lang = "vi") -> list[Source]:
        """The records that a figure of a sealed run counted, as they were sealed; no plugin is needed to open it.

        One `Source` for each table they are of. Raises `NotFound` and `RunError`.
        """
        self._may(Action.VIEW, name)
        return runs.opened(self.get(name), figure, self.archive, lang)

    def why(self, old: str, new: str = "") -> tuple[list[Part], list[Outcome]]:
        """Why two sealed runs differ, or a sealed run and the figures as they are now: part by part, each with records.

        Raises `NotFound` and `RunError`.
        """
        self._may(Action.VIEW, old)
        before = runs.manifest_of(self.get(old), self.archive)
        if new:
            return runs.why(before, runs.manifest_of(self.get(new), self.archive), self.archive)
        settings = before.settings
        on_map = dt.date.fromisoformat(settings["on_map"]) if settings["on_map"] else None
        date = dt.date.fromisoformat(settings["date"])
        question = self.question(Period.parse(settings["period"]), on_map=on_map, date=date)
        return runs.why(before, self.manifest(question), self.archive)
