"""One scorer's sheet for one unit: calm rows of criteria, what the register says beside each, points given once."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten
from typing import Final

import streamlit as st

from coopkit.admin.ctx import Ctx, plain, tell
from coopkit.admin.score_drawn import TOKEN, Sheet, begin_anew
from coopkit.admin.score_kept import kept
from coopkit.admin.score_proof import show_opener, show_proof
from coopkit.campaign import Criterion, format_points
from coopkit.errors import BadForm, CoopkitError
from coopkit.text import Label
from coopkit.workspace import CampaignDesk
from coopkit.workspace.score_form import Item, ScoreForm, ScoreForms, SheetDraft
from coopkit.workspace.scoring import Turn, Turns

SCORER: Final = "nguoi-cham"
BUSY: Final = "score:busy"
TRIED: Final = "score:tried"
RULE: Final = 100
"""So many letters of a rule stand in a row; the board tells it all."""


def show(c: Ctx, at: CampaignDesk, turns: Turns, unit: str) -> None:
    """The sheet of a unit, by the scorer that the URL names or the first there is."""
    _way_back(c)
    own = turns.of(unit)
    if not own:
        st.error(c.t("Bạn không chấm đơn vị này ở giai đoạn đang mở."))
        return
    turn = _turn(c, own)
    forms = ScoreForms(at)
    form = kept(at, f"form:{unit}:{turn.scorer}", lambda: forms.form(unit, turn.scorer))
    draft = forms.draft(st.query_params.get(TOKEN, ""))
    if draft and (draft.stage, draft.unit, draft.scorer) != (form.stage.key, form.unit, form.scorer):
        draft = None
    if draft is None:
        st.query_params.pop(TOKEN, None)
    sheet = Sheet(c, forms, form, draft, _faults(form, draft))
    _head(sheet, turns, turn)
    if draft is None:
        _waiting(c, forms, form)
    _acts(sheet, "top")
    for number, group in enumerate(_groups(form)):
        with st.container(border=True, key=f"group:{number}"):
            for item in group:
                _row(sheet, at, item)
    _acts(sheet, "bottom")
    _save(sheet)


def _way_back(c: Ctx) -> None:
    if st.button(c.t("Về danh sách"), type="tertiary", icon=":material/arrow_back:"):
        for name in ("don-vi", SCORER, TOKEN):
            st.query_params.pop(name, None)
        st.rerun()


def _turn(c: Ctx, own: list[Turn]) -> Turn:
    """Whose points are typed in: the scorer that the URL names, chosen in a box where there are several."""
    scorers = {one.scorer: one for one in own}
    told = st.query_params.get(SCORER, "")
    chosen = told if told in scorers else own[0].scorer
    if len(own) > 1:
        names = {one.scorer: one.scorer_name for one in own}
        at = list(scorers).index(chosen)
        label, key = c.t("Người chấm"), f"scorer:{own[0].unit}:{c.lang}"
        chosen = st.selectbox(label, list(scorers), index=at, format_func=lambda one: names[one], key=key)
    if chosen != told:
        st.query_params[SCORER] = chosen
    return scorers[chosen]


def _faults(form: ScoreForm, draft: SheetDraft | None) -> Mapping[str, Label]:
    """What is told to be wrong: of points at once; of the rest, once somebody tried to give them."""
    if draft is None:
        return {}
    found = form.faults(draft.typed)
    if st.session_state.get(TRIED) == draft.token:
        return found
    return {name: told for name, told in found.items() if name.startswith("points:") and name in draft.typed}


def _head(sheet: Sheet, turns: Turns, turn: Turn) -> None:
    c, form = sheet.c, sheet.form
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown(f"### {plain(form.name)}", width="stretch")
    following = turns.following(turn)
    if following and following != turn and row.button(c.t("Phiếu chưa xong tiếp theo"), icon=":material/skip_next:"):
        st.query_params.update({"don-vi": following.unit, SCORER: following.scorer})
        st.query_params.pop(TOKEN, None)
        st.rerun()
    by = c.t("người chấm: {name}", name=plain(form.scorer_name))
    done = c.t("đã chấm {done}/{asked}", done=c.number(turn.done), asked=c.number(turn.asked))
    st.caption(" · ".join((plain(turn.block), plain(form.stage.name.in_(c.lang)), by, done)))
    if form.scorer not in c.desk.actor.units and form.scorer != c.desk.actor.name:
        st.caption(c.t("Nhập thay từ phiếu giấy: điểm đứng tên người chấm, nhật ký ghi tên người nhập."))


def _waiting(c: Ctx, forms: ScoreForms, form: ScoreForm) -> None:
    """A draft of this sheet that was left: to go on with."""
    for draft in forms.waiting(form)[:1]:
        row = st.container(border=True, horizontal=True, vertical_alignment="center")
        row.markdown(c.t("Phiếu này có bản nháp chưa ghi."), width="stretch")
        if row.button(c.t("Mở tiếp"), key=f"go-on:{draft.token}"):
            st.query_params[TOKEN] = draft.token
            begin_anew()
            st.rerun()
        row.button(c.t("Bỏ"), key=f"drop:{draft.token}", type="tertiary", on_click=forms.drop, args=(draft.token,))


def _groups(form: ScoreForm) -> list[list[Item]]:
    """The rows by the outermost group that they are in."""
    found: list[list[Item]] = []
    for item in form.items:
        if item.depth == 0 and (item.is_group or not found or found[-1][0].is_group):
            found.append([])
        found[-1].append(item)
    return found


def _row(sheet: Sheet, at: CampaignDesk, item: Item) -> None:
    c, leaf = sheet.c, item.criterion
    name = plain(leaf.name.in_(c.lang))
    if item.is_group:
        most = c.t("tối đa {points}", points=format_points(leaf.maximum, c.lang))
        st.markdown(f"**{plain(leaf.key)}. {name}** :gray[· {most}]")
        return
    left, middle, right = st.columns([5, 1.1, 1.1], gap="medium")
    with left, st.container(gap="xsmall"):
        st.markdown(f"{plain(leaf.key)} · {name} :gray[· {_bounds(c, leaf)}]")
        if told := _known(c, item):
            st.caption("  \n".join(told))
        reason = f"reason:{leaf.key}"
        if sheet.form.asks_reason(item, sheet.typed) or sheet.text(reason) or reason in sheet.faults:
            hint = c.t("Vì sao chấm như vậy")
            st.text_input(
                c.t("Lý do"),
                sheet.text(reason),
                key=sheet.key(reason),
                placeholder=hint,
                on_change=sheet.keeper(reason),
            )
            sheet.fault(reason)
        show_proof(sheet, at, item)
    with middle:
        _points(sheet, item)
    with right:
        show_opener(sheet, item)


def _bounds(c: Ctx, leaf: Criterion) -> str:
    if leaf.disqualifies:
        return c.t("có thì bị loại")
    step = c.t("bước {step}", step=format_points(leaf.step, c.lang))
    if leaf.penalty:
        return " · ".join((c.t("trừ đến {points}", points=format_points(leaf.most, c.lang)), step))
    told = [c.t("tối đa {points}", points=format_points(leaf.maximum, c.lang))] if leaf.maximum else []
    if leaf.bonus:
        told.append(c.t("thưởng đến {points}", points=format_points(leaf.bonus, c.lang)))
    return " · ".join((*told, step))


def _known(c: Ctx, item: Item) -> list[str]:
    """What is known of a criterion: the register's figure and its points, what earlier stages gave, what is hidden."""
    told, rule = [], plain(shorten(item.rule.in_(c.lang), RULE, placeholder=" …"))
    if item.fed and item.fed.points is not None:
        points, figure = format_points(item.fed.points, c.lang), plain(item.figure.in_(c.lang))
        told.append(c.t("Sổ: **{figure}** cho **{points} điểm** ({rule})", figure=figure, points=points, rule=rule))
    elif item.fed:
        why = plain(c.told(item.fed.why))
        told.append(c.t("Sổ chưa có số liệu: {why} ({rule})", why=why, rule=rule))
    if item.before:
        stages = (
            f"{plain(name.in_(c.lang))} {'; '.join(format_points(one, c.lang) for one in points)}"
            for name, points in item.before
        )
        told.append(c.t("Trước đó: {stages}", stages=" · ".join(stages)))
    if item.hidden:
        told.append(f":material/visibility_off: {c.t('Đã chấm; điểm được giấu đến khi đóng giai đoạn.')}")
    return told


