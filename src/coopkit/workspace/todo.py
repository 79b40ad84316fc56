"""What waits for the office: reports that are due, gaps in the register, scores not handed in, and what failed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from coopkit.campaign import Campaign, Definition, Stage, StageKind
from coopkit.cooperative import CooperativeKind, LegalState
from coopkit.emulation import blocks_on, entrants, rules_of, standing_of
from coopkit.field import Choice
from coopkit.metrics import Unavailable
from coopkit.metrics.combine import NO_DENOMINATOR
from coopkit.period import Period, format_date
from coopkit.quantity import format_number
from coopkit.registry import OWN, PluginState
from coopkit.regulation.calendar import Due, due_between
from coopkit.report import Figure
from coopkit.snapshot import Snapshot
from coopkit.text import Label, sort_key
from coopkit.workspace.places import waiting
from coopkit.workspace.register import Standing, UnitList, list_units

SOON: Final = dt.timedelta(days=60)
"""How long before its last day a report is told of."""

PASSED: Final = dt.timedelta(days=30)
"""How long after its last day a report is still told of: the register cannot know whether it was sent."""

DATA: Final = "cooperative_data"
"""The deadline of the cooperatives' own figures: of these the register knows whether they are in."""


class Topic(Choice):
    """What a task is about.

    >>> Topic.REGISTER.label.vi
    'Sổ đăng ký'
    """

    DEADLINE = "deadline", "Hạn báo cáo", "Deadline"
    CAMPAIGN = "campaign", "Thi đua", "Emulation"
    FIGURE = "figure", "Số liệu", "Figures"
    PLUGIN = "plugin", "Tiện ích", "Plugins"
    REGISTER = "register", "Sổ đăng ký", "Register"


class Leads(StrEnum):
    """Where a task is done."""

    REPORT = "report"
    CAMPAIGN = "campaign"
    IMPORT = "import"
    PLACES = "places"
    PLUGIN = "plugin"
    UNITS = "units"


@frozen
class Task:
    """Something to be done: what, how, where, until when, and by what text.

    `about` is the id of the campaign, the name of the plugin, or the key of the period that it is done for. `days` are
    those left until `due`, negative once it has passed. `units` are the id and name of each unit concerned, in
    Vietnamese order; `count` how many there are.

    >>> Task(Topic.PLUGIN, Label("vinhbao", "vinhbao"), Label("Xem lại", "Look"), Leads.PLUGIN).count
    0
    """

    topic: Topic
    title: Label
    advice: Label
    leads: Leads
    about: str = ""
    due: dt.date | None = None
    days: int | None = None
    source: str = ""
    units: tuple[tuple[str, str], ...] = ()
    count: int = 0


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """The tasks as they are worked off: what has a day first, the earliest before, and then by topic."""
    topics = list(Topic)
    return sorted(tasks, key=lambda one: (one.due is None, one.due or dt.date.min, topics.index(one.topic)))


@lru_cache(maxsize=8)
def deadlines(day: dt.date) -> tuple[Task, ...]:
    """The reports due in the 60 days from a day on, and in the 30 before it.

    >>> [one.days for one in deadlines(dt.date(2025, 12, 20))]
    [-5, -5, -1, 1, 40]
    """
    due = due_between(day - PASSED, day + SOON)
    return tuple(deadline(one, day) for one in due if one.deadline.key != DATA or one.day >= day)


def deadline(one: Due, day: dt.date) -> Task:
    """A report that is due, as a task of a day."""
    told, period, left = one.deadline, one.period.label, (one.day - day).days
    late = Label("Kiểm tra đã gửi chưa.", "Check that it was sent.")
    soon = Label("Chuẩn bị và gửi trước hạn.", "Prepare it and send it in time.")
    said = [late if left < 0 else soon, Label(f"Kỳ số liệu: {period.vi}.", f"Period: {period.en}.")]
    if told.who:
        said.append(Label(f"Nơi gửi: {told.who.vi}.", f"From: {told.who.en}."))
    if told.whom:
        said.append(Label(f"Nơi nhận: {told.whom.vi}.", f"To: {told.whom.en}."))
    return Task(
        Topic.DEADLINE,
        told.label,
        Label(" ".join(each.vi for each in said), " ".join(each.en for each in said)),
        Leads.IMPORT if told.key == DATA else Leads.REPORT,
        str(one.period.year),
        one.day,
        left,
        told.source,
    )


