"""Finds which official form of a plan a workbook holds, and collects its rows. Pure.

As with the ledger (reports/ledger/sheet.py), headings may stand in one row or two and in any order; but
here cells that stay blank under the one above mean the same as merged ones where the form says so.
"""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from parks.names import name_key
from reports.enums import PlanForm
from reports.layouts import longgang_1, longgang_2, longgang_3, taizhou_1, zhengyang_1
from reports.layouts.columns import Column
from reports.ledger.sheet import RawRow, is_ruler, rows_between
from reports.reading.headings import HEADING_SEARCH_ROWS, SERIAL, HeadFinder, Heads, heading_key
from reports.reading.sheet_parts import Sheet, UnreadableWorkbook, Value

MAX_ROWS = 2_000
SHOWN_MERGES = 5
SIGNED_CHARS = 60
"""A place to sign is short; what is longer is prose."""


@dataclass(frozen=True)
class FormSpec:
    """How one form is read.

    inherits: columns whose blank cells mean what stands above, the outer before the inner; a new value
    in an outer one ends what the inner ones said. merged: columns where only merged cells do.
    """

    form: PlanForm
    columns: tuple[Column, ...]
    finder: HeadFinder
    inherits: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


def _spec(
    form: PlanForm,
    columns: tuple[Column, ...],
    likely: int,
    *,
    inherits: tuple[str, ...] = (),
    merged: tuple[str, ...] = (),
    grouped: dict[str, str] | None = None,
) -> FormSpec:
    return FormSpec(form, columns, HeadFinder(columns, likely=likely, grouped=grouped), inherits, merged)


_UNDER_GROUPS = {
    f"{longgang_3.PARK}电话": "contact_phone",
    f"{longgang_3.PARK}联系人": "contact_name",
    f"{longgang_3.TASK_FORCE}联系电话": "phone",
}
"""Two columns are called by nearly the same name; the heading above says whose phone it is."""

SPECS: dict[str, FormSpec] = {
    spec.form.value: spec
    for spec in (
        _spec(PlanForm.DUTIES, longgang_1.COLUMNS, 2, merged=("unit",)),
        _spec(PlanForm.MEASURES, longgang_2.COLUMNS, 4, inherits=("category",)),
        _spec(PlanForm.TASK_FORCES, longgang_3.COLUMNS, 4, inherits=("department",), grouped=_UNDER_GROUPS),
        _spec(PlanForm.CONTACTS, taizhou_1.COLUMNS, 3, merged=("unit",)),
        _spec(PlanForm.WORK_ITEMS, zhengyang_1.COLUMNS, 4, inherits=("action", "task")),
    )
}


@dataclass
class FormRows:
    """The rows of one form, the columns that were found, and remarks on what was left out."""

    spec: FormSpec
    rows: list[RawRow] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    remarks: list[str] = field(default_factory=list)


def find_form(sheets: list[Sheet], wanted: str = "") -> FormRows:
    """Collect the rows of the form that the workbook holds, or of the one wanted.

    Raises UnreadableWorkbook, naming the sheet and the nearest heading, when no form's headings are
    complete, and when two forms' are: nothing is guessed.
    """
    visible = [sheet for sheet in sheets if not sheet.hidden]
    specs = [SPECS[wanted]] if wanted else list(SPECS.values())
    found = {spec.form: heads for spec in specs if (heads := _complete(spec, visible))}
    if not found:
        raise UnreadableWorkbook(_why_none(specs, visible, sheets))
    form = _only(found)
    rows = FormRows(SPECS[form])
    for sheet in visible:
        if here := found[form].get(sheet.name):
            _Collector(sheet, here, rows).run()
            rows.columns |= frozenset(here.columns)
        elif sheet.rows:
            rows.remarks.append(f"工作表“{sheet.name}”不是“{form.label}”，未读取")
    rows.remarks += [f"工作表“{s.name}”是隐藏的，未读取；如需导入请先取消隐藏" for s in sheets if s.hidden]
    if len(rows.rows) > MAX_ROWS:
        raise UnreadableWorkbook(f"表中有 {len(rows.rows)} 行，超过 {MAX_ROWS} 行，请拆分后分批导入")
    if not rows.rows:
        raise UnreadableWorkbook(f"找到了“{form.label}”的表头，但表头下面没有内容，请填写后再上传")
    return rows


