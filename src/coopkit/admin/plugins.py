"""Tiện ích: every plugin, what it is now and why; tried, switched on and off, and set."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from coopkit.admin import plugin_settings
from coopkit.admin.ctx import Ctx, plain, show_told, tell
from coopkit.errors import CoopkitError
from coopkit.ledger import Receipt
from coopkit.period import format_date, format_moment
from coopkit.plugin import PluginSwitch
from coopkit.registry import OWN, Modes, PluginState, State
from coopkit.registry.found import Found, installed
from coopkit.registry.trial import Trial
from coopkit.snapshot import TABLES
from coopkit.text import Label
from coopkit.workspace import Plugins

COLOURS = {
    State.ON: "green",
    State.OFF: "gray",
    State.FOUND: "blue",
    State.INCOMPATIBLE: "orange",
    State.FAILED: "red",
    State.QUARANTINED: "orange",
}
KINDS = {
    "metrics": Label("Chỉ tiêu", "Figures"),
    "exporters": Label("Cách xuất", "Exporters"),
    "event_kinds": Label("Loại hoạt động", "Kinds of activities"),
    "criteria": Label("Bộ tiêu chí", "Criteria"),
    "importers": Label("Cách nhập", "Importers"),
    "checks": Label("Kiểm tra", "Checks"),
    "pages": Label("Trang", "Pages"),
}
"""What each kind that a plugin may provide is called."""


def notices(c: Ctx, link: StreamlitPage | None) -> None:
    """What every page says of plugins: that none is loaded, or that some are to be looked after, with a link there."""
    if Modes.of_environment().safe:
        st.warning(
            c.t(
                "**Chế độ an toàn:** không nạp mã của tiện ích nào. Số liệu chỉ gồm phần của coopkit.",
            ),
            icon=":material/shield:",
        )
        return
    wrong = [one.name for one in c.desk.workspace.registry.plugins() if one.problem and one.name != OWN]
    if wrong and link is not None:
        names = plain(", ".join(wrong))
        row = st.container(horizontal=True, vertical_alignment="center")
        row.caption(c.t(":orange-badge[Cần xem lại] {names}", names=names), width="content")
        row.page_link(link, label=c.t("Mở trang Tiện ích"))


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Tiện ích"))
    show_told()
    office = Plugins(c.desk)
    states = listed(office)
    if not states:
        st.info(c.t("Chưa cài tiện ích nào."))
        return
    on = sum(state.state is State.ON for state in states)
    st.caption(c.n("{n} tiện ích, {on} đang bật", len(states), on=c.number(on)))
    st.table(pd.DataFrame([_row(c, state) for state in states]).set_index(c.t("Tên tiện ích")))
    names = {state.name: f"{_name(c, state)} ({state.name})" for state in states}
    none = c.t("Chọn một tiện ích")
    chosen = c.choose(c.t("Xem, bật, tắt, thiết đặt"), names, "tien-ich", none)
    for state in states:
        if state.name == chosen:
            _one(c, office, state)


def listed(office: Plugins) -> list[PluginState]:
    """Every plugin as its files are now; one that is on, and failed here, as it is here."""
    here = {state.name: state for state in office.desk.plugins() if state.name != OWN}
    found = [here.pop(one.name, one) if one.state is State.ON else one for one in office.all()]
    given = set(here) - {one.name for one in found}
    return [*found, *(state for name, state in here.items() if name in given)]


def _name(c: Ctx, state: PluginState) -> str:
    return state.label.in_(c.lang) if state.label else state.name


def _badge(c: Ctx, state: PluginState) -> str:
    return f":{COLOURS[state.state]}-badge[{state.state.label.in_(c.lang)}]"


def _row(c: Ctx, state: PluginState) -> dict[str, str]:
    return {
        c.t("Tên tiện ích"): plain(f"{_name(c, state)} ({state.name})"),
        c.t("Trạng thái"): _badge(c, state),
        c.t("Lý do"): plain(c.told(state.reason)),
        c.t("Gói"): plain(f"{state.distribution} {state.version}"),
        c.t("Hỏng lần cuối"): _moment(state, "last_failure"),
    }


def _moment(state: PluginState, which: str) -> str:
    moment = getattr(state, which)
    return format_moment(moment.isoformat()) if moment else ""


def _one(c: Ctx, office: Plugins, state: PluginState) -> None:
    found = next((one for one in installed() if one.name == state.name), None)
    manifest = found.manifest if found else None
    st.subheader(plain(_name(c, state)))
    if manifest and manifest.description:
        st.markdown(plain(manifest.description.in_(c.lang)))
    st.markdown(" ".join(filter(None, [_badge(c, state), plain(c.told(state.reason))])))
    rows = [(label, value) for label, value in _facts(c, state, found) if value]
    with st.expander(c.t("Chi tiết"), expanded=True):
        headings = [c.t("Mục"), c.t("Nội dung")]
        st.table(pd.DataFrame(rows, columns=headings).set_index(headings[0]))
    if found:
        _try(c, office, state)
    if found and not (state.state is State.ON or state.state is State.INCOMPATIBLE):
        _on(c, office, found, again=state.wanted)
    if state.wanted:
        _off(c, office, state)
    if manifest and manifest.settings:
        plugin_settings.show(c, office, manifest)


def _facts(c: Ctx, state: PluginState, found: Found | None) -> list[tuple[str, str]]:
    facts = [
        (c.t("Phiên bản"), state.version),
        (c.t("Gói"), plain(state.distribution)),
        (c.t("Mô-đun"), plain(state.module)),
        (c.t("Thư mục"), plain(state.path)),
        (c.t("Mã băm của mã nguồn"), (found.code if found else state.code)[:12]),
        (c.t("Hỏng lần đầu"), _moment(state, "first_failure")),
        (c.t("Hỏng lần cuối"), _moment(state, "last_failure")),
    ]
    if found and found.manifest:
        reads = [TABLES[table].label.in_(c.lang) for table in found.manifest.reads.tables if table in TABLES]
        facts += [
            (c.t("Địa bàn"), plain(_owners(c, found))),
            (c.t("Đọc các bảng"), ", ".join(reads)),
            (c.t("Dữ liệu cá nhân"), _personal(c, found)),
        ]
    provides = [(KINDS[kind].in_(c.lang), plain(", ".join(keys))) for kind, keys in state.provides.items()]
    return [*facts, *provides]


def _owners(c: Ctx, found: Found) -> str:
    owners = found.manifest.owners if found.manifest else ()
    names = []
    for owner in owners:
        try:
            names.append(owner.of(c.desk.snapshot()).title)
        except CoopkitError:
            day = f", {format_date(owner.on)}" if owner.on else ""
            names.append(c.t("mã {code}: không có", code=f"{owner.place}{day}"))
    return ", ".join(names) or c.t("cả thành phố")


def _personal(c: Ctx, found: Found) -> str:
    if not (found.manifest and found.manifest.reads.personal):
        return c.t("không xin đọc")
    switches = c.desk.workspace.ledger.snapshot().records(PluginSwitch)
    granted = any(one.on and one.personal for one in switches if one.plugin == found.name)
    return c.t("xin đọc, đã cho") if granted else c.t("xin đọc, chưa cho")


def _try(c: Ctx, office: Plugins, state: PluginState) -> None:
    about = c.t(
        "Nạp trong một tiến trình riêng, hỏi mọi thứ tiện ích cung cấp; không ghi gì, không bật.",
    )
    if st.button(c.t("Thử"), key=f"try:{state.name}", help=about):
        with st.spinner(c.t("Đang nạp thử…")):
            trial = office.try_(state.name)
        tell(good=not trial.problem, text=_outcome(c, _name(c, state), trial))


def _outcome(c: Ctx, name: str, trial: Trial) -> str:
    if trial.problem:
        return plain(c.t("Không nạp được {name}: {why}", name=name, why=c.told(trial.problem)))
    keys = ", ".join(key for keys in trial.offers.values() for key in keys)
    return plain(c.t("Nạp thử được {name}: {keys}", name=name, keys=keys))


def _on(c: Ctx, office: Plugins, found: Found, *, again: bool) -> None:
    name = found.name
    asks = bool(found.manifest and found.manifest.reads.personal)
    with st.form(f"on:{name}", enter_to_submit=False):
        reason = c.ask_why(c.t("Lý do bật"), f"on-why:{name}")
        grant = _grant(c, name) if asks else "no"
        label = c.t("Bật lại") if again else c.t("Bật")
        go = st.form_submit_button(label, type="primary", key=f"on-go:{name}")
        if go and grant is None:
            st.error(c.t("Chưa bật: hãy chọn có cho đọc dữ liệu cá nhân hay không."))
    if go and grant is not None:
        with st.spinner(c.t("Đang nạp thử rồi bật…")):
            done = c.t("Đã bật {name}", name=name)
            _act(c, lambda: office.on(name, reason=reason, personal=grant == "yes"), done)


def _grant(c: Ctx, name: str) -> str | None:
    answers = {
        "no": c.t("Không: những cột ấy để trống với tiện ích"),
        "yes": c.t("Có, và ghi việc này vào nhật ký"),
    }
    question = c.t(
        "Tiện ích xin đọc dữ liệu cá nhân (họ tên, điện thoại, thư điện tử). Cho đọc không?",
    )
    chosen: str | None = st.radio(
        question, list(answers), index=None, format_func=answers.get, key=f"on-grant:{name}:{c.lang}"
    )
    return chosen


def _off(c: Ctx, office: Plugins, state: PluginState) -> None:
    name = state.name
    with st.form(f"off:{name}", enter_to_submit=False):
        reason = c.ask_why(c.t("Lý do tắt"), f"off-why:{name}")
        go = st.form_submit_button(c.t("Tắt"), key=f"off-go:{name}")
    if go:
        _act(c, lambda: office.off(name, reason=reason), c.t("Đã tắt {name}", name=name))


def _act(c: Ctx, act: Callable[[], Receipt], done: str) -> None:
    """Do it, and draw the page anew with what came of it."""
    try:
        receipt = act()
    except CoopkitError as error:
        tell(good=False, text=plain(c.told(error)))
    else:
        batch = c.t("lô {number} của nhật ký", number=str(receipt.number))
        tell(good=True, text=plain(f"{done} ({batch})."))
