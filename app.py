"""The admin page, for `streamlit run app.py`; `coopkit app` starts the same from the installed package."""

import os

import streamlit as st

from coopkit.admin.entry import CONFIG, MIDDLEWARE, SCRIPT, lifespan
from coopkit.admin.guest import failed
from coopkit.admin.routes import ROUTES
from coopkit.cli.start import ledger_url

os.environ.setdefault("COOPKIT_LEDGER", ledger_url())

app = st.App(SCRIPT, lifespan=lifespan, routes=ROUTES, middleware=MIDDLEWARE, on_script_error=failed)

if __name__ == "__main__":
    app.run(config=CONFIG)