def _complete(spec: FormSpec, sheets: list[Sheet]) -> dict[str, Heads]:
    """Sheet name → headings, where none is missing."""
    heads = {sheet.name: spec.finder.find(sheet) for sheet in sheets}
    return {name: found for name, found in heads.items() if not found.missing}


def _only(found: dict[PlanForm, dict[str, Heads]]) -> PlanForm:
    """The form with most of its columns; a sheet may look like a shorter form as well."""
    size = {form: max(len(one.columns) for one in heads.values()) for form, heads in found.items()}
    by_sheet = {
        name: max((form for form in found if name in found[form]), key=lambda form: size[form])
        for heads in found.values()
        for name in heads
    }
    forms = list(dict.fromkeys(by_sheet.values()))
    if len(forms) > 1:
        names = "、".join(f"“{form.label}”" for form in forms)
        raise UnreadableWorkbook(f"工作簿里有几种表：{names}。请在上传时选择导入哪一种，其余的再分别导入")
    return forms[0]


def _why_none(specs: list[FormSpec], visible: list[Sheet], sheets: list[Sheet]) -> str:
    """The sheet and row that come nearest to a form: what its heading should be, and what was found."""
    near = [
        (*_nearness(spec, heads), sheet.name, spec, heads)
        for spec in specs
        for sheet in visible
        for number in sorted(sheet.rows)[:HEADING_SEARCH_ROWS]
        if (heads := spec.finder.at(sheet, number)).columns
    ]
    score, typos, name, spec, heads = max(
        near, key=lambda one: one[0], default=(0.0, {}, "", specs[0], Heads())
    )
    if not near or score < 1.5:
        forms = "；".join(f"{one.form.label}须有“{'”“'.join(one.finder.none.missing)}”" for one in specs)
        hidden = "、".join(f"“{sheet.name}”" for sheet in sheets if sheet.hidden)
        return f"没有找到表头。{forms}" + (
            f"。工作表{hidden}是隐藏的，如在其中请先取消隐藏" if hidden else ""
        )
    parts = [
        f"应有“{heading}”，这里写的是“{typos[heading]}”" if heading in typos else f"缺少“{heading}”一列"
        for heading in heads.missing
    ]
    told = "；".join(parts)
    return f"工作表“{name}”第 {heads.last} 行像是“{spec.form.label}”的表头，但{told}。请改正表头后再上传"


def _nearness(spec: FormSpec, heads: Heads) -> tuple[float, dict[str, str]]:
    """How near a row is to the form: headings known and nearly known; missing heading → what was found."""
    unread = {heading_key(text): text for text in heads.unread}
    typos: dict[str, str] = {}
    for heading in heads.missing:
        if close := get_close_matches(heading_key(heading), list(unread), n=1, cutoff=0.5):
            typos[heading] = unread.pop(close[0])
    share = len(heads.columns) / len(spec.columns)
    return len(heads.columns) + 0.5 * len(typos) + share, typos


_SIGNED = re.compile(
    r"(?:填报|填表|制表|审核|审批|复核|校对|经办|签发|报送|上报)(?:人|单位|时间|日期|领导)?[^:]{0,6}:"
    r"|(?:联系电话|联系人|日期|时间|单位)[^:]{0,8}:|.{0,20}\((?:公章|盖章|签章)\)|.{0,20}(?:填报人|填报时间|填表人):"
)
_ASIDE = re.compile(
    r"(?:本页|本表)?(?:合计|总计|小计|共计)\d*[^\d]?|(?:附?注|备注|说明|填表说明)[:\d]|填表说明"
)
_LONE = re.compile(
    r"\(?无\)?$|[-—]*\(?以下(?:空白|无正文)|\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?(?:00:00:00)?$"
)
"""Alone in a row it is no data: nothing, the end of the table, the day on which it was signed."""


