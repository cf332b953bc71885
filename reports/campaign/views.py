"""Pages that show a campaign at a glance: the whole of it, one measure, one unit."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from campaigns.models import Campaign, Measure
from parks.models import Department
from reports.campaign.due import due_tables
from reports.campaign.facts import facts_of, questions_of
from reports.campaign.items import item_rows
from reports.campaign.measure_page import measure_page
from reports.campaign.measures import blocks_of, linked_units
from reports.campaign.phases import DESK, PHONE, picture
from reports.campaign.unit_page import unit_page


def _campaign(request: CampaignRequest) -> Campaign:
    campaign = request.campaign or None
    if campaign is None:
        raise Http404
    return campaign


@require_safe
def home(request: CampaignRequest) -> HttpResponse:
    """The current campaign: what it is, where it stands, its measures, what falls due from whom."""
    if not request.campaign:
        return render(request, "reports/campaign_none.html")
    campaign, scope = _campaign(request), request.scope
    today = campaign.today()
    phases = list(campaign.phases.all())
    due, reports_due = due_tables(scope, campaign, today)
    leads = campaign.pk in scope.led_campaigns
    context = {
        "today": today,
        "whole": campaign.pk in scope.whole_campaigns,
        "leads": leads,
        "facts": facts_of(campaign, today),
        "questions": questions_of(campaign) if leads else [],
        "phases": phases,
        "desk": picture(campaign, phases, today, DESK),
        "phone": picture(campaign, phases, today, PHONE),
        "blocks": blocks_of(scope, campaign, today),
        "items": item_rows(scope, campaign, today),
        "due": due,
        "reports_due": reports_due,
    }
    return render(request, "reports/campaign_home.html", context)


@require_safe
def measure(request: CampaignRequest, pk: int) -> HttpResponse:
    """One measure: what the plan says, who has done it, the hazards that hang on it."""
    campaign = _campaign(request)
    row = get_object_or_404(Measure, campaign=campaign.pk, pk=pk)
    context = measure_page(request.scope, campaign, row, campaign.today())
    return render(request, "reports/campaign_measure.html", context)


@require_safe
def unit(request: CampaignRequest, pk: int) -> HttpResponse:
    """One unit: what the plan asks of it, what it owes now, its parks. 404 for a unit with no part."""
    campaign = _campaign(request)
    if pk not in linked_units(campaign):
        raise Http404
    found = get_object_or_404(Department, pk=pk)
    context = unit_page(request.scope, campaign, found, campaign.today(), request.GET)
    return render(request, "reports/campaign_unit.html", context)
