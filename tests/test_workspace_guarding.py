"""Plugins at the door: what a check refuses is not written, what an importer reads stays within its places."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import xlsxwriter
from attrs import evolve

from coopkit.access import Actor
from coopkit.cooperative import Cooperative, CooperativeKind, Membership
from coopkit.errors import NotFound
from coopkit.hookspecs import hookimpl
from coopkit.importers import Importer, RecordCheck
from coopkit.ledger import Batch, Change
from coopkit.record import make_id
from coopkit.registry import Registry
from coopkit.registry.registry import Loaded
from coopkit.scope import Owner, Scope
from coopkit.snapshot import TABLES
from coopkit.text import Label
from coopkit.workspace import Desk, Preview, State, Workspace

NOON = dt.datetime(2024, 1, 5, 5, tzinfo=dt.UTC)
TITLE = "Hợp tác xã"
HEADINGS = ["Mã số thuế", "Tên đơn vị", "Loại hình", "Quận/huyện", "Ngày kết nạp"]
VINH_BAO: list[Any] = ["0299000035", "Hợp tác xã Sao Khuê", "Hợp tác xã", "Huyện Vĩnh Bảo", dt.date(2023, 5, 4)]
CAT_HAI: list[Any] = ["0299000042", "Hợp tác xã Sóng Xanh", "Hợp tác xã", "Huyện Cát Hải", dt.date(2023, 5, 4)]
NAME = Label("Quy tắc thử", "A rule on trial")
Rule = Callable[[Any, Any], Any]


def workbook(*rows: list[Any]) -> bytes:
    """A workbook of the register with these rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet(TITLE)
        for number, row in enumerate([HEADINGS, *rows]):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    return out.getvalue()


def registry(scope: Scope | None = None, **offers: Any) -> Registry:
    """A plugin "thu" with these checks and importers, which sees what the scope lets it."""
    module = ModuleType("thu")
    for hook, items in offers.items():

        def give(items: Any = items) -> Any:
            return items

        setattr(module, f"coopkit_{hook}", hookimpl(_bare(give)))
    made = Registry.load(module)
    if scope is None:
        return made
    loaded = made._loaded["thu"]
    own = evolve(loaded, seam=evolve(loaded.seam, scope=scope))
    return evolve(made, loaded={**made._loaded, "thu": Loaded(own.seam, own.settings)})


def _bare(give: Callable[[], Any]) -> Callable[[], Any]:
    def call() -> Any:
        return give()

    return call


def check(rule: Rule, table: str = "cooperative", key: str = "thu.quy_tac") -> RecordCheck:
    return RecordCheck(key, NAME, table, rule)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[Registry], Desk]]:
    """A desk at a new ledger with a registry."""
    held: list[Workspace] = []

    def opening(made: Registry) -> Desk:
        held.append(Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=made, clock=lambda: NOON))
        return held[-1].as_(Actor.office("an"))

    yield opening
    for one in held:
        one.close()


def names(desk: Desk) -> list[str]:
    return sorted(one.name for one in desk.snapshot().records(Cooperative))


def problems(seen: Preview) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in seen.problems]


# ── Checks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def refuses_sao(record: Cooperative, _: Any) -> Label | None:
    return Label("tên có chữ Sao", "has Sao in its name") if "Sao" in record.name else None


def test_what_a_check_refuses_is_not_written(opened: Any):
    """It is a bad row, told with file, sheet and row, with what hangs on it; the good rows are kept."""
    desk = opened(registry(checks=[check(refuses_sao)]))
    seen = desk.import_files({"a.xlsx": workbook(CAT_HAI, VINH_BAO)})
    assert problems(seen) == [
        ("thu.quy_tac", f"a.xlsx · {TITLE} · A3"),
        ("check.depends", f"a.xlsx · {TITLE} · A3"),
    ]
    assert seen.problems[0].what == Label("tên có chữ Sao", "has Sao in its name")
    assert seen.rejected == 2
    assert names(desk) == ["Hợp tác xã Sóng Xanh"]
    assert len(desk.snapshot().records(Membership)) == 1
    assert desk.workspace.health.failures() == {}


def raises(error: BaseException) -> Rule:
    def rule(*_: Any) -> Any:
        raise error

    return rule


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (raises(ZeroDivisionError("chia cho 0")), "ZeroDivisionError: chia cho 0"),
        (raises(SystemExit(3)), "SystemExit: 3"),
        (lambda *_: True, "check cho bool"),
        (lambda *_: "sai", "check cho str"),
        (lambda *_: False, "check cho bool"),
        (lambda record, _: record.khong_co, "AttributeError"),
        (lambda: None, "TypeError"),
    ],
)
def test_a_check_that_fails_is_a_refusal(opened: Any, rule: Any, told: str):
    """Nobody can say then that its rule holds; the failing is told with the row, and remembered of the plugin."""
    desk = opened(registry(checks=[check(rule)]))
    seen = desk.import_files({"a.xlsx": workbook(VINH_BAO)})
    assert problems(seen)[0] == ("thu.quy_tac", f"a.xlsx · {TITLE} · A2")
    assert told in seen.problems[0].what.vi
    assert (names(desk), seen.receipts) == ([], ())
    assert told in desk.workspace.health.failures()["thu"].what


