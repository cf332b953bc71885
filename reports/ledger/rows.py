"""Checks the rows of a ledger against a campaign and says what each would become. Reads only.

A name is taken when it is exactly that of a park, kind or unit (parks.names.name_key); one that is
merely similar is shown as a question and never taken (domain §7).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import TypeVar

from campaigns.dates import DateFault, Span, parse_day, parse_deadline
from campaigns.models import Campaign, Category, TaskForce
from campaigns.queries import Scope, means_task_force, units_by_name
from hazards.findings import LedgerRow
from hazards.queries import imported_before
from parks.models import Department, Enterprise, Park
from parks.names import name_key
from reports.ledger.headings import FINDER
from reports.ledger.rules import may_import_into
from reports.ledger.sheet import RawRow
from reports.ledger.words import CellFault, import_key, split_where, status_of, without_number
from reports.reading.sheet_parts import Broken

MAX_NAME = 120
MAX_DESCRIPTION = 2000
MAX_DIFFICULTY = 500
MAX_NOTE = 2000
MAX_HINTS = 500

_UNIT_BREAK = re.compile(r"[\n、，,；;]")
_LOOSE_BREAK = re.compile(r"[\s/／+]+|和|与|及")
"""Marks that also stand within a name: they part a cell only where every part is a name on record."""
_BLANK = frozenset(("", "/", "\\", "-", "--", "—", "——", "无", "空"))


@dataclass(frozen=True)
class Fault:
    """One reason for which one row cannot be taken, by sheet, row and column heading."""

    sheet: str
    row: int
    column: str
    why: str

    def __str__(self) -> str:
        where = f"“{self.column}”" if self.column else ""
        return f"工作表“{self.sheet}”第 {self.row} 行{where}：{self.why}"


@dataclass
class Entry:
    """A row that can be taken: the hazard it becomes, and the enterprise to create with it if any."""

    raw: RawRow
    hazard: LedgerRow
    new_enterprise: str = ""


@dataclass
class Checked:
    """What a ledger comes to. Nothing may be saved while there are faults or unknown units."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    faulty: list[RawRow] = field(default_factory=list)
    waiting: list[RawRow] = field(default_factory=list)
    unknown_units: dict[str, int] = field(default_factory=dict)
    existing: list[RawRow] = field(default_factory=list)
    doubled: list[tuple[RawRow, RawRow]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        """Rows that are already there, in the campaign or further up in the file."""
        return len(self.existing) + len(self.doubled)

    @property
    def importable(self) -> bool:
        """Whether the ledger as a whole may be saved."""
        return not self.faulty and not self.waiting


T = TypeVar("T")


class LedgerChecker:
    """Checks row after row; holds what the campaign knows so that 20,000 rows cost a few queries."""

    def __init__(
        self,
        campaign: Campaign,
        scope: Scope,
        aliases: Mapping[str, Department] | None = None,
        unit_fault: Callable[[str], str] | None = None,
    ) -> None:
        """`aliases`: name_key of a unit's other name → the unit, besides those on record.

        An unknown unit is a question about the whole workbook; with `unit_fault`, which words it, it
        is a fault of its row instead: for where nobody can be asked.
        """
        self.campaign = campaign
        self.scope = scope
        self.aliases = dict(aliases or {})
        self.unit_fault = unit_fault
        self.today = campaign.today()
        self.span = Span(campaign.starts_on, campaign.ends_on)
        self._rights: dict[int, bool] = {}
        self._hints: dict[str, str] = {}

    @cached_property
    def task_forces(self) -> dict[str, list[TaskForce]]:
        """The campaign's parks by name, each with its task force."""
        found: dict[str, list[TaskForce]] = {}
        for task_force in self.campaign.task_forces.select_related("park", "department"):
            found.setdefault(task_force.park.name_key, []).append(task_force)
        return found

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The campaign's kinds by full and short name."""
        kinds = list(self.campaign.categories.all())
        short = {name_key(kind.short_name): kind for kind in kinds if kind.short_name}
        return short | {name_key(kind.name): kind for kind in kinds}

    @cached_property
    def category_names(self) -> str:
        """The kinds to choose from, in the plan's order."""
        return "、".join(kind.name for kind in self.campaign.categories.all())

    @cached_property
    def units(self) -> dict[str, list[Department]]:
        """The campaign's units by name and alias."""
        return units_by_name(self.campaign)

    @cached_property
    def enterprises(self) -> dict[tuple[int, str], Enterprise]:
        """Enterprises of the campaign's parks."""
        parks = Park.objects.filter(task_forces__campaign=self.campaign)
        return {(row.park_id, row.name_key): row for row in Enterprise.objects.filter(park__in=parks)}

    def check(self, rows: list[RawRow], progress: Callable[[int, int], None] | None = None) -> Checked:
        """Check all rows; `progress` is told (rows done, rows in all) now and then."""
        checked = Checked()
        seen: dict[str, RawRow] = {}
        for done, raw in enumerate(rows, start=1):
            entry = self._check_row(raw, checked)
            if entry is not None:
                first = seen.setdefault(entry.hazard.import_key, raw)
                if first is raw:
                    checked.entries.append(entry)
                else:
                    checked.doubled.append((raw, first))
            if progress and done % 100 == 0:
                progress(done, len(rows))
        self._set_existing_apart(checked)
        if progress:
            progress(len(rows), len(rows))
        return checked

    def _set_existing_apart(self, checked: Checked) -> None:
        keys = [entry.hazard.import_key for entry in checked.entries]
        known: set[str] = set()
        for start in range(0, len(keys), 500):
            known.update(imported_before(self.campaign, keys[start : start + 500]))
        checked.existing = [entry.raw for entry in checked.entries if entry.hazard.import_key in known]
        checked.entries = [entry for entry in checked.entries if entry.hazard.import_key not in known]

    def _check_row(self, raw: RawRow, checked: Checked) -> Entry | None:
        """The row as a hazard; None when it has faults or waits for an answer, which `checked` then holds."""
        row = _RowCheck(self, raw)
        entry = row.run()
        if row.faults:
            checked.faults += row.faults
            checked.faulty.append(raw)
        for name in row.unknown_units:
            checked.unknown_units[name] = checked.unknown_units.get(name, 0) + 1
        if row.unknown_units and not row.faults:
            checked.waiting.append(raw)
        return None if row.faults or row.unknown_units else entry

    def units_called(self, name: str) -> list[Department]:
        """Units of that exact name or alias."""
        key = name_key(name)
        return [self.aliases[key]] if key in self.aliases else self.units.get(key, [])

    def may_import(self, task_force: TaskForce) -> bool:
        """Whether the person may bring hazards of this park."""
        if task_force.pk not in self._rights:
            self._rights[task_force.pk] = may_import_into(self.scope, self.campaign, task_force)
        return self._rights[task_force.pk]

    def park_hint(self, name: str) -> str:
        """Up to three park names to ask about; none of them is taken. Looked for in the first names only."""
        if name not in self._hints and len(self._hints) >= MAX_HINTS:
            return ""
        if name not in self._hints:
            names = [found[0].park.name for found in self.task_forces.values()]
            near = get_close_matches(name[:MAX_NAME], names, n=3, cutoff=0.4)
            self._hints[name] = f"，是否为“{'”“'.join(near)}”？请改为准确名称" if near else ""
        return self._hints[name]


class _RowCheck:
    """The checks of one row; each column gives a value or a fault, and every fault is kept."""

    def __init__(self, checker: LedgerChecker, raw: RawRow) -> None:
        self.checker = checker
        self.raw = raw
        self.faults: list[Fault] = []
        self.unknown_units: list[str] = []

    def run(self) -> Entry | None:
        """All columns, whatever the others said."""
        for slug, value in self.raw.cells.items():
            if isinstance(value, Broken) and slug != "serial":
                self._fault(slug, value.why)
        task_force = self._take("park", self._task_force)
        where = self._take("where", self._where)
        description = self._take("description", self._description)
        category = self._take("category", self._category)
        found_on = self._take("found_on", self._found_on)
        due_on = self._take("due_on", lambda: self._due_on(found_on))
        units = self._take("department", lambda: self._departments(task_force))
        note = self._take("progress", lambda: self._text("progress", MAX_NOTE))
        difficulty = self._take("difficulty", lambda: self._text("difficulty", MAX_DIFFICULTY))
        if self.faults or self.unknown_units:
            return None
        assert task_force and where and description and category and found_on
        assert units is not None and note is not None and difficulty is not None
        place, enterprise_name = where
        # A place that is to the letter the name of an enterprise of the park says who it is, too.
        known = name_key(enterprise_name or place)
        enterprise = self.checker.enterprises.get((task_force.park_id, known))
        responsible, by_task_force, helping = units
        park, campaign = task_force.park, self.checker.campaign
        hazard = LedgerRow(
            park=park,
            task_force=task_force,
            enterprise=enterprise,
            place=place,
            description=description,
            category=category,
            # Until somebody is named, the unit that leads the park's task force answers for it.
            department=responsible or task_force.department,
            by_task_force=by_task_force,
            helping=helping,
            found_on=found_on,
            due_on=due_on,
            status=status_of(note, assigned=responsible is not None and due_on is not None),
            note=self._with_deadline_words(note, due_on),
            difficulty="" if name_key(difficulty) in ("无", "/") else difficulty,
            import_key=import_key(campaign, park, place, enterprise_name, description, found_on),
        )
        return Entry(self.raw, hazard, enterprise_name if enterprise is None else "")

    def _take(self, slug: str, read: Callable[[], T]) -> T | None:
        if isinstance(self.raw.cells.get(slug), Broken):
            return None
        try:
            return read()
        except (CellFault, DateFault) as fault:
            self._fault(slug, str(fault))
            return None

    def _fault(self, slug: str, why: str) -> None:
        self.faults.append(Fault(self.raw.sheet, self.raw.row, FINDER.heading_of(slug), why))

    def _text(self, slug: str, longest: int) -> str:
        text = self.raw.text(slug)
        if len(text) > longest:
            raise CellFault(f"最多 {longest} 字，现有 {len(text)} 字")
        return text

    def _task_force(self) -> TaskForce:
        name = self.raw.text("park")
        if not name:
            raise CellFault("没有填写")
        found = self.checker.task_forces.get(name_key(name), [])
        if not found:
            shown = name if len(name) <= 40 else f"{name[:40]}…"
            raise CellFault(f"本行动中没有园区“{shown}”{self.checker.park_hint(name)}")
        if len(found) > 1:
            raise CellFault(f"本行动中有 {len(found)} 个园区都叫“{name}”，请由牵头单位先区分名称")
        if not self.checker.may_import(found[0]):
            raise CellFault(f"您不是“{name}”专班或成员单位的人员，不能导入该园区的隐患")
        return found[0]

    def _where(self) -> tuple[str, str]:
        place, enterprise = split_where(self.raw.text("where"))
        for what, text in (("发生位置", place), ("企业名称", enterprise)):
            if len(text) > MAX_NAME:
                raise CellFault(f"{what}最多 {MAX_NAME} 字，现有 {len(text)} 字")
        return place, enterprise

    def _description(self) -> str:
        text = self._text("description", MAX_DESCRIPTION)
        if not text:
            raise CellFault("没有填写")
        return text

    def _category(self) -> Category:
        name = self.raw.text("category")
        for called in (name, without_number(name)):
            if found := self.checker.categories.get(name_key(called)):
                return found
        said = f"没有“{name[:40]}”这一类型" if name else "没有填写"
        raise CellFault(f"{said}，可填：{self.checker.category_names}")

    def _found_on(self) -> date:
        day = parse_day(self.raw.cells.get("found_on", ""), self.checker.span)
        if day > self.checker.today:
            raise CellFault(f"{_long(day)}晚于今天（{_long(self.checker.today)}）")
        return day

    def _due_on(self, found_on: date | None) -> date | None:
        value = self.raw.cells.get("due_on", "")
        if isinstance(value, str) and name_key(value) in _BLANK:
            return None
        day = parse_deadline(value, self.checker.span).day
        if day and found_on and day < found_on:
            raise CellFault(f"{_long(day)}早于问题上报日期（{_long(found_on)}）")
        return day

    def _with_deadline_words(self, note: str, due_on: date | None) -> str:
        """The note, and behind it what the deadline said where a day alone does not say it (domain §4)."""
        value = self.raw.cells.get("due_on", "")
        if not isinstance(value, str) or name_key(value) in _BLANK:
            return note
        if due_on and parse_deadline(value, self.checker.span).exact:
            return note
        words = f"{FINDER.heading_of('due_on')}：{value.strip()[:60]}"
        return f"{note}（{words}）" if note else words

    def _departments(
        self, task_force: TaskForce | None
    ) -> tuple[Department | None, bool, tuple[Department, ...]]:
        """Responsible unit, whether it is the park's task force, and the units that help."""
        units: list[tuple[Department, bool]] = []
        for name in self._unit_names():
            if self._means_task_force(name):
                if task_force:
                    units.append((task_force.department, True))
                continue
            found = self.checker.units_called(name)
            if len(found) > 1:
                raise CellFault(f"“{name}”可以指{'、'.join(unit.name for unit in found)}，请写全称")
            if found:
                units.append((found[0], False))
            elif self.checker.unit_fault:
                raise CellFault(self.checker.unit_fault(name))
            elif name not in self.unknown_units:
                self.unknown_units.append(name)
        if not units:
            return None, False, ()
        responsible, by_task_force = units[0]
        helping = dict.fromkeys(unit for unit, _ in units[1:] if unit != responsible)
        return responsible, by_task_force, tuple(helping)

    def _unit_names(self) -> list[str]:
        """The names in the cell: one, or several on lines of their own or between commas."""
        cell = self.raw.text("department")
        whole = cell.replace("\n", "")
        if name_key(whole) in _BLANK:
            return []
        if self._is_unit(whole):
            return [whole]
        names: list[str] = []
        for name in (part.strip() for part in _UNIT_BREAK.split(cell)):
            parts = [part for part in _LOOSE_BREAK.split(name) if part]
            apart = not self._is_unit(name) and all(map(self._is_unit, parts))
            names += parts if apart else [name[:80]] if name else []
        return names

    def _is_unit(self, name: str) -> bool:
        return self._means_task_force(name) or bool(self.checker.units_called(name))

    def _means_task_force(self, name: str) -> bool:
        """专班, or the row's own park and 专班: 能科轻工产业园专班."""
        own = name_key(name).removeprefix(name_key(self.raw.text("park")))
        return means_task_force(name) or means_task_force(own)


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
