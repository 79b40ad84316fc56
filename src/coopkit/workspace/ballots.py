"""`BallotSheet`: the totals of one meeting's votes while the counting panel's paper is typed in, kept until written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from attrs import frozen

from coopkit.emulation import Verdict
from coopkit.errors import BadForm, CampaignError
from coopkit.ledger import StoredDraft
from coopkit.workspace.awarding import Awarding, Ballot
from coopkit.workspace.campaign_desk import CampaignDesk
from coopkit.workspace.council import BallotLine, Council, Judged, judge

BOXES = ("present", "in_favour", "against")
"""The boxes of a nomination; a box is named BOX:NOMINATION."""

_REST = ("điền nốt ô này", "fill in this box, too")
_NOTHING = ("chưa có phiếu nào mới để ghi", "there are no new votes to be written")


@frozen
class BallotSheet:
    """The open meeting's votes on the screen: what stands in the boxes, what it comes to, and what was typed.

    Numbers are whole; `typed` holds the boxes that were changed, None where one was emptied.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     sheet = BallotSheet(Stages.new(workspace.as_(Actor.office("an")), rules).at)
    ...     token = sheet.begin()
    ...     sheet.keep(token, {"in_favour:n": 7}), sheet.typed(token), sheet.typed("no such")
    (True, {'in_favour:n': 7}, None)
    """

    at: CampaignDesk

    # ── What is typed ───────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> str:
        """A new sheet with nothing typed yet: its token."""
        token = secrets.token_urlsafe(9)
        self.at.desk.workspace.ledger.drafts.add(self._stored(token, {}))
        return token

    def typed(self, token: str) -> dict[str, int | None] | None:
        """What was typed under a token; None where there is no such sheet of this meeting and this actor."""
        found = self.at.desk.workspace.ledger.drafts.find(self.at.desk.actor.name, token) if token else None
        if found is None or found.told.get("ballots") != self._meeting():
            return None
        return dict(found.told["typed"])

    def keep(self, token: str, typed: Mapping[str, int | None]) -> bool:
        """Keep what is typed now; whether the sheet was still there."""
        return self.at.desk.workspace.ledger.drafts.keep(self._stored(token, typed))

    def drop(self, token: str) -> None:
        """Let a sheet go."""
        self.at.desk.workspace.ledger.drafts.drop(self.at.desk.actor.name, token)

    def _meeting(self) -> list[str]:
        stage = Council(self.at).meeting()
        return [self.at.campaign, stage.key if stage else ""]

    def _stored(self, token: str, typed: Mapping[str, int | None]) -> StoredDraft:
        office, told = self.at.desk.workspace, {"ballots": self._meeting(), "typed": dict(typed)}
        return StoredDraft(token, self.at.desk.actor.name, told, office.clock())

    # ── What it comes to ────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def boxes(line: BallotLine, typed: Mapping[str, int | None]) -> dict[str, int | None]:
        """What stands in a nomination's boxes: as typed, else as counted before."""
        held = {box: getattr(line.counted, box) if line.counted else None for box in BOXES}
        told = {box: typed.get(f"{box}:{line.nomination.id}", held[box]) for box in BOXES}
        return told if line.present is None else {**told, "present": line.present}

    def judge(self, line: BallotLine, typed: Mapping[str, int | None]) -> Judged:
        """What a nomination's totals come to as they stand now."""
        stage = self.at.open_stage()
        told = self.boxes(line, typed)
        return judge(line, stage, told["in_favour"], told["against"], told["present"])

    def save(self, typed: Mapping[str, int | None], *, token: str) -> dict[str, Verdict]:
        """Write every total that was typed, as one batch, once for a token; gives the verdict on each nomination.

        Raises `BadForm` with a fault for each box that cannot be, and what `Awarding.vote` does: nothing is written.
        """
        council = Council(self.at)
        if self.at.desk.workspace.ledger.receipt(token):
            now = council.meeting()
            return {count.nomination: told for stage, count, told in council.counted() if stage == now}
        lines = council.lines()
        if faults := self._faults(lines, typed):
            raise BadForm(faults)
        ballots = []
        for line in lines:
            if _touched(line, typed):
                told = {box: number or 0 for box, number in self.boxes(line, typed).items()}
                present = told["present"] if line.present is None else None
                ballots.append(Ballot(line.nomination.id, told["in_favour"], told["against"], present))
        return Awarding(self.at).vote(ballots, token=token)

    def _faults(self, lines: Sequence[BallotLine], typed: Mapping[str, int | None]) -> dict[str, tuple[str, str]]:
        touched = [line for line in lines if _touched(line, typed)]
        faults: dict[str, tuple[str, str]] = {} if touched else {"": _NOTHING}
        for line in touched:
            for box, number in self.boxes(line, typed).items():
                if number is None:
                    faults[f"{box}:{line.nomination.id}"] = _REST
            try:
                judged = self.judge(line, typed)
            except CampaignError as error:  # totals that cannot be, and that no box tells of
                faults[""] = (str(error), str(error))
                continue
            for box, told in judged.faults.items():
                faults[f"{box}:{line.nomination.id}"] = (told.vi, told.en)
        return faults


def _touched(line: BallotLine, typed: Mapping[str, int | None]) -> bool:
    """Whether a nomination has anything typed that is not what was counted."""
    names = [f"{box}:{line.nomination.id}" for box in BOXES]
    return any(
        name in typed and typed[name] != (getattr(line.counted, box) if line.counted else None)
        for name, box in zip(names, BOXES, strict=True)
    )
