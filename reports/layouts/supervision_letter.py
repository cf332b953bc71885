"""督办函 as a workbook: one portrait sheet that prints as the letter (GB/T 9704: fonts and sizes)."""

from collections.abc import Sequence

from reports.layouts.parts import long_day
from reports.models import LetterHazard, SupervisionLetter
from reports.workbook import BODY_FONT, CENTRED, HEAD, LINE, PROSE, Book, Look, Sheet

NAME = "督办函"
HEADS = ("序号", "编号", "园区", "问题", "整改期限", "逾期天数")
WIDTHS = (6.0, 15.0, 14.0, 31.0, 16.0, 9.0)
LOOKS = (CENTRED, CENTRED, CENTRED, PROSE, CENTRED, CENTRED)
TEXT = Look(BODY_FONT, 16, border=False)
NUMBER = Look(BODY_FONT, 16, "center", border=False)
SIGNED = Look(BODY_FONT, 16, "right", border=False)
STAMP_ABOVE = 46.0
"""Points above the sender's name: with the two lines below, room for a stamp of 4 cm."""
NOT_YET = "未到期"
ANNEX_TITLE = "督办隐患清单"


def book_of(letter: SupervisionLetter, rows: Sequence[LetterHazard]) -> Book:
    """The letter as issued: a short table stands in it, a long one is its annex on a sheet of its own."""
    book = Book(
        title=f"{letter.title} {letter.number}",
        campaign=letter.campaign.name,
        unit=letter.sender,
        as_of=letter.issued_on,
    )
    sheet = book.sheet(NAME, WIDTHS, landscape=False, paged=True)
    wide = len(WIDTHS)
    sheet.title(letter.title)
    sheet.line([(letter.number, wide)], look=NUMBER, height=40)
    sheet.line([(f"{letter.addressee}：", wide)], look=TEXT, height=34)
    _paragraph(sheet, f"{letter.opening}{letter.where_listed}")
    if not letter.annexed:
        sheet.line([(head, 1) for head in HEADS], look=HEAD, height=36)
        sheet.rows([cells(row) for row in rows], LOOKS)
        _paragraph(sheet, letter.asks)
    for demand in [*letter.demands, letter.closing]:
        _paragraph(sheet, demand)
    _sign(sheet, letter)
    if letter.annexed:
        _annex(book, letter, rows)
    return book


def _sign(sheet: Sheet, letter: SupervisionLetter) -> None:
    """The annex if there is one, then sender and date at the right, with room for the stamp over them."""
    wide = len(WIDTHS)
    annexed = 16 + 32 if letter.annexed else 0
    sheet.keep(annexed + STAMP_ABOVE + 2 * 34, with_last=True)
    if letter.annexed:
        sheet.line([(None, wide)], height=16)
        _paragraph(sheet, f"附件：{ANNEX_TITLE}")
    sheet.line([(None, wide)], height=STAMP_ABOVE)
    for text in (f"{letter.sender}（公章）", long_day(letter.issued_on)):
        sheet.line([(None, 2), (text, wide - 3), (None, 1)], look=SIGNED, height=34)


def _annex(book: Book, letter: SupervisionLetter, rows: Sequence[LetterHazard]) -> None:
    """附件: the hazards, heads on every page."""
    sheet = book.sheet("附件", WIDTHS, landscape=False)
    sheet.annex("附件")
    sheet.title(ANNEX_TITLE)
    sheet.line([(f"（{letter.number}，共{len(rows)}项）", len(WIDTHS))], look=LINE, aligns="c", height=26)
    sheet.heads(HEADS)
    sheet.rows([cells(row) for row in rows], LOOKS)


def cells(row: LetterHazard) -> list[str | int]:
    """One line of the table; a major hazard is said to be one."""
    major = "【重大】" if row.is_major else ""
    return [
        row.order,
        row.number,
        row.park,
        f"{row.place}：{major}{row.description}",
        long_day(row.due_on),
        row.days_over or NOT_YET,
    ]


def _paragraph(sheet: Sheet, text: str) -> None:
    """A paragraph, its first line indented by two characters."""
    sheet.line([(f"　　{text}", len(WIDTHS))], look=TEXT)
