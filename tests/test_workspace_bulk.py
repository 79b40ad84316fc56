"""Editing many units at once: what the plan says is what is written, once, and nothing else."""

from __future__ import annotations

import datetime as dt
import secrets
from types import ModuleType

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from coopkit.access import SECRETARY, Actor
from coopkit.cooperative import (
    Cooperative,
    CooperativeKind,
    LegalState,
    LegalStatus,
    Membership,
    OperatingState,
    OperatingStatus,
    Sector,
)
from coopkit.errors import AccessDenied, BadForm, CoopkitError, StaleBase
from coopkit.hookspecs import hookimpl
from coopkit.importers import RecordCheck
from coopkit.ledger import Batch, Change
from coopkit.registry import Registry
from coopkit.text import Label
from coopkit.workspace import Filter, Workspace
from coopkit.workspace.bulk import Bulk
from coopkit.workspace.bulk_plan import FIELDS, MOST

NOW = dt.datetime(2024, 3, 1, 8, 0, tzinfo=dt.UTC)
DAY, BEFORE = dt.date(2024, 1, 1), dt.date(2023, 12, 31)
WHY = "rà soát đầu năm"
T1, T2 = "t1", "t2"
COOPERATIVE = CooperativeKind.COOPERATIVE
UNITS = (
    Cooperative("c1", "HTX An Bình", COOPERATIVE, tax_code="0299000035", charter_capital=1_234_567_891),
    Cooperative("c2", "HTX Bình Minh", COOPERATIVE, sector=Sector.SERVICES),
    Cooperative("c3", "HTX Cao Nhân", CooperativeKind.UNION, founded=dt.date(2015, 5, 4)),
)
DATED = (
    OperatingStatus("o1", "c1", OperatingState.OPERATING),
    OperatingStatus("o2", "c2", OperatingState.STOPPED, since=dt.date(2020, 1, 1)),
    Membership("m1", "c1", joined=dt.date(2019, 1, 1)),
)


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(), clock=lambda: NOW) as opened:
        opened.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, (*UNITS, *DATED)))))
        yield opened


@pytest.fixture
def bulk(workspace):
    return Bulk(workspace.as_(Actor.office("an")))


def opened(bulk, wanted=Filter()):  # noqa: B008 - a frozen value
    return bulk.open(bulk.desk.units().search(wanted))


def told(plan):
    """What a plan says: of each unit, field, before and after."""
    return [(one.unit, one.changed.label.vi, one.changed.before, one.changed.after) for one in plan.edits]


def refused(plan):
    return [(one.unit, one.label.vi, one.what.vi) for one in plan.refusals]


def rows(workspace, table):
    return {row["id"]: row for row in workspace.ledger.snapshot().table(table).to_pylist()}


def test_units_are_opened_as_they_stand(bulk):
    """In the order of the list, each box with the text that people read."""
    seen = opened(bulk)
    assert seen.ids == ["c1", "c2", "c3"]
    assert [line.texts["founded"] for line in seen.lines] == ["", "", "04/05/2015"]
    assert seen.lines[0].texts["kind"] == "cooperative"


def test_one_value_changes_those_that_have_another(bulk, workspace):
    """Who has the value already is not written, and says so; what was not asked for stays to the đồng."""
    plan = bulk.shared(opened(bulk), "sector", "services")
    services = "Dịch vụ và lĩnh vực khác"
    assert told(plan) == [("c1", "Lĩnh vực", "", services), ("c3", "Lĩnh vực", "", services)]
    assert (plan.units, plan.same, plan.refused) == (2, 1, 0)
    receipt = bulk.save(plan, token=T1, reason=f" {WHY} ")
    assert (receipt.inserted, receipt.updated, receipt.deleted) == (0, 2, 0)
    assert workspace.ledger.get(Cooperative, "c1")[0] == evolve(UNITS[0], sector=Sector.SERVICES)
    last = workspace.ledger.batches()[-1]
    assert (last.actor, last.reason, last.records) == ("an", WHY, 2)


