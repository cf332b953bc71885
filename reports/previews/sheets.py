"""A workbook of ours, read again to be shown in the browser as it looks on paper.

Only what reports/workbook.py wrote is read here; what people upload goes through reports/reading/reader.py.
Sizes are in CSS pixels: 7 a character of a column's width, as office programs reckon them.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import openpyxl
from openpyxl.utils import get_column_letter

from reports.pages import page_height
from reports.workbook import BODY_FONT, HEAD_FONT, TITLE_FONT

MAX_ROWS = 200
"""Rows of a sheet that are shown; a longer one is there to be downloaded."""
CHARACTER = 7
PIXELS_A_POINT = 4 / 3
FONTS = {TITLE_FONT: "f-title", HEAD_FONT: "f-head", BODY_FONT: "f-body"}
LEAST_SCALE = 80
"""Of static/css/components.css, which has a class for each step."""
SIZES = (10, 11, 12, 14, 16, 18, 22)
"""Font sizes in points that have a class of their own; others are shown as the nearest."""

_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
_DECIMALS = re.compile(r"0\.(0+)")

Place = tuple[int, int]
"""Row and column of a cell, both from 1."""


@dataclass(frozen=True)
class Cell:
    """One cell of the page: its text, how it looks, over how many rows and columns it stands."""

    text: str
    classes: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Line:
    """One row; `height` in pixels, 0 where its text decides. ends_page: the last one of a printed page."""

    cells: Sequence[Cell]
    height: int
    ends_page: bool = False


@dataclass(frozen=True)
class SheetView:
    """One sheet as a page: `top` stands over the table, `heads` again on each printed page, `body` below.

    rows: those that the sheet has; shown: those that are here.
    """

    widths: Sequence[int]
    landscape: bool
    top: Sequence[Line]
    heads: Sequence[Line]
    body: Sequence[Line]
    rows: int
    shown: int
    footer: str

    @property
    def width(self) -> int:
        """Pixels over all columns."""
        return sum(self.widths)

    @property
    def scale(self) -> int:
        """Per cent to which office programs shrink the sheet on paper, down to an even number."""
        columns = [width / CHARACTER for width in self.widths]
        whole = page_height([], landscape=self.landscape)
        return max(LEAST_SCALE, int(50 * whole / page_height(columns, landscape=self.landscape)) * 2)

    @property
    def shares(self) -> list[str]:
        """The columns' parts of the width in per cent, so that paper may be narrower."""
        return [f"{100 * width / self.width:.2f}" for width in self.widths]


@dataclass(frozen=True)
class Preview:
    """A workbook with one of its sheets opened; `at` counts from 0."""

    names: Sequence[str]
    at: int
    sheet: SheetView


def preview(content: bytes, at: int = 0, most: int = MAX_ROWS) -> Preview:
    """The workbook with its sheet `at` opened, the first one for a number that it has not."""
    with ZipFile(io.BytesIO(content)) as archive:
        count = sum(_SHEET.fullmatch(name) is not None for name in archive.namelist())
    at = at if 0 <= at < count else 0
    short, rows = _first_rows(content, at, most)
    book = openpyxl.load_workbook(io.BytesIO(short))
    return Preview(book.sheetnames, at, _view(book.worksheets[at], rows, min(rows, most)))


def _first_rows(content: bytes, at: int, most: int) -> tuple[bytes, int]:
    """The archive with the first rows of the one sheet and none of the others, and how many there are.

    A ledger of tens of thousands of rows would take the library seconds, to show a few hundred.
    """
    out, count = io.BytesIO(), 0
    with ZipFile(io.BytesIO(content)) as source, ZipFile(out, "w", ZIP_STORED) as target:
        for part in source.infolist():
            data = source.read(part)
            if match := _SHEET.fullmatch(part.filename):
                mine = int(match[1]) == at + 1
                if mine:
                    last = data.rfind(b"<row ")
                    count = int(found[1]) if (found := _ROW.match(data, max(last, 0))) else 0
                data = _cut(data, most if mine else 0)
            target.writestr(part.filename, data)
    return out.getvalue(), count


