"""Every widget that says something of its own, inside the shell of the admin page: `words.py --port N`."""

import argparse
from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st

from coopkit.admin import shell
from coopkit.admin.door import open_demo
from coopkit.admin.entry import CONFIG, MIDDLEWARE, ROUTES


def _fails() -> bytes:
    raise ValueError


def body() -> None:
    """One of each."""
    st.markdown("Search")
    st.file_uploader("Một", type="xlsx", max_upload_size=5, key="one")
    st.selectbox("Chọn", ["Anh", "Em"], index=None, key="select")
    st.multiselect("Nhiều", ["Anh", "Em"], ["Anh"], key="several")
    st.number_input("Số", value=5, max_value=10, key="number")
    st.text_input("Chữ", key="text")
    st.text_area("Dài", key="area")
    st.text_input("Mật khẩu", type="password", key="password")
    st.date_input("Ngày", value=None, format="DD/MM/YYYY", key="date")
    with st.form("form"):
        st.text_input("Trong biểu mẫu", key="inside")
        st.form_submit_button("Gửi")
    st.pagination(9, key="page")
    table = pd.DataFrame({"Tên": ["Search", "B"], "Số": [1, 2]})
    st.dataframe(table, key="grid", height=120)
    st.data_editor(table, num_rows="dynamic", key="editor", height=140)
    st.altair_chart(alt.Chart(table).mark_bar().encode(x="Tên", y="Số"))
    st.download_button("Tải", _fails, file_name="x.txt", on_click="ignore", key="get")


def main() -> None:
    """The page script."""
    lang = "en" if st.query_params.get("lang") == "en" else "vi"
    pages = [st.Page(body, title="Thử", default=True), *(st.Page(_page(n), title=f"Mục {n}") for n in range(15))]
    chosen = st.navigation(pages)
    shell.dress(lang, chosen)
    chosen.run()


def _page(number: int) -> object:
    def page() -> None:
        st.title(str(number))

    page.__name__ = f"muc_{number}"
    return page


if __name__ == "__main__":
    if st.runtime.exists():
        main()
    else:
        parser = argparse.ArgumentParser()
        parser.add_argument("--port", type=int)
        open_demo("127.0.0.1")
        app = st.App(Path(__file__), routes=ROUTES, middleware=MIDDLEWARE)
        app.run(config={**CONFIG, "server.port": parser.parse_args().port})
