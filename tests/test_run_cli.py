"""`coopkit run …` as a person types it: what is sealed, refused, compared and told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.test_run import DAY, NOW, UNITS, asked, sealed, write
from typer.testing import CliRunner

from coopkit.access import Actor
from coopkit.cli.main import cli
from coopkit.errors import CoopkitError
from coopkit.registry import Registry
from coopkit.workspace import Desk, Sealing, Workspace

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A ledger with two seals, the second of another day."""
    folder = tmp_path_factory.mktemp("so")
    with Workspace.open(f"sqlite:///{folder}/so.db", registry=Registry.load(), clock=lambda: NOW) as workspace:
        write(workspace, *UNITS)
        desk = workspace.as_(Actor.office("an"))
        sealed(desk, "bc")
        question = Sealing(desk).question(asked(desk).period, date=DAY.replace(day=1))
        reasons = {one.key: "dữ liệu thử" for one in Sealing(desk).obstacles(question)}
        Sealing(desk).seal(question, "bc-ngay", waive=reasons)
        yield desk


@pytest.fixture
def command(office: Desk, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `coopkit …` at that ledger, without the installed plugins; gives its exit code and what it printed."""
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{office.workspace.ledger.file}")
    load = Registry.load
    monkeypatch.setattr(Registry, "load", staticmethod(lambda *plugins, **_: load(*plugins)))

    def run(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(cli, [str(one) for one in arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return run


def test_a_refused_seal_says_how_to_go_on(command: Command, office: Desk):
    """Each obstacle once, in both languages; the command line's own options are what to write."""
    kept = Sealing(office).archive.names()
    with pytest.raises(CoopkitError) as error:
        command("run", "seal", "2023", "--as", "x", "--waive", "no.such", "--because", "y")
    told = str(error.value)
    for key in [one.key for one in Sealing(office).obstacles(asked(office))]:
        assert told.count(f"{key}: ") == 1
    assert all(words in told for words in ("--waive", "--because", "no.such"))
    assert Sealing(office).archive.names() == kept


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--as", "-x"), "bao-cao-2023"),
        (("--as", "BC"), "choose another"),
        (("--as", "x", "--waive", "a", "--because", " "), "needs a reason"),
        (("--as", "x", "--waive", "a", "--waive", "a", "--because", "1", "--because", "2"), "một lần"),
        (("--as", "x", "--date", "31/02/2023"), "--date «31/02/2023»"),
        (("--as", "x", "--on-map", "1/7/25"), "--on-map «1/7/25»"),
    ],
)
def test_what_cannot_be_sealed_so_is_told(command: Command, options: tuple[str, ...], told: str):
    """What was typed is repeated."""
    with pytest.raises(CoopkitError, match=re.escape(told)):
        command("run", "seal", "2023", *options)


def test_a_sealed_file_is_written_by_its_extension(command: Command, office: Desk, tmp_path: Path):
    """With or without its exporter's key; neither option alone is passed over."""
    code, _ = command("run", "show", "bc", "--to", tmp_path / "bc.XLSX")
    assert (code, (tmp_path / "bc.XLSX").read_bytes()) == (0, Sealing(office).file("bc", "xlsx"))
    command("run", "show", "bc", "--exporter", "docx", "--to", tmp_path / "bc")
    assert (tmp_path / "bc").read_bytes() == Sealing(office).file("bc", "docx")
    with pytest.raises(CoopkitError, match="--to"):
        command("run", "show", "bc", "--exporter", "docx")
    with pytest.raises(CoopkitError, match=r"--exporter: .*docx.*xlsx"):
        command("run", "show", "bc", "--to", tmp_path / "bc.pdf")
    assert not (tmp_path / "bc.pdf").exists()


def test_a_spoilt_seal_is_told(command: Command, office: Desk):
    """By verify, which names run and piece, and by running again: both end with 1."""
    assert command("verify") == (0, "Sổ toàn vẹn.\n")
    at = Sealing(office).results("bc").exports["xlsx"]["sha256"]
    [file] = Sealing(office).archive.folder.glob(f"*/{at}.bin")
    kept = file.read_bytes()
    file.write_bytes(b"x")
    try:
        code, told = command("verify")
        assert (code, "Lần chốt bc, tệp xlsx (file): " in told) == (1, True)
        code, told = command("verify", "--json")
        assert (code, json.loads(told)[0]["run"], json.loads(told)[0]["piece"]) == (1, "bc", "tệp xlsx (file)")
        code, told = command("run", "again", "bc")
        assert (code, "file:xlsx: " in told, "KHÁC: file:xlsx" in told) == (1, True, True)
    finally:
        file.write_bytes(kept)


@pytest.mark.long
def test_what_was_asked_otherwise_is_told(command: Command):
    """Where no figure differs: as a line, as JSON; and nothing at all is said in words."""
    code, told = command("run", "diff", "bc", "bc-ngay", "--why")
    assert (code, told.splitlines()[0]) == (0, "Hỏi khác, ngày ký: 31/12/2023 → 01/12/2023")
    assert "Không con số nào khác; khác ở: export:" in told
    data = json.loads(command("run", "diff", "bc", "bc-ngay", "--json")[1])
    assert data["asked"] == [{"setting": "date", "before": "31/12/2023", "after": "01/12/2023"}]
    assert (data["parts"], "export:xlsx" in data["differences"]) == ([], True)
    assert command("run", "diff", "bc", "bc", "--why") == (0, "Không có gì khác.\n")


def test_money_is_as_printed(command: Command):
    """With its unit for a reader, a number in JSON."""
    assert "1 tỷ đồng" in command("run", "records", "bc", "figures.average_revenue")[1]
    [source] = json.loads(command("run", "records", "bc", "figures.average_revenue", "--json")[1])
    assert 10**9 in source["records"][0].values()
