"""The rule that the same question gets the same answer: at once, and in another process, on another day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from coopkit.testing.case import Answers, Case, differences
from coopkit.testing.finding import Finding
from coopkit.testing.process import ELSEWHERE, Job, run


def deterministic(case: Case) -> Iterator[Finding]:
    """Asked twice it gives the same; in another process too, in another folder, where it is another day."""
    first = case.baseline
    told: set[str] = set()
    for where, again in (("hỏi lại (asked again)", case.answers(case.world)), _elsewhere(case)):
        for key, asked, mine, theirs in differences(first, again):
            if key not in told:
                told.add(key)
                yield Finding("deterministic", key, f"{where}: {asked or 'tệp'}: {mine} ≠ {theirs} (not the same)")


def _elsewhere(case: Case) -> tuple[str, Answers]:
    """What it answers in another process."""
    with TemporaryDirectory(prefix="coopkit-again-") as folder:
        out = Path(folder) / "answers.json"
        state = next(one for one in case.registry.states if one.name == case.name)
        job = Job(case.name, state.module, bare=case.found is None, out=str(out), answers=True)
        run(job, Path(folder), ELSEWHERE)
        told = json.loads(out.read_text("utf-8")) if out.is_file() else {}
    return "trong tiến trình khác, ngày khác (in another process, on another day)", told
