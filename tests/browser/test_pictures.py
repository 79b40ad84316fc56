"""What the manual and README show that no journey passes: each state is as they say, and is taken as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import frozen
from playwright.sync_api import expect
from tests.browser.pages import EVENT, HALFWAY, PUBLISHED, UNIT, shown_ledger
from tests.browser.pictures import HEIGHT, MAIN, picture
from tests.browser.served import LONG, go, served

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.long


@frozen
class State:
    """A picture's name, the page's path and query, a text that stands there, and how the picture is cut.

    `opened` is a text that is clicked first.
    """

    name: str
    path: str
    query: Mapping[str, str]
    text: str
    around: tuple[str, ...] = (MAIN,)
    height: int = HEIGHT
    at: str = ""
    opened: str = ""


STATES = (
    State("tong-quan", "", {"ky": "2023"}, "Việc cần làm", around=()),
    State("dang-ky", "htx", {}, "trong đó"),
    State("ho-so", "htx-ho-so", {"ma": UNIT}, "In hồ sơ"),
    State("xep-hang", "thi-dua-xep-hang", {"dot": PUBLISHED}, "Điểm đã chốt sau giai đoạn"),
    State(
        "huong-dan/tim-loc",
        "htx",
        {"q": "nong nghiep", "linh-vuc": "agriculture", "thanh-vien": "member"},
        "Bỏ hết bộ lọc",
        opened="Lọc thêm và sắp xếp",
        height=780,
    ),
    State("huong-dan/viec-can-lam", "", {"ky": "2023"}, "Việc cần làm", at="text=Việc cần làm", height=560),
    State("huong-dan/ho-so-lich-su", "htx-ho-so", {"ma": UNIT, "muc": "lich-su"}, "Hoàn tác lô", height=720),
    State("huong-dan/su-kien-mot", "su-kien", {"ma": EVENT}, "Lượt tham gia", height=720),
    State("huong-dan/thi-dua", "thi-dua", {}, "Mở đợt mới", height=560),
    State("huong-dan/cham-danh-sach", "thi-dua-cham", {"dot": HALFWAY}, "Chấm phiếu chưa xong tiếp theo"),
    State("huong-dan/bao-cao-theo-huyen", "bao-cao", {"ky": "2023", "theo": "huyen"}, "Bấm vào một con số", height=720),
    State("huong-dan/dia-ban", "dia-ban", {}, "bản ghi chờ xác định", height=760),
    State("huong-dan/nhat-ky", "nhat-ky", {}, "Kiểm tra sổ", height=640),
    State("huong-dan/tien-ich", "tien-ich", {}, "Xem, bật, tắt, thiết đặt", height=640),
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The address of the page over the example, and what its ledger calls what is shown."""
    url, names = shown_ledger(tmp_path_factory.mktemp("pictures"))
    with served(url) as address:
        yield address, names


@pytest.mark.parametrize("state", STATES, ids=[one.name for one in STATES])
def test_a_state_is_as_the_manual_shows_it(tab, shown, state):
    """Its text is read, and the picture taken."""
    address, names = shown
    query = "&".join(f"{key}={names.get(value, value)}" for key, value in state.query.items())
    go(tab, address, f"{state.path}?{query}")
    if state.opened:
        tab.get_by_text(state.opened).first.click(timeout=LONG)
    expect(tab.get_by_text(state.text).first).to_be_visible(timeout=LONG)
    picture(tab, state.name, *state.around, height=state.height, at=state.at)
