"""What an actor may see: the part of a Snapshot, and of a board, that `can` allows, row by row.

Everything that is counted, sorted, searched or exported for an actor is made from what is left here, so that no number,
order or name tells of what was taken out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from coopkit.access.places import OF_THE_CITY
from coopkit.access.roles import Action
from coopkit.access.rules import Actor, BoardOf, ScoreOf, can
from coopkit.campaign import SCORING, Definition, StageState, Standing
from coopkit.emulation import Board, Line, blocks_on, rules_of, standing_of
from coopkit.record import make_id
from coopkit.scope import within
from coopkit.snapshot import Snapshot


def narrow(actor: Actor, snapshot: Snapshot, on: dt.date | None = None) -> Snapshot:
    """The part of a Snapshot that the actor may see: the rows of the places to view, no personal data unless allowed.

    Places are those of the map of the day `on`, the newest unless told. Made once while the register stays the same,
    and once for all who see the same, so that what is kept of a Snapshot elsewhere stays known by it.
    """
    scored = actor.name in _scorers(snapshot)
    eyes = evolve(actor, name=actor.name if scored else NO_NAME, edits=None)
    return _narrow(eyes, snapshot, None if actor.views is None else _map_of(snapshot, on))


NO_NAME: Final = "\0"
"""Whoever gave no points sees what all of that role and those places do; nobody is called this."""


@lru_cache(maxsize=8)
def _scorers(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(pc.unique(snapshot.tables["score"].column("scorer")).to_pylist())


def _map_of(snapshot: Snapshot, on: dt.date | None) -> dt.date:
    """The first day of the map that a day has: what is told of any of its days is the same."""
    maps = snapshot.atlas.maps()
    return next((first or last or on for first, last in maps if on and on <= (last or on)), None) or dt.date.max


@lru_cache(maxsize=16)
def _narrow(actor: Actor, snapshot: Snapshot, on: dt.date | None) -> Snapshot:
    if not can(actor, Action.VIEW).allowed:
        return Snapshot(snapshot.position, {name: table.slice(0, 0) for name, table in snapshot.tables.items()})
    placed = snapshot if actor.views is None else within(snapshot, actor.views, on, actor.units)
    hidden: dict[str, pa.Table] = {}
    kept_back = {name for name, needs in _NEEDED.items() if not can(actor, needs).allowed}
    for name in kept_back if actor.views is None else kept_back | OF_THE_CITY:
        hidden[name] = snapshot.tables[name].slice(0, 0)
    if snapshot.tables["campaign_version"].num_rows:
        hidden |= _Campaigns(actor, snapshot, placed).tables()
    return placed.replace(**hidden) if hidden else placed


_NEEDED: Final = {"person": Action.VIEW_PERSONAL, "plugin_setting": Action.PLUGIN}
"""The tables that are of nobody whose role does not allow it."""


@frozen(slots=False)
class Matter:
    """One campaign as access needs it: its rules, where it stands, who leads each unit's block, who was paired."""

    rules: Definition
    standing: Standing
    lead_of: Mapping[str, str]
    pairs: frozenset[tuple[str, str, str]]

    @staticmethod
    def of(snapshot: Snapshot, campaign: str) -> Matter:
        """The matter of a campaign. Raises `NotFound` where it has no definition."""
        rules = rules_of(snapshot, campaign)
        blocks = blocks_on(snapshot, rules, rules.span.end)
        rows = snapshot.tables["score_pair"].to_pylist()
        pairs = {(row["stage"], row["scorer"], row["cooperative"]) for row in rows if row["campaign"] == campaign}
        leads = {unit: block.lead for block in blocks for unit in block.units}
        return Matter(rules, standing_of(snapshot, campaign), leads, frozenset(pairs))

    def score(self, stage: str, unit: str, scorer: str) -> ScoreOf:
        """Points as a subject."""
        return ScoreOf(
            self.rules.stage(stage),
            self.standing.states.get(stage, StageState.WAITING),
            unit,
            scorer,
            lead=self.lead_of.get(unit, ""),
            paired=(stage, scorer, unit) in self.pairs,
            published=self.standing.published,
        )

    def line(self, unit: str) -> BoardOf:
        """A line of the board as a subject."""
        closed = bool(self.standing.closed(*SCORING))
        return BoardOf(unit, self.lead_of.get(unit, ""), closed, self.standing.published)