@lru_cache(maxsize=4)
def gaps(snapshot: Snapshot, day: dt.date) -> tuple[Task, ...]:
    """What the register lacks on a day: tax codes, places, places to decide, and figures of the year that closed last.

    Looked for once while the register stays the same.
    """
    units = list_units(snapshot, day, day)
    if not units:
        return ()
    found = (_no_tax_code(units), _no_place(units), _undecided(snapshot, day), _no_figures(units, day))
    return tuple(one for one in found if one)


def _no_tax_code(units: UnitList) -> Task | None:
    lacking = pc.is_null(units.table.column("tax_code")).to_numpy() & ~units.columns["legal"].is_(LegalState.ENDED)
    return _of_units(
        units,
        lacking,
        Label("Đơn vị chưa có mã số thuế", "Units without a tax code"),
        Label(
            "Mã số thuế cũng là mã số HTX, dùng để nhận ra đơn vị khi nhập tệp: mở hồ sơ và ghi vào",
            "The tax code is the cooperative's own number, by which files find it: open the record and write it in",
        ),
        source="NĐ 92/2024/NĐ-CP Điều 14",
    )


def _no_place(units: UnitList) -> Task | None:
    told = Label("Đơn vị chưa ghi địa bàn", "Units without a place")
    advice = Label("Mở hồ sơ và ghi xã, phường nơi đặt trụ sở", "Open the record and write in its commune")
    return _of_units(units, units.columns["place"].is_(None), told, advice)


def _undecided(snapshot: Snapshot, day: dt.date) -> Task | None:
    cases = waiting(snapshot, day)
    if not cases:
        return None
    told = Label("Bản ghi chờ xác định địa bàn trên bản đồ hiện nay", "Records to be placed on today's map")
    advice = Label(
        "Tra địa chỉ rồi chọn một lần cho mỗi bản ghi", "Look up the address and choose once for each record"
    )
    return Task(Topic.REGISTER, _counted(told, len(cases)), advice, Leads.PLACES, count=len(cases))


def _no_figures(units: UnitList, day: dt.date) -> Task | None:
    """Members without figures of the reporting year that closed last; credit funds report to the State Bank."""
    closed = Period.of("cooperative_year", day).before()
    table = units.snapshot.table("year_figures")
    told = table.filter(pc.equal(table.column("window"), closed.key)).column("cooperative")
    lacking = units.columns["standing"].is_(Standing.MEMBER)
    lacking &= ~pc.is_in(units.table.column("id"), pc.unique(told)).to_numpy()
    for other in (CooperativeKind.ENTERPRISE, CooperativeKind.CREDIT_FUND):
        lacking &= ~units.columns["kind"].is_(other)
    due = next((one for one in due_between(closed.end, closed.end + SOON) if one.deadline.key == DATA), None)
    asked = {"due": due.day, "days": (due.day - day).days, "source": due.deadline.source} if due else {}
    return _of_units(
        units,
        lacking,
        Label(f"Thành viên chưa có số liệu năm báo cáo {closed.year}", f"Members without figures of {closed.year}"),
        Label(
            f"Nhắc đơn vị gửi biểu của kỳ {format_date(closed.start)}–{format_date(closed.end)}, rồi nhập tệp",
            f"Ask them for the form of {format_date(closed.start)}–{format_date(closed.end)}, then import it",
        ),
        leads=Leads.IMPORT,
        about=str(closed.year),
        **asked,
    )


def _of_units(units: UnitList, which: Any, what: Label, advice: Label, **more: Any) -> Task | None:
    """A task about the units of a mask; None where there is none."""
    count = int(which.sum())
    if not count:
        return None
    own = units.table.filter(pa.array(which))
    names = tuple(zip(own.column("id").to_pylist(), own.column("name").to_pylist(), strict=True))
    title = _counted(what, count)
    return Task(
        **{"topic": Topic.REGISTER, "leads": Leads.UNITS, **more}, title=title, advice=advice, units=names, count=count
    )


def _counted(what: Label, count: int) -> Label:
    return Label(f"{what.vi}: {format_number(count)}", f"{what.en}: {format_number(count, 'en')}")


@lru_cache(maxsize=4)
def campaigns(whole: Snapshot, day: dt.date) -> tuple[Task, ...]:
    """The campaigns that are at a stage: until when it lasts, and who has not yet handed in what it asks for.

    It is reckoned from the whole register: who may run a campaign sees who is behind, and no points.
    """
    return tuple(_campaigns(whole, day))


