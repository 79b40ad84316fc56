"""Exporters: a Report as a file of one format each; and the register's records as a workbook that can be read back."""

from coopkit.exporters.delimited import write_csv
from coopkit.exporters.plain import write_json
from coopkit.exporters.spreadsheet import write_xlsx
from coopkit.exporters.word import write_docx
from coopkit.report import Exporter
from coopkit.text import Label

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What browsers are told of a Word document, and of an Excel workbook."""

OWN_EXPORTERS: tuple[Exporter, ...] = (
    Exporter("docx", Label("Văn bản Word", "Word document"), "docx", DOCX, write_docx),
    Exporter("xlsx", Label("Bảng tính Excel", "Excel workbook"), "xlsx", XLSX, write_xlsx),
    Exporter("csv", Label("Bảng CSV", "CSV table"), "csv", "text/csv", write_csv),
    Exporter("json", Label("Dữ liệu JSON", "JSON data"), "json", "application/json", write_json),
)
"""The formats coopkit itself writes."""
