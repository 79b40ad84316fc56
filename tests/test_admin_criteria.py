"""The page of criteria over a real ledger: edited in the table, looked at, put in force once; locked while scored."""

import pytest
from tests.admin_pages import page_of
from tests.campaigns import launched, office, rules
from tests.test_admin_campaigns import press, words

from coopkit.access import Actor
from coopkit.workspace import Stages
from coopkit.workspace.criteria import Criteria
from coopkit.workspace.typed import Typed


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An officer at a ledger with two blocks of four units, which the page opens too."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/so.db")
    with office(tmp_path) as opened:
        yield opened


@pytest.fixture
def at(desk):
    """A campaign in force, before any stage is open."""
    stages = Stages.new(desk, rules())
    stages.apply()
    return stages.at


def edit(at, edits, **more):
    """Open the page and type into the table: {row from 0: {column: text}}."""
    page, criteria = page_of("criteria", dot=at.campaign), Criteria(at)
    key = f"criteria:{at.campaign}:{criteria.seen}:{hash(tuple(criteria.lines))}:vi:0"
    page.session_state[key] = {"edited_rows": edits, "added_rows": [], "deleted_rows": [], **more}
    page.run()
    assert not page.exception
    return page


@pytest.mark.usefixtures("desk")
def test_no_campaign_yet():
    """It says where to begin one."""
    assert "Mở một phong trào" in words(page_of("criteria"))


def test_edited_and_applied(at):
    """The sums move with the typing, the change is told in words, a reason is asked, and one version is made."""
    assert "Tổng 20/20" in words(page_of("criteria", dot=at.campaign))
    page = edit(at, {2: {"maximum": "4,5"}})
    assert "Nhóm I 19,5/20" in words(page)
    assert "1 thay đổi" in words(page)
    press(page, "Áp dụng")
    assert "needs a reason" in words(page) or "cần một lý do" in words(page)
    next(one for one in page.text_input if one.label.startswith("Lý do")).set_value("họp ít hơn")
    press(page, "Áp dụng")
    assert [one.number for one in at.versions()] == [1, 2]
    assert at.rules.leaf("2").maximum == 450
    assert "Đã áp dụng thể lệ, lần 2" in words(page)


def test_faults_are_told_and_nothing_is_written(at):
    """The row and the column of each; the button stays shut."""
    page = edit(at, {2: {"maximum": "năm"}, 3: {"name": ""}})
    told = words(page)
    assert "Bảng còn 2 chỗ chưa đúng" in told
    assert "Dòng 3 (2) · Điểm tối đa" in told
    assert "Dòng 4 (3) · Tên tiêu chí" in told
    assert next(one for one in page.button if one.label == "Áp dụng").disabled


def test_half_edited_stands_there_after_a_reload(at):
    """Cells, an added row and a moved one; somebody else sees none of it; once in force, or dropped, it is gone."""
    added = [{"key": "4", "under": "I", "name": "Báo cáo", "maximum": "1", "deadline": "2024-11-30"}]
    edit(at, {2: {"maximum": "4"}, 1: {"place": 3.5}}, added_rows=added)
    again = page_of("criteria", dot=at.campaign)
    assert "thay đổi so với bản hiện có" in words(again)
    assert {"Điểm tối đa", "Thứ tự", "Thêm dòng"} <= set(again.table[0].value["Thay đổi"])
    other = Typed(at.desk.workspace.as_(Actor.office("khac")), f"criteria:{at.campaign}:1")
    assert other.read() is None
    next(one for one in again.button if one.label == "Bỏ những gì đã sửa").click().run()
    assert "thay đổi so với" not in words(again)
    assert "thay đổi so với" not in words(page_of("criteria", dot=at.campaign))


def test_rows_added_moved_and_removed(at):
    """A new row without a place comes last, a place between two moves a row, a removed one is told."""
    added = [{"key": "4", "under": "I", "name": "Báo cáo", "maximum": "1"}]
    page = edit(
        at,
        {2: {"maximum": "4"}, 1: {"place": 3.5}},
        added_rows=added,
        deleted_rows=[5],
    )
    next(one for one in page.text_input if one.label.startswith("Lý do")).set_value("sắp lại")
    press(page, "Áp dụng")
    assert [leaf.key for leaf in at.rules.leaves] == ["2", "1", "3", "4", "P"]


def test_a_draft(desk):
    """It is kept as a draft, or put in force without a reason."""
    at = Stages.new(desk, rules()).at
    page = edit(at, {2: {"maximum": "4"}})
    press(page, "Lưu bản nháp")
    assert (at.versions()[-1].applied, at.rules.leaf("2").maximum) == (None, 400)
    press(page, "Áp dụng")
    assert at.versions()[-1].applied is not None


def test_locked(desk):
    """Once scoring is open the table is only shown, with the reason."""
    page = page_of("criteria", dot=launched(desk).campaign)
    assert "Đã mở chấm điểm" in words(page)
    assert not [one for one in page.button if one.label == "Áp dụng"]
