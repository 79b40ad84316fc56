"""The wheel alone, in an empty folder: the example loads, the page answers, and nothing of this repository is used."""

import json
import os
import site
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The wheel of this tree, built and unpacked into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run([*map(str, command)], check=True, capture_output=True, cwd=folder)
    [wheel] = folder.glob("coopkit-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def installed(unpacked, tmp_path):
    """Run Python in an empty folder with the unpacked wheel before the libraries it needs, and without this tree."""
    paths = os.pathsep.join([str(unpacked), *site.getsitepackages()])
    environment = {**os.environ, "PYTHONPATH": paths, "COOPKIT_LEDGER": f"sqlite:///{tmp_path}/x.db"}

    def start(code, **more):
        # -S: no .pth file of an editable install brings this tree back in.
        return subprocess.Popen([sys.executable, "-S", "-c", code], cwd=tmp_path, env=environment, text=True, **more)

    return start


CLI = "import sys; from coopkit.cli import main; sys.argv = ['coopkit', *{!r}]; main()"


def test_the_wheel_carries_the_workbooks_and_no_script_of_theirs(unpacked):
    """The demo's folder holds the sixteen workbooks and those of the districts' plugins, alone."""
    folder = unpacked / "coopkit/demo/workbooks"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert len([name for name in names if "/" not in name]) == 16
    assert [name.partition("/")[0] for name in names if "/" in name] == ["cathai", "thuynguyen", "vinhbao"]
    assert all(name.endswith(".xlsx") for name in names)


def test_demo_out_of_the_wheel(installed, unpacked):
    """`coopkit demo --no-app --json` counts 274 members, by the wheel's own code."""
    done = installed(CLI.format(["demo", "--no-app", "--json"]), stdout=subprocess.PIPE)
    printed, _ = done.communicate(timeout=60)
    assert json.loads(printed)["facts"]["members.total"]["value"] == 274
    asked = installed("import coopkit.demo as it; print(it.__file__)", stdout=subprocess.PIPE)
    assert asked.communicate(timeout=60)[0].startswith(str(unpacked))


def test_page_out_of_the_wheel(installed):
    """`coopkit app` starts the page, which answers that it is well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = "runpy.run_module('coopkit.admin', run_name='__main__')"
    code = f"import sys, runpy; sys.argv = ['coopkit.admin', '--port', '{port}']; {run}"
    page = installed(code, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert _answer(port) == 200
    finally:
        page.terminate()
        page.wait(timeout=20)


def _answer(port):
    """The status of the page's health address, waited for up to half a minute."""
    until = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return answer.status
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
