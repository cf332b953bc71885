"""The parts of an .xlsx, read as a stream of XML events with every bound checked on the way.

Why not a workbook library: libraries lay a sheet out as a rectangle and copy shared text into each
cell, so that a few kilobytes (one cell in the last corner; one long text used a million times) cost
gigabytes before the first check. Here a part costs what it holds, and a formula without a stored
result can be told from an empty cell. Source of the format: ECMA-376 part 1, §18.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from xml.parsers import expat

MAX_DATA_ROWS = 20_000
MAX_COLUMNS = 200
MAX_MERGES = 20_000
MAX_CELL_CHARS = 32_767
MAX_TEXT_CHARS = 30_000_000
MAX_STRINGS = 1_000_000

BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
BUILT_IN_MONTHS = frozenset([17, 27, 36, 50, 52, 57])
"""Formats that show a year and a month; 27 to 58 as an office program in Chinese shows them."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NO_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
    # Signs that nobody sees and that come along when a name or a date is copied from a page or a message.
    r"|[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]"
)
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class UnreadableWorkbook(Exception):
    """The file cannot be taken; the message is Chinese and says what to do."""


@dataclass(frozen=True)
class Broken:
    """A cell that has no usable value: an uncalculated formula or an error such as #REF!."""

    why: str


Value = str | int | float | bool | date | datetime | Broken


@dataclass
class Sheet:
    """One sheet: its filled cells by row and column, both from 1, and its merged ranges.

    A range is (first row, first column, last row, last column). A hidden sheet is named, not read.
    """

    name: str
    hidden: bool = False
    date_1904: bool = False
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)

    @cached_property
    def spans(self) -> dict[int, list[tuple[int, int]]]:
        """First row of a merged range → its first and last columns. Ask once all is read."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for first, left, _last, right in self.merges:
            spans.setdefault(first, []).append((left, right))
        return spans


@dataclass
class Context:
    """What the cells of a workbook refer to; `spent` counts characters over all its sheets."""

    strings: list[str] = field(default_factory=list)
    date_styles: frozenset[int] = frozenset()
    month_styles: frozenset[int] = frozenset()
    percent_styles: frozenset[int] = frozenset()
    date_1904: bool = False
    spent: int = 0
    data_rows: int = 0


def clean_cell_text(text: str) -> str:
    """Undo _x000D_ escapes; drop what no database takes as text, and what no eye sees."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def parse_xml(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Feed a part to expat. A DTD, and with it every entity, is refused before it is read."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    if start:
        parser.StartElementHandler = lambda name, attrs: start(name.rpartition(":")[2], attrs)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, UnicodeError) as fault:
        raise UnreadableWorkbook(
            "文件已损坏，无法读取，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
        ) from fault


def _refuse_dtd(*declaration: object) -> None:
    raise UnreadableWorkbook(
        "文件含有不安全的内容（DTD 声明），不能导入，请用 Excel 或 WPS 另存为 .xlsx 再上传"
    )


class StringTable:
    """sharedStrings.xml: the texts that cells point at by number. Phonetic guides are left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._in_text = False
        self._phonetic = False
        self._total = 0

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """Element opened."""
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._in_text = not self._phonetic

    def text(self, data: str) -> None:
        """Character data."""
        if self._in_text:
            self._parts.append(data)
            self._total += len(data)
            if self._total > MAX_TEXT_CHARS:
                raise UnreadableWorkbook("工作簿的文字过多，请拆分后分批导入")

    def end(self, name: str) -> None:
        """Element closed."""
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.strings.append(clean_cell_text("".join(self._parts)))
            if len(self.strings) > MAX_STRINGS:
                raise UnreadableWorkbook("工作簿的文字过多，请拆分后分批导入")


class Styles:
    """styles.xml: which cell styles show a number as a date."""

    def __init__(self) -> None:
        self.date_styles: set[int] = set()
        self.month_styles: set[int] = set()
        self.percent_styles: set[int] = set()
        self._formats: dict[str, str] = {}
        self._in_cells = False
        self._count = 0

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """Element opened."""
        if name == "numFmt":
            self._formats[attrs.get("numFmtId", "")] = attrs.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            if self._is_date(attrs.get("numFmtId", "0")):
                self.date_styles.add(self._count)
                if self._is_month(attrs.get("numFmtId", "0")):
                    self.month_styles.add(self._count)
            elif self._is_percent(attrs.get("numFmtId", "0")):
                self.percent_styles.add(self._count)
            self._count += 1

    def end(self, name: str) -> None:
        """Element closed."""
        if name == "cellXfs":
            self._in_cells = False

    def _is_date(self, number_format: str) -> bool:
        code = self._formats.get(number_format)
        if code is not None:
            return is_date_format(code)
        return number_format.isdigit() and int(number_format) in BUILT_IN_DATES

    def _is_month(self, number_format: str) -> bool:
        code = self._formats.get(number_format)
        return is_month_format(code) if code is not None else int(number_format) in BUILT_IN_MONTHS

    def _is_percent(self, number_format: str) -> bool:
        return number_format in ("9", "10") or "%" in _LITERAL.sub("", self._formats.get(number_format, ""))


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date: a year, month or day outside quotes and brackets."""
    return any(mark in _LITERAL.sub("", code.split(";")[0]).lower() for mark in "ymd")


