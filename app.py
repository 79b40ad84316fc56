"""The admin page, for `streamlit run app.py`; `coopkit app` starts the same from the installed package."""

import os

import streamlit as st

from coopkit.admin.entry import CONFIG, SCRIPT, lifespan
from coopkit.admin.guest import failed
from coopkit.cli.start import ledger_url

os.environ.setdefault("COOPKIT_LEDGER", ledger_url())

app = st.App(SCRIPT, lifespan=lifespan, on_script_error=failed)

if __name__ == "__main__":
    app.run(config=CONFIG)
