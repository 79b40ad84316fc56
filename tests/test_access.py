"""Access: one function decides, with a reason; a Snapshot shows no more than the actor may see."""

from __future__ import annotations

import pytest

from coopkit.access import NOBODY, Action, Actor, Role, can, narrow
from coopkit.cooperative import Cooperative, CooperativeKind, Person
from coopkit.errors import AccessDenied
from coopkit.snapshot import Snapshot
from coopkit.text import Label

OFFICER = Actor.office("van-phong")
VISITOR = Actor("khach", NOBODY)
READER = Actor("doc-gia", Role("reader", Label("Người đọc", "Reader"), frozenset({Action.VIEW})))
REGISTER = Snapshot.of(
    [Person("p", "Người Không Có Thật"), Cooperative("c", "HTX An Bình", CooperativeKind.COOPERATIVE)], position=4
)


@pytest.mark.parametrize("action", Action)
def test_an_officer_may_do_everything(action: Action):
    """The office's own role allows every action, and says that it is the role that allows it."""
    decision = can(OFFICER, action)
    assert decision.allowed
    assert "Liên minh (toàn quyền)" in decision.why.vi
    decision.require()


@pytest.mark.parametrize("action", Action)
def test_a_stranger_may_do_nothing_and_is_told_why(action: Action):
    """A refusal names actor, action and subject, and says whom to ask, in both languages."""
    decision = can(VISITOR, action, "cooperative")
    assert not decision.allowed
    for part in ("khach", "cooperative"):
        assert part in decision.why.vi
        assert part in decision.why.en
    with pytest.raises(AccessDenied, match=r"nhờ quản trị.*ask an administrator"):
        decision.require()


def test_an_officer_sees_everything():
    """Nothing is taken out of an officer's Snapshot."""
    assert narrow(OFFICER, REGISTER) is REGISTER


def test_personal_data_needs_a_right_of_its_own():
    """Who may view but not see personal data gets everything but the people."""
    seen = narrow(READER, REGISTER)
    assert (seen.table("person").num_rows, seen.table("cooperative").num_rows) == (0, 1)
    assert seen.position == 4
    assert REGISTER.table("person").num_rows == 1


def test_without_the_right_to_view_every_table_is_empty():
    """A stranger's Snapshot has every table and no row."""
    seen = narrow(VISITOR, REGISTER)
    assert set(seen.tables) == set(REGISTER.tables)
    assert {table.num_rows for table in seen.tables.values()} == {0}
