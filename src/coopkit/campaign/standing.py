"""Where a campaign stands: which stages wait, are open or closed, as its steps say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from coopkit.campaign.definition import Definition
from coopkit.campaign.parts import Stage, StageKind
from coopkit.campaign.record import Move, StageStep
from coopkit.field import Choice


class StageState(Choice):
    """Where a stage stands.

    >>> StageState.OPEN.label.vi
    'Đang mở'
    """

    WAITING = "waiting", "Chưa mở", "Waiting"
    OPEN = "open", "Đang mở", "Open"
    CLOSED = "closed", "Đã đóng", "Closed"


@frozen
class Standing:
    """The state of every stage, and the sealed run that a closed one's inputs are kept in.

    >>> Standing.of(Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"}), []).current is None
    True
    """

    stages: tuple[Stage, ...]
    states: Mapping[str, StageState]
    runs: Mapping[str, str]

    @staticmethod
    def of(rules: Definition, steps: Iterable[StageStep]) -> Standing:
        """What the steps lead to, in the order of their numbers."""
        states = {one.key: StageState.WAITING for one in rules.stages}
        runs: dict[str, str] = {}
        for step in sorted((one for one in steps if one.stage in states), key=lambda one: one.number):
            if step.move is Move.CLOSE:
                states[step.stage] = StageState.CLOSED
                runs |= {step.stage: step.run} if step.run else {}
                continue
            if step.move is Move.BACK:
                states |= {key: StageState.WAITING for key, state in states.items() if state is StageState.OPEN}
                runs.pop(step.stage, None)
            states[step.stage] = StageState.OPEN
        return Standing(rules.stages, states, runs)

    @property
    def current(self) -> Stage | None:
        """The stage that is open, or None."""
        return next((one for one in self.stages if self.states[one.key] is StageState.OPEN), None)

    @property
    def next(self) -> Stage | None:
        """The first stage that waits, or None."""
        return next((one for one in self.stages if self.states[one.key] is StageState.WAITING), None)

    @property
    def last_closed(self) -> Stage | None:
        """The last stage that is closed, or None."""
        return next((one for one in reversed(self.stages) if self.states[one.key] is StageState.CLOSED), None)

    @property
    def published(self) -> bool:
        """Whether the campaign is published: from then on nothing of it changes."""
        return any(
            one.kind is StageKind.PUBLISHED and self.states[one.key] is not StageState.WAITING for one in self.stages
        )

    def closed(self, *kinds: StageKind) -> list[Stage]:
        """The closed stages of these kinds, in order."""
        return [one for one in self.stages if one.kind in kinds and self.states[one.key] is StageState.CLOSED]
