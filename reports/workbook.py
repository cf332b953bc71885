"""Official workbooks: the only place that writes .xlsx.

Sheets are streamed (openpyxl's write-only mode), so a ledger of any length takes little memory. Text
stays text whatever it begins with, numbers and dates are real ones, and nothing is a formula. The same
content gives the same bytes. Sources: the fonts and sizes of GB/T 9704; layouts of the plans' forms.
"""

import hashlib
import io
import math
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.pagebreak import Break
from openpyxl.writer.excel import ExcelWriter

from reports.open_lines import OpenLine
from reports.pages import SIDE_MARGIN, TOP_MARGIN, Pages, page_height
from reports.spans import Layout, lay_out, shared_cells
from reports.steady_zip import SteadyZip
from reports.text_room import lines_in, lines_of, room_of

TITLE_FONT, HEAD_FONT, BODY_FONT = "方正小标宋简体", "黑体", "仿宋_GB2312"
UNIT_FONT = Font(name="Arial", size=10)
"""Of no text here, but by its digits programs reckon how wide a column is: 7 pixels a character. Where it is
missing, one of the same widths stands in for it (Liberation Sans); nothing does so for the usual Calibri, and
columns a third wider are shrunk on paper."""
DATE_FORMAT = 'yyyy"年"m"月"d"日"'
MAX_TEXT = 32767  # characters a cell can hold
MAX_HEIGHT = 409.0  # points a row can be high
SPREAD_HEIGHT = 200.0  # points of each row over which a longer text is spread
LINE_SPACING = 1.5  # height of a line in font sizes; the official fonts need 1.3, substitutes more
MAX_SHEET_NAME = 31
HEADS_HEIGHT = 34.0  # points of a heading row that stands in the text
STAMP_HEIGHT = 116.0  # points: a little over 4 cm, room for a stamp
# In the footers of a numbered book, until reports/signing/signed_workbook.py replaces it.
DRAFT = "草稿，未印发"
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")

Value = str | int | float | Decimal | date | None


@dataclass(frozen=True)
class Look:
    """How a cell looks. `size` in points; `align` is left, center or right, `valign` top or center."""

    font: str = BODY_FONT
    size: float = 12
    align: str = "left"
    border: bool = True
    format: str = "General"
    valign: str = "center"


Looks = Look | Sequence[Look]  # one for all parts of a row, or one for each
TITLE = Look(TITLE_FONT, 22, "center", border=False)
HEAD = Look(HEAD_FONT, 12, "center")
PROSE = Look()
CENTRED = Look(align="center")
FIGURE = Look(align="center")
DATE = Look(align="center", format=DATE_FORMAT)
LINE = Look(border=False)
ANNEX = Look(HEAD_FONT, 16, border=False)  # 附件1: size three, at the left (GB/T 9704)


def safe_text(text: str) -> str:
    """Text that a cell can hold: no control characters, one kind of line break, not too long."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def sheet_name(wanted: str, taken: Iterable[str] = ()) -> str:
    """A legal name of at most 31 characters that no other sheet has."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '") or "Sheet"
    name, serial, used = base[:MAX_SHEET_NAME], 2, {other.casefold() for other in taken}
    while name.casefold() in used:
        tail = f"（{serial}）"
        name, serial = base[: MAX_SHEET_NAME - len(tail)] + tail, serial + 1
    return name


