"""One seal opened, on the page Báo cáo: its figures and their records as sealed, run again, and why figures differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import seals
from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.jobs import jobs, show_failed, show_progress
from coopkit.admin.report_figure import PAGES
from coopkit.display import Display
from coopkit.errors import CoopkitError
from coopkit.jobs import JobState
from coopkit.period import format_moment
from coopkit.run import Outcome, Part, Records
from coopkit.text import Label
from coopkit.workspace import Again, Sealing
from coopkit.workspace.opening import PAGE, leads_of

SHOWN: Final = 5
FIGURE: Final = "con-so"
AGAINST: Final = "so-voi"
LAST: Final = "sealed:last"
"""The job whose outcome was shown last: after it, another click begins another one."""


def show(c: Ctx, name: str) -> None:
    """The seal of that name."""
    back = c.t("Về danh sách")
    st.button(back, key="sealed:back", icon=":material/arrow_back:", type="tertiary", on_click=seals.close)
    seal = seals.require_seal(c, name)
    if seal is None:
        return
    sealing = Sealing(c.desk)
    st.header(plain(seal.run.name))
    when = format_moment(seal.at) if seal.at else ""
    st.caption(plain(" · ".join(filter(None, [seal.period.label.in_(c.lang), seal.by, when]))))
    try:
        results = sealing.results(seal.run.name)
    except CoopkitError as error:
        st.error(plain(c.told(error)))
        return
    _work(c, sealing, seal.run.name, results)
    _figures(c, sealing, seal.run.name, results)


def _work(c: Ctx, sealing: Sealing, name: str, results: Outcome) -> None:
    """The two long questions, what came of the one that was asked, and the files."""
    others = {one.run.name: one.run.name for one in sealing.listed() if one.run.name != name}
    against = ""
    with st.container(border=True):
        if others:
            with st.container(width=380):
                against = c.choose(c.t("So với"), others, AGAINST, c.t("Số liệu hiện nay"))
        with st.container(horizontal=True):
            again, differ = c.t("Chạy lại và so từng byte"), c.t("Vì sao số liệu khác nhau?")
            st.button(again, key="again", icon=":material/replay:", on_click=_run_again, args=(c, sealing, name))
            st.button(differ, key="why", icon=":material/difference:", on_click=_ask, args=(c, sealing, name, against))
            if can(c.desk.actor, Action.EXPORT).allowed:
                _files(c, sealing, name, results)
        _outcome(c, name)


def _begin(c: Ctx, key: str, title: Label, work: Any) -> None:
    told = f"{key}:{st.session_state.get(LAST, '')}"
    st.query_params[seals.JOB] = jobs().start(c.desk.actor.name, title, work, key=told).id


def _run_again(c: Ctx, sealing: Sealing, name: str) -> None:
    doing = Label("Chạy lại từ những gì đã lưu…", "Running it again from what was kept …")

    def work(step: Any) -> Again:
        step(0, 1, doing)
        return sealing.again(name)

    _begin(c, f"again:{name}", Label(f"Chạy lại {name}", f"Run {name} again"), work)


def _ask(c: Ctx, sealing: Sealing, name: str, against: str) -> None:
    title = Label(f"Đối chiếu {name}", f"Compare {name}")
    _begin(c, f"why:{name}", title, lambda step: sealing.why(name, against, progress=step))


def _outcome(c: Ctx, name: str) -> None:
    """What came of the job in the URL."""
    for kind, tell in ((f"again:{name}:", _again), (f"why:{name}:", _why)):
        job = seals.job_of(c, kind)
        if job is None:
            continue
        if not job.state.is_over:
            show_progress(c, job.id)
            continue
        st.session_state[LAST] = job.id
        if job.state is JobState.DONE:
            tell(c, job.result)
        else:
            show_failed(c, job)


def _again(c: Ctx, done: Again) -> None:
    if done.differences:
        names = ", ".join(_named(c, one, done.outcome) for one in done.differences)
        st.error(c.t("Khác với lúc chốt: {parts}", parts=plain(names)))
    else:
        figures, files = c.n("{n} chỉ tiêu", len(done.outcome.facts)), c.n("{n} tệp", len(done.outcome.files))
        st.success(c.t("Giống hệt lúc chốt: {figures}, {files} từng byte.", figures=figures, files=files))
    if done.changed:
        with st.expander(c.n("{n} thứ đã đổi từ khi chốt", len(done.changed))):
            st.markdown("\n".join(f"- {plain(str(one))}" for one in done.changed))


def _named(c: Ctx, part: str, outcome: Outcome) -> str:
    """A part of a run that differs, in words: a figure by its label, a file by its kind."""
    if part in outcome.facts:
        return str(outcome.facts[part][_label(c)])
    kind, _, key = part.partition(":")
    known = {
        "table": c.t("bảng số liệu"),
        "export": c.t("tệp {kind}", kind=key),
        "file": c.t("tệp đã lưu {kind}", kind=key),
    }
    return known.get(kind, part)


def _label(c: Ctx) -> str:
    return "label" if c.lang == "vi" else "label_en"


def _why(c: Ctx, found: tuple[list[Part], list[Outcome]]) -> None:
    """Each cause in a sentence, with the records that it is about."""
    parts, outcomes = found
    if not parts:
        st.success(c.t("Hai bên giống nhau."))
        return
    names = {key: fact[_label(c)] for outcome in outcomes for key, fact in outcome.facts.items()}
    display = Display(c.desk.snapshot(), c.lang)
    st.markdown(f"**{c.n('{n} khác biệt', len(parts))}**")
    _as_printed(c)
    for one in parts:
        with st.container(border=True, gap="small"):
            figure, cause = plain(str(names[one.figure])), plain(one.label.in_(c.lang))
            before, after = plain(one.before), plain(one.after)
            st.markdown(f"**{figure}**: {before} → **{after}** :gray-badge[{cause}]")
            for label, records in (
                (c.t("Được tính thêm"), one.came),
                (c.t("Không tính nữa"), one.went),
                (c.t("Đã sửa hoặc đến muộn"), one.swapped),
            ):
                _listed(c, display, label, records)


def _as_printed(c: Ctx) -> None:
    """A sealed value is kept as the report printed it, which is in Vietnamese: who reads English is told so."""
    if c.lang == "en":
        st.caption(c.t("Số liệu ghi đúng như báo cáo đã in, bằng tiếng Việt."))


def _listed(c: Ctx, display: Display, label: str, records: Records) -> None:
    if not records:
        return
    st.caption(f"{label}: {c.n('{n} bản ghi', len(records))}")
    with st.container(horizontal=True, gap="small"):
        for record, (table, of) in zip(records[:SHOWN], leads_of(display.snapshot, records[:SHOWN]), strict=True):
            title = plain(display.title(*record))
            path = PAGES.get(table, "")
            if path in c.links:
                c.link(path, title, ma=of)
            else:
                st.markdown(title)
        if rest := len(records) - SHOWN if len(records) > SHOWN else 0:
            st.caption(c.n("và {n} bản ghi nữa", rest), width="content")


def _files(c: Ctx, sealing: Sealing, name: str, results: Outcome) -> None:
    """The files as they were exported then, byte for byte."""
    kept = {key: made for key, made in results.exports.items() if "sha256" in made}
    exporters = c.desk.exporters()
    if not kept:
        return
    with st.popover(c.t("Tải tệp đã chốt"), icon=":material/download:"):
        st.caption(c.t("Đúng từng byte như lúc chốt."))
        for key in kept:
            known = exporters.get(key)
            label = known.label.in_(c.lang) if known else key
            extension = known.extension if known else key
            media = known.media_type if known else "application/octet-stream"
            st.download_button(
                plain(label),
                lambda key=key: sealing.file(name, key),  # type: ignore[misc]
                f"{name}.{extension}",
                media,
                icon=":material/download:",
                on_click="ignore",
                key=f"sealed:{name}:{key}",
                width="stretch",
            )


def _figures(c: Ctx, sealing: Sealing, name: str, results: Outcome) -> None:
    """The figures as they were sealed; one opens to its records."""
    facts: Mapping[str, Any] = {
        key: results.facts[key] for key in (*c.desk.metrics(), *results.facts) if key in results.facts
    }
    columns = [c.t("Chỉ tiêu"), c.t("Giá trị"), c.t("Số bản ghi")]
    rows = [(fact[_label(c)], fact["text"], [c.number(fact["records"])]) for fact in facts.values()]
    st.subheader(c.t("Số liệu đã chốt"))
    _as_printed(c)
    keys, key = list(facts), f"sealed:{c.lang}:{name}"

    def clicked() -> None:
        st.query_params[FIGURE] = keys[st.session_state[f"{key}:row"]["row"]]

    text = st.column_config.TextColumn
    config: Any = {
        columns[0]: text(width=420),
        columns[1]: text(width=260, alignment="right"),
        columns[2]: st.column_config.ButtonColumn(
            width=120, alignment="right", type="tertiary", key=f"{key}:row", on_click=clicked
        ),
    }
    opened = st.query_params.get(FIGURE, "")
    if opened in facts:
        _opened(c, sealing, name, opened, f"{facts[opened][_label(c)]}: {facts[opened]['text']}")
    st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True, key=key, column_config=config)


def _close() -> None:
    st.query_params.pop(FIGURE, None)


def _opened(c: Ctx, sealing: Sealing, name: str, figure: str, title: str) -> None:
    """The records of a sealed figure, as they were then, page by page."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(title)}**", width="stretch")
            st.button(c.t("Đóng"), key="sealed:close", type="tertiary", icon=":material/close:", on_click=_close)
        for source in sealing.records(name, figure, c.lang):
            pages = max(1, -(-len(source.rows) // PAGE))
            st.caption(c.n("{n} bản ghi, như lúc chốt", len(source.rows)))
            mark = hash((name, figure, source.columns))
            page = st.pagination(pages, key=f"sealed:page:{mark}") if pages > 1 else 1
            shown = source.rows[(page - 1) * PAGE : page * PAGE]
            listed = pd.DataFrame(
                [["" if cell is None else str(cell) for cell in row] for row in shown],
                columns=[one.in_(c.lang) for one in source.columns],
            )
            st.dataframe(listed, hide_index=True, key=f"sealed:records:{mark}:{page}")
