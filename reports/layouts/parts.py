"""What reports in prose and small tables share: their head, sections, tables, lists, open lines, stamp.

A sheet has an even grid of columns; each table takes stretches of it, so that tables of different columns
stand below each other on one portrait page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.periods import Period
from hazards.tallies import rate_text
from reports.indicators import Figures, Number
from reports.layouts.form import Ask
from reports.layouts.signatures import FILLED_ON, FILLER, PHONE, REVIEWER, open_day
from reports.workbook import (
    CENTRED,
    HEAD,
    HEAD_FONT,
    HEADS_HEIGHT,
    LINE,
    PROSE,
    STAMP_HEIGHT,
    Book,
    Look,
    Sheet,
    Value,
)

GRID = (6.0,) * 16
"""Columns of a portrait page, in characters."""
NONE = "（无）"
UNKNOWN = "—"
MOST_LISTED = 40
"""Records that a list of a summary names; the rest is counted and left to the system's own lists."""
ROOM_TO_WRITE = 96.0
"""Points of room for what the officer adds by hand or by keyboard."""
BEGINNING = 110.0
"""Points of a table's heads and first row, or of a paragraph's first lines: no page ends among them."""
NOTE = 26.0
"""Points of a small line below a table."""
FOOT = 34 + 30 + STAMP_HEIGHT
"""Points of what foot() writes."""
TEXT = Look(size=14, border=False)
SECTION = Look(HEAD_FONT, 14, border=False)


def begin(
    book: Book, ask: Ask, *, name: str, title: str, widths: Sequence[float] = GRID, landscape: bool = False
) -> Sheet:
    """The sheet with its title, the unit that hands it in, and the days that it is of."""
    assert ask.period is not None, "a report is of a period"
    sheet = book.sheet(name, widths, landscape=landscape, paged=True)
    sheet.title(title)
    count = len(widths)
    left = count * 3 // 8  # the days are the longer words
    sheet.line(
        [(f"填报单位：{ask.unit_name}", left), (f"报告期：{ask.period}", count - left)],
        look=LINE,
        height=26,
        aligns="lr",
    )
    return sheet


def section(sheet: Sheet, text: str, *, then: float = 0) -> None:
    """一、…: the heading of a part, on the page on which that begins. then: points of what else is there."""
    sheet.keep(34 + BEGINNING + then)
    sheet.line([(text, len(sheet.widths))], look=SECTION, height=34)


def prose(sheet: Sheet, text: str) -> None:
    """A paragraph, its first line indented by two characters."""
    sheet.line([(f"　　{text}", len(sheet.widths))], look=TEXT)


def note(sheet: Sheet, text: str) -> None:
    """A small line below a table."""
    sheet.line([(text, len(sheet.widths))], look=LINE)


@dataclass(frozen=True)
class Table:
    """A table on the grid: heads, the columns that each takes, and how each column looks."""

    heads: Sequence[str]
    spans: Sequence[int]
    looks: Sequence[Look]

    def write(self, sheet: Sheet, rows: Sequence[Sequence[Value]], *, then: float = 0) -> None:
        """The heads, again on each page, and the rows; a table without rows says so.

        then: points of what follows on the page of the last row, which begins it with the heads above.
        """
        sheet.keep(BEGINNING)
        heads = list(zip(self.heads, self.spans, strict=True))
        sheet.line(heads, look=HEAD, height=HEADS_HEIGHT)
        for place, row in enumerate(rows, 1):
            cells = list(zip(row, self.spans, strict=True))
            after = then if place == len(rows) else 0
            sheet.line(cells, look=self.looks, height=26, under=heads, then=after)
        if not rows:
            sheet.line([(NONE, len(sheet.widths))], look=CENTRED, height=30)

    def write_listed(
        self, sheet: Sheet, rows: Sequence[Sequence[Value]], count: int, what: str, *, then: float = 0
    ) -> None:
        """The same for the first of many records; a line below tells of how many there are besides."""
        more = count > len(rows)
        self.write(sheet, rows, then=then + NOTE * more if then else 0)
        if more:
            note(sheet, f"注：{what}共{count}项，本表列前{len(rows)}项，其余见系统清单。")


def gap(sheet: Sheet) -> None:
    """A little room between two tables."""
    sheet.line([(None, len(sheet.widths))], height=10)


def closing(sheet: Sheet, ask: Ask, heading: str) -> None:
    """A frame for what the officer adds by hand, and the foot: both on one page."""
    sheet.keep(34 + ROOM_TO_WRITE + FOOT)
    section(sheet, heading)
    sheet.line([(None, len(sheet.widths))], look=PROSE, height=ROOM_TO_WRITE)
    foot(sheet, ask)


def foot(sheet: Sheet, ask: Ask) -> None:
    """The open lines 填报人 … 填报时间, and room for the stamp: never alone on a page."""
    count = len(sheet.widths)
    third = count // 3
    sheet.keep(FOOT, with_last=True)
    sheet.line(
        [(FILLER, count - 2 * third), (REVIEWER, third), (PHONE, third)],
        look=LINE,
        height=34,
    )
    half = count // 2
    sheet.line(
        [(f"单位（公章）：{ask.unit_name}", half), (open_day(FILLED_ON), count - half)],
        look=LINE,
        height=30,
        aligns="lr",
    )
    sheet.stamp_room()


# ---- words of figures ------------------------------------------------------------------------------


def shown(number: Number | None) -> Number | str:
    """A figure in a cell; what nobody knows is no zero."""
    return UNKNOWN if number is None else number


def rate(figures: Figures, part: str, whole: str) -> str:
    """The rate from raw counts, "/" for 0/0 and where one of them is not known."""
    closed, found = figures.get(part), figures.get(whole)
    return "/" if closed is None or found is None else rate_text(int(closed), int(found))


def day(on: date) -> str:
    """9月15日."""
    return f"{on.month}月{on.day}日"


def long_day(on: date) -> str:
    """2021年9月15日."""
    return f"{on.year}年{on.month}月{on.day}日"


def days_after(period: Period, until: date) -> str:
    """The days after the period, up to `until`: 9月16日至9月30日."""
    return f"{day(period.end + timedelta(days=1))}至{day(until)}"
