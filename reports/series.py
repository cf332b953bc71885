"""Reports that come again: which a campaign makes, for which periods, who owes them and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from campaigns.enums import Part, PartyGroup, Precision, Rhythm, UnitKind
from campaigns.models import Campaign, Occurrence, ReportDuty, Responsibility
from campaigns.periods import Period, period_before, period_of
from campaigns.timing import shown_deadline
from parks.models import Department
from reports.layouts import FORMS, weekly
from reports.layouts.form import Form

PRECISIONS = {
    Rhythm.MONTHLY: Precision.MONTH,
    Rhythm.THREE_MONTHLY: Precision.QUARTER,
    Rhythm.HALF_YEARLY: Precision.HALF_YEAR,
    Rhythm.YEARLY: Precision.YEAR,
}
"""Spans of the calendar that have a name of their own."""


def answers(form: Form) -> tuple[str, ...]:
    """Names of forms in a plan's schedule of reports that the report answers."""
    return (form.slug, *form.answers)


def duties(campaign: Campaign, form: Form) -> list[ReportDuty]:
    """Lines of the plan's schedule that the report answers."""
    return list(campaign.report_duties.filter(form__in=answers(form), rhythm=form.rhythm))


def reported_forms(campaign: Campaign) -> list[Form]:
    """Reports that the campaign makes: the weekly workbook always, others that its plan names."""
    named = set(campaign.forms) | set(campaign.report_duties.values_list("form", flat=True))
    return [
        form
        for form in FORMS.values()
        if form.rhythm and (form.slug == weekly.SLUG or not campaign.forms or named & {*answers(form)})
    ]


def report_form(campaign: Campaign, slug: str) -> Form | None:
    """The report of that slug, None when the campaign makes no such report."""
    return next((form for form in reported_forms(campaign) if form.slug == slug), None)


def period_for(form: Form, campaign: Campaign, day: date) -> Period:
    """The period of the report that holds the day."""
    assert form.rhythm
    return period_of(form.rhythm, day, campaign.week_cutoff)


def period_name(form: Form, period: Period) -> str:
    """The period as people call it: 2021年9月, 2021年第3季度, 2021年9月6日至12日."""
    if form.rhythm in PRECISIONS:
        return shown_deadline(period.end, PRECISIONS[form.rhythm])
    start, end = period.start, period.end
    last = f"{end.day}日"
    if (start.year, start.month) != (end.year, end.month):
        last = f"{end.month}月{last}"
    if start.year != end.year:
        last = f"{end.year}年{last}"
    return f"{start.year}年{start.month}月{start.day}日至{last}"


def previous_period(form: Form, campaign: Campaign, period: Period) -> Period:
    """The period before."""
    assert form.rhythm
    return period_before(form.rhythm, period, campaign.week_cutoff)


def last_full_period(form: Form, campaign: Campaign, day: date) -> Period:
    """The latest period whose last day lies before `day`."""
    return previous_period(form, campaign, period_for(form, campaign, day))


def within_campaign(campaign: Campaign, period: Period, today: date) -> bool:
    """Whether there is anything to report of the period: it has begun, and touches the campaign."""
    first = campaign.figures_from or campaign.starts_on
    return period.start <= today and period.end >= first and period.start <= campaign.ends_on


def periods_to_report(form: Form, campaign: Campaign, today: date, count: int | None = None) -> list[Period]:
    """The report's periods up to the running one, latest first; none before the first day of figures.

    count: so many at most, else all of the campaign.
    """
    period = period_for(form, campaign, min(today, campaign.ends_on))
    found: list[Period] = []
    while len(found) != count and within_campaign(campaign, period, today):
        found.append(period)
        period = previous_period(form, campaign, period)
    return found


def units_owing(campaign: Campaign, form: Form) -> list[Department]:
    """Units that owe the report by the plan's schedule, in the campaign's order."""
    if not form.by_unit:
        return []
    owing = Responsibility.objects.filter(
        report__campaign=campaign,
        report__form__in=answers(form),
        report__rhythm=form.rhythm,
        part=Part.RESPONSIBLE,
    )
    members = Department.objects.filter(
        campaign_rows__campaign=campaign, campaign_rows__kind=UnitKind.MEMBER
    ).order_by("campaign_rows__order", "pk")
    if owing.filter(group=PartyGroup.UNITS).exists():
        return form.concerns(campaign, members)
    return form.concerns(campaign, members.filter(pk__in=owing.values("department_id")))


@dataclass(frozen=True)
class Due:
    """By when a unit owes its report of a period."""

    on: date
    at: datetime


def dues(campaign: Campaign, form: Form, period: Period) -> dict[int, Due]:
    """By unit id, by when it owes the report; units without a line in the schedule are left out."""
    return {unit: due for (unit, _), due in dues_of(campaign, form, [period]).items()}


def dues_of(campaign: Campaign, form: Form, periods: Sequence[Period]) -> dict[tuple[int, date], Due]:
    """By unit id and last day of the period, by when the report is owed; one query for periods in a row."""
    if not periods:
        return {}
    span = Period(min(one.start for one in periods), max(one.end for one in periods))
    found: dict[tuple[int, date], Due] = {}
    for row in occurrences_of(campaign, form, span):
        if row.due_on and row.department_id and row.report and row.starts_on:
            at = timezone.make_aware(datetime.combine(row.due_on, row.report.due_time))
            found[row.department_id, period_for(form, campaign, row.starts_on).end] = Due(row.due_on, at)
    return found


def occurrences_of(campaign: Campaign, form: Form, period: Period) -> list[Occurrence]:
    """What falls due when the report of the period does. Spans of the plan may begin within the period."""
    rows = Occurrence.objects.filter(
        campaign=campaign,
        report__form__in=answers(form),
        report__rhythm=form.rhythm,
        starts_on__gte=period.start,
        starts_on__lte=period.end,
    )
    return list(rows.select_related("report"))
