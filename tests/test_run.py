"""Sealed runs: sealed with everything, run again byte for byte, and every difference explained part by part."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from attrs import evolve

from coopkit.access import NOBODY, Actor
from coopkit.archive import Archive, Names
from coopkit.cooperative import Cooperative, CooperativeKind, Membership, Sector, YearFigures
from coopkit.errors import AccessDenied, ArchiveError, CannotUndo, NotFound, RunError
from coopkit.event import Event, Participation
from coopkit.group import Alliance
from coopkit.ledger import Batch, Change
from coopkit.period import Period
from coopkit.registry import Registry
from coopkit.regulation import shipped_regulation
from coopkit.run import Manifest, plugin_code
from coopkit.workspace import Desk, Question, Sealing, Workspace, runs

NOW = dt.datetime(2024, 1, 5, 8, 0, tzinfo=dt.UTC)
DAY, IN_JULY = dt.date(2023, 12, 31), dt.date(2025, 7, 1)
PLUGIN = """
from coopkit import TURNS, Exporter, Flow, Label, Metric, hookimpl

@hookimpl
def coopkit_metrics():
    return [Metric(key="sample.turns", label=Label("Lượt của tiện ích", "Turns of the plugin"), unit=TURNS,
                   topic=Label("Mẫu", "Sample"), table="participation", timing=Flow("event.start"),
                   where=lambda row: row["people"] >= LEAST)]

@hookimpl
def coopkit_exporters():
    return [Exporter("sample.text", Label("Chữ", "Text"), "txt", "text/plain", lambda report: b"v1")]

LEAST = 2
"""
UNITS: list[Any] = [
    Alliance("a", "Liên minh HTX mẫu", "31@1900-01-01"),
    Cooperative("c1", "HTX Một", CooperativeKind.COOPERATIVE, None, "11587@1900-01-01", None, Sector.AGRICULTURE),
    Cooperative("c2", "HTX Hai", CooperativeKind.COOPERATIVE, None, "11890@1900-01-01", None, Sector.AGRICULTURE),
    Membership("m1", "c1", dt.date(2020, 1, 1)),
    Membership("m2", "c2", dt.date(2020, 1, 1)),
    YearFigures("f1", "c1", "2023-HTX", members_official=40, revenue=10**9),
    Event("e", "HC-01", "fair", "Hội chợ", dt.date(2023, 5, 1)),
    Participation("t1", "e", "c1", 1),
    Participation("t2", "e", "c2", 3),
]


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A plugin in a file of its own."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/sample_plugin.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "plugins"))
    yield importlib.import_module("sample_plugin")
    sys.modules.pop("sample_plugin", None)


@pytest.fixture
def desk(tmp_path: Path, plugin: ModuleType) -> Any:
    """An officer at a ledger with two members, one fair and the plugin."""
    registry = Registry.load(plugin)
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=registry, clock=lambda: NOW) as workspace:
        write(workspace, *UNITS)
        yield workspace.as_(Actor.office("an"))


def write(workspace: Workspace, *records: Any, base: int | None = None) -> None:
    changes = tuple(Change(one, base) for one in records)
    workspace.ledger.write(Batch("an", "nhập", NOW, changes=changes))


def asked(desk: Desk, **more: Any) -> Question:
    return Sealing(desk).question(Period.parse("2023"), date=DAY, **more)


def waivers(desk: Desk, **more: Any) -> dict[str, str]:
    return {one.key: "dữ liệu thử" for one in Sealing(desk).obstacles(asked(desk, **more))}


def sealed(desk: Desk, name: str = "report-2023", **more: Any) -> Manifest:
    run, _ = Sealing(desk).seal(asked(desk, **more), name, waive=waivers(desk, **more))
    return runs.manifest_of(run, Sealing(desk).archive)


def value(outcome: Any, key: str) -> Any:
    return outcome.facts[key]["value"]


# ── Sealing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_seal_fails_closed_and_lists_what_to_mend(desk: Desk):
    """Figures that cannot be computed refuse it; each may be waived with a reason, which the report prints."""
    with pytest.raises(RunError, match=r"loans\.average"):
        Sealing(desk).seal(asked(desk), "r")
    assert Sealing(desk).all() == []
    run, outcome = Sealing(desk).seal(asked(desk), "r", waive=waivers(desk))
    assert "dữ liệu thử" in (run.waived or "")
    assert b"d\xe1\xbb\xaf li\xe1\xbb\x87u th\xe1\xbb\xad" in outcome.files["json"]
    with pytest.raises(RunError, match="nothing to waive"):
        Sealing(desk).seal(asked(desk), "other", waive={**waivers(desk), "no.such": "x"})
    with pytest.raises(RunError, match="choose another"):
        Sealing(desk).seal(asked(desk), "r", waive=waivers(desk))


def test_an_undecided_place_refuses_the_seal(desk: Desk):
    """On a map where a member's commune was split, until somebody decides."""
    keys = {one.key for one in Sealing(desk).obstacles(asked(desk, on_map=IN_JULY))}
    assert runs.UNDECIDED in keys
    desk.decide("c1", "An Phong", on_map=IN_JULY)
    assert runs.UNDECIDED not in {one.key for one in Sealing(desk).obstacles(asked(desk, on_map=IN_JULY))}


