"""What falls due this week, this half-month and this month, from whom: counts with their addresses."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q
from django.urls import reverse

from campaigns.lights import is_backfilled
from campaigns.models import Campaign, TaskForce
from campaigns.periods import Period
from campaigns.queries import Scope
from campaigns.work_queries import due_between, occurrences_in, overdue
from parks.models import Department
from reports.links import work_url

MOST = 60
"""Rows of one table: the rest stands in the work list."""

Holder = tuple[int | None, int | None]
"""(department, task force), one of them None."""


@dataclass(frozen=True)
class Window:
    """A span of days that the table has a column for."""

    label: str
    period: Period

    @property
    def days(self) -> str:
        """11/29–12/5."""
        start, end = self.period.start, self.period.end
        return f"{start.month}/{start.day}–{end.month}/{end.day}"


@dataclass
class Cell:
    """So many are open of so many due; `href` leads to them."""

    open: int = 0
    total: int = 0
    href: str = ""

    def add(self, number: int, *, done: bool) -> None:
        """Count `number` occurrences."""
        self.total += number
        self.open += 0 if done else number


@dataclass
class DueRow:
    """One holder: what is late, and a cell a window."""

    name: str
    href: str
    cells: list[Cell]
    late: int = 0
    late_url: str = ""
    order: int = 0

    @property
    def weight(self) -> tuple[int, ...]:
        """Those who owe most stand first."""
        return (-self.late, *(-cell.open for cell in self.cells), -self.cells[-1].total, self.order)


@dataclass
class DueTable:
    """Units first, then all task forces in one row, and each of them in a fold."""

    windows: list[Window]
    units: list[DueRow] = field(default_factory=list)
    forces: list[DueRow] = field(default_factory=list)
    all_forces: DueRow | None = None
    total: DueRow | None = None
    left_out: int = 0


def windows_of(campaign: Campaign, today: date) -> list[Window]:
    """The campaign's week, the half month and the month that hold `today`."""
    first, last = today.replace(day=1), today + relativedelta(day=31)
    middle = today.replace(day=15)
    half = Period(first, middle) if today <= middle else Period(middle + timedelta(days=1), last)
    return [
        Window("本周", campaign.week_of(today)),
        Window("本半月", half),
        Window("本月", Period(first, last)),
    ]


def due_tables(scope: Scope, campaign: Campaign, today: date) -> tuple[DueTable, DueTable]:
    """All that falls due, and the reports among it: three queries."""
    windows = windows_of(campaign, today)
    first = min(window.period.start for window in windows)
    last = max(window.period.end for window in windows)
    facts = list(
        occurrences_in(scope)
        .filter(Q(campaign=campaign) & (due_between(first, last) | overdue(today)))
        .order_by()
        .values_list("department_id", "task_force_id", "report_id", "due_on", "done_on")
        .annotate(n=Count("*"))
    )
    units = Department.objects.in_bulk({row[0] for row in facts if row[0]})
    forces = TaskForce.objects.select_related("park").in_bulk({row[1] for row in facts if row[1]})
    holders = _holders(units, forces)
    reports = [row for row in facts if row[2]]
    return (
        _table(facts, holders, windows, campaign, today, ""),
        _table(reports, holders, windows, campaign, today, "report"),
    )


Fact = tuple[int | None, int | None, int | None, date, date | None, int]
Named = dict[Holder, tuple[str, str, int]]
"""Name, address and place of each holder."""


def _holders(units: dict[int, Department], forces: dict[int, TaskForce]) -> Named:
    named: Named = {
        (pk, None): (unit.label, reverse("campaign:unit", args=[pk]), pk) for pk, unit in units.items()
    }
    for pk, force in forces.items():
        named[None, pk] = (str(force), reverse("parks:detail", args=[force.park_id]), force.order)
    return named


def _table(
    facts: Iterable[Fact],
    holders: Named,
    windows: list[Window],
    campaign: Campaign,
    today: date,
    source: str,
) -> DueTable:
    rows: dict[Holder, DueRow] = {}
    total = _empty("合计", "", windows)
    every = _empty("各园区专班", "", windows)
    for unit, force, _, due_on, done_on, number in facts:
        name, href, order = holders[unit, force]
        row = rows.setdefault((unit, force), _empty(name, href, windows, order))
        for one in (row, total, *([every] if force else [])):
            _count(one, windows, campaign, today, due_on, done_on, number)
    for (unit, force), row in rows.items():
        _link(row, windows, unit=unit, task_force=force, source=source)
    _link(total, windows, source=source)
    units = sorted((row for key, row in rows.items() if key[0]), key=lambda row: row.weight)
    forces = sorted((row for key, row in rows.items() if key[1]), key=lambda row: row.weight)
    return DueTable(
        windows,
        units[:MOST],
        forces[:MOST],
        every if len(forces) > 1 else None,
        total if len(rows) > 1 else None,
        max(len(units) - MOST, 0) + max(len(forces) - MOST, 0),
    )


def _empty(name: str, href: str, windows: list[Window], order: int = 0) -> DueRow:
    return DueRow(name, href, [Cell() for _ in windows], order=order)


def _count(
    row: DueRow,
    windows: list[Window],
    campaign: Campaign,
    today: date,
    due_on: date,
    done_on: date | None,
    number: int,
) -> None:
    for cell, window in zip(row.cells, windows, strict=True):
        if due_on in window.period:
            cell.add(number, done=done_on is not None)
    if done_on is None and due_on < today and not is_backfilled(campaign, due_on):
        row.late += number


def _link(row: DueRow, windows: list[Window], **filters: int | str | None) -> None:
    """Give each figure the address of its records."""
    for cell, window in zip(row.cells, windows, strict=True):
        days = {"from_": window.period.start.isoformat(), "to": window.period.end.isoformat()}
        cell.href = work_url(**filters, **days, state="open" if cell.open else "all", who="all")
    row.late_url = work_url(**filters, state="late", who="all")
