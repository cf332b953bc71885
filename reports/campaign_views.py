"""Pages that show a campaign at a glance: the whole of it, one measure, one unit."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from campaigns.models import Campaign, Measure
from campaigns.queries import units_of


def _campaign(request: CampaignRequest) -> Campaign:
    campaign = request.campaign or None
    if campaign is None:
        raise Http404
    return campaign


@require_safe
def home(request: CampaignRequest) -> HttpResponse:
    """The campaign."""
    return HttpResponse()


@require_safe
def measure(request: CampaignRequest, pk: int) -> HttpResponse:
    """One measure."""
    get_object_or_404(Measure, campaign=_campaign(request), pk=pk)
    return HttpResponse()


@require_safe
def unit(request: CampaignRequest, pk: int) -> HttpResponse:
    """One unit."""
    get_object_or_404(units_of(_campaign(request)), pk=pk)
    return HttpResponse()