def test_a_seal_is_a_journalled_batch_and_needs_the_right(desk: Desk):
    """Who and when stand in the journal, not in the hash."""
    manifest = sealed(desk)
    assert "report-2023" in desk.batches()[-1].reason
    assert b"2024-01-05" not in manifest.to_bytes()
    with pytest.raises(AccessDenied):
        Sealing(desk.workspace.as_(Actor("khach", NOBODY))).seal(asked(desk), "r2")


def test_what_is_sealed_holds_no_personal_data(desk: Desk):
    """Persons can be erased without touching any seal."""
    manifest, archive = sealed(desk), Sealing(desk).archive
    assert archive.get_table(manifest.tables["person"]).num_rows == 0


HELPED = PLUGIN.replace("LEAST = 2", "from vbhelp import LEAST")
HIDDEN = "__import__('vb' + 'help')"
BROKEN_ALONE = {
    "plugin": (PLUGIN.replace("LEAST = 2", f"LEAST = {HIDDEN}.LEAST"), {"plugin.sample_plugin", "sample.turns"}),
    "metric": (PLUGIN.replace(">= LEAST", f">= {HIDDEN}.LEAST"), {"sample.turns"}),
    "exporter": (PLUGIN.replace('b"v1"', f"{HIDDEN}.TEXT"), {"export.sample.text"}),
}


@pytest.fixture
def helped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Desk]]:
    """An officer at a ledger with a plugin of that text, beside which its helper `vbhelp` lies on the path."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "vbhelp.py").write_text("LEAST = 2\nTEXT = b'v1'\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    with ExitStack() as stack:

        def start(text: str) -> Desk:
            (folder / "sample_plugin.py").write_text(text, encoding="utf-8")
            registry = Registry.load(importlib.import_module("sample_plugin"))
            opened = Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=registry, clock=lambda: NOW)
            workspace = stack.enter_context(opened)
            write(workspace, *UNITS)
            return workspace.as_(Actor.office("an"))

        yield start
    for name in ("sample_plugin", "vbhelp"):
        sys.modules.pop(name, None)


def test_what_a_plugin_imports_is_sealed_with_it(helped: Callable[[str], Desk], tmp_path: Path):
    """A second module beside it is kept too, so that it runs alone; it may change or go afterwards."""
    desk = helped(HELPED)
    manifest = sealed(desk)
    assert set(manifest.plugins[0].files) == {"sample_plugin.py", "vbhelp.py"}
    assert Sealing(desk).results("report-2023").facts["sample.turns"]["text"] == "1 lượt"
    (tmp_path / "plugins/vbhelp.py").write_text("LEAST = 1\n", encoding="utf-8")
    done = Sealing(desk).again("report-2023")
    assert (done.differences, done.changed) == ((), ("sample_plugin: vbhelp.py",))


def test_what_a_plugin_installs_is_sealed_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The other modules and files of its distribution, imported by it or not; nothing of other distributions."""
    files = {
        "vinhbao/__init__.py": "import attrs, json, beside",
        "vinhbao/sub/deep.py": "",
        "vbhelp.py": "",
        "vbdata/rows.csv": "1",
        "coopkit_vb-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: coopkit-vb\nVersion: 1\n",
    }
    files["coopkit_vb-1.dist-info/RECORD"] = "".join(f"{path},,\n" for path in files) + "../../bin/vb,,\n"
    for path, text in {**files, "beside.py": "", "other.py": ""}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = plugin_code("vinhbao.sub.deep", "coopkit-vb", Names())
    assert set(found) == {"vinhbao/__init__.py", "vinhbao/sub/deep.py", "vbhelp.py", "vbdata/rows.csv", "beside.py"}
    (tmp_path / "coopkit_vb-1.dist-info/RECORD").write_text("__editable__.coopkit_vb.pth,,\n", encoding="utf-8")
    (tmp_path / "coopkit_vb-1.dist-info/top_level.txt").write_text("vinhbao\nvbhelp\n", encoding="utf-8")
    assert {"vbhelp.py", "beside.py"} <= set(plugin_code("vinhbao", "coopkit-vb", Names()))


