"""The official "Báo cáo tổng kết": the template beside this file, which staff edit in Word, filled with the figures."""

from __future__ import annotations

from importlib.resources import files

from coopkit import Exporter, Label, Report, fill_word_template, report_words

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write_recap(report: Report) -> bytes:
    """The report laid out as Decree 30/2020/NĐ-CP, Appendix I asks; number, signer and seal are left to the office.

    Besides what `report_words` gives, the template may name `next_year`. Raises `TemplateError` where it does not fit.
    """
    template = (files("coopkit_haiphong") / "templates" / "bao-cao-tong-ket.docx").read_bytes()
    words = report_words(report) | {"next_year": report.period.end.year + 1}
    return fill_word_template(template, words, created=report.date)


RECAP = Exporter(
    "haiphong.bao_cao_tong_ket",
    Label("Báo cáo tổng kết (mẫu của thành phố)", "Official yearly report"),
    "docx",
    DOCX,
    write_recap,
)
"""The exporter that the plugin offers."""
