"""The admin page, for `streamlit run app.py`; `coopkit app` starts the same from the installed package."""

import os

import streamlit as st

from coopkit.admin.entry import CONFIG, SCRIPT, lifespan
from coopkit.cli.start import ledger_url

os.environ.setdefault("COOPKIT_LEDGER", ledger_url())

app = st.App(SCRIPT, lifespan=lifespan)

if __name__ == "__main__":
    app.run(config=CONFIG)
