"""The locked door: what a stranger gets of every route and socket, and what a demo lets in."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Mount, Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes
from tests.asgi import HOST, Browser
from tests.locked_door import app, browser
from tests.login_office import GOOD, accounts, an, clock, logins, office

from coopkit.admin import door, gate
from coopkit.admin.door import COOKIE, Door, open_demo
from coopkit.admin.entry import MIDDLEWARE
from coopkit.admin.gate import FORMS, OPEN, SHUT, Gate
from coopkit.admin.routes import ROUTES
from coopkit.admin.shell import Shell
from coopkit.errors import CoopkitError

__all__ = ["accounts", "an", "app", "browser", "clock", "logins", "office"]
ORIGIN = f"http://{HOST}"


class Anything:
    """A runtime that has whatever it is asked for: Streamlit's routes are only listed, not run."""

    def __getattr__(self, name: str) -> Anything:
        return self

    def __call__(self, *_: object, **__: object) -> Anything:
        return self


def _paths():
    """Every route there is, Streamlit's and ours, with what its places are filled with, and its methods."""
    for route in (*ROUTES, *create_streamlit_routes(Anything())):
        path = re.sub(r"{[^}]*}", "x", route.path)
        if isinstance(route, Mount):
            yield f"{path}/x", ["GET"]
        elif isinstance(route, Route):
            yield path, sorted(route.methods or ["GET"])


STRANGE = ["/", "/htx?q=oc", "/x-vinhbao-sao", "/khong-co", "//evil", "/static/../media/x", "/static/js/khong-co.js"]
ROUTED = sorted(
    {(path, method) for path, methods in _paths() for method in methods} | {(one, "GET") for one in STRANGE}
)


def test_every_route_is_looked_at():
    """The list below knows Streamlit's routes by asking Streamlit: one that comes with an upgrade is in it."""
    assert {path for path, _ in ROUTED} >= {"/_stcore/upload_file/x/x", "/media/x", "/_stcore/metrics", "/in/bao-cao"}
    assert len(ROUTED) > 40


@pytest.mark.usefixtures("an")
@pytest.mark.parametrize(("path", "method"), ROUTED)
def test_a_stranger_gets_the_login_page_and_nothing_else(browser, path, method):
    """By HTTP: sent to the login page, or told nothing; only what says whether the server is well is open."""
    browser.cookies[COOKIE] = "khong-phai-token"
    answer = browser.get(path, method)
    assert "INSIDE" not in answer.body
    if path.split("?")[0] in OPEN or path == "/assets/x":
        assert answer.status in {200, 401, 403, 404, 405}
        return
    assert answer.status in {303, 401, 404}
    assert answer.to.startswith("/dang-nhap?next=") if answer.status == 303 else not answer.body


@pytest.mark.usefixtures("an")
@pytest.mark.parametrize("path", ["/_stcore/stream", "/", "/dang-nhap", "/healthz", "/static/x", "/khong-co"])
@pytest.mark.parametrize("origin", ["", ORIGIN, "null", "http://evil.example"])
@pytest.mark.parametrize("token", ["", "khong-phai-token"])
def test_a_stranger_opens_no_socket(browser, path, origin, token):
    """With and without an Origin, and wherever it is asked for."""
    browser.cookies[COOKIE] = token
    with pytest.raises(ConnectionRefusedError):
        browser.socket(path, b"x", origin=origin)


def test_who_signed_in_gets_through(an, browser):
    """The form leads to the page that was asked for; routes and the socket answer, and see one cookie of ours."""
    answer = browser.sign_in(an, GOOD, "/htx?q=oc")
    assert (answer.status, answer.to) == (303, "/htx?q=oc")
    assert "INSIDE" in browser.get("/htx?q=oc").body
    assert browser.get("/media/x").status == 200
    assert browser.socket("/_stcore/stream", b"x", origin=ORIGIN) == [b"x"]
    assert browser.get("/dang-nhap?next=/htx").to == "/htx"


@pytest.mark.parametrize("path", [f"{one}{more}" for one in SHUT for more in ("", "x")])
def test_what_is_shut_is_shut_to_all(an, browser, path):
    """Metrics, the agent's interface and other ways to sign in are nowhere, also for who is signed in."""
    browser.sign_in(an, GOOD)
    assert browser.get(path).status == 404


@pytest.mark.parametrize("origin", ["", "null", "http://evil.example", f"http://{HOST}.evil.example"])
def test_a_socket_opens_for_our_own_pages_only(an, browser, origin):
    """Also where the cookie is right: another site's page may have made the browser ask."""
    browser.sign_in(an, GOOD)
    with pytest.raises(ConnectionRefusedError):
        browser.socket(origin=origin)


@pytest.mark.parametrize("host", ["evil.example", "", "localhost.evil.example", "127.0.0.1@evil.example", "["])
def test_a_host_that_is_not_ours_is_refused(an, browser, host):
    """A name that somebody else points here is not answered, in whatever way it is asked."""
    browser.sign_in(an, GOOD)
    browser.host = host
    assert browser.get("/dang-nhap").status == 400
    with pytest.raises(ConnectionRefusedError):
        browser.socket(origin=f"http://{host}")


