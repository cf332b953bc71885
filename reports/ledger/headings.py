"""The headings of the P0 附件4 ledger, as reports.reading.headings finds them."""

from reports.layouts.longgang_4 import COLUMNS
from reports.reading.headings import HeadFinder

LIKELY_HEADINGS = 4
"""So many known headings in one row make it a heading row, complete or not."""

SHEET_HEADING, ROW_HEADING, REASON_HEADING = "工作表", "行号", "错误原因"
"""What the workbook of faulty rows adds to the form: passed over when it is read again."""

FINDER = HeadFinder(COLUMNS, likely=LIKELY_HEADINGS, passed_over=(SHEET_HEADING, ROW_HEADING, REASON_HEADING))
