"""Reads of the page of one unit in a campaign: what the plan asks of it is for everybody who has a part in
the campaign; what it owes and its hazards are shown within the scope.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from campaigns.calendar import Calendar
from campaigns.contacts import shown_phone
from campaigns.enums import Part, PartyGroup, Rhythm, UnitKind
from campaigns.models import Campaign, Occurrence, ReportDuty, Responsibility, TaskForce
from campaigns.pages import long_table
from campaigns.queries import Scope, task_forces_in
from campaigns.work.queries import due_between, occurrences_in, open_on, overdue
from campaigns.work.sync import dues_of
from hazards.queries import hazards_in, parks_in_sight
from hazards.tallies import Tally, tallies_by
from parks.models import Department
from reports.campaign.measure_page import Owed, owed
from reports.campaign.measures import HazardCount, MeasureRow, hazard_count, measure_rows, with_parties
from reports.figures.links import list_url, work_url
from reports.models import Report
from reports.queries import reports_in

MOST_LATE, MOST_SOON = 12, 18
"""Rows of each: much that is late must not push out what can still be done in time."""


@dataclass(frozen=True)
class UnitMeasure:
    """A measure with the unit's part in it."""

    row: MeasureRow
    part: str
    through: str


@dataclass(frozen=True)
class OwedReport:
    """A report that the unit owes by the schedule: when next, and whether it is there."""

    duty: ReportDuty
    due_on: date | None
    day_off: str
    late: int
    late_url: str
    done: bool
    compiled: Report | None


@dataclass(frozen=True)
class ForceRow:
    """A task force that the unit leads, its park's hazards and its work as far as the person sees them."""

    task_force: TaskForce
    inside: bool
    in_sight: bool
    hazards: HazardCount
    open: int
    late: int
    open_url: str
    late_url: str


@dataclass
class Work:
    """What the unit itself owes now: late first, then what falls due until the month ends."""

    rows: list[Owed] = field(default_factory=list)
    late: int = 0
    soon: int = 0
    standing: int = 0
    late_url: str = ""
    soon_url: str = ""
    all_url: str = ""


def unit_page(
    scope: Scope, campaign: Campaign, unit: Department, today: date, params: QueryDict
) -> dict[str, Any]:
    """Everything that the page shows; of many task forces those of the page that the address names."""
    led = TaskForce.objects.filter(campaign=campaign, department=unit).select_related("park")
    forces, pager = long_table(led.order_by("order", "pk"), params)
    led_count = forces.paginator.count
    kinds = set(campaign.unit_rows.filter(department=unit).values_list("kind", flat=True))
    groups = groups_of(campaign, unit, kinds, bool(led_count))
    work = occurrences_in(scope).filter(campaign=campaign)
    full = campaign.pk in scope.whole_campaigns or unit.pk in scope.departments
    hazards = hazards_in(scope).filter(campaign=campaign, responsible_department=unit)
    in_full = campaign.pk in scope.led_campaigns or unit.pk in scope.acting_departments
    contacts = campaign.unit_contacts.filter(department=unit)
    return {
        "unit": unit,
        "today": today,
        "roles": _roles(campaign, unit, kinds, led_count),
        "full": full,
        "may_write_letter": campaign.pk in scope.led_campaigns,
        "duties": list(campaign.unit_duties.filter(department=unit)),
        "measures": _measures(scope, campaign, unit, groups=groups, today=today),
        "work": _work(work.filter(department=unit), campaign, unit, today),
        "reports": _reports(
            scope, work.filter(department=unit), campaign, unit=unit, groups=groups, today=today
        ),
        "forces": _forces(scope, work, campaign, forces=list(forces), today=today),
        "forces_count": led_count,
        "pager": pager,
        "contacts": [(row, shown_phone(row.phone, in_full), in_full and row.phone) for row in contacts],
        "tally": hazard_count(_tally(hazards, today), department=unit.pk),
        "all_hazards_url": list_url(department=unit.pk),
    }


def groups_of(campaign: Campaign, unit: Department, kinds: set[str], leads_forces: bool) -> set[str]:
    """The sets of the plan through which the unit has a part.

    What enterprises owe is followed up by the lead bureau, as in campaigns/work/sync.py.
    """
    groups: set[str] = set()
    if UnitKind.MEMBER in kinds:
        groups.add(PartyGroup.UNITS)
    if leads_forces:
        groups.add(PartyGroup.TASK_FORCES)
    if unit.pk == campaign.lead_department_id:
        groups |= {PartyGroup.ENTERPRISES, PartyGroup.LARGE_ENTERPRISES}
    return groups


def _roles(campaign: Campaign, unit: Department, kinds: set[str], forces: int) -> list[str]:
    roles = ["牵头单位"] if unit.pk == campaign.lead_department_id else []
    roles += [str(kind.label) for kind in UnitKind if kind in kinds]
    return [*roles, f"{forces} 个专班的责任单位"] if forces else roles


def _part(unit: Department, groups: set[str]) -> Q:
    return Q(department=unit) | Q(group__in=groups)


