"""What the register is narrowed to and sorted by: it stands in the URL, so that a reload, a link and the way back keep
it; drawn as boxes, told as chips, cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

import streamlit as st

from coopkit.admin.address import keep
from coopkit.admin.ctx import Ctx, plain
from coopkit.cooperative import CooperativeKind, LegalState, OperatingState, Sector
from coopkit.workspace import NOWHERE, Filter, Order, Standing, UnitList
from coopkit.workspace.listing import UNPLACED, conditions
from coopkit.workspace.register import Lack

KEYS: Final[Mapping[str, str]] = {
    "text": "q",
    "area": "dia-ban",
    "kind": "loai-hinh",
    "sector": "linh-vuc",
    "standing": "thanh-vien",
    "legal": "phap-ly",
    "operating": "hoat-dong",
    "lacking": "thieu",
}
"""Where each part of the Filter stands in the URL; choices stand there by their codes."""

_CHOICES: Final[Mapping[str, Any]] = {
    "kind": CooperativeKind,
    "sector": Sector,
    "standing": Standing,
    "legal": LegalState,
    "operating": OperatingState,
    "lacking": Lack,
}
_SORT: Final = "sap-xep"
_DOWN: Final = "-"


def asked() -> Filter:
    """The filter that the URL holds; what it cannot mean narrows nothing."""
    told = {name: st.query_params.get(key, "") for name, key in KEYS.items()}
    chosen = {name: next((one for one in own if one.value == told[name]), None) for name, own in _CHOICES.items()}
    return Filter(told["text"], area=told["area"], **chosen)


def query(wanted: Filter) -> dict[str, str]:
    """A filter as the URL holds it."""
    return {key: str(value) for name, key in KEYS.items() if (value := getattr(wanted, name))}


def sorting() -> tuple[Order | None, bool]:
    """The column that the URL sorts by, and whether downwards."""
    told = st.query_params.get(_SORT, "")
    by = next((one for one in Order if one.value == told.removeprefix(_DOWN)), None)
    return by, by is not None and told.startswith(_DOWN)


def draw(c: Ctx, units: UnitList) -> Filter:
    """The boxes: those used daily in sight, the others folded. Gives the filter, which the URL then holds."""
    first, second, third, fourth = st.columns([2, 1, 1, 1])
    with first:
        words(c.t("Tìm theo tên hoặc mã số thuế"), KEYS["text"], icon=":material/search:")
    with second:
        areas = {**units.areas, NOWHERE: UNPLACED.in_(c.lang)}
        c.choose(Order.PLACE.label.in_(c.lang), areas, KEYS["area"])
    with third:
        _choose(c, Order.KIND.label.in_(c.lang), "kind")
    with fourth:
        _choose(c, Order.STANDING.label.in_(c.lang), "standing")
    with st.expander(c.t("Lọc thêm và sắp xếp"), icon=":material/tune:"):
        _more(c)
    return asked()


def _more(c: Ctx) -> None:
    first, second, third = st.columns(3)
    with first:
        _choose(c, Order.SECTOR.label.in_(c.lang), "sector")
        _choose(c, c.t("Thiếu thông tin"), "lacking", c.t("Không lọc"))
    with second:
        _choose(c, Order.LEGAL.label.in_(c.lang), "legal")
        orders: dict[str, str] = {}
        for one in Order:
            column = one.label.in_(c.lang)
            orders[one.value] = c.t("{column} – tăng dần", column=column)
            orders[f"{_DOWN}{one.value}"] = c.t("{column} – giảm dần", column=column)
        c.choose(c.t("Sắp xếp"), orders, _SORT, c.t("Khớp nhất trước, rồi theo tên"))
    with third:
        _choose(c, Order.OPERATING.label.in_(c.lang), "operating")


def _choose(c: Ctx, label: str, name: str, none: str = "") -> None:
    c.choose(label, _labels(c, _CHOICES[name]), KEYS[name], none)


def _labels(c: Ctx, choices: Iterable[Any]) -> dict[str, str]:
    return {one.value: one.label.in_(c.lang) for one in choices}


def words(label: str, key: str, **more: Any) -> str:
    """A box for a text that stands in the URL."""
    told: str = st.text_input(label, st.query_params.get(key, ""), key=f"url:{key}", **more).strip()
    keep(key, told)
    return told


def chips(c: Ctx, units: UnitList, wanted: Filter) -> None:
    """What the list is narrowed to: a chip for each condition, which takes it away, and one button for all."""
    told = conditions(units, wanted)
    if not told:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for one in told:
            said = plain(f"{one.label.in_(c.lang)}: {one.value.in_(c.lang)}")
            key = KEYS[one.key]
            st.button(said, key=f"chip:{key}", icon=":material/close:", on_click=clear, args=(c, [key]))
        everything = list(KEYS.values())
        label = c.t("Bỏ hết bộ lọc")
        st.button(label, key="chip:all", type="tertiary", on_click=clear, args=(c, everything))


def clear(c: Ctx, keys: Collection[str]) -> None:
    """Take these conditions out of the URL and out of their boxes; a callback."""
    for key in keys:
        st.query_params.pop(key, None)
        st.session_state[f"url:{key}" if key == KEYS["text"] else f"url:{key}:{c.lang}"] = ""


def page_number(asked_for: object, key: str) -> int:
    """The page that the URL names; the first, where something else is asked for than was just now."""
    before = st.session_state.get(key, asked_for)
    st.session_state[key] = asked_for
    if before != asked_for:
        st.query_params.pop("trang", None)
    told = st.query_params.get("trang", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 1


def turn(key: str) -> Callable[[], None]:
    """The callback of a pagination: its page goes into the URL."""

    def turned() -> None:
        st.query_params["trang"] = str(st.session_state[key])

    return turned
