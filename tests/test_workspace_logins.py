"""Signing in: passwords, sessions that end, lockouts."""

from __future__ import annotations

import pytest
from tests.login_office import GOOD, OTHER, START, WRONG, accounts, an, clock, logins, office

from coopkit.account import AccountState
from coopkit.errors import AccessDenied, BadText
from coopkit.workspace.logins import FAILURES, FROM_ONE
from coopkit.workspace.passwords import MOST, hashed, matches, new_code, weakness

__all__ = ["accounts", "an", "clock", "logins", "office"]


def test_a_password_opens_a_session(an, logins, clock):
    """Who has the password is known by the token, as the account and with what it was granted today."""
    clock.on(seconds=1)
    who = logins.signed_in(logins.sign_in(an, GOOD, address="192.0.2.7", agent="Firefox"))
    assert who is not None
    assert (who.actor.name, who.actor.role.key, who.session.address) == ("an", "viewer", "192.0.2.7")


@pytest.mark.parametrize(
    ("login", "password"),
    [("an", WRONG), ("an", ""), ("binh", GOOD), ("", ""), ("AN'--", GOOD), ("x" * 500, "x" * 5000)],
)
@pytest.mark.usefixtures("an")
def test_anything_else_opens_none(logins, login, password):
    """A wrong password and an unknown login are told the same, and nothing fails otherwise."""
    with pytest.raises(AccessDenied, match="Tên đăng nhập hoặc mật khẩu không đúng"):
        logins.sign_in(login, password)


def test_the_same_work_is_done_for_an_unknown_login(an, logins, monkeypatch):
    """How long an answer takes does not tell which logins there are: a hash is checked for each."""
    checked = []
    monkeypatch.setattr("coopkit.workspace.logins.matches", lambda hash_, _: checked.append(hash_) or False)
    for login in (an, "khong-co"):
        with pytest.raises(AccessDenied):
            logins.sign_in(login, WRONG)
    assert [held is None for held in checked] == [False, True]
    assert not matches(None, WRONG)


def test_a_token_is_kept_as_its_digest_only(an, logins, office):
    """Neither a token nor a password lies anywhere in the ledger's file."""
    token = logins.sign_in(an, GOOD)
    office.ledger._empty_log()
    held = office.ledger.file.read_bytes()
    assert token.encode() not in held
    assert GOOD.encode() not in held
    assert b"$argon2id$" in held


@pytest.mark.parametrize(("rest", "alive"), [(29, True), (31, False)])
def test_a_session_that_rests_ends(an, logins, clock, rest, alive):
    """Half an hour without a click ends it, and it stays ended."""
    token = logins.sign_in(an, GOOD)
    clock.on(minutes=rest)
    assert (logins.signed_in(token) is not None) is alive
    assert (logins.signed_in(token) is not None) is alive


def test_a_session_that_is_used_ends_all_the_same(an, logins, clock):
    """Twelve hours after it began, however busy."""
    token = logins.sign_in(an, GOOD)
    for _ in range(12 * 3 - 1):
        clock.on(minutes=20)
        assert logins.signed_in(token) is not None
    clock.on(minutes=20)
    assert logins.signed_in(token) is None


def test_signing_out_ends_that_session_only(an, logins):
    """The other computer stays signed in."""
    here, there = logins.sign_in(an, GOOD), logins.sign_in(an, GOOD)
    logins.sign_out(here)
    assert logins.signed_in(here) is None
    assert logins.signed_in(there) is not None


ENDINGS = {
    "one": lambda accounts, held: accounts.end_session(held.digest[:8]),
    "all": lambda accounts, _: accounts.end_sessions("an"),
    "lock": lambda accounts, _: accounts.lock("an"),
    "leave": lambda accounts, _: accounts.leave("an"),
    "reset": lambda accounts, _: accounts.reset_password("an"),
}