def _cut(data: bytes, most: int) -> bytes:
    """The part of a sheet without what stands below its first rows, merged cells included."""
    start, end = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if start < 0 or end < 0:
        return data
    first = next((found.start() for found in _ROW.finditer(data, start, end) if int(found[1]) > most), end)
    head, tail = data[:first], data[end:]
    return head + re.sub(
        rb'<mergeCell ref="[A-Z]+(\d+):[A-Z]+\d+"\s*/>',
        lambda merge: merge[0] if int(merge[1]) <= most else b"",
        tail,
    ).replace(b"<mergeCells></mergeCells>", b"")


def _view(sheet: Any, rows: int, shown: int) -> SheetView:
    columns = sheet.max_column
    covered, spans = _merges(sheet, shown)
    first, last = _head_rows(sheet)
    ends = {one.id for one in sheet.row_breaks.brk}
    lines = [
        replace(_line(sheet, row, columns, covered=covered, spans=spans), ends_page=row in ends)
        for row in range(1, shown + 1)
    ]
    footer = sheet.oddFooter
    return SheetView(
        widths=[_pixels(sheet, column) for column in range(1, columns + 1)],
        landscape=sheet.page_setup.orientation == "landscape",
        top=lines[: first - 1],
        heads=lines[first - 1 : last],
        body=lines[last:],
        rows=rows,
        shown=shown,
        footer=str(footer.left.text or ""),
    )


def _pixels(sheet: Any, column: int) -> int:
    return round(sheet.column_dimensions[get_column_letter(column)].width * CHARACTER)


def _head_rows(sheet: Any) -> tuple[int, int]:
    """The rows that come again on each printed page; (1, 0) when there are none."""
    first, _, last = (sheet.print_title_rows or "").replace("$", "").partition(":")
    return (int(first), int(last)) if last else (1, 0)


def _merges(sheet: Any, shown: int) -> tuple[set[Place], dict[Place, Place]]:
    """Places that a merged cell covers, and of each such cell its rows and columns."""
    covered: set[Place] = set()
    spans: dict[Place, Place] = {}
    for area in sheet.merged_cells.ranges:
        bottom = min(area.max_row, shown)
        spans[area.min_row, area.min_col] = (bottom - area.min_row + 1, area.max_col - area.min_col + 1)
        covered |= {
            (row, column)
            for row in range(area.min_row, bottom + 1)
            for column in range(area.min_col, area.max_col + 1)
        } - {(area.min_row, area.min_col)}
    return covered, spans


def _line(sheet: Any, row: int, columns: int, *, covered: set[Place], spans: dict[Place, Place]) -> Line:
    cells = [
        _cell(sheet.cell(row, column), *spans.get((row, column), (1, 1)))
        for column in range(1, columns + 1)
        if (row, column) not in covered
    ]
    return Line(cells, round((sheet.row_dimensions[row].height or 0) * PIXELS_A_POINT))


def _cell(cell: Any, rows: int, columns: int) -> Cell:
    return Cell(shown_value(cell.value, cell.number_format), " ".join(_classes(cell)), rows, columns)


def _classes(cell: Any) -> Iterator[str]:
    font, alignment = cell.font, cell.alignment
    yield FONTS.get(font.name, "f-body")
    yield f"s{min(SIZES, key=lambda size: abs(size - (font.sz or 12)))}"
    if font.b:
        yield "strong"
    yield f"to-{alignment.horizontal if alignment.horizontal in ('center', 'right') else 'left'}"
    if alignment.vertical == "top":
        yield "to-top"
    if cell.border.left.style or cell.border.top.style:
        yield "ruled"


def shown_value(value: object, number_format: str = "General") -> str:
    """A value as an office program shows it: 2021年7月1日, 12.5, 96.8%."""
    if value is None:
        return ""
    if isinstance(value, date):
        if "d" not in number_format:
            return f"{value.year}年{value.month}月"
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    percent = "%" in number_format
    number = value * 100 if percent else value
    decimals = _DECIMALS.search(number_format)
    if decimals:
        said = f"{number:,.{len(decimals[1])}f}" if "," in number_format else f"{number:.{len(decimals[1])}f}"
    else:
        said = f"{number:.10f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)
    return said + "%" * percent


def lines_in(sheet: SheetView) -> Iterator[Line]:
    """All rows that are shown, from top to bottom."""
    yield from (*sheet.top, *sheet.heads, *sheet.body)
