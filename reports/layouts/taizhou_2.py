"""P1 附件2 周报表: eleven figures, in one row or, for the lead bureau, a row a unit with a total."""

from collections.abc import Sequence

from reports.figures.groups import Row
from reports.figures.numbers import UNITS
from reports.indicators import INDICATORS, Figures
from reports.layouts.form import Ask, Form
from reports.layouts.signatures import FILLED_ON, FILLER, PHONE, REVIEWER, open_day
from reports.workbook import FIGURE, STAMP_HEIGHT, Book, Look, Sheet

SLUG = "taizhou-2"
TITLE = "全市小微企业安全生产和消防安全综合整治工作周报表"
SHEET = "周报表"
UNIT, TOTAL = "单位", "合计"
HEADINGS = tuple(indicator.heading for indicator in INDICATORS)
SIZE = 14
_FIGURE = Look(size=SIZE, align="center")
_LINE = Look(size=SIZE, border=False)
_ROW, _SIGNED = 24.0, 30.0
_BOTTOM = _SIGNED + 26.0
"""Points of what stands below the table."""
_WIDTHS = (15.3, 10.7, 13, 13, 15.3, 13, 13, 11.4, 15.3, 10.7, 13)
_ROLLUP_WIDTHS = (24.8, 15, 10.7, 13, 13, 13, 15, 13, 10.7, 13, 10.7, 19.1)
"""As many characters a line that the headings break before their units, （家次） and the like."""
_ROLLUP_TOP = (95.0, 40.0)
"""Points of the title and of the line below it. The stamp finds its 4 cm at the left of the title, over the
words, so that ten counties, the bureau itself and the total stay on one page."""


def write(book: Book, ask: Ask, numbers: Figures) -> None:
    """The form with its one row of figures."""
    sheet = book.sheet(SHEET, _WIDTHS)
    # The row is high enough for a stamp beside or over the unit's name.
    _top(sheet, ask, HEADINGS, (0, STAMP_HEIGHT))
    sheet.row([numbers[indicator.slug] for indicator in INDICATORS], [_FIGURE] * len(HEADINGS), height=44)
    _bottom(sheet, ask)


def write_rollup(book: Book, ask: Ask, rows: Sequence[Row], total: Figures) -> None:
    """The same form with a leading column 单位 and 合计 last, counted over the whole and not summed."""
    sheet = book.sheet(SHEET, _ROLLUP_WIDTHS, paged=True)
    _top(sheet, ask, (UNIT, *HEADINGS), _ROLLUP_TOP)
    looks = [Look(size=12), *[FIGURE] * len(HEADINGS)]
    for place, (_, name, numbers) in enumerate([*rows, (None, TOTAL, total)]):
        if place == len(rows) - 1:  # 合计 and the lines to sign are not alone on a page
            sheet.keep(2 * _ROW + _BOTTOM)
        sheet.row([name, *(numbers[indicator.slug] for indicator in INDICATORS)], looks, height=_ROW)
    _bottom(sheet, ask)


def _top(sheet: Sheet, ask: Ask, headings: Sequence[str], heights: tuple[float, float]) -> None:
    sheet.title(TITLE, least=heights[0])
    span = len(headings) - 4
    sheet.line(
        [(f"填报单位（盖章）：{ask.unit_name}", span), (open_day(FILLED_ON), 4)],
        look=_LINE,
        height=heights[1],
        aligns="lr",
    )
    sheet.heads(headings, size=12)


def _bottom(sheet: Sheet, ask: Ask) -> None:
    count = len(sheet.widths)
    spans = [count - 2 * (count // 3), count // 3, count // 3]
    labels = (FILLER, PHONE, REVIEWER)
    sheet.line(list(zip(labels, spans, strict=True)), look=_LINE, height=_SIGNED)
    sheet.line([(f"统计口径：{ask.counted}", count)])


def fill(book: Book, ask: Ask) -> None:
    """One row for the campaign or a unit; with `ask.by`, a row a group and the total."""
    if not ask.by:
        write(book, ask, ask.shown)
        return
    write_rollup(book, ask, ask.counts.period_rows if ask.within else ask.counts.rows, ask.shown)


FORM = Form(SLUG, TITLE, SHEET, fill, indicators=lambda campaign: INDICATORS, rows_by=UNITS)
