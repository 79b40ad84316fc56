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
                "**Safe mode:** no plugin's code is loaded. The figures are coopkit's own only.",
            ),
            icon=":material/shield:",
        )
        return
    wrong = [one.name for one in c.desk.workspace.registry.plugins() if one.problem and one.name != OWN]
    if wrong and link is not None:
        names = plain(", ".join(wrong))
        row = st.container(horizontal=True, vertical_alignment="center")
        row.caption(
            c.t(f":orange-badge[Cần xem lại] {names}", f":orange-badge[To be looked after] {names}"), width="content"
        )
        row.page_link(link, label=c.t("Mở trang Tiện ích", "Open Plugins"))


def show(c: Ctx) -> None:
    """The page."""
    st.title(c.t("Tiện ích", "Plugins"))
    show_told()
    office = Plugins(c.desk)
    states = listed(office)
    if not states:
        st.info(c.t("Chưa cài tiện ích nào.", "No plugin is installed."))
        return
    on = sum(state.state is State.ON for state in states)
    st.caption(c.t(f"{len(states)} tiện ích, {on} đang bật", f"{len(states)} plugins, {on} on"))
    st.table(pd.DataFrame([_row(c, state) for state in states]).set_index(c.t("Tiện ích", "Plugin")))
    names = {state.name: f"{_name(c, state)} ({state.name})" for state in states}
    none = c.t("Chọn một tiện ích", "Choose a plugin")
    chosen = c.choose(c.t("Xem, bật, tắt, thiết đặt", "Look at, switch, set"), names, "tien-ich", none)
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
        c.t("Tiện ích", "Plugin"): plain(f"{_name(c, state)} ({state.name})"),
        c.t("Trạng thái", "State"): _badge(c, state),
        c.t("Lý do", "Why"): plain(state.reason),
        c.t("Gói", "Distribution"): plain(f"{state.distribution} {state.version}"),
        c.t("Hỏng lần cuối", "Last failure"): _moment(state, "last_failure"),
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
    st.markdown(" ".join(filter(None, [_badge(c, state), plain(state.reason)])))
    rows = [(label, value) for label, value in _facts(c, state, found) if value]
    with st.expander(c.t("Chi tiết", "Details"), expanded=True):
        headings = [c.t("Mục", "Item"), c.t("Nội dung", "Content")]
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
        (c.t("Phiên bản", "Version"), state.version),
        (c.t("Gói", "Distribution"), plain(state.distribution)),
        (c.t("Mô-đun", "Module"), plain(state.module)),
        (c.t("Thư mục", "Folder"), plain(state.path)),
        (c.t("Mã băm của mã nguồn", "Hash of its code"), (found.code if found else state.code)[:12]),
        (c.t("Hỏng lần đầu", "First failure"), _moment(state, "first_failure")),
        (c.t("Hỏng lần cuối", "Last failure"), _moment(state, "last_failure")),
    ]
    if found and found.manifest:
        reads = [TABLES[table].label.in_(c.lang) for table in found.manifest.reads.tables if table in TABLES]
        facts += [
            (c.t("Địa bàn", "Places"), plain(_owners(c, found))),
            (c.t("Đọc các bảng", "Reads the tables"), ", ".join(reads)),
            (c.t("Dữ liệu cá nhân", "Personal data"), _personal(c, found)),
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
            names.append(c.t(f"mã {owner.place}{day}: không có", f"code {owner.place}{day}: unknown"))
    return ", ".join(names) or c.t("cả thành phố", "the whole city")


def _personal(c: Ctx, found: Found) -> str:
    if not (found.manifest and found.manifest.reads.personal):
        return c.t("không xin đọc", "asks for none")
    switches = c.desk.workspace.ledger.snapshot().records(PluginSwitch)
    granted = any(one.on and one.personal for one in switches if one.plugin == found.name)
    return c.t("xin đọc, đã cho", "asks, granted") if granted else c.t("xin đọc, chưa cho", "asks, not granted")


def _try(c: Ctx, office: Plugins, state: PluginState) -> None:
    about = c.t(
        "Nạp trong một tiến trình riêng, hỏi mọi thứ tiện ích cung cấp; không ghi gì, không bật.",
        "Loads it in a process of its own and asks for all it provides; nothing is written or switched on.",
    )
    if st.button(c.t("Thử", "Try"), key=f"try:{state.name}", help=about):
        with st.spinner(c.t("Đang nạp thử…", "Trying…")):
            trial = office.try_(state.name)
        tell(good=not trial.problem, text=_outcome(c, _name(c, state), trial))


def _outcome(c: Ctx, name: str, trial: Trial) -> str:
    if trial.problem:
        return plain(c.t(f"Không nạp được {name}: {trial.problem}", f"{name} cannot be loaded: {trial.problem}"))
    keys = [key for keys in trial.offers.values() for key in keys]
    return plain(c.t(f"Nạp thử được {name}: {', '.join(keys)}", f"{name} can be loaded: {', '.join(keys)}"))


def _on(c: Ctx, office: Plugins, found: Found, *, again: bool) -> None:
    name = found.name
    asks = bool(found.manifest and found.manifest.reads.personal)
    with st.form(f"on:{name}", enter_to_submit=False):
        reason = c.ask_why(c.t("Lý do bật", "Why switch it on"), f"on-why:{name}")
        grant = _grant(c, name) if asks else "no"
        label = c.t("Bật lại", "Switch on again") if again else c.t("Bật", "Switch on")
        go = st.form_submit_button(label, type="primary", key=f"on-go:{name}")
        if go and grant is None:
            st.error(
                c.t("Chưa bật: hãy chọn có cho đọc dữ liệu cá nhân hay không.", "Not on yet: answer the question.")
            )
    if go and grant is not None:
        with st.spinner(c.t("Đang nạp thử rồi bật…", "Trying, then switching on…")):
            done = Label(f"Đã bật {name}", f"{name} is on")
            _act(c, lambda: office.on(name, reason=reason, personal=grant == "yes"), done)


def _grant(c: Ctx, name: str) -> str | None:
    answers = {
        "no": c.t("Không: những cột ấy để trống với tiện ích", "No: it sees these columns empty"),
        "yes": c.t("Có, và ghi việc này vào nhật ký", "Yes, and the journal says so"),
    }
    question = c.t(
        "Tiện ích xin đọc dữ liệu cá nhân (họ tên, điện thoại, thư điện tử). Cho đọc không?",
        "The plugin asks for personal data (names, telephones, e-mail). Grant it?",
    )
    chosen: str | None = st.radio(
        question, list(answers), index=None, format_func=answers.get, key=f"on-grant:{name}:{c.lang}"
    )
    return chosen


def _off(c: Ctx, office: Plugins, state: PluginState) -> None:
    name = state.name
    with st.form(f"off:{name}", enter_to_submit=False):
        reason = c.ask_why(c.t("Lý do tắt", "Why switch it off"), f"off-why:{name}")
        go = st.form_submit_button(c.t("Tắt", "Switch off"), key=f"off-go:{name}")
    if go:
        _act(c, lambda: office.off(name, reason=reason), Label(f"Đã tắt {name}", f"{name} is off"))


def _act(c: Ctx, act: Callable[[], Receipt], done: Label) -> None:
    """Do it, and draw the page anew with what came of it."""
    try:
        receipt = act()
    except CoopkitError as error:
        tell(good=False, text=plain(str(error)))
    else:
        batch = c.t(f"lô {receipt.number} của nhật ký", f"batch {receipt.number} of the journal")
        tell(good=True, text=plain(f"{done.in_(c.lang)} ({batch})."))
