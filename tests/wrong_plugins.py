"""Plugins that break the contract, each in one way: what their source says, and by which rule they are to be caught."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

IMPORTS: Final = """
import datetime as dt
import os, sys, time, random
from pathlib import Path
from coopkit import *
from coopkit import hookimpl

TOPIC = Label("Thử", "Trial")

def counted(key="thu.dem", **more):
    given = dict(label=Label("Đếm", "Count"), unit=TURNS, topic=TOPIC, table="participation",
                 timing=Flow("event.start"))
    return Metric(key=key, **{**given, **more})
"""

METRICS: Final = "\n@hookimpl\ndef coopkit_metrics():\n    return [{}]\n"
EXPORTER: Final = """
@hookimpl
def coopkit_exporters():
    return [Exporter("thu.tep", Label("Tệp", "File"), "txt", "text/plain", write, by={by!r})]
"""
CHECK: Final = """
@hookimpl
def coopkit_checks():
    return [RecordCheck("thu.kiem", Label("Kiểm", "Check"), "cooperative", check)]
"""
IMPORTER: Final = """
@hookimpl
def coopkit_importers():
    return [Importer("thu.nhap", Label("Nhập", "Import"), "csv", read)]
"""
READS: Final = ("participation", "event", "cooperative")


@frozen
class Wrong:
    """A wrong plugin: the rule that it breaks, its source, its manifest's parts, and what it is told."""

    rule: str
    source: str
    told: str
    provides: Mapping[str, Any] = field(factory=lambda: {"metrics": ["thu.dem"]})
    reads: tuple[str, ...] = READS
    owners: tuple[str, ...] = ()
    files: Mapping[str, Any] = field(factory=dict)


def metric(**more: str) -> str:
    """The source of a plugin with one metric, given by its arguments as source."""
    given = ", ".join(f"{key}={value}" for key, value in more.items())
    return IMPORTS + METRICS.format(f"counted({given})")


def exporter(body: str, by: str = "") -> str:
    """The source of a plugin with one exporter, given by the body of its function."""
    return f"{IMPORTS}\ndef write(report):\n    {body}\n{EXPORTER.format(by=by)}"


def check(body: str) -> str:
    """The source of a plugin with one check of cooperatives."""
    return f"{IMPORTS}\ndef check(record, register):\n    {body}\n{CHECK}"


def importer(body: str) -> str:
    """The source of a plugin with one importer."""
    return f"{IMPORTS}\ndef read(data):\n    {body}\n{IMPORTER}"


FILE: Final = {"exporters": ["thu.tep"]}
CHECKS: Final = {"checks": ["thu.kiem"]}
IMPORTS_FILE: Final = {"importers": ["thu.nhap"]}
DERIVED: Final = """Derived(key="thu.chia", label=TOPIC, unit=TURNS, topic=TOPIC, of=("fairs.turns",), how=how)"""
OUTSIDE: Final = "Tên đơn vị;Loại hình;Địa bàn\nHTX mẫu ngoài;Hợp tác xã;Xã An Hồng, Huyện An Dương\n"
SPLIT: Final = (
    "rows = [line.split(';') for line in data.decode().splitlines()]\n    "
    "return {'Hợp tác xã': [[('Xã' if cell == 'Địa bàn' else cell) for cell in row] for row in rows]}"
)

