"""Khen thưởng over a small campaign: proposals, votes, decisions, papers; and what is told where something is wrong."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from streamlit.testing.v1 import AppTest
from tests.admin_pages import page_of
from tests.award_office import campaign_at
from tests.campaigns import reopened

from coopkit.admin.award_act import of_rows
from coopkit.admin.jobs import jobs
from coopkit.exporters.papers import PAPERS
from coopkit.workspace import Awarding, CampaignDesk, Stages
from coopkit.workspace.nominees import Nominees

READER = """
from attrs import evolve
from coopkit.access import Actor, {role}
from coopkit.admin import awards
from tests.admin_pages import context
c = context("vi")
awards.show(evolve(c, desk=c.desk.workspace.as_(Actor("b4", {role}, {{"b4"}}))))
"""


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Open a part of the page over a campaign at a stage."""

    def run(stage, part, lang="vi", **query):
        if not (tmp_path / "so.db").exists():
            url = campaign_at(tmp_path, stage)
            monkeypatch.setenv("COOPKIT_LEDGER", url)
        return page_of("awards", lang=lang, muc=part, **query)

    return run


def press(shown, label):
    """Click the button of that label."""
    next(one for one in shown.button if one.label == label).click().run()
    assert not shown.exception


def box(shown, kind, label):
    """The box of that kind and label."""
    return next(one for one in getattr(shown, kind) if one.label == label)


def told(shown):
    """All that the page says outside its tables."""
    kinds = ("info", "caption", "success", "error", "warning", "markdown")
    return "\n".join(one.value for kind in kinds for one in getattr(shown, kind))


def batches(folder):
    with reopened(folder) as desk:
        return [one.reason for one in desk.batches()]


def ballots(shown, label):
    return [one for one in shown.number_input if one.label == label]


