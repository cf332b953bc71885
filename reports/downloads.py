"""Workbooks on their way to a browser."""

import hashlib
import re
import tempfile
from typing import Any

from django.http import FileResponse

from campaigns.kept_files import download
from reports.layouts import FORMS
from reports.models import Report, SupervisionLetter
from reports.workbook import Book

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAMAGED = "保存的文件缺失或与校验值不一致，未提供下载。请联系系统管理员。"


class Damaged(Exception):
    """The stored workbook of a report or a letter is missing, or is not the one that was sealed."""


def stored(report: Report | SupervisionLetter) -> bytes:
    """The workbook of a report or a letter, byte for byte as it was sealed. Raises Damaged."""
    try:
        with report.workbook.open() as file:
            content: bytes = file.read()
    except (OSError, ValueError) as fault:
        raise Damaged(str(report)) from fault
    if hashlib.sha256(content).hexdigest() != report.sha256:
        raise Damaged(str(report))
    return content


def as_download(content: Any, filename: str) -> FileResponse:
    """A workbook to be saved."""
    return download(content, name=filename, kind=XLSX)


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
    return file_name(unit, FORMS[report.form].short, *days, f"第{report.issue}期")


def letter_file_name(letter: SupervisionLetter) -> str:
    """督办函-新城中心-LG督〔2021〕1号.xlsx"""
    return file_name("督办函", letter.department.label, letter.number)
