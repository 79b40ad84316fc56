"""In the child process: a sender's workbook written again with its faults marked."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO

from coopkit.exporters.marked import is_small, mark
from coopkit.problem import Problem, Severity
from coopkit.text import Label


def work(data: bytes, out: BinaryIO) -> None:
    """Write the marked workbook, or nothing where it is not to be written again.

    The first line of the data is JSON, the language and the problems; what follows is the workbook.
    """
    head, _, book = data.partition(b"\n")
    told = json.loads(head)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.xml" in names and is_small(book):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl will not keep, as a slicer
            out.write(mark(book, [_problem(one) for one in told["problems"]], told["lang"]))


def _problem(told: Mapping[str, Any]) -> Problem:
    labels = {"what": Label(**told["what"]), "mend": Label(**told["mend"])}
    return Problem(**{**told, **labels, "severity": Severity(told["severity"])})
