"""The work list as a matrix: who owes how much, and when. A row a unit or task force, a column a due date."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, QuerySet

from campaigns.calendar import Calendar
from campaigns.models import Campaign, Occurrence, TaskForce
from campaigns.work.board import BACKFILL, DONE, LATE, LATER, STANDING, Edges
from parks.models import Department

DATES = 9
"""Due dates that get a column of their own."""
ROWS = 60

Holder = tuple[int | None, int | None]
"""(department, task force), one of them None."""


@dataclass(frozen=True)
class Column:
    """A due date, or what lies before and behind the dates shown."""

    key: str
    label: str
    day: date | None = None
    params: dict[str, str] = field(default_factory=dict)
    remark: str = ""
    """Why nobody works on that day."""

    @property
    def is_late(self) -> bool:
        """Whether what stands here is overdue."""
        return self.key == LATE


@dataclass(frozen=True)
class Cell:
    """What one holder owes on one day."""

    column: Column
    open: int
    done: int
    query: str

    @property
    def number(self) -> int:
        """What the cell says: what is open, and in the last column what is done."""
        return self.done if self.column.key == DONE else self.open


@dataclass
class Row:
    """One holder; the last row of a matrix is the sum of all and has no holder."""

    label: str
    holder: Department | TaskForce | None
    cells: list[Cell]

    @property
    def is_task_force(self) -> bool:
        """Whether a task force owes it, and no unit."""
        return isinstance(self.holder, TaskForce)


@dataclass(frozen=True)
class Matrix:
    """The page's rows, and how many there are in all."""

    columns: list[Column]
    rows: list[Row]
    total: Row
    holders: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages the rows fill."""
        return -(-self.holders // ROWS)


Sums = dict[Holder, Counter[tuple[str, bool]]]
"""By holder: how many by column and whether done."""


def matrix_of(
    rows: QuerySet[Occurrence], campaign: Campaign, edges: Edges, *, first: date | None, page: int = 1
) -> Matrix:
    """Five queries, whatever the number of rows. `first`: the first day with a column, today unless said."""
    start = first or edges.today
    ahead = rows.filter(done_on__isnull=True, due_on__gte=start).order_by("due_on")
    found = ahead.values_list("due_on", flat=True).distinct()[:DATES]
    days = [day for day in found if day]
    sums = _sums(rows, edges, days)
    columns = _columns(sums, days, edges)
    holders = _in_order(sums, campaign)
    page = min(max(page, 1), -(-len(holders) // ROWS) or 1)
    shown = [_row(holder, sums, columns) for holder in holders[(page - 1) * ROWS : page * ROWS]]
    whole: Counter[tuple[str, bool]] = Counter()
    for one in sums.values():
        whole.update(one)
    total = Row("合计", None, [_cell(column, whole, {}) for column in columns])
    return Matrix(columns, shown, total, len(holders), page)


def _sums(rows: QuerySet[Occurrence], edges: Edges, days: list[date]) -> Sums:
    sums: Sums = {}
    by_group = rows.order_by().values_list("department", "task_force", edges.whole()).annotate(n=Count("*"))
    for department, task_force, group, number in by_group:
        column = group if group in (LATE, BACKFILL, STANDING, DONE) else LATER
        into = sums.setdefault((department, task_force), Counter())
        into[column, group == DONE] += number
    on_days = rows.filter(due_on__in=days).order_by().values_list("department", "task_force", "due_on")
    counted = on_days.annotate(
        n=Count("*"), late=Count("pk", filter=edges.group(LATE)), done=Count("done_on")
    )
    for department, task_force, day, number, late, done in counted:
        into = sums[department, task_force]
        into[day.isoformat(), False] = number - done
        into[day.isoformat(), True] = done
        # What has a column of its own is told there only.
        into[LATE, False] -= late
        into[BACKFILL if day < min(edges.issued, edges.today) else LATER, False] -= number - done - late
    return sums


def _columns(sums: Sums, days: list[date], edges: Edges) -> list[Column]:
    """逾期, the days, 以后 and so on; what nobody owes gets no column."""
    fixed = {
        LATE: Column(LATE, "逾期", params={"state": "late"}),
        BACKFILL: Column(BACKFILL, "补录", params={"group": BACKFILL}),
        LATER: Column(LATER, "以后", params=_after(days)),
        STANDING: Column(STANDING, "常态化", params={"group": STANDING}),
        DONE: Column(DONE, "已完成", params={"state": "done"}),
    }
    used = {key for one in sums.values() for (key, _), number in one.items() if number}
    calendar = Calendar.of(days)
    dated = [
        Column(
            day.isoformat(),
            f"{day.month}月{day.day}日",
            day,
            dict.fromkeys(("from", "to"), day.isoformat()),
            calendar.day_off(day),
        )
        for day in days
    ]
    before = [fixed[key] for key in (LATE, BACKFILL) if key in used]
    after = [fixed[key] for key in (LATER, STANDING, DONE) if key in used]
    return [*before, *dated, *after]


def _after(days: list[date]) -> dict[str, str]:
    return {"from": (days[-1] + timedelta(days=1)).isoformat()} if days else {}


def _in_order(sums: Iterable[Holder], campaign: Campaign) -> list[Department | TaskForce]:
    """Units in the plan's order, then task forces in theirs."""
    places = dict(campaign.unit_rows.values_list("department", "order"))
    units = {department for department, _ in sums if department}
    forces = {task_force for _, task_force in sums if task_force}
    found = Department.objects.filter(pk__in=units)
    return [
        *sorted(found, key=lambda unit: (places.get(unit.pk, 999), unit.pk)),
        *TaskForce.objects.filter(pk__in=forces).select_related("park").order_by("order", "pk"),
    ]


def _row(holder: Department | TaskForce, sums: Sums, columns: list[Column]) -> Row:
    unit = isinstance(holder, Department)
    own = sums[(holder.pk, None) if unit else (None, holder.pk)]
    params = {"unit" if unit else "task_force": str(holder.pk)}
    label = holder.name if isinstance(holder, Department) else holder.park.name
    return Row(label, holder, [_cell(column, own, params) for column in columns])


def _cell(column: Column, own: Counter[tuple[str, bool]], params: dict[str, str]) -> Cell:
    query = urlencode({**params, **column.params})
    return Cell(column, own[column.key, False], own[column.key, True], query)
