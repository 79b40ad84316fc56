"""Dữ liệu cá nhân: all that is held of one person, handed out or erased for good, as that person may ask."""

from __future__ import annotations

from functools import partial

import streamlit as st

from coopkit.access import Action, can
from coopkit.admin.acts import carry_out, running, show_wrong, start
from coopkit.admin.ctx import Ctx, plain, show_told
from coopkit.disclosure import Purpose, Why
from coopkit.errors import BadText
from coopkit.workspace.people import Held, People

SHOWN = 20
"""So many of those found are shown."""


def show(c: Ctx) -> None:
    """The page: a person found by what identifies them, and what may be done."""
    st.title(c.t("Dữ liệu cá nhân"))
    show_told()
    st.caption(
        c.t(
            "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: người có dữ liệu được biết, được nhận và được yêu cầu xóa "
            "dữ liệu về mình. Mọi lần xuất và xóa đều ghi vào nhật ký."
        )
    )
    asked = st.text_input(
        c.t("Họ tên, điện thoại hoặc thư điện tử"), key="person:asked", placeholder=c.t("Gõ đúng và đủ, rồi nhấn Enter")
    ).strip()
    if not asked:
        return
    people = People(c.desk, c.lang)
    found = people.find(asked)
    if not found:
        st.info(c.t("Không có ai như vậy: gõ đúng và đủ họ tên, số điện thoại hoặc thư điện tử như trong sổ."))
    for person, told in found[:SHOWN]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(plain(told), width="stretch")
            if can(c.desk.actor, Action.EXPORT).allowed:
                with st.popover(c.t("Xuất"), icon=":material/download:"):
                    _export(c, people, person)
            if can(c.desk.actor, Action.ERASE).allowed:
                _erase(c, people, person)
    if len(found) > SHOWN:
        st.caption(c.n("và {n} người nữa: gõ rõ hơn", len(found) - SHOWN))


def _export(c: Ctx, people: People, person: str) -> None:
    """The files, made and journalled when one is asked for, not before."""
    told = {one: one.label.in_(c.lang) for one in Purpose}
    purpose = st.selectbox(
        c.t("Để làm gì"), list(told), format_func=told.__getitem__, key=f"person:why:{person}:{c.lang}"
    )
    note = st.text_input(c.t("Ghi rõ"), key=f"person:note:{person}")
    try:
        why = Why(purpose, note)
    except BadText as bad:
        st.error(plain(c.told(bad)))
        return
    st.caption(c.t("Lần xuất này được ghi vào nhật ký."))
    for name, of in (("txt", _as_text), ("json", Held.json)):
        st.download_button(
            c.t("Tải tệp {kind}", kind=f".{name}"),
            lambda of=of: of(people.export(person, why)),  # type: ignore[misc]
            file_name=f"du-lieu-ca-nhan.{name}",
            mime="text/plain" if name == "txt" else "application/json",
            on_click="ignore",
            key=f"person:{name}:{person}",
        )


def _as_text(held: Held) -> bytes:
    return held.text().encode()


def _erase(c: Ctx, people: People, person: str) -> None:
    form = f"erase:{person}"
    with st.popover(c.t("Xóa vĩnh viễn"), icon=":material/delete_forever:"):
        st.markdown(
            c.t(
                "Xóa bản ghi và mọi bản cũ của nó trong nhật ký. Không hoàn tác được. Khen thưởng vẫn còn, "
                "không còn tên. Bản sao lưu làm trước đó vẫn giữ: hủy chúng theo thời hạn."
            )
        )
        reason = st.text_input(c.t("Theo yêu cầu nào") + " \\*", key=f"{form}:why")
        sure = st.checkbox(c.t("Tôi hiểu là không lấy lại được"), key=f"{form}:sure")
        show_wrong(form)
        ready = sure and reason.strip() and not running(form)
        st.button(
            c.t("Xóa vĩnh viễn"), key=f"{form}:go", type="primary", disabled=not ready, on_click=start, args=(form,)
        )
    carry_out(c, form, partial(_erased, c, people, person, reason), c.t("Đang ghi…"))


def _erased(c: Ctx, people: People, person: str, reason: str, _: str) -> str:
    receipt = people.erase(person, reason)
    return plain(c.t("Đã xóa (lô {number} của nhật ký).", number=str(receipt.number)))
