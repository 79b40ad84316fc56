"""What the page's server answers beside Streamlit: the papers to print, its own files, and whether it is well."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from coopkit.access import Actor
from coopkit.admin import papers
from coopkit.admin.door import COOKIE, visitor, workspace
from coopkit.admin.login import LOGIN_ROUTES
from coopkit.errors import AccessDenied, BadText, CoopkitError, NotFound
from coopkit.exporters.page import notice, style_hash
from coopkit.text import Label, Lang, told_in
from coopkit.workspace import Desk

ASSETS: Final = Path(__file__).parent / "assets"
ICON: Final = ASSETS / "icon.png"

PAPER_POLICY: Final = (
    f"default-src 'none'; style-src '{style_hash()}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy of a paper: its own style, and nothing else."""

_LOG = logging.getLogger(__name__)
_Paper = Callable[[Desk, Mapping[str, str], Lang], bytes]
_NOT_THERE: Final = Label("Không có trang in này", "There is nothing to print here")
_DENIED: Final = Label("Không được xem trang này", "This page is not for you")
_FAILED: Final = Label("Trang in bị lỗi", "The page to print failed")
_INCIDENT: Final = Label(
    "Lỗi ngoài dự kiến, số liệu không bị ảnh hưởng. Báo quản trị mã sự cố",
    "Something unexpected went wrong; no data was touched. Tell the administrator the incident number",
)


def reader(request: Request) -> Actor:
    """Who asks; whatever a paper shows is narrowed to what this actor may see.

    Raises `AccessDenied` for a request that the gate would not have let through.
    """
    who = visitor(request.cookies.get(COOKIE, ""))
    if who is None:
        raise AccessDenied("Chưa đăng nhập (you are not signed in)")
    return who.actor


def _desk(request: Request) -> Desk:
    return workspace(os.environ["COOPKIT_LEDGER"]).as_(reader(request))


def _printed(paper: _Paper) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answer, paper, request)

    return answer


def _answer(paper: _Paper, request: Request) -> Response:
    """The paper; where it cannot be made, a page that says why, in the reader's language."""
    asked = dict(request.query_params)
    lang: Lang = "en" if asked.get("lang") == "en" else "vi"
    try:
        status, body = HTTPStatus.OK, paper(_desk(request), asked, lang)
    except AccessDenied as error:
        status, body = HTTPStatus.FORBIDDEN, notice(_DENIED, told_in(str(error), lang), lang)
    except (NotFound, BadText) as error:
        status, body = HTTPStatus.NOT_FOUND, notice(_NOT_THERE, told_in(str(error), lang), lang)
    except CoopkitError as error:
        status, body = HTTPStatus.CONFLICT, notice(_FAILED, told_in(str(error), lang), lang)
    except Exception:  # noqa: BLE001 - the reader is told by a number, the log has the rest
        number = secrets.token_hex(4)
        _LOG.exception("Mã sự cố %s, trang in %s", number, request.url.path)
        status, body = HTTPStatus.INTERNAL_SERVER_ERROR, notice(_FAILED, f"{_INCIDENT.in_(lang)} {number}.", lang)
    headers = {"content-security-policy": PAPER_POLICY, "cache-control": "no-store"}
    return Response(body, status, headers, "text/html")


def _healthy() -> bool:
    try:
        return workspace(os.environ["COOPKIT_LEDGER"]).ledger.snapshot().position >= 0
    except (CoopkitError, KeyError):
        _LOG.exception("Sổ không mở được")
        return False


async def health(_: Request) -> Response:
    """200 "ok" while the ledger opens, else 503."""
    well = await run_in_threadpool(_healthy)
    return PlainTextResponse(*(("ok", HTTPStatus.OK) if well else ("ledger", HTTPStatus.SERVICE_UNAVAILABLE)))


async def icon(_: Request) -> Response:
    """The icon that stands in the tab before the page's own script has run."""
    return FileResponse(ICON)


ROUTES: Final[tuple[BaseRoute, ...]] = (
    Route("/in/bao-cao", _printed(papers.report)),
    Route("/in/xep-hang", _printed(papers.board)),
    Route("/in/ho-so", _printed(papers.record)),
    Route("/healthz", health),
    Route("/favicon.png", icon),
    Mount("/assets", StaticFiles(directory=ASSETS)),
    *LOGIN_ROUTES,
)
