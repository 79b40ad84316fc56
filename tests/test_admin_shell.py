"""What stands around the pages: settings, headers, the document's language, the papers to print, and health."""

import asyncio
import re
import tomllib
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from tests.admin_pages import sit_here
from tests.campaigns import launched, office, self_scores

from coopkit.access import Actor
from coopkit.admin.entry import CONFIG
from coopkit.admin.routes import ASSETS, ROUTES
from coopkit.admin.shell import Shell, policy
from coopkit.demo import load_demo
from coopkit.registry import Registry
from coopkit.workspace import Stages, Workspace

DOCUMENT = '<!DOCTYPE html>\n<html lang="en"><head><title>Streamlit</title></head><body>ấ</body></html>'


def ask(app, path, **headers):
    """One request straight to an ASGI application; gives status, headers and body."""
    bare, _, query = path.partition("?")
    told = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost:8501"), *told],
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "server": ("localhost", 8501),
        "client": ("127.0.0.1", 1),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    found = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(one.get("body", b"") for one in sent[1:]).decode(errors="replace")


# ── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def flat(settings, above=""):
    """Nested settings by their dotted names."""
    found = {}
    for key, value in settings.items():
        found |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
    return found


def test_every_start_is_set_alike():
    """However the page is started it looks the same, stays on this machine and reports to nobody."""
    settings = tomllib.loads((Path(__file__).parents[1] / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert flat(settings) == CONFIG
    assert CONFIG["browser.gatherUsageStats"] is False


def test_streamlit_knows_every_setting():
    """A misspelled setting would be passed over in silence."""
    from streamlit import config

    assert set(CONFIG) <= set(config.get_config_options())


def contrast(one, other):
    """WCAG 2: from 1 for the same colour to 21 for black on white."""

    def light(colour):
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    dark, bright = sorted((light(one), light(other)))
    return bright / dark


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_theme_can_be_read(look):
    """Text and links on every ground, and white on the main colour, have the contrast of WCAG AA."""
    colour = {key.removeprefix(f"theme.{look}."): told for key, told in CONFIG.items()}
    grounds = ["backgroundColor", "secondaryBackgroundColor", "sidebar.backgroundColor"]
    for ground in (*grounds, "sidebar.secondaryBackgroundColor"):
        assert contrast(colour["textColor"], colour[ground]) >= 7
    for ground in grounds:
        assert contrast(colour["linkColor"], colour[ground]) >= 4.5
    assert contrast("#ffffff", colour["primaryColor"]) >= 4.5
    for drawn in colour["chartCategoricalColors"]:
        assert contrast(drawn, colour["backgroundColor"]) >= 3


# ── The middleware ──────────────────────────────────────────────────────────────────────────────────────────────────


async def document(request):
    """Streamlit's document, with what a cache would ask after; says what it was asked to send."""
    asked = ",".join(name for name in ("accept-encoding", "if-none-match") if name in request.headers)
    return HTMLResponse(DOCUMENT, headers={"etag": "x", "x-asked": asked})


async def paper(_):
    return Response(DOCUMENT, media_type="text/html", headers={"content-security-policy": "default-src 'none'"})


async def script(_):
    return PlainTextResponse('<html lang="en">')


@pytest.fixture
def shell():
    routes = [Route("/in/x", paper), Route("/static/a.js", script), Route("/{rest:path}", document)]
    return Starlette(routes=routes, middleware=[Middleware(Shell)])


@pytest.mark.parametrize(
    ("path", "lang"),
    [("/", "vi"), ("/htx", "vi"), ("/htx?ngon-ngu=en", "en"), ("/?q=ngon-ngu=en", "vi"), ("/?ngon-ngu=<b>", "vi")],
)
def test_the_document_says_its_language(shell, path, lang):
    """Vietnamese unless the address says English; the length is right, and no cache keeps Streamlit's own."""
    status, headers, body = ask(shell, path, accept_encoding="gzip", if_none_match="x")
    assert status == HTTPStatus.OK
    assert f'<html lang="{lang}">' in body
    assert '<script src="/assets/vi.js" defer></script></head>' in body
    assert "<title>coopkit</title>" in body
    assert int(headers["content-length"]) == len(body.encode())
    assert "etag" not in headers
    assert headers["x-asked"] == ""


def test_only_streamlits_document_is_rewritten(shell):
    """A paper and a script go through as they are."""
    assert ask(shell, "/in/x")[2] == DOCUMENT
    assert ask(shell, "/static/a.js")[2] == '<html lang="en">'


def test_every_answer_is_protected(shell):
    """Headers are put on what says nothing itself; a paper's stricter policy stays."""
    for path in ("/", "/in/x", "/static/a.js"):
        _, headers, _ = ask(shell, path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "content-security-policy" in headers
    assert ask(shell, "/in/x")[1]["content-security-policy"] == "default-src 'none'"
    assert "frame-ancestors 'none'" in ask(shell, "/")[1]["content-security-policy"]


@given(st.text(st.characters(max_codepoint=255)))
def test_a_host_cannot_widen_the_policy(host):
    """What stands in the Host header is named only where it is a host, and adds one source at most."""
    told = policy(host)
    assert told.count(";") == policy("").count(";")
    assert told == policy("") or (host and re.fullmatch(r"[\w.:\[\]-]+", host, re.ASCII))


# ── Papers and health ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('shell')}/so.db"
    with Workspace.open(url, registry=Registry.load()) as workspace:
        load_demo(workspace.as_(Actor.office("an")))
    return url


@pytest.fixture
def site(ledger, monkeypatch):
    monkeypatch.setenv("COOPKIT_LEDGER", ledger)
    sit_here(monkeypatch)
    return Starlette(routes=list(ROUTES), middleware=[Middleware(Shell)])


def test_the_report_is_printed(site):
    """The recap's figures with their qualifiers, dated as asked, in the language asked for."""
    status, headers, body = ask(site, "/in/bao-cao?ky=2023&ngay=31/12/2023")
    assert status == HTTPStatus.OK
    assert headers["content-type"].startswith("text/html")
    assert "hơn 200 học viên" in body
    assert "ngày 31 tháng 12 năm 2023" in body
    assert "more than 200 trainees" in ask(site, "/in/bao-cao?ky=2023&lang=en")[2]


def test_a_paper_loads_only_its_own_style(site):
    """The policy names the very style that stands in the page, and lets nothing else be loaded."""
    import base64
    import hashlib

    _, headers, body = ask(site, "/in/bao-cao?ky=2023")
    [style] = re.findall(r"<style>(.*?)</style>", body, re.DOTALL)
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{hashed}'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_record_is_printed_with_its_people_masked(site, ledger):
    """Everything that is recorded of the unit, but nobody's name or telephone."""
    with Workspace.open(ledger) as workspace:
        desk = workspace.as_(Actor.office("an"))
        unit = desk.snapshot().table("contact").column("cooperative").to_pylist()[0]
        name, person = desk.unit(unit).name, desk.snapshot().table("person").column("name")[0].as_py()
    status, _, body = ask(site, f"/in/ho-so?ma={unit}")
    assert status == HTTPStatus.OK
    assert name in body
    assert "Địa bàn qua các thời kỳ" in body
    assert "••" in body
    assert person not in body


def test_the_board_is_printed(site, monkeypatch, tmp_path):
    """By period as by name, one block or all; before a stage is closed the points may change, and the page says so."""
    with office(tmp_path) as desk:
        at = launched(desk)
        monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/so.db")
        for told in ("2024", quote("Phong trào thử")):
            status, _, body = ask(site, f"/in/xep-hang?dot={told}")
            assert status == HTTPStatus.OK
            assert "số liệu tạm thời" in body
        self_scores(at, a1=500)
        Stages(at).advance()
    whole = ask(site, "/in/xep-hang?dot=2024")[2]
    assert "Điểm đã chốt sau giai đoạn Tự chấm." in whole
    assert re.search(r'<td class="number">1</td>\s*<td>HTX A1</td>', whole)
    one = ask(site, "/in/xep-hang?dot=2024&khoi=b")[2]
    assert "HTX B1" in one
    assert "HTX A1" not in one
    assert ask(site, "/in/xep-hang?dot=2024&khoi=c")[0] == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "path",
    [
        "/in/bao-cao",
        "/in/bao-cao?ky=sau",
        "/in/bao-cao?ky=2023&ngay=32/12/2023",
        "/in/ho-so",
        "/in/ho-so?ma=<script>",
        "/in/xep-hang",
        "/in/xep-hang?dot=1999",
    ],
)
def test_what_is_not_there_is_told(site, path):
    """404, a page in the reader's language that says what is wrong and leads back, and nothing of the address in it."""
    status, _, body = ask(site, path)
    assert status == HTTPStatus.NOT_FOUND
    assert "Không có trang in này" in body
    assert 'href="/"' in body
    assert "<script" not in body
    english = ask(site, path + ("&" if "?" in path else "?") + "lang=en")
    assert english[0] == HTTPStatus.NOT_FOUND
    assert "There is nothing to print here" in english[2]


def test_it_says_whether_it_is_well(site, monkeypatch, tmp_path):
    """200 while the ledger opens, 503 where it does not."""
    assert ask(site, "/healthz")[::2] == (HTTPStatus.OK, "ok")
    (tmp_path / "so.db").write_bytes(b"no ledger" * 1000)
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/so.db")
    assert ask(site, "/healthz")[0] == HTTPStatus.SERVICE_UNAVAILABLE


def test_a_path_cannot_leave_the_assets(site):
    """Only what lies in the folder is given."""
    assert ask(site, "/assets/vi.js")[0] == HTTPStatus.OK
    assert ask(site, "/assets/../entry.py")[0] == HTTPStatus.NOT_FOUND
    assert ask(site, "/favicon.png")[1]["content-type"] == "image/png"


def test_no_asset_names_an_address():
    """What is shipped asks for nothing from elsewhere."""
    for asset in ASSETS.iterdir():
        if asset.suffix in {".js", ".css", ".svg"}:
            told = asset.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://", told), asset.name
