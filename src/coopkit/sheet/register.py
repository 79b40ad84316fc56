"""coopkit's own sheets: the register of an alliance in one workbook."""

from __future__ import annotations

from collections.abc import Iterable

from coopkit.campaign import Campaign, Target
from coopkit.cooperative import Contact, Cooperative, LegalStatus, Membership, OperatingStatus, Person, YearFigures
from coopkit.event import Event, EventKind, EventOrganiser, EventPlace, Honour, Participation
from coopkit.field import day, text
from coopkit.group import Alliance, Group, GroupMembership
from coopkit.record import record_type
from coopkit.sheet.layout import Part, Sheet
from coopkit.text import Label

_PAPER = (
    text("Đơn vị gửi", "Sender", aliases=("Đơn vị báo cáo", "Đơn vị lập")).named("sender", required=False),
    day("Ngày số liệu", "Date of the figures", aliases=("Số liệu đến ngày", "Ngày báo cáo")).named(
        "paper_date", required=False
    ),
    text("Ghi chú", "Note").named("note", required=False),
)
_STATUS = ("state", "since", "until", "source")


def _all_but(cls: type, *left_out: str) -> tuple[str, ...]:
    """The fields of a record that a person fills in, in order, but for some."""
    return tuple(one.key for one in record_type(cls).fields if not one.derived and one.key not in left_out)


def _about_the_paper() -> Sheet:
    alliance = Part(Alliance, ("name", "place"), optional=True, whole_place=True)
    return Sheet("info", Label("Thông tin", "Information"), (alliance,), ("Thông tin chung",), _PAPER)


def _cooperatives() -> Sheet:
    of_it = {"cooperative": "cooperative"}
    parts = (
        Part(Cooperative, _all_but(Cooperative)),
        Part(Membership, _all_but(Membership, "cooperative"), links=of_it, optional=True),
        Part(LegalStatus, _STATUS, links=of_it, optional=True),
        Part(OperatingStatus, _STATUS, links=of_it, optional=True),
        Part(Person, _all_but(Person), named_by="contact", optional=True),
        Part(Contact, ("role", "since", "until"), links={**of_it, "person": "person"}, optional=True),
    )
    return Sheet("cooperative", Label("Hợp tác xã", "Cooperatives"), parts, ("HTX", "Danh sách HTX", "Thành viên"))


def event_sheet(kind: EventKind) -> Sheet:
    """The sheet of one event kind: its events with the kind's own fields; of a single kind, with the cooperative too.

    >>> from coopkit.event import OWN_KINDS
    >>> [column.label.vi for column in event_sheet(OWN_KINDS[4]).columns][:3]
    ['Mã hoạt động', 'Tên hoạt động', 'Từ ngày']
    """
    event = Part(Event, _all_but(Event, "kind", "kind_version"), fixed={"kind": kind.key}, kind=kind)
    whose = Part(Participation, _all_but(Participation, "event"), links={"event": "event"})
    parts = (event, whose, *_around()) if kind.single else (event, *_around())
    return Sheet(f"event.{kind.key}", kind.title, parts, (kind.label.vi, kind.label.en))


def _around() -> tuple[Part, ...]:
    of_it = {"event": "event"}
    return (
        Part(EventPlace, ("place",), links=of_it, many=True, optional=True),
        Part(EventOrganiser, ("name",), links=of_it, many=True, optional=True),
    )


def _events(kinds: tuple[EventKind, ...]) -> Sheet:
    event = Part(Event, _all_but(Event, "kind_version"), kinds=kinds)
    return Sheet("event", Label("Hoạt động", "Events"), (event, *_around()), ("Sự kiện",))


def _honours() -> Sheet:
    honour = Part(Honour, _all_but(Honour, "person", "campaign"), links={"person": "person"})
    person = Part(Person, ("name",), named_by="honour", optional=True)
    return Sheet("honour", Label("Khen thưởng", "Honours"), (honour, person))


def _table(key: str, title: Label, cls: type, *aliases: str) -> Sheet:
    return Sheet(key, title, (Part(cls, _all_but(cls)),), aliases)


def register_sheets(kinds: Iterable[EventKind]) -> tuple[Sheet, ...]:
    """The sheets that carry the whole register, for a register that knows these event kinds.

    Kinds without fields of their own share the sheet "Hoạt động"; each other kind has its own.

    >>> from coopkit.event import OWN_KINDS
    >>> [sheet.title.vi for sheet in register_sheets(OWN_KINDS)][3:9]
    ['Nhóm', 'Thành viên nhóm', 'Hoạt động', 'Đào tạo', 'Vay vốn', 'Tham gia']
    """
    offered = tuple(kinds)
    plain = tuple(kind for kind in offered if not kind.fields and not kind.single)
    return (
        _about_the_paper(),
        _cooperatives(),
        _table("year_figures", Label("Số liệu năm", "Yearly figures"), YearFigures, "Số liệu"),
        _table("group", Label("Nhóm", "Groups"), Group, "Câu lạc bộ", "Nhóm, câu lạc bộ"),
        _table("group_membership", Label("Thành viên nhóm", "Group members"), GroupMembership, "Thành viên câu lạc bộ"),
        _events(plain),
        *(event_sheet(kind) for kind in offered if kind not in plain),
        _table("participation", Label("Tham gia", "Participation"), Participation, "Lượt tham gia"),
        _honours(),
        _table("campaign", Label("Phong trào thi đua", "Emulation campaigns"), Campaign),
        _table("target", Label("Chỉ tiêu phấn đấu", "Targets"), Target, "Chỉ tiêu"),
    )
