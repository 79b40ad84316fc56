"""The command line as a person uses it: what it prints, where it writes, how it ends."""

import json
import os
import subprocess
import sys

import openpyxl
import pytest
from tests.command import run_here, run_there
from tests.test_workspace import GOOD, workbook

import coopkit


@pytest.fixture
def run(tmp_path):
    """Run `coopkit …` with a ledger of its own; gives what came of it. English is settled as a process begins."""

    def command(*arguments, lang="vi"):
        own = {"COOPKIT_LEDGER": f"sqlite:///{tmp_path}/so.db", "COOPKIT_LANG": lang, "COLUMNS": "400"}
        run = run_here if lang == "vi" and "--lang" not in arguments else run_there
        return run(list(map(str, arguments)), tmp_path, own)

    return command


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "vinh-bao.xlsx"
    path.write_bytes(workbook(GOOD))
    return path


def test_the_version_is_told(run):
    """What a report of a weakness begins with; no ledger is opened for it."""
    done = run("--version")
    assert done.stdout == f"coopkit {coopkit.__version__}\n"


def test_import_then_metrics_then_records(run, good):
    """A workbook goes in, its figure comes out, and the figure opens to the record."""
    done = run("import", good, "--json")
    assert (done.returncode, json.loads(done.stdout)["new"]) == (0, 2), done.stderr
    facts = json.loads(run("metrics", "--period", "2023", "--json").stdout)["facts"]
    assert facts["members.total"]["value"] == 1
    (record,) = json.loads(run("records", "members.total", "--period", "2023", "--json").stdout)["records"]
    assert record["Đơn vị"] == "Hợp tác xã Sao Khuê"
    by_place = json.loads(run("metrics", "--period", "2023", "--by", "place", "--json").stdout)["places"]
    assert by_place["members.total"]["316"]["value"] == 1


def test_problems_end_with_1_and_say_where(run, tmp_path):
    """A bad row ends with exit code 1 and names sheet and cell; the dry run writes nothing."""
    path = tmp_path / "sai.xlsx"
    path.write_bytes(workbook(GOOD, ["0299000036", "Hợp tác xã Bình Minh", *GOOD[2:]]))
    dry = run("import", path, "--dry-run")
    assert (dry.returncode, "Hợp tác xã · A3" in dry.stderr) == (1, True)
    assert "chưa ghi gì" in dry.stdout
    assert json.loads(run("import", path, "--json").stdout)["new"] == 2


def test_report_is_written(run, good, tmp_path):
    """A report is written in the format of its name."""
    run("import", good)
    assert run("report", "2023", "--to", "bc.xlsx").returncode == 1  # an average over nothing is unavailable, and told
    assert openpyxl.load_workbook(tmp_path / "bc.xlsx").sheetnames == ["Báo cáo", "Nguồn số liệu"]


def test_history_undo_verify(run, good):
    """History names the file, undo is a batch, verify is content."""
    run("import", good)
    assert "vinh-bao.xlsx" in run("history", "0299000035").stdout
    assert "Đã hoàn tác lô 2 bằng lô 3" in run("undo", "2").stdout
    assert run("verify").stdout == "Sổ toàn vẹn.\n"
    again = run("undo", "2")
    assert (again.returncode, again.stderr.startswith("Lỗi: Lô 2 đã được hoàn tác")) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("metrics", "--period", "20x"), "20x"),
        (("records", "no.such"), "no.such"),
        (("report", "2023", "--to", "bc.pdf"), "pdf"),
        (("history", "không có"), "không có"),
        (("--ledger", "postgresql://x", "verify"), "SQLite"),
        (("import", "không-có.xlsx"), "xlsx"),
        (("--lang", "fr", "metrics"), "'fr'"),
        (("records", "members.total", "--by", "sector"), "--at"),
    ],
)
def test_misuse_ends_with_2_and_one_clear_line(run, arguments, told):
    """Misuse ends with exit code 2, says what was meant, and shows no traceback."""
    done = run(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_help_in_both_languages(run):
    """Help is Vietnamese, and English when asked."""
    assert "Nhập các tệp Excel" in run("--help").stdout
    assert "Import Excel workbooks" in run("--help", lang="en").stdout
    assert "Import Excel workbooks" in run("--lang", "en", "--help").stdout


def test_figures_on_the_map_of_another_day(run, good):
    """Each cell tells its state; a level the map does not have is named; a decision is used from then on."""
    run("import", good)
    asked = ("metrics", "--period", "2023", "--by", "place:commune", "--on-map", "2025-07-01", "--json")
    told = json.loads(run(*asked).stdout)
    assert told["on_map"] == "2025-07-01"
    found = {key: cell for key, cell in told["places"]["members.total"].items() if cell["value"]}
    assert {key: (cell["place"], cell["value"], cell["state"]) for key, cell in found.items()} == {
        "": ("chưa xác định xã", 1, "undecided")
    }
    lacking = run("metrics", "--by", "place:district", "--on-map", "01/07/2025")
    assert (lacking.returncode, "province, commune" in lacking.stderr) == (2, True)
    [case] = json.loads(run("place", "queue", "--on-map", "01/07/2025", "--json").stdout)
    assert (case["recorded"], "11824" in case["candidates"]) == ("Huyện Vĩnh Bảo", True)
    assert "lô 3" in run("place", "decide", "0299000035", "xã Vĩnh Bảo", "--on-map", "01/07/2025").stdout
    assert json.loads(run(*asked).stdout)["places"]["members.total"]["11824"]["state"] == "by_address"
    opened = run("records", "members.total", "--period", "2023", "--place", "11824", "--on-map", "01/07/2025", "--json")
    assert len(json.loads(opened.stdout)["records"]) == 1
    again = run("place", "decide", "0299000035", "xã Vĩnh Bảo", "--on-map", "01/07/2025")
    assert (again.returncode, "không chờ quyết định" in again.stderr) == (2, True)
    wrong = run("place", "decide", "0299000035", "xã Nam Sách", "--on-map", "1/7/25")
    assert (wrong.returncode, "hai chữ số" in wrong.stderr) == (2, True)


def test_a_place_is_found_on_the_map_of_a_day(run):
    """The same words mean a district in 2023 and a commune in 2025."""
    assert "Huyện Vĩnh Bảo" in run("place", "find", "Vĩnh Bảo", "--on-map", "31/12/2023").stdout
    assert "Xã Vĩnh Bảo" in run("place", "find", "Vĩnh Bảo", "--on-map", "01/07/2025").stdout
    mixed = run("place", "find", "Phường Hồng Bàng", "--on-map", "01/07/2025").stdout
    assert "quận, huyện cũ: Quận Hồng Bàng, Quận Ngô Quyền (hỗn hợp)" in mixed
    assert run("place", "find", "Nơi không có").returncode == 1


def test_plugins_are_listed(run):
    """An installed plugin is there with its state and the reason, and off until somebody switches it on."""
    states = {one["name"]: one for one in json.loads(run("plugin", "list", "--json").stdout)}
    assert (states["haiphong"]["state"], states["haiphong"]["distribution"]) == ("found", "coopkit-haiphong")
    assert "chưa được bật" in states["haiphong"]["reason"]


def test_a_terminal_gets_a_progress_bar(good, tmp_path):
    """Where somebody watches, the file being read is named on the terminal; standard output has only the result."""
    master, slave = os.openpty()
    code = "import sys; from coopkit.cli import main; sys.argv[0] = 'coopkit'; main()"
    environment = {**os.environ, "COOPKIT_LEDGER": f"sqlite:///{tmp_path}/so.db", "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-c", code, "import", str(good), "--json"],
        stdout=subprocess.PIPE,
        stderr=slave,
        check=True,
        env=environment,
    )
    os.close(slave)
    shown = os.read(master, 65536).decode(errors="replace")
    os.close(master)
    assert json.loads(done.stdout)["rejected"] == 0
    assert "Ghi vào sổ" in shown or good.name in shown