class _Collector:
    """Walks down one sheet below its headings."""

    def __init__(self, sheet: Sheet, heads: Heads, rows: FormRows) -> None:
        self.sheet, self.rows, self.spec = sheet, rows, rows.spec
        self.columns, self.last = heads.columns, heads.last
        self.above: dict[str, Value] = {}
        self.noted = False
        if heads.unread:
            names = "、".join(heads.unread[:10])
            rows.remarks.append(f"工作表“{sheet.name}”的列“{names}”不在表格格式之内，未读取")

    def run(self) -> None:
        """Collect the rows; remark on merged cells that count for their first row only."""
        numbers = sorted(number for number in self.sheet.rows if number > self.last)
        merged = self._merged(numbers)
        for number in numbers:
            if number > self.last and not self._begins_anew(number):
                self._row(number, merged.get(number, {}))

    def _begins_anew(self, number: int) -> bool:
        """Headings printed again on another page, in whatever order."""
        if self.spec.finder.count(dict(self.sheet.rows[number])) < self.spec.finder.likely:
            return False
        heads = self.spec.finder.at(self.sheet, number)
        if heads.missing:
            return False
        self.columns, self.last, self.noted = heads.columns, heads.last, False
        return True

    def _row(self, number: int, merged: dict[str, Value]) -> None:
        filled = self.sheet.rows[number]
        own = {slug: filled[column] for slug, column in self.columns.items() if column in filled}
        if not self._is_data(number, filled, own):
            return
        self.noted = False
        cells = merged | own
        for place, slug in enumerate(self.spec.inherits):
            if slug in cells:
                self.above[slug] = cells[slug]
                for inner in self.spec.inherits[place + 1 :]:
                    self.above.pop(inner, None)
        inherited = {slug: self.above[slug] for slug in self.spec.inherits if slug in self.above}
        self.rows.rows.append(RawRow(self.sheet.name, number, inherited | cells))

    def _is_data(self, number: int, filled: dict[int, Value], own: dict[str, Value]) -> bool:
        """Not a stub with only a serial, a note, a total, a place to sign or the columns' numbers."""
        first = name_key(str(filled[min(filled)]))
        if self._is_signed(filled, own) or (not self._is_full(own) and _ASIDE.match(first)):
            self.noted = len(filled) == 1
            return False
        if len(filled) == 1 and (self.noted or _LONE.match(first) or self._is_wide(number)):
            return False
        return bool(own.keys() - {SERIAL}) and not is_ruler(filled)

    def _is_full(self, own: dict[str, Value]) -> bool:
        """What a row must say itself, it does."""
        elsewhere = (*self.spec.inherits, *self.spec.merged)
        return all(c.slug in own for c in self.spec.columns if c.required and c.slug not in elsewhere)

    def _is_signed(self, filled: dict[int, Value], own: dict[str, Value]) -> bool:
        """单位（公章） · 填报人： · 填报时间：, with the names behind the colons or in cells beside them."""
        texts = [name_key(value) for _, value in sorted(filled.items()) if isinstance(value, str)]
        signed = [text for text in texts if len(text) <= SIGNED_CHARS and _SIGNED.match(text)]
        alone = bool(texts) and texts[0] in signed and texts[0].endswith(":")
        return len(signed) > 1 or alone or (bool(signed) and not self._is_full(own))

    def _is_wide(self, number: int) -> bool:
        """A line merged over the table: a title between two parts of it, or a note."""
        wide = min(3, len(self.columns))
        return any(right - left + 1 >= wide for left, right in self.sheet.spans.get(number, ()))

    def _merged(self, numbers: list[int]) -> dict[int, dict[str, Value]]:
        """Row → slug → value for cells merged under a filled one, in columns where that says something."""
        slugs = {column: slug for slug, column in self.columns.items()}
        found: dict[int, dict[str, Value]] = {}
        left_out = []
        for first, left, last, _right in self.sheet.merges:
            value, slug = self.sheet.rows.get(first, {}).get(left), slugs.get(left)
            if value is None or slug is None or first <= self.last or last == first:
                continue
            below = rows_between(numbers, first + 1, last)
            if slug in self.spec.inherits or slug in self.spec.merged:
                for number in below:
                    found.setdefault(number, {}).setdefault(slug, value)
            elif slug != SERIAL and below:
                left_out.append(f"第 {first}—{last} 行的“{self.spec.finder.heading_of(slug)}”")
        if left_out:
            self.rows.remarks.append(
                f"工作表“{self.sheet.name}”{'、'.join(left_out[:SHOWN_MERGES])}等是合并单元格，"
                "只算作首行的内容；如各行相同，请逐行填写"
            )
        return found
