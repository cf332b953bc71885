"""Reads of compiled reports, and who owes one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from accounts.models import User
from campaigns.enums import PartyGroup, Rhythm, UnitKind
from campaigns.models import Campaign, Responsibility
from campaigns.periods import Period
from campaigns.queries import Scope, scope_of, units_of
from parks.models import Department
from reports.enums import ReportKind
from reports.models import Report

WEEKS_SHOWN = 12


def reports_in(scope: Scope) -> QuerySet[Report]:
    """Reports inside a scope: see reports_for."""
    return Report.objects.filter(Q(campaign__in=scope.whole_campaigns) | Q(department__in=scope.departments))


def reports_for(user: User) -> QuerySet[Report]:
    """Reports the person may see: a unit's people their unit's, the lead bureau and its leaders all.

    Task-force members and park operators see none: a unit's workbook lists the hazards of all its parks,
    those of other task forces too.
    """
    return reports_in(scope_of(user))


def may_compile(scope: Scope, campaign: Campaign, unit: Department | None) -> bool:
    """The lead bureau compiles any report of its campaign, a unit's staff their own; leaders only read."""
    return campaign.pk in scope.led_campaigns or (unit is not None and unit.pk in scope.acting_departments)


def units_to_report(campaign: Campaign) -> QuerySet[Department]:
    """Units that owe a weekly report by the campaign's schedule, in the campaign's order."""
    owing = Responsibility.objects.filter(report__campaign=campaign, report__rhythm=Rhythm.WEEKLY)
    members = Department.objects.filter(
        campaign_rows__campaign=campaign, campaign_rows__kind=UnitKind.MEMBER
    ).order_by("campaign_rows__order", "pk")
    if owing.filter(group=PartyGroup.UNITS).exists():
        return members
    return members.filter(pk__in=owing.values("department_id"))


def reporting_units(scope: Scope, campaign: Campaign) -> list[Department | None]:
    """Units whose weekly report the person sees; None first, the roll-up, for those who see the whole."""
    if campaign.pk in scope.whole_campaigns:
        return [None, *units_to_report(campaign)]
    return list(units_of(campaign).filter(pk__in=scope.departments).order_by("pk"))


def weeks_to_report(campaign: Campaign, today: date, count: int = WEEKS_SHOWN) -> list[Period]:
    """The campaign's weeks up to the running one, latest first; none before its first day of figures."""
    first = campaign.figures_from or campaign.starts_on
    week = campaign.week_of(min(today, campaign.ends_on))
    weeks: list[Period] = []
    while len(weeks) < count and week.end >= first:
        weeks.append(week)
        week = campaign.week_of(week.start - timedelta(days=1))
    return weeks


def latest_issue(campaign: Campaign, unit: Department | None, week: Period) -> Report | None:
    """The newest issue for the unit and week."""
    return issues(campaign, unit, week).first()


def issues(campaign: Campaign, unit: Department | None, week: Period) -> QuerySet[Report]:
    """All issues for the unit and week, newest first."""
    return Report.objects.filter(
        campaign=campaign, department=unit, kind=ReportKind.WEEKLY, period_end=week.end
    ).order_by("-issue")


@dataclass(frozen=True)
class WeekRow:
    """One line of the report centre: a unit and what it has for the week."""

    unit: Department | None
    report: Report | None
    may_compile: bool


def week_rows(scope: Scope, campaign: Campaign, week: Period) -> Iterator[WeekRow]:
    """Units that the person sees with their newest issue for the week: two queries."""
    newest: dict[int | None, Report] = {}
    found = Report.objects.filter(campaign=campaign, kind=ReportKind.WEEKLY, period_end=week.end)
    for report in found.select_related("compiled_by").order_by("issue"):
        newest[report.department_id] = report
    for unit in reporting_units(scope, campaign):
        key = unit.pk if unit else None
        yield WeekRow(unit, newest.get(key), may_compile(scope, campaign, unit))


def past_reports(scope: Scope, campaign: Campaign, week: Period) -> list[Report]:
    """Newest issues of other weeks, latest first: the roll-up's for who sees the whole, else own units'."""
    if campaign.pk in scope.whole_campaigns:
        seen = Report.objects.filter(department=None)
    else:
        seen = Report.objects.filter(department__in=scope.departments)
    seen = seen.filter(campaign=campaign, kind=ReportKind.WEEKLY).exclude(period_end=week.end)
    newest: dict[tuple[int | None, date], Report] = {}
    for report in seen.select_related("department").order_by("-period_end", "department", "-issue"):
        newest.setdefault((report.department_id, report.period_end), report)
        if len(newest) > WEEKS_SHOWN:
            break
    return list(newest.values())[:WEEKS_SHOWN]


def due_units(campaign: Campaign, week: Period) -> list[Department | None]:
    """Who still owes a report of the week: units by duty and None for the lead bureau's roll-up."""
    done = set(
        Report.objects.filter(campaign=campaign, kind=ReportKind.WEEKLY, period_end=week.end).values_list(
            "department_id", flat=True
        )
    )
    owing: list[Department | None] = [*units_to_report(campaign), None]
    return [unit for unit in owing if (unit.pk if unit else None) not in done]