@pytest.mark.parametrize("act", ENDINGS.values(), ids=ENDINGS)
def test_an_administrator_ends_sessions_at_once_and_it_is_journalled(an, accounts, logins, office, act):
    """Each way ends the session, and leaves one batch of the administrator's."""
    token = logins.sign_in(an, GOOD)
    before = len(office.ledger.batches())
    act(accounts, logins.signed_in(token).session)
    assert logins.signed_in(token) is None
    [batch] = office.ledger.batches()[before:]
    assert (batch.actor, batch.records > 0) == ("goc", True)
    assert office.ledger.verify() == []


@pytest.mark.parametrize("act", ["lock", "leave"])
def test_who_is_locked_or_left_gets_in_no_more(an, accounts, logins, act):
    """Not with the right password either; unlocking lets in again."""
    getattr(accounts, act)(an)
    with pytest.raises(AccessDenied, match="không đúng"):
        logins.sign_in(an, GOOD)
    accounts.unlock(an)
    assert logins.signed_in(logins.sign_in(an, GOOD)) is not None


def test_a_leaver_has_no_grants_left(an, accounts):
    """Every grant ends the day before."""
    accounts.leave(an)
    [seen] = accounts.all()
    assert seen.account.state is AccountState.LEFT
    assert seen.granted(START.date()) == ()


def test_too_many_failures_lock_out_even_the_right_password(an, logins, clock):
    """After five, and for longer after each further one; time lets in again, and a success starts anew."""
    for _ in range(FAILURES):
        with pytest.raises(AccessDenied, match="không đúng"):
            logins.sign_in(an, WRONG)
    with pytest.raises(AccessDenied, match="đợi 1 phút"):
        logins.sign_in(an, GOOD)
    clock.on(seconds=61)
    with pytest.raises(AccessDenied, match="không đúng"):
        logins.sign_in(an, WRONG)
    with pytest.raises(AccessDenied, match="đợi 2 phút"):
        logins.sign_in(an, GOOD)
    clock.on(seconds=121)
    logins.sign_in(an, GOOD)
    with pytest.raises(AccessDenied, match="không đúng"):
        logins.sign_in(an, WRONG)


def test_guessing_is_slowed_to_a_few_a_day(an, logins, clock):
    """Whoever goes on for a day, trying whenever it is let, has some thirty guesses."""
    guesses = 0
    for _ in range(24 * 60):
        try:
            logins.sign_in(an, WRONG)
        except AccessDenied as told:
            guesses += "không đúng" in str(told)
        clock.on(minutes=1)
    assert guesses < 40


def test_an_unknown_login_is_locked_out_alike(logins, an):
    """So nobody learns by it which logins there are."""
    for _ in range(FAILURES):
        with pytest.raises(AccessDenied, match="không đúng"):
            logins.sign_in("khong-co", WRONG)
    with pytest.raises(AccessDenied, match="đợi 1 phút"):
        logins.sign_in("khong-co", WRONG)
    assert logins.sign_in(an, GOOD)


def test_an_address_is_locked_out_that_tries_many_logins(an, logins):
    """One's own account does not open the way again for guessing at others."""
    for number in range(FROM_ONE):
        if number == FROM_ONE // 2:
            logins.sign_in(an, GOOD, address="192.0.2.7")
        with pytest.raises(AccessDenied, match="không đúng"):
            logins.sign_in(f"u{number}", WRONG, address="192.0.2.7")
    with pytest.raises(AccessDenied, match="đợi"):
        logins.sign_in(an, GOOD, address="192.0.2.7")
    assert logins.sign_in(an, GOOD, address="192.0.2.8")


def test_an_office_behind_one_address_signs_in_all_day(an, logins):
    """Good attempts are not counted against it."""
    tokens = {logins.sign_in(an, GOOD, address="192.0.2.7") for _ in range(FROM_ONE * 2)}
    assert len(tokens) == FROM_ONE * 2


def test_an_administrator_lets_in_again(an, accounts, logins):
    """Whoever is locked out, and an address, are seen and let in before the time is over."""
    for _ in range(FROM_ONE):
        with pytest.raises(AccessDenied):
            logins.sign_in(an, WRONG, address="192.0.2.7")
        with pytest.raises(AccessDenied):
            logins.sign_in("x", WRONG, address="192.0.2.7")
    assert accounts.all()[0].locked_until is not None
    accounts.unlock(an)
    assert accounts.all()[0].locked_until is None
    for one in accounts.kept_out():
        accounts.let_in(one.address)
    assert logins.sign_in(an, GOOD, address="192.0.2.7")