def test_figures_by_sector_name_the_sectors(run, good):
    """Groups that are no places are called by their own names."""
    run("import", good)
    told = json.loads(run("metrics", "--by", "sector", "--json").stdout)["places"]["members.total"]
    assert {cell["place"] for cell in told.values()} <= {"Nông, lâm, ngư, diêm nghiệp", "chưa xác định"}


def test_what_cannot_be_read_or_written_is_one_clear_line(run, good, tmp_path):
    """A folder given as a file, a report into a folder there is not."""
    run("import", good)
    (tmp_path / "d.xlsx").mkdir()
    for done, told in (
        (run("import", tmp_path / "d.xlsx"), "d.xlsx"),
        (run("report", "2023", "--to", tmp_path / "nowhere/bc.xlsx"), "không đọc hay ghi được"),
    ):
        assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.parametrize("by", ["place", "sector", "unit_kind", "unit", "kind", "block"])
def test_every_group_of_figures_opens(run, good, by):
    """Each group that `metrics --by` tells opens to as many records, by its key or by what it is called."""
    run("import", good)
    told = json.loads(run("metrics", "--by", by, "--json").stdout)["places"]["members.total"]
    [(key, cell)] = [(key, cell) for key, cell in told.items() if cell["value"]]
    for name in {key or "?", cell["place"] if key else "?"}:
        done = run("records", "members.total", "--by", by, "--at", name, "--json")
        assert len(json.loads(done.stdout)["records"]) == cell["records"] == 1, done.stderr


def test_what_has_no_place_opens_at_the_level_asked_for(run, good):
    """A unit whose district is known and whose commune is not is undecided among communes only."""
    run("import", good)

    def opened(*asked):
        done = run("records", "members.total", "--json", *asked)
        return len(json.loads(done.stdout)["records"])

    assert [opened("--by", by, "--at", "?") for by in ("place:district", "place:commune")] == [0, 1]
    assert opened("--by", "place", "--at", "?", "--left-out") == opened("--by", "place", "--at", "316") == 1
    lacking = run("records", "members.total", "--by", "place", "--at", "Huyện Không Có")
    assert (lacking.returncode, "316 Huyện Vĩnh Bảo" in lacking.stderr) == (2, True)


def test_a_figure_made_of_others_opens_to_all_its_parts(run, good):
    """Each under its own heading, in JSON as a list."""
    run("import", good)
    told = run("records", "meetings.districts").stdout
    assert "meetings.districts_covered  Huyện, quận có hội nghị\n" in told
    assert "places.districts  Tổng số huyện, quận\n" in told
    parts = json.loads(run("records", "meetings.districts", "--json").stdout)
    assert [part["metric"] for part in parts] == ["meetings.districts_covered", "places.districts"]


def test_what_a_figure_does_not_mean_is_told_beside_it(run):
    """A map that changes no figure, and a period that has not begun, are told on standard error."""
    done = run("metrics", "--on-map", "01/07/2025", "--json")
    assert (done.returncode, "--by place:commune" in done.stderr) == (0, True)
    assert run("metrics", "--on-map", "01/07/2025", "--by", "place:commune").stderr == ""
    for command in (("metrics",), ("records", "members.total")):
        done = run(*command, "--period", "2990")
        assert (done.returncode, done.stderr) == (0, "Năm 2990 chưa bắt đầu: từ 01/01/2990.\n")
