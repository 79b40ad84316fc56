"""Báo cáo over a ledger with the example: figures, how they are split, opened and sealed; and the faults of papers."""

import datetime as dt
import io
import logging

import openpyxl
import pytest
from attrs import evolve
from starlette.applications import Starlette
from tests.admin_pages import example_ledger, page_of, sit_here
from tests.test_admin_shell import ask

from coopkit.access import Actor
from coopkit.admin import papers, routes
from coopkit.admin.jobs import jobs
from coopkit.cooperative import Membership
from coopkit.ledger import Batch, Change
from coopkit.metrics import Unavailable
from coopkit.period import Period
from coopkit.registry import Registry
from coopkit.workspace import Sealing, Workspace
from coopkit.workspace.opening import Opening, column_label
from coopkit.workspace.reporting import Reporting, Wanted

YEAR = Period.parse("2023")
TODAY = dt.date(2025, 7, 1)


@pytest.fixture(autouse=True)
def url(tmp_path, monkeypatch):
    """A ledger with the example, the page's own."""
    found = example_ledger(tmp_path)
    monkeypatch.setenv("COOPKIT_LEDGER", found)
    return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with Workspace.open(example_ledger(tmp_path_factory.mktemp("reports")), registry=Registry.load()) as office:
        yield office.as_(Actor.office("an"))


def page(**query):
    return page_of("reports", **query)


def captions(shown):
    return " ".join(one.value for one in shown.caption)


def test_figures_stand_in_sections_beside_the_year_before():
    """The value with its unit, the year before, the change, and a figure that is read with it."""
    shown = page(ky="2023")
    assert "Thành viên Liên minh" in [heading.value for heading in shown.subheader]
    members, trade = (
        next(one.value for one in shown.dataframe if text in set(one.value["Chỉ tiêu"]))
        for text in ("Tổng số thành viên cuối kỳ", "Lượt HTX dự hội chợ, xúc tiến thương mại")
    )
    first = members.iloc[0]
    assert [first["Giá trị"], first["Năm trước"], first["So với năm trước"]] == [
        "274 đơn vị",
        "266 đơn vị",
        "↑ 8 (3,0%)",
    ]
    turns = trade.set_index("Chỉ tiêu").loc["Lượt HTX dự hội chợ, xúc tiến thương mại"]
    assert "60" in turns["Kèm theo"]
    assert "Bản đồ hành chính ngày 31/12/2023" in captions(shown)


@pytest.mark.parametrize(
    ("ky", "value"),
    [
        ("2023-Q3", "270"),
        ("2023@2023-09-30", "270"),
        ("2023-H1", "266"),
        ("linh tinh", "274"),
    ],
)
def test_any_period_is_shown(ky, value):
    """By its key, cut short at a day too; what is no period shows the first."""
    shown = page(ky=ky, chon="members.total")
    assert shown.dataframe[0].value["Giá trị"].tolist() == [f"{value} đơn vị"]


def test_sections_and_figures_are_chosen_and_stay_in_the_url():
    """A section brings its metrics, a metric itself; nothing chosen is all."""
    shown = page(ky="2023", chon="dao-tao-boi-duong,members.total")
    assert [len(one.value) for one in shown.dataframe] == [1, 2]
    shown.multiselect(key="chosen:vi").set_value(["fairs.turns"]).run()
    assert shown.query_params["chon"] == "fairs.turns"
    assert len(shown.dataframe) == 1
    shown.multiselect(key="chosen:vi").set_value([]).run()
    assert "chon" not in shown.query_params
    assert len(shown.dataframe) > 5


@pytest.mark.parametrize("way", ["huyen", "xa", "linh-vuc", "loai-hinh", "loai-hoat-dong"])
def test_figures_are_split_and_add_up(desk, way):
    """Turns of all groups are the whole's, what belongs to no group is told last."""
    reporting, wanted = Reporting(desk), Wanted(YEAR, only=("fairs.turns",))
    split = reporting.split(wanted, way)
    [(first, _, (whole,)), *groups] = split.lines
    assert first == "*"
    assert sum(one.value.low for _, _, (one,) in groups if one) == whole.value.low == 96
    assert "" not in [key for key, _, _ in groups[:-1]]


def test_what_cannot_be_split_is_told():
    """Meetings have no sector; a table of figures that can be split says which cannot."""
    shown = page(ky="2023", theo="linh-vuc")
    assert "chỉ tiêu không chia được theo cách này" in shown.expander[-1].label
    shown = page(ky="2023", theo="khoi", chon="meetings.held")
    assert "chọn cách chia" in shown.info[0].value


def test_an_address_opens_a_figure_with_its_records():
    """How it is counted, what of, by which definition; fifty records at a time."""
    shown = page(ky="2023", chi_tieu="members.total")
    assert shown.header[0].value == "Tổng số thành viên cuối kỳ"
    texts = [one.value for one in shown.markdown]
    assert "## 274 đơn vị" in texts
    assert [one for one in texts if "Ngày kết nạp" in one]
    assert "Bản đồ hành chính" in shown.table[0].value.index
    assert len(shown.dataframe[0].value) == 50
    assert "Chưa có hoặc hết hiệu lực" in captions(shown)
    shown.button(key="report:back").click().run()
    assert "chi-tieu" not in shown.query_params
    assert not shown.exception


