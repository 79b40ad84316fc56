"""Sheets follow from fields: a field declared once is a column, its header and its place in a row."""

from __future__ import annotations

from typing import Annotated

import pytest
from attrs import frozen

from coopkit.cooperative import Cooperative
from coopkit.errors import CoopkitError
from coopkit.event import OWN_KINDS, EventKind
from coopkit.field import amount, count, identifier, place, reference, text
from coopkit.quantity import Quantity
from coopkit.record import record, record_type
from coopkit.sheet import Column, Part, Role, Sheet, event_sheet, register_sheets
from coopkit.snapshot import RECORD_TYPES
from coopkit.text import Label, fold

SHEETS = {sheet.key: sheet for sheet in register_sheets(OWN_KINDS)}


@record("visit", "Chuyến thăm", "Visit", identity=("cooperative", "note"))
@frozen
class Visit:
    """A record that only this file knows."""

    id: Annotated[str, identifier()]
    cooperative: Annotated[str, reference("Đơn vị được thăm", "Visited", "cooperative")]
    event: Annotated[str | None, reference("Hoạt động", "Event", "event")]
    group: Annotated[str | None, reference("Nhóm", "Group", "group")]
    place: Annotated[str | None, place("Nơi thăm", "Where")]
    people: Annotated[int, count("Số khách", "Guests")]
    cost: Annotated[Quantity | None, amount("Chi phí", "Cost")]
    note: Annotated[str, text("Nhận xét", "Remark", aliases=("Ý kiến",))]


VISITS = Sheet(
    "visit", Label("Thăm", "Visits"), (Part(Visit, ("cooperative", "event", "group", "place", "cost", "note")),)
)


def heads(sheet: Sheet) -> list[str]:
    return [column.label.vi for column in sheet.columns]


def test_a_field_becomes_the_columns_by_which_people_tell_it():
    """A cooperative is told by code or name, an event by code, a group by name, a place by district and commune."""
    assert [(column.key, column.role, column.label.vi) for column in VISITS.columns] == [
        ("visit.cooperative.tax_code", Role.TAX_CODE, "Mã số thuế"),
        ("visit.cooperative.name", Role.NAME, "Tên đơn vị"),
        ("visit.event.code", Role.CODE, "Mã hoạt động"),
        ("visit.group.name", Role.NAME, "Tên nhóm"),
        ("visit.place.district", Role.DISTRICT, "Quận/huyện"),
        ("visit.place.commune", Role.COMMUNE, "Xã/phường/thị trấn"),
        ("visit.cost", Role.VALUE, "Chi phí"),
        ("visit.cost.unit", Role.UNIT, "Đơn vị tính"),
        ("visit.note", Role.VALUE, "Nhận xét"),
    ]


def test_headers_are_labels_and_aliases_folded():
    """A column is known by its Vietnamese and English label and by every alias."""
    assert VISITS.column("visit.note").headers == ("nhan xet", "remark", "y kien")
    assert fold("Đơn vị được thăm") in VISITS.column("visit.cooperative.name").headers


def test_required_follows_from_the_type():
    """Without `| None` a column is required, but never in an optional part."""
    required = {column.key for column in VISITS.columns if column.required}
    assert required == {"visit.cooperative.tax_code", "visit.cooperative.name", "visit.note"}
    assert not any(column.required for column in Part(Visit, ("note",), optional=True).columns)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.key)
def test_no_header_means_two_columns(sheet: Sheet):
    """Within a sheet every label heads one column only."""
    labels = [fold(column.label.vi) for column in sheet.columns]
    assert len(set(labels)) == len(labels)
    assert len({column.key for column in sheet.columns}) == len(labels)


ACTS = {
    *("campaign_version", "stage_step", "pledge", "score_pair", "score", "conflict", "council_seat", "attendance"),
    *("nomination", "vote_count", "revocation", "initiative", "plugin_switch", "plugin_setting"),
}


def test_every_field_that_people_fill_in_has_its_column():
    """Only maps, their decisions, seals, kept declarations and acts of campaigns stand on no sheet of the register."""
    parts = [part for sheet in SHEETS.values() for part in sheet.parts]
    told = {(part.cls, key) for part in parts for key in (*part.fields, *part.links, *part.fixed)}
    forgotten = {
        f"{declared.table}.{field.key}"
        for declared in RECORD_TYPES
        if declared.table not in {"place", "act", "succession", "place_decision", "sealed_run", "event_kind"} | ACTS
        for field in declared.fields
        if not field.derived and (declared.cls, field.key) not in told
    }
    assert forgotten == {"event.kind_version", "honour.campaign"}


def test_kinds_without_own_fields_share_a_sheet():
    """A kind with fields of its own, or that is one cooperative's own, has its own sheet; the others share one."""
    single = EventKind("advice", Label("Tư vấn riêng", "Advice"), single=True)
    sheets = {sheet.key: sheet for sheet in register_sheets((*OWN_KINDS, single))}
    assert {"event.training", "event.loan_support", "event.advice"} <= sheets.keys()
    shared = sheets["event"].column("event.kind")
    assert {option.value for option in shared.field.options}.isdisjoint({"training", "loan_support", "advice"})
    assert {kind.key for sheet in sheets.values() for kind in sheet.kinds} == {
        kind.key for kind in (*OWN_KINDS, single)
    }


def test_a_single_kind_carries_its_cooperative():
    """A loan file's row names the cooperative and its part in it."""
    [loan] = [kind for kind in OWN_KINDS if kind.key == "loan_support"]
    assert {"Mã số thuế", "Tên đơn vị", "Số tiền", "Ngày giải ngân"} <= set(heads(event_sheet(loan)))


def test_several_values_of_a_cell_are_one_column():
    """The districts an event was for stand in one cell, so a place there is one column."""
    column = SHEETS["event"].column("event_place.place")
    assert (column.many, column.role) == (True, Role.PLACE)


def test_misuse_says_what_there_is():
    """A column, part or record that is not there is misuse."""
    for ask in (lambda: VISITS.column("nothing"), lambda: VISITS.part("nothing"), lambda: Part(Column, ()).declared):
        with pytest.raises(CoopkitError):
            ask()
    assert VISITS.part("visit").declared is record_type(Visit)
    assert SHEETS["cooperative"].part("cooperative").cls is Cooperative
