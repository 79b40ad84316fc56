"""The page's own routes and middleware over an office, and a browser before them: what tests of the door share."""

from __future__ import annotations

import os

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from tests.asgi import Browser

from coopkit.admin import door, login
from coopkit.admin.door import Door
from coopkit.admin.entry import MIDDLEWARE
from coopkit.admin.routes import ROUTES
from coopkit.workspace.logins import Logins


async def _reached(request):
    return PlainTextResponse("INSIDE " + str(dict(request.cookies)))


async def _streaming(socket):
    await socket.accept()
    while (message := await socket.receive())["type"] == "websocket.receive":
        socket.scope["state"]["got"].append(message["bytes"])


@pytest.fixture
def app(office, monkeypatch):
    """The page's own routes and middleware over an office, with something in the place of Streamlit's."""
    monkeypatch.setattr(door, "logins", lambda: Logins(office, door.door().limits))
    monkeypatch.setattr(login, "logins", door.logins)
    monkeypatch.setattr("coopkit.admin.routes.workspace", lambda _: office)
    monkeypatch.setitem(os.environ, "COOPKIT_LEDGER", "sqlite:///x")
    monkeypatch.setitem(door._held, "door", Door())
    every = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
    rest = [WebSocketRoute("/{path:path}", _streaming), Route("/{path:path}", _reached, methods=every)]
    return Starlette(routes=[*ROUTES, *rest], middleware=MIDDLEWARE)


@pytest.fixture
def browser(app):
    return Browser(app)