def test_a_group_opens_to_its_own_records():
    """The figure of a district opens to as many records as it counted; one there is not says so."""
    shown = page(ky="2023", theo="huyen", chi_tieu="members.total", nhom="316")
    assert "## 43 đơn vị" in [one.value for one in shown.markdown]
    assert len(shown.dataframe[0].value) == 43
    assert not page(ky="2023", theo="huyen", chi_tieu="members.total", nhom="999").exception
    assert "Không có chỉ tiêu này" in page(ky="2023", chi_tieu="no.such").info[0].value


def test_a_ratio_opens_to_both_of_its_parts(desk):
    """Each part with its own records; and in words what is divided by what."""
    opening = Opening(Reporting(desk), Wanted(YEAR), "meetings.districts", lang="en")
    assert [one.metric.key for one in opening.counted] == ["meetings.districts_covered", "places.districts"]
    assert len(opening.counted[1]) == 15
    assert opening.how[0].en == "«Districts with a meeting» over «Districts», divided once."


def test_each_record_leads_to_a_page(desk):
    """A turn to its unit, a meeting to itself."""
    reporting = Reporting(desk)
    turns = Opening(reporting, Wanted(YEAR), "fairs.turns").counted[0]
    assert {table for table, _ in turns.leads()} == {"cooperative"}
    meetings = Opening(reporting, Wanted(YEAR), "meetings.held").counted[0]
    assert {table for table, _ in meetings.leads()} == {"event"}


def test_records_are_taken_along(desk):
    """As a workbook and as CSV, with every record, money as numbers; formulas stay text."""
    loans = Opening(Reporting(desk), Wanted(YEAR), "loans.amount").counted[0]
    sheet = openpyxl.load_workbook(io.BytesIO(loans.xlsx(("Năm 2023",), TODAY))).active
    rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    assert rows[1][0] == "Năm 2023"
    assert len(rows) == len(loans) + 3
    lines = loans.csv().decode("utf-8-sig").splitlines()
    assert len(lines) == len(loans) + 1
    left = Opening(Reporting(desk), Wanted(YEAR), "loans.amount").left_out[0]
    assert left.csv().decode("utf-8-sig").startswith("Vì sao không đếm,")
    assert sum(many for _, many in left.reasons) == len(left)


def test_a_report_is_of_what_was_chosen(desk):
    """Its figures, their records, its notes and its file; the parts of a ratio are not told as figures."""
    reporting = Reporting(desk)
    report = reporting.report(Wanted(YEAR, TODAY, ("meetings.districts",)))
    assert [one.key for one in report.figures] == ["meetings.districts"]
    assert {one.figure for one in report.sources} == {"meetings.districts_covered", "places.districts"}
    assert [note.vi for note in report.notes] == [
        "Địa bàn theo bản đồ hành chính ngày 01/07/2025.",
        "Chỉ gồm 1 chỉ tiêu được chọn.",
    ]
    told = reporting.file(Wanted(YEAR, None, ("members.total",)), "csv").decode("utf-8-sig")
    assert "members.total" in told
    assert "fairs.turns" not in told


def test_only_some_metrics_are_counted_with_their_parts(desk):
    """What they are made of and shown beside comes along; the figures are those of all."""
    some = desk.evaluate(YEAR, only=["loans.average", "fairs.turns", "no.such"])
    assert list(some.metrics) == [
        "fairs.turns",
        "fairs.cooperatives",
        "loans.cooperatives",
        "loans.amount",
        "loans.average",
    ]
    whole = desk.evaluate(YEAR)
    for key in some.metrics:
        assert some.cell(key).value == whole.cell(key).value
    assert desk.evaluate(YEAR, only=["fairs.turns", "loans.average"]) is some


def test_columns_are_named_as_their_fields(desk):
    """Those of what a record refers to and of a kind of event too; one that nobody declared has no name."""
    seen = desk.snapshot()
    assert column_label("event", "training.trainees", seen).vi == "Số học viên"
    assert column_label("participation", "cooperative", seen) is not None
    assert column_label("participation", "no.such", seen) is None


def finished(shown):
    """The page once the job of its URL is over."""
    job = shown.query_params["viec"]
    jobs().wait(job[0] if isinstance(job, list) else job, 120)
    return shown.run()


def sealed(shown):
    """The page after the year was sealed, with a reason for what stood in the way."""
    shown.button(key="seal:open").click().run()
    for box in shown.text_input:
        if box.key.startswith("waive:"):
            box.set_value("Đơn vị toàn thành phố")
    next(button for button in shown.button if button.label == "Chốt").click().run()
    assert not shown.exception
    return finished(shown)


