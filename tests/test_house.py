"""The house rules: how long, how named, who imports whom, and what is never written down here."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def kept_files() -> tuple[Path, ...]:
    """What the repository keeps: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """The Python files under these folders (or these files themselves)."""
    within = [path for folder in folders for path in ROOT.glob(folder)]
    python = [path for path in kept_files() if path.suffix == ".py"]
    return [path for path in python if any(path == top or top in path.parents for top in within)]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def at(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


OURS = python_files("src", "plugins", "app.py", "examples", "scripts", "benchmarks")


def test_files_stay_short():
    """No file is longer than 400 lines."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in OURS}
    assert {at(path, length) for path, length in lengths.items() if length > 400} == set()


def test_functions_stay_short():
    """No function is longer than 40 lines; migrations, which a machine writes, aside."""
    long = {
        f"{at(path, node.lineno)} {node.name}"
        for path in OURS
        if path.parent.name != "versions"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > 40
    }
    assert long == set()


def test_rooms_are_named_for_what_they_are():
    """No module is named for being left over."""
    leftovers = {"util", "utils", "helper", "helpers", "misc", "common", "base", "shared", "lib"}
    names = [path.relative_to(ROOT).with_suffix("") for path in OURS]
    assert [str(name) for name in names if leftovers & {*name.parts}] == []


def test_nothing_is_left_unfinished():
    """No file of ours is marked as still to be done."""
    unfinished = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    assert matches(unfinished, [*OURS, *python_files("tests", "conftest.py")]) == []


def test_layers_hold():
    """import-linter finds no room importing upwards, sideways, in a circle, or the facade."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_contract_has_no_exceptions():
    """Every room of the layers contract is there, and no contract ignores an import."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    optional = [layer for contract in contracts for layer in contract.get("layers", []) if "(" in layer]
    ignoring = [contract["name"] for contract in contracts if any("ignore" in key for key in contract)]
    assert (optional, ignoring) == ([], [])


def imports(path: Path) -> list[tuple[int, str, str]]:
    """(line, module, name) of every import, wherever it stands; the name is empty for `import module`."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.lineno, "." * node.level + (node.module or ""), alias.name) for alias in node.names]
    return found


def test_internals_do_not_import_the_facade():
    """Inside, a name is imported from its room: the facade is for those outside."""
    used = [at(path, line) for path in python_files("src") for line, module, _ in imports(path) if module == "coopkit"]
    assert used == []


def test_outsiders_import_only_public_names():
    """Plugins and examples use what any user of the library may: the names in `coopkit.__all__`."""
    import coopkit

    hidden = [
        f"{at(path, line)} {module}.{name}"
        for path in python_files("plugins/*/src", "examples")
        for line, module, name in imports(path)
        if module.split(".")[0] == "coopkit" and (module != "coopkit" or (name and name not in coopkit.__all__))
    ]
    assert hidden == []


def test_plugin_tests_use_the_kit():
    """A plugin's tests know, besides the public names, only the conformance kit and how to draw a page."""
    modules = {module for path in python_files("plugins/*/tests") for _, module, _ in imports(path)}
    allowed = {"coopkit", "coopkit.testing", "coopkit.admin.testing"}
    assert {module for module in modules if module.split(".")[0] == "coopkit"} <= allowed


def test_importing_coopkit_loads_no_engine():
    """`import coopkit` loads neither page, data frames nor SQL."""
    heavy = {"streamlit", "pandas", "polars", "sqlalchemy", "pyspark", "narwhals", "duckdb", "babel", "typer"}
    code = "import sys, coopkit; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert heavy & set(loaded) == set()


def test_changelog_knows_the_version():
    """The changelog has a heading for the version that is built."""
    import coopkit

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(coopkit.__version__)}\]", changelog, re.MULTILINE)


def test_readme_names_the_python_it_needs():
    """README and pyproject.toml ask for the same Python."""
    minimum = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert re.search(rf"Python {re.escape(minimum)}\b", (ROOT / "README.md").read_text(encoding="utf-8"))


def test_property_tests_are_not_hurried():
    """The profile in force has no deadline: Arrow's first call is slow."""
    from hypothesis import settings

    assert settings.default is not None
    assert settings.default.deadline is None


@pytest.mark.parametrize("script", python_files("examples/*.py", "examples/*/run.py"), ids=str)
def test_example_runs(script: Path, tmp_path: Path):
    """Every script in examples/ runs from any folder, without an argument and without a warning."""
    environment = {**os.environ, "COOPKIT_LEDGER": f"sqlite:///{tmp_path / 'ledger.db'}"}
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = ROOT / f"tests/golden/{script.stem if script.stem != 'run' else script.parent.name}.txt"
    assert not told.exists() or done.stdout == told.read_text("utf-8")


def test_there_is_an_example():
    """The annual report, the library's main job, is shown as a script."""
    assert (ROOT / "examples/annual_report.py").is_file()


# ── What is never written down ──────────────────────────────────────────────────────────────────────────────────────

NEVER = {
    "a path of somebody's machine": r"(?<![\w.])/(work|root|home/\w+|Users/\w+|tmp/bash_jobs)/",
    "an address of a package registry": r"(?i)https?://[a-z0-9.-]*(pypi\.|pythonhosted|npmjs)|index-url|://\S+/simple\b",
    "a local folder of packages": r"find-links|file:///(?!\{)\w",
    "how work is organised": r"(?i)\bissue \d+\b|\bpart \d+ of \d+\b|\bsub-?agents?\b|\b(AI|coding) (assistant|agent)\b"
    r"|\bthe founder\b|\b(design|domain|brief)\.md\b",
}


def matches(pattern: re.Pattern[str], paths: list[Path] | tuple[Path, ...]) -> list[str]:
    """Where the pattern stands in these files; pictures and office files are passed over."""
    found = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{at(path, n)} {line.strip()[:80]}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    return found


@pytest.mark.parametrize("what", NEVER)
def test_repository_is_free_of(what: str):
    """Nothing kept here ties it to one machine, one registry, or the way it was made."""
    others = [path for path in kept_files() if path != Path(__file__)]
    assert matches(re.compile(NEVER[what]), others) == []


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_requirements_are_pinned_and_hashed(name: str):
    """Every requirement is one version with its hashes, whatever the registry it comes from."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    pinned = re.compile(r"^[a-z0-9-]+==[\w.]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+$")
    assert lines
    assert [line for line in lines if not pinned.match(line)] == []


def test_what_runs_is_what_is_tested():
    """Every version that the demo runs on is the version that the tests run on."""
    run, dev = (
        set(re.findall(r"(?m)^[a-z0-9-]+==[\w.]+", (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")))
        for name in ("run", "dev")
    )
    assert run <= dev