class Sheet:
    """One sheet, written from top to bottom. Widths: in characters of the default font; paged: see Pages."""

    def __init__(
        self, book: "Book", name: str, widths: Sequence[float], *, landscape: bool, paged: bool
    ) -> None:
        self.book, self.widths, self.landscape = book, tuple(widths), landscape
        self._sheet = book.workbook.create_sheet(name)
        self._cells = [self._cell() for _ in self.widths]
        self._waiting: list[list[Any]] | None = []
        self._merged: list[str] = []
        self._heights: dict[int, dict[str, str]] = {}
        self._row = 0
        self._pages = Pages(page_height(self.widths, landscape=landscape), paged=paged)
        self._set_up()

    def _set_up(self) -> None:
        sheet = self._sheet
        for index, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.page_setup.paperSize = 9
        sheet.page_setup.orientation = "landscape" if self.landscape else "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = SIDE_MARGIN
        margins.top = margins.bottom = TOP_MARGIN
        margins.header = margins.footer = 0.4
        sheet.merged_cells = self._merged  # a list keeps its order; the set it stands for does not
        sheet.row_dimensions = self._heights
        sheet._values_to_row = _ready_cells

    def _cell(self) -> Any:
        return WriteOnlyCell(self._sheet)

    @property
    def height(self) -> int:
        """Rows written so far."""
        return self._row

    # ---- parts of a form -------------------------------------------------------------------------

    def title(self, text: str, *, least: float = 0) -> None:
        """The title over all columns, broken where the plan breaks it; least: points of its height."""
        height = max(least, lines_of(text, sum(self.widths), TITLE.size) * 32.0 + 8)
        self.line([(text, len(self.widths))], look=TITLE, height=height)

    def line(
        self,
        parts: Sequence[tuple[Value, int]],
        *,
        look: Looks = LINE,
        height: float = 0,
        aligns: str = "",
        under: Sequence[tuple[Value, int]] = (),
        then: float = 0,
    ) -> None:
        """A row of merged stretches: (text, number of columns) each; `aligns` is a letter l, c, r a part.

        under: the heads of the table that it is of, which come again where it begins a page. then: points of
        what must follow on the same page.
        """
        values: list[Value] = []
        looks: list[Look] = []
        spans: list[tuple[int, int]] = []
        for index, (text, span) in enumerate(parts):
            one = look if isinstance(look, Look) else look[index]
            named = {"l": "left", "c": "center", "r": "right"}.get(aligns[index : index + 1], one.align)
            start = len(values)
            spans.append((start, start + span - 1))
            values += [text, *[None] * (span - 1)]
            looks += [replace(one, align=named)] * span
            height = max(height, self._height(text, sum(self.widths[start : start + span]), one.size))
        if under and self._pages.turns(height + then):
            self._pages.end()
            self.line(under, look=HEAD, height=HEADS_HEIGHT)
        self._stretches(values, looks, spans, height)

    def _stretches(
        self,
        values: Sequence[Value],
        looks: Sequence[Look],
        spans: Sequence[tuple[int, int]],
        height: float,
    ) -> None:
        """The row, cells merged over each span of columns; one too high is spread over several rows."""
        count = 1 if height <= MAX_HEIGHT else math.ceil(height / SPREAD_HEIGHT)
        if count > 1:  # pages end between rows, anywhere in the cell
            looks = [replace(look, valign="top") for look in looks]
        for first, last in spans:
            self._merge(self._row + 1, first, self._row + count, last)
        for part in range(count):
            self._write([None] * len(values) if part else values, looks, height / count)

    def annex(self, text: str) -> None:
        """附件1, at the left above the title."""
        self.line([(text, len(self.widths))], look=ANNEX, height=30)

    def heads(
        self, labels: Sequence[str], *, size: float = 12, freeze: bool = True, groups: Sequence[str] = ()
    ) -> None:
        """The heading row: it comes again on every printed page and, with `freeze`, stays on screen.

        groups: a heading above each label, "" for none. Equal ones beside each other are one cell; a label
        without one stands over both rows.
        """
        look = Look(HEAD_FONT, size, "center")
        first, last = self._row + 1, self._row + (2 if any(groups) else 1)
        self._sheet.print_title_rows = f"{first}:{last}"
        if freeze:
            self._sheet.freeze_panes = f"A{last + 1}"
        above = self._pages.total
        if last > first:
            self._groups(labels, groups, look)
            labels = [label if group else "" for label, group in zip(labels, groups, strict=True)]
        height = max(
            36.0, *(self._height(text, width, size) for text, width in zip(labels, self.widths, strict=False))
        )
        self._write(list(labels), [look] * len(labels), height)
        self._pages.heads = self._pages.total - above
        self._flush()

    def _groups(self, labels: Sequence[str], groups: Sequence[str], look: Look) -> None:
        """The upper of two heading rows."""
        row = self._row + 1
        values: list[Value] = [None] * len(labels)
        for first, last in shared_cells([(group,) for group in groups], (0,))[0]:
            values[first] = groups[first] or labels[first]
            self._merge(row, first, row if groups[first] else row + 1, last)
        self._write(values, [look] * len(labels), 26)

    def row(self, values: Sequence[Value], looks: Sequence[Look], *, height: float = 0) -> None:
        """One row of the table."""
        self.rows([values], looks, height=height)

    def rows(self, table: Iterable[Sequence[Value]], looks: Sequence[Look], *, height: float = 24) -> None:
        """Many rows, streamed. A row too high for one is spread over several, merged downwards."""
        rooms = [
            (room_of(width, look.size), look.size * LINE_SPACING)
            for width, look in zip(self.widths, looks, strict=False)
        ]
        for values in table:
            tall = height
            for value, (room, line) in zip(values, rooms, strict=False):
                if type(value) is str and value:
                    tall = max(tall, lines_in(value, room) * line + 6)
            if tall <= MAX_HEIGHT:
                self._write(values, looks, tall)
            else:
                self._stretches(values, looks, [(column, column) for column in range(len(values))], tall)

    def tree(
        self,
        table: Sequence[Sequence[Value]],
        looks: Sequence[Look],
        nested: Sequence[int],
        *,
        height: float = 24,
    ) -> None:
        """Rows whose equal cells below one another are one, in the columns `nested`, outermost first.

        For tables of a plan: they are read as a whole, so that pages end between the innermost cells and
        each shared cell's text has the room it needs over its rows.
        """
        page = self._pages.room
        layout = lay_out(
            table,
            nested,
            lambda row, column: self._height(table[row][column], self.widths[column], looks[column].size),
            least=height,
            rooms=(page - self._pages.total, page - self._pages.heads),
            highest=MAX_HEIGHT,
            part=SPREAD_HEIGHT,
        )
        base = self._row + 1
        self._pages.ends += [base + layout.place(row) - 1 for row in sorted(layout.breaks)]
        for row, values in enumerate(table):
            self._tree_row(values, looks, layout, row)
        for column in range(len(looks)):
            for first, last in layout.cells.get(column) or [(row, row) for row in range(len(table))]:
                top, bottom = base + layout.place(first), base + layout.place(last + 1) - 1
                self._merge(top, column, bottom, column)

    def _tree_row(self, values: Sequence[Value], looks: Sequence[Look], layout: Layout, row: int) -> None:
        """A torn cell begins at its top, so that the text stands whole on its first page."""
        kept = [value if layout.begins(column, row) else None for column, value in enumerate(values)]
        shown = [
            replace(look, valign="top") if layout.is_torn(column, row) else look
            for column, look in enumerate(looks)
        ]
        count = layout.counts[row]
        for part in range(count):
            self._write([None] * len(kept) if part else kept, shown, layout.heights[row] / count)

    def keep(self, height: float, *, with_last: bool = False) -> None:
        """End the page here unless the next rows, of that height together, still fit; see Pages.keep."""
        self._pages.keep(height, with_last=with_last)

    def stamp_room(self) -> None:
        """Empty room for a stamp below the words 单位（公章）."""
        self._write([None] * len(self.widths), [LINE] * len(self.widths), STAMP_HEIGHT)

    # ---- writing ---------------------------------------------------------------------------------

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """One cell out of many; rows count from 1, columns from 0."""
        if (top, left) != (bottom, right):
            first, last = get_column_letter(left + 1), get_column_letter(right + 1)
            self._merged.append(f"{first}{top}:{last}{bottom}")

    def _height(self, value: Value, width: float, size: float) -> float:
        return lines_of(value, width, size) * size * LINE_SPACING + 8 if isinstance(value, str) else 0.0

    def _write(self, values: Sequence[Value], looks: Sequence[Look], height: float) -> None:
        self._row += 1
        self._pages.add(height)
        said, home = repr(values), self.book.home
        self.book.hash.update((said.replace(home, "") if home else said).encode())
        if self._waiting is not None:  # until the heads, when it is known where the sheet freezes
            cells = [self._cell() for _ in values]
            self._fill(cells, values, looks, height)
            self._waiting.append(cells)
            return
        self._fill(self._cells, values, looks, height)
        self._sheet.append(self._cells[: len(values)])
        del self._heights[self._row]

    def _fill(self, cells: list[Any], values: Sequence[Value], looks: Sequence[Look], height: float) -> None:
        styles, row = self.book.styles, self._row
        self._heights[row] = {"ht": f"{height:.1f}", "customHeight": "1"}
        for column, (cell, value, look) in enumerate(zip(cells, values, looks, strict=False), 1):
            cell.row, cell.column = row, column
            style = styles.get(look) or self.book.style(self._sheet, look)
            if value is None or value == "":
                cell._value, cell.data_type, cell._style = None, "n", style[0]
            elif isinstance(value, str):
                cell._value = CellRichText([value]) if isinstance(value, OpenLine) else safe_text(value)
                cell.data_type = "s"
                cell._style = style[1] if value.startswith(FORMULA_STARTS) else style[0]
            else:
                cell._value, cell._style = value, style[0]
                cell.data_type = "d" if isinstance(value, date) else "n"

    def _flush(self) -> None:
        for cells in self._waiting or ():
            self._sheet.append(cells)
        self._waiting = None

    def finish(self) -> None:
        """Write what waits, and number the pages when there will be more than one."""
        self._flush()
        for row in self._pages.ends:
            self._sheet.row_breaks.append(Break(id=row))
        if self._pages.ends or self._pages.total > self._pages.height:
            self._sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
            self._sheet.oddFooter.center.size = 10

    def mark(self, text: str) -> None:
        """Words at the left of the footer of every page."""
        self._sheet.oddFooter.left.text = text
        self._sheet.oddFooter.left.size = 10

    def drop(self) -> None:
        """Close the stream and remove its file, also where the disk is full and the end cannot be written."""
        try:
            with suppress(OSError):
                if not self._sheet.closed:
                    self._sheet.close()
        finally:
            self._sheet._writer.cleanup()


