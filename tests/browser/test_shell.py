"""The shell around the pages: Streamlit's own words, the document's language, what is loaded, and what axe finds."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.axe import findings
from tests.browser.pages import PAGES, shown_ledger
from tests.browser.served import LONG, go, in_english, served

WORDS = Path(__file__).with_name("words.py")
SHOWN = """told => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (texts.currentNode.nodeValue.trim() === told) return true;
  return ["aria-label", "title", "placeholder", "alt"].some(
    place => [...document.querySelectorAll(`[${place}]`)].some(one => one.getAttribute(place) === told));
}"""


def shown(tab, word):
    """Whether a whole text or label on the page is that word."""
    return tab.evaluate(SHOWN, word)


# ── Streamlit's own words ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def tabs(browser, tmp_path_factory):
    """The page with every widget, in Vietnamese and in English."""
    url = f"sqlite:///{tmp_path_factory.mktemp('words')}/so.db"
    with served(url, script=(str(WORDS),)) as address:
        found = {}
        for lang in ("vi", "en"):
            found[lang] = browser.new_page(viewport={"width": 1200, "height": 2600})
            go(found[lang], address, f"?lang={lang}")
            expect(found[lang].get_by_test_id("stVegaLiteChart").locator("svg")).to_be_visible(timeout=60_000)
            expect(
                found[lang]
                .get_by_role("button", name="Add row")
                .or_(found[lang].get_by_role("button", name="Thêm dòng"))
            ).to_be_attached(timeout=60_000)
        yield found
        for tab in found.values():
            tab.close()


def file(name, size=1):
    return {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}


def pick(tab, name, size=1):
    tab.locator("input[type=file]").first.set_input_files(file(name, size))


def nothing(_):
    """The page as it is opened."""


def menu(tab):
    tab.get_by_test_id("stMainMenu").click()


def search(tab):
    tab.get_by_label("Chọn", exact=True).first.click()
    tab.keyboard.type("zzz")


def typed(label):
    return lambda tab: tab.get_by_label(label).first.fill("x")


def grid_tool(*names):
    def act(tab):
        grid = tab.get_by_test_id("stDataFrame").first
        grid.hover()
        for name in names:
            if (found := tab.get_by_role("button", name=name, exact=True)).count():
                found.first.click()
                return
        raise AssertionError(names)

    return act


def fetched(tab):
    tab.get_by_role("button", name="Tải", exact=True).click()


def elsewhere(tab):
    address, _, query = tab.url.partition("?")
    go(tab, address.rstrip("/"), f"nope?{query}")


REACHED = [
    (
        nothing,
        {
            "Skip to main content": "Đến nội dung chính",
            "Sidebar": "Thanh bên",
            "Collapse sidebar": "Thu thanh bên",
            "App pages": "Các trang",
            "Main menu": "Trình đơn",
            "Logo": "Biểu trưng",
            "Upload": "Chọn tệp",
            "5MB per file": "Mỗi tệp không quá 5 MB",
            "file upload": "chọn tệp",
            "Choose an option": "Chọn một mục",
            "Open": "Mở",
            "Selected values": "Các mục đã chọn",
            "Remove Anh": "Bỏ Anh",
            "Clear all": "Bỏ tất cả",
            "Decrement": "Giảm",
            "Increment": "Tăng",
            "Show password": "Hiện mật khẩu",
            "Choose date": "Chọn ngày",
            "day, Ngày": "ngày, Ngày",
            "month, Ngày": "tháng, Ngày",
            "year, Ngày": "năm, Ngày",
            "Pagination": "Chuyển trang",
            "Previous page": "Trang trước",
            "Next page": "Trang sau",
            "Page 2": "Trang 2",
            "Show/hide columns": "Ẩn, hiện cột",
            "Download as CSV": "Tải về CSV",
            "Fullscreen": "Toàn màn hình",
            "Add row": "Thêm dòng",
            "Show data": "Xem số liệu",
            "Download as PNG": "Tải về PNG",
            "Vega visualization": "Biểu đồ",
            "Copy Vega-Lite spec": "Chép mã biểu đồ",
        },
    ),
    (
        menu,
        {
            "Print": "In trang",
            "Record screen": "Quay màn hình",
            "System": "Tự động",
            "Light": "Sáng",
            "Dark": "Tối",
            "Theme": "Giao diện",
        },
    ),
    (search, {"No results": "Không tìm thấy"}),
    (typed("Chữ"), {"Press Enter to apply": "Bấm Enter để áp dụng"}),
    (typed("Dài"), {"Press Ctrl+Enter to apply": "Bấm Ctrl+Enter để áp dụng"}),
    (typed("Trong biểu mẫu"), {"Press Enter to submit form": "Bấm Enter để gửi"}),
    (lambda tab: pick(tab, "a.txt"), {"text/plain files are not allowed.": "Không nhận tệp text/plain."}),
    (lambda tab: pick(tab, "a.xlsx", 6_000_000), {"File must be 5.0MB or smaller.": "Tệp phải không quá 5.0MB."}),
    (lambda tab: pick(tab, "b.xlsx"), {"Add files": "Thêm tệp", "Remove b.xlsx": "Bỏ b.xlsx"}),
    (
        grid_tool("Search", "Tìm trong bảng"),
        {"Close Search": "Đóng ô tìm", "Next Result": "Kết quả sau", "Previous Result": "Kết quả trước"},
    ),
    (grid_tool("Fullscreen", "Toàn màn hình"), {"Close fullscreen": "Thu nhỏ lại"}),
    (elsewhere, {"Page not found": "Không có trang này"}),
]
WORDS_REACHED = [(act, english, vietnamese) for act, words in REACHED for english, vietnamese in words.items()]


@pytest.mark.parametrize(("act", "english", "vietnamese"), WORDS_REACHED, ids=[word[1] for word in WORDS_REACHED])
def test_a_word_of_streamlits_is_translated(tabs, act, english, vietnamese):
    """It is Vietnamese on the Vietnamese screen, and as Streamlit wrote it on the English one."""
    for lang, word, other in (("vi", vietnamese, english), ("en", english, vietnamese)):
        tab = tabs[lang]
        if not shown(tab, word):
            act(tab)
        for _ in range(50):
            if shown(tab, word):
                break
            tab.wait_for_timeout(100)
        assert shown(tab, word), (lang, word)
        assert not shown(tab, other), (lang, other)
        if act in (menu, search):
            tab.keyboard.press("Escape")


# ── The pages ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The address of the page over the example, and what its ledger calls what is shown."""
    url, names = shown_ledger(tmp_path_factory.mktemp("shell"))
    with served(url) as address:
        yield address, names


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_can_be_used_by_everybody_and_asks_nobody_else(browser, demo, page):
    """axe finds nothing serious, whichever the theme; every request goes to the page's own server."""
    address, names = demo
    tab = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    go(tab, address, page.address(names))
    tab.wait_for_timeout(2_000)  # charts and grids are painted after all else, and nothing tells when
    assert findings(tab) == []
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_timeout(500)
    assert findings(tab) == []
    assert tab.title() != "Streamlit"
    assert tab.evaluate("document.documentElement.lang") == "vi"
    strange = [url for url in asked if not url.startswith((f"{address}/", "data:", "blob:"))]
    assert asked
    assert strange == []
    tab.close()


