"""What the rows of a plan's forms say: duties, measures, task forces, contacts, work. Pure.

A row with a fault is told by sheet, row, column and reason, and gives no fact.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from campaigns.dates import DateFault, Span, parse_deadline
from campaigns.models import Category, Measure, Responsibility, TaskForce, UnitContact, UnitDuty, WorkItem
from campaigns.parties import split_names
from campaigns.timing import Reading, read_timing, shown_deadline
from parks.models import Department, Park
from reports.enums import PlanForm
from reports.ledger.checked import Fault
from reports.ledger.sheet import RawRow
from reports.plan_forms.sheets import FormRows, FormSpec
from reports.reading.sheet_parts import Broken, Value


@dataclass(frozen=True)
class Place:
    """Where in the workbook a fact stands."""

    sheet: str
    row: int


@dataclass(frozen=True)
class Timed:
    """A deadline: its wording, and what it means or why it means nothing."""

    text: str
    reading: Reading | None = None
    why: str = ""


@dataclass(frozen=True)
class Fact:
    """One row; `at` is its place."""

    at: Place


@dataclass(frozen=True)
class DutyFact(Fact):
    """One numbered duty of a cell in P0 附件1."""

    unit: str
    number: int
    text: str


@dataclass(frozen=True)
class MeasureFact(Fact):
    """A row of P0 附件2. cooperating is None where the form has no such column."""

    category: str
    title: str
    deadline: Timed
    responsible: tuple[str, ...]
    cooperating: tuple[str, ...] | None


@dataclass(frozen=True)
class TaskForceFact(Fact):
    """A row of P0 附件3. texts: the cells of columns that are there, blank ones as ""."""

    park: str
    unit: str
    texts: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class ContactFact(Fact):
    """A row of P1 附件1; texts as in TaskForceFact."""

    unit: str
    name: str
    texts: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class ItemFact(Fact):
    """A row of P3 附件1. action and task are None where the form has no such column."""

    action: str | None
    task: str | None
    title: str
    responsible: tuple[str, ...]
    deadline: Timed


def _longest(model: type, name: str) -> int:
    return int(model._meta.get_field(name).max_length)  # type: ignore[attr-defined]


_UNIT = _longest(Department, "name")
_RAW = _longest(Responsibility, "raw")
_LENGTHS: dict[str, dict[str, int]] = {
    PlanForm.DUTIES: {"unit": _UNIT},
    PlanForm.MEASURES: {"category": _longest(Category, "name"), "title": _longest(Measure, "title")},
    PlanForm.TASK_FORCES: {
        "park": _longest(Park, "name"),
        "department": _UNIT,
        "contact_name": _longest(Park, "contact_name"),
        "contact_phone": _longest(Park, "contact_phone"),
        **{name: _longest(TaskForce, name) for name in ("leader", "owner", "liaison", "phone", "note")},
    },
    PlanForm.CONTACTS: {
        "unit": _UNIT,
        **{name: _longest(UnitContact, name) for name in ("name", "post", "phone", "note")},
    },
    PlanForm.WORK_ITEMS: {name: _longest(WorkItem, name) for name in ("action", "task", "title")},
}
_DEADLINE = _longest(Measure, "raw_deadline")
_DUTY = _longest(UnitDuty, "text")


class FactReader:
    """Reads the rows of a form one by one; faults gather in `faults`."""

    def __init__(self, found: FormRows, span: Span) -> None:
        self.found, self.span = found, span
        self.spec: FormSpec = found.spec
        self.faults: list[Fault] = []
        self._faulty = False

    def read(self) -> Iterator[Fact]:
        """The facts of the rows without faults."""
        facts_of = _READERS[self.spec.form]
        for row in self.found.rows:
            self._faulty = False
            facts = list(facts_of(self, row))
            if not self._faulty:
                yield from facts
                continue
            for fact in facts:
                # All faults of a row in one round; of other rows it is judged beside the stored one.
                if isinstance(fact, MeasureFact | ItemFact) and fact.deadline.why:
                    self.fault(row, "deadline", fact.deadline.why)

    def has(self, slug: str) -> bool:
        """Whether the form came with this column."""
        return slug in self.found.columns

    def fault(self, row: RawRow, slug: str, why: str) -> None:
        """Note why the row cannot be taken."""
        self._faulty = True
        self.faults.append(Fault(row.sheet, row.row, self.spec.finder.heading_of(slug), why))

    def line(self, row: RawRow, slug: str, *, required: bool = False) -> str:
        """A name, which a narrow column may have broken over lines."""
        return self.text(row, slug, required=required).replace("\n", "")

    def text(self, row: RawRow, slug: str, *, required: bool = False) -> str:
        """The cell as one text without blanks around its lines."""
        value = row.cells.get(slug)
        if isinstance(value, Broken):
            self.fault(row, slug, value.why)
            return ""
        text = _lines(shown_value(value))
        longest = _LENGTHS[self.spec.form].get(slug)
        if longest and len(text) > longest:
            self.fault(row, slug, f"有 {len(text)} 字，超过 {longest} 字，请精简")
        if required and not text:
            self.fault(row, slug, "没有填写")
        return text

    def one_unit(self, row: RawRow, slug: str) -> str:
        """The only unit that a cell names."""
        text = self.text(row, slug, required=True)
        names = split_names(text)
        if len(names) > 1:
            self.fault(row, slug, f"这里只能填一个单位，现有 {len(names)} 个：{'、'.join(names)}")
        elif text and not names:
            self.fault(row, slug, f"“{text}”不是单位名称")
        return names[0] if names else ""

    def units(self, row: RawRow, slug: str, *, required: bool = False) -> tuple[str, ...]:
        """The units and sets that a cell names, each once."""
        text = self.text(row, slug, required=required)
        names = tuple(dict.fromkeys(split_names(text)))
        if text and not names:
            self.fault(row, slug, f"“{text}”不是单位名称")
        for name in names:
            if len(name) > _RAW:
                self.fault(row, slug, f"单位名称“{name[:20]}…”超过 {_RAW} 字，请核对")
        return names

    def deadline(self, row: RawRow, slug: str) -> Timed:
        """The deadline with its wording; whether the wording is a fault is known once its row is."""
        value = row.cells.get(slug)
        if value is None or isinstance(value, Broken):
            self.text(row, slug, required=True)
            return Timed("")
        try:
            text = _deadline_text(value, self.span)
        except DateFault as fault:
            self.fault(row, slug, str(fault))
            return Timed("")
        if len(text) > _DEADLINE:
            self.fault(row, slug, f"有 {len(text)} 字，超过 {_DEADLINE} 字，请精简")
        try:
            return Timed(text, read_timing(text, self.span))
        except DateFault as fault:
            return Timed(text, why=str(fault))


def shown_value(value: Value | None) -> str:
    """A cell's value as people read it."""
    if value is None or isinstance(value, Broken):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)


