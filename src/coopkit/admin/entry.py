"""The ASGI entry: `st.App` over the page script."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from coopkit.admin.guest import failed

SCRIPT = Path(__file__).parent / "main.py"
CONFIG = {
    "server.address": "127.0.0.1",
    "server.headless": True,
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "theme.primaryColor": "#0b6b3a",
}
"""How every start of the page is set: on this machine only, and no word to anybody else's."""


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load what every page needs, then keep the collector's hands off it: reruns take a tenth of the time."""
    import altair as alt  # noqa: F401
    import polars as pl  # noqa: F401

    gc.collect()
    gc.freeze()
    yield {}


app = st.App(SCRIPT, lifespan=lifespan, on_script_error=failed)
