"""The page of plugins, and the pages of plugins, over a real ledger with plugins laid down for the test."""

import importlib
import json
import sys

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from tests.admin_pages import sit_here
from tests.plugin_folders import install, install_checked, install_pages

from coopkit.access import Actor
from coopkit.admin import guest
from coopkit.admin.entry import SCRIPT
from coopkit.admin.testing import run_page
from coopkit.page import Page, PageView
from coopkit.plugin import PluginSwitch
from coopkit.snapshot import Snapshot
from coopkit.text import Label
from coopkit.workspace import Plugins, Workspace

OTHERS = {"": "Tổng quan", "htx": "Hợp tác xã", "bao-cao": "Báo cáo", "tien-ich": "Tiện ích"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that plugins are imported from, here and in the child that tries them."""
    made = tmp_path / "packages"
    made.mkdir()
    monkeypatch.syspath_prepend(str(made))
    monkeypatch.setenv("PYTHONPATH", str(made))
    yield made
    for name in [name for name in sys.modules if name.startswith("tam_")]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/so.db"
    monkeypatch.setenv("COOPKIT_LEDGER", url)
    sit_here(monkeypatch)
    return url


@pytest.fixture
def open_page(ledger):  # noqa: ARG001 - COOPKIT_LEDGER names it
    """Opens one page of the application by its address; gives the AppTest."""

    def opened(address="", *, fails=False, lang="", **query):
        shown = AppTest.from_file(SCRIPT, default_timeout=60)
        shown.query_params.update({key.replace("_", "-"): value for key, value in query.items()})
        if lang:
            shown.session_state["lang"] = lang
        shown._page_hash = calc_hash(address)
        shown.run()
        assert bool(shown.exception) == fails
        return shown

    return opened


def switched_on(ledger, name):
    with Workspace.open(ledger) as workspace:
        Plugins(workspace.as_(Actor.office("an"))).on(name)


def reasons(ledger):
    with Workspace.open(ledger) as workspace:
        return [batch.reason for batch in workspace.as_(Actor.office("an")).batches()]


def row(shown, plugin):
    table = shown.table[0].value
    [found] = [name for name in table.index if f"({plugin})" in name.replace("\\", "")]
    return table.loc[found]


# ── The page of plugins ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_plugin_is_listed_with_its_state(folder, open_page, ledger):
    """Found, on, failed to load: each with the reason, none imported for being listed."""
    install_checked(folder)
    install_pages(folder)
    install(folder, "sai", "raise ImportError('thiếu gì đó')", provides={"metrics": ["x"]})
    switched_on(ledger, "hong")
    shown = open_page("tien-ich", tien_ich="sai")
    assert "Đã thấy" in row(shown, "thu")["Trạng thái"]
    assert "Bật" in row(shown, "hong")["Trạng thái"]
    assert "tam_sai" not in sys.modules
    assert "tam_thu" not in sys.modules
    shown.button(key="try:sai").click().run()
    assert "thiếu gì đó" in shown.error[0].value
    assert "Không nạp được" in row(shown, "sai")["Trạng thái"]
    details = shown.table[1].value["Nội dung"]
    assert details["Hỏng lần đầu"]
    assert len(details["Mã băm của mã nguồn"]) == 12
    assert "sai.x" in details["Chỉ tiêu"]


def test_a_trial_tells_what_is_provided(folder, open_page, ledger):
    """Trying a sound plugin names its keys and switches nothing on."""
    install_checked(folder)
    before = len(reasons(ledger))
    shown = open_page("tien-ich", tien_ich="thu")
    shown.button(key="try:thu").click().run()
    assert "thu.ten" in shown.success[0].value
    assert len(reasons(ledger)) == before


def test_switching_is_journalled_with_its_reason(folder, open_page, ledger):
    """On and off are one batch each, with the reason that was typed; the page says which."""
    install_checked(folder)
    shown = open_page("tien-ich", tien_ich="thu")
    shown.text_input(key="on-why:thu").set_value("Thử một quý")
    shown.button(key="on-go:thu").click().run()
    assert "Đã bật thu (lô" in shown.success[0].value
    assert "Bật" in row(shown, "thu")["Trạng thái"]
    shown.text_input(key="off-why:thu").set_value("Hết quý")
    shown.button(key="off-go:thu").click().run()
    assert "Đã tắt thu (lô" in shown.success[0].value
    assert "Tắt" in row(shown, "thu")["Trạng thái"]
    assert reasons(ledger)[-2:] == ["Thử một quý", "Hết quý"]


def test_what_cannot_be_loaded_is_not_switched_on(folder, open_page, ledger):
    """The reason is told in a sentence, and nothing is written."""
    install(folder, "sai", "raise ImportError('thiếu gì đó')", provides={"metrics": ["x"]})
    before = reasons(ledger)
    shown = open_page("tien-ich", tien_ich="sai")
    shown.button(key="on-go:sai").click().run()
    assert "Không bật được sai" in shown.error[0].value
    assert "Traceback" not in shown.error[0].value
    assert reasons(ledger) == before


@pytest.mark.parametrize(("answer", "granted"), [("yes", True), ("no", False)])
def test_personal_data_is_asked_for(folder, open_page, ledger, answer, granted):
    """A plugin that asks for personal data is not on before somebody has answered; the journal keeps the answer."""
    install_checked(folder, personal=True)
    shown = open_page("tien-ich", tien_ich="thu")
    shown.button(key="on-go:thu").click().run()
    assert "dữ liệu cá nhân" in shown.error[0].value
    assert "Đã thấy" in row(shown, "thu")["Trạng thái"]
    shown.radio(key="on-grant:thu:vi").set_value(answer)
    shown.button(key="on-go:thu").click().run()
    assert "Đã bật" in shown.success[0].value
    with Workspace.open(ledger) as workspace:
        [switch] = workspace.ledger.snapshot().records(PluginSwitch)
    assert switch.personal is granted


def test_code_that_changed_is_told_on_every_page(folder, open_page, ledger):
    """A plugin whose files changed is not loaded; other pages say so in a line, its own page lets it be switched on."""
    file = install_checked(folder)
    switched_on(ledger, "thu")
    file.write_text(file.read_text("utf-8") + "\n# khác\n", "utf-8")
    assert any("thu" in caption.value for caption in open_page().caption)
    shown = open_page("tien-ich", tien_ich="thu")
    assert "mã nguồn đã đổi" in row(shown, "thu")["Lý do"]
    shown.button(key="on-go:thu").click().run()
    assert "Đã bật" in shown.success[0].value
    assert not any("Cần xem lại" in caption.value for caption in open_page().caption)


def test_a_plugin_that_is_gone_can_be_switched_off(folder, open_page, ledger):
    """What is on and no longer installed stays in the list, and can only be switched off."""
    file = install_checked(folder)
    switched_on(ledger, "thu")
    [info] = folder.glob("*.dist-info")
    for one in [*info.iterdir(), *file.parent.glob("*.*")]:
        one.unlink()
    info.rmdir()
    shown = open_page("tien-ich", tien_ich="thu")
    assert "không còn được cài" in row(shown, "thu")["Lý do"]
    assert [button.key for button in shown.button] == ["off-go:thu"]
    shown.button(key="off-go:thu").click().run()
    assert "Đã tắt" in shown.success[0].value


def test_settings_are_saved_where_they_are_set(folder, open_page, ledger):
    """Only what was changed is written, each a batch; the form says where a value comes from."""
    install_checked(folder)
    switched_on(ledger, "thu")
    shown = open_page("tien-ich", tien_ich="thu")
    _fields(shown)["Số sao ít nhất"].set_value(4)
    _fields(shown)["Gộp các xã"].set_value(True)
    shown.button(key="set-go:thu").click().run()
    assert "Đã lưu thiết đặt" in shown.success[0].value
    assert any("4 (của thành phố), mặc định: 3" in one.value.replace("\\", "") for one in shown.caption)
    shown.radio(key="aim:thu:vi").set_value("place").run()
    shown.selectbox(key="aim-place:thu").set_value("11824").run()
    _fields(shown)["Số sao ít nhất"].set_value(5)
    shown.button(key="set-go:thu").click().run()
    with Workspace.open(ledger) as workspace:
        office = Plugins(workspace.as_(Actor.office("an")))
        city = {one.key: (one.value, one.origin) for one in office.settings("thu")}
        place = {one.key: (one.value, one.origin) for one in office.settings("thu", place="11824")}
    assert city["sao"] == (4, "city")
    assert city["gop"] == (True, "city")
    assert city["ten"] == ("Biểu 1", "default")
    assert (place["sao"], place["gop"]) == ((5, "place"), (True, "city"))


@pytest.mark.parametrize(
    ("label", "value", "told"),
    [("Số sao ít nhất", 9, "nhiều nhất 5"), ("Khóa", "bí mật thật", "tên biến môi trường")],
)
def test_a_wrong_value_is_refused_beside_its_field(folder, open_page, ledger, label, value, told):
    """One wrong value and none of the form is written."""
    install_checked(folder)
    before = reasons(ledger)
    shown = open_page("tien-ich", tien_ich="thu")
    _fields(shown)["Tên biểu"].set_value("Biểu 2")
    _fields(shown)[label].set_value(value)
    shown.button(key="set-go:thu").click().run()
    assert told in shown.error[0].value
    assert reasons(ledger) == before


def _fields(shown):
    boxes = [*shown.number_input, *shown.text_input, *shown.checkbox, *shown.selectbox]
    return {box.label: box for box in boxes}


def test_safe_mode_says_so_and_loads_nothing(folder, open_page, ledger, monkeypatch):
    """Every page bears the banner; nothing of a plugin is loaded or held against it afterwards."""
    install_pages(folder)
    switched_on(ledger, "hong")
    del sys.modules["tam_hong"]
    monkeypatch.setenv("COOPKIT_SAFE_MODE", "1")
    monkeypatch.setenv("COOPKIT_LEDGER", ledger.replace("sqlite:///", "sqlite:////"))  # another process, another cache
    for address in OTHERS:
        assert "Chế độ an toàn" in open_page(address).warning[0].value
    assert "tam_hong" not in sys.modules
    monkeypatch.delenv("COOPKIT_SAFE_MODE")
    with Workspace.open(ledger) as workspace:
        [state] = [one for one in workspace.as_(Actor.office("an")).plugins() if one.name == "hong"]
    assert state.state == "on"


def test_english_from_end_to_end(folder, open_page):
    """The page in the other language."""
    install_checked(folder, personal=True)
    shown = open_page("tien-ich", lang="en", tien_ich="thu")
    assert shown.title[0].value == "Plugins"
    assert "Found" in row(shown, "thu")["State"]


# ── The pages of plugins ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def hong(folder, ledger):
    """The plugin with the bad pages, on."""
    install_pages(folder)
    switched_on(ledger, "hong")


def alive(open_page):
    for address, title in OTHERS.items():
        assert open_page(address).title[0].value == title
    assert open_page("x-hong-tot").title[0].value == "Trang tốt"


def noted(ledger):
    file = ledger.removeprefix("sqlite:///") + ".plugins.json"
    with open(file, encoding="utf-8") as told:  # noqa: PTH123 - a path as the ledger names it
        return json.load(told)["hong"]["what"]


@pytest.mark.usefixtures("hong")
@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("x-hong-than", "ZeroDivisionError: chia cho 0"),
        ("x-hong-thoat", "SystemExit: 3"),
        ("x-hong-trung-khoa", "DuplicateElementKey"),
    ],
)
def test_a_failing_page_fails_alone(open_page, ledger, address, told):
    """The reader gets an incident's number, the plugin's health the error, and every other page is as it was."""
    shown = open_page(address)
    assert "Mã sự cố" in shown.warning[0].value
    assert told.split(":")[0] not in shown.warning[0].value
    assert "Tiện ích: Tiện ích hong" in [one.value.replace("\\", "") for one in shown.caption]
    assert told in noted(ledger)
    number = noted(ledger).rpartition("mã sự cố ")[2].rstrip(")")
    assert number in shown.warning[0].value
    alive(open_page)


@pytest.mark.usefixtures("hong")
def test_the_same_failure_has_the_same_number(open_page):
    """Twice the same page tells the same incident, so that it is remembered once."""
    first, second = (open_page("x-hong-than").warning[0].value for _ in range(2))
    assert first == second


@pytest.mark.usefixtures("hong")
@pytest.mark.parametrize(("address", "key"), [("x-hong-nut", "bam"), ("x-hong-manh", "tinh"), ("x-hong-hop", "mo")])
def test_a_failing_callback_fragment_or_dialog_fails_alone(open_page, address, key):
    """Other pages open after it, and the page itself does, too."""
    shown = open_page(address)
    shown.button(key=key).click().run()
    assert shown.exception
    shown._page_hash = calc_hash("htx")
    assert not shown.run().exception
    assert shown.title[0].value == "Hợp tác xã"
    open_page(address)
    alive(open_page)


@pytest.mark.usefixtures("hong")
def test_a_page_that_takes_the_navigation_gives_it_back(open_page):
    """It draws what it likes on its own page; every other address is still known."""
    shown = open_page("x-hong-chiem")
    assert shown.title[0].value == "Chiếm chỗ"
    shown._page_hash = calc_hash("bao-cao")
    assert shown.run().title[0].value == "Báo cáo"


@pytest.mark.usefixtures("hong")
def test_stopping_is_no_failure(open_page):
    """st.stop() ends the page and is not noted."""
    shown = open_page("x-hong-dung")
    assert not shown.warning


@pytest.mark.usefixtures("hong")
def test_two_pages_of_one_address_are_both_there(open_page):
    """The second gets a number; a page without a title is called by its key."""
    for address in ("x-hong-tot", "x-hong-tot-2", "x-hong-khong-ten"):
        assert open_page(address).title[0].value == "Trang tốt"


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (["a.b"], ["x-a-b"]),
        (["a.b_c", "a_b.c", "a.b-c"], ["x-a-b-c", "x-a-b-c-2", "x-a-b-c-3"]),
        (["a.b-2", "a.b", "a.b!"], ["x-a-b", "x-a-b-2", "x-a-b-2-2"]),
        (["a.Nghề cá/1"], ["x-a-nghe-ca-1"]),
    ],
)
def test_no_two_addresses_are_alike(keys, found):
    """Whatever the keys, each address is one, of plain letters, and none is coopkit's own."""
    assert sorted(guest.addresses(keys).values()) == found


HANDLED = """
import streamlit as st
from coopkit.admin import guest
st.session_state[guest.SCREEN] = {plugin!r}
try:
    raise {error}
except Exception as error:
    assert guest.failed(error) is True
"""


@pytest.mark.usefixtures("hong")
@pytest.mark.parametrize("error", ["ZeroDivisionError('ở nút')", "RuntimeError('ở nút')"])
def test_what_streamlit_catches_is_noted_for_the_plugin_on_screen(ledger, error):
    """The handler of the application tells a sentence and remembers whose page it was."""
    shown = AppTest.from_string(HANDLED.format(plugin="hong", error=error), default_timeout=60).run()
    assert not shown.exception
    assert "Mã sự cố" in shown.warning[0].value
    assert "ở nút" in noted(ledger)


@pytest.mark.parametrize("url", ["", "sqlite:////nowhere/at/all/so.db"])
def test_an_error_of_coopkit_is_told_in_its_words(ledger, monkeypatch, url):
    """On coopkit's own page its sentence is shown and no plugin is blamed, even where no ledger can be opened."""
    monkeypatch.setenv("COOPKIT_LEDGER", url or ledger)
    error = "__import__('coopkit.errors').errors.NotFound('không có đơn vị')"
    shown = AppTest.from_string(HANDLED.format(plugin="", error=error), default_timeout=60).run()
    assert not shown.exception
    assert shown.error[0].value == "không có đơn vị"


def test_authors_can_run_their_page():
    """`run_page` draws one page; what it raises is there to be asserted on."""

    def titled(view):
        st.title(view.t("Cá", "Fish"))

    def broken(view):
        st.write(1 / len(view.settings))

    view = PageView(Snapshot.of([]), "en", {}, lambda *_, **__: None)  # type: ignore[arg-type]
    assert run_page(Page("a.b", Label("b", "b"), titled), view).title[0].value == "Fish"
    assert run_page(Page("a.c", Label("c", "c"), broken), view).exception
