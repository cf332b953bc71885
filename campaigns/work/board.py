"""The work list arranged by due date: groups, in them lines, under each line those who owe it.

What several owe on one day is one line. Counts and lines are made by the database and each group is
bounded, so that a page of 50,000 occurrences costs as much as one of fifty.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    Min,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from campaigns.models import Campaign, Measure, Occurrence, ReportDuty, WorkItem

LINES = 12
"""Lines of a group where all groups are shown."""
LINES_ALONE = 40
"""Lines a page where one group is shown alone."""
HOLDERS = 100
"""Holders named where a line is unfolded; the rest is behind a link."""
FLAT = 3
"""Up to so many holders of a line are shown as rows of their own; more are read when it is unfolded."""

SOURCE = ("measure_id", "item_id", "report_id")
LINE = (*SOURCE, "period", "due_on")
LETTERS = dict(zip("mir", SOURCE, strict=True))
"""How an address names what a line is of: i12.2021-11-29 is item 12 in the span that begins then."""

LATE, TODAY, WEEK, HALF, MONTH, LATER, BACKFILL, STANDING, DONE = (
    "late", "today", "week", "half", "month", "later", "backfill", "standing", "done",
)  # fmt: skip
LABELS = {
    LATE: "逾期",
    TODAY: "今天",
    WEEK: "本周",
    HALF: "本半月",
    MONTH: "本月",
    LATER: "以后",
    BACKFILL: "补录",
    STANDING: "常态化",
    DONE: "已完成",
}
OPEN_GROUPS = tuple(key for key in LABELS if key != DONE)

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Edges:
    """The days at which the groups end, seen from a business date."""

    today: date
    week: date
    half: date
    month: date
    issued: date
    """What was due before the campaign was issued is a back-fill and was never late (domain §4)."""

    def group(self, key: str) -> Q:
        """The occurrences of one group; each belongs to exactly one."""
        if key == DONE:
            return Q(done_on__isnull=False)
        if key == STANDING:
            return Q(done_on__isnull=True, due_on__isnull=True)
        if key == BACKFILL:
            return Q(done_on__isnull=True, due_on__lt=min(self.issued, self.today))
        first, last = self._days()[key]
        span = Q(done_on__isnull=True)
        if first:
            span &= Q(due_on__gte=first)
        return span & Q(due_on__lte=last) if last else span

    def _days(self) -> dict[str, tuple[date | None, date | None]]:
        ends = [self.today - timedelta(days=1), self.today, self.week, self.half, self.month, None]
        firsts = [self.issued, *(end + timedelta(days=1) for end in ends[:-1] if end)]
        return dict(zip((LATE, TODAY, WEEK, HALF, MONTH, LATER), zip(firsts, ends, strict=True), strict=True))

    def group_of(self, due_on: date | None) -> str:
        """The group of what is open and due on that day: the same rule as `group`."""
        if due_on is None:
            return STANDING
        if due_on < min(self.issued, self.today):
            return BACKFILL
        ends = ((key, last) for key, (_, last) in self._days().items())
        return next(key for key, last in ends if last is None or due_on <= last)

    def whole(self) -> Case:
        """The group of each occurrence as a column."""
        cases = [When(self.group(key), then=Value(key)) for key in (DONE, BACKFILL, *OPEN_GROUPS)]
        return Case(*cases, default=Value(LATER), output_field=CharField())


def edges_of(campaign: Campaign, today: date) -> Edges:
    """Week, half month and month that hold `today`; a later edge never lies before an earlier one."""
    month = today + relativedelta(day=31)
    week = campaign.week_of(today).end
    half = max(week, today.replace(day=15) if today.day <= 15 else month)
    return Edges(today, week, half, max(month, half), campaign.issued_on or campaign.starts_on)


@dataclass
class Line:
    """What falls due once: of one holder, or of several at once."""

    key: Key
    rows: list[Occurrence] = field(default_factory=list)
    count: int = 0
    """How many of the group owe it."""
    first: int = 0
    """The id of one of them."""
    total: int = 0
    done: int = 0

    @property
    def source(self) -> Measure | WorkItem | ReportDuty:
        """What the line is of."""
        return self.rows[0].source

    @property
    def due_on(self) -> date | None:
        """Its day."""
        day: date | None = self.key[4]
        return day

    @property
    def open(self) -> int:
        """How many still owe it."""
        return self.total - self.done

    @property
    def address(self) -> str:
        """The line as a filter of the address."""
        return line_of(self.rows[0])

    @property
    def folded(self) -> bool:
        """Whether its holders are told in one row."""
        return self.count > FLAT


@dataclass
class Group:
    """The lines of one span of days. `lines` is empty where the group is only counted."""

    key: str
    count: int
    lines: list[Line] = field(default_factory=list)
    more: bool = False

    @property
    def label(self) -> str:
        """What the group is called."""
        return LABELS[self.key]


def counts_of(rows: QuerySet[Occurrence], edges: Edges) -> dict[str, int]:
    """How many occurrences lie in each group; one query."""
    is_open = ExpressionWrapper(Q(done_on__isnull=True), BooleanField())
    by_day = rows.order_by().values_list("due_on", is_open).annotate(n=Count("*"))
    counts: Counter[str] = Counter()
    for due_on, still_open, number in by_day:
        counts[edges.group_of(due_on) if still_open else DONE] += number
    return dict(counts)


def line_of(row: Occurrence) -> str:
    """The row's line as an address names it."""
    letter, pk = next((letter, pk) for letter, pk in zip(LETTERS, _key(row), strict=False) if pk)
    return f"{letter}{pk}.{row.period}"


