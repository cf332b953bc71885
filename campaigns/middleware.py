"""Puts the person's scope, campaigns and current campaign on every request, read when first asked for."""

from collections.abc import Callable

from django.http import HttpResponse

from campaigns.http import CampaignRequest, lazily
from campaigns.models import Campaign
from campaigns.queries import campaigns_in, scope_of

SESSION_KEY = "campaign"


def campaigns_of(request: CampaignRequest) -> list[Campaign]:
    """The campaigns the person takes part in: what the switcher offers.

    Those that run come first, the newest at the top: one that is being prepared for next year does not
    take the place of the one in which everybody works.
    """
    if not request.user.is_authenticated:
        return []
    found = campaigns_in(request.scope).order_by("-active", "-starts_on", "pk")
    return sorted(found, key=lambda campaign: not (campaign.active and campaign.runs()))


def current_campaign(request: CampaignRequest) -> Campaign | None:
    """The campaign chosen in this session, else the first of the person's campaigns.

    The choice is checked against the person's rights at each request.
    """
    campaigns = request.campaigns
    chosen = request.session.get(SESSION_KEY)
    first = campaigns[0] if campaigns else None
    return next((campaign for campaign in campaigns if campaign.pk == chosen), first)


class CampaignMiddleware:
    """Sets `request.campaign` (falsy when there is none), `request.campaigns` and `request.scope`."""

    def __init__(self, get_response: Callable[[CampaignRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: CampaignRequest) -> HttpResponse:
        request.scope = lazily(lambda: scope_of(request.user))
        request.campaigns = lazily(lambda: campaigns_of(request))
        request.campaign = lazily(lambda: current_campaign(request))
        return self.get_response(request)
