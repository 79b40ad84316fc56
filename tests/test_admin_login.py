"""Signing in on the page, and attacks that succeed once their guard is taken away."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from tests.asgi import HOST, Browser
from tests.locked_door import app, browser
from tests.login_office import GOOD, OTHER, WRONG, accounts, an, clock, logins, office

from coopkit.admin import door, gate, login
from coopkit.admin.door import COOKIE, GUARDED
from coopkit.admin.entry import CONFIG
from coopkit.admin.gate import UPLOAD
from coopkit.admin.login import FORM_COOKIE, PROOF, inside
from coopkit.workspace.logins import FAILURES, Logins

__all__ = ["accounts", "an", "app", "browser", "clock", "logins", "office"]
ORIGIN = f"http://{HOST}"


@pytest.fixture(params=[True, False], ids=["guarded", "guard off"])
def guarded(request):
    """Each attack is tried with its guard, and without: then it must succeed, or the test shows nothing."""
    return request.param


def test_brute_force(an, browser, guarded, monkeypatch):
    """The sixth guess is refused, be it right; without the count it opens."""
    if not guarded:
        monkeypatch.setattr(Logins, "_try", lambda *_: None)
    for _ in range(FAILURES):
        assert browser.sign_in(an, WRONG).status == 401
    answer = browser.sign_in(an, GOOD)
    assert (answer.status == 401) is guarded
    assert ("đợi 1 phút" in answer.body) is guarded


def test_session_fixation(an, browser, app, guarded, monkeypatch):
    """A token that somebody planted before is worth nothing after: signing in gives another."""
    planted = "token-cua-ke-xau"
    if not guarded:
        monkeypatch.setattr("coopkit.workspace.logins.new_token", lambda: planted)
        monkeypatch.setattr(Logins, "sign_out", lambda *_: None)
    browser.cookies[COOKIE] = planted
    assert browser.sign_in(an, GOOD).status == 303
    attacker = Browser(app, cookies={COOKIE: planted})
    assert ("INSIDE" in attacker.get("/htx").body) is not guarded


def test_an_older_session_of_the_browser_ends(an, browser, app):
    """Signing in again in a browser ends the session that it had."""
    browser.sign_in(an, GOOD)
    before = Browser(app, cookies={COOKIE: browser.cookies[COOKIE]})
    page = browser.get("/doi-mat-khau").body  # any page with a form
    proof = re.search(rf'name="{PROOF}" value="([^"]+)"', page).group(1)
    assert browser.post("/dang-nhap", {PROOF: proof, "ten": an, "mat-khau": GOOD}).status == 303
    assert before.get("/htx").status == 303


FORGED = ["x_coopkit_user", "x_coopkit_role", "x_forwarded_user", "remote_user", "authorization", "x_streamlit_user"]


def test_forged_headers(an, browser, guarded, monkeypatch):
    """No header says who somebody is; a page that believed one would let its sender in."""
    if not guarded:
        monkeypatch.setattr(gate, "_token", _believing)
    answer = browser.get("/htx", **dict.fromkeys(FORGED, an))
    assert ("INSIDE" in answer.body) is not guarded


def _believing(scope):
    """A gate that takes a header for a token's owner."""
    named = dict(scope["headers"]).get(b"x-coopkit-user", b"").decode()
    return (door.logins().sign_in(named, GOOD) if named else ""), scope


def test_a_forwarded_address_does_not_count(an, app):
    """Failures are counted for where the connection comes from, whatever a header says."""
    for number in range(40):
        answer = Browser(app, "192.0.2.9").fill("/dang-nhap", ten=f"u{number}", mat_khau=WRONG)
    forged = Browser(app, "192.0.2.9")
    page = forged.get("/dang-nhap").body
    proof = re.search(rf'name="{PROOF}" value="([^"]+)"', page).group(1)
    answer = forged.post("/dang-nhap", {PROOF: proof, "ten": an, "mat-khau": GOOD}, x_forwarded_for="198.51.100.1")
    assert answer.status == 401


FOREIGN = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    " //evil.example",
    "",
    "///evil.example",
    "/dang-xuat",
    "/dang-nhap?next=/dang-nhap",
]


@pytest.mark.parametrize("target", FOREIGN)
def test_open_redirect(an, browser, target, guarded, monkeypatch):
    """Only a path of ours is gone to after signing in; without the check the browser would be sent anywhere."""
    if not guarded:
        monkeypatch.setattr(login, "inside", lambda next_: next_ or "/")
    answer = browser.sign_in(an, GOOD, target)
    assert answer.status == 303
    assert (answer.to == "/") is (guarded or not target.strip())
    assert inside(target) == "/"


def test_deep_links_are_kept():
    """What was asked for is there after signing in."""
    for one in (
        "/",
        "/htx",
        "/htx-ho-so?ma=abc&ngon-ngu=en",
        "/in/bao-cao?ky=2023",
        "/htx?q=Đoàn".replace("Đ", "%C4%90"),
    ):
        assert inside(one) == one


@pytest.mark.parametrize("form", [{}, {PROOF: ""}, {PROOF: "0" * 64}, {PROOF: "ạ"}])
def test_cross_site_form(an, browser, form, guarded, monkeypatch):
    """A form of another site has not this browser's proof; without asking for it, it would sign the victim out."""
    if not guarded:
        monkeypatch.setattr(login, "_is_ours", lambda *_: True)
    browser.sign_in(an, GOOD)
    answer = browser.post("/dang-xuat", form)
    assert answer.status == (403 if guarded else 303)
    assert ("INSIDE" in browser.get("/htx").body) is guarded


