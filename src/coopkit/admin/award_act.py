"""What the parts of Khen thưởng have in common: a button that writes once, and in which stage a thing is done."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx, plain, tell_next
from coopkit.campaign import AwardRule, StageKind
from coopkit.errors import CoopkitError
from coopkit.quantity import VND, exact, format_quantity
from coopkit.workspace import CampaignDesk

LETTER: Final = 8
WIDEST: Final = 420
"""How wide a letter and a column of a table are, in pixels: the column at most."""


def write_button(
    c: Ctx, label: str, key: str, do: Callable[[str], str], *, primary: bool = True, disabled: bool = False
) -> None:
    """A button whose act writes once, however often it is clicked; what came of it is told.

    `do` gets the token that the batch is to have, and gives what to tell; a fault is told under the button, and leaves
    everything as it was typed. The key must tell what the act is about.
    """
    token, busy, fault = (f"{key}:{of}" for of in ("token", "busy", "fault"))
    told = st.session_state.setdefault(token, secrets.token_urlsafe(9))
    running = bool(st.session_state.get(busy))
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    st.button(label, key=key, type=kind, disabled=disabled or running, on_click=_start, args=(busy,))
    if running:
        try:
            done = do(told)
        except CoopkitError as error:
            st.session_state[fault] = c.told(error)
        else:
            tell_next(good=True, text=done)
            del st.session_state[token]
        st.session_state[busy] = False
        st.rerun()
    if problem := st.session_state.pop(fault, ""):
        st.error(plain(problem))


def _start(busy: str) -> None:
    st.session_state[busy] = True


def runs(c: Ctx) -> bool:
    """Whether the reader runs campaigns."""
    return can(c.desk.actor, Action.CAMPAIGN).allowed


def in_stage(c: Ctx, at: CampaignDesk, kinds: Iterable[StageKind]) -> bool:
    """Whether one of these stages is open; where none is, the page says when this is done, and where to go."""
    standing, wanted = at.standing, tuple(kinds)
    if standing.published:
        st.caption(c.t("Phong trào đã công bố: phần này chỉ còn để xem."))
        return False
    stage = standing.current
    if stage and stage.kind in wanted:
        return True
    stages = ", ".join(kind.label.in_(c.lang) for kind in wanted)
    now = stage.name.in_(c.lang) if stage else c.t("chưa mở giai đoạn nào")
    st.info(c.t("Việc này làm ở giai đoạn: {stages}. Hiện nay: {now}.", stages=plain(stages), now=plain(now)))
    c.link("thi-dua", c.t("Chuyển giai đoạn ở trang Đợt thi đua"), dot=at.campaign)
    return False


def choose_award(c: Ctx, rules: Mapping[str, AwardRule], campaign: str) -> AwardRule:
    """The award that `?hinh-thuc=` names, else the first."""
    keys, asked = list(rules), st.query_params.get("hinh-thuc", "")
    at = keys.index(asked) if asked in keys else 0
    key = st.selectbox(
        c.t("Hình thức khen thưởng"),
        keys,
        index=at,
        format_func=lambda one: rules[one].name.in_(c.lang),
        key=f"hinh-thuc:{campaign}:{c.lang}",
    )
    keep("hinh-thuc", key, keys[0])
    return rules[key]


def show_rows(rows: list[dict[str, str]], key: str) -> None:
    """A table to be read, as a grid of its own height; no cell is cut but a very long one."""
    longest = {name: max(len(name), *(len(row[name]) for row in rows)) for name in (rows[0] if rows else {})}
    text = st.column_config.TextColumn
    config: Any = {name: text(width=min(WIDEST, LETTER * letters + 24)) for name, letters in longest.items()}
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=f"{key}:{of_rows(map(str, rows))}", column_config=config)


def of_rows(ids: Iterable[str]) -> str:
    """A short name of exactly these rows, for the key of what shows them."""
    told = "\n".join(ids)
    return f"{zlib.crc32(told.encode()):08x}"


def money(c: Ctx, amount: int | None) -> str:
    """An amount in đồng as people say it: 18,72 triệu đồng; a dash for none."""
    return format_quantity(exact(amount, VND), c.lang) if amount else "–"