def test_a_register_without_a_campaign_says_what_to_do(tmp_path, monkeypatch):
    """Nothing is there yet: the page says where a campaign is opened."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/so.db")
    assert "Mở một phong trào" in page_of("awards").info[0].value


def test_who_may_not_see_votes_reads_one_sentence(tmp_path, monkeypatch):
    """Before the publication a unit is told when, and sees no name, vote or quota."""
    url = campaign_at(tmp_path, "council")
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    shown = AppTest.from_string(READER.format(role="UNIT"), default_timeout=60).run()
    assert not shown.exception
    assert len(shown.info) == 1
    assert not shown.tabs
    assert not shown.dataframe


def test_a_council_member_sees_and_cannot_write(tmp_path, monkeypatch):
    """Who sees the votes but does not run the campaign has the lists, and no button that writes."""
    url = campaign_at(tmp_path, "decision")
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    for part in ("de-nghi", "hoi-dong", "quyet-dinh", "van-ban"):
        shown = AppTest.from_string(READER.format(role="COUNCIL"), default_timeout=60)
        shown.query_params["muc"] = part
        shown.run()
        assert not shown.exception
        assert not [one.label for one in shown.button if one.label != "Ghi khen thưởng ngoài phong trào"]
    assert "người điều hành" in told(shown)


def test_units_are_proposed_as_ticked_once(page, tmp_path):
    """Those suggested are ticked; one batch for all; afterwards they are listed, and the quota is used."""
    shown = page("block", "de-nghi")
    assert shown.query_params["muc"] == "de-nghi"
    box(shown, "text_input", "Thành tích").set_value("Dẫn đầu").run()
    press(shown, "Đề nghị 2 đơn vị")
    assert "Đề nghị 2 đơn vị cho Cờ: đã ghi" in shown.success[0].value
    assert batches(tmp_path)[-1] == "Đề nghị Cờ: 2 đơn vị"
    listed = shown.dataframe[0].value
    assert set(listed["Kết quả"]) == {"Được đề nghị"}
    assert set(listed["Thành tích"]) == {"Dẫn đầu"}
    assert "Không còn đơn vị nào đủ điều kiện" in told(shown)
    quotas = shown.table[0].value
    assert quotas.iloc[0].tolist()[-3:] == ["2", "2", "0"]


def test_unticked_units_are_not_proposed(page, tmp_path):
    """The tick decides: one taken away is not written."""
    shown = page("block", "de-nghi")
    with reopened(tmp_path) as desk:
        able = [one for one in Nominees(CampaignDesk.of(desk, "2024")).candidates("flag") if one.told.eligible]
    key = f"chon:flag:{of_rows(one.line.unit for one in able)}:vi:0"
    shown.session_state[key] = {"edited_rows": {0: {"Chọn": False}}, "added_rows": [], "deleted_rows": []}
    shown.run()
    again = page("block", "de-nghi")  # a reload: the ticks are those that were there
    assert "Đề nghị 1 đơn vị" in [one.label for one in again.button]
    press(again, "Bỏ những gì đã sửa")
    assert "Đề nghị 2 đơn vị" in [one.label for one in again.button]
    shown.session_state[key] = {"edited_rows": {0: {"Chọn": False}}, "added_rows": [], "deleted_rows": []}
    shown.run()
    press(shown, "Đề nghị 1 đơn vị")
    assert batches(tmp_path)[-1] == "Đề nghị Cờ: 1 đơn vị"


def test_who_is_not_eligible_is_told_why_and_by_which_law(page):
    """Every other unit with its reasons and the source."""
    shown = page("block", "de-nghi")
    barred = shown.dataframe[-1].value
    assert any("cần hạng 1 trở lên" in why for why in barred["Vì sao"])
    assert any("Luật 06/2022/QH15 Điều 26" in source for source in barred["Theo quy định"])


def test_unsplit_recipients_are_proposed_by_number(page, tmp_path):
    """So many of them in one batch; none is no act."""
    shown = page("block", "de-nghi", hinh_thuc="paper")
    assert box(shown, "button", "Đề nghị 0 trường hợp").disabled
    box(shown, "number_input", "Số lượng").set_value(3).run()
    press(shown, "Đề nghị 3 trường hợp")
    assert batches(tmp_path)[-1] == "Đề nghị Giấy khen: 3"
    assert len(shown.dataframe[0].value) == 3


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("de-nghi", "Họp khối, Hội đồng thi đua"),
        ("hoi-dong", "Họp khối, Hội đồng thi đua"),
        ("quyet-dinh", "Quyết định"),
    ],
)
def test_each_part_says_in_which_stage_it_is_done(page, tmp_path, part, said):
    """At the wrong stage there is no button, but the stage's name."""
    page("block", part)
    with reopened(tmp_path) as desk:
        Stages(CampaignDesk.of(desk, "2024")).back("thử")
    shown = page("block", part)
    assert f"giai đoạn: {said}. Hiện nay: Thẩm định" in told(shown)


def test_a_seat_is_added_and_taken_out(page, tmp_path):
    """A seat named by mistake goes again while nobody has voted."""
    shown = page("block", "hoi-dong")
    box(shown, "text_input", "Chức danh").set_value("Chủ tịch Hội đồng").run()
    press(shown, "Thêm")
    assert "Chủ tịch Hội đồng" in told(shown)
    assert shown.dataframe[0].value["Chức danh"].tolist() == ["Chủ tịch Hội đồng"]
    box(shown, "selectbox", "Bớt một chức danh ghi nhầm").set_value("Chủ tịch Hội đồng").run()
    press(shown, "Bớt")
    assert batches(tmp_path)[-1] == "Bớt khỏi Hội đồng: Chủ tịch Hội đồng"
    assert "Chưa có ai" in told(shown)


def test_who_is_there_is_written_exactly(page, tmp_path):
    """Who is taken away is no longer there, and the ballots count with those who are."""
    shown = page("council", "hoi-dong")
    before = told(shown)
    shown.button_group[0].set_value(["Chủ tịch", "Thư ký"]).run()
    press(shown, "Ghi người dự họp")
    assert "2 người dự họp" in shown.success[0].value
    assert "3 người được bỏ phiếu, 3 có mặt" in before
    assert "3 người được bỏ phiếu, 2 có mặt" in told(shown)
    with reopened(tmp_path) as desk:
        assert desk.snapshot().table("attendance").num_rows == 2


