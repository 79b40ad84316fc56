"""The page "Ba bản đồ" as a reader sees it, given what coopkit gives a plugin's page."""

from streamlit.testing.v1 import AppTest

from coopkit import Actor

AVERAGE = "thuynguyen.average_revenue"


def script(view):
    """What AppTest runs: its text is taken out of here, so it imports what it needs."""
    from coopkit_thuynguyen.page import show

    show(view)


def shown(office, lang="vi", **state):
    """The page as a reader of that language sees it."""
    page = office.workspace.registry.pages()["thuynguyen.ba_ban_do"]
    test = AppTest.from_function(script, args=(office.inside.view(page, lang),), default_timeout=60)
    for key, value in state.items():
        test.session_state[f"thuynguyen.{key}"] = value
    test.run()
    assert not test.exception
    return test


def test_three_maps_side_by_side(desk):
    """Each map has its heading, its communes, and its own table; the lines of each add up to the same."""
    page = shown(desk, figure="thuynguyen.fair_turns")
    assert page.title[0].value == "Ba bản đồ"
    assert [one.value for one in page.subheader][:3] == ["Ngày 31/12/2023", "Ngày 01/03/2025", "Ngày 01/07/2025"]
    captions = [one.value for one in page.caption]
    assert captions[:3] == [
        "Huyện Thủy Nguyên: 37 đơn vị cấp xã, chưa xác định: 1",
        "Thành phố Thủy Nguyên: 21 đơn vị cấp xã, chưa xác định: 24",
        "8 đơn vị cấp xã, chưa xác định: 25",
    ]
    assert captions[3].startswith("Các dòng của mỗi bản đồ cộng lại đều bằng 31.")
    tables = [one.value for one in page.dataframe]
    assert [len(one) for one in tables] == [38, 22, 9]
    assert [one["Số liệu"].astype(int).sum() for one in tables] == [31, 31, 31]
    assert [one["Địa bàn"].iloc[-1] for one in tables] == ["Chưa xác định"] * 3
    assert "Phường Lê Ích Mộc" in set(tables[2]["Địa bàn"])


def test_every_figure_in_all(desk):
    """Below the maps each figure of the plugin stands in all, the same under each map, as coopkit writes numbers."""
    table = shown(desk).table[0].value
    assert list(table.columns) == ["Chỉ tiêu", "31/12/2023", "01/03/2025", "01/07/2025"]
    assert dict(zip(table["Chỉ tiêu"], table["01/07/2025"], strict=True)) == {
        "Thành viên cuối kỳ": "47",
        "Lượt HTX dự hội chợ, xúc tiến thương mại": "31",
        "Lượt HTX dự lớp đào tạo, bồi dưỡng": "28",
        "HTX được hỗ trợ": "36",
        "Doanh thu bình quân một đơn vị báo cáo": "6.337 triệu đồng",
    }
    assert (table["31/12/2023"] == table["01/07/2025"]).all()


def test_the_filters_have_keys_of_the_plugin(desk):
    """What a reader chooses is kept under keys with the plugin's prefix, and changes what is shown."""
    page = shown(desk)
    assert {one.key for one in page.selectbox} == {"thuynguyen.year", "thuynguyen.figure"}
    page.selectbox(key="thuynguyen.year").set_value(2024)
    page.selectbox(key="thuynguyen.figure").set_value("thuynguyen.class_turns").run()
    assert not page.exception
    assert page.session_state["thuynguyen.figure"] == "thuynguyen.class_turns"
    assert [one.value["Số liệu"].astype(int).sum() for one in page.dataframe] == [13, 13, 13]


def test_an_average_is_not_added_up(desk):
    """Of an average the page says that places do not add up; money is written with its unit."""
    page = shown(desk, figure=AVERAGE)
    assert "không cộng được" in page.caption[3].value
    assert any("triệu đồng" in told for told in page.dataframe[2].value["Số liệu"])


def test_a_figure_that_is_unavailable_says_why(desk):
    """Of a year without figures the page tells the reason, and shows no 0."""
    page = shown(desk, figure=AVERAGE, year=2021)
    assert "mẫu số bằng 0" in page.caption[3].value
    assert set(page.dataframe[2].value["Số liệu"]) == {"không tính được"}


def test_the_page_in_english(desk):
    """The same page for a reader of English."""
    page = shown(desk, "en", figure=AVERAGE)
    assert page.title[0].value == "Three maps"
    assert page.table[0].value.columns[0] == "Figure"
    assert "6,337 million VND" in set(page.table[0].value["01/07/2025"])


def test_the_page_of_an_empty_register(opened, tmp_path):
    """A register without an event of Thủy Nguyên shows how to fill it, and no table."""
    with opened(tmp_path) as workspace:
        page = shown(workspace.as_(Actor.office("an")))
    assert "coopkit import" in page.info[0].value
    assert (len(page.dataframe), len(page.table), len(page.selectbox)) == (0, 0, 0)
