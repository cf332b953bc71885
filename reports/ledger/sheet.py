"""Collects the rows of the P0 附件4 ledger from a workbook: merged cells, notes, footer. Pure."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from parks.names import name_key
from reports.layouts.columns import Kind
from reports.layouts.longgang_4 import COLUMNS
from reports.ledger.headings import FINDER, LIKELY_HEADINGS
from reports.ledger.words import BLANK
from reports.reading.headings import SERIAL, Heads
from reports.reading.sheet_parts import Broken, Sheet, UnreadableWorkbook, Value, as_date

MAX_LAYOUTS = 50


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


_DATES = frozenset(column.slug for column in COLUMNS if column.kind == Kind.DATE)
_REQUIRED = frozenset(column.slug for column in COLUMNS if column.required)
_SIGNED = re.compile(
    r"(?:填报|填表|制表|审核|审批|复核|校对|负责|分管|主管|主要|单位|部门|联系|经办|签发|报送|上报|日期|时间|盖章|公章|签字|电话)"
    r"[^:]{0,12}:|.*单位\((?:公章|盖章)\)|.*\((?:公章|盖章|签章|印章)\)$|.*(?:填报人|填报时间):|(?:填报|填表|制表|审核|审批|经办|负责)人?(?:签字|签名)?$"
)
"""单位（公章） · 填报人： · 填报时间：, and what offices put in their stead. Matched against name_key."""
_DITTO = frozenset(("同上", "同上行", "同上栏", "〃", "″", '"', "”", "''"))
"""As parks.names.name_key: what stands in the row above."""
_NOTHING_ABOVE = Broken("写的是“同上”，但本表上一行这一栏没有内容，请照填")
_TOTAL = re.compile(r"(?:本页|本表)?(?:合计|总计|小计|共计)")
_ASIDE = re.compile(rf"{_TOTAL.pattern}|(?:附?注|备注|说明|填表说明)[:\d]")
_LONE = re.compile(
    r"\(?无\)?$|填表说明|[-—]*\(?以下(?:空白|无正文)"
    r"|(?:20\d\d年)?\d{0,2}月\d{0,2}日$|20\d\d[-./]\d\d?[-./]\d\d?(?:00:00:00)?$"
)
"""What is no data as the only cell of its row: nil, the end, the day under a letter."""
_UNIT = re.compile(r".{2,30}(?:局|大队|中心|委员会|管委会|办公室|办事处|政府|专班)$")
"""The unit under a letter; in its own column it may go on with the row above, and is pointed out."""


def find_ledger(sheets: list[Sheet]) -> Ledger:
    """Collect the rows of all visible sheets with the form's headings.

    Raises UnreadableWorkbook, naming the missing headings, when no sheet has them all.
    """
    ledger, incomplete = Ledger(), []
    hidden = [f"工作表“{sheet.name}”是隐藏的" for sheet in sheets if sheet.hidden]
    found = False
    for sheet in sheets:
        heads = FINDER.find(sheet)
        if not heads.missing:
            found = True
            _Collector(sheet, heads, ledger).run()
        elif len(heads.columns) >= LIKELY_HEADINGS:
            missing = "、".join(heads.missing)
            incomplete.append(f"工作表“{sheet.name}”第 {heads.last} 行缺少列：{missing}")
    if not found:
        raise UnreadableWorkbook(_why_none(incomplete, hidden))
    ledger.remarks += [f"{line}，该表未读取" for line in incomplete]
    ledger.remarks += [f"{line}，未读取；如需导入请先取消隐藏" for line in hidden]
    return ledger


def _why_none(incomplete: list[str], hidden: list[str]) -> str:
    if incomplete:
        return "；".join(incomplete) + "。请补全表头后再上传"
    why = f"没有找到隐患整治清单的表头，表中须有这些列：{'、'.join(FINDER.none.missing)}"
    return f"{why}；{'；'.join(hidden)}，如清单在其中请先取消隐藏" if hidden else why


class _Collector:
    """Walks down one sheet; headings that come again, in whatever order, begin the table anew."""

    def __init__(self, sheet: Sheet, heads: Heads, ledger: Ledger) -> None:
        self.sheet, self.ledger = sheet, ledger
        self.numbers = sorted(number for number in sheet.rows if number > heads.last)
        self.ended = self.noted = False
        self.layouts = 0
        self.left_out: list[int] = []
        self.stubs: list[int] = []
        self.above: dict[str, Value] = {}
        self._take(heads)

    def _take(self, heads: Heads) -> None:
        self.last, self.columns = heads.last, heads.columns
        self.inherited = _inherited(self.sheet, heads.last, self.numbers, set(heads.columns.values()))
        self.layouts += 1
        if self.layouts > MAX_LAYOUTS:
            raise UnreadableWorkbook(f"工作表“{self.sheet.name}”中列序不同的表超过 {MAX_LAYOUTS} 张，请拆分")
        if heads.unread:
            names = "、".join(heads.unread[:10])
            self.ledger.remarks.append(f"工作表“{self.sheet.name}”的列“{names}”不在清单格式之内，未读取")

    def run(self) -> None:
        """Collect the rows; remark on those below the footer."""
        for number in self.numbers:
            if number > self.last and not self._begins_anew(number):
                self._row(number)
        if self.left_out:
            self.ledger.remarks.append(
                f"工作表“{self.sheet.name}”落款行之后还有 {len(self.left_out)} 行内容"
                f"（第 {self.left_out[0]} 行起）未读取"
            )
        if self.stubs:
            shown = "、".join(map(str, self.stubs[:10])) + (" 等" if len(self.stubs) > 10 else "")
            self.ledger.remarks.append(
                f"工作表“{self.sheet.name}”第 {shown} 行没有填写隐患内容"
                f"（园区、位置、描述、类型和日期都是空的），未读取"
            )

    def _begins_anew(self, number: int) -> bool:
        if FINDER.count(dict(self.sheet.rows[number])) < LIKELY_HEADINGS:
            return False
        heads = FINDER.at(self.sheet, number)
        if heads.missing:
            return False
        if self.ended:  # lines to sign part two tables: the row above is of another one
            self.above = {}
        self.ended = self.noted = False
        if heads.columns != self.columns:
            self._take(heads)
        self.last = heads.last
        return True

    def _row(self, number: int) -> None:
        filled = self.sheet.rows[number]
        own = {slug: filled[column] for slug, column in self.columns.items() if column in filled}
        if self.ended:
            if len(filled) >= LIKELY_HEADINGS:
                self.left_out.append(number)
        elif _is_signed(filled, own):
            self.ended = True
        elif self._is_data(number, filled, own):
            self.noted = False
            above = self.inherited.get(number, {})
            if not own.keys() & _REQUIRED:
                self._go_on(number, {s for s, column in self.columns.items() if column in above}, own)
                return
            cells = {slug: above[column] for slug, column in self.columns.items() if column in above} | own
            self.above = {slug: self._as_above(slug, value) for slug, value in cells.items()}
            self.ledger.rows.append(RawRow(self.sheet.name, number, self._with_dates(self.above)))

    def _is_data(self, number: int, filled: dict[int, Value], own: dict[str, Value]) -> bool:
        """Not a stub with only a serial, a repeated heading row, a note, a total or the columns' numbers."""
        first = name_key(str(filled[min(filled)]))
        if _TOTAL.fullmatch(first) or (_ASIDE.match(first) and not _is_full(own)):
            self.noted = len(filled) == 1
            return False
        if len(filled) == 1 and (self.noted or _is_lone(first, own) or self._is_wide(number)):
            return False
        if all(slug == SERIAL or name_key(str(value)) in BLANK for slug, value in own.items()):
            return False
        return FINDER.count(dict(filled)) < LIKELY_HEADINGS and not is_ruler(filled)

    def _go_on(self, number: int, inherited: set[str], own: dict[str, Value]) -> None:
        """A row that names no hazard: under merged cells it goes on with the one above, else it is a stub."""
        if inherited >= _REQUIRED and self.ledger.rows:
            cells = self.ledger.rows[-1].cells
            for slug, value in own.items():
                before = cells.get(slug)
                if before is None or isinstance(value, Broken):
                    cells[slug] = value
                elif not isinstance(before, Broken):
                    cells[slug] = f"{before}\n{value}"
        else:
            # 整治进度 drawn down beyond the last hazard: no fault, but no secret either.
            self.stubs.append(number)

    def _as_above(self, slug: str, value: Value) -> Value:
        """The cell; for 同上 what the row above in this table has, or means in its turn."""
        return self.above.get(slug, _NOTHING_ABOVE) if name_key(str(value)) in _DITTO else value

    def _is_wide(self, number: int) -> bool:
        """A line merged over the table: a title between two parts of it, or a note."""
        return any(right - left >= 3 for left, right in self.sheet.spans.get(number, ()))

    def _with_dates(self, cells: dict[str, Value]) -> dict[str, Value]:
        """A bare number in a column of dates counts from 1904 where the workbook does."""
        if not self.sheet.date_1904:
            return cells
        bare = {s: v for s, v in cells.items() if s in _DATES and isinstance(v, int | float)}
        return cells | {slug: as_date(value, True) for slug, value in bare.items() if value < 100_000}


