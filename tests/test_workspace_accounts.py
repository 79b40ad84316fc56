"""What an administrator does with accounts, and where accounts lie: journalled, and in no Snapshot."""

from __future__ import annotations

import datetime as dt
import sqlite3
import zipfile

import pytest
from tests.login_office import GOOD, START, accounts, an, clock, logins, office

from coopkit.access import Actor
from coopkit.account import Account, AccountState, Grant
from coopkit.errors import AccessDenied, BadText, CannotUndo, CoopkitError, NotFound
from coopkit.registry import Registry
from coopkit.workspace import Workspace
from coopkit.workspace.accounts import Accounts
from coopkit.workspace.backups import back_up, restore
from coopkit.workspace.logins import Logins
from coopkit.workspace.passwords import digest_of

__all__ = ["accounts", "an", "clock", "logins", "office"]


def test_nobody_raises_oneself(accounts, logins, office):
    """An administrator grants to others; neither more to oneself, nor a lock on the own account."""
    logins.set_password("an", accounts.add("an", "An", "administrator"), GOOD)
    actor = logins.signed_in(logins.sign_in("an", GOOD)).actor
    own = Accounts(office.as_(actor))
    code = own.add("binh", "Bình", "viewer")
    assert code
    for act in (lambda: own.grant("an", "alliance_officer"), lambda: own.lock("an"), lambda: own.leave("an")):
        with pytest.raises(AccessDenied, match="Không ai tự"):
            act()
    [grant] = own.all()[0].grants
    with pytest.raises(AccessDenied, match="Không ai tự"):
        own.end_grant(grant.id)


def test_only_administrators_look_and_act(an, logins, office):
    """A viewer neither sees accounts nor changes one, by any of the methods."""
    accounts = Accounts(office.as_(logins.signed_in(logins.sign_in(an, GOOD)).actor))
    acts = [
        accounts.all,
        accounts.sessions,
        accounts.kept_out,
        accounts.places,
        lambda: accounts.add("x", "X", "administrator"),
        lambda: accounts.grant(an, "administrator"),
        lambda: accounts.end_grant("grant-x"),
        lambda: accounts.lock(an),
        lambda: accounts.leave(an),
        lambda: accounts.unlock(an),
        lambda: accounts.let_in("192.0.2.7"),
        lambda: accounts.rename(an, "X"),
        lambda: accounts.reset_password(an),
        lambda: accounts.end_session("x"),
        lambda: accounts.end_sessions(an),
    ]
    for act in acts:
        with pytest.raises(AccessDenied):
            act()
    public = {name for name in vars(Accounts) if not name.startswith("_")} - {"desk", "limits", "today"}
    assert len(acts) == len(public)


def test_what_cannot_be_granted_is_told(an, accounts):
    """A role nobody is given, a place no map knows, a unit that is not there, a login that is taken."""
    for role in ("office", "khong-co"):
        with pytest.raises(NotFound):
            accounts.grant(an, role)
    with pytest.raises(NotFound, match="địa bàn"):
        accounts.grant(an, "district_officer", edits=("99999",))
    with pytest.raises(NotFound, match="đơn vị"):
        accounts.grant(an, "unit", units=("u",))
    with pytest.raises(BadText, match="ngày cuối"):
        accounts.grant(an, "viewer", until=dt.date(2000, 1, 1))
    with pytest.raises(CoopkitError, match="Đã có tài khoản"):
        accounts.add(an, "An", "viewer")
    with pytest.raises(BadText, match="Tên đăng nhập"):
        accounts.add("Ấn", "Ấn", "viewer")


def test_a_grant_holds_from_day_to_day(an, accounts, logins, clock):
    """It begins and ends by itself; what an account may do is told anew for each day of Vietnam's."""
    tomorrow = START.date() + dt.timedelta(days=1)
    accounts.end_grant(accounts.all()[0].grants[0].id, last=START.date())
    accounts.grant(an, "district_officer", edits=("316",), views=("316",), since=tomorrow, until=tomorrow)

    def role():
        return logins.signed_in(logins.sign_in(an, GOOD)).actor.role.key

    assert role() == "viewer"
    clock.on(hours=16)  # 24 o'clock in Vietnam
    assert role() == "district_officer"
    clock.on(hours=24)
    assert role() == "nobody"


def test_accounts_are_in_no_snapshot_and_no_undo_gives_rights_back(an, accounts, office):
    """The register's tables know nothing of them; a batch of theirs is not taken back by who may undo."""
    accounts.lock(an)
    assert {"account", "grant", "session", "password"}.isdisjoint(office.ledger.snapshot().tables)
    with pytest.raises(CannotUndo, match="không hoàn tác ở nhật ký"):
        office.as_(Actor.office("an")).undo(office.ledger.batches()[-1].number)
    assert office.ledger.accounts(Account)[0].state is AccountState.LOCKED


@pytest.mark.usefixtures("an")
def test_the_name_is_kept_apart_from_the_journal(office):
    """The journal holds a digest of it, as of every personal value."""
    told = office.ledger.history("account", office.ledger.accounts(Account)[0].id)
    assert told[0].after["name"] == "Nguyễn Văn An"
    with sqlite3.connect(office.ledger.file) as file:
        lines = file.execute("SELECT after FROM journal WHERE record_table = 'account'").fetchall()
    file.close()
    assert "Nguyễn" not in "".join(line for (line,) in lines)


def test_a_restored_ledger_signs_nobody_in(an, logins, office, tmp_path):
    """The accounts and passwords are there, the sessions are not: neither in the backup nor after it."""
    token = logins.sign_in(an, GOOD)
    back_up(office.as_(Actor.office("goc")), tmp_path / "sao.zip")
    with zipfile.ZipFile(tmp_path / "sao.zip") as packed:
        assert digest_of(token).encode() not in packed.read("so.db")
    restore(tmp_path / "sao.zip", tmp_path / "lai.db")
    with Workspace.open(f"sqlite:///{tmp_path}/lai.db", registry=Registry.load(), clock=office.clock) as again:
        assert again.ledger.logins.sessions() == []
        assert Logins(again).signed_in(token) is None
        assert Logins(again).sign_in(an, GOOD)
        assert again.ledger.accounts(Grant) == office.ledger.accounts(Grant)