def test_a_verdict_is_told_while_typing_and_a_wrong_number_beside_its_box(page):
    """The rule, the arithmetic, and the fault: nothing is written by typing."""
    shown = page("council", "hoi-dong")
    assert "2/3 tổng số thành viên" in told(shown)
    ballots(shown, "Đồng ý")[0].set_value(2).run()
    ballots(shown, "Không đồng ý")[0].set_value(0).run()
    assert "cần 2 phiếu" in told(shown)
    ballots(shown, "Đồng ý")[0].set_value(9).run()
    assert "nhiều hơn số người có mặt" in told(shown)
    press(shown, "Ghi kết quả bỏ phiếu")
    assert "nhiều hơn số người có mặt" in told(shown)
    assert not shown.success


def test_votes_that_were_typed_survive_a_reload_and_are_written_once(page, tmp_path):
    """The draft's token stands in the URL; one batch for the whole list; then the draft is gone."""
    shown = page("council", "hoi-dong")
    for one in range(len(ballots(shown, "Đồng ý"))):
        ballots(shown, "Đồng ý")[one].set_value(2).run()
        ballots(shown, "Không đồng ý")[one].set_value(0).run()
    token = shown.query_params["phieu"]
    again = page("council", "hoi-dong", phieu=token)
    assert [one.value for one in ballots(again, "Đồng ý")] == [2, 2, 2, 2]
    press(again, "Ghi kết quả bỏ phiếu")
    assert "4 đề nghị: 4 được thông qua" in again.success[0].value
    assert "phieu" not in again.query_params
    assert batches(tmp_path)[-1] == "Kết quả bỏ phiếu Hội đồng: 4 đề nghị"
    assert set(again.dataframe[-1].value["Kết quả"]) == {"Được thông qua"}
    late = page("council", "hoi-dong", phieu=token)
    press(late, "Ghi kết quả bỏ phiếu")
    assert batches(tmp_path).count("Kết quả bỏ phiếu Hội đồng: 4 đề nghị") == 1


def test_a_half_filled_line_is_asked_for(page):
    """One box typed, the other not: the empty one is named, nothing is written."""
    shown = page("council", "hoi-dong")
    ballots(shown, "Đồng ý")[0].set_value(2).run()
    press(shown, "Ghi kết quả bỏ phiếu")
    assert "điền nốt ô này" in told(shown)
    assert not shown.success


def test_a_decision_is_written_with_its_reward_and_who_is_refused(page, tmp_path):
    """The reward and its source before; afterwards the honours with number and money."""
    shown = page("decision", "quyet-dinh")
    assert "18,72 triệu đồng = 8 × lương cơ sở 2,34 triệu đồng" in told(shown)
    assert "NĐ 98/2023/NĐ-CP" in told(shown)
    press(shown, "Ghi quyết định: tặng 2 trường hợp")
    assert "Ghi số quyết định" in shown.error[0].value
    box(shown, "text_input", "Số quyết định").set_value("01/QĐ-MẪU").run()
    refused = box(shown, "multiselect", "Không tặng (nếu có)")
    refused.set_value([refused.options[0]]).run()
    press(shown, "Ghi quyết định: tặng 1 trường hợp")
    assert "cần một lý do" in shown.error[0].value
    box(shown, "text_input", "Lý do không tặng").set_value("Chưa đủ hồ sơ").run()
    press(shown, "Ghi quyết định: tặng 1 trường hợp")
    assert "Đã ghi quyết định 01/QĐ-MẪU: tặng 1 trường hợp" in shown.success[0].value
    listed = shown.dataframe[0].value
    assert (listed["Số quyết định"][0], listed["Tiền thưởng"][0]) == ("01/QĐ-MẪU", "18,72 triệu đồng")
    assert batches(tmp_path)[-1] == "Quyết định 01/QĐ-MẪU: Cờ"