def _points(sheet: Sheet, item: Item) -> None:
    c, leaf = sheet.c, item.criterion
    name = f"points:{leaf.key}"
    label = c.t("Điểm tiêu chí {key}", key=plain(leaf.key))
    if leaf.disqualifies:
        words = {"": c.t("Chưa xét"), "0": c.t("Không có"), "1": c.t("Có")}
        text = sheet.text(name)
        st.selectbox(
            label,
            list(words),
            index=list(words).index(text) if text in words else 0,
            format_func=lambda one: words[one],
            key=f"{sheet.key(name)}:{c.lang}",
            label_visibility="collapsed",
            on_change=lambda: sheet.keep(name, st.session_state[f"{sheet.key(name)}:{c.lang}"]),
        )
    else:
        computed = item.fed.points if item.fed else None
        hint = format_points(computed, c.lang) if computed is not None else "–"
        st.text_input(
            label,
            sheet.text(name),
            key=sheet.key(name),
            placeholder=hint,
            label_visibility="collapsed",
            on_change=sheet.keeper(name),
        )
    sheet.fault(name)


def _acts(sheet: Sheet, where: str) -> None:
    """What the sheet comes to, and the buttons that give it or let the draft go."""
    c = sheet.c
    row = st.container(horizontal=True, vertical_alignment="center", key=f"acts:{where}")
    row.markdown(_total(sheet), width="stretch")
    if sheet.draft:

        def drop(token: str) -> None:
            sheet.forms.drop(token)
            st.query_params.pop(TOKEN, None)
            begin_anew()

        row.button(c.t("Bỏ bản nháp"), key=f"drop:{where}", type="tertiary", on_click=drop, args=(sheet.draft.token,))

    def start() -> None:
        st.session_state[BUSY] = st.query_params.get(TOKEN, "")

    row.button(
        c.t("Ghi điểm"),
        key=sheet.key(f"give:{where}"),
        type="primary",
        icon=":material/save:",
        on_click=start,
        disabled=BUSY in st.session_state,
    )