@pytest.mark.parametrize("what", BROKEN_ALONE)
def test_what_only_the_run_itself_tells_refuses_the_seal(helped: Callable[[str], Desk], what: str):
    """A plugin, a metric, an exporter that work here but not with the code that would be kept."""
    text, keys = BROKEN_ALONE[what]
    desk = helped(text)
    ready = waivers(desk)
    assert not keys & ready.keys()
    with pytest.raises(RunError) as error:
        Sealing(desk).seal(asked(desk), "r", waive=ready)
    assert all(f"{key}: " in str(error.value) for key in keys)
    assert Sealing(desk).all() == []
    assert not Sealing(desk).archive.folder.exists()


def test_what_only_the_run_itself_tells_may_be_waived(helped: Callable[[str], Desk]):
    """With a reason, which the sealed report prints; a waiver for what did not happen is told."""
    desk = helped(BROKEN_ALONE["exporter"][0])
    waive = {**waivers(desk), "export.sample.text": "không cần"}
    with pytest.raises(RunError, match=r"nothing to waive.*sample\.turns"):
        Sealing(desk).seal(asked(desk), "r", waive={**waive, "sample.turns": "x"})
    run, outcome = Sealing(desk).seal(asked(desk), "r", waive=waive)
    assert "export.sample.text" in outcome.files["json"].decode()
    assert Sealing(desk).results("r").exports["sample.text"]["problem"]
    assert "không cần" in (run.waived or "")
    assert Sealing(desk).again("r").differences == ()


def test_a_plugin_that_changed_since_it_was_loaded_refuses_the_seal(desk: Desk, plugin: ModuleType):
    """The code that would be kept gives another figure than the one that was checked."""
    assert plugin.__file__
    Path(plugin.__file__).write_text(PLUGIN.replace("LEAST = 2", "LEAST = 1"), encoding="utf-8")
    with pytest.raises(RunError, match=r"sample\.turns: .*1 lượt.*2 lượt"):
        Sealing(desk).seal(asked(desk), "r", waive=waivers(desk))


@pytest.mark.parametrize(
    "name",
    ["", " ", " r", "r ", "a\nb", "a\tb", "a\u200bb", "-r", "--as", ".r", "..", "a/b", "a\\b", "r" * 81],
)
def test_a_name_that_is_no_good_is_refused_first(desk: Desk, name: str):
    """Before anything is looked at; the message shows a good one."""
    with pytest.raises(RunError, match="bao-cao-2023"):
        Sealing(desk).seal(asked(desk), name)


@pytest.mark.parametrize("name", ["bÁo CÁO 2023", pytest.param("Báo cáo 2023", marks=pytest.mark.long)])
def test_a_name_that_nobody_could_tell_apart_is_used_already(desk: Desk, name: str):
    """Case and the way marks are composed do not make another name; the name is told before what to mend."""
    sealed(desk, unicodedata.normalize("NFD", "báo cáo 2023"))
    assert [one.name for one in Sealing(desk).all()] == ["báo cáo 2023"]
    assert Sealing(desk).get(unicodedata.normalize("NFD", "báo cáo 2023")).period == "2023"
    with pytest.raises(RunError, match="choose another") as error:
        Sealing(desk).seal(asked(desk), name)
    assert "loans.average" not in str(error.value)


def test_two_who_seal_one_name_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """Who comes second is told that the name is used, in one line, as if it had been there all along."""
    sealed(desk)
    monkeypatch.setattr(Sealing, "_require_unused", lambda *_: None)
    with pytest.raises(RunError, match="choose another") as error:
        sealed(desk, "REPORT-2023")
    assert "sealed_run" not in str(error.value)


