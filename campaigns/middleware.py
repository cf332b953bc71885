"""Puts the person's scope, campaigns and current campaign on every request, read when first asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from campaigns.models import Campaign
from campaigns.queries import campaigns_in, scope_of

SESSION_KEY = "campaign"


def campaigns_of(request: HttpRequest) -> list[Campaign]:
    """The campaigns the person takes part in, the newest active one first: what the switcher offers."""
    if not request.user.is_authenticated:
        return []
    return list(campaigns_in(request.scope).order_by("-active", "-starts_on", "pk"))  # type: ignore[attr-defined]


def current_campaign(request: HttpRequest) -> Campaign | None:
    """The campaign chosen in this session, else the first of the person's campaigns.

    The choice is checked against the person's rights at each request.
    """
    campaigns: list[Campaign] = request.campaigns  # type: ignore[attr-defined]
    chosen = request.session.get(SESSION_KEY)
    first = campaigns[0] if campaigns else None
    return next((campaign for campaign in campaigns if campaign.pk == chosen), first)


class CampaignMiddleware:
    """Sets `request.campaign` (falsy when there is none), `request.campaigns` and `request.scope`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope = SimpleLazyObject(lambda: scope_of(request.user))  # type: ignore[attr-defined,arg-type]
        request.campaigns = SimpleLazyObject(lambda: campaigns_of(request))  # type: ignore[attr-defined]
        request.campaign = SimpleLazyObject(lambda: current_campaign(request))  # type: ignore[attr-defined]
        return self.get_response(request)