def source_filter(text: str) -> Q | None:
    """The occurrences of the measure, item or report that an address names, of all periods: i12."""
    letter, digits = text[:1], text[1:]
    if letter not in LETTERS or not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        return None
    return Q(**{LETTERS[letter]: int(digits)})


def line_filter(text: str) -> Q | None:
    """The occurrences of the line that an address names; None when it names none."""
    head, _, period = text.partition(".")
    found = source_filter(head)
    return found & Q(period=period[:10]) if found and period else None


def groups_of(
    rows: QuerySet[Occurrence], edges: Edges, counts: dict[str, int], shown: Iterable[str]
) -> list[Group]:
    """The groups with their first lines; those not in `shown` are only counted."""
    wanted = set(shown)
    groups = [Group(key, counts[key]) for key in LABELS if counts.get(key)]
    for group in groups:
        if group.key in wanted:
            found = list(lines_in(rows, edges, group.key)[: LINES + 1])
            group.lines, group.more = lines_from(found[:LINES]), len(found) > LINES
    fill(rows, edges, groups)
    return groups


def lines_in(rows: QuerySet[Occurrence], edges: Edges, group: str) -> QuerySet[Occurrence, dict[str, Any]]:
    """Keys and counts of a group's lines, those due first in front; of what is done, the last first."""
    order = ("-due_on", *LINE) if group == DONE else ("due_on", *LINE)
    inside = rows.filter(edges.group(group)).order_by().values(*LINE)
    return inside.annotate(n=Count("*"), first=Min("pk")).order_by(*order)


def lines_from(found: Iterable[dict[str, Any]]) -> list[Line]:
    """Lines of what the database grouped, still without their rows."""
    return [Line(tuple(row[name] for name in LINE), count=row["n"], first=row["first"]) for row in found]


def single_lines(rows: Iterable[Occurrence]) -> list[Line]:
    """Each occurrence as a line of its own: where one line is opened to show all who owe it."""
    return [Line(_key(row), [row], 1, 1, int(row.done_on is not None)) for row in rows]


def fill(rows: QuerySet[Occurrence], edges: Edges, groups: Sequence[Group]) -> None:
    """Read the first occurrences of the lines, and how many have done each."""
    lines = [line for group in groups for line in group.lines]
    if not lines:
        return
    by_key = {(group.key, line.key): line for group in groups for line in group.lines}
    _tell(rows.filter(_near(lines)).order_by(), lines)
    for row in _shown(rows.order_by(), edges, lines):
        if line := by_key.get((row.group, _key(row))):  # type: ignore[attr-defined]
            line.rows.append(row)
    for group in groups:
        group.lines = [line for line in group.lines if line.rows]


def _near(lines: Sequence[Line]) -> Q:
    """All rows of the lines, and few others: one condition however many lines there are."""
    sources = [
        Q(**{f"{name}__in": ids})
        for place, name in enumerate(SOURCE)
        if (ids := {line.key[place] for line in lines} - {None})
    ]
    days = {line.due_on for line in lines}
    when = Q(due_on__in=days - {None})
    when = when | Q(due_on__isnull=True) if None in days else when
    either = sources[0]
    for one in sources[1:]:
        either |= one
    return either & when


def _shown(rows: QuerySet[Occurrence], edges: Edges, lines: Sequence[Line]) -> Iterable[Occurrence]:
    """One row of each line that is folded, and the first rows of the others in each group, in the order of
    units and task forces.
    """
    wanted = Q(pk__in=[line.first for line in lines if line.folded])
    flat = [line for line in lines if not line.folded]
    if flat:
        wanted |= _near(flat)
    placed = rows.filter(wanted).annotate(
        group=edges.whole(),
        place=Window(
            RowNumber(),
            partition_by=[*(F(name) for name in LINE), edges.whole()],
            order_by=[F("department_id"), F("task_force__order"), F("pk")],
        ),
    )
    return placed.filter(place__lte=FLAT).order_by("department_id", "task_force__order", "pk")


def _tell(near: QuerySet[Occurrence], lines: Sequence[Line]) -> None:
    """How many owe each line in all, and how many of them have done it, whatever the group."""
    counted = near.values_list(*LINE).annotate(n=Count("*"), done=Count("done_on"))
    sums = {tuple(key): (total, done) for *key, total, done in counted}
    for line in lines:
        line.total, line.done = sums.get(line.key, (line.count, 0))


def _key(row: Occurrence) -> Key:
    return (row.measure_id, row.item_id, row.report_id, row.period, row.due_on)


def all_rows(groups: Iterable[Group]) -> list[Occurrence]:
    """Every occurrence that a page shows."""
    return list(chain.from_iterable(line.rows for group in groups for line in group.lines))
