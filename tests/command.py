"""The command line, in this process (a tenth of the time) or in one of its own: the same words, codes and files."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from coopkit.cli import main


def run_here(arguments: list[str], folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`coopkit …` in that folder, in Vietnamese; where it ends with an exit code, that code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", ["coopkit", *arguments]),
        chdir(folder),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1 if end.code else 0
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def run_there(arguments: list[str], folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`coopkit …` in that folder, in a process of its own: English is settled as a process begins."""
    call = "import sys; from coopkit.cli import main; sys.argv[0] = 'coopkit'; main()"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", call, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        cwd=folder,
    )