def test_hosts_are_told_by_the_environment():
    """COOPKIT_HOSTS names them; listening everywhere names none."""
    assert Door.of({"COOPKIT_HOSTS": "HTX.example.vn, b.vn"}, address="::").hosts == door.HOME | {
        "htx.example.vn",
        "b.vn",
    }


@pytest.mark.parametrize("told", ["0", "-5", "nửa giờ", "1e9", "99999"])
def test_times_that_are_none_are_told(told):
    """A slip in the settings ends the start with a sentence, and does not leave sessions without an end."""
    with pytest.raises(CoopkitError, match="COOPKIT_IDLE_MINUTES"):
        Door.of({"COOPKIT_IDLE_MINUTES": told})


def test_chunks_come_through_so_that_a_page_can_leave(an, browser, accounts):
    """Files of Streamlit's own package are anybody's; what is no such file is not."""
    browser.sign_in(an, GOOD)
    accounts.lock(an)
    chunks = sorted(one for one in gate._public() if one.endswith(".js"))
    assert browser.get(chunks[0]).status == 200
    assert browser.get("/static/index.html").status == 401
    assert browser.get(chunks[0], "POST").status == 401


def _click(widget: str = "x", fragment: str = "f") -> bytes:
    message = BackMsg()
    message.rerun_script.page_script_hash = "trang"
    message.rerun_script.fragment_id = fragment
    message.rerun_script.widget_states.widgets.add(id=widget, trigger_value=True)
    return message.SerializeToString()


ENDS = {
    "locked": lambda accounts: accounts.lock("an"),
    "ended": lambda accounts: accounts.end_sessions("an"),
    "other rights": lambda accounts: accounts.grant("an", "district_officer"),
}


@pytest.mark.parametrize("act", ENDS.values(), ids=ENDS)
def test_a_click_after_the_rights_are_gone_does_nothing(an, browser, accounts, act):
    """An open socket's next message only asks for the page: no callback and no fragment runs with the old rights."""
    browser.sign_in(an, GOOD)
    first, last = browser.socket("/_stcore/stream", _click(), _click(), origin=ORIGIN, between=lambda: act(accounts))
    assert first == _click()
    asked = BackMsg.FromString(last).rerun_script
    assert (asked.page_script_hash, asked.fragment_id, len(asked.widget_states.widgets)) == ("trang", "", 0)


def test_what_is_no_message_is_none_after_the_end(an, browser, accounts):
    """Also of who is out: it asks for the page, and nothing fails."""
    browser.sign_in(an, GOOD)
    [last] = browser.socket("/x", b"\xff\xff", origin=ORIGIN, between=lambda: accounts.lock("an"))
    assert BackMsg.FromString(last).HasField("rerun_script")


def test_without_that_guard_the_click_would_go_on(an, browser, accounts, monkeypatch):
    """What the test above holds is held by the socket's watch."""
    monkeypatch.setattr(gate, "_Watched", lambda receive, *_: receive)
    browser.sign_in(an, GOOD)
    _, last = browser.socket("/x", _click(), _click(), origin=ORIGIN, between=lambda: accounts.lock("an"))
    assert last == _click()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("address", ["0", "192.168.1.5", "::", "htx.example.vn"])
def test_a_demo_opens_on_this_machine_only(address):
    """Where another machine could ask, it does not begin."""
    with pytest.raises(CoopkitError, match="chỉ mở trên chính máy này"):
        open_demo(address)


@pytest.mark.usefixtures("an")
def test_a_demo_is_no_way_into_a_ledger_with_accounts(app):
    """It does not begin on one; where an account comes later, its door shuts."""
    with pytest.raises(CoopkitError, match="có tài khoản"):
        open_demo("127.0.0.1")
    door.set_up(Door(demo=True))
    assert Browser(app).get("/htx").status == 303
    door.set_up(Door())


def test_a_demo_lets_in_whoever_sits_here(app):
    """Everything answers without signing in, under the machine's own names and no other."""
    open_demo("127.0.0.1")
    assert "INSIDE" in Browser(app).get("/htx").body
    assert Browser(app, host="evil.example").get("/htx").status == 400


@pytest.mark.usefixtures("an")
def test_nothing_a_client_or_the_environment_says_makes_a_demo(app):
    """Neither a header, a cookie, a query, nor a variable: only the code that starts the process."""
    asked = {"demo": "1", "x-coopkit-demo": "1", "x_demo": "true"}
    assert Browser(app, cookies={"demo": "1"}).get("/?demo=1", **asked).status == 303
    told = {f"COOPKIT_{name}": "1" for name in ("DEMO", "NO_LOGIN", "ACTOR", "HOSTS")}
    assert not Door.of(told).demo


def test_the_shell_stands_before_the_gate():
    """So that refusals, too, carry the headers that protect."""
    assert [one.cls for one in MIDDLEWARE] == [Shell, Gate]
    assert FORMS < OPEN
