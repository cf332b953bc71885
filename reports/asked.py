"""What an address of the report centre asks for: the campaign, a report, a form and its period."""

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
from reports.form_asks import read_day
from reports.layouts.form import Form
from reports.models import Report
from reports.queries import reports_for
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
