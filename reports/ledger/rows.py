"""Checks the rows of a ledger against a campaign and says what each would become. Reads only.

A name is taken when it is exactly that of a park, kind or unit (parks.names.name_key); one that is
merely similar is shown as a question and never taken (domain §7).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import TypeVar

from campaigns.dates import DateFault, Span, parse_day, parse_deadline
from campaigns.models import Campaign, Category, TaskForce
from campaigns.queries import Scope, units_by_name
from hazards.enums import Level
from hazards.findings import LedgerRow
from hazards.queries import facts_on_record, imported_before
from parks.models import Department, Enterprise, Park
from parks.names import name_key
from reports.ledger.checked import Checked, Entry, Fault
from reports.ledger.headings import FINDER
from reports.ledger.progress_words import says_done
from reports.ledger.rules import may_import_into
from reports.ledger.sheet import RawRow
from reports.ledger.units import UnitReader, Units
from reports.ledger.words import (
    BLANK,
    CellFault,
    import_key,
    keys_on_record,
    level_of,
    split_where,
    status_of,
    without_number,
)
from reports.reading.sheet_parts import Broken

MAX_NAME = 120
MAX_DESCRIPTION = 2000
MAX_DIFFICULTY = 500
MAX_NOTE = 2000
MAX_HINTS = 500

_UNDECIDED = frozenset(("待定", "未定", "待确定", "未确定", "另行确定", "暂无", "暂未确定"))
"""Said of a deadline that nobody has set; the words stay with the row."""
_MARKS = re.compile(r"[\W_]")

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
    def categories_by_letters(self) -> dict[str, list[Category]]:
        """The same by the letters of the name alone: 厂房违规加层，夹层 is 厂房违规加层、夹层."""
        found: dict[str, list[Category]] = {}
        for kind in self.categories.values():
            kinds = found.setdefault(letters_of(kind.name), [])
            kinds += [kind] if kind not in kinds else []
        return found

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
        checked.remark_on_rows(self.span)
        if progress:
            progress(len(rows), len(rows))
        return checked

    def _set_existing_apart(self, checked: Checked) -> None:
        keys = [entry.hazard.import_key for entry in checked.entries]
        known: set[str] = set()
        for start in range(0, len(keys), 500):
            known.update(imported_before(self.campaign, keys[start : start + 500]))
        known |= self._entered_otherwise(
            [e.hazard for e in checked.entries if e.hazard.import_key not in known]
        )
        checked.existing = [entry.raw for entry in checked.entries if entry.hazard.import_key in known]
        checked.entries = [entry for entry in checked.entries if entry.hazard.import_key not in known]

    def _entered_otherwise(self, rows: list[LedgerRow]) -> set[str]:
        """Keys of hazards that were logged by hand: a ledger that was exported from here adds nothing."""
        wanted = {(row.park.pk, row.found_on) for row in rows}
        parks, days = {park for park, _ in wanted}, {day for _, day in wanted}
        found: set[str] = set()
        for park, day, place, enterprise, description in facts_on_record(self.campaign, parks, days):
            if (park, day) in wanted:
                found |= keys_on_record(self.campaign, park, place, enterprise or "", description, day)
        return found

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


def letters_of(name: str) -> str:
    """The name without any mark."""
    return _MARKS.sub("", name_key(name))


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
        told_by = "level" if "level" in self.raw.cells else "is_major"
        level = self._take(told_by, lambda: level_of(self.raw.text("level"), self.raw.text("is_major")))
        units = self._take("department", lambda: self._units(task_force, where[1] if where else ""))
        note = self._take("progress", lambda: self._text("progress", MAX_NOTE))
        difficulty = self._take("difficulty", lambda: self._text("difficulty", MAX_DIFFICULTY))
        if self.faults or self.unknown_units:
            return None
        assert task_force and where and description and category and found_on
        assert level and units is not None and note is not None and difficulty is not None
        place, enterprise_name = where
        # A place that is to the letter the name of an enterprise of the park says who it is, too.
        known = name_key(enterprise_name or place)
        enterprise = self.checker.enterprises.get((task_force.park_id, known))
        park, campaign = task_force.park, self.checker.campaign
        hazard = LedgerRow(
            park=park,
            task_force=task_force,
            enterprise=enterprise,
            place=place,
            description=description,
            category=category,
            # Until somebody is named, the unit that leads the park's task force answers for it.
            department=units.responsible or task_force.department,
            by_task_force=units.by_task_force,
            helping=units.helping,
            level=level,
            found_on=found_on,
            due_on=due_on,
            status=status_of(note, assigned=self._is_assigned(units, due_on, level), level=level),
            note=self._with_words(note, due_on, units.owner),
            difficulty="" if name_key(difficulty) in BLANK else difficulty,
            import_key=import_key(campaign, park.pk, place, enterprise_name, description, found_on),
        )
        return Entry(self.raw, hazard, enterprise_name if enterprise is None else "", units.owner)

    def _is_assigned(self, units: Units, due_on: date | None, level: Level) -> bool:
        """Somebody is named and a day set; of a major hazard only the lead bureau may say so (domain §3)."""
        may = level != Level.MAJOR or self.checker.campaign.pk in self.checker.scope.led_campaigns
        return may and units.responsible is not None and due_on is not None

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
            raise CellFault("没有填写；与上一行相同的，请照填、合并单元格或写“同上”")
        known = self.checker.task_forces
        found = known.get(name_key(name)) or known.get(name_key(without_number(name)), [])
        if not found:
            shown = name if len(name) <= 40 else f"{name[:40]}…"
            raise CellFault(f"本行动中没有园区“{shown}”{self.checker.park_hint(name)}")
        if len(found) > 1:
            raise CellFault(f"本行动中有 {len(found)} 个园区都叫“{name}”，请由牵头单位先区分名称")
        if not self.checker.may_import(found[0]):
            raise CellFault(f"您不是“{name}”专班或成员单位的人员，不能导入该园区的隐患")
        return found[0]

    def _where(self) -> tuple[str, str]:
        text, own = self.raw.text("where"), self.raw.text("enterprise")
        place, enterprise = split_where(text)
        if name_key(own) not in BLANK | {name_key(enterprise)}:
            # A column of its own says who it is; brackets that say something else belong to the place.
            place, enterprise = " ".join(text.split()), own
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
            kinds = self.checker.categories_by_letters.get(letters_of(called), [])
            if len(kinds) == 1:
                return kinds[0]
        said = f"没有“{name[:40]}”这一类型" if name else "没有填写"
        raise CellFault(f"{said}，可填：{self.checker.category_names}")

    def _found_on(self) -> date:
        day = parse_day(self.raw.cells.get("found_on", ""), self.checker.span)
        if day > self.checker.today:
            raise CellFault(f"{_long(day)}晚于今天（{_long(self.checker.today)}）")
        return day

    def _due_on(self, found_on: date | None) -> date | None:
        value = self.raw.cells.get("due_on", "")
        if isinstance(value, str) and (name_key(value) in BLANK | _UNDECIDED or says_done(value)):
            return None
        day = parse_deadline(value, self.checker.span).day
        if day and found_on and day < found_on:
            raise CellFault(f"{_long(day)}早于问题上报日期（{_long(found_on)}）")
        return day

    def _with_words(self, note: str, due_on: date | None, owner: str) -> str:
        """The note, and behind it what the record has no place for: a deadline that is no day, an owner."""
        said = [f"{FINDER.heading_of('department')}：{owner[:60]}"] if owner else []
        value = self.raw.cells.get("due_on", "")
        if isinstance(value, str) and name_key(value) not in BLANK:
            exact = due_on and parse_deadline(value, self.checker.span).exact
            said = [*([] if exact else [f"{FINDER.heading_of('due_on')}：{value.strip()[:60]}"]), *said]
        words = "；".join(said)
        return f"{note}（{words}）" if note and words else note or words

    def _units(self, task_force: TaskForce | None, enterprise: str) -> Units:
        """Who answers and who helps; names that nobody has explained are noted."""
        park = self.raw.text("park")
        own = {name_key(park), name_key(enterprise)} - {""}
        on_record = self.checker.enterprises

        def is_owner(name: str) -> bool:
            key = name_key(name)
            return key in own or (task_force is not None and (task_force.park_id, key) in on_record)

        units = UnitReader(self.checker.units_called, is_owner, park).read(
            self.raw.text("department"), task_force
        )
        if units.unknown and self.checker.unit_fault:
            raise CellFault(self.checker.unit_fault(units.unknown[0]))
        self.unknown_units = units.unknown
        return units


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
