"""Importing a 100,000-row register workbook against a bare calamine read of it.

Measured: reading with every cell checked, where one row in a hundred has a fault that is told with its cell; and
reading together with making the records.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import sys
import time
from collections.abc import Callable

import python_calamine

from coopkit.cooperative import Cooperative, CooperativeKind
from coopkit.event import OWN_KINDS
from coopkit.exporters.workbook import write_workbook
from coopkit.importers import Register, assemble, read_file
from coopkit.place import shipped_index, shipped_places
from coopkit.sheet import register_sheets
from coopkit.snapshot import Snapshot

ROWS, FAULTY, TURNS, BUDGET, DAY = 100_000, 100, 3, 2.5, dt.date(2023, 12, 31)
SHEETS = register_sheets(OWN_KINDS)
LINES = ("Nông nghiệp", "Dịch vụ nông nghiệp", "Vận tải", "Chăn nuôi", "Dịch vụ điện", "Xây dựng", "Thủy sản")
WORDS: tuple[str, ...] = (
    "Sao",
    "Mây",
    "Nắng",
    "Gió",
    "Sương",
    "Trăng",
    "Sóng",
    "Sen",
    "Trúc",
    "Hạ",
    "Cánh",
    "Suối",
    "Hương",
    "Bến",
    "Vườn",
    "Đồi",
    "Bông",
    "Hạt",
    "Lá",
    "Khói",
)
WORDS += (
    "Khuê",
    "Biếc",
    "Lam",
    "Ngân",
    "Thơ",
    "Mơ",
    "Sớm",
    "Thu",
    "Ngời",
    "Thắm",
    "Lành",
    "Tím",
    "Quỳnh",
    "Diệu",
    "Ca",
    "Bạc",
    "Êm",
    "Yên",
    "Mai",
    "Quế",
    "Tre",
)


def workbook() -> tuple[bytes, Snapshot]:
    """The workbook, and the empty register it is imported into."""
    dice = random.Random(2023)  # noqa: S311 - made-up data
    communes = [place.id for place in shipped_index().level(DAY, "commune", within="31")]
    coops = [
        Cooperative(
            id=f"c{n}",
            name=" ".join(["Hợp tác xã", dice.choice(LINES), *dice.choices(WORDS, k=3), f"MẪU {n}"]),
            kind=CooperativeKind.COOPERATIVE,
            tax_code=None if n % FAULTY else "0100000000",  # its check digit is wrong
            place=dice.choice(communes),
            founded=dt.date(1990, 1, 1) + dt.timedelta(days=dice.randrange(12_000)),
            charter_capital=dice.randrange(1, 5_000) * 1_000_000,
        )
        for n in range(ROWS)
    ]
    ground = [*shipped_places(), *(kind.stored() for kind in OWN_KINDS)]
    data = write_workbook(Snapshot.of([*ground, *coops]), SHEETS, info={"sender": "Liên minh"}, created=DAY)
    return data, Snapshot.of(ground)


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def forget() -> None:
    """Clear every cache of the importers, so that each turn is a first import."""
    for module in [module for name, module in sys.modules.items() if name.startswith("coopkit.importers")]:
        for held in vars(module).values():
            if hasattr(held, "cache_clear"):
                held.cache_clear()


def bare_read(data: bytes) -> int:
    """Every sheet's cells by calamine alone."""
    book = python_calamine.load_workbook(io.BytesIO(data))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def main() -> int:
    """Print the ratios; 1 when the budget is missed."""
    data, empty = workbook()
    register = Register.of(empty)

    def read() -> object:
        return read_file(data, file="so.xlsx", sheets=SHEETS)

    def whole() -> object:
        return assemble([read_file(data, file="so.xlsx", sheets=SHEETS)], register, on=DAY)

    imported = assemble([read_file(data, file="so.xlsx", sheets=SHEETS)], register, on=DAY)
    told = [problem for problem in imported.problems if problem.code == "tax_code.unreadable"]
    assert [problem.cell for problem in told] == [f"C{row}" for row in sorted(int(one.cell[1:]) for one in told)]
    assert len(told) == len(imported.left_out) == ROWS // FAULTY, imported.problems[:3]
    assert sum(isinstance(found.record, Cooperative) for found in imported.found) == ROWS - len(told)
    times: dict[str, list[float]] = {"bare": [], "read": [], "whole": []}
    for _ in range(TURNS):
        times["bare"].append(seconds(lambda: bare_read(data)))
        times["read"].append(seconds(read))
        forget()
        times["whole"].append(seconds(whole))
    best = {name: min(taken) for name, taken in times.items()}
    print(f"read a {ROWS:,}-row workbook: calamine alone {best['bare']:.2f} s (budget of each ratio {BUDGET:.2f})")
    print(f"  read, every cell checked: {best['read']:.2f} s; ratio {best['read'] / best['bare']:.2f}")
    print(f"  read and made into records: {best['whole']:.2f} s; ratio {best['whole'] / best['bare']:.2f}")
    return int(max(best["read"], best["whole"]) / best["bare"] > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
