"""`coopkit user`: accounts from the server's command line."""

from __future__ import annotations

import re

import pytest
from tests.login_office import GOOD, OTHER
from typer.testing import CliRunner

from coopkit.cli.main import cli
from coopkit.cli.users import user
from coopkit.registry import Registry
from coopkit.workspace import Workspace
from coopkit.workspace.logins import Logins


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `coopkit user …` over a ledger of its own; gives the result."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/so.db")

    def command(*arguments, typed=""):
        return CliRunner().invoke(user, arguments, input=typed)

    return command


@pytest.fixture
def logins(tmp_path):
    """The front door of that ledger."""
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load()) as workspace:
        yield Logins(workspace)


def test_the_first_administrator(run, logins):
    """The code that is printed sets the password; nothing else of it is told, and no password has a default."""
    made = run("add", "an", "--name", "Nguyễn Văn An", "--role", "administrator")
    code = re.search(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){3}", made.output).group()
    assert "/doi-mat-khau?ten=an" in made.output
    assert "chưa đặt mật khẩu" in run("list").output
    logins.set_password("an", code, GOOD)
    assert logins.signed_in(logins.sign_in("an", GOOD)).actor.role.key == "administrator"
    assert "1 phiên đang mở" in run("list").output


def test_a_password_is_typed_or_piped_never_an_argument(run, logins):
    """It is read from the input; a weak one makes no account."""
    weak = run("add", "an", "--role", "viewer", "--type-password", typed="123456789012\n")
    assert "quá dễ đoán" in str(weak.exception)
    assert "Chưa có tài khoản" in run("list").output
    assert run("add", "an", "--role", "viewer", "--type-password", typed=f"{GOOD}\n").exit_code == 0
    assert logins.sign_in("an", GOOD)
    assert run("password", "an", "--type-password", typed=f"{OTHER}\n").exit_code == 0
    assert logins.sign_in("an", OTHER)
    options = {option for command in user.registered_commands for option in command.callback.__annotations__}
    assert options.isdisjoint({"password", "new", "secret"})


def test_each_act_is_one_batch(run, logins):
    """Lock, unlock, grant, revoke, a new code and ended sessions stand in the journal, with their reasons."""
    run("add", "an", "--role", "district_officer", "--edits", "316", "--views", "316,311")
    acts = [
        ("lock", "an", "--because", "nghỉ phép"),
        ("unlock", "an"),
        ("grant", "an", "--role", "viewer"),
        ("revoke", "an", "--role", "viewer"),
        ("password", "an"),
        ("sessions", "--end-all", "an"),
        ("lock", "an", "--left"),
    ]
    for number, act in enumerate(acts, 3):
        assert run(*act).exit_code == 0, act
        assert len(logins.workspace.ledger.batches()) == number
    assert logins.workspace.ledger.batches()[2].reason == "nghỉ phép"
    assert logins.workspace.ledger.verify() == []


def test_sessions_are_listed_and_ended(run, logins):
    """By the number that the list gives."""
    run("add", "an", "--role", "viewer", "--type-password", typed=f"{GOOD}\n")
    token = logins.sign_in("an", GOOD, address="192.0.2.7", agent="Firefox")
    listed = run("sessions").output
    assert "192.0.2.7  Firefox" in listed
    assert "Không ai đang đăng nhập" in run("sessions", "--end", listed.split()[0]).output
    assert logins.signed_in(token) is None


def test_the_example_is_loaded_into_no_office(run, logins):
    """A ledger with accounts is nobody's demo, and stays as it is."""
    run("add", "an", "--role", "viewer")
    told = CliRunner().invoke(cli, ["demo", "--no-app"])
    assert "có tài khoản" in str(told.exception)
    assert len(logins.workspace.ledger.batches()) == 2


def test_what_is_not_there_is_told(run):
    """A role that the account has not."""
    run("add", "an", "--role", "viewer")
    assert "không có vai trò council" in str(run("revoke", "an", "--role", "council").exception)
