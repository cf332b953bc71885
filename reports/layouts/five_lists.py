"""五张清单 (P1 §五（二）) as workbooks: the columns of hazards/five/lists.py, with serials and a stamp."""

from collections.abc import Iterable, Iterator
from datetime import date

from campaigns.models import Campaign
from hazards.five.lists import Cells, FiveList, Head
from reports.workbook import CENTRED, DATE, PROSE, STAMP_HEIGHT, Book, Look, Value

SERIAL = 6
NONE = "（无）"
SHORT = 11
"""Columns up to this width hold a word or two: centred."""


def title_of(campaign: Campaign, wanted: FiveList) -> str:
    """The campaign's name and the list's."""
    return f"{campaign.label}{wanted.label}"


def write(book: Book, wanted: FiveList, rows: Iterable[Cells], *, title: str, unit: str, asked: str) -> None:
    """Add the list as one sheet; `asked` says under the table what was filtered by."""
    widths = (SERIAL, *(head.width for head in wanted.heads))
    sheet = book.sheet(wanted.label, widths)
    sheet.title(title)
    sheet.heads(["序号", *(head.label for head in wanted.heads)])
    first = sheet.height
    sheet.rows(_numbered(rows), (CENTRED, *map(_look, wanted.heads)))
    if sheet.height == first:
        sheet.line([(NONE, len(widths))], look=CENTRED, height=30)
    if asked:
        sheet.line([(asked, len(widths))])
    sheet.keep(30 + STAMP_HEIGHT, with_last=True)
    third = len(widths) // 3
    sheet.line(
        [
            (f"单位（公章）：{unit}", len(widths) - 2 * third),
            ("填报人：", third),
            (f"填报时间：{_in_chinese(book.as_of)}", third),
        ],
        height=30,
    )
    sheet.stamp_room()


def _look(head: Head) -> Look:
    if head.day:
        return DATE
    return CENTRED if head.width <= SHORT else PROSE


def _numbered(rows: Iterable[Cells]) -> Iterator[list[Value]]:
    for serial, cells in enumerate(rows, 1):
        yield [str(serial), *cells]


def _in_chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
