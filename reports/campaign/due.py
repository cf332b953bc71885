"""What falls due this week, this half-month and this month, from whom: counts with their addresses."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.urls import reverse

from campaigns.models import Campaign, TaskForce
from campaigns.periods import Period
from campaigns.queries import Scope
from campaigns.work.queries import due_between, occurrences_in, overdue
from parks.models import Department
from reports.figures.links import work_url

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

    def add(self, total: int, still_open: int) -> None:
        """Count so many more."""
        self.total += total
        self.open += still_open


@dataclass
class DueRow:
    """One holder: what is late, and a cell a window."""

    name: str
    href: str
    cells: list[Cell]
    late: int = 0
    late_url: str = ""
    holder: Holder = (None, None)

    @property
    def weight(self) -> tuple[int, ...]:
        """Those who owe most stand first."""
        return (-self.late, *(-cell.open for cell in self.cells), -self.cells[-1].total)


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
    """All that falls due, and the reports among it: six queries. Whatever owes, only those shown are read."""
    windows = windows_of(campaign, today)
    facts = _facts(scope, campaign, windows, today)
    order = dict(TaskForce.objects.filter(campaign=campaign).order_by().values_list("pk", "order"))
    tables = (
        _table(facts, order, windows, ""),
        _table([fact for fact in facts if fact.report], order, windows, "report"),
    )
    _name([row for table in tables for row in (*table.units, *table.forces)])
    return tables


class Fact(NamedTuple):
    """What one holder owes: of reports, or of all else."""

    unit: int | None
    force: int | None
    report: bool
    late: int
    counts: tuple[int, ...]
    """Due, and open of it, a window after the other."""


def _facts(scope: Scope, campaign: Campaign, windows: list[Window], today: date) -> list[Fact]:
    """The database counts: thousands of occurrences come as one row a holder."""
    first = min(window.period.start for window in windows)
    last = max(window.period.end for window in windows)
    is_report = ExpressionWrapper(Q(report_id__isnull=False), BooleanField())
    counts: dict[str, Count] = {}
    for place, window in enumerate(windows):
        inside = due_between(window.period.start, window.period.end)
        counts[f"due{place}"] = Count("pk", filter=inside)
        counts[f"open{place}"] = Count("pk", filter=inside & Q(done_on__isnull=True))
    found = (
        occurrences_in(scope)
        .filter(Q(campaign=campaign) & (due_between(first, last) | overdue(today)))
        .order_by()
        .values_list("department_id", "task_force_id", is_report)
        .annotate(late=Count("pk", filter=overdue(today)), **counts)
    )
    return [Fact(unit, force, report, late, tuple(counts)) for unit, force, report, late, *counts in found]


def _name(rows: Iterable[DueRow]) -> None:
    """Name the holders of the rows shown, and lead to their pages."""
    rows = list(rows)
    units = Department.objects.in_bulk({row.holder[0] for row in rows if row.holder[0]})
    forces = TaskForce.objects.select_related("park").in_bulk(
        {row.holder[1] for row in rows if row.holder[1]}
    )
    for row in rows:
        unit, force = row.holder
        if unit:
            row.name, row.href = units[unit].label, reverse("campaign:unit", args=[unit])
        elif force:
            row.name = str(forces[force])
            row.href = reverse("parks:detail", args=[forces[force].park_id])


def _table(facts: Iterable[Fact], order: dict[int, int], windows: list[Window], source: str) -> DueTable:
    rows: dict[Holder, DueRow] = {}
    total, every = _empty(windows, "合计"), _empty(windows, "各园区专班")
    for fact in facts:
        holder = (fact.unit, fact.force)
        row = rows.setdefault(holder, _empty(windows, holder=holder))
        for one in (row, total, *([every] if fact.force else [])):
            one.late += fact.late
            for place, cell in enumerate(one.cells):
                cell.add(*fact.counts[2 * place : 2 * place + 2])
    places = {(unit, force): order.get(force, 0) if force else unit or 0 for unit, force in rows}
    in_order = [rows[key] for key in sorted(rows, key=lambda key: (*rows[key].weight, places[key]))]
    units = [row for row in in_order if row.holder[0]]
    forces = [row for row in in_order if row.holder[1]]
    for row in (*units[:MOST], *forces[:MOST]):
        _link(row, windows, unit=row.holder[0], task_force=row.holder[1], source=source)
    _link(total, windows, source=source)
    _link(every, windows, holder="force", source=source)
    return DueTable(
        windows,
        units[:MOST],
        forces[:MOST],
        every if len(forces) > 1 else None,
        total if len(rows) > 1 else None,
        max(len(units) - MOST, 0) + max(len(forces) - MOST, 0),
    )


def _empty(windows: list[Window], name: str = "", holder: Holder = (None, None)) -> DueRow:
    return DueRow(name, "", [Cell() for _ in windows], holder=holder)


def _link(row: DueRow, windows: list[Window], **filters: int | str | None) -> None:
    """Give each figure the address of its records."""
    for cell, window in zip(row.cells, windows, strict=True):
        days = {"from_": window.period.start.isoformat(), "to": window.period.end.isoformat()}
        cell.href = work_url(**filters, **days, state="open" if cell.open else "all", who="all")
    row.late_url = work_url(**filters, state="late", who="all")