def test_a_code_sets_a_password_once(accounts, logins, clock):
    """It is good for three days and one use; nobody signs in before."""
    code = accounts.add("an", "An", "viewer")
    with pytest.raises(AccessDenied):
        logins.sign_in("an", "")
    with pytest.raises(AccessDenied, match="Mã đặt mật khẩu"):
        logins.set_password("an", new_code(), GOOD)
    logins.set_password("an", code.lower(), GOOD)
    with pytest.raises(AccessDenied, match="Mã đặt mật khẩu"):
        logins.set_password("an", code, OTHER)
    late = accounts.reset_password("an")
    clock.on(hours=73)
    with pytest.raises(AccessDenied, match="Mã đặt mật khẩu"):
        logins.set_password("an", late, OTHER)


def test_a_new_code_forgets_the_password(an, accounts, logins):
    """Who was given a new code signs in with the old password no more."""
    accounts.reset_password(an)
    with pytest.raises(AccessDenied):
        logins.sign_in(an, GOOD)


def test_codes_are_guessed_no_faster_than_passwords(an, accounts, logins):
    """Wrong codes lock out, too."""
    code = accounts.reset_password(an)
    for _ in range(FAILURES):
        with pytest.raises(AccessDenied, match="Mã đặt"):
            logins.set_password(an, new_code(), OTHER)
    with pytest.raises(AccessDenied, match="đợi"):
        logins.set_password(an, code, OTHER)


def test_changing_the_password_ends_every_other_session(an, logins):
    """The one that changed it goes on under a new token; the old password is wrong from then on."""
    here, there = logins.sign_in(an, GOOD), logins.sign_in(an, GOOD)
    with pytest.raises(AccessDenied, match="Mật khẩu hiện tại"):
        logins.change_password(here, WRONG, OTHER)
    with pytest.raises(BadText, match="trùng"):
        logins.change_password(here, GOOD, GOOD)
    fresh = logins.change_password(here, GOOD, OTHER)
    assert [logins.signed_in(one) is None for one in (here, there, fresh)] == [True, True, False]
    with pytest.raises(AccessDenied):
        logins.sign_in(an, GOOD)
    with pytest.raises(AccessDenied, match="Phiên đã hết"):
        logins.change_password(here, OTHER, GOOD)


WEAK = [
    "ngắn",
    "123456789012",
    "qwertyuiop123",
    "aaaaaaaaaaaaa",
    "abcabcabcabcabc",
    "MatKhau@123456",
    "P@ssw0rd2025!!",
    "Haiphong@2025",
    "lienminhhtx2025",
    "nguyenvanan1980",
    "x" * 200,
]


@pytest.mark.parametrize("password", WEAK)
def test_what_is_guessed_first_is_no_password(password):
    """Too short, rows of keys, repetition, common words with figures, and one's own name are refused."""
    assert weakness(password, "an.nguyen", "Nguyễn Văn An") is not None


@pytest.mark.parametrize(
    "password", [GOOD, OTHER, "correct horse battery staple", "Kp7#vQ2m!xZ9", "con đường làng mùa gặt"]
)
def test_what_is_long_and_one_s_own_is_one(password):
    """Letters of any language and spaces are welcome; no kinds of characters are asked for."""
    assert weakness(password, "an.nguyen", "Nguyễn Văn An") is None


def test_a_password_is_the_same_however_its_letters_are_spelled():
    """Keyboards make "ề" of one character or of three."""
    assert matches(hashed("m\u1ec1m"), "me\u0302\u0300m")


def test_a_long_password_is_looked_at_to_its_end():
    """64 letters and more are welcome; with anything behind the last that may be, it is another."""
    longest = "đò dọc " * (MOST // 7) + "x" * (MOST % 7)
    assert (len(longest), weakness(longest[:64], "an"), weakness(f"{longest}x") is None) == (MOST, None, False)
    assert matches(hashed(longest), longest)
    assert not matches(hashed(longest), f"{longest}x")