def test_cells_are_read_as_forms_read_them(bulk):
    """Dates, money and codes as people write them; a cell left alone, or typed the same, changes nothing."""
    typed = {"c1": {"charter_capital": "1,2 tỷ", "name": " HTX An Bình "}, "c3": {"founded": "5/6/2016"}, "c9": {}}
    plan = bulk.cells(opened(bulk), typed)
    assert [(one.unit, one.changed.label.vi, one.changed.after) for one in plan.edits] == [
        ("c1", "Vốn điều lệ", "1,2 tỷ đồng"),
        ("c3", "Ngày thành lập", "05/06/2016"),
    ]


@pytest.mark.parametrize(
    ("typed", "label", "says"),
    [
        ({"c2": {"name": " "}}, "Tên đơn vị", "cần điền"),
        ({"c2": {"founded": "31/2/2020"}}, "Ngày thành lập", "ngày"),
        ({"c2": {"tax_code": "0299000035"}}, "Mã số thuế", "đã có trong sổ"),
        ({"c2": {"place": "nơi khác"}}, "Địa bàn", "chọn trong danh sách"),
        ({"c2": {"kind": "công ty"}}, "Loại hình", "danh sách"),
    ],
)
def test_what_cannot_be_is_told_by_unit_and_field(bulk, typed, label, says):
    """The unit is refused with the field to mend, and the rest may be written without it."""
    plan = bulk.cells(opened(bulk), {**typed, "c3": {"sector": "services"}})
    [(unit, field, what)] = refused(plan)
    assert (unit, field) == ("c2", label)
    assert says in what
    with pytest.raises(BadForm, match="bỏ qua"):
        bulk.save(plan, token=T1, reason=WHY)
    assert bulk.save(plan, token=T1, reason=WHY, rest=True).updated == 1


def test_two_units_do_not_get_one_code_in_one_batch(bulk):
    """A code typed twice is refused for both, although nobody bears it yet; one that is given up is free."""
    typed = {one: {"tax_code": "0299000042"} for one in ("c2", "c3")}
    assert [unit for unit, *_ in refused(bulk.cells(opened(bulk), typed))] == ["c2", "c3"]
    moved = bulk.cells(opened(bulk), {"c1": {"tax_code": ""}, "c2": {"tax_code": "0299000035"}})
    assert (moved.units, moved.refused) == (2, 0)


def test_a_state_ends_the_one_before_it(bulk, workspace):
    """From the day on; who is in that state already stays, and who had none gets its first."""
    plan = bulk.state(opened(bulk), OperatingState.STOPPED, DAY, "QĐ 01")
    assert (plan.units, plan.same) == (2, 1)
    assert told(plan)[:3] == [
        ("c1", "Tình trạng hoạt động đến ngày", "", "31/12/2023"),
        ("c1", "Tình trạng hoạt động", "Đang hoạt động", "Ngừng hoạt động"),
        ("c1", "Tình trạng hoạt động từ ngày", "", "01/01/2024"),
    ]
    bulk.save(plan, token=T1, reason=WHY)
    held = rows(workspace, "operating_status")
    assert len(held) == 4
    assert held["o1"]["until"] == BEFORE
    stopped = bulk.desk.units().search(Filter(operating=OperatingState.STOPPED))
    assert stopped.ids == ["c1", "c2", "c3"]
    assert bulk.state(opened(bulk), OperatingState.STOPPED, DAY).same == 3


def test_a_state_of_the_same_day_is_set_right(bulk, workspace):
    """The other state from the very day on is a change of that record, not a second one."""
    first = dt.date(2020, 1, 1)
    plan = bulk.state(opened(bulk, Filter("Minh")), OperatingState.OPERATING, first)
    assert told(plan) == [("c2", "Tình trạng hoạt động", "Ngừng hoạt động", "Đang hoạt động")]
    bulk.save(plan, token=T1, reason=WHY)
    assert rows(workspace, "operating_status")["o2"]["state"] == "operating"