def _lines(text: str) -> str:
    """Lines without blanks around them, U+3000 included; empty ones go."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _deadline_text(value: Value, span: Span) -> str:
    """The wording of a deadline; a number that stands for a date is worded."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        deadline = parse_deadline(value, span)
        return shown_deadline(deadline.day, deadline.precision)
    return _lines(shown_value(value))


_NUMBERED = re.compile(r"^(?:[(（]?\d{1,2}[)）]?\s*[.．、:：]\s*|[(（]\d{1,2}[)）]\s*|[①-⑳]\s*)(?!\d)")


def numbered_lines(text: str) -> list[str]:
    """The duties of one cell: each numbered line is one, and a line without number goes on with it.

    Where no line is numbered, each line is one.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    starts = [bool(_NUMBERED.match(line)) for line in lines]
    if not any(starts):
        return lines
    found: list[str] = []
    for line, begins in zip(lines, starts, strict=True):
        if begins or not found:
            found.append(_NUMBERED.sub("", line))
        else:
            found[-1] += line
    return [one for one in found if one]


def _duties(reader: FactReader, row: RawRow) -> Iterator[Fact]:
    unit = reader.one_unit(row, "unit")
    texts = numbered_lines(reader.text(row, "duties", required=True))
    for number, text in enumerate(texts, start=1):
        if len(text) > _DUTY:
            reader.fault(row, "duties", f"第 {number} 条有 {len(text)} 字，超过 {_DUTY} 字，请精简")
        yield DutyFact(_place(row), unit, number, text)


def _measure(reader: FactReader, row: RawRow) -> Iterator[Fact]:
    yield MeasureFact(
        _place(row),
        reader.line(row, "category", required=True),
        reader.text(row, "title", required=True),
        reader.deadline(row, "deadline"),
        reader.units(row, "responsible", required=True),
        reader.units(row, "cooperating") if reader.has("cooperating") else None,
    )


def _task_force(reader: FactReader, row: RawRow) -> Iterator[Fact]:
    texts = ("contact_name", "contact_phone", "leader", "owner", "liaison", "phone", "note")
    yield TaskForceFact(
        _place(row),
        reader.line(row, "park", required=True),
        reader.one_unit(row, "department"),
        {slug: reader.line(row, slug) for slug in texts if reader.has(slug)},
    )


def _contact(reader: FactReader, row: RawRow) -> Iterator[Fact]:
    yield ContactFact(
        _place(row),
        reader.one_unit(row, "unit"),
        reader.line(row, "name", required=True),
        {slug: reader.line(row, slug) for slug in ("post", "phone", "note") if reader.has(slug)},
    )


def _item(reader: FactReader, row: RawRow) -> Iterator[Fact]:
    yield ItemFact(
        _place(row),
        reader.line(row, "action") if reader.has("action") else None,
        reader.text(row, "task") if reader.has("task") else None,
        reader.text(row, "title", required=True),
        reader.units(row, "responsible", required=True),
        reader.deadline(row, "deadline"),
    )


def _place(row: RawRow) -> Place:
    return Place(row.sheet, row.row)


_READERS: dict[str, Callable[[FactReader, RawRow], Iterator[Fact]]] = {
    PlanForm.DUTIES: _duties,
    PlanForm.MEASURES: _measure,
    PlanForm.TASK_FORCES: _task_force,
    PlanForm.CONTACTS: _contact,
    PlanForm.WORK_ITEMS: _item,
}
