"""Plugins are found by what an installer left, and nothing of them is run before somebody wants that."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.distributions import Site, found, manifest, site_of, switched

from coopkit.registry import Registry, State
from coopkit.registry.found import installed, of_module, own_files
from coopkit.registry.registry import state_of

TRAP = """
from pathlib import Path
Path(__file__).with_name("ran.txt").write_text("ran")
raise RuntimeError("was imported")
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site_of(tmp_path / "site", monkeypatch) as made:
        yield made


def test_found_without_being_imported(site: Site):
    """Name, version, module, manifest, files and hash of a module that would write a file and raise when imported."""
    folder = site.install("bay", TRAP)
    one = found("bay")
    assert (one.dist_name, one.version, one.module, one.problem) == ("dist-bay", "1.0", "bay_module", "")
    assert one.manifest
    assert one.manifest.provides == {"metrics": ("bay.turns",)}
    assert one.root == folder / "__init__.py"
    assert set(one.files) == {"bay_module/__init__.py", "bay_module/coopkit_plugin.toml"}
    assert len(one.code) == 64
    state = state_of(one)
    assert (state.state, state.wanted, state.code) == (State.FOUND, False, "")
    assert state_of(one, switched("bay", on=False)).state is State.OFF
    assert state_of(one, switched("bay")).state is State.ON
    registry = Registry.load(switches=[])
    assert next(one for one in registry.plugins() if one.name == "bay").state is State.FOUND
    assert not (folder / "ran.txt").exists()
    assert "bay_module" not in sys.modules


def _change(path: str, text: str) -> Callable[[Path], object]:
    def change(site: Path) -> object:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        return (site / path).write_text(text, encoding="utf-8")

    return change


CHANGES: dict[str, Callable[[Path], object]] = {
    "the module": _change("mau_module/__init__.py", "# khác"),
    "the manifest": _change("mau_module/coopkit_plugin.toml", manifest("mau", version='"1.1"')),
    "a part": _change("mau_module/part.py", "X = 2"),
    "data": _change("mau_module/data/list.csv", "a,b"),
    "a new file": _change("mau_module/new.txt", ""),
    "a file less": lambda site: (site / "mau_module/part.py").unlink(),
    "a file by another name": lambda site: (site / "mau_module/part.py").rename(site / "mau_module/parts.py"),
    "a module beside": _change("mau_beside.py", "Y = 2"),
}


@pytest.mark.parametrize("record", [True, False], ids=["installed", "editable"])
@pytest.mark.parametrize("what", CHANGES)
def test_any_file_changes_the_hash(site: Site, what: str, record: bool):
    """Each file of its package, and each module that it brings beside it, whether RECORD lists it or it is imported."""
    beside = {"mau_module/part.py": "X = 1", "mau_module/data/list.csv": "a", "mau_beside.py": "Y = 1"}
    site.install("mau", "import mau_beside", files=beside, record=record)
    before = found("mau").code
    assert found("mau").code == before
    CHANGES[what](site.folder)
    assert found("mau").code != before


def test_what_is_compiled_or_beside_is_no_part(site: Site):
    """Byte code, the distribution's own data and other modules of the folder do not change the hash."""
    site.install("mau", "import json", record=False)
    before = found("mau").code
    for path in ("mau_module/__pycache__/x.cpython-311.pyc", "stranger.py", "dist_mau-1.0.dist-info/INSTALLER"):
        _change(path, "x")(site.folder)
    assert found("mau").code == before


def test_a_module_beside_that_imports_another(site: Site):
    """What an editable plugin reaches by way of its own modules is its code too; a circle ends."""
    beside = {"mau_one.py": "import mau_two", "mau_two/__init__.py": "import mau_one", "mau_two/deep.py": ""}
    site.install("mau", "def late():\n    import mau_one", files=beside, record=False)
    assert {"mau_one.py", "mau_two/__init__.py", "mau_two/deep.py"} <= set(found("mau").files)


def test_a_plugin_that_is_one_module(site: Site):
    """A single file with a manifest beside it: both are its code, also where no RECORD lists them."""
    site.install("mot", files={"mot_file.py": "X = 1", "coopkit_plugin.toml": manifest("mot")}, record=False)
    points = site.folder / "dist_mot-1.0.dist-info/entry_points.txt"
    points.write_text("[coopkit]\nmot = mot_file\n", encoding="utf-8")
    one = found("mot")
    assert one.problem == ""
    assert set(one.files) == {"mot_file.py", "coopkit_plugin.toml"}
    before = one.code
    _change("coopkit_plugin.toml", manifest("mot", owners='[{ place = "316" }]'))(site.folder)
    assert found("mot").code != before


