"""The conformance suite: every wrong plugin is caught by the rule it breaks, and nobody else is."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.wrong_plugins import IMPORTS, WRONG

from coopkit.errors import NotFound
from coopkit.testing import RULES, Finding, assert_conforms, check_plugin
from coopkit.testing.rules.figures import engines
from coopkit.testing.temporary import manifest_of, write_plugin

RIGHT = f"""{IMPORTS}
KIND = EventKind("thu.tham_quan", Label("Tham quan", "Visit"))

@hookimpl
def coopkit_metrics():
    of = Derived(key="thu.gap_doi", label=Label("Gấp đôi", "Double"), unit=TURNS, topic=TOPIC, of=("thu.dem",),
                 how=lambda turns: turns + turns)
    return [counted(where=lambda row: row["people"] >= 2), of]

@hookimpl
def coopkit_exporters():
    def write(report):
        lines = [f"{{figure.key}}: {{figure.text()}}" for figure in report.figures]
        told = report.breakdown
        lines += [f"{{name}}: {{told.figure('thu.dem', key)}}" for key, name in told.names.items()]
        return "\\n".join([str(report.date), *lines]).encode()
    return [Exporter("thu.tep", Label("Tệp", "File"), "txt", "text/plain", write, by="unit")]

@hookimpl
def coopkit_event_kinds():
    return [KIND]

@hookimpl
def coopkit_checks():
    def check(record, register):
        known = set(register.table("cooperative").column("name").to_pylist())
        return None if record.name in known else Label("lạ", "unknown")
    return [RecordCheck("thu.kiem", Label("Kiểm", "Check"), "cooperative", check)]

@hookimpl
def coopkit_importers():
    def read(data):
        import unicodedata
        text = unicodedata.normalize("NFC", data.decode())
        return {{"Hợp tác xã": [line.split(";") for line in text.splitlines()]}}
    return [Importer("thu.nhap", Label("Nhập", "Import"), "csv", read)]

@hookimpl
def coopkit_pages():
    def show(view):
        import streamlit as st
        st.write(view.evaluate(Period.parse("2024")).cell("thu.dem").value.low)
    return [Page("thu.trang", Label("Trang", "Page"), show)]
"""
PROVIDES = {
    "metrics": ["thu.dem", "thu.gap_doi"],
    "exporters": ["thu.tep"],
    "event_kinds": ["thu.tham_quan"],
    "checks": ["thu.kiem"],
    "importers": ["thu.nhap"],
    "pages": ["thu.trang"],
}
SAMPLE = "Tên đơn vị;Loại hình;Huyện;Xã\nHTX mẫu mới;Hợp tác xã;Vĩnh Bảo;Dũng Tiến\n"


@pytest.fixture(scope="module")
def caught(tmp_path_factory):
    """What is found of each wrong plugin by the rule it breaks: all are looked at beside one another."""

    def look(name):
        wrong, folder = WRONG[name], tmp_path_factory.mktemp(name)
        manifest = manifest_of("thu", provides=wrong.provides, reads=wrong.reads, owners=wrong.owners)
        made = write_plugin(folder, wrong.source, id="thu", manifest=manifest, files=wrong.files)
        return check_plugin(made.folder, rules=[wrong.rule])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {name: pool.submit(look, name) for name in WRONG}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_plugin_is_caught(caught, name):
    """By the rule that it breaks, whose name the message bears, and which says what is wrong."""
    wrong, found = WRONG[name], caught[name].result()
    assert [one.rule for one in found] == [wrong.rule] * len(found)
    assert any(wrong.told in str(one) and str(one).startswith(wrong.rule) for one in found), found


@pytest.mark.parametrize("owners", [("316",), *(pytest.param(one, marks=pytest.mark.long) for one in ((), ("305",)))])
def test_a_right_plugin_passes(tmp_plugin, owners):
    """One that offers something of most kinds, of the whole city or of one place: no finding, nothing skipped."""
    reads = ("participation", "event", "cooperative")
    files = {"samples/thu.nhap.csv": SAMPLE} if "305" not in owners else {}
    made = tmp_plugin(RIGHT, provides=PROVIDES, reads=reads, owners=owners, files=files)
    found = check_plugin(made.folder)
    assert [str(one) for one in found if not one.skipped] == []
    assert [one.rule for one in found if one.skipped] == ([] if files else ["importers"])


@pytest.mark.parametrize("plugin", ["coopkit", pytest.param("haiphong", marks=pytest.mark.long)])
def test_ours_pass(plugin):
    """coopkit's own offers, and the city's plugin as it is installed."""
    assert_conforms(plugin)


def test_every_rule_has_a_wrong_plugin():
    """No rule is without a plugin that breaks it; engines, which only coopkit could make differ, aside."""
    assert set(RULES) - {one.rule for one in WRONG.values()} == {"engines"}


def test_a_module_can_be_checked(tmp_plugin):
    """By its module, with the manifest beside it."""
    made = tmp_plugin(WRONG["gives_text"].source, provides=WRONG["gives_text"].provides)
    [found] = check_plugin(made.load(), rules=["answers"])
    assert (found.plugin, found.item) == ("thu", "thu.tep")
    with pytest.raises(AssertionError, match=r"1 điều chưa đúng .*\n  answers · thu\.tep: .* cần bytes"):
        assert_conforms(made.folder, rules=["answers"])


@pytest.mark.parametrize(("plugin", "rules"), [("khong_co", ["loads"]), ("haiphong", ["khong_co"])])
def test_what_there_is_not(plugin, rules):
    """An unknown plugin or rule is named."""
    with pytest.raises(NotFound, match="khong_co"):
        check_plugin(plugin, rules=rules)


def test_a_folder_that_announces_none(tmp_path):
    """A pyproject.toml without the entry point says so."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'a'\n", "utf-8")
    with pytest.raises(NotFound, match="entry-points"):
        check_plugin(tmp_path)


