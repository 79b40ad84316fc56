"""What every test stands on: its own data folder, the programs it needs, and the examples in docstrings and README."""

from __future__ import annotations

import doctest
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from sybil import Sybil
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.sybil import SybilCollection
from tests.made import begin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sybil.example import Example

ROOT = Path(__file__).parent

# No deadline: the first call into Arrow loads it, and takes as long as it takes.
settings.register_profile("coopkit", deadline=None)
settings.register_profile("long", deadline=None, max_examples=5_000)
settings.load_profile("coopkit")

# A program goes by several names; the first one found is meant.
_NAMES = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "soffice": ("soffice", "libreoffice")}


def find_program(name: str) -> str | None:
    """Where a program of the system lies, or None."""
    return next(filter(None, map(shutil.which, _NAMES.get(name, (name,)))), None)


def _program(name: str) -> str:
    """Where a program lies. Without it the test is skipped, except where nothing may be: with CI=true it fails."""
    found = find_program(name)
    if found is None:
        reason = f"{name} is not installed; `make system-packages` installs it or says how"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return found


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path, for Playwright's `executable_path`."""
    return _program("chromium")


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice's path: opens and prints docx and xlsx without a screen."""
    return _program("soffice")


@pytest.fixture(scope="session")
def pdftoppm() -> str:
    """The path of poppler's pdftoppm: turns a page into a picture."""
    return _program("pdftoppm")


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Nobody's real ledger is touched: data folder and default ledger lie in a temporary folder."""
    folder = tmp_path_factory.mktemp("data")
    own = {"XDG_DATA_HOME": str(folder), "COOPKIT_LEDGER": f"sqlite:///{folder / 'ledger.db'}"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in own.items():
            patch.setenv(name, value)
        for name in ("COOPKIT_PLUGINS_STRICT", "COOPKIT_SAFE_MODE", "COOPKIT_PLUGINS"):
            patch.delenv(name, raising=False)
        yield folder


LONG = {
    "browser/test_campaigns",
    "browser/test_events",
    "browser/test_register",
    "browser/test_reports",
    "browser/test_scores",
    "test_demo_campaigns",
}
"""Files of tests that only a long run takes: journeys of many minutes, and a whole campaign."""


def pytest_configure() -> None:
    """The first process makes the folder for what tests share, before it starts others."""
    begin()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files that take long are for `make test-long`; one that is named is run all the same."""
    own = collection_path.relative_to(ROOT) if collection_path.is_relative_to(ROOT) else collection_path
    if own.with_suffix("").as_posix().removeprefix("tests/") not in LONG:
        return None
    return None if _is_asked_for(own, config) else True


def _is_asked_for(own: Path, config: pytest.Config) -> bool:
    """Whether what takes long is wanted: in a long run, or where its file is named."""
    return config.getoption("--hypothesis-profile") == "long" or any(own.as_posix() in one for one in config.args)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What lies in tests/browser is a browser test; what is marked `long` waits for a long run."""
    late = [one for one in items if one.get_closest_marker("long")]
    late = [one for one in late if not _is_asked_for(one.path.relative_to(ROOT), config)]
    if late:
        items[:] = [one for one in items if one not in late]
        config.hook.pytest_deselected(items=late)
    for item in items:
        if ROOT / "tests/browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.needs("chromium"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs programs of the system runs only where they are."""
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            _program(name)


# ── Examples in docstrings, README and docs ─────────────────────────────────────────────────────────────────────────


def _enter_empty_folder(namespace: dict[str, Any]) -> None:
    """What an example writes, it writes into a folder of its own, from where `examples/` is seen as in the clone."""
    folder = TemporaryDirectory(prefix="coopkit-examples-")
    (Path(folder.name) / "examples").symlink_to(ROOT / "examples")
    namespace["__folder__"] = folder
    os.chdir(folder.name)


def _leave_folder(namespace: dict[str, Any]) -> None:
    os.chdir(ROOT)
    namespace["__folder__"].cleanup()


def _run_console(example: Example) -> str | None:
    """Runs a console block's `$ coopkit …` lines and compares what they print with what the block shows, if anything.

    Left alone are other programs (make, git), and what would serve pages until stopped.
    """
    for prompt in ("\n" + example.parsed).replace("\\\n", " ").split("\n$ ")[1:]:
        command, _, expected = prompt.partition("\n")
        serves = command.startswith("coopkit app") or (command.startswith("coopkit demo") and "--no-app" not in command)
        if command.startswith("coopkit ") and not serves and (complaint := _complaint(command, expected)):
            return complaint
    return None


def _complaint(command: str, expected: str) -> str | None:
    """What is wrong with what a command did: misuse, a crash, or other words than expected (`...` stands for any)."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S602 - a README's own line, as its reader types it
        command, shell=True, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    printed = done.stdout + done.stderr
    # 1 says that there are problems in the data, which a README may well show.
    if done.returncode not in {0, 1} or "Traceback" in done.stderr:
        return f"$ {command}\nended with {done.returncode}:\n{printed}"
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if expected.strip() and not doctest.OutputChecker().check_output(expected, printed, flags):
        return f"$ {command}\nis shown to print:\n{expected}\nbut printed:\n{printed}"
    return None


def _docstrings(source: Path) -> Sybil:
    return Sybil(
        [DocTestParser(optionflags=doctest.ELLIPSIS)],
        path=str(source),
        pattern="*.py",
        setup=_enter_empty_folder,
        teardown=_leave_folder,
    )


def _pages(folder: Path, pattern: str, *, but: str | None = None) -> Sybil:
    return Sybil(
        [PythonCodeBlockParser(), CodeBlockParser("console", _run_console), SkipParser()],
        path=str(folder),
        pattern=pattern,
        exclude=but,
        setup=_enter_empty_folder,
        teardown=_leave_folder,
    )


# A pattern is met in every folder below: the READMEs of docs/ are pages of docs already, and would run twice.
_documents = [_pages(ROOT, "README.md", but="docs/*/README.md"), _pages(ROOT / "docs", "*.md")]

_sources = [ROOT / "src", *ROOT.glob("plugins/*/src")]

pytest_collect_file = SybilCollection([*_documents, *map(_docstrings, _sources)]).pytest()