def test_a_manifest_among_the_metadata_is_none(site: Site):
    """It would be no part of the hash and of no seal: only the one beside the module is read."""
    site.install("mau", told=None, files={"dist_mau-1.0.dist-info/coopkit_plugin.toml": manifest("mau")})
    assert "thiếu coopkit_plugin.toml" in found("mau").problem


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"told": None}, "thiếu coopkit_plugin.toml"),
        ({"told": "id ="}, "coopkit_plugin.toml không đúng TOML"),
        ({"told": manifest("khac")}, "điểm vào 'hong' khác id 'khac'"),
        ({"told": manifest("hong", api="2")}, "viết cho api 2"),
        ({"told": manifest("hong", requires='"coopkit>=9"')}, "cần coopkit>=9"),
        ({"told": manifest("hong", provides='{ metrics = ["x.y"] }')}, "'x.y'"),
        ({"points": "[coopkit]\nhong = không phải module!\n"}, "names no module"),
        ({"points": "[coopkit]\nhong =\n"}, "names no module"),
        ({"points": "[coopkit]\nhong = khong.co.module\n"}, "không thấy mô-đun khong"),
        ({"points": "[coopkit]\nhong = .hong_module\n"}, "không thấy mô-đun"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_alone(site: Site, more: dict[str, str], told: str):
    """A plugin that is put together wrongly is incompatible with the reason, on or not; the sound one beside loads."""
    site.install("hong", TRAP, **more)  # type: ignore[arg-type]
    site.install("lanh")
    for wanted in (False, True):
        switches = [switched("lanh"), *([switched("hong", code="x")] if wanted else [])]
        registry = Registry.load(switches=switches)
        states = {one.name: one for one in registry.plugins()}
        assert states["hong"].state is State.INCOMPATIBLE
        assert told in states["hong"].reason
        assert states["hong"].wanted is wanted
        assert bool(states["hong"].problem) is wanted
        assert "lanh.turns" in registry.metrics()
    assert not list(site.folder.rglob("ran.txt"))


def test_one_id_of_two_distributions(site: Site):
    """Neither is loaded; each says who the other is."""
    site.install("doi", TRAP, dist="goi-mot")
    site.install("doi", TRAP, dist="goi-hai", module="doi_khac")
    both = [one for one in installed() if one.name == "doi"]
    assert len(both) == 2
    for one in both:
        assert "goi-hai, goi-mot" in one.problem
    states = [one for one in Registry.load(switches=[switched("doi")]).plugins() if one.name == "doi"]
    assert [one.state for one in states] == [State.INCOMPATIBLE] * 2


def test_a_distribution_without_metadata(site: Site):
    """What is left of a broken uninstall does not hide the others."""
    site.install("cut")
    (site.folder / "dist_cut-1.0.dist-info/METADATA").unlink()
    site.install("lanh")
    assert {"lanh"} <= {one.name for one in installed()}


def test_a_module_is_a_plugin_without_being_installed(site: Site):
    """With the manifest beside it where there is one; one without a manifest is no wrong one."""
    site.install("mau")
    assert of_module("mau", "mau_module").problem == ""
    assert of_module("json", "json").manifest is None
    assert of_module("json", "json").problem == ""
    assert "khác id" in of_module("khac", "mau_module").problem


def test_a_module_that_is_nowhere_has_no_files():
    """Asking for it is no error: loading it will say so."""
    assert own_files("khong_co_module_nao", None) == {}
    assert of_module("x", "khong_co_module_nao").root is None


def test_a_module_alone_brings_no_neighbours(site: Site):
    """Where no distribution says what is its own, what lies beside it, and all that this imports, is not looked at."""
    site.install("thu", "import hang_xom", files={"hang_xom.py": "import streamlit"}, record=False)
    assert set(of_module("thu", "thu_module").files) == {"thu_module/__init__.py", "thu_module/coopkit_plugin.toml"}
    assert "hang_xom.py" in found("thu").files