def test_another_sites_origin(an, browser):
    """Also with the proof a form counts only from our own pages."""
    page = browser.get("/dang-nhap").body
    proof = re.search(rf'name="{PROOF}" value="([^"]+)"', page).group(1)
    told = {PROOF: proof, "ten": an, "mat-khau": GOOD}
    assert browser.post("/dang-nhap", told, origin="https://evil.example").status == 403
    assert browser.post("/dang-nhap", told, origin=ORIGIN).status == 303


def test_cookies_are_out_of_reach(an, app):
    """Of scripts, of other sites; over TLS never sent in the clear, and no other host can set them."""
    plain, tls = Browser(app), Browser(app, scheme="https")
    for one, name in ((plain, COOKIE), (tls, GUARDED)):
        answer = one.sign_in(an, GOOD)
        [line] = [told for told in answer.cookies if told.startswith(f"{name}=")]
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(line.split("; "))
        assert ("Secure" in line) is (one is tls)
        assert "Domain" not in line
        assert "INSIDE" in one.get("/htx").body
    assert f"__Host-{FORM_COOKIE}" in tls.cookies


def test_over_tls_a_planted_cookie_does_not_count(an, app):
    """One without the guarded name may come from another host of the domain."""
    plain = Browser(app)
    plain.sign_in(an, GOOD)
    planted = Browser(app, scheme="https", cookies={COOKIE: plain.cookies[COOKIE]})
    assert planted.get("/htx").status == 303
    assert Browser(app, cookies={GUARDED: plain.cookies[COOKIE]}).get("/htx").status == 303


def test_signing_out_ends_the_session(an, browser, app):
    """The form asks once; the token is worth nothing afterwards, wherever it was copied to."""
    browser.sign_in(an, GOOD)
    copied = Browser(app, cookies=dict(browser.cookies))
    assert browser.get("/dang-xuat").status == 200
    assert "INSIDE" in copied.get("/htx").body
    answer = browser.fill("/dang-xuat")
    assert (answer.to, COOKIE in browser.cookies) == ("/dang-nhap?ra=1", False)
    assert "Đã đăng xuất" in browser.get(answer.to).body
    assert copied.get("/htx").status == 303


def test_a_code_sets_the_first_password(browser, accounts):
    """The page asks for the login, the code and twice the password; then one signs in."""
    code = accounts.add("an", "An", "viewer")
    assert "Hai lần nhập" in browser.fill("/doi-mat-khau?ten=an", ten="an", ma=code, moi=GOOD, lai=OTHER).body
    weak = browser.fill("/doi-mat-khau", ten="an", ma=code, moi="123456789012", lai="123456789012")
    assert (weak.status, "quá dễ đoán" in weak.body) == (422, True)
    answer = browser.fill("/doi-mat-khau", ten="an", ma=code, moi=GOOD, lai=GOOD)
    assert answer.to == "/dang-nhap?xong=1"
    assert browser.sign_in("an", GOOD).status == 303


def test_one_s_own_password_is_changed(an, browser, app):
    """With the old one; this browser goes on, the others are out."""
    other = Browser(app)
    for one in (browser, other):
        one.sign_in(an, GOOD)
    assert browser.fill("/doi-mat-khau", mat_khau=WRONG, moi=OTHER, lai=OTHER).status == 401
    assert browser.fill("/doi-mat-khau", mat_khau=GOOD, moi=OTHER, lai=OTHER).to == "/"
    assert "INSIDE" in browser.get("/htx").body
    assert other.get("/htx").status == 303


def test_an_empty_ledger_says_how_to_begin(browser):
    """Where nobody has an account, the page tells the command and shows no form."""
    page = browser.get("/dang-nhap").body
    assert "coopkit user add" in page
    assert "<form" not in page


@pytest.mark.usefixtures("an")
def test_the_page_is_in_both_languages_and_shows_text_as_text(browser):
    """English on asking; what was typed into the login comes back as text."""
    assert '<html lang="en">' in browser.get("/dang-nhap?ngon-ngu=en").body
    assert "<script>" not in browser.fill("/dang-nhap", ten='"><script>', mat_khau="x").body
    answer = browser.get("/dang-nhap")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_too_large_is_refused(an, browser):
    """By what it says, and by what comes: also where no length is told."""
    browser.sign_in(an, GOOD)
    assert browser.get("/_stcore/upload_file/x/x", "PUT", content_length=str((UPLOAD + 1) << 20)).status == 413
    assert browser.post("/dang-nhap", {"ten": "x" * 100_000}).status == 413
    assert CONFIG["server.maxUploadSize"] == UPLOAD


def test_a_fault_is_told_by_a_number(an, browser, monkeypatch):
    """The reader gets an incident number, and nothing of what went wrong."""
    monkeypatch.setattr(Logins, "sign_in", lambda *_, **__: 1 / 0)
    answer = browser.sign_in(an, GOOD)
    assert answer.status == 500
    assert re.search(r"mã sự cố [0-9a-f]{8}", answer.body)
    assert "ZeroDivision" not in answer.body
    assert CONFIG["client.showErrorDetails"] == "none"


def test_papers_are_for_who_signed_in(an, browser):
    """A paper asks the ledger who reads, as every page does."""
    assert browser.get("/in/bao-cao?ky=2023").status == 303
    browser.sign_in(an, GOOD)
    assert browser.get("/in/bao-cao?ky=2023").status == 200


def test_who_signs_in_and_who_fails_is_logged():
    """The start of the page sends it to standard error with its moment; a login that is none is not told."""
    code = (
        "import logging, coopkit.admin.__main__ as start\n"
        "start._keep_a_log()\n"
        "logging.getLogger('coopkit.workspace.logins').info('Đăng nhập: %s', 'an')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4}"
    assert re.fullmatch(rf"{moment} INFO coopkit\.workspace\.logins: Đăng nhập: an\n", done.stderr)