def test_an_honour_is_revoked_for_a_reason(page, tmp_path):
    """Without a reason it is refused in words; afterwards the list says so."""
    page("decision", "quyet-dinh")
    with reopened(tmp_path) as desk:
        at = CampaignDesk.of(desk, "2024")
        Awarding(at).decide("flag", "01/QĐ", at.today())
    shown = page("decision", "quyet-dinh")
    honour = box(shown, "selectbox", "Khen thưởng")
    honour.select_index(0).run()
    press(shown, "Hủy bỏ khen thưởng")
    assert "cần số quyết định và lý do" in shown.error[0].value
    box(shown, "text_input", "Số quyết định hủy bỏ").set_value("09/QĐ").run()
    box(shown, "text_input", "Lý do hủy bỏ").set_value("Khai không đúng").run()
    press(shown, "Hủy bỏ khen thưởng")
    states = next(one.value for one in shown.dataframe if "Tình trạng" in one.value.columns)["Tình trạng"]
    assert sorted(states) == ["Còn hiệu lực", "Đã hủy bỏ theo 09/QĐ: Khai không đúng"]


def test_an_initiative_is_proposed_and_recognised(page):
    """Both in the quiet box below, each once."""
    shown = page("decision", "quyet-dinh")
    box(shown, "text_input", "Tên sáng kiến, điển hình").set_value("Tưới tiết kiệm").run()
    box(shown, "selectbox", "Đơn vị").select_index(0).run()
    press(shown, "Đề nghị")
    box(shown, "text_input", "Số quyết định công nhận").set_value("03/QĐ").run()
    press(shown, "Ghi công nhận")
    assert any("03/QĐ" in str(table.value) for table in shown.table)


def test_every_paper_is_listed_and_why_it_cannot_be_made(page):
    """Nothing decided yet: the decision says so; the pledge can be taken away."""
    shown = page("council", "van-ban")
    for paper in PAPERS.values():
        assert paper.label.vi in told(shown)
    assert "chưa có quyết định nào" in told(shown)
    assert "Tất cả: 2 tệp" in str(box(shown, "selectbox", "Tệp của Giao ước thi đua").options)


def test_many_papers_are_made_beside_the_page(page, monkeypatch):
    """All files of a paper come as one zip, made by a job that tells of each file."""
    monkeypatch.setattr("coopkit.admin.documents.AT_ONCE", 1)
    shown = page("council", "van-ban")
    next(one for one in shown.button if one.label == "Tải về (.zip)").click().run()
    assert not shown.exception
    job = jobs().wait("".join(shown.query_params["tep"]), 60)
    assert (job.done, job.total) == (1, 2)
    assert len(zipfile.ZipFile(io.BytesIO(job.result.data)).namelist()) == 2
    shown.run()
    assert "Tải tệp" in [one.label for one in shown.get("download_button")]


def test_a_template_with_a_wrong_placeholder_is_named(page):
    """The office's own template is tried at once; what it cannot fill is named, and a good one is taken."""
    shown = page("council", "van-ban")
    document = docx.Document(io.BytesIO(PAPERS["pledge"].own_template()))
    document.add_paragraph("{{ ten_sai }}")
    wrong = io.BytesIO()
    document.save(wrong)
    uploader = shown.file_uploader[0]
    mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    uploader.upload("mau.docx", wrong.getvalue(), mime).run()
    assert "ten_sai" in shown.error[0].value.replace("\\", "")
    shown.file_uploader[0].upload("mau.docx", PAPERS["pledge"].own_template(), mime).run()
    assert "Mẫu điền được" in told(shown)


def test_the_page_in_english(page):
    """Labels of awards, states and rules come in the reader's language."""
    shown = page("council", "hoi-dong", lang="en")
    assert "of all members in favour" in told(shown)
