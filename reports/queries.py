"""Reads of compiled reports, and who owes one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from campaigns.models import Campaign, Occurrence
from campaigns.periods import Period
from campaigns.queries import Scope, scope_of, units_of
from parks.models import Department
from reports.compile import as_number
from reports.enums import ReportState
from reports.figures.groups import Key
from reports.indicators import Number
from reports.layouts.form import Form
from reports.models import Report, ReportReminder, TypedFigure
from reports.series import answers, reported_forms, units_owing


def reports_in(scope: Scope) -> QuerySet[Report]:
    """Reports inside a scope: see reports_for."""
    return Report.objects.filter(Q(campaign__in=scope.whole_campaigns) | Q(department__in=scope.departments))


def reports_for(user: User) -> QuerySet[Report]:
    """Reports the person may see: a unit's people their unit's, the lead bureau and its leaders all.

    Task-force members and park operators see none: a unit's workbook lists the hazards of all its parks,
    those of other task forces too.
    """
    return reports_in(scope_of(user))


def reporting_units(scope: Scope, campaign: Campaign, form: Form) -> list[Department | None]:
    """Units whose report the person sees; None first, the roll-up, for those who see the whole."""
    if campaign.pk in scope.whole_campaigns:
        return [None, *units_owing(campaign, form)]
    if not form.by_unit:
        return []
    return [*form.concerns(campaign, units_of(campaign).filter(pk__in=scope.departments).order_by("pk"))]


def issues(campaign: Campaign, unit: Department | None, form: Form, period: Period) -> QuerySet[Report]:
    """All issues for the unit and period, newest first, the one in the making among them."""
    return Report.objects.filter(
        campaign=campaign, department=unit, form=form.slug, period_end=period.end
    ).order_by("-issue")


def newest_of(campaign: Campaign, form: Form, periods: Iterable[Period]) -> dict[tuple[Key, date], Report]:
    """The newest issue by unit id, None for the roll-up, and last day of the period: one query."""
    ends = [period.end for period in periods]
    rows = Report.objects.filter(campaign=campaign, form=form.slug, period_end__in=ends)
    rows = rows.select_related("compiled_by", "filled_by", "reviewed_by", "issued_by").order_by("issue")
    return {(report.department_id, report.period_end): report for report in rows}


def handed_in(asked: ReportReminder) -> bool:
    """Whether the report that was asked for has been filled in since."""
    return (
        Report.objects.filter(campaign=asked.campaign, department=asked.department, form=asked.form)
        .filter(period_end=asked.period_end)
        .exclude(state=ReportState.DRAFT, issue=1)
        .exists()
    )


def handed_in_occurrences(campaign: Campaign) -> set[int]:
    """Ids of due reports that have been filled in; they are done when they are issued."""
    waiting = Occurrence.objects.filter(campaign=campaign, report__isnull=False, done_on__isnull=True)
    filed = Report.objects.filter(
        Q(issue__gt=1) | ~Q(state=ReportState.DRAFT),
        Q(department=OuterRef("department"))
        | Q(department=None, campaign__lead_department=OuterRef("department")),
        campaign=campaign,
        period_start__lte=OuterRef("starts_on"),
        period_end__gte=OuterRef("starts_on"),
    )
    found: set[int] = set()
    for form in reported_forms(campaign):
        of_form = waiting.filter(report__form__in=answers(form), report__rhythm=form.rhythm)
        filled = of_form.filter(Exists(filed.filter(form=form.slug)))
        found |= set(filled.values_list("pk", flat=True))
    return found


def last_issued(campaign: Campaign, unit: Department | None, form: Form, before: date) -> Report | None:
    """The newest issued report of an earlier period: what this one's cumulative figures follow."""
    return (
        Report.objects.filter(campaign=campaign, department=unit, form=form.slug, state=ReportState.ISSUED)
        .filter(period_end__lt=before)
        .order_by("-period_end", "-issue")
        .first()
    )


def typed_of(report: Report) -> dict[str, TypedFigure]:
    """The typed figures that hold, by slug: the latest of each, unless it takes the figure back."""
    latest = {row.slug: row for row in report.typed_figures.select_related("by").order_by("pk")}
    return {slug: row for slug, row in latest.items() if row.value is not None}


def typed_rows_by_units(campaign: Campaign, form: Form, period: Period) -> dict[int, dict[str, TypedFigure]]:
    """What units typed into their newest report of the period, by unit id and slug."""
    found: dict[int, dict[str, TypedFigure]] = {}
    for (unit, _), report in newest_of(campaign, form, [period]).items():
        if unit is not None and (typed := typed_of(report)):
            found[unit] = typed
    return found


def typed_by_units(campaign: Campaign, form: Form, period: Period) -> dict[Key, dict[str, Number]]:
    """The same as numbers: the roll-up takes them in."""
    return {unit: numbers_of(rows) for unit, rows in typed_rows_by_units(campaign, form, period).items()}


def numbers_of(typed: Mapping[str, TypedFigure]) -> dict[str, Number]:
    """The numbers of typed figures that hold."""
    return {slug: as_number(row.value) for slug, row in typed.items() if row.value is not None}


def due_units(campaign: Campaign, form: Form, period: Period) -> list[Department | None]:
    """For whom there is no report of the period yet: units by duty, and None for the lead bureau's own."""
    done = set(
        Report.objects.filter(campaign=campaign, form=form.slug, period_end=period.end).values_list(
            "department_id", flat=True
        )
    )
    owing: list[Department | None] = [*units_owing(campaign, form), None]
    return [unit for unit in owing if (unit.pk if unit else None) not in done]


def report_by_number(seen: QuerySet[Report], number: str) -> Report | None:
    """The report whose workbook bears the number (actions.report_number), also one in the making."""
    if not number or "\x00" in number:  # PostgreSQL takes no such text
        return None
    issued = seen.filter(number=number).first()
    head, *tail = number.rsplit("-", 3)
    if issued is not None or len(tail) != 3 or not all(_is_number(part) for part in tail):
        return issued
    unit, day, issue = tail
    try:
        end = datetime.strptime(day, "%Y%m%d").date()
    except ValueError:
        return None
    same = seen.filter(department=int(unit) or None, period_end=end, issue=int(issue), number="")
    for one in same.select_related("campaign"):
        if head == f"{one.campaign.number_prefix}-{one.form}":
            return one
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
