"""The scaffold: what `coopkit plugin new` writes passes its own tests and the conformance check, untouched."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import zipfile
from itertools import combinations
from pathlib import Path

import pytest

from coopkit.errors import BadText, CoopkitError, NotFound, PluginError
from coopkit.registry.manifest import FILE, PROVIDES, PluginManifest
from coopkit.scaffold import Wanted, owner_of, write_project
from coopkit.scaffold.project_files import project_files

ROOT = Path(__file__).parents[1]
TODAY = dt.date(2026, 11, 25)
HUYEN, _ = owner_of("315@2023-12-31", TODAY)
OLDER_PLUGGY = Path(sys.prefix) / "pluggy-1.6"


@pytest.mark.parametrize(
    ("told", "title", "on"),
    [
        ("315@2023-12-31", "Huyện Tiên Lãng", dt.date(2023, 12, 31)),
        ("311@01/03/2025", "Thành phố Thủy Nguyên", dt.date(2025, 3, 1)),
        ("11914", "Đặc khu Cát Hải", TODAY),
    ],
)
def test_a_place_is_a_code_with_a_day(told, title, on):
    """A code is read on the map of the day told with it, on today's where none is."""
    owner, place = owner_of(told, TODAY)
    assert (owner.place, owner.on, place.title) == (told.split("@")[0], on, title)


def test_a_place_of_an_older_map_is_refused_with_its_day():
    """A district of before the reform is not on today's map; the error tells how to name it."""
    with pytest.raises(NotFound, match="315@2025-06-30"):
        owner_of("315", TODAY)


@pytest.mark.parametrize(
    ("told", "error"), [("99999", NotFound), ("315@31-12", BadText), ("315@2023-13-01", ValueError)]
)
def test_what_is_no_place_is_refused(told, error):
    """A code that no map has, and a day that is none, are told."""
    with pytest.raises(error):
        owner_of(told, TODAY)


@pytest.mark.parametrize("name", ["Vĩnh", "a-b", "1a", "", "coopkit", "a__b", "../x"])
def test_a_name_that_cannot_be_an_id_is_refused(name, tmp_path):
    """The id is the namespace of every key and a Python package's name; nothing is written for a wrong one."""
    with pytest.raises(PluginError):
        write_project(Wanted(name, None, ("metrics",)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_no_plugin_provides_is_refused(tmp_path):
    """An unknown kind is named with those there are."""
    with pytest.raises(PluginError, match="metrics"):
        write_project(Wanted("thu", None, ("metricks",)), tmp_path)


def test_nothing_is_overwritten(tmp_path):
    """A folder that is there already stays as it is."""
    (tmp_path / "coopkit-thu").mkdir()
    with pytest.raises(CoopkitError, match="coopkit-thu"):
        write_project(Wanted("thu", None, ("metrics",)), tmp_path)
    assert list((tmp_path / "coopkit-thu").iterdir()) == []


def test_the_same_wish_gives_the_same_bytes():
    """Workbook included: a project is made again on any day."""
    wanted = Wanted("thu", HUYEN, PROVIDES)
    assert project_files(wanted) == project_files(wanted)


def test_the_sample_workbook_is_coopkits_layout(tmp_path):
    """The workbook that comes along opens, and has the register's sheets."""
    files = project_files(Wanted("thu", HUYEN, ()))
    (tmp_path / "mau.xlsx").write_bytes(files["data/mau.xlsx"])
    with zipfile.ZipFile(tmp_path / "mau.xlsx") as book:
        assert "Hợp tác xã" in book.read("xl/workbook.xml").decode()


def _combinations() -> list[tuple[str, ...]]:
    """None, each alone, each two, and all: every hook beside every other, and without it."""
    return [(), *((one,) for one in PROVIDES), *combinations(PROVIDES, 2), PROVIDES]


@pytest.mark.parametrize("provides", _combinations(), ids=lambda kinds: "+".join(kinds) or "none")
def test_a_manifest_declares_what_the_code_offers(provides):
    """In every combination the manifest is sound, and names one key for each kind that is wanted."""
    files = project_files(Wanted("thu", HUYEN, provides))
    manifest = PluginManifest.read(files[f"src/coopkit_thu/{FILE}"].decode(), "thu")
    assert set(manifest.provides) == set(provides)
    assert {f"src/coopkit_thu/{kind}.py" for kind in provides} <= files.keys()


EVERY_PAIR = [(), *((one,) for one in PROVIDES), PROVIDES]
"""None, each alone, and all: of any two kinds each stands with the other, without it, and neither does."""


def _run(folders: list[Path], pluggy: str) -> subprocess.CompletedProcess[str]:
    """Their own tests, as their authors would run them, with that pluggy."""
    paths = [str(folder / "src") for folder in folders] + [str(OLDER_PLUGGY)] * (pluggy == "1.6")
    code = f"import pluggy, pytest, sys; assert pluggy.__version__.startswith('{pluggy}'); sys.exit(pytest.main())"
    options = ["-q", "-x", "-W", "error", "--import-mode=importlib", "-p", "no:cacheprovider"]
    return subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            *options,
            f"--rootdir={folders[0].parent}",
            *(str(one / "tests") for one in folders),
        ],
        cwd=folders[0].parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("pluggy", "wanted"),
    [
        ("1.7", [PROVIDES]),
        *(pytest.param(*one, marks=pytest.mark.long) for one in (("1.7", EVERY_PAIR), ("1.6", [(), PROVIDES]))),
    ],
)
@pytest.mark.timeout(3600)
def test_generated_projects_pass_untouched(pluggy, wanted, tmp_path, request):
    """The project's own tests, the conformance check among them, pass at once; a long run takes every combination."""
    if request.config.getoption("--hypothesis-profile") == "long":
        wanted = _combinations()
    for number, provides in enumerate(wanted):
        write_project(Wanted(f"thu_{number}", HUYEN, provides), tmp_path)
    done = _run(sorted(tmp_path.iterdir()), pluggy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{2 * len(wanted)} passed" in done.stdout


@pytest.mark.parametrize("command", ["check --select E,F,I,B,UP,ANN,D1", "format --check"])
def test_generated_code_is_as_tidy_as_ours(command, tmp_path):
    """ruff has nothing to say of the whole project, nor to lay out otherwise."""
    write_project(Wanted("thu", HUYEN, PROVIDES), tmp_path)
    options = ["--isolated", "--no-cache", "--line-length", "120", "--target-version", "py311", str(tmp_path)]
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run([ruff, *command.split(), *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
