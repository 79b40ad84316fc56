"""A report is sealed; then the ledger is corrected, a late workbook, a plugin and a law change: what differs, and why.

Run it anywhere: everything lies in a temporary folder, and a few seconds of it are runs in processes of their own.
"""

import datetime as dt
import importlib
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import openpyxl

from coopkit import Actor, Period, Registry, Regulation, Sealing, Workspace, load_demo, shipped_regulation

PLUGIN = """
from coopkit import TURNS, Flow, Label, Metric, hookimpl

@hookimpl
def coopkit_metrics():
    return [Metric(key="vinhbao.large_turns", label=Label("Lượt từ {least} người", "Turns of {least} or more"),
                   unit=TURNS, topic=Label("Vĩnh Bảo", "Vinh Bao"), table="participation",
                   timing=Flow("event.start"), where=lambda row: row["people"] >= {least})]
"""
FOLDER = Path(tempfile.mkdtemp())
LEDGER = f"sqlite:///{FOLDER}/so.db"
YEAR, DAY = Period.parse("2023"), dt.date(2023, 12, 31)
CITY_WIDE = {"place.undecided": "Đơn vị của toàn thành phố"}


def plugin(least: int) -> ModuleType:
    """The district's plugin, counting turns of so many people: what its next version changes."""
    Path(FOLDER / "vinhbao.py").write_text(PLUGIN.format(least=least), encoding="utf-8")
    importlib.invalidate_caches()
    sys.modules.pop("vinhbao", None)
    return importlib.import_module("vinhbao")


def corrected() -> bytes:
    """Vĩnh Bảo's workbook once more: one unit had left the alliance in November."""
    book = openpyxl.load_workbook(Path(__file__).parent / "haiphong_2023/workbooks/13-vinh-bao.xlsx")
    sheet = book["Hợp tác xã"]
    column = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, column["Ngày ra khỏi Liên minh"]).value = "30/11/2023"
    book.save(FOLDER / "corrected.xlsx")
    return (FOLDER / "corrected.xlsx").read_bytes()


def late() -> bytes:
    """A class that nobody had sent yet."""
    book = openpyxl.Workbook()
    book.active.title = "Đào tạo"
    book.active.append(["Mã hoạt động", "Tên hoạt động", "Từ ngày", "Số học viên"])
    book.active.append(["DT-2023-99", "Lớp kế toán hợp tác xã (mẫu)", "01/12/2023", 25])
    book.save(FOLDER / "late.xlsx")
    return (FOLDER / "late.xlsx").read_bytes()


def stricter_law() -> Regulation:
    """The size bands with one threshold moved: small from 30 official members on, not from 50."""
    name = "size-tt-01-2020.toml"
    texts = dict(shipped_regulation().texts)
    return Regulation({**texts, name: texts[name].replace("members = 50", "members = 30")})


def main() -> None:
    """Seal, change everything, run again, explain."""
    sys.path.insert(0, str(FOLDER))
    with Workspace.open(LEDGER, registry=Registry.load(plugin(least=3))) as workspace:
        office = workspace.as_(Actor.office("van-phong"))
        load_demo(office)
        sealing = Sealing(office)
        sealing.seal(sealing.question(YEAR, date=DAY), "bao-cao-2023", waive=CITY_WIDE)
        office.import_files({"vinh-bao-sua.xlsx": corrected()})
        office.import_files({"den-muon.xlsx": late()})

    newer = Registry.load(plugin(least=2))
    with Workspace.open(LEDGER, registry=newer, regulation=stricter_law()) as workspace:
        sealing = Sealing(workspace.as_(Actor.office("van-phong")))
        again = sealing.again("bao-cao-2023")
        print("Chạy lại:", "khác" if again.differences else "giống hệt từng byte", "· đã đổi:", *again.changed)
        sealing.seal(sealing.question(YEAR, date=DAY), "bao-cao-2023-sua", waive=CITY_WIDE)
        for part in sealing.why("bao-cao-2023", "bao-cao-2023-sua")[0]:
            opens = len(part.came) + len(part.went) + len(part.swapped)
            print(f"{part.label.vi} · {part.figure}: {part.before} → {part.after} ({opens} bản ghi)")
    shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main()