def is_month_format(code: str) -> bool:
    """Whether a number format shows a year and a month, and no day."""
    shown = _LITERAL.sub("", code.split(";")[0]).lower()
    return "y" in shown and "m" in shown and not any(mark in shown for mark in "dhs")


def column_number(letters: str) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class SheetReader:
    """One worksheet part. Keeps filled cells of the first columns; counts rows, merges and characters."""

    def __init__(self, name: str, context: Context) -> None:
        self.sheet = Sheet(name, date_1904=context.date_1904)
        self.context = context
        self._row = self._column = 0
        self._type = self._style = ""
        self._value: list[str] | None = None
        self._has_formula = self._phonetic = self._in_value = False

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """Element opened."""
        if name == "c":
            self._start_cell(attrs)
        elif name == "row":
            self._row = int(r) if (r := attrs.get("r", "")).isdecimal() else self._row + 1
            self._column = 0
        elif name == "v" or (name == "t" and not self._phonetic):
            self._in_value = True
            if self._value is None:
                self._value = []
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(attrs.get("ref", ""))

    def text(self, data: str) -> None:
        """Character data."""
        if self._in_value and self._value is not None:
            self._value.append(data)

    def end(self, name: str) -> None:
        """Element closed."""
        if name in ("v", "t"):
            self._in_value = False
        elif name == "c":
            if self._value or self._has_formula:
                self._end_cell()
        elif name == "rPh":
            self._phonetic = False

    def _start_cell(self, attrs: dict[str, str]) -> None:
        if match := _REFERENCE.fullmatch(attrs.get("r", "")):
            self._column, self._row = column_number(match[1]), int(match[2])
        else:
            self._column += 1
        self._type, self._style = attrs.get("t", "n"), attrs.get("s", "")
        self._value, self._has_formula = None, False

    def _end_cell(self) -> None:
        if self._column > MAX_COLUMNS:
            return
        value = self._read("".join(self._value or []))
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        if isinstance(value, str):
            self._spend(len(value))
        row = self.sheet.rows.get(self._row)
        if row is None:
            row = self.sheet.rows[self._row] = {}
            self._count_row()
        row[self._column] = value

    def _count_row(self) -> None:
        self.context.data_rows += 1
        # Titles, headings and footers come on top of the data.
        if self.context.data_rows > MAX_DATA_ROWS + 500:
            raise UnreadableWorkbook(f"工作簿超过 {MAX_DATA_ROWS} 行，请拆分后分批导入")

    def _spend(self, characters: int) -> None:
        self.context.spent += characters
        if characters > MAX_CELL_CHARS or self.context.spent > MAX_TEXT_CHARS:
            raise UnreadableWorkbook("工作簿的文字过多，请拆分后分批导入")

    def _read(self, raw: str) -> Value | None:
        if self._has_formula and not raw and self._type != "str":
            return Broken("公式未计算，请在 Excel 或 WPS 中打开并保存一次，或改为直接填写结果")
        if self._type == "s":
            strings = self.context.strings
            return strings[int(raw)] if raw.isdecimal() and int(raw) < len(strings) else None
        if self._type in ("inlineStr", "str"):
            return clean_cell_text(raw)
        if self._type == "b":
            return raw.strip() == "1"
        if self._type == "e":
            return Broken(f"单元格是错误值 {raw[:20]}")
        return self._read_date(raw) if self._type == "d" else self._read_number(raw)

    def _read_date(self, raw: str) -> Value:
        try:
            return datetime.fromisoformat(raw.strip().removesuffix("Z"))
        except ValueError:
            return clean_cell_text(raw)

    def _read_number(self, raw: str) -> Value | None:
        if not raw.strip():
            return None
        try:
            number = float(raw)
        except ValueError:
            return clean_cell_text(raw)
        style = int(self._style) if self._style.isdecimal() else 0
        if style in self.context.date_styles:
            return self._as_shown(as_date(number, self.context.date_1904), style)
        if style in self.context.percent_styles:
            # What people see is 80%; 0.8 would say something else in a text.
            return f"{number * 100:.6g}%"
        return int(number) if number.is_integer() and abs(number) < 1e15 else number

    def _as_shown(self, day: Value, style: int) -> Value:
        """2021年9月 typed into a cell is kept as the first of September: what people see names no day."""
        if style not in self.context.month_styles or isinstance(day, datetime):
            return day
        return f"{day.year}年{day.month}月" if isinstance(day, date) and day.day == 1 else day

    def _merge(self, reference: str) -> None:
        first, _, last = reference.replace("$", "").partition(":")
        top, bottom = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if top is None or bottom is None:
            return
        self.sheet.merges.append(
            (int(top[2]), column_number(top[1]), int(bottom[2]), column_number(bottom[1]))
        )
        if len(self.sheet.merges) > MAX_MERGES:
            raise UnreadableWorkbook(f"合并单元格超过 {MAX_MERGES} 处，请取消不必要的合并后再导入")


def as_date(number: float, date_1904: bool) -> Value:
    """A serial as day or moment; a number that is no day of this age stays a number."""
    epoch = datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 30)
    if not 0 <= number < 2_958_466:
        return number
    moment = epoch + timedelta(seconds=round(number * 86_400))
    return moment.date() if moment.time() == datetime.min.time() else moment