def _ready_cells(cells: Iterable[Any], row: int) -> Iterable[Any]:
    """Stand in for openpyxl's conversion of plain values: the cells are ready as they are."""
    return cells


class Book:
    """A workbook. `number` names the issue of the report that it is of, "" when it is of none.

    home: the address under which the system shows that issue's figures. It is no content: see fingerprint.
    """

    def __init__(
        self, *, title: str, campaign: str, unit: str, as_of: date, number: str = "", home: str = ""
    ) -> None:
        self.workbook = Workbook(write_only=True)
        self.workbook._fonts = IndexedList([UNIT_FONT])
        self.workbook._named_styles["Normal"].font = UNIT_FONT
        self.title, self.campaign, self.unit, self.as_of, self.number = title, campaign, unit, as_of, number
        self.home, self.sheets = home, list[Sheet]()
        self.hash = hashlib.sha256()
        self.styles: dict[Look, tuple[Any, Any]] = {}

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything written so far but the report's number: equal content, equal value.

        The number also stands in the addresses of its figures.
        """
        return self.hash.hexdigest()

    def sheet(
        self, name: str, widths: Sequence[float], *, landscape: bool = True, paged: bool = False
    ) -> Sheet:
        """Begin the next sheet; the one before is complete."""
        if self.sheets:
            self.sheets[-1].finish()
        legal = sheet_name(name, [other._sheet.title for other in self.sheets])
        self.hash.update(repr((legal, tuple(widths), landscape)).encode())
        self.sheets.append(Sheet(self, legal, widths, landscape=landscape, paged=paged))
        return self.sheets[-1]

    def style(self, sheet: Any, look: Look) -> tuple[Any, Any]:
        """The look as openpyxl keeps it, plain and with the mark that its text is no formula."""
        cell = WriteOnlyCell(sheet)
        cell.font = Font(name=look.font, size=look.size, charset=134)
        cell.alignment = Alignment(horizontal=look.align, vertical=look.valign, wrap_text=True)
        cell.number_format = look.format
        if look.border:
            side = Side(style="thin")
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        plain = cell._style
        quoted = plain.__copy__()
        quoted.quotePrefix = 1
        self.styles[look] = plain, quoted
        return self.styles[look]

    def write(self, target: io.BufferedIOBase | Path) -> None:
        """Write the file; call it once."""
        if self.sheets:
            self.sheets[-1].finish()
        for sheet in self.sheets if self.number else ():
            sheet.mark(DRAFT)
        stamp = datetime.combine(self.as_of, time())
        about = self.workbook.properties
        about.title, about.subject, about.creator = self.title, self.campaign, self.unit
        about.identifier, about.created, about.modified = self.number or None, stamp, stamp
        with SteadyZip(target, "w", ZIP_DEFLATED, allowZip64=True) as archive:
            ExcelWriter(self.workbook, archive).save()

    def to_bytes(self) -> bytes:
        """The file in memory; call it once."""
        out = io.BytesIO()
        self.write(out)
        return out.getvalue()

    def discard(self) -> None:
        """Drop a book that will not be written, with the files in which its sheets were kept."""
        for sheet in self.sheets:
            sheet.drop()
        self.sheets.clear()
