"""Where the command line's ledger is, who acts, and how the page is started."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from coopkit.access import Actor
from coopkit.cli.words import LANG, say
from coopkit.registry import Registry
from coopkit.text import Label
from coopkit.workspace import Desk, Progress, Workspace


def set_ledger(url: str) -> None:
    """Use that ledger in this run, and in the page it starts."""
    if url:
        os.environ["COOPKIT_LEDGER"] = url


def ledger_url(*, demo: bool = False) -> str:
    """The ledger of COOPKIT_LEDGER; otherwise a file in the user's data folder (the example has one of its own)."""
    if url := os.environ.get("COOPKIT_LEDGER"):
        return url
    from platformdirs import user_data_path

    folder = Path(user_data_path("coopkit", appauthor=False, ensure_exists=True))
    return f"sqlite:///{folder / ('demo.db' if demo else 'coopkit.db')}"


@contextmanager
def desk(*, demo: bool = False, plugins: bool = True) -> Iterator[Desk]:
    """The office's desk at the ledger of this run; without `plugins`, no code of any is imported."""
    os.environ["COOPKIT_LEDGER"] = ledger_url(demo=demo)
    with Workspace.open(os.environ["COOPKIT_LEDGER"], registry=None if plugins else Registry.load()) as workspace:
        yield workspace.as_(Actor.office(_user()))


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """A bar on standard error while files are read; nothing where nobody watches a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def show(done: int, total: int, step: Label) -> None:
            bar.update(task, completed=done, total=total, description=step.in_(LANG))

        yield show


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a user that has no name
        return "coopkit"


def run_app(port: int, host: str = "127.0.0.1", *, demo: bool = False) -> int:
    """Start the admin page as a program of its own (the page and the command line do not know each other).

    Everybody signs in, but in a demo, which opens on this machine only.
    """
    os.environ["COOPKIT_LEDGER"] = ledger_url()
    from importlib.util import find_spec

    if find_spec("streamlit") is None:
        how = "pip install 'coopkit[app]'"
        typer.echo(say(f"Trang quản trị cần Streamlit: {how}", f"The page needs Streamlit: {how}"), err=True)
        return 2
    command = [sys.executable, "-m", "coopkit.admin", "--port", str(port), "--host", host]
    command += ["--demo"] if demo else []
    if os.name == "posix":  # in this one's place: who ends the command ends the page
        sys.stdout.flush()
        os.execv(command[0], command)  # noqa: S606 - our own module
    return subprocess.call(command)  # noqa: S603 - our own module
