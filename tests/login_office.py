"""An office with accounts, and a clock that a test turns: what tests of signing in share."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import define

from coopkit.access import Actor
from coopkit.registry import Registry
from coopkit.workspace import Workspace
from coopkit.workspace.accounts import Accounts
from coopkit.workspace.logins import Logins

START = dt.datetime(2025, 7, 1, 1, 0, tzinfo=dt.UTC)
GOOD = "thuyền về trước mùa bão"
OTHER = "đò dọc sang sông muộn"
WRONG = "không phải mật khẩu ấy"


@define
class Clock:
    """A clock that a test turns."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now

    def on(self, **more: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**more)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def office(tmp_path, clock):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(), clock=clock) as workspace:
        yield workspace


@pytest.fixture
def accounts(office):
    return Accounts(office.as_(Actor.office("goc")))


@pytest.fixture
def logins(office):
    return Logins(office)


@pytest.fixture
def an(accounts, logins):
    """An account with a password, in a role that views: its login."""
    logins.set_password("an", accounts.add("an", "Nguyễn Văn An", "viewer"), GOOD)
    return "an"
