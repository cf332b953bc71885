"""Reads of the report centre: what each unit has for each period, who is late, what waits for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import Scope
from parks.models import Department
from reports.enums import HandedIn, ReportAction, ReportState
from reports.figures.groups import Key
from reports.layouts.form import Form
from reports.models import Report, ReportReminder, ReportStep
from reports.queries import reporting_units, reports_in
from reports.rules import may_step, may_work_on
from reports.series import dues_of, last_full_period, reported_forms, units_owing
from reports.workflow import NEXT

HEAVY = ("figures", "checks", "changes", "notes")
"""Columns that no list shows."""


@dataclass(frozen=True)
class Cell:
    """What one unit has for one period: its issues, oldest first, and by when it owes the report.

    due: None when the unit owes none, as the whole, which is nobody's report but the lead bureau's own.
    """

    unit: Department | None
    period: Period
    issues: Sequence[Report]
    due: datetime | None
    now: datetime
    may_compile: bool

    @property
    def report(self) -> Report | None:
        """The newest issue."""
        return self.issues[-1] if self.issues else None

    @property
    def late(self) -> bool:
        """Handed in after it was due."""
        filled = self.issues[0].filled_at if self.issues else None
        return bool(self.due and filled and filled > self.due)

    @cached_property
    def handed_in(self) -> HandedIn | None:
        """How the unit stands: by when its first issue was filled in, corrections change nothing."""
        if self.due is None:
            return None
        filled = [one for one in self.issues if one.filled_at]
        if not filled:
            return HandedIn.MISSING if self.now > self.due else HandedIn.WAITING
        if filled[-1].nil:
            return HandedIn.NIL
        return HandedIn.LATE if self.late else HandedIn.ON_TIME

    @property
    def words(self) -> str:
        """How the unit stands, in words: a nil report can be late too."""
        if self.handed_in is None:
            return ""
        late = self.late and self.handed_in is HandedIn.NIL
        return f"{self.handed_in.label}（迟报）" if late else str(self.handed_in.label)


@dataclass(frozen=True)
class Line:
    """One row of the grid: a unit, None for the roll-up, and a cell a period, the chosen one first."""

    unit: Department | None
    cells: list[Cell]
    own: bool
    reminded: ReportReminder | None

    @property
    def current(self) -> Cell:
        """The chosen period's."""
        return self.cells[0]


@dataclass(frozen=True)
class Tally:
    """How the units stand for one period. Late and nil ones are among those handed in."""

    owed: int
    handed: int
    late: int
    nil: int
    missing: int
    waiting: int


def grid(
    scope: Scope, campaign: Campaign, form: Form, periods: Sequence[Period], now: datetime
) -> list[Line]:
    """A line a unit whose report the person sees, the roll-up first; as many queries for any number."""
    units = reporting_units(scope, campaign, form)
    if not units or not periods:
        return []
    owing = _owing(campaign, form, units)
    issues = _issues(campaign, form, periods)
    dues = dues_of(campaign, form, periods)
    reminded = _reminded(campaign, form, periods[0])
    lines = []
    for unit in units:
        key = unit.pk if unit else None
        may = may_work_on(scope, campaign, unit)
        cells = []
        for period in periods:
            due = dues.get((key, period.end)) if key else None
            by = (due.at if due else _last_moment(period)) if key in owing else None
            cells.append(Cell(unit, period, issues.get((key, period.end), []), by, now, may))
        own = may and (key is None or key in scope.acting_departments)
        lines.append(Line(unit, cells, own, reminded.get(key) if key else None))
    return lines


def _owing(campaign: Campaign, form: Form, units: Iterable[Department | None]) -> set[Key]:
    """Ids of those that owe the report; whoever sees the roll-up sees just those, and need not ask again."""
    seen = set(units)
    if None not in seen:
        seen &= set(units_owing(campaign, form))
    return {unit.pk for unit in seen if unit}


def _last_moment(period: Period) -> datetime:
    """By when a report is owed for which the schedule has no date: its period's last moment."""
    return timezone.make_aware(datetime.combine(period.end, time.max))


def _issues(
    campaign: Campaign, form: Form, periods: Sequence[Period]
) -> dict[tuple[Key, date], list[Report]]:
    """All issues by unit id and last day of the period, oldest first: one query."""
    rows = Report.objects.filter(
        campaign=campaign, form=form.slug, period_end__in=[period.end for period in periods]
    )
    found: dict[tuple[Key, date], list[Report]] = {}
    for report in rows.order_by("issue").defer(*HEAVY):
        found.setdefault((report.department_id, report.period_end), []).append(report)
    return found


def _reminded(campaign: Campaign, form: Form, period: Period) -> dict[Key, ReportReminder]:
    """By unit id, when it was last asked for the period's report."""
    rows = ReportReminder.objects.filter(campaign=campaign, form=form.slug, period_end=period.end)
    return {row.department_id: row for row in rows.order_by("pk")}


def tally(lines: Iterable[Line], column: int = 0) -> Tally:
    """How the units stand for a period of the grid, by default the chosen one."""
    cells = [line.cells[column] for line in lines if line.cells[column].handed_in]
    states = [cell.handed_in for cell in cells]
    missing, waiting = states.count(HandedIn.MISSING), states.count(HandedIn.WAITING)
    return Tally(
        owed=len(cells),
        handed=len(cells) - missing - waiting,
        late=sum(cell.late for cell in cells),
        nil=states.count(HandedIn.NIL),
        missing=missing,
        waiting=waiting,
    )


@dataclass(frozen=True)
class Turn:
    """A report whose next step this person may take."""

    report: Report
    action: ReportAction


def turns_of(user: User, scope: Scope, campaign: Campaign) -> list[Turn]:
    """Reports that wait for this person: to be filled in, reviewed, issued; two queries, none for readers.

    Of drafts, one's own of the last full period, those sent back and corrections in the making: earlier
    periods that nobody filled in are seen in the grid.
    """
    if campaign.pk not in scope.led_campaigns and not scope.acting_departments:
        return []
    latest, today = Q(), campaign.today()
    for form in reported_forms(campaign):
        latest |= Q(form=form.slug, period_end=last_full_period(form, campaign, today).end)
    own = Q(department__in=scope.acting_departments)
    if campaign.pk in scope.led_campaigns:
        own |= Q(department=None)
    returned = ReportStep.objects.filter(report=OuterRef("pk"), action=ReportAction.RETURN)
    wanted = own & (latest | Q(issue__gt=1) | Q(returned=True))
    rows = (
        reports_in(scope)
        .annotate(returned=Exists(returned))
        .filter(Q(state__in=(ReportState.FILLED, ReportState.REVIEWED)) | wanted, campaign=campaign)
        .exclude(state=ReportState.ISSUED)
        .select_related("campaign", "department")
        .defer(*HEAVY)
        .order_by("-period_end", "form", "department_id")
    )
    turns = (Turn(report, NEXT[ReportState(report.state)]) for report in rows)
    return [turn for turn in turns if may_step(user, scope, turn.report, turn.action)]
