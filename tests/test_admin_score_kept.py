"""What pages of a campaign keep: for one reader, with one reader's rights, in one state of the register."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from coopkit.access import OFFICE, SECRETARY, Actor
from coopkit.admin.score_kept import kept
from coopkit.scope import Owner

HERE, THERE = Owner("316"), Owner("311")
AN = Actor("an", OFFICE, {"a1"}, edits=(HERE,), views=(HERE,))


def at(actor: Actor, position: int = 1) -> Any:
    """A campaign at a desk, as far as it is asked for."""
    ledger = SimpleNamespace(file="so.db", snapshot=lambda: SimpleNamespace(position=position))
    return SimpleNamespace(
        campaign="p", desk=SimpleNamespace(actor=actor, workspace=SimpleNamespace(ledger=ledger, registry=REGISTRY))
    )


REGISTRY = object()


def test_it_is_made_once():
    """The second time what was made the first time is given."""
    made = [kept(at(AN), "một lần", object) for _ in range(2)]
    assert made[0] is made[1]


@pytest.mark.parametrize(
    "other",
    [
        at(Actor("binh", OFFICE, {"a1"}, edits=(HERE,), views=(HERE,))),
        at(Actor("an", SECRETARY, {"a1"}, edits=(HERE,), views=(HERE,))),
        at(Actor("an", OFFICE, {"a2"}, edits=(HERE,), views=(HERE,))),
        at(Actor("an", OFFICE, {"a1"}, edits=(HERE,), views=(THERE,))),
        at(Actor("an", OFFICE, {"a1"}, edits=(THERE,), views=(HERE,))),
        at(Actor("an", OFFICE, {"a1"}, edits=(HERE,), views=None)),
        at(AN, position=2),
    ],
    ids=["name", "role", "unit", "views", "edits", "city", "position"],
)
def test_it_is_made_anew_for_other_eyes(other: Any):
    """Another name, role, unit or place, also where rights changed by their days alone; and another register."""
    assert kept(at(AN), "mỗi người", object) is not kept(other, "mỗi người", object)