def _measures(
    scope: Scope, campaign: Campaign, unit: Department, *, groups: set[str], today: date
) -> list[UnitMeasure]:
    """The unit's measures, those it answers for first."""
    named = Responsibility.objects.filter(_part(unit, groups), measure__campaign=campaign)
    found = with_parties(campaign.measures.filter(pk__in=named.values("measure_id")))
    shown = []
    for row in measure_rows(scope, campaign, found, today=today, unit=unit):
        mine = [
            one
            for one in row.measure.responsibilities.all()
            if one.department_id == unit.pk or one.group in groups
        ]
        best = min(mine, key=lambda one: (one.part != Part.RESPONSIBLE, one.group != "", one.pk))
        through = best.get_group_display() if best.group else ""
        shown.append(UnitMeasure(row, best.get_part_display(), through))
    shown.sort(key=lambda one: one.part != Part.RESPONSIBLE.label)
    return shown


def _work(mine: QuerySet[Occurrence], campaign: Campaign, unit: Department, today: date) -> Work:
    """Everything, reports among it: what the figures lead to is the work list, which has them too."""
    end = today + relativedelta(day=31)
    late, soon = overdue(today), due_between(today, end) & Q(done_on__isnull=True)
    standing = open_on(today) & Q(due_on__isnull=True)
    counts = mine.order_by().aggregate(
        late=Count("pk", filter=late), soon=Count("pk", filter=soon), standing=Count("pk", filter=standing)
    )
    in_order = mine.order_by("due_on", "pk")
    rows = [*in_order.filter(late)[:MOST_LATE], *in_order.filter(soon)[:MOST_SOON]]
    calendar = Calendar.of(row.due_on for row in rows)
    return Work(
        [owed(row, campaign, today, calendar.day_off(row.due_on)) for row in rows],
        **counts,
        late_url=work_url(unit=unit.pk, state="late"),
        soon_url=work_url(unit=unit.pk, state="open", from_=today.isoformat(), to=end.isoformat()),
        all_url=work_url(unit=unit.pk),
    )


def _reports(
    scope: Scope,
    mine: QuerySet[Occurrence],
    campaign: Campaign,
    *,
    unit: Department,
    groups: set[str],
    today: date,
) -> list[OwedReport]:
    """Each report of the schedule that the unit owes, with its next day.

    `done` and `compiled` speak of that next occurrence. A weekly one is compiled when the product has an
    issue for the unit and the week that it reports.
    """
    named = Responsibility.objects.filter(_part(unit, groups), part=Part.RESPONSIBLE)
    duties = list(campaign.report_duties.filter(pk__in=named.values("report_id")))
    late = dict(
        mine.filter(overdue(today), report__isnull=False)
        .order_by()
        .values_list("report_id")
        .annotate(n=Count("*"))
    )
    done = set(
        mine.filter(report__in=duties, done_on__isnull=False).values_list("report_id", "period").order_by()
    )
    issues = reports_in(scope).filter(campaign=campaign, department=unit)
    compiled = {report.period_start.isoformat(): report for report in issues.order_by("issue")}
    nexts = [
        next((due for due in dues_of(duty, campaign) if due.due_on and due.due_on >= today), None)
        for duty in duties
    ]
    calendar = Calendar.of(due.due_on for due in nexts if due)
    return [
        OwedReport(
            duty,
            due.due_on if due else None,
            calendar.day_off(due.due_on) if due else "",
            late.get(duty.pk, 0),
            work_url(unit=unit.pk, source="report", state="late", q=duty.name),
            bool(due and (duty.pk, due.period) in done),
            compiled.get(due.period) if due and duty.rhythm == Rhythm.WEEKLY else None,
        )
        for duty, due in zip(duties, nexts, strict=True)
    ]


def _forces(
    scope: Scope, work: QuerySet[Occurrence], campaign: Campaign, *, forces: list[TaskForce], today: date
) -> list[ForceRow]:
    if not forces:
        return []
    parks = [force.park_id for force in forces]
    hazards = hazards_in(scope).filter(campaign=campaign, park__in=parks)
    tallies = tallies_by(hazards, "park", today)
    soon = due_between(today, today + timedelta(days=6)) & Q(done_on__isnull=True)
    rows = work.filter(task_force__in=forces).order_by().values_list("task_force_id")
    owing = {
        force: (near, late)
        for force, near, late in rows.annotate(
            near=Count("pk", filter=soon), late=Count("pk", filter=overdue(today))
        )
    }
    inside = set(
        task_forces_in(scope).filter(pk__in=[force.pk for force in forces]).values_list("pk", flat=True)
    )
    in_sight = set(parks_in_sight(scope).filter(pk__in=parks).values_list("pk", flat=True))
    week = (today + timedelta(days=6)).isoformat()
    return [
        ForceRow(
            force,
            force.pk in inside,
            force.park_id in in_sight,
            hazard_count(tallies.get(force.park_id, Tally()), park=force.park_id),
            *owing.get(force.pk, (0, 0)),
            work_url(task_force=force.pk, state="open", from_=today.isoformat(), to=week),
            work_url(task_force=force.pk, state="late"),
        )
        for force in forces
    ]


def _tally(hazards: QuerySet[Any], today: date) -> Tally:
    return next(iter(tallies_by(hazards, "responsible_department", today).values()), Tally())