def _total(sheet: Sheet) -> str:
    c, form = sheet.c, sheet.form
    if form.hides:
        return f":gray[{c.t('Tổng điểm được giấu đến khi đóng giai đoạn.')}]"
    sums = form.sums(sheet.typed)
    told = [c.t("Tổng **{points} điểm**", points=format_points(sums.total, c.lang))]
    if sums.bonus:
        told.append(c.t("thưởng {points}", points=format_points(sums.bonus, c.lang)))
    if sums.penalty:
        told.append(c.t("trừ {points}", points=format_points(sums.penalty, c.lang)))
    if sums.open:
        told.append(c.n("còn {n} tiêu chí chưa có điểm", sums.open))
    return " · ".join(told)


def _save(sheet: Sheet) -> None:
    """Give the points, once: while it runs the button is off, and its token writes nothing a second time."""
    if BUSY not in st.session_state:
        return
    c, token = sheet.c, st.session_state.pop(BUSY)
    try:
        receipt = sheet.forms.save(sheet.form, sheet.typed, token=token)
    except BadForm as error:
        st.session_state[TRIED] = token
        whole = error.faults.get("")
        told = Label(*whole).in_(c.lang) if whole else c.n("có {n} ô cần sửa, xem dòng đỏ dưới ô", len(error.faults))
        tell(good=False, text=c.t("Chưa ghi: {why}.", why=plain(told)))
    except CoopkitError as error:
        tell(good=False, text=plain(c.told(error)))
    begin_anew()
    st.query_params.pop(TOKEN, None)
    written, name, number = receipt.inserted + receipt.updated, plain(sheet.form.name), str(receipt.number)
    tell(good=True, text=c.n("Đã ghi {n} điểm cho {name} (lô {number}).", written, name=name, number=number))
