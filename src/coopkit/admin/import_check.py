"""Step three of an import: what would be written, changed and left out, page by page, and the faults handed back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from coopkit.access import Action, can
from coopkit.admin import import_work
from coopkit.admin.ctx import Ctx, plain
from coopkit.admin.import_work import Work
from coopkit.admin.jobs import show_failed, show_progress
from coopkit.admin.versions import told_origin
from coopkit.exporters import XLSX
from coopkit.jobs import JobState
from coopkit.problem import Problem
from coopkit.workspace.intake import Intake, Look
from coopkit.workspace.preview import Page, Preview, Shown, State

AT_ONCE: Final = 300_000
"""A file of so many bytes at most is marked while one waits; a larger one beside the page."""
FITTING, HEIGHT = 12, 560
"""A list of more lines than so many scrolls within so many pixels."""
LISTED: Final = 8
"""So many columns in an old font are named."""
MOVED, NEW, CHANGED, KEPT, REJECTED, DOUBTS = "khac", "moi", "doi", "giu", "loai", "ngo"
_STATES: Final = {NEW: State.NEW, CHANGED: State.CHANGED, KEPT: State.UNCHANGED}


def show(c: Ctx, work: Work) -> None:
    """The step."""
    if work.look is None:
        return
    seen = work.look.seen
    st.subheader(c.t("3. Kiểm tra"))
    _moved(c, work)
    personal = can(c.desk.actor, Action.VIEW_PERSONAL).allowed
    _old_fonts(c, seen, personal=personal)
    _cards(c, seen)
    view = _choose(c, work, seen)
    if view:
        _view(c, work, view, personal=personal)
    if seen.faulty and not work.written:
        _hand_back(c, work, work.look)


def _moved(c: Ctx, work: Work) -> None:
    """That the register moved since it was last looked at."""
    if work.moved is None or work.written:
        return
    st.warning(
        c.t("**Chưa ghi gì.** Có người vừa ghi vào sổ, nên các tệp đã được đối chiếu lại.")
        + " "
        + c.n(
            "{n} bản ghi nay khác lần xem trước: xem ở mục «Khác lần trước» rồi bấm ghi.",
            len(work.moved.differing.rows),
        )
    )


def _old_fonts(c: Ctx, seen: Preview, *, personal: bool) -> None:
    """Where text is written for an old font, and how it is mended."""
    if not seen.old_fonts:
        return
    lines = [
        f"- {plain(one.where)}: «{plain(seen.seen(one, personal=personal))}» {plain(one.what.in_(c.lang))}"
        for one in seen.old_fonts
    ]
    if len(lines) > LISTED:
        lines[LISTED:] = ["- " + c.n("và {n} chỗ nữa", len(lines) - LISTED)]
    st.warning(
        c.t("**Chữ viết bằng phông cũ (TCVN3, VNI)** nên không đọc được:")
        + "\n"
        + "\n".join(lines)
        + "\n\n"
        + c.t(
            "Mở tệp bằng Excel, chép cột đó; bấm Ctrl+Shift+F6 của UniKey, chọn bảng mã nguồn TCVN3 (ABC) hoặc "
            "VNI Windows, bảng mã đích Unicode, bấm chuyển mã; dán lại, đổi phông sang Times New Roman, lưu rồi chọn "
            "lại tệp."
        ),
        icon=":material/font_download:",
    )


def _counts(c: Ctx, seen: Preview) -> dict[str, tuple[str, int]]:
    return {
        NEW: (c.t("Mới"), seen.count(State.NEW)),
        CHANGED: (c.t("Thay đổi"), seen.count(State.CHANGED)),
        KEPT: (c.t("Không đổi"), seen.count(State.UNCHANGED)),
        REJECTED: (c.t("Bị loại"), seen.rejected_page(size=1).total),
        DOUBTS: (c.t("Cần xem lại"), len(seen.doubts)),
    }


def _cards(c: Ctx, seen: Preview) -> None:
    told = {
        NEW: c.t("bản ghi sẽ thêm"),
        CHANGED: c.t("bản ghi sẽ sửa"),
        KEPT: c.t("bản ghi giữ nguyên"),
        REJECTED: c.t("dòng không nhập"),
        DOUBTS: c.t("chỗ vẫn nhập"),
    }
    with st.grid(5, min_column_width=150):
        for key, (name, count) in _counts(c, seen).items():
            with st.container(border=True, height="stretch", gap="xxsmall"):
                colour = "red" if key == REJECTED and count else "orange" if key == DOUBTS and count else ""
                number = c.number(count)
                st.markdown(name)
                st.markdown(f"#### :{colour}[{number}]" if colour else f"#### {number}")
                st.caption(told[key])


def _choose(c: Ctx, work: Work, seen: Preview) -> str:
    """Which of the lists is looked at; it stands in the URL. "" where none has anything."""
    lists = {key: pair for key, pair in _counts(c, seen).items() if pair[1]}
    if work.moved and not work.written and work.moved.differing.rows:
        lists = {MOVED: (c.t("Khác lần trước"), len(work.moved.differing.rows)), **lists}
    if not lists:
        st.info(c.t("Các tệp này không có dòng nào để nhập: điền vào mẫu rồi chọn lại tệp."))
        return ""
    first = next((key for key in (MOVED, REJECTED, NEW, CHANGED, DOUBTS) if key in lists), next(iter(lists)))
    asked = st.query_params.get("xem", first)
    key = f"imports:view:{work.job.id}:{work.turn}:{c.lang}"
    chosen = st.segmented_control(
        c.t("Xem danh sách"),
        list(lists),
        default=asked if asked in lists else first,
        required=True,
        format_func=lambda one: f"{lists[one][0]} ({c.number(lists[one][1])})",
        key=key,
        on_change=_turn_to,
        args=(key, "xem", "trang"),
        label_visibility="collapsed",
    )
    return str(chosen or first)


def _turn_to(key: str, name: str, *reset: str) -> None:
    if key in st.session_state:  # a second click may come when the box is gone
        st.query_params[name] = str(st.session_state[key])
    for one in reset:
        st.query_params.pop(one, None)


def _view(c: Ctx, work: Work, view: str, *, personal: bool) -> None:
    """One page of the chosen list."""
    if work.look is None:
        return
    seen, number = work.look.seen, _number(st.query_params.get("trang", ""))
    page: Page[Any]
    if view == REJECTED:
        page = seen.rejected_page(number)
        rows = [
            row for one in page.items for row in (_faults(c, seen, one.errors, personal=personal) or [_bare(c, one)])
        ]
    elif view == DOUBTS:
        page = seen.doubts_page(number)
        rows = _faults(c, seen, page.items, personal=personal)
    else:
        of = work.moved.differing if view == MOVED and work.moved else seen
        page = of.page(_STATES.get(view), number, lang=c.lang)
        rows = [row for one in page.items for row in _lines(c, one, view)]
    height: Any = HEIGHT if len(rows) > FITTING else "content"  # what comes after a long list stays in reach
    st.table(pd.DataFrame(rows).fillna("–"), hide_index=True, border="horizontal", height=height)
    if page.pages > 1:
        key = f"imports:page:{work.job.id}:{work.turn}:{view}"
        st.pagination(page.pages, default=page.number, key=key, on_change=_turn_to, args=(key, "trang"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _lines(c: Ctx, one: Shown, view: str) -> Iterable[dict[str, str]]:
    """A record as lines of the table: one for each field that it changes, else one with all that it fills."""
    what = {c.t("Bản ghi"): plain(one.title), c.t("Loại"): plain(one.table.in_(c.lang))}
    where = {c.t("Ở đâu"): plain(told_origin(c, one.origin))}
    if view == MOVED:
        what[c.t("Nay là")] = {State.NEW: c.t("mới"), State.CHANGED: c.t("thay đổi")}.get(one.state, c.t("không đổi"))
    if view == KEPT:
        yield {**what, **where}
    elif view == NEW:
        told = "; ".join(f"{field.label.in_(c.lang)}: {field.after}" for field in one.changed)
        yield {**what, c.t("Nội dung"): plain(told), **where}
    else:
        empty = [("–", "", "")]
        fields = [(field.label.in_(c.lang), field.before, field.after) for field in one.changed] or empty
        for at, (name, before, after) in enumerate(fields):
            own = what if at == 0 else dict.fromkeys(what, "")
            values = {c.t("Trường"): name, c.t("Trước"): before or "–", c.t("Sau"): after or "–"}
            told_at = where if at == 0 else dict.fromkeys(where, "")
            yield {**own, **{key: plain(value) for key, value in values.items()}, **told_at}


def _faults(c: Ctx, seen: Preview, problems: Iterable[Problem], *, personal: bool) -> list[dict[str, str]]:
    return [
        {
            c.t("Tệp"): plain(one.file),
            c.t("Trang"): plain(one.sheet) or "–",
            c.t("Ô"): one.cell or "–",
            c.t("Cột"): plain(column.in_(c.lang)) if (column := seen.column(one)) else "–",
            c.t("Giá trị"): plain(seen.seen(one, personal=personal)) or "–",
            c.t("Sai ở đâu"): _sentence(one.what.in_(c.lang)),
            c.t("Cách sửa"): _sentence(one.mend.in_(c.lang)),
        }
        for one in problems
    ]


def _sentence(text: str) -> str:
    return plain(f"{text[:1].upper()}{text[1:]}")


def _bare(c: Ctx, one: Any) -> dict[str, str]:
    """A row that was left out for what is told elsewhere."""
    what = c.t("Dòng {row} bị loại vì một lỗi của cả trang", row=str(one.row))
    return {c.t("Tệp"): plain(one.file), c.t("Trang"): plain(one.sheet), c.t("Sai ở đâu"): what}


def _hand_back(c: Ctx, work: Work, look: Look) -> None:
    """The senders' own workbooks, their faults marked: one for each file that has any."""
    with st.container(border=True):
        st.markdown(f"**{c.t('Trả tệp cho người gửi sửa')}**")
        st.caption(
            c.t(
                "Đúng tệp đã gửi, ô sai được tô màu và có ghi chú nói sai gì, sửa thế nào; trang đầu liệt kê mọi lỗi. "
                "Tệp trên 20.000 dòng thì chỉ có danh sách lỗi. Những dòng đúng vẫn ghi được ngay."
            )
        )
        for file in look.seen.faulty:
            if file in look.files:
                _marked(c, work, look, file)


def _marked(c: Ctx, work: Work, look: Look, file: str) -> None:
    job, label = import_work.marking(c, work, file), c.t("Tải {file} đã đánh dấu lỗi", file=plain(file))
    if len(look.files[file]) <= AT_ONCE:
        desk, lang = Intake(c.desk), c.lang
        _download(label, file, desk.marked_name(file, lang), lambda: desk.marked(look, file, lang)[1])
    elif job and job.state is JobState.DONE:
        name, data = job.result
        _download(label, file, name, data)
    elif job and not job.state.is_over:
        show_progress(c, job.id)
    else:
        if job:
            show_failed(c, job)
        label = c.t("Lập {file} đã đánh dấu lỗi", file=plain(file))
        told: Mapping[str, Any] = {"on_click": import_work.mark, "args": (c, work, file)}
        st.button(label, key=f"mark:{work.job.id}:{file}", icon=":material/rule:", **told)


def _download(label: str, file: str, name: str, data: bytes | Callable[[], bytes]) -> None:
    key, icon = f"marked:{file}", ":material/download:"
    st.download_button(label, data, file_name=name, mime=XLSX, key=key, icon=icon, on_click="ignore")