def test_a_refusal_tells_everything_once_and_leaves_nothing(desk: Desk):
    """Each obstacle in both languages, how to go on, and waivers that waive nothing, in one message."""
    with pytest.raises(RunError) as error:
        Sealing(desk).seal(asked(desk), "r", waive={"no.such": "x"})
    told = str(error.value)
    assert told.count("mẫu số bằng 0 (unavailable: the denominator is 0)") == told.count("the denominator is 0") > 0
    assert "nothing to waive): no.such" in told
    assert "--waive " in told
    assert not Sealing(desk).archive.folder.exists()


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_waiver_without_a_reason_is_refused(desk: Desk, reason: str):
    """It would be printed as nothing."""
    waive = {**waivers(desk), "loans.average": reason}
    with pytest.raises(RunError, match=r"loans\.average.*needs a reason"):
        Sealing(desk).seal(asked(desk), "r", waive=waive)


def test_a_seal_is_for_good(desk: Desk):
    """Its batch cannot be undone: the name stands for what was published."""
    sealed(desk)
    number = desk.batches()[-1].number
    with pytest.raises(CannotUndo, match=r"report-2023.*for good"):
        desk.undo(number)
    assert [one.name for one in Sealing(desk).all()] == ["report-2023"]


# ── Run again ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "seed"), [pytest.param("Asia/Saigon", "1", marks=pytest.mark.long), ("America/New_York", "4242")]
)
def test_a_seal_runs_again_byte_for_byte(
    desk: Desk, plugin: ModuleType, monkeypatch: pytest.MonkeyPatch, zone: str, seed: str
):
    """After the ledger, the plugin and the clock have changed; in another process, time zone and order of hashes."""
    sealed(desk)
    before = Sealing(desk).results("report-2023")
    write(desk.workspace, Participation("t9", "e", "c1x", 9), Event("e9", "HC-09", "fair", "x", dt.date(2023, 6, 1)))
    assert plugin.__file__
    Path(plugin.__file__).write_text(PLUGIN.replace("LEAST = 2", "LEAST = 1").replace("v1", "v2"), encoding="utf-8")
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setenv("PYTHONHASHSEED", seed)
    done = Sealing(desk).again("report-2023")
    assert done.differences == ()
    assert (done.outcome.facts, done.outcome.table) == (before.facts, before.table)
    assert done.changed == ("sample_plugin: sample_plugin.py",)
    assert Sealing(desk).file("report-2023", "xlsx") == done.outcome.files["xlsx"]
    current = Sealing(desk).again("report-2023", current_code=True)
    assert {"sample.turns", "export:sample.text"} <= set(current.differences)


def test_results_outlive_the_plugin(desk: Desk):
    """Without the plugin every label, unit and figure is still shown, and it is named as missing."""
    sealed(desk)
    with Workspace.open(f"sqlite:///{desk.workspace.ledger.file}", registry=Registry.load(), clock=lambda: NOW) as bare:
        office = bare.as_(Actor.office("an"))
        fact = Sealing(office).results("report-2023").facts["sample.turns"]
        assert (fact["label"], fact["text"], fact["plugin"]) == ("Lượt của tiện ích", "1 lượt", "sample_plugin")
        done = Sealing(office).again("report-2023")
    assert done.differences == ()
    assert any(one.startswith("sample_plugin") and "→ –" in one for one in done.changed)


def test_a_sealed_figure_opens_to_what_was_sealed(desk: Desk):
    """After a correction the records are shown as they were; a ratio opens to all that it is made of."""
    sealed(desk)
    write(desk.workspace, Membership("m1", "c1", dt.date(2020, 1, 1), dt.date(2023, 6, 1)), base=1)
    [source] = Sealing(desk).records("report-2023", "members.total")
    assert [row[-1] for row in source.rows] == ["m1", "m2"]
    assert not any("01/06/2023" in str(cell) for row in source.rows for cell in row)
    assert {len(one.rows) for one in Sealing(desk).records("report-2023", "meetings.districts")} == {0, 15}
    with pytest.raises(NotFound, match="no such figure"):
        Sealing(desk).records("report-2023", "no.such")


