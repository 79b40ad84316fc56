"""The page Sửa hàng loạt: three ways to ask, what changes is shown first, and it is written once."""

from __future__ import annotations

import pytest
from tests.admin_pages import example_ledger, page_of

from coopkit.access import Actor
from coopkit.cooperative import Cooperative, OperatingState, Sector
from coopkit.registry import Registry
from coopkit.workspace import Filter, Workspace
from coopkit.workspace.bulk import Bulk

pytestmark = pytest.mark.usefixtures("url")
WHY = "rà soát đầu năm"
FUNDS = {"linh_vuc": "finance"}
ONE = {**FUNDS, "truong": "sector", "moi_sector": "services"}
STOP = {**FUNDS, "cach": "tu-ngay", "viec": "hoat-dong", "moi_hoat_dong": "stopped", "tu_ngay": "2024-01-01"}
GRID = {**FUNDS, "cach": "bang", "cot": "tax_code,sector"}


@pytest.fixture
def url(tmp_path, monkeypatch):
    found = example_ledger(tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", found)
    return found


@pytest.fixture
def desk(url):
    with Workspace.open(url, registry=Registry.load()) as workspace:
        yield workspace.as_(Actor.office("an"))


def found(desk, **wanted):
    return desk.units().search(Filter(**wanted))


def previewed(shown):
    """The page after a click on the preview."""
    shown.button(key="bulk:preview").click().run()
    assert not shown.exception
    return shown


def saved(shown, reason=WHY):
    shown.text_input(key="bulk:why").set_value(reason)
    shown.button(key="bulk:save").click().run()
    assert not shown.exception
    return shown


def rows(shown):
    """The rows of the table of changes."""
    return shown.dataframe[-1].value.to_numpy().tolist()


def edited(shown, *cells):
    """The page after these cells of the grid were typed over: row, column, text."""
    key = shown.session_state["bulk:grid"]
    told = {}
    for row, column, text in cells:
        told.setdefault(row, {})[column] = text
    shown.session_state[key] = {"edited_rows": told, "added_rows": [], "deleted_rows": []}
    shown.run()
    assert not shown.exception
    return shown


def test_too_many_are_told_how_to_narrow():
    """More than 300 are not edited at once: how many there are, how many may be, and what to do."""
    shown = page_of("bulk")
    assert "307" in shown.warning[0].value
    assert "300" in shown.warning[0].value
    assert "Lọc hẹp lại" in shown.warning[0].value
    assert not shown.dataframe
    shown.selectbox(key="url:linh-vuc:vi").set_value("finance").run()
    assert not shown.warning
    assert "Đang chọn 22 đơn vị" in shown.caption[0].value


def test_one_value_is_previewed_and_written_once(desk):
    """All of it stands in the URL; three clicks, and the batch is one."""
    before = len(desk.batches())
    units = found(desk, sector=Sector.FINANCE)
    shown = previewed(page_of("bulk", **ONE))
    told = rows(shown)
    assert [row[0] for row in told] == [one.name for one in units]
    assert told[0][1:] == ["Lĩnh vực", "Tài chính, ngân hàng, bảo hiểm", "Dịch vụ và lĩnh vực khác"]
    saved(shown)
    assert "22 đơn vị" in shown.success[0].value
    assert len(desk.batches()) == before + 1
    last = desk.batches()[-1]
    assert (last.reason, last.records) == (WHY, 22)
    assert len(found(desk, sector=Sector.FINANCE)) == 0
    shown.session_state["bulk:saving"] = True  # the second click, which came while the first was at work
    shown.run()
    assert "22 đơn vị" in shown.success[0].value
    assert len(desk.batches()) == before + 1


def test_without_a_reason_nothing_is_written(desk):
    """The page says so at the button, and what was previewed stays."""
    before = len(desk.batches())
    shown = saved(previewed(page_of("bulk", **ONE)), reason=" ")
    assert "ghi lý do" in shown.error[0].value
    assert len(desk.batches()) == before
    assert len(rows(shown)) == 22


def test_another_question_takes_the_preview_away():
    """What is shown is always what would be written."""
    shown = previewed(page_of("bulk", **ONE))
    shown.selectbox(key="url:moi-sector:vi").set_value("industry").run()
    assert not shown.dataframe
    assert not [one for one in shown.button if one.key == "bulk:save"]


def test_cells_are_typed_over_by_their_units(desk):
    """Each place in the grid is one unit's; faults are told by unit and field, and the rest may be written."""
    units = found(desk, sector=Sector.FINANCE)
    shown = page_of("bulk", **GRID)
    edited(shown, (0, "sector", "services"), (1, "tax_code", "123"), (2, "sector", None))
    previewed(shown)
    refused, told = (one.value.to_numpy().tolist() for one in shown.dataframe[-2:])
    assert [row[:2] for row in refused] == [[units[1].name, "Mã số thuế"]]
    assert [(row[0], row[3]) for row in told] == [(units[0].name, "Dịch vụ và lĩnh vực khác"), (units[2].name, "–")]
    saved(shown)
    assert "bỏ qua" in shown.error[0].value
    shown.checkbox(key="bulk:rest").check()
    saved(shown)
    ledger = desk.workspace.ledger
    assert [ledger.get(Cooperative, one.id)[0].sector for one in units[:3]] == [Sector.SERVICES, Sector.FINANCE, None]


def test_what_was_typed_stays_with_other_columns(desk):
    """Choosing another column begins the grid anew with what was typed so far."""
    unit = found(desk, sector=Sector.FINANCE)[0]
    shown = edited(page_of("bulk", **GRID), (0, "sector", "services"))
    shown.multiselect(key="bulk:cot:vi").set_value(["sector", "address"]).run()
    edited(shown, (0, "address", "Số 1"))
    told = [row[:2] + row[3:] for row in rows(previewed(shown))]
    assert told == [[unit.name, "Địa chỉ", "Số 1"], [unit.name, "Lĩnh vực", "Dịch vụ và lĩnh vực khác"]]


def test_what_was_typed_stands_there_after_a_reload(desk):
    """In another session of the same person, until it is written."""
    unit = found(desk, sector=Sector.FINANCE)[0]
    edited(page_of("bulk", **GRID), (0, "sector", "services"))
    again = previewed(page_of("bulk", **GRID))
    assert [(row[0], row[-1]) for row in rows(again)] == [(unit.name, "Dịch vụ và lĩnh vực khác")]
    saved(again)
    assert "Những gì đã sửa" not in str([one.value for one in page_of("bulk", **GRID).caption])


def test_a_state_from_a_day_on_is_set_for_all(desk):
    """The status before it ends, and those that are so already stay as they are."""
    held = {one.id: one.operating for one in found(desk, sector=Sector.FINANCE)}
    shown = previewed(page_of("bulk", **STOP))
    assert ["Tình trạng hoạt động", "Đang hoạt động", "Ngừng hoạt động"] in [row[1:] for row in rows(shown)]
    saved(shown)
    assert shown.success
    now = {one.id: one.operating for one in found(desk, sector=Sector.FINANCE)}
    assert set(now.values()) == {OperatingState.STOPPED}
    assert OperatingState.OPERATING in held.values()


def test_what_others_wrote_meanwhile_is_shown(desk):
    """Nothing is written; the units are named with both versions, and opening anew keeps what was typed."""
    units = found(desk, sector=Sector.FINANCE)
    shown = previewed(edited(page_of("bulk", **GRID), (0, "sector", "services")))
    bulk = Bulk(desk)
    theirs = bulk.cells(bulk.open(found(desk, sector=Sector.FINANCE)), {units[0].id: {"address": "Số 9"}})
    number = bulk.save(theirs, token="t", reason="sửa địa chỉ").number  # noqa: S106 - a form's name, no secret
    saved(shown)
    assert "người khác vừa sửa" in shown.warning[0].value
    assert [row[0] for row in rows(shown)] == [units[0].name]
    assert rows(shown)[0][1] == "Địa chỉ"
    assert rows(shown)[0][3] == "Số 9"
    assert len(desk.batches()) == number
    shown.button(key="bulk:reopen").click().run()
    assert not shown.exception
    saved(previewed(shown))
    made = desk.workspace.ledger.get(Cooperative, units[0].id)[0]
    assert (made.sector, made.address) == (Sector.SERVICES, "Số 9")


def test_the_page_is_there_in_english():
    """Whatever was asked for in Vietnamese stands in the URL, and means the same."""
    shown = previewed(page_of("bulk", lang="en", **ONE))
    assert rows(shown)[0][1:] == ["Sector", "Finance, banking, insurance", "Services and other"]