def test_nothing_is_sealed_without_a_reason_for_what_stands_in_the_way():
    """Each is told in words, its fault at its box, and what was typed stays; a name that is no good is told, too."""
    shown = page(phan="da-chot", ky="2023")
    shown.button(key="seal:open").click().run()
    assert "place.undecided" not in " ".join(box.label for box in shown.text_input)
    name = next(box for box in shown.text_input if box.key.startswith("name:"))
    assert name.value == "bao-cao-2023"
    name.set_value("a/b")
    next(button for button in shown.button if button.label == "Chốt").click().run()
    assert [one.value for one in shown.error if "Ghi lý do" in one.value]
    assert [one.value for one in shown.error if "không dùng được" in one.value]
    assert next(box for box in shown.text_input if box.key.startswith("name:")).value == "a/b"
    assert "viec" not in shown.query_params


def test_figures_are_sealed_run_again_and_explained(url):
    """A seal is the same when it is run again; a later correction is told with its record."""
    with Workspace.open(url, registry=Registry.load()) as office:
        held = office.ledger.snapshot().records(Membership)
        [chosen] = [one for one in held if one.left is None][:1]
    shown = sealed(page(phan="da-chot", ky="2023"))
    assert "Đã chốt bao-cao-2023" in shown.success[0].value
    assert shown.query_params["chot"] in ("bao-cao-2023", ["bao-cao-2023"])
    shown.button(key="again").click().run()
    shown = finished(shown)
    assert "từng byte" in shown.success[-1].value
    with Workspace.open(url, registry=Registry.load()) as office:
        change = Change(evolve(chosen, left=dt.date(2023, 11, 30)), base=1)
        office.ledger.write(Batch("an", "sửa", dt.datetime(2024, 1, 5, tzinfo=dt.UTC), changes=(change,)))
    shown = page(chot="bao-cao-2023")
    shown.button(key="why").click().run()
    texts = [one.value for one in finished(shown).markdown]
    [told] = [one for one in texts if one.startswith("**Tổng số thành viên cuối kỳ**")]
    assert "274 đơn vị → **273 đơn vị**" in told
    assert "Bản ghi được sửa" in told


def test_the_seals_are_listed_and_open(url):
    """By whom, when and of how many figures; a sealed figure opens to its records as they were; none there is told."""
    with Workspace.open(url, registry=Registry.load()) as office:
        sealing = Sealing(office.as_(Actor.office("an")))
        question = sealing.question(YEAR)
        reasons = {one.key: "thử" for one in sealing.obstacles(question)}
        sealing.seal(question, "nam-2023", waive=reasons)
        [listed] = sealing.listed()
        assert (listed.run.name, listed.by, listed.period) == ("nam-2023", "an", YEAR)
        assert listed.figures == 36
    [row] = page(phan="da-chot").dataframe[0].value.to_dict("records")
    assert (row["Tên lần chốt"], row["Người chốt"], row["Kỳ"]) == ("nam-2023", "an", "Năm 2023")
    shown = page(chot="nam-2023", con_so="members.total")
    assert "274 bản ghi, như lúc chốt" in captions(shown)
    assert len(shown.dataframe[0].value) == 50
    assert "Không có lần chốt này" in page(chot="khac").info[0].value


def test_every_exporter_is_offered(desk):
    """One button for each, and the paper to print with what was chosen."""
    shown = page(ky="2023", chon="members.total")
    assert len(shown.get("download_button")) == len(desk.exporters())
    [link] = shown.get("link_button")
    assert link.proto.url == "/in/bao-cao?ky=2023&lang=vi&chon=members.total"


@pytest.fixture
def site(monkeypatch):
    sit_here(monkeypatch)
    return Starlette(routes=list(routes.ROUTES))


def test_a_paper_is_of_what_was_chosen(site):
    """Only the figures asked for, on the map of the day asked for."""
    status, _, body = ask(site, "/in/bao-cao?ky=2023&chon=members.total&ban-do=2025-07-01&lang=en")
    assert status == 200
    assert "274 units" in body
    assert "Turns at fairs" not in body
    assert "Places as on the map of 01/07/2025." in body


@pytest.mark.parametrize(("lang", "said"), [("vi", "Báo quản trị mã sự cố"), ("en", "incident number")])
def test_an_unexpected_fault_of_a_paper_is_told_in_the_readers_language(site, monkeypatch, caplog, lang, said):
    """Our own page with a number, which the log has too, and nothing of what went wrong inside."""

    def broken(*_):
        raise ZeroDivisionError("bí mật")

    monkeypatch.setattr(papers, "write_html", broken)
    with caplog.at_level(logging.ERROR):
        status, _, body = ask(site, f"/in/bao-cao?ky=2023&lang={lang}")
    assert status == 500
    assert said in body
    assert "bí mật" not in body
    number = caplog.records[-1].args[0]
    assert f"{number}." in body


def test_a_gap_is_told_in_the_readers_language():
    """The reason too, where it is told in both."""
    gap = Unavailable("coopkit", "mẫu số bằng 0 (the denominator is 0)")
    assert gap.in_("en") == "unavailable (coopkit: the denominator is 0)"
    assert gap.in_("vi") == "không tính được (coopkit: mẫu số bằng 0)"
    assert Unavailable("x", "ZeroDivisionError: y").in_("en") == "unavailable (x: ZeroDivisionError: y)"
