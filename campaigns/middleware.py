"""Puts the person's current campaign and scope on every request, read when first asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from campaigns.models import Campaign
from campaigns.queries import campaigns_for, scope_of

SESSION_KEY = "campaign"


def current_campaign(request: HttpRequest) -> Campaign | None:
    """The campaign chosen in this session, else the newest active one the person takes part in.

    The choice is checked against the person's rights at each request.
    """
    if not request.user.is_authenticated:
        return None
    campaigns = campaigns_for(request.user)
    chosen = request.session.get(SESSION_KEY)
    if chosen and (campaign := campaigns.filter(pk=chosen).first()):
        return campaign
    return campaigns.order_by("-active", "-starts_on", "pk").first()


class CampaignMiddleware:
    """Sets `request.campaign` (falsy when there is none) and `request.scope`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.campaign = SimpleLazyObject(lambda: current_campaign(request))  # type: ignore[attr-defined]
        request.scope = SimpleLazyObject(lambda: scope_of(request.user))  # type: ignore[attr-defined,arg-type]
        return self.get_response(request)