WRONG: Final[Mapping[str, Wrong]] = {
    "raises_at_import": Wrong("loads", "raise ValueError('hỏng')", "ValueError: hỏng"),
    "exits_at_import": Wrong("loads", "import sys; sys.exit(3)", "SystemExit"),
    "ends_the_process": Wrong("loads", "import os; os._exit(3)", "mã 3"),
    "key_not_declared": Wrong("loads", metric(), "'thu.dem' chưa khai", provides={"metrics": []}),
    "key_not_offered": Wrong("loads", metric(), "'thu.khac' đã khai", provides={"metrics": ["thu.dem", "thu.khac"]}),
    "no_such_owner": Wrong("loads", metric(), "không có địa bàn mã '999'", owners=("999",)),
    "metric_by_chance": Wrong(
        "deterministic", metric(where="lambda row: row['people'] >= random.choice([0, 2, 3, 9])"), "thu.dem"
    ),
    "set_order": Wrong(
        "deterministic", exporter("return repr({one.key for one in report.figures}).encode()"), "process", FILE
    ),
    "time_of_day": Wrong("deterministic", exporter("return f'{dt.datetime.now()}'.encode()"), "thu.tep", FILE),
    "day_of_export": Wrong("deterministic", exporter("return f'{dt.date.today()}'.encode()"), "another day", FILE),
    "order_of_groups": Wrong(
        "order", exporter("return repr(list(report.breakdown.figures)).encode()", by="unit"), "thu.tep", FILE
    ),
    "order_in_a_check": Wrong(
        "order",
        check(
            "first = register.table('cooperative').column('id').to_pylist()[0]\n    "
            "return Label(first, first) if record.id != first else None"
        ),
        "thu.kiem",
        CHECKS,
    ),
    "undeclared_table": Wrong("reads", metric(), "đọc bảng event", reads=("participation",)),
    "personal_column": Wrong(
        "reads",
        metric(table="'contact'", timing="Stock('since', 'until')", where="lambda row: row['person.phone'] != ''"),
        "reads.personal",
        reads=("contact",),
    ),
    "check_reads_people": Wrong(
        "reads",
        check("try:\n        register.table('person')\n    except Exception:\n        pass"),
        "đọc bảng person",
        CHECKS,
    ),
    "no_number": Wrong(
        "answers",
        f"{IMPORTS}\ndef how(turns):\n    return float('nan')\n{METRICS.format(DERIVED)}",
        "phải trả về Quantity",
        provides={"metrics": ["thu.chia"]},
    ),
    "divides_by_nothing": Wrong(
        "answers",
        f"{IMPORTS}\ndef how(turns):\n    return exact(100 // turns.low, TURNS)\n{METRICS.format(DERIVED)}",
        "ZeroDivisionError",
        provides={"metrics": ["thu.chia"]},
    ),
    "expects_a_unit": Wrong(
        "answers", exporter("return max(report.breakdown.names).encode()", by="unit"), "không có đơn vị nào", FILE
    ),
    "gives_text": Wrong("answers", exporter("return 'chữ'"), "cần bytes", FILE),
    "check_raises": Wrong("answers", check("return record.khong_co"), "AttributeError", CHECKS),
    "check_gives_text": Wrong("answers", check("return 'sai'"), "cần Label hoặc None", CHECKS),
    "page_raises": Wrong(
        "answers",
        f"{IMPORTS}\ndef show(view):\n    view.snapshot.table('khong_co')\n"
        "@hookimpl\ndef coopkit_pages():\n    return [Page('thu.trang', TOPIC, show)]\n",
        "khong_co",
        {"pages": ["thu.trang"]},
    ),
    "does_not_add_up": Wrong(
        "additive",
        f"{IMPORTS}\nTURN = [0]\ndef where(row):\n    TURN[0] += 1\n    return row['people'] >= TURN[0] % 2 * 3\n"
        + METRICS.format("counted(where=where)"),
        "thu.dem",
    ),
    "moves_the_past": Wrong(
        "as_of",
        metric(where="lambda row: row['event.start'] < row['event.start'].max()", table="'participation'"),
        "thu.dem",
    ),
    "writes_a_file": Wrong("writes", exporter("Path('a.txt').write_text('a'); return b''"), "a.txt", FILE),
    "writes_beside_itself": Wrong(
        "writes",
        f"{IMPORTS}\nPath(__file__).with_name('nho.txt').write_text('a')\n{METRICS.format('counted()')}",
        "nho.txt",
    ),
    "leaves_a_file": Wrong(
        "writes", exporter("import tempfile; tempfile.mkstemp(); return b''"), "tệp (files) đã đổi", FILE
    ),
    "changes_the_environment": Wrong(
        "writes", exporter("os.environ['THU'] = '1'; return b''"), "biến môi trường", FILE
    ),
    "changes_the_path": Wrong("writes", exporter("sys.path.append('thu'); return b''"), "sys.path", FILE),
    "connects": Wrong(
        "writes",
        exporter("import socket; socket.socket().connect_ex(('127.0.0.1', 9)); return b''"),
        "nối mạng",
        FILE,
    ),
    "slow": Wrong("budget", exporter("time.sleep(6 if report.figures else 0); return b''"), "too slow", FILE),
    "large": Wrong("budget", exporter("return bytes(len(bytearray(10 ** 9)) % 7)"), "too much memory", FILE),
    "outside_its_places": Wrong(
        "importers",
        importer(SPLIT),
        "ngoài địa bàn",
        IMPORTS_FILE,
        owners=("316",),
        files={"samples/thu.nhap.csv": OUTSIDE},
    ),
    "knows_no_nfd": Wrong(
        "importers",
        importer("return {'Hợp tác xã': [['Tên đơn vị']] if 'Tên đơn vị' in data.decode() else []}"),
        "NFD",
        IMPORTS_FILE,
        files={"samples/thu.nhap.csv": OUTSIDE},
    ),
    "unknown_sheet": Wrong(
        "importers",
        importer("return {'Bảng lạ': [['a']]}"),
        "Bảng lạ",
        IMPORTS_FILE,
        files={"samples/thu.nhap.csv": "a"},
    ),
    "cannot_be_sealed": Wrong("uninstall", exporter("return Path('/' + 'khong-co').read_bytes()"), "khong-co", FILE),
}
