"""The ASGI entry: `st.App` over the page script."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from coopkit.admin.gate import UPLOAD, Gate
from coopkit.admin.guest import failed
from coopkit.admin.routes import ROUTES
from coopkit.admin.shell import Shell

SCRIPT = Path(__file__).parent / "main.py"
CONFIG = {
    "server.address": "127.0.0.1",
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": UPLOAD,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "runner.postScriptGC": False,
    "theme.font": "sans-serif",
    "theme.baseRadius": "small",
    "theme.headingFontSizes": ["1.75rem", "1.25rem", "1.125rem"],
    "theme.headingFontWeights": [650, 600, 600],
    "theme.paddingTop": "0.5rem",
    "theme.paddingBottom": "3rem",
    "theme.showSidebarBorder": True,
    "theme.light.primaryColor": "#0b6b3a",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f1f5f2",
    "theme.light.textColor": "#0f1a14",
    "theme.light.borderColor": "#d3ddd7",
    "theme.light.linkColor": "#0b6b3a",
    "theme.light.sidebar.backgroundColor": "#f1f5f2",
    "theme.light.sidebar.secondaryBackgroundColor": "#ffffff",
    "theme.light.chartCategoricalColors": ["#0b6b3a", "#c27a00", "#1c6fb8", "#8a3ffc", "#b3261e", "#5b6b62"],
    "theme.dark.primaryColor": "#2a8653",
    "theme.dark.backgroundColor": "#121916",
    "theme.dark.secondaryBackgroundColor": "#1d2722",
    "theme.dark.textColor": "#e7eeea",
    "theme.dark.borderColor": "#37443d",
    "theme.dark.linkColor": "#6fcf97",
    "theme.dark.sidebar.backgroundColor": "#18211d",
    "theme.dark.sidebar.secondaryBackgroundColor": "#232f29",
    "theme.dark.chartCategoricalColors": ["#4fbf80", "#e0a33a", "#5aa9e6", "#b58cff", "#ef7d74", "#9fb0a6"],
}
"""How every start of the page is set: on this machine only, no word to anybody else's, and one look, light and dark.

Streamlit would walk through every object of the process after each rerun; a large register has millions, and Python's
own collector does it when there is need.
"""

MIDDLEWARE = [Middleware(Shell), Middleware(Gate)]


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load what every page needs, then keep the collector's hands off it: reruns take a tenth of the time."""
    import altair as alt  # noqa: F401
    import polars as pl  # noqa: F401

    gc.collect()
    gc.freeze()
    yield {}


app = st.App(SCRIPT, lifespan=lifespan, routes=ROUTES, middleware=MIDDLEWARE, on_script_error=failed)