def test_days_that_overlap_are_refused(bulk, workspace):
    """A legal status with a last day of its own is not cut short in silence."""
    held = LegalStatus("l1", "c1", LegalState.SUSPENDED, since=dt.date(2023, 6, 1), until=dt.date(2024, 6, 1))
    workspace.ledger.write(Batch("an", "nhập", NOW, changes=(Change(held),)))
    plan = bulk.state(opened(bulk), LegalState.ACTIVE, DAY)
    [(unit, _, what)] = refused(plan)
    assert unit == "c1"
    assert "chồng lên thời gian" in what
    assert plan.units == 2


def test_units_join_and_leave_from_a_day(bulk, workspace):
    """Members stay members; who is none cannot leave; each leaving keeps its reason."""
    joined = bulk.join(opened(bulk), DAY, "QĐ 02")
    assert (joined.units, joined.same) == (2, 1)
    left = bulk.leave(opened(bulk), DAY, "giải thể")
    assert told(left) == [
        ("c1", "Ngày ra khỏi Liên minh", "", "01/01/2024"),
        ("c1", "Lý do ra khỏi Liên minh", "", "giải thể"),
    ]
    assert [unit for unit, *_ in refused(left)] == ["c2", "c3"]
    bulk.save(left, token=T1, reason=WHY, rest=True)
    assert rows(workspace, "membership")["m1"]["left"] == DAY
    assert bulk.leave(opened(bulk, Filter("An")), DAY).same == 1


def test_a_plan_is_written_once(bulk, workspace):
    """Three clicks make one batch, whose receipt each of them gets, whatever came after."""
    plan = bulk.shared(opened(bulk), "sector", "services")
    first, *others = [bulk.save(plan, token=T1, reason=WHY) for _ in range(3)]
    assert [(one.number, one.again) for one in others] == [(first.number, True)] * 2
    assert len(workspace.ledger.batches()) == first.number


@pytest.mark.parametrize(("value", "reason"), [("services", " "), ("", WHY)])
def test_nothing_is_written_without_a_reason_or_a_change(bulk, workspace, value, reason):
    """Both are told, and the journal stays as it was."""
    before = len(workspace.ledger.batches())
    plan = bulk.shared(opened(bulk, Filter("Cao")), "sector", value)
    with pytest.raises(BadForm):
        bulk.save(plan, token=T1, reason=reason)
    assert len(workspace.ledger.batches()) == before


def test_what_others_wrote_meanwhile_is_shown_by_unit(bulk, workspace):
    """Nothing of the batch is written; each field shows what was opened, what stands there now, what was wanted."""
    seen = opened(bulk)
    mine = bulk.shared(seen, "sector", "services")
    theirs = Bulk(workspace.as_(Actor.office("bình")))
    theirs.save(theirs.shared(opened(theirs, Filter("Cao")), "sector", "finance"), token=T2, reason=WHY)
    with pytest.raises(StaleBase):
        bulk.save(mine, token=T1, reason=WHY)
    [clash] = bulk.clashes(mine)
    assert (clash.name, clash.clash.label.vi) == ("HTX Cao Nhân", "Lĩnh vực")
    texts = (clash.clash.opened, clash.clash.theirs, clash.clash.yours)
    assert texts == ("", "Tài chính, ngân hàng, bảo hiểm", "Dịch vụ và lĩnh vực khác")
    assert workspace.ledger.get(Cooperative, "c1")[0] == UNITS[0]
    assert bulk.save(bulk.shared(opened(bulk), "sector", "services"), token=T1, reason=WHY).updated == 2


def test_a_code_that_another_took_meanwhile_is_refused(bulk, workspace):
    """The register is looked at again as it is written, not only as it was opened."""
    mine = bulk.cells(opened(bulk, Filter("Minh")), {"c2": {"tax_code": "0299000042"}})
    new = Cooperative("c4", "HTX Đông", COOPERATIVE, tax_code="0299000042")
    workspace.ledger.write(Batch("bình", "nhập", NOW, changes=(Change(new),)))
    with pytest.raises(BadForm, match="HTX Bình Minh: đã có trong sổ"):
        bulk.save(mine, token=T1, reason=WHY)