def _is_lone(text: str, own: dict[str, Value]) -> bool:
    return bool(_LONE.match(text) or ("department" not in own and _UNIT.match(text)))


def _is_full(own: dict[str, Value]) -> bool:
    """Three of the columns that must be filled are, with something else than a place to sign."""
    said = [v for slug, v in own.items() if slug in _REQUIRED and not _SIGNED.match(name_key(str(v)))]
    return len(said) >= 3


def _is_signed(filled: dict[int, Value], own: dict[str, Value]) -> bool:
    """The line 单位（公章） · 填报人： · 填报时间： under the table, in whatever columns its parts stand."""
    texts = [name_key(value) for value in filled.values() if isinstance(value, str)]
    signed = [text for text in texts if _SIGNED.match(text)]
    described = name_key(str(own.get("description", "")))
    # 审核人： and 填报人： with the names in cells beside them may fill as many columns as a row does.
    return bool(signed) and (not _is_full(own) or (len(signed) > 1 and described in ("", *signed)))


def is_ruler(filled: dict[int, Value]) -> bool:
    """Whether a row holds the columns' numbers 1 2 3 … or letters A B C … under the headings."""
    marks = [name_key(str(value)).strip("()") for _, value in sorted(filled.items())]
    if len(marks) < LIKELY_HEADINGS:
        return False
    if all(mark.isdecimal() and len(mark) <= 2 for mark in marks):
        return all(int(b) - int(a) == 1 for a, b in pairwise(marks))
    return all(len(m) == 1 and "a" <= m <= "z" for m in marks) and marks == sorted(set(marks))


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
        rows = rows_between(numbers, first + 1, last)
        filled += len(rows)
        if filled > len(numbers) * len(wanted):
            raise UnreadableWorkbook(f"工作表“{sheet.name}”的合并单元格互相重叠，请重新合并后再导入")
        for number in rows:
            inherited.setdefault(number, {}).setdefault(left, value)
    return inherited


def rows_between(numbers: list[int], first: int, last: int) -> list[int]:
    """The numbers, of a sorted list, from first to last."""
    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