@frozen(slots=False)
class _Campaigns:
    """The tables of campaigns with only the rows that the actor may see."""

    actor: Actor
    snapshot: Snapshot
    placed: Snapshot
    """The rows that lie in the actor's places; how campaigns stand is told by all of them."""

    @cached_property
    def _strangers(self) -> frozenset[str]:
        """The units that are outside the actor's places."""
        if self.placed is self.snapshot:
            return frozenset()
        every, own = (set(one.tables["cooperative"].column("id").to_pylist()) for one in (self.snapshot, self.placed))
        return frozenset(every - own)

    @cached_property
    def _matters(self) -> dict[str, Matter]:
        of = {row["campaign"] for row in self.snapshot.tables["campaign_version"].to_pylist()}
        return {campaign: Matter.of(self.snapshot, campaign) for campaign in of}

    def tables(self) -> dict[str, pa.Table]:
        told = {"score": self._scores()}
        for name, seen in (
            ("score_pair", self._pair),
            ("conflict", self._conflict),
            ("attendance", self._vote),
            ("council_seat", self._vote),
            ("nomination", self._vote),
            ("vote_count", self._vote),
            ("initiative", self._initiative),
            ("sealed_run", self._sealed),
            ("honour", self._honour),
        ):
            told[name] = _kept(self.placed.tables[name], seen)
        return told

    def _allowed(self, action: Action) -> bool:
        return can(self.actor, action).allowed

    def _scores(self) -> pa.Table:
        table, every = self.placed.tables["score"], self.snapshot.tables["score"]
        rows: list[dict[str, Any]] = []
        # Whoever was paired with a unit of elsewhere sees the points that they gave it themselves.
        given = [] if table is every else [row for row in every.to_pylist() if row["scorer"] in self.actor.units]
        for row in {row["id"]: row for row in (*table.to_pylist(), *given)}.values():
            matter = self._matters.get(row["campaign"])
            known = matter is not None and row["stage"] in matter.standing.states
            subject = matter.score(row["stage"], row["cooperative"], row["scorer"]) if matter and known else None
            if subject is None or not can(self.actor, Action.SEE_SCORES, subject).allowed:
                continue
            if can(self.actor, Action.SEE_SCORER, subject).allowed and row["scorer"] not in self._strangers:
                rows.append(row)
            else:  # an id is made from the scorer too, and could be found out by trying every unit
                rows.append({**row, "scorer": "", "id": ""})
        rows.sort(key=lambda row: (bool(row["id"]), row["stage"], row["cooperative"], row["criterion"], row["points"]))
        for n, row in enumerate(rows):
            row["id"] = row["id"] or make_id("score", "hidden", n)
        return pa.Table.from_pylist(rows, schema=table.schema)

    def _pair(self, row: Mapping[str, Any]) -> bool:
        if self._allowed(Action.SEE_SCORER) or row["scorer"] in self.actor.units:
            return True
        matter = self._matters.get(row["campaign"])
        known = {stage.key: stage for stage in matter.rules.stages} if matter else {}
        hidden = row["stage"] not in known or known[row["stage"]].names_hidden
        return row["cooperative"] in self.actor.units and not hidden

    def _conflict(self, row: Mapping[str, Any]) -> bool:
        return self._allowed(Action.SEE_SCORER) or bool({row["one"], row["other"]} & self.actor.units)

    def _vote(self, row: Mapping[str, Any]) -> bool:
        matter = self._matters.get(row["campaign"])
        return self._allowed(Action.SEE_VOTES) or (matter is not None and matter.standing.published)

    def _initiative(self, row: Mapping[str, Any]) -> bool:
        return self._vote(row) or row["cooperative"] in self.actor.units or row["recognised"] is not None

    def _honour(self, row: Mapping[str, Any]) -> bool:
        """An award of a campaign is told with its publication."""
        matter = self._matters.get(row["campaign"] or "")
        return matter is None or matter.standing.published or self._allowed(Action.SEE_VOTES)

    def _sealed(self, row: Mapping[str, Any]) -> bool:
        """A seal holds the whole city's tables: who sees only some of its places opens none."""
        return self.actor.views is None and (row["campaign"] is None or self._allowed(Action.SEE_SCORER))


def _kept(table: pa.Table, seen: Callable[[Mapping[str, Any]], bool]) -> pa.Table:
    return table.filter(pa.array([seen(row) for row in table.to_pylist()], pa.bool_()))


def visible_board(actor: Actor, board: Board, matter: Matter, units: Collection[str] | None = None) -> Board:
    """The part of a board that the actor may see: the lines that `can` allows, and of these the marks.

    `units` are those that lie in the actor's places (None: all): of no other is there a line. How its unit stands among
    others is told to who sees only these once the campaign is published, as to a unit.

    Marks are the actor's own units', those of the blocks they lead, or all for who may see the points of others; where
    a stage may not be seen its points are left out. Once a scoring stage is closed a unit sees its own line, but no
    place before the campaign is published.
    """
    near = (one for one in board.lines if units is None or one.unit in units)
    lines = tuple(line for one in near if (line := _line(actor, one, matter, apart=units is not None)))
    marks = {
        unit: {key: evolve(mark, by_stage=_seen(actor, matter, unit, mark.by_stage)) for key, mark in by_key.items()}
        for unit, by_key in board.marks.items()
        if _own(actor, matter, unit) and any(line.unit == unit for line in lines)
    }
    return Board(board.campaign, board.blocks, lines, marks)


def _line(actor: Actor, line: Line, matter: Matter, *, apart: bool) -> Line | None:
    told = matter.line(line.unit)
    seen = can(actor, Action.SEE_SCORES, told).allowed
    if seen and (told.published or not apart):
        return line
    if seen or (told.closed and line.unit in actor.units):
        return evolve(line, place=0, tied=False, grade="", votes=0, unrated=line.unrated or _LATER)
    return None


_LATER = "thứ hạng được công bố sau"


def _own(actor: Actor, matter: Matter, unit: str) -> bool:
    leads = matter.lead_of.get(unit, "") in actor.units and bool(matter.lead_of.get(unit))
    return unit in actor.units or leads or can(actor, Action.SEE_SCORES).allowed


def _seen(actor: Actor, matter: Matter, unit: str, by_stage: Mapping[str, int]) -> dict[str, int]:
    known: Iterable[str] = {stage.key for stage in matter.rules.stages}
    return {
        key: points
        for key, points in by_stage.items()
        if key not in known or can(actor, Action.SEE_SCORES, matter.score(key, unit, "\0")).allowed
    }
