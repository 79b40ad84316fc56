"""The leak matrix: what an actor is given holds nothing of what they may not see, and would be the same without it.

Actors (each role in the whole city, in one district, nowhere) × channels, over marked records. Two things are asked:
no marked word stands in what is given; and the same channel on a ledger without the forbidden records gives the very
same text, refusals too: no number, order, name or error tells that they are there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from os.path import commonpath
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.access_channels import CHANNELS, OPEN, READING, writes
from tests.access_ledgers import CANARIES, actors, build, hidden_from, opened

from coopkit.access import CITY, Action, Actor, RecordsOf, can
from coopkit.workspace import Desk, Workspace

ACTORS = actors()
SHORT = ("viewer-district", "district_officer-district", "unit-nowhere", "secretary-city", "administrator-city")
"""Those whom a short test asks; all others wait for a long one."""
EVERYBODY = frozenset[str]()
Ledgers = Callable[[frozenset[str]], Workspace]


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledgers]:
    """The ledger without some kinds of records, made once for each."""
    made: dict[frozenset[str], Workspace] = {}

    def of(hidden: frozenset[str]) -> Workspace:
        if hidden not in made:
            made[hidden] = build(tmp_path_factory.mktemp("so"), hidden)
        return made[hidden]

    yield of
    for one in made.values():
        one.close()


def leaks(ledgers: Ledgers, actor: Actor, channel: str) -> list[str]:
    """What a channel gives to an actor that it must not: marked words, and the first line that gives others away."""
    ask, hidden = CHANNELS[channel], hidden_from(actor)
    seen = _asked(ledgers(EVERYBODY), actor, ask)
    told = channel in OPEN or (channel == "campaigns" and actor.has(Action.CAMPAIGN))  # whom awards may go to
    kinds = hidden if told else hidden | {"people"}
    found = [_near(seen, seen.index(word)) for kind in kinds for word in CANARIES[kind] if word in seen]
    if channel == "history" and can(actor, Action.HISTORY, CITY).allowed:
        hidden -= {"votes"}  # the journal tells how many records a batch changed, and of these no more
    without = _asked(ledgers(hidden), actor, ask)
    if seen != without:
        at = len(commonpath((seen, without)))
        found.append(f"{_near(seen, at)} / {_near(without, at)}")
    return found


def _asked(workspace: Workspace, actor: Actor, ask: Callable[[Desk], str]) -> str:
    """What a channel gives; of one that writes, on a copy of its own."""
    if ask in READING:
        told = ask(workspace.as_(actor))
    else:
        with TemporaryDirectory() as folder:
            workspace.ledger.copy(Path(folder) / "so.db")
            with opened(Path(folder)) as copied:
                before = copied.ledger.snapshot()
                told = ask(copied.as_(actor))
                after = copied.ledger.snapshot()
                if actor.views is not None and ask is writes:
                    assert all(before.tables[table].equals(after.tables[table]) for table in before.tables)
    # What was sealed of the whole city is digested with what some may not see of it: the digest alone is told.
    return told if actor.views is not None else DIGEST.sub("#", told)


DIGEST = re.compile(r"[0-9a-f]{64}|(?<=mã nội dung )[0-9a-f]{12}")


def _near(text: str, at: int) -> str:
    line = text[:at].rpartition("\n")[2].partition(":")[0]
    return f"[{line}] …{text[max(0, at - 150) : at + 150]}…"


@pytest.mark.parametrize("channel", [name for name in CHANNELS if name != "writes"])
@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[] if one in SHORT else [pytest.mark.long]) for one in ACTORS]
)
def test_nothing_leaks(ledgers: Ledgers, name: str, channel: str):
    """Zero leaks, for every actor in every channel."""
    assert not (found := leaks(ledgers, ACTORS[name], channel)), "\n".join(found)


BOUND = [name for name, actor in ACTORS.items() if actor.views is not None]


@pytest.mark.parametrize("name", BOUND)
def test_what_lies_elsewhere_is_written_by_nobody(ledgers: Ledgers, name: str):
    """Whose places are some of the city changes nothing outside them, and is refused as if nothing were there."""
    assert not (found := leaks(ledgers, ACTORS[name], "writes")), "\n".join(found)


@pytest.mark.parametrize("channel", ["rows", "counts", "charts", "search", "exports", "addresses", "plugins"])
def test_without_the_narrowing_it_would_leak(ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch, channel: str):
    """The matrix can fail: where the Snapshot is not narrowed, every channel that is made of it does."""
    monkeypatch.setattr("coopkit.workspace.workspace.narrow", lambda _actor, snapshot, _on=None: snapshot)
    assert leaks(ledgers, ACTORS["district_officer-district"], channel) != []


def test_without_the_gate_somebody_would_write_elsewhere(ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch):
    """The same for forms: where every record is taken to lie in the places, a stranger's opens."""
    monkeypatch.setattr(RecordsOf, "within", lambda *_args, **_more: True)
    assert leaks(ledgers, ACTORS["district_officer-district"], "writes") != []


def test_every_action_is_somebodys_and_only_the_office_has_all():
    """The roles of the matrix cover the actions; the office alone, which no account is given, may do everything."""
    every = {action for actor in ACTORS.values() if actor.role.grantable for action in actor.role.allows}
    assert every == set(Action)
    assert [actor.role.key for actor in ACTORS.values() if set(Action) == set(actor.role.allows)] == ["office"] * 3