def _campaigns(whole: Snapshot, day: dt.date) -> Iterator[Task]:
    versioned = set(whole.table("campaign_version").column("campaign").to_pylist())
    for one in whole.records(Campaign):
        stage = standing_of(whole, one.id).current if one.id in versioned else None
        if stage is None or stage.kind is StageKind.PUBLISHED:
            continue
        units = _named(whole, _behind(whole, rules_of(whole, one.id), one.id, stage))
        yield Task(
            Topic.CAMPAIGN,
            Label(f"{one.name} – {stage.name.vi}", f"{one.name} – {stage.name.en}"),
            _asked(stage, len(units)),
            Leads.CAMPAIGN,
            one.id,
            stage.closes,
            (stage.closes - day).days if stage.closes else None,
            units=units,
            count=len(units),
        )


_WAITED_FOR: Final = {
    StageKind.PLEDGE: Label("chưa ký giao ước", "have not pledged"),
    StageKind.SELF: Label("chưa gửi đủ điểm tự chấm", "have not handed in their own scores"),
    StageKind.CROSS: Label("chưa chấm xong đơn vị được giao", "have not scored the units given to them"),
}


def _asked(stage: Stage, behind: int) -> Label:
    if behind:
        what = _WAITED_FOR[stage.kind]
        return _counted(Label(f"Nhắc đơn vị {what.vi}", f"Remind the units that {what.en}"), behind)
    return Label("Đang mở: xem việc còn lại rồi đóng giai đoạn", "Open: see what is left, then close the stage")


def _behind(whole: Snapshot, rules: Definition, campaign: str, stage: Stage) -> set[str]:
    """The units that have not done what the open stage asks of each."""
    on = rules.span.end
    if stage.kind is StageKind.PLEDGE:
        pledged = {one["cooperative"] for one in _rows(whole, "pledge", ["cooperative"], campaign)}
        return {unit for block in blocks_on(whole, rules, on) for unit in block.units} - pledged
    asked = {leaf.key for leaf in rules.leaves if leaf.rule is None and leaf.is_counted}
    done: dict[tuple[str, str], set[str]] = {}
    for row in _rows(whole, "score", ["scorer", "cooperative", "criterion"], campaign, stage.key):
        done.setdefault((row["scorer"], row["cooperative"]), set()).add(row["criterion"])
    if stage.kind is StageKind.SELF:
        pairs = [(unit, unit) for block in entrants(whole, rules, campaign, on) for unit in block.units]
    elif stage.kind is StageKind.CROSS:
        told = _rows(whole, "score_pair", ["scorer", "cooperative"], campaign, stage.key)
        pairs = [(row["scorer"], row["cooperative"]) for row in told]
    else:
        return set()
    return {pair[0] for pair in pairs if asked - done.get(pair, set())}


def _rows(whole: Snapshot, table: str, columns: list[str], campaign: str, stage: str = "") -> list[dict[str, Any]]:
    """These columns of a campaign's records, or of those of one of its stages."""
    held = whole.table(table)
    held = held.filter(pc.equal(held.column("campaign"), campaign))
    if stage:
        held = held.filter(pc.equal(held.column("stage"), stage))
    rows: list[dict[str, Any]] = held.select(columns).to_pylist()
    return rows


def _named(whole: Snapshot, units: set[str]) -> tuple[tuple[str, str], ...]:
    table = whole.table("cooperative").select(["id", "name"])
    own = table.filter(pc.is_in(table.column("id"), pa.array(units, pa.string()))).to_pylist()
    return tuple(sorted(((row["id"], row["name"]) for row in own), key=lambda one: sort_key(one[1])))


def failures(states: Iterable[PluginState], figures: Iterable[Figure], period: Period) -> list[Task]:
    """The plugins that should be on and are not, and the figures of a period that could not be counted.

    A figure whose denominator is 0 has nothing to be mended.
    """
    found = [
        Task(
            Topic.PLUGIN,
            Label(*(f"{one.label.in_(lang) if one.label else one.name}: {one.problem}" for lang in ("vi", "en"))),
            Label(
                "Mở trang tiện ích: thử lại, cập nhật hoặc tắt",
                "Open its page: try it again, update it or switch it off",
            ),
            Leads.PLUGIN,
            one.name,
        )
        for one in states
        if one.problem and one.name != OWN
    ]
    for figure in figures:
        if isinstance(figure.value, Unavailable) and figure.value.reason != NO_DENOMINATOR:
            foreign = figure.value.plugin not in {OWN, ""}
            found.append(
                Task(
                    Topic.FIGURE,
                    Label(f"{figure.label.vi}: không tính được", f"{figure.label.en}: unavailable"),
                    Label(figure.value.reason, figure.value.reason),
                    Leads.PLUGIN if foreign else Leads.REPORT,
                    figure.value.plugin if foreign else period.key,
                )
            )
    return found
