"""Finds the P0 附件4 ledger in the sheets of a workbook: headings, rows, merged cells, footer. Pure."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from parks.names import name_key
from reports.layouts.columns import Column
from reports.layouts.longgang_4 import COLUMNS
from reports.sheet_parts import Broken, Sheet, UnreadableWorkbook, Value

SERIAL = COLUMNS[0].slug
HEADING_SEARCH_ROWS = 100
LIKELY_HEADINGS = 4
"""So many known headings in one row make it a heading row, complete or not."""


@dataclass
class RawRow:
    """One row of the ledger: values by column slug, merged ones filled in; `row` as in the sheet."""

    sheet: str
    row: int
    cells: dict[str, Value]

    def text(self, slug: str) -> str:
        """The cell as text, blanks of every kind trimmed; numbers as people type them."""
        value = self.cells.get(slug, "")
        return "" if isinstance(value, Broken) else str(value).strip()


@dataclass
class Ledger:
    """Every row of every sheet that has the headings, and remarks on what was left out."""

    rows: list[RawRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def heading_key(heading: str) -> str:
    """The form under which headings are compared: blanks, line breaks and full-width forms do not count."""
    return name_key(heading).strip("*:")


_SLUGS = {heading_key(heading): column.slug for column in COLUMNS for heading in column.headings}
_FOOTER_KEYS = tuple(name_key(word) for word in ("单位（公章）", "单位（盖章）", "填报人：", "填报时间："))
_ASIDES = tuple(
    name_key(word) for word in ("合计", "总计", "小计", "注：", "备注：", "说明：", "填表说明", "（无）")
)


def heading_of(slug: str) -> str:
    """The plan's own words over a column, on one line."""
    return next(column.heading for column in COLUMNS if column.slug == slug).replace("\n", "")


def find_ledger(sheets: list[Sheet]) -> Ledger:
    """Collect the rows of all sheets with the form's headings.

    Raises UnreadableWorkbook, naming the missing headings, when no sheet has them all.
    """
    ledger, incomplete = Ledger(), []
    found = False
    for sheet in sheets:
        row, columns = _best_heading_row(sheet)
        missing = [column for column in COLUMNS if column.required and column.slug not in columns]
        if not missing:
            found = True
            _collect(sheet, row, columns, ledger)
        elif len(columns) >= LIKELY_HEADINGS:
            incomplete.append(f"工作表“{sheet.name}”第 {row} 行缺少列：{_named(missing)}")
    if not found:
        raise UnreadableWorkbook(_why_none(incomplete))
    ledger.remarks += [f"{line}，该表未读取" for line in incomplete]
    return ledger


def _named(columns: list[Column]) -> str:
    return "、".join(heading_of(column.slug) for column in columns)


def _why_none(incomplete: list[str]) -> str:
    if incomplete:
        return "；".join(incomplete) + "。请补全表头后再上传"
    needed = _named([column for column in COLUMNS if column.required])
    return f"没有找到隐患整治清单的表头，表中须有这些列：{needed}"


def _best_heading_row(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row with most known headings, and slug → column number."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number in sorted(sheet.rows)[:HEADING_SEARCH_ROWS]:
        columns = _headings_in(sheet, number)
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


def _headings_in(sheet: Sheet, number: int) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, value in sorted(sheet.rows[number].items()):
        slug = _SLUGS.get(heading_key(value)) if isinstance(value, str) else None
        if slug and slug in columns and len(columns) >= LIKELY_HEADINGS:
            raise UnreadableWorkbook(
                f"工作表“{sheet.name}”第 {number} 行有两列“{heading_of(slug)}”，请删去一列"
            )
        if slug:
            columns.setdefault(slug, column)
    return columns


def _collect(sheet: Sheet, heading_row: int, columns: dict[str, int], ledger: Ledger) -> None:
    numbers = sorted(number for number in sheet.rows if number > heading_row)
    inherited = _inherited(sheet, heading_row, numbers, set(columns.values()))
    for place, number in enumerate(numbers):
        filled = sheet.rows[number]
        own = {slug: filled[column] for slug, column in columns.items() if column in filled}
        if _is_footer(filled, own):
            _remark_on_rest(sheet, numbers[place + 1 :], ledger)
            return
        if _is_data(filled, own):
            above = inherited.get(number, {})
            cells = {slug: above[column] for slug, column in columns.items() if column in above} | own
            ledger.rows.append(RawRow(sheet.name, number, cells))


def _inherited(
    sheet: Sheet, heading_row: int, numbers: list[int], wanted: set[int]
) -> dict[int, dict[int, Value]]:
    """Row → column → value, where a cell lies under the top of a merged range in one of the columns.

    Work is bounded by the rows that hold anything, however tall or many the ranges are.
    """
    inherited: dict[int, dict[int, Value]] = {}
    filled = 0
    for first, left, last, _right in sheet.merges:
        value = sheet.rows.get(first, {}).get(left)
        if left not in wanted or first <= heading_row or value is None:
            continue
        rows = _between(numbers, first + 1, last)
        filled += len(rows)
        if filled > len(numbers) * len(wanted):
            raise UnreadableWorkbook(f"工作表“{sheet.name}”的合并单元格互相重叠，请重新合并后再导入")
        for number in rows:
            inherited.setdefault(number, {}).setdefault(left, value)
    return inherited


def _between(numbers: list[int], first: int, last: int) -> list[int]:
    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]


def _is_data(filled: dict[int, Value], own: dict[str, Value]) -> bool:
    """Not a stub with only a serial, not a repeated heading row, not a lone 合计 or 注 line."""
    content = {slug: value for slug, value in own.items() if slug != SERIAL}
    if not content:
        return False
    if len(filled) == 1 and name_key(str(next(iter(filled.values())))).startswith(_ASIDES):
        return False
    headings = [value for value in filled.values() if isinstance(value, str) and heading_key(value) in _SLUGS]
    return len(headings) < LIKELY_HEADINGS


def _is_footer(filled: dict[int, Value], own: dict[str, Value]) -> bool:
    """The line 单位（公章） · 填报人： · 填报时间： under the table."""
    if "description" in own and "park" in own:
        return False
    return any(
        isinstance(value, str) and any(word in name_key(value) for word in _FOOTER_KEYS)
        for value in filled.values()
    )


def _remark_on_rest(sheet: Sheet, numbers: list[int], ledger: Ledger) -> None:
    rest = [number for number in numbers if len(sheet.rows[number]) >= LIKELY_HEADINGS]
    if rest:
        ledger.remarks.append(
            f"工作表“{sheet.name}”落款行之后还有 {len(rest)} 行内容（第 {rest[0]} 行起）未读取"
        )