def test_only_records_of_its_table_are_asked(opened: Any):
    """A rule for memberships leaves the cooperative, and refuses the membership alone."""
    asked: list[str] = []

    def rule(record: Any, _: Any) -> Label | None:
        asked.append(type(record).__name__)
        return Label("không", "no")

    desk = opened(registry(checks=[check(rule, "membership")]))
    seen = desk.import_files({"a.xlsx": workbook(VINH_BAO)})
    assert asked == ["Membership"]
    assert names(desk) == ["Hợp tác xã Sao Khuê"]
    assert problems(seen) == [("thu.quy_tac", f"a.xlsx · {TITLE} · A2")]


def test_a_dry_run_refuses_too(opened: Any):
    """What would be refused is told before anything is written."""
    desk = opened(registry(checks=[check(refuses_sao)]))
    seen = desk.import_files({"a.xlsx": workbook(VINH_BAO)}, dry_run=True)
    assert seen.rejected == 2
    assert seen.count(State.NEW) == 0


@pytest.mark.parametrize(("row", "asked"), [(VINH_BAO, True), (CAT_HAI, False)], ids=["its own", "another's"])
def test_a_districts_check_is_asked_of_its_own(opened: Any, row: list[Any], asked: bool):
    """A rule of Vĩnh Bảo's refuses no cooperative of Cát Hải."""
    scope = Scope("thu", (Owner("316"),), frozenset({"cooperative"}))
    desk = opened(registry(scope, checks=[check(lambda *_: Label("không", "no"))]))
    seen = desk.import_files({"a.xlsx": workbook(row)})
    assert bool(seen.problems) is asked


def test_a_check_sees_what_its_plugin_may(opened: Any):
    """The register before the import, of its own places and declared tables; asking for another is a refusal."""
    seen_names: list[list[str]] = []

    def rule(_: Any, register: Any) -> Label | None:
        seen_names.append([one.name for one in register.records(Cooperative)])
        return None

    scope = Scope("thu", (Owner("316"),), frozenset({"cooperative"}))
    desk = opened(registry(scope, checks=[check(rule)]))
    other = ["0299000109", "Hợp tác xã Mới", *VINH_BAO[2:]]
    desk.import_files({"a.xlsx": workbook(VINH_BAO, CAT_HAI)})
    desk.import_files({"b.xlsx": workbook(other)})
    assert seen_names == [[], ["Hợp tác xã Sao Khuê"]]
    greedy = registry(scope, checks=[check(lambda _, register: register.table("membership"))])
    desk.workspace.registry = greedy
    told = desk.import_files({"c.xlsx": workbook(["0299000116", *other[1:]])})
    assert any("đọc bảng membership" in one.what.vi for one in told.problems)


def test_a_check_of_a_place_on_no_map_refuses(opened: Any):
    """Whose record it is cannot be said, so neither can that the rule holds."""
    desk = opened(registry(Scope("thu", (Owner("9999"),), frozenset({"cooperative"})), checks=[check(lambda *_: None)]))
    seen = desk.import_files({"a.xlsx": workbook(VINH_BAO)})
    assert "9999" in seen.problems[0].what.vi
    assert names(desk) == []


# ── Importers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def importer(read: Callable[[bytes], Any]) -> Importer:
    return Importer("thu.danh_sach", NAME, "csv", read)


def reading(*rows: list[Any]) -> Importer:
    return importer(lambda _: {TITLE: [HEADINGS, *rows]})


SCOPE = Scope("thu", (Owner("316"),), frozenset({"cooperative"}))


def imported(desk: Desk, data: bytes = b"") -> Preview:
    return desk.import_files({"a.csv": data}, importer="thu.danh_sach")


def test_an_importers_rows_are_imported(opened: Any):
    """They go through the same reading as a workbook's, with the file's own rows."""
    desk = opened(registry(importers=[reading(VINH_BAO, [], ["x", "", "", "", ""])]))
    seen = imported(desk)
    assert names(desk) == ["Hợp tác xã Sao Khuê"]
    assert {one.file for one in seen.problems} == {"a.csv"}
    assert any(one.cell.endswith("4") for one in seen.problems)


