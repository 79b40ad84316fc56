"""The library's main job in six lines: the districts' workbooks in, the year's report out, every figure opens.

Run it anywhere: it keeps its ledger in a temporary folder and writes bao-cao-2023.xlsx beside you.
"""

import datetime as dt
import tempfile
from pathlib import Path

from coopkit import Actor, Period, Workspace

WORKBOOKS = Path(__file__).parent / "haiphong_2023" / "workbooks"

with tempfile.TemporaryDirectory() as folder, Workspace.open(f"sqlite:///{folder}/so.db") as workspace:
    office = workspace.as_(Actor.office("van-phong"))
    office.import_files({path.name: path.read_bytes() for path in sorted(WORKBOOKS.glob("*.xlsx"))})
    report = office.report(Period.parse("2023"), date=dt.date(2023, 12, 31))
    Path("bao-cao-2023.xlsx").write_bytes(office.export(report, "xlsx"))

    for figure in report.figures:
        beside = f" ({figure.beside.text()} khác nhau)" if figure.beside else ""
        print(f"{figure.label.vi}: {figure.text()}{beside}")
    fairs = office.records("fairs.turns", report.period)
    print(f"«Lượt HTX dự hội chợ» mở ra {len(fairs.rows)} bản ghi, ví dụ: {fairs.rows[0]}")
