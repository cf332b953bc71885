"""Workbooks on their way to a browser."""

import re
import tempfile
from typing import Any

from django.http import FileResponse

from reports.models import Report
from reports.workbook import Book

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_download(content: Any, filename: str) -> FileResponse:
    """A file to be saved under a Chinese name (RFC 6266), never shown in place, never cached by others."""
    answer = FileResponse(content, as_attachment=True, filename=filename, content_type=XLSX)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def book_download(book: Book, filename: str) -> FileResponse:
    """A book written to a temporary file and sent from there, so that a long ledger takes little memory."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.write(target)
    target.seek(0)
    return as_download(target, filename)


def file_name(*parts: str) -> str:
    """Parts joined with hyphens, without what a file name may not hold."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", "-".join(parts)) + ".xlsx"


def report_file_name(report: Report) -> str:
    """新城中心-周报-20211122-20211128-第1期.xlsx"""
    unit = report.department.label if report.department else f"{report.campaign.label}汇总"
    days = (f"{report.period_start:%Y%m%d}", f"{report.period_end:%Y%m%d}")
    return file_name(unit, report.get_kind_display(), *days, f"第{report.issue}期")