def test_a_missing_or_spoilt_ingredient_is_named(desk: Desk):
    """A table, a pack, a file of the code, the manifest itself."""
    manifest, archive = sealed(desk), Sealing(desk).archive
    for at, told in (
        (manifest.tables["membership"], "membership"),
        (next(iter(manifest.regulation.values())), "regulation"),
        (manifest.code["coopkit/period.py"], r"coopkit/period\.py"),
        (manifest.plugins[0].files["sample_plugin.py"], r"sample_plugin\.py"),
        (Sealing(desk).get("report-2023").manifest, "manifest"),
    ):
        [file] = archive.folder.glob(f"*/{at}.*")
        kept = file.read_bytes()
        for spoilt in (None, b"x" + kept):
            file.unlink() if spoilt is None else file.write_bytes(spoilt)
            with pytest.raises(RunError, match=told):
                Sealing(desk).again("report-2023")
        file.write_bytes(kept)
    assert Sealing(desk).again("report-2023").differences == ()


def test_every_seal_is_checked_piece_by_piece(desk: Desk):
    """Manifest, results, tables, regulation, code and files: the run and the piece are named."""
    manifest, sealing = sealed(desk), Sealing(desk)
    run, archive = sealing.get("report-2023"), sealing.archive
    assert sealing.faults() == []
    for at, told in (
        (run.manifest, "manifest"),
        (run.results, "results"),
        (manifest.tables["membership"], "membership"),
        (next(iter(manifest.regulation.values())), "regulation"),
        (manifest.code["coopkit/period.py"], "coopkit/period.py"),
        (manifest.plugins[0].files["sample_plugin.py"], "sample_plugin.py"),
        (sealing.results("report-2023").exports["xlsx"]["sha256"], "xlsx"),
    ):
        [file] = archive.folder.glob(f"*/{at}.*")
        kept = file.read_bytes()
        for spoilt in (None, b"x" + kept):
            file.unlink() if spoilt is None else file.write_bytes(spoilt)
            found = sealing.faults()
            assert {one.run for one in found} == {"report-2023"}
            assert any(told in one.piece for one in found)
        file.write_bytes(kept)
    assert sealing.faults() == []


@pytest.mark.long
def test_kept_files_are_looked_at_and_mended(desk: Desk):
    """A spoilt exported file is told by running again, and is not what the next seal keeps."""
    sealed(desk)
    at = Sealing(desk).results("report-2023").exports["xlsx"]["sha256"]
    [file] = Sealing(desk).archive.folder.glob(f"*/{at}.bin")
    for spoilt in (b"", None):
        file.unlink() if spoilt is None else file.write_bytes(spoilt)
        done = Sealing(desk).again("report-2023")
        assert (done.differences, set(done.spoilt)) == (("file:xlsx",), {"file:xlsx"})
    file.write_bytes(b"")
    sealed(desk, "report-2023-2")
    assert Sealing(desk).again("report-2023").differences == ()


def test_an_archive_left_behind_is_named(desk: Desk):
    """A ledger moved without its folder: the folder to bring along, by name."""
    sealed(desk)
    folder = Sealing(desk).archive.folder
    folder.rename(folder.with_name("elsewhere"))
    for ask in (Sealing(desk).again, Sealing(desk).results, Sealing(desk).why):
        with pytest.raises(RunError, match=r"so\.db\.archive.*bring it along"):
            ask("report-2023")
    [gap] = Sealing(desk).faults()
    assert "so.db.archive" in gap.piece


@pytest.mark.long
def test_comparing_adds_nothing_to_the_archive(desk: Desk, plugin: ModuleType):
    """Neither today's code nor what is made to compare with it."""
    sealed(desk)
    write(desk.workspace, Membership("m1", "c1", dt.date(2020, 1, 1), dt.date(2023, 6, 1)), base=1)
    assert plugin.__file__
    Path(plugin.__file__).write_text(PLUGIN.replace("LEAST = 2", "LEAST = 1"), encoding="utf-8")
    before = Sealing(desk).archive.names()
    assert Sealing(desk).again("report-2023").changed
    assert Sealing(desk).why("report-2023")[0]
    assert Sealing(desk).archive.names() == before


