"""What an address of the reports asks for: the campaign, a report, its period, a unit, a form filled now."""

from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from campaigns.http import CampaignRequest, opened_campaign
from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import Scope
from parks.models import Department
from reports.downloads import file_name
from reports.indicators import SENSIBLE_YEARS
from reports.layouts import FORMS, weekly
from reports.layouts.form import Ask, Form
from reports.models import Report
from reports.queries import reporting_units, reports_for
from reports.series import period_for, report_form


def asked_campaign(request: CampaignRequest) -> tuple[Campaign, Scope, User]:
    """The campaign that the page was opened in, what of it the person sees, and the person; else a 404.

    A report's page may be of another campaign than the current one.
    """
    campaign = opened_campaign(request) or None
    if campaign is None:
        raise Http404
    return campaign, request.scope, request.user


def asked_report(request: CampaignRequest, pk: int) -> Report:
    """The report, a 404 when it is none of the person's business."""
    people = ("compiled_by", "filled_by", "reviewed_by", "issued_by")
    rows = reports_for(request.user).select_related("campaign__lead_department", "department", *people)
    return get_object_or_404(rows, pk=pk)


def asked_form(campaign: Campaign, slug: str) -> Form:
    """The report of that name; a 404 when the campaign makes no such report."""
    return report_form(campaign, slug) or not_found()


def not_found() -> NoReturn:
    """A 404, as an expression."""
    raise Http404


def asked_period(form: Form, campaign: Campaign, text: str | None) -> Period | None:
    """The report's period that holds the day which the address names; None when that is no day."""
    day = read_day(text)
    return period_for(form, campaign, day) if day else None


def centre_url(form: Form, period: Period | None = None) -> str:
    """The report centre at a report and a period of it."""
    at = f"&period={period.end.isoformat()}" if period else ""
    return f"{reverse('reports:list')}?form={form.slug}{at}"


def say(request: HttpRequest, fault: ValidationError) -> None:
    """Show what an action complains of above the page."""
    messages.error(request, "；".join(fault.messages))


@dataclass(frozen=True)
class FormAsked:
    """A form, what it is asked, and the name of the file that holds the answer."""

    form: Form
    ask: Ask
    file_name: str


def read_form(request: CampaignRequest, slug: str) -> FormAsked:
    """The form of this slug as `unit`, `as_of` and `from` ask for it; Http404 where there is none for them.

    Cumulative to a day, or of a period when `from` is given. Raises ValidationError for days in the wrong
    order. A part of the plan is for everybody in the campaign, phones as this person may read them.
    """
    campaign, form = request.campaign, FORMS.get(slug)
    if not campaign or form is None or form.rhythm:
        raise Http404
    if form.of_plan:
        name = file_name(campaign.label, form.short, f"{campaign.today():%Y%m%d}")
        return FormAsked(form, Ask(campaign, campaign.today(), scope=request.scope), name)
    unit = read_unit(request.GET.get("unit", ""), campaign, request.scope)
    as_of = read_day(request.GET.get("as_of")) or campaign.today()
    if as_of > campaign.today():
        raise ValidationError(f"截止日期晚于今天（{campaign.today()}），请调整后再试。")
    start = read_day(request.GET.get("from"))
    if start and start > as_of:
        raise ValidationError("起始日期晚于截止日期，请调整后再试。")
    period = Period(start, as_of) if start else None
    ask = Ask(campaign, as_of, unit, period, within=period is not None, by="" if unit else form.rows_by)
    days = f"{start:%Y%m%d}-{as_of:%Y%m%d}" if start else f"累计至{as_of:%Y%m%d}"
    return FormAsked(form, ask, file_name(unit.label if unit else f"{campaign.label}汇总", form.short, days))


def read_day(text: str | None) -> date | None:
    """A day of an address, None when it is none or far from any campaign."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and day.year in SENSIBLE_YEARS else None


def read_unit(text: str, campaign: Campaign, scope: Scope, form: Form = weekly.FORM) -> Department | None:
    """The unit that the address names, among those whose reports the person sees; else a 404."""
    for unit in reporting_units(scope, campaign, form):
        if str(unit.pk if unit else "") == text:
            return unit
    raise Http404
