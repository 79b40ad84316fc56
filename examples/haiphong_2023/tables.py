"""What the made-up register is drawn from: words for names, lines of business, districts, how many came and went."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from coopkit import CooperativeKind, Sector

FIGURES_OF = dt.date(2023, 12, 31)
CITY = "31"
OFFICE = "00-van-phong-lien-minh"
MILLION = 1_000_000
DAY = dt.timedelta(days=1)

FIRST_WORDS: tuple[str, ...] = ("Sao", "Mây", "Nắng", "Gió", "Sương", "Trăng", "Sóng", "Sen", "Trúc", "Hạ")
FIRST_WORDS += ("Cánh", "Suối", "Hương", "Bến", "Vườn", "Đồi", "Bông", "Hạt", "Lá", "Khói")
SECOND_WORDS: tuple[str, ...] = ("Khuê", "Biếc", "Lam", "Ngân", "Thơ", "Mơ", "Sớm", "Thu", "Ngời")
SECOND_WORDS += ("Thắm", "Lành", "Tím", "Quỳnh", "Diệu", "Ca", "Bạc", "Êm", "Yên")


@frozen
class Line:
    """What a unit does: the words its name begins with, its sector and kind, and the size of such units."""

    names: tuple[str, ...]
    sector: Sector
    members: tuple[int, int]
    workers: tuple[int, int]
    revenue: tuple[int, int]
    """Triệu đồng a year."""
    capital: tuple[int, int]
    """Total capital in percent of the revenue."""
    kind: CooperativeKind = CooperativeKind.COOPERATIVE


FARMING = Line(
    ("Hợp tác xã Dịch vụ nông nghiệp", "Hợp tác xã Nông nghiệp", "Hợp tác xã Sản xuất rau an toàn",
     "Hợp tác xã Nuôi trồng thủy sản", "Hợp tác xã Chăn nuôi", "Hợp tác xã Dịch vụ nông nghiệp"),
    Sector.AGRICULTURE, (40, 900), (6, 45), (650, 4_200), (60, 160),
)  # fmt: skip
FUND = Line(
    ("Quỹ tín dụng nhân dân",), Sector.FINANCE, (700, 2_300), (9, 22), (7_500, 19_000), (900, 1_250),
    CooperativeKind.CREDIT_FUND,
)  # fmt: skip
CLEANING = Line(
    ("Hợp tác xã Dịch vụ vệ sinh môi trường", "Hợp tác xã Môi trường và nước sạch"),
    Sector.SERVICES, (8, 40), (10, 70), (900, 5_600), (40, 90),
)  # fmt: skip
TRADE = Line(
    ("Hợp tác xã Thương mại dịch vụ", "Hợp tác xã Dịch vụ tổng hợp", "Hợp tác xã Du lịch cộng đồng"),
    Sector.SERVICES, (7, 60), (8, 40), (1_800, 14_000), (30, 80),
)  # fmt: skip
TRANSPORT = Line(
    ("Hợp tác xã Vận tải", "Hợp tác xã Vận tải thủy bộ"),
    Sector.SERVICES, (9, 85), (20, 120), (4_000, 26_000), (50, 140),
)  # fmt: skip
POWER = Line(("Hợp tác xã Dịch vụ điện",), Sector.SERVICES, (20, 160), (8, 25), (3_500, 11_000), (25, 60))
CRAFT = Line(
    ("Hợp tác xã Thủ công mỹ nghệ", "Hợp tác xã Cơ khí", "Hợp tác xã Chế biến nông sản", "Hợp tác xã Đúc đồng"),
    Sector.INDUSTRY, (7, 45), (15, 95), (2_500, 21_000), (50, 130),
)  # fmt: skip
BUILDING = Line(("Hợp tác xã Xây dựng",), Sector.INDUSTRY, (7, 25), (25, 110), (6_000, 24_000), (40, 90))
LINES = (FARMING, FUND, CLEANING, TRADE, TRANSPORT, POWER, CRAFT, BUILDING)

# Sender, code of the district, and how many units of each line it knows.
DISTRICTS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("01-hong-bang", "303", (1, 1, 2, 3, 2, 0, 2, 0)),
    ("02-ngo-quyen", "304", (0, 1, 1, 4, 4, 0, 2, 0)),
    ("03-le-chan", "305", (0, 1, 1, 4, 2, 0, 2, 1)),
    ("04-hai-an", "306", (2, 0, 1, 2, 3, 0, 1, 0)),
    ("05-kien-an", "307", (3, 1, 1, 2, 1, 0, 2, 0)),
    ("06-do-son", "308", (3, 0, 1, 2, 1, 0, 0, 0)),
    ("07-duong-kinh", "309", (3, 1, 1, 1, 0, 0, 1, 0)),
    ("08-thuy-nguyen", "311", (22, 4, 3, 3, 3, 2, 10, 1)),
    ("09-an-duong", "312", (14, 2, 3, 2, 1, 1, 4, 1)),
    ("10-an-lao", "313", (19, 3, 2, 2, 1, 1, 3, 0)),
    ("11-kien-thuy", "314", (21, 2, 2, 2, 1, 1, 4, 0)),
    ("12-tien-lang", "315", (28, 3, 2, 2, 0, 1, 4, 0)),
    ("13-vinh-bao", "316", (30, 3, 2, 2, 1, 1, 5, 1)),
    ("14-cat-hai", "317", (5, 0, 1, 2, 1, 0, 0, 0)),
    ("15-bach-long-vi", "318", (1, 0, 0, 1, 0, 0, 0, 0)),
)
DISTRICT_OF = {sender: code for sender, code, _ in DISTRICTS}
# The first farming unit of these districts is a tổ hợp tác, the first trader of those an enterprise.
WITH_GROUP = ("06-do-son", "08-thuy-nguyen", "13-vinh-bao", "14-cat-hai")
WITH_ENTERPRISE = ("01-hong-bang", "02-ngo-quyen", "03-le-chan", "04-hai-an")

# When units joined and left. All others have been members since before 2021.
JOINED = {2021: 7, 2022: 9, 2023: 11, 2024: 2}
LEFT = {2021: 1, 2022: 2, 2023: 3}
NEVER_JOINED = 25
FOUNDED_THE_SAME_YEAR = {2021: 4, 2022: 6, 2023: 7, 2024: 1}
FOUNDED_OUTSIDE = {2022: 2, 2023: 2}
"""Founded in the year and not joined."""

KIND_NAMES = {
    CooperativeKind.GROUP: ("Tổ hợp tác",),
    CooperativeKind.UNION: ("Liên hiệp hợp tác xã",),
    CooperativeKind.ENTERPRISE: ("Công ty TNHH Thương mại dịch vụ", "Công ty TNHH Nông sản"),
}