def test_one_that_never_ends_is_ended(tmp_plugin):
    """The rule under way is named, and the test goes on."""
    body = "\nwhile True: pass\n"
    made = tmp_plugin(
        WRONG["gives_text"].source.replace("return 'chữ'", f"{body.strip()}"), provides={"exporters": ["thu.tep"]}
    )
    [found] = check_plugin(made.folder, rules=["answers"], limit=15)
    assert (found.rule, "15 giây" in found.what) == ("answers", True)


def test_one_that_ends_the_process_is_told(tmp_plugin):
    """Also where it says that all went well."""
    body = WRONG["gives_text"].source.replace("return 'chữ'", "os._exit(0)")
    made = tmp_plugin(body, provides=WRONG["gives_text"].provides)
    [found] = check_plugin(made.folder, rules=["answers"])
    assert (found.rule, found.what) == ("answers", "tự thoát (ended the process)")


class TwoMinds:
    """A case whose figures are other ones in another engine."""

    metrics = ("thu.dem",)
    world = None

    def figures(self, _snapshot, engine="polars"):
        return {"thu.dem": {"2024": engine}}


def test_engines_that_differ_are_told():
    """Which figure, in which engine."""
    case: Any = TwoMinds()
    [found] = engines(case)
    assert (found.rule, found.item) == ("engines", "thu.dem")
    assert "polars polars, duckdb duckdb" in found.what


def test_without_duckdb_engines_are_skipped(monkeypatch):
    """And it says so."""
    case: Any = TwoMinds()
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    [found] = engines(case)
    assert (found.rule, found.skipped) == ("engines", True)


def test_what_could_not_be_looked_at_is_let_pass(tmp_plugin):
    """An importer without a sample file is told as skipped."""
    wrong = WRONG["unknown_sheet"]
    made = tmp_plugin(wrong.source, provides=wrong.provides)
    [found] = check_plugin(made.folder, rules=["importers"])
    assert (found.skipped, "samples/thu.nhap.csv" in found.what) == (True, True)
    assert_conforms(made.folder, rules=["importers"])


def test_findings_read_well():
    """Rule, item and what is wrong in one line."""
    assert str(Finding("order", "", "khác", plugin="thu", skipped=True)) == "order · thu: khác [bỏ qua (skipped)]"
