"""CSV: one row a figure, UTF-8 with a byte order mark, so that Excel reads the Vietnamese letters."""

from __future__ import annotations

import csv
import io

from coopkit.exporters.cells import HEADINGS, figure_cells, harmless
from coopkit.report import Report
from coopkit.text import Label


def write_csv(report: Report) -> bytes:
    """The figures of a report as CSV: section, then the columns of `HEADINGS`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([label.vi for label in (Label("Mục", "Section"), *HEADINGS)])
    for section in report.sections:
        for figure in section.figures:
            writer.writerow([harmless(cell) for cell in (section.title.vi, *figure_cells(figure))])
    for note in report.notes:
        writer.writerow([harmless(note.vi)])
    return out.getvalue().encode("utf-8-sig")
