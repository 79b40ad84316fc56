"""The page of campaigns over a real ledger: the list, one opened, a stage closed and sent back, a new one begun."""

import re

import pytest
from tests.admin_pages import page_of
from tests.campaigns import RULES, launched, office, rules, self_scores

from coopkit.campaign import Pledge, StageStep
from coopkit.workspace import CampaignDesk, Stages


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An officer at a ledger with two blocks of four units, which the page opens too."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/so.db")
    with office(tmp_path) as opened:
        yield opened


def words(page):
    """All that stands on the page as text."""
    parts = [*page.markdown, *page.caption, *page.info, *page.warning, *page.success, *page.error, *page.subheader]
    return "\n".join(str(one.value) for one in parts).replace("\\", "")


def press(page, label):
    next(one for one in page.button if one.label == label).click()
    page.run()
    assert not page.exception
    return page


def moves(at):
    own = sorted(at.desk.snapshot().records(StageStep), key=lambda one: one.number)
    return [(one.stage, one.move.value) for one in own]


@pytest.mark.usefixtures("desk")
def test_nothing_yet():
    """An empty list says what to do next."""
    assert "Chưa có đợt thi đua nào" in words(page_of("campaigns"))


def test_the_list_and_one_opened(desk):
    """Each campaign says where it stands; its button opens it, with every stage and what stands in the way."""
    at = launched(desk)
    page = page_of("campaigns")
    assert "1 đợt thi đua" in words(page)
    press(page, "Mở")
    assert page.query_params["dot"] in (at.campaign, [at.campaign])
    told = words(page)
    assert "2. Tự chấm" in told
    assert "Còn 8 việc" in told
    assert "HTX A1: chưa chấm tiêu chí 2" in told


@pytest.mark.usefixtures("desk")
def test_an_unknown_campaign():
    """A stale address leads to the list, and says so."""
    assert "Không có đợt thi đua" in words(page_of("campaigns", dot="lạ"))


def test_closed_and_sent_back(desk):
    """Closing needs what is missing; it seals and opens the next once, and a reason takes it back."""
    at = launched(desk)
    page = press(page_of("campaigns", dot=at.campaign), "Chốt giai đoạn")
    assert "Chưa đóng được Tự chấm" in words(page)
    assert moves(at)[-1] == ("self", "open")
    self_scores(at)
    page = press(page_of("campaigns", dot=at.campaign), "Chốt giai đoạn")
    assert moves(at)[-2:] == [("self", "close"), ("cross", "open")]
    assert "Đã mở Chấm chéo" in words(page)
    page = press(page, "Trả lại")
    assert "cần một lý do" in words(page)
    next(one for one in page.text_input if one.label.startswith("Lý do trả lại")).set_value("nộp lại")
    press(page, "Trả lại")
    assert moves(at)[-1] == ("self", "back")


def test_the_days_to_be_kept_stand_on_the_campaigns_own_page(desk):
    """What is overdue says so; without a planned day there is no card."""
    stages = [{**one, "closes": "2024-11-16"} if one["key"] == "self" else one for one in RULES["stages"]]
    at = launched(desk, stages=stages)
    told = words(page_of("campaigns", dot=at.campaign))
    assert "Các hạn phải giữ" in told
    assert re.search(r"red-badge\[Quá hạn [\d.]+ ngày\] Tự chấm · 16/11/2024", told)


def test_a_step_somebody_else_took(desk):
    """A form that waited while another closed the stage moves nothing."""
    at = launched(desk)
    self_scores(at)
    seen = at.next_number()
    Stages(at).advance(token="a", seen=seen)  # noqa: S106 - names a form
    assert Stages(at).advance(token="a", seen=seen) is None  # noqa: S106 - names a form
    with pytest.raises(Exception, match="moved meanwhile"):
        Stages(at).advance(token="b", seen=seen)  # noqa: S106 - names a form
    assert moves(at)[-1] == ("cross", "open")


def test_pledges(desk):
    """The units of a block sign in one go; who signed is no longer asked."""
    stages = Stages.new(desk, rules())
    stages.apply()
    stages.advance()
    page = press(page_of("campaigns", dot=stages.at.campaign), "Ghi giao ước")
    assert "Đã ghi giao ước của 4 đơn vị" in words(page)
    assert {one.cooperative for one in desk.snapshot().records(Pledge)} == {"a1", "a2", "a3", "a4"}
    assert page.selectbox[0].options == ["Khối B"]


def test_conflicts_are_settled(desk):
    """What the register shows is listed; a decision needs its reason and is written."""
    at = launched(desk)
    page = page_of("campaigns", dot=at.campaign, muc="xung-dot")
    chosen = next(one for one in page.selectbox if one.label == "Quyết định về")
    chosen.set_value(1).run()
    assert "needs a reason" not in words(page)
    next(one for one in page.text_input if one.key.startswith("settle")).set_value("đã thôi chức")
    press(page, "Ghi quyết định")
    [told] = [one for one in Stages(at).conflicts() if one.reason]
    assert (told.one, told.other) == ("a2", "a3")


def test_a_new_campaign(desk):
    """From last year's, its days shifted; a word is changed, and the draft is written and opened."""
    launched(desk)
    page = page_of("campaigns", moi="1")
    next(one for one in page.text_input if one.label.startswith("Kỳ")).set_value("2025").run()
    next(one for one in page.text_input if one.label.startswith("Tên")).set_value("Thi đua 2025").run()
    press(page, "Lưu bản nháp")
    at = CampaignDesk.of(desk, "2025")
    assert (at.record.name, at.rules.launched.year, at.versions()[0].applied) == ("Thi đua 2025", 2024, None)
    assert page.query_params["dot"] in (at.campaign, [at.campaign])


def test_what_the_register_cannot_serve(desk):
    """The template's blocks and metrics that are not there are told before anything is written."""
    page = page_of("campaigns", moi="1")
    assert "Vẫn lưu được bản nháp" in words(page) or not page.warning
    next(one for one in page.text_input if one.label.startswith("Kỳ")).set_value("hai mươi").run()
    assert page.error
    assert not CampaignDesk.all(desk)
