"""The headings of the P0 附件4 ledger, as reports.reading.headings finds them."""

from reports.layouts.columns import Column
from reports.layouts.longgang_4 import COLUMNS
from reports.reading.headings import HeadFinder

LIKELY_HEADINGS = 4
"""So many known headings in one row make it a heading row, complete or not."""

SHEET_HEADING, ROW_HEADING, REASON_HEADING = "工作表", "行号", "错误原因"
"""What the workbook of faulty rows adds to the form: passed over when it is read again."""

BESIDE: tuple[Column, ...] = (
    Column(
        "level",
        "隐患等级",
        9,
        synonyms=("隐患级别", "安全隐患等级", "安全隐患级别", "问题等级", "等级", "级别"),
    ),
    Column(
        "is_major",
        "是否重大隐患",
        9,
        synonyms=("是否为重大隐患", "是否属于重大隐患", "是否重大事故隐患", "是否重大", "重大隐患"),
    ),
    Column(
        "enterprise",
        "企业名称",
        16,
        synonyms=("所属企业", "所在企业", "涉及企业", "隐患企业", "被检查企业", "受检企业", "企业"),
    ),
)
"""Columns that offices add to the form and that say what the form has no place for (docs/decisions/0034)."""

FINDER = HeadFinder(
    (*COLUMNS, *BESIDE), likely=LIKELY_HEADINGS, passed_over=(SHEET_HEADING, ROW_HEADING, REASON_HEADING)
)