def test_money_of_sealed_records_is_as_printed(desk: Desk):
    """With its unit for a reader, the number itself for a program."""
    sealed(desk)
    [source] = Sealing(desk).records("report-2023", "figures.average_revenue")
    assert "1 tỷ đồng" in source.rows[0]
    [plain] = Sealing(desk).records("report-2023", "figures.average_revenue", plain=True)
    assert 10**9 in plain.rows[0]


def test_a_name_there_is_not_is_told(desk: Desk):
    """With the names there are."""
    sealed(desk)
    with pytest.raises(NotFound, match="report-2023"):
        Sealing(desk).again("no.such")
    with pytest.raises(NotFound, match="pdf"):
        Sealing(desk).file("report-2023", "pdf")


# ── Why ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def told(parts: list[Any]) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.figure, one.before, one.after) for one in parts]


def swapped(archive: Archive, files: Any, path: str, old: str, new: str) -> dict[str, str]:
    """The files of a package with one text in one of them changed."""
    text = archive.get(files[path]).decode()
    assert old in text
    return {**files, path: archive.put(text.replace(old, new).encode())}


def test_late_records_and_corrections_open_to_their_records(desk: Desk):
    """A turn that arrived late, a membership that ended after all."""
    sealed(desk)
    write(desk.workspace, Participation("t3", "e", "c3", 5))
    write(desk.workspace, Membership("m1", "c1", dt.date(2020, 1, 1), dt.date(2023, 6, 1)), base=1)
    parts, outcomes = Sealing(desk).why("report-2023")
    assert told(parts) == [
        ("corrections", "members.departed", "0 đơn vị", "1 đơn vị"),
        ("corrections", "members.total", "2 đơn vị", "1 đơn vị"),
        ("late", "fairs.cooperatives", "2 HTX", "3 HTX"),
        ("late", "fairs.turns", "2 lượt", "3 lượt"),
        ("late", "sample.turns", "1 lượt", "2 lượt"),
    ]
    assert [(one.figure, one.came, one.went, one.swapped) for one in parts] == [
        ("members.departed", (("membership", "m1"),), (), ()),
        ("members.total", (), (("membership", "m1"),), ()),
        ("fairs.cooperatives", (("participation", "t3"),), (), ()),
        ("fairs.turns", (("participation", "t3"),), (), ()),
        ("sample.turns", (("participation", "t3"),), (), ()),
    ]
    assert (value(outcomes[0], "members.total"), value(outcomes[-1], "members.total")) == (2, 1)


OWN = "coopkit/metrics/own.py"
AS_STOCK = ('"Members admitted", Flow("joined")', '"Members admitted", Stock("joined", "left")')