def test_out_of_its_places_nothing_is_written(opened: Any):
    """Another district's cooperative is refused with its row, and what hangs on it; its own is kept."""
    desk = opened(
        registry(SCOPE, importers=[reading(VINH_BAO, CAT_HAI, ["0299000123", "HTX Vô Định", *CAT_HAI[2:3], "", ""])])
    )
    seen = imported(desk)
    assert names(desk) == ["Hợp tác xã Sao Khuê"]
    assert ("plugin.place", f"a.csv · {TITLE} · A3") in problems(seen)
    assert ("plugin.place", f"a.csv · {TITLE} · A4") in problems(seen)


def test_anothers_record_is_not_taken_over(opened: Any):
    """A cooperative that lies in Cát Hải now is not moved to Vĩnh Bảo by Vĩnh Bảo's list."""
    key = make_id("cooperative", CAT_HAI[0])
    desk = opened(registry(SCOPE, importers=[reading([*CAT_HAI[:3], "Huyện Vĩnh Bảo", ""])]))
    held = Cooperative(key, CAT_HAI[1], CooperativeKind.COOPERATIVE, CAT_HAI[0], "317@1900-01-01")
    desk.workspace.ledger.write(Batch("an", "nhập", NOON, changes=(Change(held),)))
    seen = imported(desk)
    assert [one.code for one in seen.problems] == ["plugin.place"]
    assert desk.snapshot().records(Cooperative) == [held]


def test_its_own_record_is_changed(opened: Any):
    """What lies in its places now and after may be changed; what stays as it is, is no matter of places."""
    key = make_id("cooperative", VINH_BAO[0])
    desk = opened(registry(SCOPE, importers=[reading(VINH_BAO)]))
    held = Cooperative(key, "Tên cũ", CooperativeKind.COOPERATIVE, VINH_BAO[0], "316@1900-01-01")
    desk.workspace.ledger.write(Batch("an", "nhập", NOON, changes=(Change(held),)))
    assert imported(desk).problems == ()
    assert names(desk) == ["Hợp tác xã Sao Khuê"]
    assert imported(desk).receipts == ()


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (raises(ValueError("tệp lạ")), "ValueError: tệp lạ"),
        (raises(SystemExit(3)), "SystemExit: 3"),
        (lambda _: None, "read cho NoneType"),
        (lambda _: [[1]], "read cho list"),
        (lambda _: "trang", "read cho str"),
        (lambda _: {TITLE: None}, f"trang '{TITLE}'"),
        (lambda _: {TITLE: "abc"}, f"trang '{TITLE}'"),
        (lambda _: {TITLE: ["abc"]}, f"trang '{TITLE}'"),
        (lambda _: {TITLE: [{"a": 1}]}, f"trang '{TITLE}'"),
        (lambda _: {7: [[1]]}, "trang 7"),
        (lambda: {}, "TypeError"),  # noqa: PIE807 - it takes nothing
    ],
)
def test_an_importer_that_fails(opened: Any, read: Any, told: str):
    """Whatever it raises or gives, it is a problem of the file, remembered of the plugin, and nothing is written."""
    desk = opened(registry(importers=[importer(read)]))
    seen = imported(desk)
    assert [(one.code, one.file) for one in seen.problems] == [("plugin.importer", "a.csv")]
    assert told in seen.problems[0].what.vi
    assert (seen.rows, seen.receipts) == ((), ())
    assert told in desk.workspace.health.failures()["thu"].what


@pytest.mark.parametrize(
    "cells",
    [[object()] * 5, [b"\xff"] * 5, [{"a": 1}] * 5, [1j] * 5, [float("nan")] * 5, [None] * 5, [10**400] * 5],
    ids=lambda cells: type(cells[0]).__name__,
)
def test_cells_that_no_sheet_has(opened: Any, cells: list[Any]):
    """Odd things in the cells are told as a bad row or file, not raised."""
    desk = opened(registry(importers=[reading(cells, VINH_BAO)]))
    imported(desk)
    assert set(names(desk)) <= {"Hợp tác xã Sao Khuê"}


def test_rows_that_end_in_an_error(opened: Any):
    """A sheet whose rows are made one by one and break off half way is a problem of the file."""

    def rows() -> Iterator[list[Any]]:
        yield HEADINGS
        yield VINH_BAO
        raise ValueError("đứt")

    desk = opened(registry(importers=[importer(lambda _: {TITLE: rows()})]))
    seen = imported(desk)
    assert [one.code for one in seen.problems] == ["plugin.importer"]
    assert names(desk) == []


def test_an_importer_that_is_not_there(opened: Any):
    """It is told with those there are."""
    desk = opened(registry(importers=[reading(VINH_BAO)]))
    with pytest.raises(NotFound, match=r"'thu.khac'.*thu\.danh_sach"):
        desk.import_files({"a.csv": b""}, importer="thu.khac")
    assert set(TABLES) >= SCOPE.tables