def test_a_plugins_check_is_asked(tmp_path):
    """What a check refuses is told by unit in its own words."""
    no = Label("liên hiệp không đổi lĩnh vực", "a union keeps its sector")
    check = RecordCheck(
        "thu.union", Label("Liên hiệp", "Union"), "cooperative", lambda one, _: no if one.kind == "union" else None
    )

    plugin = ModuleType("thu")
    plugin.coopkit_checks = hookimpl(lambda: [check])
    registry = Registry.load(plugin)
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=registry, clock=lambda: NOW) as workspace:
        workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, UNITS))))
        bulk = Bulk(workspace.as_(Actor.office("an")))
        plan = bulk.shared(opened(bulk), "sector", "agriculture")
    assert refused(plan) == [("c3", "", no.vi)]
    assert plan.units == 2


def test_so_many_and_no_more(bulk, workspace):
    """More than the most are refused with how to narrow the list."""
    many = tuple(Change(Cooperative(f"x{n}", f"HTX Số {n}", COOPERATIVE)) for n in range(MOST))
    workspace.ledger.write(Batch("an", "nhập", NOW, changes=many))
    with pytest.raises(CoopkitError, match="lọc hẹp lại"):
        opened(bulk)
    assert len(opened(bulk, Filter("Số")).lines) == MOST


def test_who_may_not_write_may_not_open(workspace):
    """Neither opens nor saves."""
    bulk = Bulk(workspace.as_(Actor("thư ký", SECRETARY)))
    with pytest.raises(AccessDenied):
        opened(bulk)


CELLS = {
    "name": st.sampled_from(["", "HTX An Bình", "HTX Mới", "HTX Khác"]),
    "kind": st.sampled_from(["", "cooperative", "union", "x"]),
    "tax_code": st.sampled_from(["", "0299000035", "0299000042", "12"]),
    "sector": st.sampled_from(["", "services", "finance"]),
    "founded": st.sampled_from(["", "1/2/2003", "mai"]),
    "charter_capital": st.sampled_from(["", "5 triệu", "1,23 tỷ đồng"]),
}
TYPED = st.dictionaries(st.sampled_from(["c1", "c2", "c3"]), st.fixed_dictionaries({}, optional=CELLS))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A ledger for all examples: each takes back what it wrote."""
    url = f"sqlite:///{tmp_path_factory.mktemp('bulk')}/so.db"
    with Workspace.open(url, registry=Registry.load(), clock=lambda: NOW) as workspace:
        workspace.ledger.write(Batch("an", "nhập", NOW, changes=tuple(map(Change, UNITS))))
        yield workspace


@given(typed=TYPED)
def test_what_the_plan_says_is_what_is_written(kept, typed):
    """Units and fields of the plan are those that differ afterwards, and a unit that is not told is not written."""
    bulk, before = Bulk(kept.as_(Actor.office("an"))), rows(kept, "cooperative")
    revisions = kept.ledger.revisions("cooperative", list(before))
    plan = bulk.cells(opened(bulk), typed)
    assert {one.unit for one in plan.edits}.isdisjoint(one.unit for one in plan.refusals)
    receipt = None
    if plan.made:
        receipt = bulk.save(plan, token=secrets.token_hex(8), reason=WHY, rest=True)
        assert (receipt.inserted, receipt.updated, receipt.again) == (0, plan.units, False)
    after, labels = rows(kept, "cooperative"), {own.key: own.label for own in FIELDS}
    differ = {(unit, labels[key]) for unit, row in after.items() for key in labels if row[key] != before[unit][key]}
    written = {
        unit for unit, now in kept.ledger.revisions("cooperative", list(before)).items() if now != revisions[unit]
    }
    if receipt:
        kept.ledger.undo(receipt.number, actor="an", reason="thử", time=NOW)
    assert {(one.unit, one.changed.label) for one in plan.edits} == differ
    assert written == {unit for unit, _ in plan.made}
