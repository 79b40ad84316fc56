"""The ASGI entry: `st.App` over the page script."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

SCRIPT = Path(__file__).parent / "main.py"


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load what every page needs, then keep the collector's hands off it: reruns take a tenth of the time."""
    import altair as alt  # noqa: F401
    import polars as pl  # noqa: F401

    gc.collect()
    gc.freeze()
    yield {}


app = st.App(SCRIPT, lifespan=lifespan)