def test_the_code_the_law_the_map_and_the_data_in_their_order(desk: Desk):
    """Every ingredient changed at once: each part goes to its own, and they lead from the old figure to the new."""
    old, archive = sealed(desk, on_map=IN_JULY), Sealing(desk).archive
    files = old.plugins[0].files
    plugins = (evolve(old.plugins[0], files=swapped(archive, files, "sample_plugin.py", "LEAST = 2", "LEAST = 1")),)
    law = {name: text.replace("members = 50 }", "members = 30 }") for name, text in shipped_regulation().texts.items()}
    desk.decide("c1", "An Phong", on_map=IN_JULY)
    write(desk.workspace, Membership("m3", "c2x", dt.date(2021, 1, 1)))
    now = desk.snapshot().tables
    new = evolve(
        old,
        plugins=plugins,
        code=swapped(archive, old.code, OWN, *AS_STOCK),
        regulation={name: archive.put(text.encode()) for name, text in law.items()},
        tables={**old.tables, **{name: archive.put_table(now[name]) for name in ("place_decision", "membership")}},
    )
    parts, outcomes = runs.why(old, new, archive)
    assert told(parts) == [
        ("plugin", "sample.turns", "1 lượt", "2 lượt"),
        ("metric", "members.admitted", "0 đơn vị", "2 đơn vị"),
        ("regulation", "figures.micro", "1 đơn vị", "0 đơn vị"),
        ("late", "members.admitted", "2 đơn vị", "3 đơn vị"),
        ("late", "members.total", "2 đơn vị", "3 đơn vị"),
    ]
    assert len(outcomes) == 6  # the old run and five swaps; nothing was corrected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("plugin", [("plugin", "sample.turns", "1 lượt", "2 lượt")]),
        ("metric", [("metric", "members.admitted", "0 đơn vị", "2 đơn vị")]),
        ("regulation", [("regulation", "figures.micro", "1 đơn vị", "0 đơn vị")]),
        (
            "boundary",
            [
                ("boundary", "meetings.districts", "0/15 huyện, quận", "0/14 huyện, quận"),
                ("boundary", "places.districts", "15 huyện, quận", "14 huyện, quận"),
            ],
        ),
    ],
)
def test_each_ingredient_alone_is_one_part(desk: Desk, kind: str, expected: list[tuple[str, ...]]):
    """A plugin's threshold, a definition, a law, a district that ended a year earlier."""
    old, archive = sealed(desk), Sealing(desk).archive
    files = old.plugins[0].files
    law = {name: text.replace("members = 50 }", "members = 30 }") for name, text in shipped_regulation().texts.items()}
    places = archive.get_table(old.tables["place"])
    rows = [
        {**row, "valid_to": dt.date(2022, 12, 31)} if row["id"] == "318@1900-01-01" else row
        for row in places.to_pylist()
    ]
    changed: dict[str, dict[str, Any]] = {
        "plugin": {
            "plugins": (
                evolve(old.plugins[0], files=swapped(archive, files, "sample_plugin.py", "LEAST = 2", "LEAST = 1")),
            )
        },
        "metric": {"code": swapped(archive, old.code, OWN, *AS_STOCK)},
        "regulation": {"regulation": {name: archive.put(text.encode()) for name, text in law.items()}},
        "boundary": {
            "tables": {**old.tables, "place": archive.put_table(pa.Table.from_pylist(rows, schema=places.schema))}
        },
    }
    parts, outcomes = runs.why(old, evolve(old, **changed[kind]), archive)
    assert (told(parts), len(outcomes)) == (expected, 2)


@pytest.mark.long
def test_what_was_asked_otherwise_is_told(desk: Desk):
    """Another map and another day: what was asked, and the figures that differ for it."""
    sealed(desk)
    sealed(desk, "again", on_map=IN_JULY)
    told_asked = [(one.setting, one.before, one.after) for one in Sealing(desk).asked("report-2023", "again")]
    assert told_asked[0] == ("on_map", "–", "01/07/2025")
    assert [one[0] for one in told_asked] == ["on_map", "notes"]
    assert Sealing(desk).asked("report-2023") == []
    old, archive = runs.manifest_of(Sealing(desk).get("report-2023"), Sealing(desk).archive), Sealing(desk).archive
    parts, outcomes = runs.why(old, evolve(old, settings={**old.settings, "only": ["fairs.turns"]}), archive)
    assert {one.kind for one in parts} == {"asked"}
    assert ("asked", "sample.turns", "1 lượt", "–") in told(parts)
    assert len(outcomes) == 2


def test_runs_of_two_periods_are_not_compared(desk: Desk):
    """No swap of ingredients leads from one to the other."""
    sealed(desk)
    question = Sealing(desk).question(Period.parse("2022"), date=DAY)
    reasons = {one.key: "dữ liệu thử" for one in Sealing(desk).obstacles(question)}
    Sealing(desk).seal(question, "report-2022", waive=reasons)
    for compare in (Sealing(desk).why, Sealing(desk).asked):
        with pytest.raises(RunError, match=r"2023.*2022.*two periods"):
            compare("report-2023", "report-2022")


def test_a_manifest_goes_through_json(desk: Desk):
    """Nothing of it is lost, and the same manifest is the same bytes."""
    manifest = sealed(desk)
    again = Manifest.of_bytes(manifest.to_bytes())
    assert again.to_bytes() == manifest.to_bytes()
    assert json.loads(manifest.to_bytes())["settings"]["period"] == "2023"


def test_a_plugin_without_a_file_cannot_be_sealed(tmp_path: Path):
    """It is named, and nothing is written."""
    loose = type("loose", (), {"coopkit_metrics": staticmethod(list), "__name__": "loose"})
    with Workspace.open(f"sqlite:///{tmp_path}/so.db", registry=Registry.load(loose), clock=lambda: NOW) as workspace:
        office = workspace.as_(Actor.office("an"))
        with pytest.raises(ArchiveError, match="loose"):
            Sealing(office).manifest(asked(office))
