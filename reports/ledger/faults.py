"""The rows of a ledger as a workbook of the same form, with where they stood and what is wrong with them."""

from collections.abc import Iterable
from datetime import date, datetime

from campaigns.models import Campaign
from reports import workbook
from reports.layouts.columns import Kind
from reports.layouts.longgang_4 import COLUMNS, title_for
from reports.ledger.checked import Fault
from reports.ledger.headings import BESIDE, REASON_HEADING, ROW_HEADING, SHEET_HEADING
from reports.ledger.sheet import RawRow
from reports.reading.sheet_parts import Broken, Value


def rows_workbook(campaign: Campaign, rows: Iterable[RawRow], faults: Iterable[Fault] = ()) -> bytes:
    """The rows as they were in the upload; the reasons stand in the last column, a line each.

    Columns beside the form's own are there when a row has something in them.
    """
    rows = list(rows)
    columns = [*COLUMNS, *(column for column in BESIDE if any(column.slug in row.cells for row in rows))]
    reasons: dict[tuple[str, int], list[str]] = {}
    for fault in faults:
        reasons.setdefault((fault.sheet, fault.row), []).append(f"{fault.column}：{fault.why}")
    title = title_for(campaign)
    book = workbook.Book(title=title, campaign=campaign.name, unit="", as_of=campaign.today())
    widths = [12.0, 7.0, *(column.width for column in columns), *([44.0] if reasons else [])]
    sheet = book.sheet("有误的行" if reasons else "无误的行", widths)
    sheet.title(f"{title}（{'有误的行' if reasons else '无误的行'}）")
    labels = [SHEET_HEADING, ROW_HEADING, *(column.heading for column in columns)]
    sheet.heads(labels + ([REASON_HEADING] if reasons else []))
    for row in rows:
        why = reasons.get((row.sheet, row.row), [])
        cells = [_shown(row.cells.get(column.slug)) for column in columns]
        looks = [
            workbook.DATE if isinstance(cell, date) else _look(column.kind)
            for cell, column in zip(cells, columns, strict=True)
        ]
        values = [row.sheet, row.row, *cells, *(["\n".join(why)] if reasons else [])]
        sheet.row(values, [workbook.CENTRED, workbook.CENTRED, *looks, workbook.PROSE])
    return book.to_bytes()


def _look(kind: Kind) -> workbook.Look:
    return workbook.PROSE if kind == Kind.TEXT else workbook.CENTRED


def _shown(value: Value | None) -> workbook.Value:
    """As it was read; a cell without a usable value comes back empty, its reason says why."""
    if value is None or isinstance(value, Broken):
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.date() if isinstance(value, datetime) else value