def test_the_language_is_followed_both_ways(browser, demo):
    """Document and Streamlit's own words turn English with the page, and Vietnamese again."""
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    go(tab, demo[0], "htx")
    expect(tab).to_have_title("coopkit · Hợp tác xã")
    expect(tab.get_by_test_id("stSidebar").get_by_role("img")).to_be_visible()
    expect(tab.get_by_label("Trang sau")).to_be_visible(timeout=LONG)
    in_english(tab)
    expect(tab.get_by_label("Next page")).to_be_visible(timeout=LONG)
    expect(tab).to_have_title("coopkit · Cooperatives")
    assert shown(tab, "Main menu")
    tab.get_by_text("Tiếng Việt", exact=True).click()
    expect(tab.get_by_label("Trang sau")).to_be_visible(timeout=LONG)
    assert shown(tab, "Trình đơn")
    tab.close()


def test_the_page_is_usable_without_the_dictionary(browser, demo):
    """Where the script is not loaded, Streamlit's own words are English and all else works."""
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    tab.route("**/assets/vi.js", lambda route: route.abort())
    go(tab, demo[0], "htx")
    tab.get_by_label("Next page").click()
    expect(tab.get_by_role("heading", name="Hợp tác xã")).to_be_visible(timeout=LONG)
    expect(tab.get_by_label("Page 2")).to_have_attribute("aria-current", "page", timeout=LONG)
    tab.close()
